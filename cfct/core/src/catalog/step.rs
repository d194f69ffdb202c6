//! The steps of a decision.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::model::{PortfolioDetails, ProductDetails, Share, ShareTarget, TagOption, WantedVersion};
use crate::decision;

/// One change through the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The portfolio's name; empty for what concerns all.
    pub portfolio: String,
    /// The portfolio's id; `None` where an earlier step makes it.
    pub portfolio_id: Option<String>,
    /// The product's name, where it is about one.
    pub product: Option<String>,
    /// The product's id; `None` where an earlier step makes it.
    pub product_id: Option<String>,
    /// What is done.
    pub change: Change,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Service Catalog may ask the organization; the management account says so.
    EnableOrganizationsAccess,
    /// The portfolio is made, with the tag that says whose it is.
    CreatePortfolio {
        /// The value of that tag.
        slug: String,
        /// What it says of itself.
        details: PortfolioDetails,
    },
    /// The portfolio says this of itself.
    UpdatePortfolio {
        /// What it says.
        details: PortfolioDetails,
        /// Keys of tags that go.
        without: Vec<String>,
    },
    /// The portfolio is deleted.
    DeletePortfolio,
    /// The product is made, with the tag that says whose it is and its first version.
    CreateProduct {
        /// The value of that tag.
        slug: String,
        /// What it says of itself.
        details: ProductDetails,
        /// Its first version.
        version: WantedVersion,
    },
    /// The product says this of itself.
    UpdateProduct {
        /// What it says.
        details: ProductDetails,
        /// Keys of tags that go.
        without: Vec<String>,
    },
    /// The product is put into the portfolio.
    PlaceProduct,
    /// The product is taken out of the portfolio.
    RemoveProduct,
    /// The product is deleted.
    DeleteProduct,
    /// A version is made.
    CreateVersion(WantedVersion),
    /// A version gets this description, this guidance and this state.
    UpdateVersion {
        /// Its id; `None` where an earlier step makes it.
        id: Option<String>,
        /// Its name.
        name: String,
        /// What is new in it.
        description: String,
        /// `DEFAULT`, or `DEPRECATED`.
        guidance: String,
        /// Whether it can be launched.
        active: bool,
    },
    /// A version is deleted.
    DeleteVersion {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
    },
    /// A constraint is made.
    CreateConstraint {
        /// Its type.
        kind: &'static str,
        /// Its parameters.
        parameters: Value,
    },
    /// A constraint gets these parameters.
    UpdateConstraint {
        /// Its id.
        id: String,
        /// Its type.
        kind: String,
        /// Its parameters.
        parameters: Value,
    },
    /// A constraint is deleted.
    DeleteConstraint {
        /// Its id.
        id: String,
        /// Its type.
        kind: String,
    },
    /// A tag option is offered with the product, or the portfolio.
    OfferTagOption(TagOption),
    /// A tag option is no longer offered.
    WithdrawTagOption {
        /// Its id.
        id: String,
        /// It.
        option: TagOption,
    },
    /// A principal may use the portfolio.
    Admit(String),
    /// A principal may no longer use the portfolio.
    Expel(String),
    /// The portfolio is shared.
    Share(ShareTarget, Share),
    /// The portfolio is shared otherwise than before.
    UpdateShare(ShareTarget, Share),
    /// The portfolio is no longer shared.
    Unshare(ShareTarget),
}

impl decision::Change for Step {
    /// Whether it takes something away from users.
    fn is_destructive(&self) -> bool {
        matches!(
            self.change,
            Change::DeletePortfolio
                | Change::RemoveProduct
                | Change::DeleteProduct
                | Change::DeleteVersion { .. }
                | Change::DeleteConstraint { .. }
                | Change::WithdrawTagOption { .. }
                | Change::Expel(_)
                | Change::Unshare(_)
                | Change::UpdateVersion { id: Some(_), active: false, .. }
        )
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let portfolio = &self.portfolio;
        let product = self.product.as_deref().unwrap_or_default();
        let subject = if self.product.is_some() { product } else { portfolio };
        match &self.change {
            Change::EnableOrganizationsAccess => {
                f.write_str("give Service Catalog access to the organization")
            }
            Change::CreatePortfolio { .. } => write!(f, "create portfolio {portfolio}"),
            Change::UpdatePortfolio { .. } => write!(f, "update portfolio {portfolio}"),
            Change::DeletePortfolio => write!(f, "delete portfolio {portfolio}"),
            Change::CreateProduct { version, .. } => {
                write!(f, "create product {product} with version {}", version.name)
            }
            Change::UpdateProduct { .. } => write!(f, "update product {product}"),
            Change::PlaceProduct => write!(f, "put product {product} into portfolio {portfolio}"),
            Change::RemoveProduct => write!(f, "take product {product} out of portfolio {portfolio}"),
            Change::DeleteProduct => write!(f, "delete product {product}"),
            Change::CreateVersion(version) => write!(f, "create version {} of {product}", version.name),
            Change::UpdateVersion { name, guidance, active, .. } => {
                let state = if *active { "" } else { ", inactive" };
                write!(f, "update version {name} of {product}: {}{state}", guidance.to_lowercase())
            }
            Change::DeleteVersion { name, .. } => write!(f, "delete version {name} of {product}"),
            Change::CreateConstraint { kind, .. } => write!(f, "create {} on {product}", constraint(kind)),
            Change::UpdateConstraint { kind, .. } => write!(f, "update {} on {product}", constraint(kind)),
            Change::DeleteConstraint { kind, .. } => write!(f, "delete {} on {product}", constraint(kind)),
            Change::OfferTagOption(option) => write!(f, "offer tag option {option} with {subject}"),
            Change::WithdrawTagOption { option, .. } => {
                write!(f, "withdraw tag option {option} from {subject}")
            }
            Change::Admit(principal) => write!(f, "let {principal} use portfolio {portfolio}"),
            Change::Expel(principal) => write!(f, "no longer let {principal} use portfolio {portfolio}"),
            Change::Share(target, _) => write!(f, "share portfolio {portfolio} with {}", target.id()),
            Change::UpdateShare(target, share) => write!(
                f,
                "share portfolio {portfolio} with {} {} principals and {} tag options",
                target.id(),
                with(share.principals),
                with(share.tag_options)
            ),
            Change::Unshare(target) => {
                write!(f, "no longer share portfolio {portfolio} with {}", target.id())
            }
        }
    }
}

fn with(is_with: bool) -> &'static str {
    if is_with { "with" } else { "without" }
}

fn constraint(kind: &str) -> String {
    format!("{} constraint", kind.to_lowercase().replace('_', " "))
}

/// What is to be done.
pub type Decision = decision::Decision<Step>;
