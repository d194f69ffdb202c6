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

use crate::digest::sha256;

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

impl Step {
    /// Whether it takes something away: protection, a policy, a resource type from the backups.
    #[must_use]
    pub fn is_destructive(&self) -> bool {
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

/// What is wanted and cannot be done, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocked {
    /// What it is about.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub help: String,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The steps, in the order in which they are safe.
    pub steps: Vec<Step>,
    /// What cannot be done.
    pub blocked: Vec<Blocked>,
    /// What is as it is, and worth knowing.
    pub remarks: Vec<String>,
}

impl Decision {
    /// The steps of settings, then those of policies: a policy cannot be attached before its type is on.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.steps.extend(other.steps);
        self.blocked.extend(other.blocked);
        self.remarks.extend(other.remarks);
        self
    }

    /// Twelve hexadecimal digits over the steps, contents of policies included: another decision has another.
    #[must_use]
    pub fn id(&self) -> String {
        const DIGITS: usize = 12;
        // Serializing plain data does not fail.
        let text = serde_json::to_string(&self.steps).unwrap_or_default();
        sha256(&text)[..DIGITS].to_owned()
    }

    /// The steps that take something away.
    pub fn destructive(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.is_destructive())
    }
}

#[cfg(test)]
mod tests;
