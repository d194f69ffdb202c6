//! Words that come by the hundred thousand: Regions and states of instances.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use cfct_core::aws::Region;
use serde::{Deserialize, Serialize};

/// The states of a stack instance.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstance.html>
const STATES: [&str; 3] = ["CURRENT", "OUTDATED", "INOPERABLE"];

/// A word, kept once where it is a known one: an organization has hundreds of thousands of instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct Word(Cow<'static, str>);

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        let region = || Region::find(text).map(|region| region.id);
        let known = STATES.into_iter().find(|state| *state == text).or_else(region);
        Self(known.map_or_else(|| Cow::Owned(text.to_owned()), Cow::Borrowed))
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
