//! Mutants of the manifest and of parameter files: where guardrails, vaults, keys and roles go, and what they are
//! given.

use cfct_core::checks::Context;
use cfct_core::document::{Document, MappingRef, NodeRef, SequenceRef};
use cfct_core::manifest::{DeployMethod, Resource};
use cfct_core::source::PackagePath;
use cfct_core::template::Template;

use super::edits::{put, put_text, without_entry, without_item};
use super::locks::other_values;
use super::mutant::{Class, Mutants};

/// Types of resources without which there is no protected backup.
const PROTECTING: [&str; 4] = [
    "AWS::Backup::BackupVault",
    "AWS::Backup::LogicallyAirGappedBackupVault",
    "AWS::KMS::Key",
    "AWS::IAM::Role",
];

/// Adds the mutants of the manifest.
pub fn add(context: &Context<'_>, document: &Document, mutants: &mut Mutants<'_>) {
    let Some(top) = document.root().and_then(NodeRef::as_mapping) else { return };
    if let Some(node) = top.get("enable_stack_set_deletion") {
        mutants.add(Class::Manifest, node, "enable_stack_set_deletion true".to_owned(), [put(node, "true")]);
    }
    let Some(list) = top.get("resources").and_then(NodeRef::as_sequence) else { return };
    for (place, item) in list.items().enumerate() {
        let resources = context.manifest.map(|manifest| &manifest.resources[..]).unwrap_or_default();
        let known = resources.get(place).filter(|resource| protects(context, resource));
        let Some((resource, map)) = known.zip(item.as_mapping()) else { continue };
        let name = resource.display_name();
        mutants.add(Class::Manifest, item, format!("without {name}"), without_item(list, place));
        if let Some(targets) = map.get("deployment_targets").and_then(NodeRef::as_mapping) {
            for key in ["organizational_units", "accounts"] {
                add_less(name, targets, key, mutants);
            }
        }
        add_less(name, map, "regions", mutants);
        if let Some(parameters) = map.get("parameters").and_then(NodeRef::as_sequence) {
            add_parameters(context, resource, parameters, ["parameter_key", "parameter_value"], mutants);
        }
    }
}

/// Adds the mutants of the parameters that protecting stack sets have in the file.
pub fn add_file(context: &Context<'_>, path: &PackagePath, document: &Document, mutants: &mut Mutants<'_>) {
    let resources = context.manifest.map(|manifest| &manifest.resources[..]).unwrap_or_default();
    let user = resources.iter().find(|resource| {
        resource.parameter_file.is_some_and(|file| file.value == path.as_str()) && protects(context, resource)
    });
    if let Some((user, list)) = user.zip(document.root().and_then(NodeRef::as_sequence)) {
        add_parameters(context, user, list, ["ParameterKey", "ParameterValue"], mutants);
    }
}

/// Whether it is a guardrail, or makes something of the types that matter.
fn protects(context: &Context<'_>, resource: &Resource<'_>) -> bool {
    let is_of_types = |template: &Template<'_>| {
        template.resources.iter().any(|made| made.type_name.is_some_and(|kind| PROTECTING.contains(&kind)))
    };
    match resource.method {
        DeployMethod::Scp | DeployMethod::Rcp => true,
        DeployMethod::StackSet => template(context, resource).is_some_and(is_of_types),
        DeployMethod::Unknown => false,
    }
}

/// Each item of a list gone. The only target goes with its list; without a list of Regions the home Region would
/// take its place, which often is the same one.
fn add_less(name: &str, map: MappingRef<'_>, key: &str, mutants: &mut Mutants<'_>) {
    let list = map.get(key).and_then(NodeRef::as_sequence);
    for (list, place) in list.iter().flat_map(|list| (0..list.len()).map(move |place| (list, place))) {
        let item = list.items().nth(place).and_then(NodeRef::scalar_text).unwrap_or_default();
        let whole = || without_entry(map, key).filter(|_| key != "regions");
        let less = without_item(*list, place).or_else(whole);
        mutants.add(Class::Manifest, list.node(), format!("{name}: {key} without {item}"), less);
    }
}

/// Each parameter gone, unless the template's default says the same, and each of a lock with other values.
fn add_parameters(
    context: &Context<'_>,
    resource: &Resource<'_>,
    list: SequenceRef<'_>,
    keys: [&str; 2],
    mutants: &mut Mutants<'_>,
) {
    let name = resource.display_name();
    let template = template(context, resource);
    let default = |parameter: &str| template?.parameter(parameter)?.default?.scalar_text();
    for (place, item) in list.items().enumerate() {
        let Some(map) = item.as_mapping() else { continue };
        let [Some(key), Some(value)] = keys.map(|key| map.get(key)) else { continue };
        let parameter = key.scalar_text().unwrap_or_default();
        let text = value.scalar_text().unwrap_or_default();
        if default(parameter) != Some(text) {
            let what = format!("{name}: without {parameter}");
            mutants.add(Class::Manifest, key, what, without_item(list, place));
        }
        for other in other_values(parameter, text) {
            let what = format!("{name}: {parameter} {other} for {text}");
            mutants.add(Class::Locks, value, what, [put_text(value, other)]);
        }
    }
}

/// The template of a stack set.
fn template<'c>(context: &Context<'c>, resource: &Resource<'_>) -> Option<&'c Template<'c>> {
    let path = resource.file.and_then(|file| PackagePath::new(file.value))?;
    context.templates.get(&path)
}
