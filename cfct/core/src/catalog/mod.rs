//! What `cfct catalog` does: portfolios of the configuration against those of Service Catalog, and the
//! parameters of a product against what its template and its constraints take.
//!
//! Where packaging made a stack set of a portfolio, CloudFormation keeps it, and what is left for the API is what
//! CloudFormation cannot do ([`crate::generated::Catalog`]). Any other portfolio is made through the API alone.
//! What is made that way carries [`OWNED`], and nothing else is ever changed or taken away.

mod decide;
mod model;
mod parameters;
mod rules;
mod step;
mod wanted;

pub use decide::decide;
pub use model::{
    Constraint, Observed, ObservedPortfolio, ObservedProduct, ObservedVersion, PortfolioDetails,
    ProductDetails, Share, ShareTarget, TagOption, Wanted, WantedPortfolio, WantedProduct, WantedVersion,
};
pub use parameters::{OfferedParameter, Problem, Provisioning, Values, check};
pub use rules::{Broken, broken};
pub use step::{Change, Decision, Step};
pub use wanted::wanted;

/// The tag of what `catalog apply` made; its value is the portfolio's name in paths ([`crate::portfolio::slug`]).
pub const OWNED: &str = "cfct-catalog";

/// Types of constraints, in the order in which they are made.
///
/// <https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html>
pub const CONSTRAINTS: [&str; 5] = ["LAUNCH", "STACKSET", "TEMPLATE", "RESOURCE_UPDATE", "NOTIFICATION"];

#[cfg(test)]
mod tests;
