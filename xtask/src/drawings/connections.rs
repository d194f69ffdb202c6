//! What connects stack sets: a name that one gives and another takes, an SSM parameter, a copy.

use std::collections::BTreeSet;

use cfct_core::backup_policy::attachments::Attached;
use cfct_core::checks::Context;
use cfct_core::document::{NodeRef, Shape};
use cfct_core::source::PackagePath;
use cfct_core::stack_set_definition::StackSetDefinition;
use cfct_core::template::{intrinsic, text_of};

use super::scene::Arrow;

/// The arrows between stack sets, from the one that uses something to the one that it is of.
pub fn between(stack_sets: &[&StackSetDefinition<'_>]) -> BTreeSet<Arrow> {
    let given: Vec<(usize, String)> = stack_sets
        .iter()
        .enumerate()
        .flat_map(|(index, set)| names(set).map(move |name| (index, name)))
        .collect();
    let mut arrows = BTreeSet::new();
    for (taker, stack_set) in stack_sets.iter().enumerate() {
        for text in taken(stack_set) {
            for (giver, name) in given.iter().filter(|(giver, name)| *giver != taker && names_it(&text, name))
            {
                arrows.insert(Arrow {
                    from: stack_set.resource.display_name().to_owned(),
                    to: stack_sets[*giver].resource.display_name().to_owned(),
                    label: name.clone(),
                    is_rule: false,
                });
            }
        }
    }
    arrows
}

/// Whether a text is the name, or an ARN, path or helper that ends in it.
fn names_it(text: &str, name: &str) -> bool {
    text == name || text.strip_suffix(name).is_some_and(|before| before.ends_with([':', '/', '_']))
}

/// The physical names that a stack set's resources have, and the SSM parameters that CfCT exports from it.
fn names(stack_set: &StackSetDefinition<'_>) -> impl Iterator<Item = String> {
    const BY_PROPERTY: [&str; 8] = [
        "BackupVaultName",
        "RoleName",
        "BucketName",
        "TopicName",
        "AliasName",
        "TrailName",
        "ReportPlanName",
        "Name",
    ];
    let values = stack_set.known_values();
    let known = move |name: &str| values.get(name).cloned();
    let resources = stack_set.template.iter().flat_map(|template| &template.resources);
    let named: Vec<String> = resources
        .filter_map(|resource| BY_PROPERTY.iter().find_map(|property| resource.property(property)))
        .filter_map(|value| text_of(value, &known))
        .collect();
    let exported = stack_set.resource.export_outputs.iter().filter_map(|export| export.name);
    let exported: Vec<String> = exported.map(|name| name.value.to_owned()).collect();
    named.into_iter().chain(exported)
}

/// The texts that a stack set is given: the values of its parameters that its template uses.
fn taken(stack_set: &StackSetDefinition<'_>) -> BTreeSet<String> {
    let Some(template) = stack_set.template else { return BTreeSet::new() };
    let mut texts: BTreeSet<String> = stack_set.known_values().into_values().collect();
    // `$[alfred_ssm_/path]` is known only to CfCT, so it is read as it is written.
    let written = stack_set.resource.parameters.iter().filter_map(|parameter| parameter.value?.scalar_text());
    texts.extend(written.map(|text| text.trim_end_matches(']').to_owned()));
    let own: Vec<&str> = template.resources.iter().map(|resource| resource.name).collect();
    texts.retain(|text| !text.is_empty() && !own.contains(&text.as_str()));
    texts
}

/// The stack sets whose vault a backup policy copies into.
pub fn copies(
    context: &Context<'_>,
    policy: &Attached<'_>,
    stack_sets: &[&StackSetDefinition<'_>],
) -> Vec<String> {
    vaults(context, policy, stack_sets, "target_backup_vault_arn", |text| {
        text.rsplit(':').next().unwrap_or(text).to_owned()
    })
}

/// The stack sets whose vault a backup policy fills.
pub fn vaults_filled(
    context: &Context<'_>,
    policy: &Attached<'_>,
    stack_sets: &[&StackSetDefinition<'_>],
) -> Vec<String> {
    vaults(context, policy, stack_sets, "target_backup_vault_name", str::to_owned)
}

fn vaults(
    context: &Context<'_>,
    policy: &Attached<'_>,
    stack_sets: &[&StackSetDefinition<'_>],
    key: &str,
    name_in: impl Fn(&str) -> String,
) -> Vec<String> {
    let path = policy.file.and_then(|file| PackagePath::new(file.value));
    let root = path.and_then(|path| context.configuration.document(&path)?.root());
    let vaults: BTreeSet<String> = root.iter().flat_map(|root| values_of(*root, key)).map(name_in).collect();
    stack_sets
        .iter()
        .filter(|stack_set| names(stack_set).any(|name| vaults.contains(&name)))
        .map(|stack_set| stack_set.resource.display_name().to_owned())
        .collect()
}

/// The scalars below every `key` of a policy.
fn values_of<'d>(root: NodeRef<'d>, key: &str) -> Vec<&'d str> {
    let maps = intrinsic::walk(root).filter_map(|node| match node.shape() {
        Shape::Mapping(map) => map.get(key),
        _ => None,
    });
    maps.flat_map(intrinsic::walk)
        .filter_map(NodeRef::scalar_text)
        .filter(|text| !text.starts_with('@'))
        .collect()
}
