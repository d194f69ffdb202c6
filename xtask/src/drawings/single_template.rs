//! A template that stands alone: its resources by service, and which service uses which.

use std::collections::BTreeMap;

use cfct_core::checks::Context;
use cfct_core::source::PackagePath;
use cfct_core::stack_set_definition::StackSetDefinition;
use cfct_core::template::{Resource, Template};

use super::scene::{Arrow, Block, Scene};

/// The first of `files`, drawn from the inside, where it is a template that no stack set deploys.
pub fn scene(context: &Context<'_>, files: &[&str]) -> Option<Scene> {
    let file = *files.first()?;
    let template = context.templates.get(&PackagePath::new(file)?)?;
    let deploys_it = |stack_set: &StackSetDefinition<'_>| {
        stack_set.resource.file.is_some_and(|written| written.value == file)
    };
    if context.stack_sets.iter().any(deploys_it) {
        return None;
    }
    let mut services: BTreeMap<&str, &str> = BTreeMap::new();
    let mut scene = Scene::default();
    let place = scene.place(&format!("one account: {file}"));
    for resource in &template.resources {
        let Some((service, kind)) = service_and_kind(resource) else { continue };
        services.insert(resource.name, service);
        let line = format!("{} ({kind})", resource.name);
        match place.boxes.iter_mut().find(|block| block.name == service) {
            Some(block) => block.lines.push(line),
            None => place.boxes.push(Block { name: service.to_owned(), lines: vec![line] }),
        }
    }
    scene.arrows.extend(arrows(template, &services));
    Some(scene)
}

fn arrows<'t>(
    template: &'t Template<'_>,
    services: &'t BTreeMap<&str, &str>,
) -> impl Iterator<Item = Arrow> + 't {
    template.resources.iter().filter_map(|resource| Some((resource, *services.get(resource.name)?))).flat_map(
        |(resource, from)| {
            let used = resource.references().into_iter().filter_map(|used| services.get(used.name).copied());
            used.filter(move |to| *to != from).map(move |to| Arrow {
                from: from.to_owned(),
                to: to.to_owned(),
                label: String::new(),
                is_rule: false,
            })
        },
    )
}

/// `AWS::Backup::BackupVault` is a `BackupVault` of `Backup`.
fn service_and_kind<'d>(resource: &Resource<'d>) -> Option<(&'d str, &'d str)> {
    resource.type_name?.strip_prefix("AWS::")?.split_once("::")
}
