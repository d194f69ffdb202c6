//! What the companion goes by: one JSON document, made when the configuration is packaged and put beside the zip.
//!
//! Its key names its bytes, as those of product templates do, and the record of the release names its key. The zip that
//! is published names its release, so zip and document change in one step, and go back in one.

mod make;
mod read;
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::thing::{Kind, LockContent};
use crate::aws::{AccountId, OuPath};

pub use make::make;
pub use read::{NotUsable, read};
pub use schema::json_schema;

/// The folder of the document in the artifact bucket.
pub const FOLDER: &str = "companion/bootstrap";

/// The key of a document in the artifact bucket: `companion/bootstrap/<sha256>.json`.
#[must_use]
pub fn key(sha256: &str) -> String {
    format!("{FOLDER}/{sha256}.json")
}

/// The version of its shape that this binary writes, and the newest that it reads. Any change of the shape is a new
/// one, since a field that is not known is refused.
pub const FORMAT: u32 = 1;

/// What the companion goes by.
///
/// An unknown field is refused, not passed over: the document is written by the same program that reads it, so a
/// field that it does not know is a mistake of a hand or of a release, and what is passed over may be what
/// protects an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// [`FORMAT`]
    pub format: u32,
    /// The partition that stands in ARNs.
    pub partition: String,
    /// What ends the host names of services there.
    pub url_suffix: String,
    /// The home Region of Control Tower, where its events come from and where global things are made.
    pub home_region: String,
    /// The Regions that each account is protected in, the home Region first.
    pub regions: Vec<String>,
    /// The id of the organization, where the package knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The management account.
    pub management_account: AccountId,
    /// The role that the companion takes in other accounts, without a path.
    pub role: String,
    /// The bus that "account ready" is told on; nobody is told where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_bus: Option<String>,
    /// How the things of an account come about.
    pub delivery: Delivery,
    /// The accounts that are protected.
    pub protects: Targets,
    /// What each of them gets from the companion, where delivery is direct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<Protection>,
    /// Resource types that AWS Backup is to back up, or not, in every Region of each protected account.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub opt_ins: BTreeMap<String, bool>,
    /// Whether Regions are enabled that have to be opted in to. Without it they are waited for.
    pub enables_regions: bool,
    /// The stack sets that put something of interest into accounts, in the order of deployment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack_sets: Vec<StackSet>,
    /// What the organization has once.
    #[serde(default)]
    pub organization_wide: OrganizationWide,
}

/// How the things of an account come about. Never both ways for one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// The account is added to the stack sets of the manifest, before CfCT's own run gets to it.
    StackSets,
    /// The companion makes them itself, through its role in the account.
    Direct,
}

/// Accounts, named as CfCT's manifest names them: a unit stands for the accounts directly inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Every account of the organization, the management account included.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// Paths of units; `Root` is the accounts directly under the root.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub units: BTreeSet<String>,
    /// Accounts.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<AccountId>,
}

impl Targets {
    /// Whether an account in a unit is one of them.
    #[must_use]
    pub fn admits(&self, account: AccountId, unit: &OuPath) -> bool {
        self.all || self.accounts.contains(&account) || self.units.contains(&unit.to_string())
    }
}

/// A stack set of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackSet {
    /// Its name in CloudFormation.
    pub name: String,
    /// Where its instances go.
    pub targets: Targets,
    /// In which Regions.
    pub regions: Vec<String>,
    /// What it makes there, as far as that is known: kinds and names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub makes: Vec<Made>,
}

/// What a stack set makes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// What.
    pub kind: Kind,
    /// Its name, as [`Kind`] has it.
    pub name: String,
}

/// What the companion makes in each protected account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protection {
    /// The name of the role that AWS Backup takes.
    pub role: String,
    /// The names of its managed policies, with their paths: `service-role/AWSBackupServiceRolePolicyForBackup`.
    pub managed_policies: BTreeSet<String>,
    /// The alias of the key, `alias/` included.
    pub alias: String,
    /// The name of the vault.
    pub vault: String,
    /// The ARNs of vaults elsewhere that copies may go to, besides the vault of the same name in the other Regions.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub copy_targets: BTreeSet<String>,
    /// The accounts that copies come back from, and that read the key for copies.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub copy_accounts: BTreeSet<AccountId>,
    /// The permission set whose roles may delete recovery points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<String>,
    /// The topic in the same account and Region that the vault tells of events; it is not told where there is
    /// none. The topic itself is not made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The lock; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<Lock>,
    /// The framework of AWS Backup Audit Manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework: Option<Framework>,
    /// The plan that tests restores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore_testing: Option<RestoreTesting>,
    /// Tags on role, key and vault, beside the companion's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// The lock of each vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// What it says.
    pub content: LockContent,
    /// The name of the vault once more, where the mode is compliance: without it no such lock is put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<String>,
}

/// A framework of AWS Backup Audit Manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its name.
    pub name: String,
    /// Its controls, with their parameters.
    pub controls: BTreeMap<String, BTreeMap<String, String>>,
}

/// A plan that tests restores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreTesting {
    /// Its name.
    pub name: String,
    /// When, in UTC.
    pub schedule: String,
    /// Which resource types.
    pub types: BTreeSet<String>,
}

/// What the organization has once, in the management account and in the accounts that take copies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationWide {
    /// Service principals with access to the organization.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub trusted_access: BTreeSet<String>,
    /// Policy types that are on.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub policy_types: BTreeSet<String>,
    /// Global settings of AWS Backup.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub global_settings: BTreeMap<String, String>,
    /// Resource types in the management account, whose choice is the one that counts for plans of backup policies.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub opt_ins: BTreeMap<String, bool>,
    /// Vaults elsewhere that have to let copies in from the protected accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vaults: Vec<SharedVault>,
    /// Portfolios that are shared with units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portfolios: Vec<Portfolio>,
}

/// A vault that takes copies: central, in the bunker, or air-gapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedVault {
    /// Its account.
    pub account: AccountId,
    /// Its Region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// The organization paths that its policy has to admit, as `aws:PrincipalOrgPaths` has them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub paths: BTreeSet<String>,
    /// Whether it is air-gapped and shared through RAM with each protected account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_shared: bool,
}

/// A portfolio of Service Catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portfolio {
    /// The account that offers it.
    pub account: AccountId,
    /// Its Region.
    pub region: String,
    /// Its display name.
    pub name: String,
    /// The ids of the units that it is shared with.
    pub units: BTreeSet<String>,
}

impl Configuration {
    /// The stack sets that go to an account in a unit, in the order of deployment.
    pub fn stack_sets_of<'c>(
        &'c self,
        account: AccountId,
        unit: &'c OuPath,
    ) -> impl Iterator<Item = &'c StackSet> {
        self.stack_sets.iter().filter(move |stack_set| stack_set.targets.admits(account, unit))
    }

    /// The document as it is put into the bucket: the same for the same configuration, byte for byte.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Serializing plain data does not fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// An ARN in its partition.
    #[must_use]
    pub fn arn(&self, service: &str, region: &str, account: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{region}:{account}:{resource}", self.partition)
    }
}
