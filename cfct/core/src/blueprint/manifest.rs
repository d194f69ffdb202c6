//! The manifest made over.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::architectures::of_resource;
use super::change::{Change, spelled};
use super::edits::Edits;
use super::prune::{Without, prune};
use super::{parameters, units};
use crate::aws::OuPath;
use crate::checks::edit::after_line_break;
use crate::deployment::Deployment;
use crate::document::{Document, NodeId, NodeRef, SequenceRef};
use crate::manifest::{Manifest, Resource};
use crate::source::{SourceFile, Span};

/// Which units a vault takes copies from, one in each parameter of this name and a number.
const PATH_PARAMETER: &str = "OrganizationPath";

pub(super) fn render(source: &Arc<SourceFile>, change: &Change<'_>) -> String {
    let Some(document) = Document::read_yaml(source).document else { return source.text().to_owned() };
    let mut edits = Edits::new(source);
    let manifest = Manifest::read(&document);
    let unwanted = unwanted(&manifest, change);
    let is_gone = |node: NodeRef<'_>| {
        unwanted.contains(&node.id())
            || parameters::is_gone(node, change)
            || node.scalar_text().is_some_and(|_| is_absent_account(node, &manifest, change))
    };
    let pruned = prune(&document, Without::Itself, is_gone, &mut edits);
    let mut done = BTreeSet::new();
    for resource in &manifest.resources {
        if !pruned.is_gone(resource.node) {
            render_resource(resource, change, &mut done, &mut edits);
        }
    }
    change.replace_words(&document, &pruned, &done, &mut edits);
    edits.finish()
}

/// The resources of architectures that are not wanted.
fn unwanted(manifest: &Manifest<'_>, change: &Change<'_>) -> BTreeSet<NodeId> {
    let wanted = |resource: &&Resource<'_>| {
        let name = resource.name.map(|name| name.value);
        name.and_then(of_resource).is_some_and(|from| !change.wanted.answers().includes(from))
    };
    manifest.resources.iter().filter(wanted).map(|resource| resource.node.id()).collect()
}

fn is_absent_account(node: NodeRef<'_>, manifest: &Manifest<'_>, change: &Change<'_>) -> bool {
    let mut accounts = manifest.resources.iter().flat_map(|resource| &resource.accounts);
    accounts.any(|account| account.node.id() == node.id() && change.account(account.value).is_none())
}

fn render_resource(
    resource: &Resource<'_>,
    change: &Change<'_>,
    done: &mut BTreeSet<NodeId>,
    edits: &mut Edits<'_>,
) {
    let targets = resource.targets_node.and_then(NodeRef::as_mapping);
    let list = |key: &str| targets?.get(key)?.as_sequence();
    if let Some(list) = list("organizational_units") {
        rewrite_units(list, change, done, edits);
    }
    if let Some(list) = list("accounts") {
        rewrite_accounts(list, change, done, edits);
    }
    let Some(list) = resource.parameters_node.and_then(NodeRef::as_sequence) else { return };
    for (key, value) in list.items().filter_map(NodeRef::as_mapping).filter_map(parameters::inline) {
        parameters::follow(key, value, change, done, edits);
    }
    rewrite_paths(list, change, done, edits);
}

/// The units of a list, as another list; in block style, as every list of the blueprint is.
pub(super) fn rewrite_units(
    list: SequenceRef<'_>,
    change: &Change<'_>,
    done: &mut BTreeSet<NodeId>,
    edits: &mut Edits<'_>,
) {
    let example: BTreeSet<OuPath> = list
        .items()
        .filter_map(NodeRef::scalar_text)
        .map(|text| OuPath::new(OuPath::parts_of(text)))
        .collect();
    units::rewrite(list, &units::counterparts(&example, change.example, change.wanted), edits);
    done.extend(list.items().map(NodeRef::id));
}

/// The accounts of a list, each by its own name.
pub(super) fn rewrite_accounts(
    list: SequenceRef<'_>,
    change: &Change<'_>,
    done: &mut BTreeSet<NodeId>,
    edits: &mut Edits<'_>,
) {
    for item in list.items() {
        if let Some(account) = item.scalar_text().and_then(|name| change.account(name)) {
            if item.scalar_text() != Some(account) {
                edits.replace(item.span(), spelled(item, account));
            }
            done.insert(item.id());
        }
    }
}

/// The parameters that name units by their ids: as many as there are.
fn rewrite_paths(
    list: SequenceRef<'_>,
    change: &Change<'_>,
    done: &mut BTreeSet<NodeId>,
    edits: &mut Edits<'_>,
) {
    let is_path = |item: &NodeRef<'_>| {
        let parameter = item.as_mapping().and_then(parameters::inline);
        parameter.and_then(|(key, _)| key.scalar_text()).is_some_and(|key| key.starts_with(PATH_PARAMETER))
    };
    let items: Vec<NodeRef<'_>> = list.items().filter(is_path).collect();
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return };
    let source = first.document().source();
    let line = source.line_span(first.span().start);
    let indent = " ".repeat(source.slice(line).find('-').unwrap_or_default());
    let backed_up = change.wanted.answers().backup_units.iter().collect();
    let paths = Deployment::topmost(&backed_up).into_iter().filter_map(|unit| change.wanted.id_path(unit));
    let text: String = paths
        .zip(1..)
        .map(|(path, number)| {
            format!(
                "{indent}- parameter_key: {PATH_PARAMETER}{number}\n{indent}  parameter_value: {path}/*\n"
            )
        })
        .collect();
    let end = after_line_break(source, source.line_span((*last).end()).end);
    edits.replace(Span { start: line.start, end }, text);
    done.extend(items.iter().filter_map(|item| Some(parameters::inline(item.as_mapping()?)?.1.id())));
}
