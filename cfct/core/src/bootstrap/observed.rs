//! What was read of accounts, each thing by itself: there, not there, changing, or not known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::thing::{Content, Thing};

/// The tag on what the companion made, and its value.
pub const TAG: (&str, &str) = ("managed-by", "cfct-companion");

/// Everything that was read. A thing that is not in here was not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    things: BTreeMap<Thing, State>,
}

/// What was read of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody knows: not read, not allowed to, no answer. With the reason.
    Unknown(String),
    /// It is not there.
    Absent,
    /// It is on its way: a Region that is being enabled, a stack that is being created. With what is going on.
    Changing(String),
    /// Making it failed on AWS's side, and nothing goes on: a stack instance that is outdated or inoperable. With
    /// what AWS says.
    Failed(String),
    /// It is there.
    Present(Present),
}

/// A thing that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Present {
    /// Whose it is.
    pub owner: Owner,
    /// What it says.
    pub content: Content,
    /// What AWS calls it where the name is ours: the ARN of a key, of a vault. Of an alias, the ARN of its key.
    ///
    /// Of several keys with our tag and this alias in it, the one that the alias is of; where there is no alias,
    /// the oldest, and of equals the first by ARN: everybody has to choose the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was made, in seconds since 1970, where that matters: of claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
}

/// Whose a thing is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The companion's, by the tag [`TAG`] on it or on what it belongs to.
    Companion,
    /// Nobody's: a setting, or what AWS itself has one of in each account.
    Settings,
    /// A stack set's: CloudFormation's tags say so.
    StackSet(String),
    /// Control Tower's own backup baseline's, by its names and its tag.
    ControlTower,
    /// Somebody else's.
    Other,
}

impl Owner {
    /// Whether the companion may change it.
    #[must_use]
    pub fn lets_us(&self) -> bool {
        matches!(self, Self::Companion | Self::Settings)
    }

    /// Who that is, for a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Companion => "the companion".to_owned(),
            Self::Settings => "the account".to_owned(),
            Self::StackSet(name) => format!("the stack set {name}"),
            Self::ControlTower => "Control Tower".to_owned(),
            Self::Other => "somebody else".to_owned(),
        }
    }
}

impl Observed {
    /// What was read of a thing.
    #[must_use]
    pub fn of(&self, thing: &Thing) -> &State {
        static NOT_READ: State = State::Unknown(String::new());
        self.things.get(thing).unwrap_or(&NOT_READ)
    }

    /// What was read of a thing that is there.
    #[must_use]
    pub fn present(&self, thing: &Thing) -> Option<&Present> {
        match self.of(thing) {
            State::Present(present) => Some(present),
            _ => None,
        }
    }

    /// Takes down what was read; whatever was known before is forgotten.
    pub fn set(&mut self, thing: Thing, state: State) {
        self.things.insert(thing, state);
    }

    /// Everything that was read, in order.
    pub fn things(&self) -> impl ExactSizeIterator<Item = (&Thing, &State)> {
        self.things.iter()
    }

    /// Adds what was read elsewhere: of the organization, once for many accounts. What both know is as `other`
    /// has it.
    pub fn extend(&mut self, other: &Self) {
        self.things.extend(other.things.iter().map(|(thing, state)| (thing.clone(), state.clone())));
    }
}
