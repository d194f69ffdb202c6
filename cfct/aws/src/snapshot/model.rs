//! What a snapshot holds: `docs/schemas/organization.schema.json` and `deployed.schema.json` as types.

use std::collections::BTreeMap;

use cfct_core::aws::AccountId;
use serde::Serialize;

use crate::ports::{InstanceFacts, Word};

/// The version of the shape.
pub const VERSION: u32 = 1;

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// The version of this shape.
    pub version: u32,
    /// The organization.
    pub organization: Organization,
    /// What is deployed in it.
    pub deployed: Deployed,
}

/// The organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organization {
    /// The id of the management account.
    pub management_account_id: AccountId,
    /// The id of the root.
    pub root_id: String,
    /// The units at any depth, sorted by id.
    pub organizational_units: Vec<Unit>,
    /// The accounts, sorted by id.
    pub accounts: Vec<Account>,
    /// The stack set whose accounts CfCT takes for the enrolled ones.
    pub baseline_stack_set: Baseline,
    /// Control Tower's home Region.
    pub home_region: String,
    /// The partition.
    pub partition: String,
}

/// An organizational unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The id of the unit or root above it.
    pub parent: String,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub status: String,
    /// The id of the unit or root above it.
    pub parent: String,
    /// The address of its root user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// The stack set whose accounts CfCT takes for the enrolled ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Baseline {
    /// Its name.
    pub name: String,
    /// The accounts that hold an instance, sorted.
    pub accounts: Vec<AccountId>,
    /// The Regions of its instances, sorted.
    pub regions: Vec<Word>,
}

/// What is deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Deployed {
    /// The stack sets, sorted by name.
    pub stack_sets: Vec<StackSet>,
    /// The policies, sorted by type and name.
    pub policies: Vec<Policy>,
    /// Parameters of Parameter Store.
    pub ssm_parameters: BTreeMap<String, String>,
}

/// A stack set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StackSet {
    /// Its name.
    pub name: String,
    /// Its template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_body: Option<String>,
    /// The SHA-256 of its template, where the body is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_sha256: Option<String>,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The status of its last operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_operation: Option<String>,
    /// Its instances, sorted.
    pub instances: Vec<InstanceFacts>,
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its description.
    pub description: String,
    /// Its content, as text.
    pub content: String,
    /// The ids of what it is attached to, sorted.
    pub targets: Vec<String>,
}
