//! Portfolios as stack sets, one for each, and the templates of their products as objects of the bucket.

pub mod catalog;
mod template;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::stack_set::{StackSet, place_of};
use super::{Rendered, Source, account};
use crate::configuration::Configuration;
use crate::document::Document;
use crate::organization::Organization;
use crate::portfolio::{self, Portfolio, Version};
use crate::resolution::STACK_SET_PREFIX;
use crate::settings::Settings;
use crate::source::PackagePath;
use crate::words::excerpt;

use catalog::Catalog;

/// The template of a version, as an object of the artifact bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductTemplate {
    /// `service-catalog/<portfolio>/<sha256>.template`: another template has another key, so the object never
    /// changes.
    pub key: String,
    /// The digest in the key.
    pub sha256: String,
    /// The template as it is in the package.
    pub text: String,
}

/// The templates of every version of a package, each once, in the order of their keys.
#[must_use]
pub fn product_templates(configuration: &Configuration) -> Vec<ProductTemplate> {
    let digests = portfolio::digests(configuration);
    let mut templates = BTreeMap::new();
    for (path, portfolio) in portfolio::of_package(configuration) {
        for version in portfolio.products.iter().flat_map(|product| &product.versions) {
            let Some(template) = version.template_path() else { continue };
            let Some((sha256, document)) = digests.get(&template).zip(configuration.document(&template))
            else {
                continue;
            };
            templates.entry(key(portfolio::slug(path), sha256)).or_insert((sha256, document));
        }
    }
    let template = |(key, (sha256, document)): (String, (&String, &Document))| ProductTemplate {
        key,
        sha256: sha256.clone(),
        text: document.source().text().to_owned(),
    };
    templates.into_iter().map(template).collect()
}

/// The key of a product template in the artifact bucket.
pub(crate) fn key(slug: &str, sha256: &str) -> String {
    format!("service-catalog/{slug}/{sha256}.template")
}

/// The portfolios of a package.
pub(super) struct Portfolios<'g> {
    pub each: Vec<OnePortfolio<'g>>,
}

/// A portfolio and what it is rendered with.
pub(super) struct OnePortfolio<'g> {
    configuration: &'g Configuration,
    path: &'g PackagePath,
    portfolio: Portfolio<'g>,
    /// The digests of the product templates.
    digests: Rc<BTreeMap<&'g PackagePath, String>>,
    bucket: Option<String>,
    set: StackSet,
}

impl<'g> Portfolios<'g> {
    pub fn of(configuration: &'g Configuration, settings: &Settings) -> Self {
        let digests = Rc::new(portfolio::digests(configuration));
        let portfolios = portfolio::of_package(configuration).into_iter();
        let each = portfolios.map(|(path, portfolio)| {
            let slug = portfolio::slug(path);
            let set = StackSet {
                resource: format!("service-catalog-{slug}"),
                template: format!("templates/generated/service-catalog-{slug}.json"),
                description: "A portfolio of Service Catalog and its products",
                origin: path.to_string(),
                subject: format!("products of portfolio `{}`", excerpt(portfolio.display_name())),
                place: place_of(portfolio.document),
                table: "service-catalog",
                account: settings.service_catalog_account.clone(),
                if_too_large: "make two portfolios of it",
            };
            let (digests, bucket) = (Rc::clone(&digests), settings.bucket.clone());
            OnePortfolio { configuration, path, portfolio, digests, bucket, set }
        });
        Self { each: each.collect() }
    }

    /// What the templates cannot say; `None` where there is no portfolio.
    pub fn catalog(&self, organization: &Organization, region: Option<&str>) -> Option<Catalog> {
        let account = account::chosen(self.each.first()?.set.account.as_ref(), organization)?;
        let portfolios = self.each.iter().map(|one| {
            let stack_set = format!("{STACK_SET_PREFIX}{}", one.set.resource);
            catalog::of_portfolio(&one.portfolio, one.path, stack_set, organization)
        });
        Some(Catalog::new(account.id, region, portfolios.collect()))
    }
}

impl<'g> OnePortfolio<'g> {
    fn key_of(&self, version: &Version<'_>) -> Option<String> {
        Some(key(portfolio::slug(self.path), self.digests.get(&version.template_path()?)?))
    }
}

impl Source for OnePortfolio<'_> {
    fn stack_set(&self) -> &StackSet {
        &self.set
    }

    fn count(&self) -> String {
        format!("portfolio `{}` is", excerpt(self.portfolio.display_name()))
    }

    fn render(&self, organization: &Organization) -> Option<Rendered> {
        template::render(self, organization)
    }
}

#[cfg(test)]
mod tests;
