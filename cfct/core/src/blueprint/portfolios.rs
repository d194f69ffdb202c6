//! Portfolios made over: the units that they are shared with, and products whose retention the locks take.
//!
//! A version of a product never changes once it is published, so its template is taken as it is or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::change::Change;
use super::edits::Edits;
use super::manifest::rewrite_units;
use super::parameters;
use super::prune::{Without, prune};
use crate::document::{Document, NodeId, NodeRef};
use crate::portfolio::{self, FOLDER, Portfolio, Product, TemplateConstraint};
use crate::source::{PackagePath, SourceFile};
use crate::template::Template;

type Files = BTreeMap<PackagePath, Arc<SourceFile>>;

/// The portfolios, and what belongs to their products.
pub(super) fn render(files: &Files, change: &Change<'_>) -> BTreeMap<PackagePath, String> {
    let mut rendered = BTreeMap::new();
    for (path, source) in files.iter().filter(|(path, _)| is_portfolio(path)) {
        let Some(document) = Document::read_yaml(source).document else { continue };
        let portfolio = portfolio::read(&document);
        let refused: BTreeSet<NodeId> = portfolio
            .products
            .iter()
            .filter(|product| is_refused(product, files, change))
            .map(|product| product.node.id())
            .collect();
        rendered.insert(path.clone(), render_portfolio(source, &document, &portfolio, &refused, change));
        let offered = portfolio.products.iter().filter(|product| !refused.contains(&product.node.id()));
        for folder in offered.flat_map(folders) {
            let of_product = files.iter().filter(|(path, _)| path.is_under(&folder));
            rendered
                .extend(of_product.map(|(path, source)| (path.clone(), of_a_product(path, source, change))));
        }
    }
    rendered
}

/// The names of the products that no lock of this deployment takes.
pub(super) fn refused(files: &Files, change: &Change<'_>) -> Vec<String> {
    let sources = files.iter().filter(|(path, _)| is_portfolio(path)).map(|(_, source)| source);
    let documents: Vec<Document> =
        sources.filter_map(|source| Document::read_yaml(source).document).collect();
    let products = documents.iter().flat_map(|document| portfolio::read(document).products);
    let refused = products.filter(|product| is_refused(product, files, change));
    refused.map(|product| product.display_name().to_owned()).collect()
}

fn is_portfolio(path: &PackagePath) -> bool {
    path.is_under(FOLDER) && path.extension() == "yaml" && path.as_str().matches('/').count() == 1
}

/// The folders of a product: those of the templates of its versions.
fn folders(product: &Product<'_>) -> BTreeSet<String> {
    let templates = product.versions.iter().filter_map(|version| version.template);
    templates.filter_map(|template| Some(template.value.rsplit_once('/')?.0.to_owned())).collect()
}

/// Templates stay as they were published; what is told of them is told of other Regions and accounts.
fn of_a_product(path: &PackagePath, source: &SourceFile, change: &Change<'_>) -> String {
    match path.extension() {
        "md" | "json" => change.applied(source.text()),
        _ => source.text().to_owned(),
    }
}

/// Whether a template of the product has a retention in it that the locks do not take.
fn is_refused(product: &Product<'_>, files: &Files, change: &Change<'_>) -> bool {
    let days: BTreeSet<&str> = retentions(product).filter_map(|rule| Some(rule.parameter?.value)).collect();
    let paths = product.versions.iter().filter_map(portfolio::Version::template_path);
    paths.filter_map(|path| files.get(&path)).any(|source| {
        let Some(document) = Document::read_template(source).document else { return false };
        let written = document.nodes().filter_map(NodeRef::as_mapping);
        let written = written.filter_map(|map| map.get("DeleteAfterDays")?.scalar_text());
        let template = Template::read(&document);
        let defaults = template.parameters.iter().filter(|parameter| days.contains(parameter.name));
        let defaults = defaults.filter_map(|parameter| parameter.default?.scalar_text());
        written.chain(defaults).any(|days| is_outside(days, change))
    })
}

/// Whether a text is a number of days that the locks do not take.
fn is_outside(days: &str, change: &Change<'_>) -> bool {
    let (least, most) = change.wanted.lock();
    days.parse().is_ok_and(|days: u32| !(least..=most).contains(&days))
}

/// The constraints that offer a choice of retention.
fn retentions<'p, 'd>(product: &'p Product<'d>) -> impl Iterator<Item = &'p TemplateConstraint<'d>> {
    product.template_constraints.iter().filter(|constraint| constraint.within_lock)
}

fn render_portfolio(
    source: &Arc<SourceFile>,
    document: &Document,
    portfolio: &Portfolio<'_>,
    refused: &BTreeSet<NodeId>,
    change: &Change<'_>,
) -> String {
    let mut edits = Edits::new(source);
    let mut done = BTreeSet::new();
    let mut outside = BTreeSet::new();
    for constraint in portfolio.products.iter().flat_map(retentions) {
        let values = || constraint.allowed_values.iter();
        let gone = values().filter(|value| is_outside(value.value, change));
        outside.extend(gone.map(|value| value.node.id()));
        if let Some(description) = constraint.description {
            let kept = values().filter(|value| !is_outside(value.value, change)).map(|value| value.value);
            let (before, after) = (listed(values().map(|value| value.value)), listed(kept));
            let node = description.node;
            edits.replace(node.span(), node.source_text().replace(&before, &after));
            done.insert(node.id());
        }
    }
    let is_gone = |node: NodeRef<'_>| {
        refused.contains(&node.id()) || outside.contains(&node.id()) || parameters::is_gone(node, change)
    };
    let pruned = prune(document, Without::Itself, is_gone, &mut edits);
    if let Some(lock) = portfolio.lock {
        let (least, most) = change.wanted.lock();
        for (days, bound) in [(lock.min_days, least), (lock.max_days, most)] {
            if let Some(days) = days {
                edits.replace(days.node.span(), bound.to_string());
                done.insert(days.node.id());
            }
        }
    }
    let shares = portfolio.shares.as_ref().and_then(|shares| shares.node.as_mapping());
    if let Some(list) = shares.and_then(|shares| shares.get("organizational_units")?.as_sequence()) {
        rewrite_units(list, change, &mut done, &mut edits);
    }
    change.replace_words(document, &pruned, &done, &mut edits);
    edits.finish()
}

/// `7, 35 or 90`
fn listed<'v>(values: impl Iterator<Item = &'v str>) -> String {
    let values: Vec<&str> = values.collect();
    match values.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
