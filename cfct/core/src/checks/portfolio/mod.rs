//! Whether portfolios can be what they say, as far as the package and, where one is given, the organization
//! tell.

mod constraints;
mod launch;
mod names;
mod principals;
mod quotas;
mod retention;
mod values;
mod versions;

use super::Context;
use crate::configuration::Role;
use crate::document::Document;
use crate::finding::Finding;
use crate::portfolio::codes::package::{FILE_NAME, WITHOUT_BUCKET};
use crate::portfolio::{self, Portfolio, shape, sharing};
use crate::snapshot;
use crate::source::{Location, PackagePath};
use crate::words::excerpt;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, file) in context.configuration.of_role(Role::Portfolio) {
        let root = file.document.as_ref().and_then(Document::root);
        if let Some(root) = root {
            snapshot::check_as(&shape::VOCABULARY, root, &shape::SHAPE, findings);
        }
        findings.extend(file_name(path, context));
    }
    let portfolios = portfolio::of_package(context.configuration);
    names::across(&portfolios, findings);
    quotas::across(&portfolios, &context.limits.service_catalog, findings);
    let digests = portfolio::digests(context.configuration);
    let roles = launch::Roles::of(context);
    for (_, portfolio) in &portfolios {
        names::check(portfolio, findings);
        quotas::check(portfolio, &context.limits.service_catalog, findings);
        values::check(portfolio, findings);
        versions::check(context, portfolio, &digests, findings);
        constraints::check(context, portfolio, findings);
        launch::check(context, portfolio, &roles, findings);
        principals::check(portfolio, findings);
        if let Some(organization) = context.organization {
            findings.extend(sharing::holders(organization, portfolio).1);
        }
    }
    versions::unused(context, &portfolios, findings);
    findings.extend(without_bucket(context, &portfolios));
}

/// A stack set's name has letters, digits and hyphens; with what CfCT and packaging put before it, 128 of them
/// (`CreateStackSet`).
fn file_name(path: &PackagePath, context: &Context<'_>) -> Option<Finding> {
    const LONGEST: usize = 80;
    let name = portfolio::slug(path);
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let fits = plain && name.len() <= LONGEST && name.starts_with(|first: char| first.is_ascii_lowercase());
    (!fits).then(|| {
        let message = format!("`{}` is no name for a portfolio's file", excerpt(name));
        Finding::new(&FILE_NAME, &context.configuration.location(path), message)
            .help(format!("name it with lower-case letters, digits and hyphens, {LONGEST} at most"))
    })
}

fn without_bucket(context: &Context<'_>, portfolios: &[(&PackagePath, Portfolio<'_>)]) -> Option<Finding> {
    let (_, first) = portfolios.first()?;
    let settings = super::settings_of(context.configuration).0;
    settings.bucket.is_none().then(|| {
        Finding::new(&WITHOUT_BUCKET, &Location::file(first.document.source()), "cfct.toml sets no `bucket`")
            .help("set `bucket = \"…\"` in cfct.toml to the configuration bucket of the pipeline")
    })
}

#[cfg(test)]
mod tests;
