//! What is deployed: stack sets with their instances, policies with their targets, parameters of Parameter
//! Store. Read from a file; who writes it is another matter.
//!
//! Accounts are numbers of a table ([`Accounts`]) that holds those of the organization and those that only
//! an instance names, so that ten thousand accounts in five hundred stack sets are bitmaps, not texts.

pub mod codes;
mod read;
mod shape;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::aws::AccountId;
use crate::finding::Finding;
use crate::organization::{AccountIndex, AccountSet, Organization};
use crate::snapshot::{self, Shape};
use crate::source::{SourceFile, Span};
use crate::stack_set_machine::stage::STACK_SET_TAG;
use crate::stack_set_machine::{IndexSet, OperationStatus};

pub use read::{read, read_beside};

/// The newest `version` of a snapshot that this reads.
pub const NEWEST_VERSION: i128 = 1;

/// Every account there is: numbers in the order of the ids.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    ids: Vec<AccountId>,
    /// For each account of the organization, its number here.
    of_organization: Vec<usize>,
}

impl Accounts {
    /// The accounts of the organization, and `others`.
    #[must_use]
    pub fn new(organization: &Organization, others: impl IntoIterator<Item = AccountId>) -> Self {
        let own: Vec<AccountId> = organization.accounts().map(|(_, account)| account.id).collect();
        let mut ids: Vec<AccountId> = own.iter().copied().chain(others).collect();
        ids.sort_unstable();
        ids.dedup();
        let of_organization = own.iter().filter_map(|id| ids.binary_search(id).ok()).collect();
        Self { ids, of_organization }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The number of an account.
    #[must_use]
    pub fn number(&self, id: AccountId) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }

    /// The id of an account.
    #[must_use]
    pub fn id(&self, number: usize) -> Option<AccountId> {
        self.ids.get(number).copied()
    }

    /// The number of an account of the organization.
    #[must_use]
    pub fn number_of(&self, account: AccountIndex) -> Option<usize> {
        self.of_organization.get(account.number()).copied()
    }

    /// A set of the organization's accounts as numbers.
    #[must_use]
    pub fn numbers(&self, accounts: &AccountSet) -> IndexSet {
        accounts.iter().filter_map(|account| self.number_of(account)).collect()
    }
}

/// The deployed state.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// The file.
    pub source: Arc<SourceFile>,
    /// Every account that it or the organization names.
    pub accounts: Accounts,
    /// The Regions of instances, in the order of their names.
    pub regions: Vec<Box<str>>,
    /// The stack sets in the order of their names.
    pub stack_sets: BTreeMap<Box<str>, StackSet>,
    /// The policies in the file's order.
    pub policies: Vec<Policy>,
    /// Parameters of Parameter Store, by name.
    pub ssm_parameters: BTreeMap<Box<str>, Box<str>>,
    /// What AWS Backup is opted in to.
    pub backup_opt_in: Vec<OptIn>,
}

/// What AWS Backup is opted in to in one account and Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptIn {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Box<str>,
    /// Whether it is opted in to each resource type, by the names that AWS Backup has for them.
    pub resource_types: BTreeMap<Box<str>, bool>,
}

/// The template of a stack set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Template {
    /// The text.
    Body(Arc<str>),
    /// The SHA-256 of the text, in lower-case hexadecimal.
    Digest(Box<str>),
    /// The file says neither.
    Unknown,
}

/// A stack set.
#[derive(Clone, Debug)]
pub struct StackSet {
    /// Its template.
    pub template: Template,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<Box<str>, Box<str>>,
    /// How its last operation ended; `None` where it never had one.
    pub last_operation: Option<OperationStatus>,
    /// The accounts that hold an instance, by Region (a number of [`Deployed::regions`]).
    pub instances: BTreeMap<usize, IndexSet>,
    /// Instances that are not CURRENT.
    pub troubled: Vec<Troubled>,
    /// Where its name stands.
    pub span: Span,
}

impl StackSet {
    /// Whether CfCT takes it for its own: the prefix of the name is the caller's to look at.
    #[must_use]
    pub fn has_tag(&self) -> bool {
        self.tags.get(STACK_SET_TAG.0).is_some_and(|value| &**value == STACK_SET_TAG.1)
    }

    /// How many instances it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.instances.values().map(IndexSet::len).sum()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.instances.values().all(IndexSet::is_empty)
    }
}

/// Instances that are not CURRENT, for the same reason.
#[derive(Clone, Debug)]
pub struct Troubled {
    /// The accounts.
    pub accounts: IndexSet,
    /// The Regions.
    pub regions: IndexSet,
    /// OUTDATED, INOPERABLE, or what the file says.
    pub status: Box<str>,
    /// Why.
    pub reason: Option<Box<str>>,
}

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its id.
    pub id: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// Its type, as AWS writes it.
    pub kind: Box<str>,
    /// Its description.
    pub description: Option<Box<str>>,
    /// Its content as text.
    pub content: Option<Box<str>>,
    /// The ids of what it is attached to.
    pub targets: Vec<Box<str>>,
    /// Where its name stands.
    pub span: Span,
}

/// What reading a deployed state gave.
#[derive(Debug)]
pub struct Reading {
    /// `None` where the file holds none.
    pub deployed: Option<Deployed>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// The JSON Schema of the deployed state.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    snapshot::json_schema("Deployed state", "deployed", &shape::DEPLOYED)
}

static SHAPE: Shape = Shape::Object(&shape::DEPLOYED);

#[cfg(test)]
mod tests;
