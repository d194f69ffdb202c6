//! Portfolios as the configuration wants them, and as they are there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// What a portfolio says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PortfolioDetails {
    /// Its name, which users see.
    pub name: String,
    /// Who offers it.
    pub provider: String,
    /// What is in it; may be empty.
    pub description: String,
    /// Its tags, without the one that says whose it is.
    pub tags: BTreeMap<String, String>,
}

/// What a product says of itself. What may be empty is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProductDetails {
    /// Its name, which users see.
    pub name: String,
    /// Who is responsible for it.
    pub owner: String,
    /// What it is for.
    pub description: String,
    /// Who publishes it.
    pub distributor: String,
    /// What the support offers.
    pub support_description: String,
    /// The support's address.
    pub support_email: String,
    /// The support's page.
    pub support_url: String,
    /// Its tags, without the one that says whose it is.
    pub tags: BTreeMap<String, String>,
}

/// A tag that users choose the value of: one of its values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct TagOption {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

impl fmt::Display for TagOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

/// Whom a portfolio is shared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShareTarget {
    /// An account.
    Account(String),
    /// The whole organization, by its id.
    Organization(String),
    /// A unit, by its id.
    Unit(String),
}

impl ShareTarget {
    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Account(id) | Self::Organization(id) | Self::Unit(id) => id,
        }
    }

    /// Whether CloudFormation has a type for a share with it.
    #[must_use]
    pub fn is_account(&self) -> bool {
        matches!(self, Self::Account(_))
    }
}

/// How a portfolio is shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Whether principals are shared; with units and the organization alone.
    pub principals: bool,
    /// Whether tag options are shared.
    pub tag_options: bool,
}

/// A constraint as it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Its id.
    pub id: String,
    /// Its type: `LAUNCH`.
    pub kind: String,
    /// The product that it is on.
    pub product: String,
    /// Its parameters.
    pub parameters: Value,
}

/// What the configuration wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The account that offers the portfolios.
    pub account: crate::aws::AccountId,
    /// The portfolios, in the order of their files.
    pub portfolios: Vec<WantedPortfolio>,
}

/// A portfolio as the configuration wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedPortfolio {
    /// Its name in paths, which [`super::OWNED`] has as its value.
    pub slug: String,
    /// The stack set that packaging makes of it.
    pub stack_set: String,
    /// What it says of itself.
    pub details: PortfolioDetails,
    /// Its tag options.
    pub tag_options: BTreeSet<TagOption>,
    /// ARNs of IAM patterns.
    pub principals: BTreeSet<String>,
    /// Whom it is shared with.
    pub shares: BTreeMap<ShareTarget, Share>,
    /// Its products.
    pub products: Vec<WantedProduct>,
}

/// A product as the configuration wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedProduct {
    /// What it says of itself.
    pub details: ProductDetails,
    /// Its tag options.
    pub tag_options: BTreeSet<TagOption>,
    /// Its versions, the newest last.
    pub versions: Vec<WantedVersion>,
    /// The parameters of its constraints, by their type.
    pub constraints: BTreeMap<&'static str, Value>,
}

/// A version as the configuration wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WantedVersion {
    /// Its name.
    pub name: String,
    /// What is new in it; may be empty.
    pub description: String,
    /// The digest of its template.
    pub sha256: String,
    /// The key of its template in the artifact bucket.
    pub key: String,
    /// `DEFAULT`, or `DEPRECATED`.
    pub guidance: String,
    /// Whether it can be launched.
    pub active: bool,
}

/// What is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Whether Service Catalog may ask the organization; `None` where that was not asked.
    pub organizations_access: Option<bool>,
    /// Portfolios that are ours, or stack sets' of ours, or have the name of a wanted one.
    pub portfolios: Vec<ObservedPortfolio>,
    /// Products of ours that are in no portfolio: what an interrupted run leaves.
    pub products: Vec<(String, ObservedProduct)>,
}

/// A portfolio as it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedPortfolio {
    /// Its id.
    pub id: String,
    /// The value of [`super::OWNED`], where it carries that.
    pub slug: Option<String>,
    /// The stack set that keeps it.
    pub stack_set: Option<String>,
    /// What it says of itself.
    pub details: PortfolioDetails,
    /// Its tag options, with their ids.
    pub tag_options: BTreeMap<TagOption, String>,
    /// ARNs of principals.
    pub principals: BTreeSet<String>,
    /// Whom it is shared with.
    pub shares: BTreeMap<ShareTarget, Share>,
    /// Its products.
    pub products: Vec<ObservedProduct>,
    /// Its constraints.
    pub constraints: Vec<Constraint>,
}

/// A product as it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedProduct {
    /// Its id.
    pub id: String,
    /// The value of [`super::OWNED`], where it carries that.
    pub slug: Option<String>,
    /// What it says of itself.
    pub details: ProductDetails,
    /// Its tag options, with their ids.
    pub tag_options: BTreeMap<TagOption, String>,
    /// Its versions.
    pub versions: Vec<ObservedVersion>,
}

/// A version as it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedVersion {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is new in it.
    pub description: String,
    /// `DEFAULT`, or `DEPRECATED`.
    pub guidance: String,
    /// Whether it can be launched.
    pub active: bool,
    /// The digest in its template's address; `None` where there is none in it.
    pub sha256: Option<String>,
    /// Whether Service Catalog could not take its template.
    pub has_failed: bool,
}
