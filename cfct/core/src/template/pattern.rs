//! `AllowedPattern`: Java's regular expressions, as far as they mean the same here.

use regex_lite::{Regex, RegexBuilder};

/// Bytes of a pattern and of a value that are worth the time: CloudFormation takes values of 4,096.
const LONGEST: usize = 4096;
/// Bytes of a compiled pattern; a value takes time in proportion to it.
const LARGEST: usize = 1 << 18;

/// A pattern that a whole value must match.
///
/// CloudFormation uses `java.util.regex`. Only patterns of the part that both engines read alike are
/// compiled; of all others nothing is said (`None` of [`Pattern::of`]).
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles `text`; `None` where it has anything that Java reads otherwise, or is wrong.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if text.len() > LONGEST || !is_common(text) {
            return None;
        }
        RegexBuilder::new(&format!("^(?:{text})$")).size_limit(LARGEST).build().ok().map(Self)
    }

    /// Whether all of `value` matches; a value that CloudFormation does not take is not tried.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        value.len() > LONGEST || self.0.is_match(value)
    }
}

/// Whether a pattern keeps to what Java and this engine read alike: no lookaround or flags, no possessive
/// quantifiers, no sets within sets, and of the escapes only the plain ones.
fn is_common(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut in_set = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        match byte {
            b'\\' => {
                let known =
                    matches!(next, Some(b'd' | b'D' | b'w' | b'W' | b's' | b'S' | b't' | b'n' | b'r'));
                if !known && !next.is_some_and(|escaped| escaped.is_ascii_punctuation()) {
                    return false;
                }
                at += 1;
            }
            b'[' if in_set => return false,
            b'[' => {
                in_set = true;
                // A bracket that comes first is a member in one engine and the end in another.
                let first = if next == Some(b'^') { bytes.get(at + 2).copied() } else { next };
                if first == Some(b']') {
                    return false;
                }
            }
            b']' => in_set = false,
            b'&' | b'~' | b'-' if in_set && next == Some(*byte) => return false,
            b'(' if !in_set && next == Some(b'?') && bytes.get(at + 2) != Some(&b':') => return false,
            b'*' | b'+' | b'?' | b'}' if !in_set && next == Some(b'+') => return false,
            _ => {}
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn the_whole_value_must_match() {
        for (pattern, value, matches) in [
            ("[a-z]+", "abc", true),
            ("[a-z]+", "abc1", false),
            ("a|b", "ab", false),
            ("^[a-zA-Z0-9_-]+$", "org-backup_1", true),
            (r"^[\w+=,.@-]+$", "Org.Role@x", true),
            (r"\d{12}", "012345678901", true),
            (r"\d{12}", "01234567890", false),
            (r"^(/[a-zA-Z0-9_.-]+)+$", "/a/b", true),
            (r"arn:(aws|aws-cn):kms:.*", "arn:aws:kms:x", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(Pattern::of(pattern).unwrap().matches(value), matches, "{pattern} {value}");
        }
    }

    #[test]
    fn patterns_of_java_alone_are_left_alone() {
        for pattern in [
            "^alias/(?!aws/)[a-z]+$",
            "(?i)abc",
            r"\p{Alpha}+",
            "[a-z&&[^b]]",
            "[a[bc]]",
            "a++",
            r"\Qa.b\E",
            r"(a)\1",
            "[]a]",
            "(",
            "[a",
        ] {
            assert!(Pattern::of(pattern).is_none(), "{pattern}");
        }
    }
}
