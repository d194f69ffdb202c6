//! `[bootstrap]`: what the companion does for a new account.
//!
//! ```toml
//! [bootstrap]
//! delivery = "direct"
//! units = ["Workloads:Prod"]
//! ready-bus = "cfct-companion"
//!
//! [bootstrap.lock]
//! mode = "compliance"
//! min-retention-days = 7
//! max-retention-days = 2555
//! changeable-for-days = 30
//! confirm-compliance-lock = "org-backup-vault"
//! ```

use std::collections::BTreeSet;

use crate::aws::AccountId;
use crate::bootstrap::configuration::Delivery;
use crate::source::Location;

/// What `[bootstrap]` says. What is not said is as the templates of this repository have it.
#[derive(Clone, Debug)]
pub struct BootstrapSettings {
    /// How the things of an account come about, and where that is written.
    pub delivery: (Delivery, Location),
    /// Paths of the units whose accounts are protected; those of `[deployment] backup-units` where empty.
    pub units: BTreeSet<String>,
    /// The Regions that they are protected in; the home Region and the recovery Region where empty.
    pub regions: Vec<String>,
    /// Whether Regions are enabled that have to be opted in to.
    pub enables_regions: bool,
    /// The bus that "account ready" is told on.
    pub ready_bus: Option<String>,
    /// The name of the backup role.
    pub role: String,
    /// The alias of the key.
    pub alias: String,
    /// The name of the vault.
    pub vault: String,
    /// The topic that the vault tells.
    pub topic: Option<String>,
    /// The permission set for emergencies.
    pub break_glass: Option<String>,
    /// The accounts that take copies; those of `[deployment.accounts]` where empty.
    pub copy_accounts: BTreeSet<AccountId>,
    /// The name of the framework, where one is wanted.
    pub framework: Option<String>,
    /// The name of the plan that tests restores, where one is wanted.
    pub restore_testing: Option<String>,
    /// Whether air-gapped vaults are shared with each protected account.
    pub shares_air_gapped: bool,
    /// The lock, where one is wanted.
    pub lock: Option<LockSettings>,
}

/// What `[bootstrap.lock]` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockSettings {
    /// Whether it is one that nobody can lift.
    pub is_compliance: bool,
    /// The shortest retention that it admits.
    pub min_retention_days: Option<u32>,
    /// The longest.
    pub max_retention_days: Option<u32>,
    /// Days until a compliance lock is for ever.
    pub changeable_for_days: Option<u32>,
    /// The name of the vault once more.
    pub confirmation: Option<String>,
}
