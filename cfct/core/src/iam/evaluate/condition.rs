//! Conditions: operators, their prefixes and suffixes, missing and many-valued keys.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use std::borrow::Cow;
use std::cmp::Ordering;

use super::compare;
use super::context::Context;
use super::template::{Template, Wildcards, plain};
use crate::iam;

/// One test, ready to be made.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    quantifier: Quantifier,
    if_exists: bool,
    negated: bool,
    test: Test,
    /// In lower case.
    key: Box<str>,
    values: Box<[Template]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    /// None: the key has one value.
    One,
    /// `ForAnyValue:`
    Any,
    /// `ForAllValues:`
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Text,
    TextOfAnyCase,
    Like,
    Arn,
    Bool,
    Numeric(&'static [Ordering]),
    Date(&'static [Ordering]),
    Address,
    Binary,
    Null,
    /// No operator of IAM: AWS refuses the policy, so nothing is decided by it.
    Unknown,
}

impl Condition {
    pub(super) fn compile(condition: &iam::Condition<'_>, variables: bool) -> Self {
        let (quantifier, if_exists, test, negated) = operator(condition.operator.text);
        let wildcards = if matches!(test, Test::Like | Test::Arn) { Wildcards::Yes } else { Wildcards::No };
        let values = condition.values.iter().map(|value| Template::read(value.text, wildcards, variables));
        Self {
            quantifier,
            if_exists,
            negated,
            test,
            key: condition.key.text.to_ascii_lowercase().into(),
            values: values.collect(),
        }
    }

    /// Whether the condition holds for a request.
    pub(super) fn holds(&self, context: &Context) -> bool {
        let given = context.get(&self.key).filter(|values| !values.is_empty());
        if self.test == Test::Null {
            return self.asks_null(given.is_none(), context);
        }
        if self.test == Test::Unknown {
            return false;
        }
        let Some(given) = given else {
            return match self.quantifier {
                // A negated test is true of what is not there; a set operator has nothing to be false of
                // (all), or nothing to be true of (any).
                Quantifier::One => self.negated || self.if_exists,
                Quantifier::Any => self.if_exists,
                Quantifier::All => true,
            };
        };
        match self.quantifier {
            Quantifier::Any => given.iter().any(|value| self.of_one(value, context)),
            // "such as an empty string": what resolves to nothing is an empty set.
            Quantifier::All => {
                given.iter().all(|value| value.is_empty())
                    || given.iter().all(|value| self.of_one(value, context))
            }
            // Without a set operator AWS advises against keys of many values; a test of one that has some is
            // read the way it most plausibly is: any is equal, or none is.
            Quantifier::One if self.negated => given.iter().all(|value| self.of_one(value, context)),
            Quantifier::One => given.iter().any(|value| self.of_one(value, context)),
        }
    }

    fn asks_null(&self, is_missing: bool, context: &Context) -> bool {
        let asked = if is_missing { "true" } else { "false" };
        self.texts(context).any(|value| value.eq_ignore_ascii_case(asked.as_bytes()))
    }

    fn of_one(&self, given: &str, context: &Context) -> bool {
        self.texts(context).any(|value| self.test.compare(value, given)) != self.negated
    }

    fn texts<'c>(&'c self, context: &'c Context) -> impl Iterator<Item = Cow<'c, [u8]>> {
        self.values.iter().filter_map(|value| value.resolve(context))
    }
}

impl Test {
    fn compare(self, value: Cow<'_, [u8]>, given: &str) -> bool {
        match self {
            Self::Like => return iam::pattern::matches(&value, given.as_bytes()),
            Self::Arn => return compare::arn_matches(&value, given.as_bytes()),
            _ => {}
        }
        let value = plain(value);
        let Ok(text) = std::str::from_utf8(&value) else { return false };
        match self {
            Self::Text | Self::Binary => text == given,
            Self::TextOfAnyCase => text == given || text.to_lowercase() == given.to_lowercase(),
            Self::Bool => text.eq_ignore_ascii_case(given),
            Self::Numeric(orders) => {
                compare::numeric(given, text).is_some_and(|order| orders.contains(&order))
            }
            Self::Date(orders) => compare::date(given, text).is_some_and(|order| orders.contains(&order)),
            Self::Address => compare::in_range(text, given),
            Self::Like | Self::Arn | Self::Null | Self::Unknown => false,
        }
    }
}

/// What an operator compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// A number.
    Number,
    /// A time: ISO 8601, or seconds since 1970.
    Date,
    /// `true` or `false`.
    Bool,
    /// An address, or a range of them.
    Address,
    /// An ARN, wildcards included.
    Arn,
    /// Any text.
    Text,
}

impl Operand {
    /// What an operator compares with; `None` where IAM has no such operator.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (_, if_exists, test, _) = operator(name);
        Some(match test {
            Test::Numeric(_) => Self::Number,
            Test::Date(_) => Self::Date,
            Test::Null if if_exists => return None,
            Test::Bool | Test::Null => Self::Bool,
            Test::Address => Self::Address,
            Test::Arn => Self::Arn,
            Test::Text | Test::TextOfAnyCase | Test::Like | Test::Binary => Self::Text,
            Test::Unknown => return None,
        })
    }

    /// Whether a value without policy variables is of the kind.
    pub(crate) fn takes(self, value: &str) -> bool {
        match self {
            Self::Number => compare::numeric(value, value).is_some(),
            Self::Date => compare::date(value, value).is_some(),
            Self::Bool => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
            Self::Address => compare::in_range(value, value.split('/').next().unwrap_or_default()),
            Self::Arn => value == "*" || value.splitn(6, ':').count() == 6,
            Self::Text => true,
        }
    }
}

/// What an operator comes to: its prefix, whether it ends in `IfExists`, the test and whether that is turned round.
fn operator(text: &str) -> (Quantifier, bool, Test, bool) {
    let (quantifier, name) = match text.split_once(':') {
        Some((prefix, name)) if prefix.eq_ignore_ascii_case("ForAnyValue") => (Quantifier::Any, name),
        Some((prefix, name)) if prefix.eq_ignore_ascii_case("ForAllValues") => (Quantifier::All, name),
        Some((_, _)) => (Quantifier::One, ""),
        None => (Quantifier::One, text),
    };
    let name = name.to_ascii_lowercase();
    let (name, if_exists) = match name.strip_suffix("ifexists") {
        Some(name) => (name, true),
        None => (name.as_str(), false),
    };
    let (test, negated) = test(name);
    (quantifier, if_exists, test, negated)
}

/// The test behind a name in lower case, and whether its outcome is turned round.
fn test(name: &str) -> (Test, bool) {
    const EQUAL: &[Ordering] = &[Ordering::Equal];
    const LESS: &[Ordering] = &[Ordering::Less];
    const LESS_OR_EQUAL: &[Ordering] = &[Ordering::Less, Ordering::Equal];
    const GREATER: &[Ordering] = &[Ordering::Greater];
    const GREATER_OR_EQUAL: &[Ordering] = &[Ordering::Greater, Ordering::Equal];
    let orders = |name: &str| match name {
        "equals" => Some((EQUAL, false)),
        "notequals" => Some((EQUAL, true)),
        "lessthan" => Some((LESS, false)),
        "lessthanequals" => Some((LESS_OR_EQUAL, false)),
        "greaterthan" => Some((GREATER, false)),
        "greaterthanequals" => Some((GREATER_OR_EQUAL, false)),
        _ => None,
    };
    if let Some((orders, negated)) = name.strip_prefix("numeric").and_then(orders) {
        return (Test::Numeric(orders), negated);
    }
    if let Some((orders, negated)) = name.strip_prefix("date").and_then(orders) {
        return (Test::Date(orders), negated);
    }
    match name {
        "stringequals" => (Test::Text, false),
        "stringnotequals" => (Test::Text, true),
        "stringequalsignorecase" => (Test::TextOfAnyCase, false),
        "stringnotequalsignorecase" => (Test::TextOfAnyCase, true),
        "stringlike" => (Test::Like, false),
        "stringnotlike" => (Test::Like, true),
        // "ArnEquals and ArnLike behave identically."
        "arnequals" | "arnlike" => (Test::Arn, false),
        "arnnotequals" | "arnnotlike" => (Test::Arn, true),
        "bool" => (Test::Bool, false),
        "ipaddress" => (Test::Address, false),
        "notipaddress" => (Test::Address, true),
        "binaryequals" => (Test::Binary, false),
        "null" => (Test::Null, false),
        _ => (Test::Unknown, false),
    }
}
