//! Reading the tree of an organization.

use serde::{Deserialize, Serialize};

use super::Answer;

/// An organization, without its tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationFacts {
    /// Its id: `o-…`.
    pub id: String,
    /// The id of its management account.
    pub management_account: String,
}

/// The root of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Its id: `r-…`.
    pub id: String,
    /// The policy types that are enabled.
    pub policy_types: Vec<String>,
}

/// An organizational unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitFacts {
    /// Its id: `ou-…`.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFacts {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The address of its root user.
    pub email: Option<String>,
    /// Its state: `ACTIVE`.
    pub status: String,
}

/// Reads the tree of an organization.
pub trait OrganizationReader {
    /// The organization of the caller's account.
    fn organization(&self) -> impl Answer<OrganizationFacts>;

    /// Its root.
    fn root(&self) -> impl Answer<Root>;

    /// The units directly under the root or a unit.
    fn units(&self, parent: &str) -> impl Answer<Vec<UnitFacts>>;

    /// Every account of the organization, wherever it stands.
    fn all_accounts(&self) -> impl Answer<Vec<AccountFacts>>;

    /// One account; `None` where the organization has no such account.
    fn account(&self, account: &str) -> impl Answer<Option<AccountFacts>>;

    /// The id of the root or unit that an account or unit is directly in.
    fn parent(&self, child: &str) -> impl Answer<String>;

    /// One unit.
    fn unit(&self, unit: &str) -> impl Answer<UnitFacts>;

    /// The accounts directly under the root or a unit.
    fn accounts(&self, parent: &str) -> impl Answer<Vec<AccountFacts>>;
}
