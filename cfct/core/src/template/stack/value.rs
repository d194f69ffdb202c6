//! Values of a stack.

use serde_json::{Map, Value as Json};

/// Stands in a text for the id of the account, where one evaluation serves several accounts. A character of
/// Unicode's private use area, which no template has reason to hold.
pub const ACCOUNT: &str = "\u{e000}";

/// Encloses in a text what stands for an id that AWS makes up, such as that of a key.
pub(super) const GENERATED: &str = "\u{e001}";

/// What a part of a template comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A scalar, as text.
    Text(String),
    /// A list, without what turned out to be nothing.
    List(Vec<Value>),
    /// A map, in the order of the template.
    Map(Vec<(Box<str>, Value)>),
    /// Not there.
    Nothing,
    /// Not known without deploying.
    Unknown,
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Unknown, |text| Self::Text(text.to_owned()))
    }
}

impl Value {
    /// The text, where it is one that is known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What stands under a key; [`Value::Unknown`] where the whole is unknown.
    #[must_use]
    pub fn get(&self, key: &str) -> &Self {
        match self {
            Self::Map(entries) => {
                entries.iter().find(|(name, _)| **name == *key).map_or(&Self::Nothing, |(_, value)| value)
            }
            Self::Unknown => &Self::Unknown,
            _ => &Self::Nothing,
        }
    }

    /// The values of a list, or the one value.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Nothing => &[],
            one => std::slice::from_ref(one),
        }
    }

    /// Whether it, or anything in it, is unknown.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Text(text) => is_dynamic(text),
            Self::List(items) => items.iter().any(Self::has_unknown),
            Self::Map(entries) => entries.iter().any(|(_, value)| value.has_unknown()),
            Self::Nothing => false,
        }
    }

    /// A whole number that is known: `Some(None)` where there is nothing.
    #[must_use]
    pub fn number(&self) -> Option<Option<u64>> {
        match self {
            Self::Nothing => Some(None),
            Self::Text(text) => text.parse().ok().map(Some),
            _ => None,
        }
    }

    /// `text` where there is nothing.
    #[must_use]
    pub fn or_text(self, text: &str) -> Self {
        match self {
            Self::Nothing => Self::Text(text.to_owned()),
            value => value,
        }
    }

    /// The texts with a separator between them.
    #[must_use]
    pub fn join(separator: &str, parts: &[Self]) -> Self {
        /// No text that a resource takes is longer.
        const LONGEST: usize = 256 << 10;
        let texts: Option<Vec<&str>> = parts.iter().map(Self::text).collect();
        let bytes = |texts: &Vec<&str>| texts.iter().map(|text| text.len() + separator.len()).sum::<usize>();
        let texts = texts.filter(|texts| bytes(texts) <= LONGEST);
        texts.map_or(Self::Unknown, |texts| Self::Text(texts.join(separator)))
    }

    /// As JSON in an account; `None` where anything in it is unknown.
    #[must_use]
    pub fn json(&self, account: &str) -> Option<Json> {
        Some(match self {
            Self::Text(text) if is_dynamic(text) => return None,
            Self::Text(text) => Json::String(in_account(text, account)),
            Self::List(items) => {
                Json::Array(items.iter().map(|item| item.json(account)).collect::<Option<_>>()?)
            }
            Self::Map(entries) => {
                let entries =
                    entries.iter().map(|(key, value)| Some((key.to_string(), value.json(account)?)));
                Json::Object(entries.collect::<Option<Map<_, _>>>()?)
            }
            Self::Nothing | Self::Unknown => return None,
        })
    }
}

/// What stands for the id that AWS makes up for a resource of a stack set.
#[must_use]
pub fn generated(stack_set: &str, logical_id: &str) -> String {
    format!("{GENERATED}{stack_set}/{logical_id}{GENERATED}")
}

/// A text as an account has it.
#[must_use]
pub fn in_account(text: &str, account: &str) -> String {
    text.replace(ACCOUNT, account)
}

/// Whether CloudFormation puts something in when it deploys.
fn is_dynamic(text: &str) -> bool {
    text.contains("{{resolve:")
}
