//! IAM's wildcards: `*` for any characters, `?` for one.

/// Stands in a pattern for a `*` that is meant literally, as `${*}` is. No byte of UTF-8 has this value.
pub const LITERAL_STAR: u8 = 0xfe;
/// Stands in a pattern for a `?` that is meant literally, as `${?}` is. No byte of UTF-8 has this value.
pub const LITERAL_QUESTION_MARK: u8 = 0xff;

/// Whether `text` matches `pattern`, case included. Linear but for one level of backtracking, never
/// exponential: only the last star is ever reconsidered.
#[must_use]
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    walk(pattern, text, |_| true)
}

/// Whether `general` matches every text that the pattern `special` matches. Where it says so, it is so; for
/// contrived patterns (`*?` and `?*`) it may fail to say so.
#[must_use]
pub fn covers(general: &[u8], special: &[u8]) -> bool {
    // Read as a text, a star of `special` is something that only a star stands for.
    walk(general, special, |byte| byte != b'*')
}

/// `is_character` says which bytes of the text a `?` may stand for.
fn walk(pattern: &[u8], text: &[u8], is_character: impl Fn(u8) -> bool) -> bool {
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
            Some(b'?') if is_character(text[from]) => {
                // It stands for a character, not a byte.
                from += character_length(text[from]);
                at += 1;
            }
            Some(byte) if *byte != b'?' && literal(*byte) == text[from] => {
                from += 1;
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
    use super::{covers, matches, overlap};
    use proptest::prelude::*;

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
    fn a_pattern_covers_another_when_it_matches_all_that_the_other_does() {
        for (general, special, expected) in [
            ("*", "a*", true),
            ("a*", "*", false),
            ("backup:Delete*", "backup:DeleteBackupVault", true),
            ("backup:Delete*", "backup:Delete*Vault", true),
            ("backup:Delete*Vault", "backup:Delete*", false),
            ("a?", "a*", false),
            ("a?*", "a??", true),
            ("?", "?", true),
            ("a", "?", false),
            ("a*b", "a*b*b", true),
        ] {
            assert_eq!(covers(general.as_bytes(), special.as_bytes()), expected, "{general} and {special}");
        }
    }

    proptest! {
        #[test]
        fn texts_show_what_patterns_cover_and_where_they_overlap(
            one in "[ab*?]{0,6}", other in "[ab*?]{0,6}", texts in prop::collection::vec("[abc]{0,6}", 40),
        ) {
            let (one, other) = (one.as_bytes(), other.as_bytes());
            let (covers, overlaps) = (covers(one, other), overlap(one, other));
            prop_assert_eq!(overlaps, overlap(other, one));
            for text in &texts {
                let (by_one, by_other) = (matches(one, text.as_bytes()), matches(other, text.as_bytes()));
                prop_assert!(!covers || by_one || !by_other, "{text}");
                prop_assert!(overlaps || !by_one || !by_other, "{text}");
            }
        }
    }

    #[test]
    fn many_stars_stay_fast() {
        let pattern = "*a".repeat(200);
        let text = "a".repeat(199);
        assert!(!matches(pattern.as_bytes(), text.as_bytes()));
    }
}
