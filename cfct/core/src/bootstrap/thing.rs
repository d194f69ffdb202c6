//! What an account has or lacks: one name for each thing, and what is said of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::aws::AccountId;

/// One thing in one account, and in one Region unless it is global. Names are unique, so that a thing can be
/// looked for before it is made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thing {
    /// The account that it is in.
    pub account: AccountId,
    /// The Region; `None` of what is global.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Its name; [`Kind`] says which.
    pub name: String,
}

/// What a thing is, and what names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The account itself; named by its name. It is not made here.
    Account,
    /// A Region that has to be opted in to; named by its id. Global, told by the account's own list of Regions.
    Region,
    /// A service's access to the organization; named by its principal. In the management account, global.
    TrustedAccess,
    /// A type of policies that is on in the root; named as AWS does. In the management account, global.
    PolicyType,
    /// The global settings of AWS Backup; named `backup`. In the management account.
    GlobalSettings,
    /// The resource types that AWS Backup is to back up; named `backup`.
    OptIns,
    /// A service-linked role; named by the principal of the service. Global.
    ServiceLinkedRole,
    /// A role, with its trust and its managed policies; named without a path. Global.
    Role,
    /// The stacks of a stack set in this account, in the Regions that [`Content::Regions`] names; named by the stack
    /// set as CloudFormation has it. Global, since one operation makes them all.
    ///
    /// Observed, it is present where the stack set is there, even without a stack in this account, and has the id of
    /// the stack set's last operation: so that the token of the next one is new. Absent is the stack set.
    StackInstances,
    /// That somebody is about to do what AWS would do twice; named by what it is about. See [`super::claim`].
    Claim,
    /// A customer managed key; named by its alias, whether or not the alias is there.
    Key,
    /// An alias of a key.
    Alias,
    /// A vault.
    Vault,
    /// The access policy of a vault; named by the vault.
    AccessPolicy,
    /// What a vault tells a topic of; named by the vault.
    Notifications,
    /// The units that a vault's access policy lets copies in from; named by the vault.
    Admission,
    /// That an air-gapped vault is shared with one account through RAM; named `<vault>/<account>`. Each account has
    /// its own, so that runs for several do not write over each other.
    VaultShare,
    /// The units that a portfolio is shared with; named by the portfolio's id.
    PortfolioShare,
    /// A framework of AWS Backup Audit Manager.
    Framework,
    /// A plan that tests restores.
    RestoreTesting,
    /// The lock of a vault; named by the vault.
    Lock,
}

impl Kind {
    /// What a person calls it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Region => "Region",
            Self::TrustedAccess => "trusted access of",
            Self::PolicyType => "policy type",
            Self::GlobalSettings => "global settings of",
            Self::OptIns => "resource types of",
            Self::ServiceLinkedRole => "service-linked role of",
            Self::Role => "role",
            Self::StackInstances => "stacks of the stack set",
            Self::Claim => "claim on",
            Self::Key => "key",
            Self::Alias => "alias",
            Self::Vault => "vault",
            Self::AccessPolicy => "access policy of the vault",
            Self::Notifications => "notifications of the vault",
            Self::Admission => "admission of copies to the vault",
            Self::VaultShare => "share of the vault",
            Self::PortfolioShare => "share of the portfolio",
            Self::Framework => "framework",
            Self::RestoreTesting => "restore testing plan",
            Self::Lock => "lock of the vault",
        }
    }

    /// Whether AWS takes the order and carries it out later: what comes after has to wait for another look.
    #[must_use]
    pub fn is_asynchronous(self) -> bool {
        matches!(self, Self::Region | Self::PolicyType | Self::StackInstances)
    }
}

/// What is said of a thing, as wanted or as observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// That it is there is all: a Region, trusted access, a policy type, a service-linked role, an alias, a
    /// stack.
    Bare,
    /// A role.
    Role {
        /// Who may take it.
        trust: Json,
        /// The ARNs of its managed policies.
        managed_policies: BTreeSet<String>,
    },
    /// A key; wanted with rotation.
    Key {
        /// Its policy.
        policy: Json,
    },
    /// A vault. Wanted, its key is that of [`super::Step::uses`]; observed, it is this one.
    Vault {
        /// The ARN of its key, as observed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// An access policy.
    Policy(Json),
    /// What a vault tells.
    Notifications {
        /// The ARN of the topic.
        topic: String,
        /// AWS's names of the events.
        events: BTreeSet<String>,
    },
    /// Resource types, and whether they are backed up.
    OptIns(BTreeMap<String, bool>),
    /// The Regions of stacks: those there, and those to be added.
    Regions(BTreeSet<String>),
    /// Settings by AWS's names.
    Settings(BTreeMap<String, String>),
    /// What is admitted or shared with: organization paths, account ids, unit ids.
    Members(BTreeSet<String>),
    /// The controls of a framework, with their parameters.
    Controls(BTreeMap<String, BTreeMap<String, String>>),
    /// A plan that tests restores.
    Restores {
        /// When, as AWS Backup writes schedules, in UTC.
        schedule: String,
        /// The vaults whose recovery points are restored, by ARN.
        vaults: BTreeSet<String>,
        /// The resource types that are restored.
        types: BTreeSet<String>,
        /// The role that restores, by ARN.
        role: String,
    },
    /// A lock.
    Lock(LockContent),
    /// A claim.
    Claim {
        /// How many there were before it.
        generation: u32,
    },
}

/// A lock, as wanted or as observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockContent {
    /// The shortest retention that it admits, in days.
    pub min: u32,
    /// The longest.
    pub max: u32,
    /// Wanted in compliance mode: the days until it is for ever. `None` is governance mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changeable_for_days: Option<u32>,
    /// Observed in compliance mode: when it is for ever, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_date: Option<i64>,
}

impl LockContent {
    /// Whether it is one that nobody can lift.
    #[must_use]
    pub fn is_compliance(&self) -> bool {
        self.changeable_for_days.is_some() || self.lock_date.is_some()
    }
}

impl Content {
    /// Whether what was observed is all that is wanted. What is wanted of settings, resource types and members
    /// is a part of the whole: what others put there stays.
    #[must_use]
    pub fn satisfies(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Vault { .. }, Self::Vault { .. }) => true,
            (
                Self::Role { trust, managed_policies },
                Self::Role { trust: wanted, managed_policies: more },
            ) => super::policies::same(trust, wanted) && managed_policies.is_superset(more),
            (Self::Key { policy }, Self::Key { policy: wanted })
            | (Self::Policy(policy), Self::Policy(wanted)) => super::policies::same(policy, wanted),
            // AWS Backup says what it knows; what it does not know cannot be set.
            (Self::OptIns(there), Self::OptIns(wanted)) => {
                wanted.iter().all(|(name, is_on)| there.get(name).is_none_or(|now| now == is_on))
            }
            (Self::Settings(there), Self::Settings(wanted)) => {
                wanted.iter().all(|(name, value)| there.get(name) == Some(value))
            }
            (Self::Members(there), Self::Members(wanted)) | (Self::Regions(there), Self::Regions(wanted)) => {
                there.is_superset(wanted)
            }
            (Self::Lock(there), Self::Lock(wanted)) => {
                (there.min, there.max, there.is_compliance())
                    == (wanted.min, wanted.max, wanted.is_compliance())
            }
            (there, wanted) => there == wanted,
        }
    }

    /// The whole of what is to be written over what was observed, others' parts included.
    #[must_use]
    pub fn over(&self, observed: &Self) -> Self {
        match (self, observed) {
            (Self::OptIns(wanted), Self::OptIns(there)) => {
                let known = |name: &&String| there.contains_key(*name);
                let mut all = there.clone();
                all.extend(
                    wanted.iter().filter(|(name, _)| known(name)).map(|(name, on)| (name.clone(), *on)),
                );
                Self::OptIns(all)
            }
            (Self::Members(wanted), Self::Members(there)) => Self::Members(there | wanted),
            // Stacks are added to those that are there.
            (Self::Regions(wanted), Self::Regions(there)) => Self::Regions(wanted - there),
            (Self::Role { trust, managed_policies }, Self::Role { managed_policies: there, .. }) => {
                Self::Role { trust: trust.clone(), managed_policies: managed_policies | there }
            }
            _ => self.clone(),
        }
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} in {}", self.kind.words(), self.name, self.account)?;
        match &self.region {
            Some(region) => write!(f, ", {region}"),
            None => Ok(()),
        }
    }
}
