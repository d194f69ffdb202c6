//! Telling generated text from written text.

/// Whether a run of letters and digits looks generated: long, of all three kinds, evenly spread, and changing
/// kind far more often than words in `CamelCase` do.
pub(super) fn is_random(word: &str) -> bool {
    const LONGEST: usize = 512;
    word.split(['-', '_', '.']).any(|run| (SHORTEST..=LONGEST).contains(&run.len()) && looks_generated(run))
}

/// The shortest run that is judged; AWS secret keys have 40 characters, generated passwords 20 and more.
const SHORTEST: usize = 20;
/// Bits a character. Random base 62 of 20 characters has about 4.1, English words under 3.5.
const LEAST_ENTROPY: f64 = 3.7;
/// Changes of kind a character. Random base 62 has about 0.6, `CamelCase` with digits under 0.35.
const LEAST_CHANGES: f64 = 0.42;

fn looks_generated(run: &str) -> bool {
    let kinds: Vec<Kind> = run.bytes().map(Kind::of).collect();
    let has = |kind: Kind| kinds.contains(&kind);
    let digits = kinds.iter().filter(|kind| **kind == Kind::Digit).count();
    let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    has(Kind::Upper)
        && has(Kind::Lower)
        && digits >= 2
        && changes as f64 / run.len() as f64 >= LEAST_CHANGES
        && entropy(run) >= LEAST_ENTROPY
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Upper,
    Lower,
    Digit,
    Other,
}

impl Kind {
    fn of(byte: u8) -> Self {
        match byte {
            b'A'..=b'Z' => Self::Upper,
            b'a'..=b'z' => Self::Lower,
            b'0'..=b'9' => Self::Digit,
            _ => Self::Other,
        }
    }
}

/// Shannon's entropy in bits a byte.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = text.len() as f64;
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total);
    -shares.map(|share| share * share.log2()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::entropy;

    #[test]
    fn entropy_counts_bits_a_byte() {
        assert!((entropy("aaaa") - 0.0).abs() < 1e-9);
        assert!((entropy("abab") - 1.0).abs() < 1e-9);
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
    }
}
