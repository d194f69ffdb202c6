//! Portfolios and products, as who offers them sees them.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::catalog::{
    Constraint, ObservedProduct, ObservedVersion, PortfolioDetails, ProductDetails, Share, ShareTarget,
    TagOption, WantedVersion,
};
use serde_json::Value;

use super::Answer;

/// A portfolio or a product, by id and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogEntry {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A portfolio without what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortfolioFacts {
    /// What it says of itself, with all its tags.
    pub details: PortfolioDetails,
    /// Its tag options, with their ids.
    pub tag_options: BTreeMap<TagOption, String>,
}

/// Reads portfolios.
pub trait CatalogReader {
    /// Whether Service Catalog may ask the organization; only the management account may know.
    fn organizations_access(&self) -> impl Answer<bool>;

    /// Every portfolio of the account.
    fn portfolios(&self) -> impl Answer<Vec<CatalogEntry>>;

    /// One of them.
    fn portfolio(&self, id: &str) -> impl Answer<PortfolioFacts>;

    /// The products of a portfolio, or of the account.
    fn products(&self, portfolio: Option<&str>) -> impl Answer<Vec<CatalogEntry>>;

    /// One of them, with all its tags and without its versions.
    fn product(&self, id: &str) -> impl Answer<ObservedProduct>;

    /// The versions of a product, without the digests of their templates.
    fn versions(&self, product: &str) -> impl Answer<Vec<ObservedVersion>>;

    /// The address of a version's template where it is told, and `AVAILABLE`, `CREATING` or `FAILED`.
    fn version_state(&self, product: &str, version: &str) -> impl Answer<(Option<String>, String)>;

    /// The constraints of a portfolio.
    fn constraints(&self, portfolio: &str) -> impl Answer<Vec<Constraint>>;

    /// The ARNs of the principals of a portfolio.
    fn principals(&self, portfolio: &str) -> impl Answer<BTreeSet<String>>;

    /// Whom a portfolio is shared with.
    fn shares(&self, portfolio: &str) -> impl Answer<BTreeMap<ShareTarget, Share>>;

    /// The id of a tag option of the account.
    fn tag_option(&self, option: &TagOption) -> impl Answer<Option<String>>;

    /// How far a share is: `IN_PROGRESS`, `COMPLETED`, …, and what went wrong.
    fn share_state(&self, token: &str) -> impl Answer<(String, Option<String>)>;
}

/// Changes portfolios.
pub trait CatalogEditor {
    /// Lets Service Catalog ask the organization; only the management account may.
    fn enable_organizations_access(&self) -> impl Answer<()>;

    /// Makes a portfolio with a further tag; its id.
    fn create_portfolio(&self, details: &PortfolioDetails, tag: (&str, &str)) -> impl Answer<String>;

    /// Lets a portfolio say this of itself, without tags of these keys.
    fn update_portfolio(&self, id: &str, details: &PortfolioDetails, without: &[String]) -> impl Answer<()>;

    /// Deletes a portfolio.
    fn delete_portfolio(&self, id: &str) -> impl Answer<()>;

    /// Makes a product with a further tag and a version whose template is at `address`; the ids of both.
    fn create_product(
        &self,
        details: &ProductDetails,
        tag: (&str, &str),
        version: &WantedVersion,
        address: &str,
    ) -> impl Answer<(String, String)>;

    /// Lets a product say this of itself, without tags of these keys.
    fn update_product(&self, id: &str, details: &ProductDetails, without: &[String]) -> impl Answer<()>;

    /// Deletes a product.
    fn delete_product(&self, id: &str) -> impl Answer<()>;

    /// Puts a product into a portfolio.
    fn place(&self, product: &str, portfolio: &str) -> impl Answer<()>;

    /// Takes a product out of a portfolio.
    fn displace(&self, product: &str, portfolio: &str) -> impl Answer<()>;

    /// Makes a version whose template is at `address`; its id.
    fn create_version(&self, product: &str, version: &WantedVersion, address: &str) -> impl Answer<String>;

    /// Changes what a version says and whether it can be launched.
    fn update_version(
        &self,
        product: &str,
        version: &str,
        description: &str,
        guidance: &str,
        active: bool,
    ) -> impl Answer<()>;

    /// Deletes a version.
    fn delete_version(&self, product: &str, version: &str) -> impl Answer<()>;

    /// Makes a constraint.
    fn create_constraint(
        &self,
        portfolio: &str,
        product: &str,
        kind: &str,
        parameters: &Value,
    ) -> impl Answer<()>;

    /// Gives a constraint other parameters.
    fn update_constraint(&self, id: &str, parameters: &Value) -> impl Answer<()>;

    /// Deletes a constraint.
    fn delete_constraint(&self, id: &str) -> impl Answer<()>;

    /// Makes a tag option; its id.
    fn create_tag_option(&self, option: &TagOption) -> impl Answer<String>;

    /// Offers a tag option with a portfolio or a product.
    fn offer_tag_option(&self, id: &str, with: &str) -> impl Answer<()>;

    /// Offers it there no longer.
    fn withdraw_tag_option(&self, id: &str, from: &str) -> impl Answer<()>;

    /// Lets whoever matches an IAM pattern use a portfolio.
    fn admit(&self, portfolio: &str, principal: &str) -> impl Answer<()>;

    /// No longer lets a principal use it.
    fn expel(&self, portfolio: &str, principal: &str) -> impl Answer<()>;

    /// Shares a portfolio; what to ask for its state by, where it takes time.
    fn share(&self, portfolio: &str, with: &ShareTarget, share: Share) -> impl Answer<Option<String>>;

    /// Shares a portfolio otherwise; likewise.
    fn update_share(&self, portfolio: &str, with: &ShareTarget, share: Share) -> impl Answer<Option<String>>;

    /// No longer shares it; likewise.
    fn unshare(&self, portfolio: &str, with: &ShareTarget) -> impl Answer<Option<String>>;
}
