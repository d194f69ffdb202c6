//! Quotas of Service Catalog.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::limits::{Limit, ServiceCatalogLimits};
use crate::portfolio::codes::package::QUOTA;
use crate::portfolio::{Portfolio, Product, Tag};
use crate::source::{Located, Location, PackagePath};
use crate::words::{excerpt, head};

/// Quotas of a Region, which every portfolio of the package counts for.
pub(super) fn across(
    portfolios: &[(&PackagePath, Portfolio<'_>)],
    limits: &ServiceCatalogLimits,
    findings: &mut Vec<Finding>,
) {
    let Some((_, last)) = portfolios.last() else { return };
    let at = Location::file(last.document.source());
    let products: usize = portfolios.iter().map(|(_, portfolio)| portfolio.products.len()).sum();
    findings.extend(over(&at, "the package", portfolios.len(), "portfolios", &limits.portfolios));
    findings.extend(over(&at, "the package", products, "products", &limits.products));
}

/// Quotas of a portfolio and of its products.
pub(super) fn check(portfolio: &Portfolio<'_>, limits: &ServiceCatalogLimits, findings: &mut Vec<Finding>) {
    let what = format!("portfolio `{}`", excerpt(portfolio.display_name()));
    let at = portfolio.document.root().map_or_else(|| Location::file(portfolio.document.source()), head);
    let accounts = portfolio.shares.as_ref().map_or(0, |shares| shares.accounts.len());
    for (number, of, limit) in [
        (portfolio.products.len(), "products", &limits.products_in_portfolio),
        (portfolio.principals.len(), "principals", &limits.principal_patterns),
        (accounts, "accounts", &limits.shared_accounts),
        (portfolio.tags.len(), "tags", &limits.tags),
        (portfolio.tag_options.len(), "tag options", &limits.tag_options),
    ] {
        findings.extend(over(&at, &what, number, of, limit));
    }
    findings.extend(values(&at, &what, &portfolio.tag_options, limits));
    for product in &portfolio.products {
        check_product(product, limits, findings);
    }
}

fn check_product(product: &Product<'_>, limits: &ServiceCatalogLimits, findings: &mut Vec<Finding>) {
    let what = format!("product `{}`", excerpt(product.display_name()));
    let at = head(product.node);
    // The rules of a product travel in one constraint, whatever their number.
    let constraints = usize::from(product.launch.is_some())
        + usize::from(product.stack_set.is_some())
        + usize::from(!product.template_constraints.is_empty())
        + usize::from(product.tag_updates.is_some())
        + usize::from(!product.notifications.is_empty());
    for (number, of, limit) in [
        (product.versions.len(), "versions", &limits.versions),
        (constraints, "constraints", &limits.constraints),
        (product.tags.len(), "tags", &limits.tags),
        (product.tag_options.len(), "tag options", &limits.tag_options),
    ] {
        findings.extend(over(&at, &what, number, of, limit));
    }
    findings.extend(values(&at, &what, &product.tag_options, limits));
}

/// A key of tag options with more values than it may have.
fn values(at: &Location, what: &str, options: &[Tag<'_>], limits: &ServiceCatalogLimits) -> Option<Finding> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for option in options {
        *count.entry(option.key.value).or_default() += 1;
    }
    let (key, most) = count.into_iter().max_by_key(|(_, count)| *count)?;
    let what = format!("tag option `{}` of {what}", excerpt(key));
    over(at, &what, most, "values", &limits.tag_option_values)
}

fn over(at: &impl Located, what: &str, number: usize, of: &str, limit: &Limit) -> Option<Finding> {
    (number > limit.value).then(|| {
        let message = format!("{what} has {number} {of}; Service Catalog takes {}", limit.value);
        Finding::new(&QUOTA, at, message)
            .help(format!("take some out, or spread them (limit of {}: {})", limit.as_of, limit.source))
    })
}
