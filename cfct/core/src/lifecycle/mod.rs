//! Events that wake the companion: Control Tower's lifecycle events, and what Organizations says of effective backup
//! policies, in EventBridge's envelope.
//!
//! An event only says where to look. What is done there follows from what is there, so an event that is late, doubled
//! or out of order is as good as any, and none is too old.
//!
//! <https://docs.aws.amazon.com/controltower/latest/userguide/lifecycle-events.html>

mod fields;
mod read;
mod time;

use std::fmt;

use serde::Serialize;

use crate::aws::AccountId;

pub use read::read;

/// The longest event that EventBridge delivers, in bytes.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html>
pub const LONGEST: usize = 256 << 10;

/// Where events may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The management account.
    pub management_account: AccountId,
    /// The home Region of Control Tower.
    pub home_region: String,
    /// The id of the organization, where it is known.
    pub organization: Option<String>,
}

/// What an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// One that is known.
    Known(Event),
    /// One of the right source that is not known by name. It is counted, and what it wakes is at most the account that
    /// it names: the schedule looks at all others.
    Unknown(Event),
    /// One that is not meant for this companion, or is none.
    Rejected(Rejected),
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// EventBridge's id of it; the same in a second delivery.
    pub id: String,
    /// Its name: `CreateManagedAccount`.
    pub name: String,
    /// How what it tells of ended.
    pub outcome: Outcome,
    /// The accounts that it names as its subject; `None` where its subject is something else.
    pub accounts: Option<Vec<AccountId>>,
    /// Whom it wakes.
    pub wake: Wake,
    /// When what it tells of was done, in seconds since 1970, where it says so in a form that is known.
    pub completed: Option<i64>,
    /// Fields that are not known. They are passed over, and counted.
    pub unknown_fields: usize,
    /// What it says besides, for a log: what is wrong with an effective policy.
    pub remarks: Vec<String>,
}

/// How what an event tells of ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `SUCCEEDED`
    Succeeded,
    /// `FAILED`
    Failed,
    /// Another word, or none.
    Other(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Other(word) => word,
        })
    }
}

/// What is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wake {
    /// One account.
    Account(AccountId),
    /// Every account inside a unit, those in units below it included.
    Unit(String),
    /// Every account: what holds for all of them may have changed.
    Organization,
    /// Nothing, with the reason.
    Nothing(String),
}

impl Wake {
    /// Whether accounts came to be governed, which may lack everything.
    #[must_use]
    pub fn bootstraps(&self) -> bool {
        matches!(self, Self::Account(_) | Self::Unit(_))
    }
}

/// Why an event is not gone by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// It is longer than any event of EventBridge.
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// It is no JSON, or not in EventBridge's envelope.
    Malformed(String),
    /// Neither Control Tower nor Organizations sent it.
    Source(String),
    /// It is of another account.
    Account {
        /// The account.
        found: String,
        /// The management account.
        expected: AccountId,
    },
    /// It is of another Region.
    Region {
        /// The Region.
        found: String,
        /// The Region that such events come from.
        expected: String,
    },
    /// It is of another organization.
    Organization {
        /// Its id.
        found: String,
        /// The id of ours.
        expected: String,
    },
}

impl Rejected {
    /// A word for a metric.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too-long",
            Self::Malformed(_) => "malformed",
            Self::Source(_) => "source",
            Self::Account { .. } => "account",
            Self::Region { .. } => "region",
            Self::Organization { .. } => "organization",
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(f, "the event has {bytes} bytes, more than {LONGEST}"),
            Self::Malformed(why) => write!(f, "the event is malformed: {why}"),
            Self::Source(found) => {
                write!(f, "the event is from {found}, which is neither Control Tower nor Organizations")
            }
            Self::Account { found, expected } => {
                write!(f, "the event is of account {found}, and not of the management account {expected}")
            }
            Self::Region { found, expected } => {
                write!(f, "the event is of Region {found}, and such events come from {expected}")
            }
            Self::Organization { found, expected } => {
                write!(f, "the event names organization {found}, and ours is {expected}")
            }
        }
    }
}

impl std::error::Error for Rejected {}

#[cfg(test)]
mod tests;
