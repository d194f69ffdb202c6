//! IAM's wildcards: `*` for any characters, `?` for one.

/// Stands in a pattern for a `*` that is meant literally, as `${*}` is. No byte of UTF-8 has this value.
pub const LITERAL_STAR: u8 = 0xfe;
/// Stands in a pattern for a `?` that is meant literally, as `${?}` is. No byte of UTF-8 has this value.
pub const LITERAL_QUESTION_MARK: u8 = 0xff;

/// Whether `text` matches `pattern`, case included. Linear but for one level of backtracking, never
/// exponential: only the last star is ever reconsidered.
#[must_use]
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                if at == pattern.len() {
                    return true;
                }
                star = Some((at, from));
            }
            Some(byte) if *byte == b'?' || literal(*byte) == text[from] => {
                // `?` stands for a character, not a byte.
                from += if *byte == b'?' { character_length(text[from]) } else { 1 };
                at += 1;
            }
            _ => {
                let Some((after, tried)) = star else { return false };
                star = Some((after, tried + 1));
                (at, from) = (after, tried + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// Whether two patterns can match a common text: overlapping statements, unreachable exceptions.
#[must_use]
pub fn overlap(a: &[u8], b: &[u8]) -> bool {
    // Reachable pairs of positions; each step consumes a character in both, or passes a star in one.
    let width = b.len() + 1;
    let mut seen = vec![false; (a.len() + 1) * width];
    let mut open = vec![(0, 0)];
    while let Some((i, j)) = open.pop() {
        if std::mem::replace(&mut seen[i * width + j], true) {
            continue;
        }
        match (a.get(i), b.get(j)) {
            (None, None) => return true,
            (Some(b'*'), _) | (_, Some(b'*')) => {
                if a.get(i) == Some(&b'*') {
                    open.push((i + 1, j));
                    if j < b.len() {
                        open.push((i, j + 1));
                    }
                }
                if b.get(j) == Some(&b'*') {
                    open.push((i, j + 1));
                    if i < a.len() {
                        open.push((i + 1, j));
                    }
                }
            }
            (Some(x), Some(y)) if x == y || *x == b'?' || *y == b'?' => open.push((i + 1, j + 1)),
            _ => {}
        }
    }
    false
}

fn literal(byte: u8) -> u8 {
    match byte {
        LITERAL_STAR => b'*',
        LITERAL_QUESTION_MARK => b'?',
        _ => byte,
    }
}

fn character_length(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{matches, overlap};

    #[test]
    fn stars_and_question_marks_match_as_in_iam() {
        for (pattern, text, expected) in [
            ("backup:*", "backup:DeleteBackupVault", true),
            ("backup:Delete*", "backup:CreateBackupVault", false),
            ("*", "", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aüc", true),
            ("*a*b", "xxaxxab", true),
            ("*a*b", "xxaxxa", false),
            ("", "", true),
            ("", "a", false),
            ("arn:*:iam::*:role/x", "arn:aws:iam::111122223333:role/x", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn patterns_overlap_when_one_text_matches_both() {
        for (a, b, expected) in [
            ("backup:*", "*Vault", true),
            ("backup:Delete*", "backup:Create*", false),
            ("a?c", "abc", true),
            ("*", "", true),
            ("a*", "*b", true),
            ("a", "ab", false),
        ] {
            assert_eq!(overlap(a.as_bytes(), b.as_bytes()), expected, "{a} and {b}");
        }
    }

    #[test]
    fn many_stars_stay_fast() {
        let pattern = "*a".repeat(200);
        let text = "a".repeat(199);
        assert!(!matches(pattern.as_bytes(), text.as_bytes()));
    }
}
