//! What is to be done to an organization through the API: the steps, what cannot be done, what is worth knowing.

use std::fmt::Display;

use serde::Serialize;

use crate::digest::sha256;

/// One call that changes something.
pub trait Change: Display + Serialize {
    /// Whether it takes something away.
    fn is_destructive(&self) -> bool;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<S> {
    /// The steps, in the order in which they are safe.
    pub steps: Vec<S>,
    /// What cannot be done.
    pub blocked: Vec<Blocked>,
    /// What is as it is, and worth knowing.
    pub remarks: Vec<String>,
}

impl<S> Default for Decision<S> {
    fn default() -> Self {
        Self { steps: Vec::new(), blocked: Vec::new(), remarks: Vec::new() }
    }
}

impl<S: Change> Decision<S> {
    /// The steps of this one, then those of `other`.
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
    pub fn destructive(&self) -> impl Iterator<Item = &S> {
        self.steps.iter().filter(|step| step.is_destructive())
    }
}
