//! What the portfolios of a configuration ask for, for one organization.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::model::{
    PortfolioDetails, ProductDetails, Share, ShareTarget, TagOption, Wanted, WantedPortfolio, WantedProduct,
    WantedVersion,
};
use crate::configuration::Configuration;
use crate::generated::{account, product_template_key};
use crate::manifest::Text;
use crate::organization::targets::Holder;
use crate::organization::{Organization, UnitIndex};
use crate::portfolio::{self, Portfolio, Product, StackSet, Tag, Version, sharing};
use crate::resolution::STACK_SET_PREFIX;
use crate::settings::Settings;

/// What the portfolios ask for. `None` where there is none, or the account that offers them is none of the
/// organization. What is unusable is left out: a check says so.
///
/// `partition` stands in the ARNs of principals; `organization_id` in shares with the root.
#[must_use]
pub fn wanted(
    configuration: &Configuration,
    settings: &Settings,
    organization: &Organization,
    organization_id: &str,
    partition: &str,
) -> Option<Wanted> {
    let account = account::active(settings.service_catalog_account.as_ref(), organization)?.id;
    let digests = portfolio::digests(configuration);
    let portfolios = portfolio::of_package(configuration).into_iter().map(|(path, portfolio)| {
        let slug = portfolio::slug(path);
        let products = portfolio.products.iter().map(|product| {
            let versions = product.versions.iter().filter_map(|version| {
                let sha256 = digests.get(&version.template_path()?)?;
                Some(of_version(version, sha256, product_template_key(slug, sha256)))
            });
            WantedProduct {
                details: of_product(product),
                tag_options: options(&product.tag_options),
                versions: versions.collect(),
                constraints: constraints(product, configuration),
            }
        });
        let products = products.collect();
        let principals = portfolio.principals.iter();
        WantedPortfolio {
            slug: slug.to_owned(),
            stack_set: format!("{STACK_SET_PREFIX}service-catalog-{slug}"),
            details: PortfolioDetails {
                name: portfolio.display_name().to_owned(),
                provider: text(portfolio.provider),
                description: text(portfolio.description),
                tags: tags(&portfolio.tags),
            },
            tag_options: options(&portfolio.tag_options),
            principals: principals.map(|own| format!("arn:{partition}:iam:::{}", own.value)).collect(),
            shares: shares(&portfolio, organization, organization_id),
            products,
        }
    });
    let portfolios: Vec<_> = portfolios.collect();
    (!portfolios.is_empty()).then_some(Wanted { account, portfolios })
}

fn of_version(version: &Version<'_>, sha256: &str, key: String) -> WantedVersion {
    WantedVersion {
        name: version.display_name().to_owned(),
        description: text(version.description),
        sha256: sha256.to_owned(),
        key,
        guidance: version.guidance.map_or("DEFAULT", |guidance| guidance.value).to_owned(),
        active: version.active,
    }
}

fn of_product(product: &Product<'_>) -> ProductDetails {
    ProductDetails {
        name: product.display_name().to_owned(),
        owner: text(product.owner),
        description: text(product.description),
        distributor: text(product.distributor),
        support_description: text(product.support.description),
        support_email: text(product.support.email),
        support_url: text(product.support.url),
        tags: tags(&product.tags),
    }
}

/// The parameters of each constraint, in the form of `CreateConstraint`.
///
/// <https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html>
fn constraints(product: &Product<'_>, configuration: &Configuration) -> BTreeMap<&'static str, Value> {
    let mut constraints = BTreeMap::new();
    if let Some(launch) = product.launch {
        constraints.insert(
            "LAUNCH",
            match (launch.local_role_name, launch.role_arn) {
                (Some(name), _) => json!({ "LocalRoleName": name.value }),
                (None, arn) => json!({ "RoleArn": text(arn) }),
            },
        );
    }
    if let Some(own) = &product.stack_set {
        constraints.insert("STACKSET", json!({ "Version": "2.0", "Properties": instances(own) }));
    }
    if let Some(updates) = product.tag_updates {
        let properties = json!({ "TagUpdateOnProvisionedProduct": updates.value });
        constraints.insert("RESOURCE_UPDATE", json!({ "Version": "2.0", "Properties": properties }));
    }
    if !product.notifications.is_empty() {
        constraints.insert("NOTIFICATION", json!({ "NotificationArns": texts(&product.notifications) }));
    }
    let rules = product.template_constraints.iter().filter_map(|constraint| {
        let is_list = |parameter: &str| product.takes_list(configuration, parameter);
        Some((constraint.name?.value.to_owned(), constraint.to_json(is_list)?))
    });
    let rules: Map<String, Value> = rules.collect();
    if !rules.is_empty() {
        constraints.insert("TEMPLATE", json!({ "Rules": rules }));
    }
    constraints
}

fn instances(own: &StackSet<'_>) -> Value {
    json!({
        "AccountList": texts(&own.accounts),
        "RegionList": texts(&own.regions),
        "AdminRole": text(own.administration_role_arn),
        "ExecutionRole": text(own.execution_role_name),
    })
}

fn shares(
    portfolio: &Portfolio<'_>,
    organization: &Organization,
    organization_id: &str,
) -> BTreeMap<ShareTarget, Share> {
    let Some(shares) = &portfolio.shares else { return BTreeMap::new() };
    let holders = sharing::holders(organization, portfolio).0;
    let share = |holder| match holder {
        // Patterns are shared with units alone.
        Holder::Account(account) => (
            ShareTarget::Account(organization.account(account).id.to_string()),
            Share { principals: false, tag_options: shares.share_tag_options },
        ),
        Holder::Unit(unit) => {
            let target = if unit == UnitIndex::ROOT {
                ShareTarget::Organization(organization_id.to_owned())
            } else {
                ShareTarget::Unit(organization.unit(unit).id.to_string())
            };
            let principals = shares.share_principals.is_some();
            (target, Share { principals, tag_options: shares.share_tag_options })
        }
    };
    holders.into_iter().map(share).collect()
}

fn options(options: &[Tag<'_>]) -> BTreeSet<TagOption> {
    let option =
        |tag: &Tag<'_>| TagOption { key: tag.key.value.to_owned(), value: tag.value.value.to_owned() };
    options.iter().map(option).collect()
}

fn tags(tags: &[Tag<'_>]) -> BTreeMap<String, String> {
    tags.iter().map(|tag| (tag.key.value.to_owned(), tag.value.value.to_owned())).collect()
}

fn text(text: Option<Text<'_>>) -> String {
    text.map(|text| text.value.to_owned()).unwrap_or_default()
}

fn texts(texts: &[Text<'_>]) -> Vec<String> {
    texts.iter().map(|text| text.value.to_owned()).collect()
}
