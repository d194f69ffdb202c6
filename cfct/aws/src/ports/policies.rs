//! The policies of an organization.

use serde::{Deserialize, Serialize};

use super::Answer;

/// A policy, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFacts {
    /// Its id: `p-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type: `SERVICE_CONTROL_POLICY`.
    pub kind: String,
    /// Its description; may be empty.
    pub description: String,
}

/// Keeps the policies of an organization.
pub trait PolicyStore {
    /// The policies of one type.
    fn policies(&self, kind: &str) -> impl Answer<Vec<PolicyFacts>>;

    /// The content of a policy, as text.
    fn content(&self, policy: &str) -> impl Answer<String>;

    /// The ids of the root, units and accounts that a policy is attached to.
    fn targets(&self, policy: &str) -> impl Answer<Vec<String>>;
}
