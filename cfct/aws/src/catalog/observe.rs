//! What of Service Catalog is ours, or in the way of what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::catalog::{OWNED, Observed, ObservedPortfolio, ObservedProduct, Wanted, WantedPortfolio};

use crate::error::AwsError;
use crate::ports::{CatalogReader, StackSetOperations, Stacks};

/// The logical id of a portfolio in the template that packaging makes.
const PORTFOLIO: &str = "AWS::ServiceCatalog::Portfolio";

/// From where things are seen.
#[derive(Debug)]
pub struct Places<'p, H, P> {
    /// The management account, which has the stack sets.
    pub home: &'p H,
    /// The account that offers the portfolios.
    pub offering: &'p P,
    /// The Region of the portfolios.
    pub region: &'p str,
}

/// Observes what is there. Nothing is changed.
///
/// # Errors
/// Where AWS does not answer.
pub async fn observe<H, P>(places: &Places<'_, H, P>, wanted: &Wanted) -> Result<Observed, AwsError>
where
    H: CatalogReader + StackSetOperations,
    P: CatalogReader + Stacks,
{
    let is_shared = |portfolio: &WantedPortfolio| portfolio.shares.keys().any(|with| !with.is_account());
    let access = match wanted.portfolios.iter().any(is_shared) {
        true => Some(places.home.organizations_access().await?),
        false => None,
    };
    let of_stack_sets = of_stack_sets(places, wanted).await?;
    let offering = places.offering;
    let names: BTreeSet<&str> =
        wanted.portfolios.iter().map(|portfolio| portfolio.details.name.as_str()).collect();
    let mut observed = Observed { organizations_access: access, ..Observed::default() };
    let mut placed = BTreeSet::new();
    for entry in offering.portfolios().await? {
        let facts = offering.portfolio(&entry.id).await?;
        let mut portfolio = ObservedPortfolio {
            stack_set: of_stack_sets.get(&entry.id).cloned(),
            id: entry.id,
            details: facts.details,
            tag_options: facts.tag_options,
            ..ObservedPortfolio::default()
        };
        portfolio.slug = owner(&mut portfolio.details.tags);
        let is_ours = portfolio.slug.is_some() || portfolio.stack_set.is_some();
        if !is_ours {
            if names.contains(portfolio.details.name.as_str()) {
                observed.portfolios.push(portfolio);
            }
            continue;
        }
        portfolio.principals = offering.principals(&portfolio.id).await?;
        portfolio.shares = offering.shares(&portfolio.id).await?;
        portfolio.constraints = offering.constraints(&portfolio.id).await?;
        for product in offering.products(Some(&portfolio.id)).await? {
            let product_there = offering.product(&product.id).await?;
            portfolio.products.push(with_versions(offering, product_there).await?);
            placed.insert(product.id);
        }
        observed.portfolios.push(portfolio);
    }
    for product in offering.products(None).await? {
        if placed.contains(&product.id) {
            continue;
        }
        let product = offering.product(&product.id).await?;
        if let Some(slug) = product.details.tags.get(OWNED).cloned() {
            observed.products.push((slug, with_versions(offering, product).await?));
        }
    }
    Ok(observed)
}

/// The portfolios that stack sets keep: the stack set by the portfolio's id.
async fn of_stack_sets<H, P>(
    places: &Places<'_, H, P>,
    wanted: &Wanted,
) -> Result<BTreeMap<String, String>, AwsError>
where
    H: StackSetOperations,
    P: Stacks,
{
    let mut kept = BTreeMap::new();
    for portfolio in &wanted.portfolios {
        let stack_set = &portfolio.stack_set;
        let stack = places.home.stack_of(stack_set, wanted.account, places.region).await?;
        let Some(stack) = stack else { continue };
        for resource in places.offering.resources(&stack).await? {
            if resource.kind == PORTFOLIO {
                kept.insert(resource.physical, stack_set.clone());
            }
        }
    }
    Ok(kept)
}

async fn with_versions<P: CatalogReader>(
    offering: &P,
    mut product: ObservedProduct,
) -> Result<ObservedProduct, AwsError> {
    product.slug = owner(&mut product.details.tags);
    product.versions = offering.versions(&product.id).await?;
    for version in &mut product.versions {
        let (address, state) = offering.version_state(&product.id, &version.id).await?;
        version.sha256 = address.as_deref().and_then(digest);
        version.has_failed = state == "FAILED";
    }
    Ok(product)
}

/// Whose it is; CloudFormation's own tags and ours are taken out.
fn owner(tags: &mut BTreeMap<String, String>) -> Option<String> {
    tags.retain(|key, _| !key.starts_with("aws:"));
    tags.remove(OWNED)
}

/// The digest in an address that ends with `/<sha256>.template`.
fn digest(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next()?;
    let name = path.rsplit('/').next()?.strip_suffix(".template")?;
    let is_digest = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then(|| name.to_ascii_lowercase())
}
