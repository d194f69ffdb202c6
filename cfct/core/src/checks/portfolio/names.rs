//! Names that have to differ.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::finding::Finding;
use crate::manifest::Text;
use crate::portfolio::codes::package::DUPLICATE_NAME;
use crate::portfolio::{Portfolio, Product, Tag};
use crate::source::PackagePath;
use crate::words::excerpt;

/// Names that two files of a package share.
pub(super) fn across(portfolios: &[(&PackagePath, Portfolio<'_>)], findings: &mut Vec<Finding>) {
    let names = portfolios.iter().filter_map(|(_, portfolio)| portfolio.name);
    unique("portfolio", names.map(|name| (name.value.to_owned(), name)), findings);
    // A tag option belongs to the account, so two stacks cannot both create it.
    let options = portfolios.iter().flat_map(|(_, portfolio)| {
        let mut own: Vec<Tag<'_>> = all_tag_options(portfolio).collect();
        own.sort_by_key(|option| (option.key.value, option.value.value, option.value.node.span()));
        own.dedup_by_key(|option| (option.key.value, option.value.value));
        own
    });
    unique("tag option", options.map(|option| (pair(option), option.value)), findings);
}

/// Names that two parts of a portfolio share.
pub(super) fn check(portfolio: &Portfolio<'_>, findings: &mut Vec<Finding>) {
    let of = |text: Text<'_>| text.value.to_owned();
    let products = portfolio.products.iter().filter_map(|product| product.name);
    unique("product", products.map(|name| (of(name), name)), findings);
    unique("principal", portfolio.principals.iter().map(|principal| (of(*principal), *principal)), findings);
    tag_options(&portfolio.tag_options, findings);
    if let Some(shares) = &portfolio.shares {
        unique("unit", shares.organizational_units.iter().map(|unit| (of(*unit), *unit)), findings);
        unique("account", shares.accounts.iter().map(|account| (of(*account), *account)), findings);
    }
    for product in &portfolio.products {
        let versions = product.versions.iter().filter_map(|version| version.name);
        unique("version", versions.map(|name| (of(name), name)), findings);
        let constraints = product.template_constraints.iter().filter_map(|constraint| constraint.name);
        unique("template constraint", constraints.map(|name| (of(name), name)), findings);
        tag_options(&product.tag_options, findings);
    }
}

/// The tag options of a portfolio and of its products.
pub(super) fn all_tag_options<'p, 'd>(portfolio: &'p Portfolio<'d>) -> impl Iterator<Item = Tag<'d>> + 'p {
    let of_products = portfolio.products.iter().flat_map(|product: &Product<'d>| &product.tag_options);
    portfolio.tag_options.iter().chain(of_products).copied()
}

fn tag_options(options: &[Tag<'_>], findings: &mut Vec<Finding>) {
    unique("tag option", options.iter().map(|option| (pair(*option), option.value)), findings);
}

fn pair(option: Tag<'_>) -> String {
    format!("{}={}", option.key.value, option.value.value)
}

fn unique<'d>(what: &str, names: impl Iterator<Item = (String, Text<'d>)>, findings: &mut Vec<Finding>) {
    let mut first: HashMap<String, Text<'d>> = HashMap::new();
    for (name, text) in names {
        match first.entry(name) {
            Entry::Vacant(slot) => {
                slot.insert(text);
            }
            Entry::Occupied(slot) => {
                let message = format!("another {what} is called `{}`", excerpt(slot.key()));
                findings.push(
                    Finding::new(&DUPLICATE_NAME, &text.node, message)
                        .related(&slot.get().node, "the first one")
                        .help("give it another name, or take one of them out"),
                );
            }
        }
    }
}
