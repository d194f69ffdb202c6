//! What Service Catalog needs that CloudFormation cannot do, for whoever calls the API after the deployment.

use serde::Serialize;

use super::template::{PORTFOLIO_OUTPUT, product_output};
use crate::aws::AccountId;
use crate::organization::targets::Holder;
use crate::organization::{Organization, UnitIndex};
use crate::portfolio::{Portfolio, Product, Version, sharing};
use crate::source::PackagePath;

/// The part of a package's portfolios that is done through the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Catalog {
    /// The account that the portfolios are offered from.
    pub account: String,
    /// The Region of the portfolios; the pipeline's where it is absent.
    pub region: Option<String>,
    /// Whether `EnableAWSOrganizationsAccess` has to come first: something is shared with a unit. The
    /// management account calls it.
    pub enable_organizations_access: bool,
    /// The portfolios, in the order of their files.
    pub portfolios: Vec<CatalogPortfolio>,
}

/// A portfolio's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CatalogPortfolio {
    /// Its name.
    pub name: String,
    /// The file that says so.
    pub file: String,
    /// The stack set that makes it.
    pub stack_set: String,
    /// The output of its stack with the portfolio's id.
    pub id_output: &'static str,
    /// For `CreatePortfolioShare` and `UpdatePortfolioShare`.
    pub shares: Vec<Share>,
    /// For `UpdateProvisioningArtifact`: versions that are not simply there to be launched.
    pub versions: Vec<LaterVersion>,
}

/// A share with a unit, or with the whole organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The path of the unit, for people.
    pub unit: String,
    /// What the API takes.
    pub organization_node: OrganizationNode,
    /// `SharePrincipals`
    pub share_principals: bool,
    /// `ShareTagOptions`
    pub share_tag_options: bool,
}

/// `OrganizationNode`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrganizationNode {
    /// `ORGANIZATIONAL_UNIT`, or `ORGANIZATION`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The unit's id; `null` for the organization, whose id `DescribeOrganization` tells.
    pub value: Option<String>,
}

/// A version with guidance, or one that is not active.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LaterVersion {
    /// The name of its product.
    pub product: String,
    /// The output of the portfolio's stack with the product's id.
    pub product_output: String,
    /// Its name.
    pub version: String,
    /// `Guidance`
    pub guidance: String,
    /// `Active`
    pub active: bool,
}

impl Catalog {
    pub(super) fn new(account: AccountId, region: Option<&str>, portfolios: Vec<CatalogPortfolio>) -> Self {
        Self {
            account: account.to_string(),
            region: region.map(str::to_owned),
            enable_organizations_access: portfolios.iter().any(|portfolio| !portfolio.shares.is_empty()),
            portfolios,
        }
    }
}

pub(super) fn of_portfolio(
    portfolio: &Portfolio<'_>,
    path: &PackagePath,
    stack_set: String,
    organization: &Organization,
) -> CatalogPortfolio {
    let of_product = |product: &Product<'_>| -> Vec<LaterVersion> {
        product.versions.iter().filter_map(|version| later(product, version)).collect()
    };
    CatalogPortfolio {
        name: portfolio.display_name().to_owned(),
        file: path.to_string(),
        stack_set,
        id_output: PORTFOLIO_OUTPUT,
        shares: shares(portfolio, organization),
        versions: portfolio.products.iter().flat_map(of_product).collect(),
    }
}

fn shares(portfolio: &Portfolio<'_>, organization: &Organization) -> Vec<Share> {
    let Some(shares) = &portfolio.shares else { return Vec::new() };
    let holders = sharing::holders(organization, portfolio).0;
    let units = holders.into_iter().filter_map(|holder| match holder {
        Holder::Unit(unit) => Some(unit),
        Holder::Account(_) => None,
    });
    units
        .map(|unit| Share {
            unit: organization.path(unit).to_string(),
            organization_node: if unit == UnitIndex::ROOT {
                OrganizationNode { kind: "ORGANIZATION", value: None }
            } else {
                let value = Some(organization.unit(unit).id.to_string());
                OrganizationNode { kind: "ORGANIZATIONAL_UNIT", value }
            },
            share_principals: shares.share_principals.is_some(),
            share_tag_options: shares.share_tag_options,
        })
        .collect()
}

fn later(product: &Product<'_>, version: &Version<'_>) -> Option<LaterVersion> {
    let guidance = version.guidance.map_or("DEFAULT", |guidance| guidance.value);
    (guidance != "DEFAULT" || !version.active).then(|| LaterVersion {
        product: product.display_name().to_owned(),
        product_output: product_output(product.display_name()),
        version: version.display_name().to_owned(),
        guidance: guidance.to_owned(),
        active: version.active,
    })
}
