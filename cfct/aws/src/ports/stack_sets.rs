//! Reading the stack sets of the management account.

use std::collections::BTreeMap;

use cfct_core::aws::AccountId;
use serde::{Deserialize, Serialize};

use super::{Answer, Word};

/// A stack set, without its instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackSetFacts {
    /// Its name.
    pub name: String,
    /// Its template, byte for byte.
    pub template: String,
    /// Its parameters; the value of one that is NoEcho is what CloudFormation shows: asterisks.
    pub parameters: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A stack instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstanceFacts {
    /// The account that holds it.
    pub account: AccountId,
    /// Its Region.
    pub region: Word,
    /// `CURRENT`, `OUTDATED`, `INOPERABLE`.
    pub status: Word,
    /// Why it is not current.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<Box<str>>,
}

/// Reads the stack sets of the management account, as CfCT sees them: self-managed, in the home Region.
pub trait StackSetReader {
    /// The names of the stack sets that are not deleted.
    fn stack_sets(&self) -> impl Answer<Vec<String>>;

    /// One of them.
    fn stack_set(&self, name: &str) -> impl Answer<StackSetFacts>;

    /// Its instances.
    fn instances(&self, stack_set: &str) -> impl Answer<Vec<InstanceFacts>>;

    /// The status of its last operation; `None` where it never had one.
    fn last_operation(&self, stack_set: &str) -> impl Answer<Option<String>>;
}
