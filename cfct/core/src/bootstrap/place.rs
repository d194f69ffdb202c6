//! An account's place in the organization, which decides what it is to have.

use serde::Serialize;

use super::configuration::Configuration;
use crate::aws::{AccountId, OuPath};
use crate::organization::AccountStatus;

/// Where an account is now, whatever an event said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Its state.
    pub status: AccountStatus,
    /// The unit that it is directly in, by names.
    pub unit: OuPath,
    /// The way to it by ids, from the organization down: `o-…/r-…/ou-…/`, as `aws:PrincipalOrgPaths` has it.
    pub id_path: String,
}

/// What an account is to the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is to be protected.
    Protected,
    /// It is the management account, which has the settings of the organization and nothing else.
    Management,
    /// It is in no unit that is to be protected: what is there stays, and nothing is made.
    Outside,
    /// It cannot be worked in: suspended, being closed, or closed.
    Gone(String),
    /// It cannot be worked in yet.
    NotYet(String),
}

impl Place {
    /// What the account is to `configuration`.
    #[must_use]
    pub fn standing(&self, configuration: &Configuration) -> Standing {
        let why = || format!("the account is {}", self.status.as_str());
        match self.status {
            AccountStatus::Active => {}
            AccountStatus::PendingActivation | AccountStatus::Unknown => return Standing::NotYet(why()),
            AccountStatus::Suspended
            | AccountStatus::PendingClosure
            | AccountStatus::Closed
            | AccountStatus::Unlisted => return Standing::Gone(why()),
        }
        if self.account == configuration.management_account {
            Standing::Management
        } else if configuration.protects.admits(self.account, &self.unit) {
            Standing::Protected
        } else {
            Standing::Outside
        }
    }
}
