//! What a drawing shows: places with boxes in them, and arrows between boxes.

use std::collections::BTreeSet;

use cfct_core::backup_policy::attachments::{self, Attached};
use cfct_core::checks::Context;
use cfct_core::configuration::Role;
use cfct_core::manifest::{DeployMethod, Resource};
use cfct_core::stack_set_definition::StackSetDefinition;
use cfct_core::template::Template;

use super::connections;

/// A drawing before it is written.
#[derive(Debug, Default)]
pub struct Scene {
    /// In the order of their first box.
    pub places: Vec<Place>,
    /// From, to, and what is said of it.
    pub arrows: BTreeSet<Arrow>,
}

/// Accounts that get the same boxes, or a service.
#[derive(Debug)]
pub struct Place {
    /// What it is called.
    pub title: String,
    /// What is in it.
    pub boxes: Vec<Block>,
}

/// Something that is deployed.
#[derive(Debug)]
pub struct Block {
    /// Unique in the scene: a resource of the manifest, a policy.
    pub name: String,
    /// What is said below the name.
    pub lines: Vec<String>,
}

/// A connection of two boxes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The box that it starts from.
    pub from: String,
    /// The box, or the place, that it leads to.
    pub to: String,
    /// What it stands for.
    pub label: String,
    /// Whether it stands for a policy that applies, not for something that is handed over.
    pub is_rule: bool,
}

impl Scene {
    /// The place called `title`, made where there is none.
    pub fn place(&mut self, title: &str) -> &mut Place {
        let found = self.places.iter().position(|place| place.title == title);
        let index = found.unwrap_or_else(|| {
            self.places.push(Place { title: title.to_owned(), boxes: Vec::new() });
            self.places.len() - 1
        });
        &mut self.places[index]
    }
}

/// The place of policies.
const ORGANIZATIONS: &str = "AWS Organizations";

/// What the manifest and the attachments deploy from `files`. `None` where no stack set is among it.
pub fn deployed(context: &Context<'_>, files: &[&str]) -> Option<Scene> {
    let manifest = context.manifest?;
    let is_shown = |resource: &Resource<'_>| resource.file.is_some_and(|file| files.contains(&file.value));
    let stack_sets: Vec<&StackSetDefinition<'_>> =
        context.stack_sets.iter().filter(|stack_set| is_shown(stack_set.resource)).collect();
    if stack_sets.is_empty() {
        return None;
    }
    let mut scene = Scene::default();
    for resource in manifest.resources.iter().filter(|resource| is_shown(resource)) {
        if matches!(resource.method, DeployMethod::Scp | DeployMethod::Rcp) {
            add_guardrail(&mut scene, resource, &stack_sets);
        }
    }
    for policy in policies(context, files) {
        add_backup_policy(&mut scene, context, &policy, &stack_sets);
    }
    for stack_set in &stack_sets {
        let mut lines = stack_set.template.map(kinds).unwrap_or_default();
        lines.push(stack_set.regions(manifest).collect::<Vec<_>>().join(", "));
        let name = stack_set.resource.display_name().to_owned();
        scene.place(&targets(stack_set.resource)).boxes.push(Block { name, lines });
    }
    scene.arrows.extend(connections::between(&stack_sets));
    Some(scene)
}

fn add_guardrail(scene: &mut Scene, resource: &Resource<'_>, stack_sets: &[&StackSetDefinition<'_>]) {
    let name = resource.display_name().to_owned();
    let lines = vec![resource.method.as_str().to_uppercase()];
    scene.place(ORGANIZATIONS).boxes.push(Block { name: name.clone(), lines });
    let units: Vec<&str> = resource.organizational_units.iter().map(|unit| unit.value).collect();
    scene.arrows.extend(rule_arrows(&name, &units, "guards", stack_sets));
}

fn add_backup_policy(
    scene: &mut Scene,
    context: &Context<'_>,
    policy: &Attached<'_>,
    stack_sets: &[&StackSetDefinition<'_>],
) {
    let name = format!("policy {}", policy.display_name());
    let lines = vec!["backup policy".to_owned()];
    scene.place(ORGANIZATIONS).boxes.push(Block { name: name.clone(), lines });
    let filled = connections::vaults_filled(context, policy, stack_sets);
    let copied = connections::copies(context, policy, stack_sets);
    let filled = filled.into_iter().map(|to| (to, "backs up into"));
    for (to, label) in filled.chain(copied.into_iter().map(|to| (to, "copies into"))) {
        scene.arrows.insert(Arrow { from: name.clone(), to, label: label.to_owned(), is_rule: true });
    }
}

/// From a policy to each place that it applies to.
fn rule_arrows(
    name: &str,
    units: &[&str],
    label: &str,
    stack_sets: &[&StackSetDefinition<'_>],
) -> Vec<Arrow> {
    let reached = stack_sets.iter().filter(|stack_set| {
        stack_set.resource.organizational_units.iter().any(|aim| units.contains(&aim.value))
    });
    reached
        .map(|stack_set| Arrow {
            from: name.to_owned(),
            to: targets(stack_set.resource),
            label: label.to_owned(),
            is_rule: true,
        })
        .collect()
}

fn policies<'c>(context: &Context<'c>, files: &[&str]) -> Vec<Attached<'c>> {
    let document =
        context.configuration.of_role(Role::Attachments).find_map(|(_, file)| file.document.as_ref());
    let attached = document.map(|document| attachments::read(document).0.policies).unwrap_or_default();
    attached
        .into_iter()
        .filter(|policy| policy.file.is_some_and(|file| files.contains(&file.value)))
        .collect()
}

/// The accounts that get a resource, as the manifest names them.
fn targets(resource: &Resource<'_>) -> String {
    let join = |texts: &[cfct_core::manifest::Text<'_>]| {
        texts.iter().map(|text| text.value).collect::<Vec<_>>().join(", ")
    };
    let units = join(&resource.organizational_units);
    let accounts = join(&resource.accounts);
    match (units.is_empty(), accounts.is_empty()) {
        (true, _) => format!("account {accounts}"),
        (false, true) => format!("each account in {units}"),
        (false, false) => format!("each account in {units}, and {accounts}"),
    }
}

/// The types of a template's resources without `AWS::`, each once, in the template's order.
fn kinds(template: &Template<'_>) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for name in template.resources.iter().filter_map(|resource| resource.type_name) {
        let name = name.strip_prefix("AWS::").unwrap_or(name).replace("::", " ");
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    kinds
}
