//! What `cfct apply` does to an organization: decided here, from what is wanted and what was observed.
//!
//! For those who do not route policies through CfCT, and for settings that CloudFormation has no type for.
//! Carrying the steps out and observing again gives a state for which nothing is left to decide; where a run
//! ends in between, the next one decides what remains.

pub mod policies;
pub mod settings;
mod wanted;

use std::fmt;

use serde::Serialize;

use crate::decision::{self, Change};

pub use policies::PolicyType;
pub use wanted::{Refused, policies as wanted_policies, settings as wanted_settings};

/// One call that changes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// To the organization, or to AWS Backup in an account.
    Setting(settings::Step),
    /// To a policy.
    Policy(policies::Step),
}

impl Change for Step {
    /// Whether it takes something away: protection, a policy, a resource type from the backups.
    fn is_destructive(&self) -> bool {
        match self {
            Self::Setting(step) => step.is_destructive(),
            Self::Policy(step) => step.is_destructive(),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(step) => step.fmt(f),
            Self::Policy(step) => step.fmt(f),
        }
    }
}

/// What is to be done: the steps of settings, then those of policies, since a policy cannot be attached before its type
/// is on.
pub type Decision = decision::Decision<Step>;

#[cfg(test)]
mod tests;
