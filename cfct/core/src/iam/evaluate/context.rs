//! The request context: the condition keys of a request and their values.

use std::collections::BTreeMap;

/// Condition keys and their values. Keys are compared without regard to case, as IAM does.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/intro-structure.html#intro-structure-request>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<Box<str>, Vec<Box<str>>>,
}

impl Context {
    /// Sets a key; a key that is there already gets the new values.
    pub fn set<'v>(&mut self, key: &str, values: impl IntoIterator<Item = &'v str>) {
        let values = values.into_iter().map(Box::from).collect();
        self.values.insert(key.to_ascii_lowercase().into(), values);
    }

    /// Sets a key of one value, unless the request says something else of it.
    pub fn derive(&mut self, key: &str, value: &str) {
        if self.get(&key.to_ascii_lowercase()).is_none() {
            self.set(key, [value]);
        }
    }

    /// The same keys, with a word in their values replaced.
    #[must_use]
    pub fn replaced(&self, word: &str, by: &str) -> Self {
        let all =
            |values: &Vec<Box<str>>| values.iter().map(|value| value.replace(word, by).into()).collect();
        let values = self.values.iter();
        Self { values: values.map(|(key, values)| (key.clone(), all(values))).collect() }
    }

    /// The values of a key that is given in lower case; `None` where the request does not hold the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[Box<str>]> {
        self.values.get(key).map(Vec::as_slice)
    }

    /// The value of a key (in lower case) that has exactly one.
    #[must_use]
    pub fn single(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            [value] => Some(value),
            _ => None,
        }
    }
}
