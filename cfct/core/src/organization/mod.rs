//! The organization: its units, its accounts, and what Control Tower holds of them.
//!
//! It comes from a snapshot file. Everything is addressed by small indices, so that sets of accounts are
//! bitmaps ([`AccountSet`]) and ten thousand accounts fit into a few megabytes. Accounts are numbered in the
//! order of their ids: walking a set gives sorted ids.

mod account_set;
pub mod codes;
mod home;
mod read;
mod shape;
pub(crate) mod targets;
mod tree;

use std::collections::HashMap;
use std::sync::Arc;

use crate::aws::{AccountId, OuPath, Region};
use crate::finding::Finding;
use crate::snapshot;
use crate::source::{Location, SourceFile, Span};

pub use account_set::AccountSet;

/// The stack set whose accounts CfCT takes for the enrolled ones (`CONTROL_TOWER_BASELINE_CONFIG_STACKSET`).
pub const BASELINE_STACK_SET: &str = "AWSControlTowerBP-BASELINE-CONFIG";

/// The levels of units that AWS allows under the root.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
pub const DEEPEST_LEVEL: u32 = 5;

/// The number of an account in its organization; numbers follow the order of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountIndex(u32);

impl AccountIndex {
    /// Its place in [`Organization::accounts`].
    #[must_use]
    pub fn number(self) -> usize {
        self.0 as usize
    }
}

/// The number of a unit in its organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitIndex(u32);

impl UnitIndex {
    /// The root, which is held as a unit too.
    pub const ROOT: Self = Self(0);

    /// Its place in [`Organization::units`].
    #[must_use]
    pub fn number(self) -> usize {
        self.0 as usize
    }
}

/// An account's state in AWS Organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// In use: the only state that CfCT deploys to.
    Active,
    /// Suspended by its owner's closing it, or by AWS.
    Suspended,
    /// Being closed.
    PendingClosure,
    /// Not yet usable.
    PendingActivation,
    /// Closed for good.
    Closed,
    /// A word that is none of these.
    Unknown,
    /// No account of the organization: only the baseline stack set or `management_account_id` names it.
    Unlisted,
}

impl AccountStatus {
    /// The state that AWS means by a word.
    #[must_use]
    pub fn of_aws(word: &str) -> Option<Self> {
        Some(match word {
            "ACTIVE" => Self::Active,
            "SUSPENDED" => Self::Suspended,
            "PENDING_CLOSURE" => Self::PendingClosure,
            "PENDING_ACTIVATION" => Self::PendingActivation,
            "CLOSED" => Self::Closed,
            _ => return None,
        })
    }

    /// The state as a person says it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::PendingClosure => "being closed",
            Self::PendingActivation => "not yet activated",
            Self::Closed => "closed",
            Self::Unknown => "in an unknown state",
            Self::Unlisted => "not in the organization",
        }
    }
}

/// Fields of the file that the toolkit does not know: key and JSON as written.
pub type Unknown = Vec<(Box<str>, Box<str>)>;

/// An organizational unit, or the root.
#[derive(Clone, Debug)]
pub struct Unit {
    /// `ou-…`, or `r-…` of the root.
    pub id: Box<str>,
    /// Its name; `Root` of the root.
    pub name: Box<str>,
    /// What it stands under; `None` of the root and of a unit whose parent is unknown.
    pub parent: Option<UnitIndex>,
    /// The levels above it: 0 of the root; `None` where it is cut off from the root.
    pub level: Option<u32>,
    /// The units directly inside, by name.
    pub children: Vec<UnitIndex>,
    /// The accounts directly inside, by id.
    pub accounts: Vec<AccountIndex>,
    /// Where it stands in the file.
    pub span: Span,
    /// Fields that the toolkit does not know.
    pub unknown: Unknown,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name; empty where it is [`AccountStatus::Unlisted`].
    pub name: Box<str>,
    /// The address of its root user.
    pub email: Option<Box<str>>,
    /// Its state.
    pub status: AccountStatus,
    /// The unit it stands directly in.
    pub parent: Option<UnitIndex>,
    /// Where it stands in the file.
    pub span: Span,
    /// Its place in the file's list; CfCT's name table keeps the last of equal names.
    position: u32,
    /// Fields that the toolkit does not know.
    pub unknown: Unknown,
}

impl Account {
    /// Whether CfCT takes it: `ACTIVE`.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == AccountStatus::Active
    }

    /// The account for a message: name and id.
    #[must_use]
    pub fn display(&self) -> String {
        if self.name.is_empty() { self.id.to_string() } else { format!("{} ({})", self.name, self.id) }
    }
}

/// The stack set that Control Tower deploys to every enrolled account.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// Its name.
    pub name: Box<str>,
    /// The accounts with an instance of it: what CfCT takes for the enrolled ones.
    pub accounts: AccountSet,
    /// Its Regions.
    pub regions: Vec<Box<str>>,
}

/// A text of the file and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned {
    /// The text.
    pub value: Box<str>,
    /// Where.
    pub span: Span,
}

/// An organization.
#[derive(Clone, Debug)]
pub struct Organization {
    source: Arc<SourceFile>,
    /// The root first.
    units: Vec<Unit>,
    /// By id.
    accounts: Vec<Account>,
    unit_ids: HashMap<Box<str>, UnitIndex>,
    /// Accounts under their names in lower case, in the order of the file within a name.
    account_names: HashMap<Box<str>, Vec<AccountIndex>>,
    management: Option<AccountIndex>,
    baseline: Baseline,
    /// The home Region of Control Tower.
    pub home_region: Option<Spanned>,
    /// The partition as written; see [`Organization::partition`].
    partition: Option<Spanned>,
    /// See [`Organization::id`].
    id: Option<Spanned>,
    /// Fields that the toolkit does not know.
    pub unknown: Unknown,
}

/// What reading an organization file gave.
#[derive(Debug)]
pub struct Reading {
    /// The organization as far as it could be read; `None` where the file holds none.
    pub organization: Option<Organization>,
    /// What is wrong with the file.
    pub findings: Vec<Finding>,
}

/// Reads an organization, alone or under the key `organization` of a snapshot.
#[must_use]
pub fn read(source: &Arc<SourceFile>) -> Reading {
    read::read(source)
}

/// The JSON Schema of an organization file.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    snapshot::json_schema("Organization", "organization", &shape::ORGANIZATION)
}

impl Organization {
    /// The file it was read from.
    #[must_use]
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// Every unit, the root first, then in the order of the file.
    pub fn units(&self) -> impl ExactSizeIterator<Item = (UnitIndex, &Unit)> {
        self.units.iter().enumerate().map(|(index, unit)| (UnitIndex(index as u32), unit))
    }

    /// A unit.
    #[must_use]
    pub fn unit(&self, index: UnitIndex) -> &Unit {
        &self.units[index.0 as usize]
    }

    /// Every account by id, those that only the baseline names included.
    pub fn accounts(&self) -> impl ExactSizeIterator<Item = (AccountIndex, &Account)> {
        self.accounts.iter().enumerate().map(|(index, account)| (AccountIndex(index as u32), account))
    }

    /// An account.
    #[must_use]
    pub fn account(&self, index: AccountIndex) -> &Account {
        &self.accounts[index.0 as usize]
    }

    /// The account with this id.
    #[must_use]
    pub fn account_by_id(&self, id: AccountId) -> Option<AccountIndex> {
        let index = self.accounts.binary_search_by_key(&id, |account| account.id).ok()?;
        Some(AccountIndex(index as u32))
    }

    /// The accounts of this name, upper and lower case alike, whatever their state, in the file's order.
    #[must_use]
    pub fn accounts_by_name(&self, name: &str) -> &[AccountIndex] {
        self.account_names.get(name.to_lowercase().as_str()).map_or(&[], Vec::as_slice)
    }

    /// The unit or root with this id.
    #[must_use]
    pub fn unit_by_id(&self, id: &str) -> Option<UnitIndex> {
        self.unit_ids.get(id).copied()
    }

    /// The units of this name directly under `parent`: one, or several in a file that is wrong.
    #[must_use]
    pub fn children_named(&self, parent: UnitIndex, name: &str) -> &[UnitIndex] {
        let children = &self.unit(parent).children;
        let start = children.partition_point(|child| self.unit(*child).name.as_ref() < name);
        let rest = children.get(start..).unwrap_or_default();
        let length = rest.partition_point(|child| self.unit(*child).name.as_ref() == name);
        rest.get(..length).unwrap_or_default()
    }

    /// The unit at a path under the root. No part at all is the root.
    #[must_use]
    pub fn unit_at<'n>(&self, path: impl IntoIterator<Item = &'n str>) -> Option<UnitIndex> {
        path.into_iter()
            .try_fold(UnitIndex::ROOT, |parent, name| self.children_named(parent, name).first().copied())
    }

    /// The path of a unit; its bare name where it is cut off from the root.
    #[must_use]
    pub fn path(&self, unit: UnitIndex) -> OuPath {
        if self.unit(unit).level.is_none() {
            return OuPath::new([self.unit(unit).name.as_ref()]);
        }
        let mut names: Vec<&str> = self.ancestors(unit).map(|unit| self.unit(unit).name.as_ref()).collect();
        // The last is the root, which a path does not name.
        names.pop();
        OuPath::new(names.into_iter().rev())
    }

    /// A unit and everything above it, up to the root; only itself where it is cut off from the root.
    pub fn ancestors(&self, unit: UnitIndex) -> impl Iterator<Item = UnitIndex> {
        let rooted = self.unit(unit).level.is_some();
        std::iter::successors(Some(unit), move |unit| self.unit(*unit).parent.filter(|_| rooted))
    }

    /// The units below a unit, itself not included, level by level.
    #[must_use]
    pub fn descendants(&self, unit: UnitIndex) -> Vec<UnitIndex> {
        if self.unit(unit).level.is_none() {
            return Vec::new();
        }
        let mut found = self.unit(unit).children.clone();
        let mut next = 0;
        while let Some(child) = found.get(next) {
            found.extend_from_slice(&self.unit(*child).children);
            next += 1;
        }
        found
    }

    /// The active accounts directly inside a unit: what CfCT means by an organizational unit.
    pub fn active_in(&self, unit: UnitIndex) -> impl Iterator<Item = AccountIndex> {
        self.unit(unit).accounts.iter().copied().filter(|account| self.account(*account).is_active())
    }

    /// The management account.
    #[must_use]
    pub fn management(&self) -> Option<AccountIndex> {
        self.management
    }

    /// The partition: that of the home Region, or what the file says where the Region is too new to be known.
    #[must_use]
    pub fn partition(&self) -> Option<&str> {
        let home = self.home_region.as_ref().and_then(|home| Region::find(&home.value));
        home.map(|region| region.partition)
            .or_else(|| self.partition.as_ref().map(|partition| partition.value.as_ref()))
    }

    /// The id of the organization, `o-…`, where the file says it.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_ref().map(|id| &*id.value)
    }

    /// Where an account stands as `aws:PrincipalOrgPaths` has it, under an organization of this id:
    /// `o-a1b2c3d4e5/r-f6g7/ou-f6g7-def0/`. `None` where it is cut off from the root.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths>
    #[must_use]
    pub fn entity_path(&self, organization: &str, account: AccountIndex) -> Option<String> {
        let unit = self.account(account).parent.filter(|unit| self.unit(*unit).level.is_some())?;
        let mut ids: Vec<&str> = self.ancestors(unit).map(|unit| &*self.unit(unit).id).collect();
        ids.push(organization);
        Some(ids.iter().rev().fold(String::new(), |path, id| path + id + "/"))
    }

    /// Control Tower's baseline stack set.
    #[must_use]
    pub fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// The empty set of its accounts.
    #[must_use]
    pub fn no_accounts(&self) -> AccountSet {
        AccountSet::new(self.accounts.len())
    }

    /// A place in its file.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        Location::new(&self.source, span)
    }
}

#[cfg(test)]
mod tests;
