//! The inheritance operators of management policies.
//!
//! <https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html>

use std::fmt;

/// What every operator begins with; no other key of a policy does.
pub const PREFIX: &str = "@@";

/// The child control operator.
pub const CHILD_CONTROL: &str = "@@operators_allowed_for_child_policies";

/// A value-setting operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// Replaces what is inherited, or adds the setting.
    Assign,
    /// Adds values behind the inherited ones. Lists only.
    Append,
    /// Takes values out, where they are inherited. Lists only.
    Remove,
}

impl Operator {
    /// Every value-setting operator, in the order in which one policy's are applied.
    pub const ALL: [Self; 3] = [Self::Assign, Self::Append, Self::Remove];

    /// As a policy writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assign => "@@assign",
            Self::Append => "@@append",
            Self::Remove => "@@remove",
        }
    }

    /// The operator that `text` names, if it names one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.as_str() == text)
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Which operators the policies of lower nodes may use on a setting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChildOperators(u8);

impl ChildOperators {
    /// `@@all`, which is also the default.
    pub const ALL: Self = Self(0b111);
    /// `@@none`
    pub const NONE: Self = Self(0);
    /// The words that a policy may list.
    pub const WORDS: [&'static str; 5] = ["@@all", "@@none", "@@assign", "@@append", "@@remove"];

    /// What the words of one control operator allow together. `@@none` beside others allows what the others
    /// allow; unknown words allow nothing. The grammar reports both.
    #[must_use]
    pub fn of_words<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        words.into_iter().fold(Self::NONE, |allowed, word| match word {
            "@@all" => Self::ALL,
            _ => Operator::parse(word).map_or(allowed, |operator| Self(allowed.0 | operator.bit())),
        })
    }

    /// Whether `operator` may be used.
    #[must_use]
    pub fn allows(self, operator: Operator) -> bool {
        self.0 & operator.bit() != 0
    }

    /// Whether a new key may be added to a container: `@@append` does it (example 4 of the backup policy
    /// examples), and `@@assign` adds a setting that is not inherited.
    #[must_use]
    pub fn allows_new_keys(self) -> bool {
        self.allows(Operator::Append) || self.allows(Operator::Assign)
    }

    /// What both allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether everything that `self` allows is allowed by `other`.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

impl Default for ChildOperators {
    fn default() -> Self {
        Self::ALL
    }
}

impl fmt::Display for ChildOperators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => f.write_str("@@all"),
            Self::NONE => f.write_str("@@none"),
            some => {
                let words = Operator::ALL.into_iter().filter(|operator| some.allows(*operator));
                let words: Vec<_> = words.map(Operator::as_str).collect();
                f.write_str(&words.join(", "))
            }
        }
    }
}

impl fmt::Debug for ChildOperators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChildOperators, Operator};

    #[test]
    fn words_add_up_and_intersect() {
        let append = ChildOperators::of_words(["@@append"]);
        let both = ChildOperators::of_words(["@@append", "@@remove"]);
        assert_eq!(append.and(both), append);
        assert!(append.is_within(both) && !both.is_within(append));
        assert_eq!(ChildOperators::of_words(["@@all"]), ChildOperators::ALL);
        assert_eq!(ChildOperators::of_words(["@@none"]), ChildOperators::NONE);
        assert_eq!(both.to_string(), "@@append, @@remove");
        assert!(!ChildOperators::of_words(["@@remove"]).allows_new_keys());
    }

    #[test]
    fn operators_are_written_as_they_are_read() {
        for operator in Operator::ALL {
            assert_eq!(Operator::parse(operator.as_str()), Some(operator));
        }
        assert_eq!(Operator::parse("@@enforced_for"), None);
    }
}
