//! `cargo xtask mutate`: whether anything would notice if a protection of this repository's configuration were gone.
//!
//! Each mutant is the configuration with one small edit: a statement less, another bound, a key gone. It is caught
//! if a policy test fails, `check` finds something new, or a promise does not hold any more, in this order. What is not caught is listed,
//! and must stand in `tests/mutations.yaml` with the reason why it changes nothing.

mod backup_policies;
mod deployment;
mod edits;
mod judge;
mod locks;
mod mutant;
mod properties;
mod statements;
mod survivors;
mod table;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cfct_core::checks::Context;
use cfct_core::configuration::{Configuration, Role};
use cfct_core::organization;
use clap::Args;

use crate::configuration;
use crate::failure::Failure;
use crate::promises::Promises;
use crate::report;
use crate::repository::Repository;
use judge::{Caught, Judge};
use mutant::{Class, Mutant, Mutants};
use statements::Classes;

/// The arguments of `mutate`.
#[derive(Debug, Default, Args)]
pub struct Mutate {
    /// Only mutants of files whose path holds this
    #[arg(value_name = "PATH", default_value = "")]
    path: String,
}

/// Makes every mutant, has each judged, and tells of what is not caught.
pub fn run(arguments: &Mutate) -> Result<(), Failure> {
    let repository = Repository::open()?;
    let promises = Promises::open(&repository)?;
    let organization = configuration::read_organization(&repository)?;
    let mut mutants = all(&configuration::read(&repository)?, &organization);
    mutants.retain(|mutant| mutant.path.as_str().contains(&arguments.path));
    report::say(&format!("{} mutants", mutants.len()));
    let verdicts = judged(&repository, &organization, &promises, &mutants)?;
    let explained = survivors::read(&repository)?;
    table::write(&mutants, &verdicts, &explained, arguments.path.is_empty())
}

/// Every mutant, file by file.
fn all(configuration: &Configuration, organization: &organization::Reading) -> Vec<Mutant> {
    Context::with(configuration, organization.organization.as_ref(), |context| {
        configuration
            .files
            .keys()
            .flat_map(|path| {
                let mut mutants = Mutants::of(path);
                add(context, &mut mutants);
                mutants.list
            })
            .collect()
    })
}

fn add(context: &Context<'_>, mutants: &mut Mutants<'_>) {
    let path = mutants.path();
    let Some(file) = context.configuration.file(path) else { return };
    let Some(document) = &file.document else { return };
    match file.role {
        Role::Template => {
            let Some(template) = context.templates.get(path) else { return };
            properties::add(template, mutants);
            locks::add(template, mutants);
            let classes = Classes { deny: Class::TemplateDeny, allow: Class::TemplateAllow };
            for resource in &template.resources {
                if let Some(node) = resource.properties {
                    statements::add(node, resource.name, classes, mutants);
                }
            }
        }
        Role::Policy => {
            let class =
                if path.is_under("policies/rcp") { Class::ResourceControl } else { Class::ServiceControl };
            if let Some(root) = document.root() {
                statements::add(root, "", Classes { deny: class, allow: class }, mutants);
            }
        }
        Role::BackupPolicy => backup_policies::add(document, mutants),
        Role::Attachments => backup_policies::add_attachments(document, mutants),
        Role::Manifest => deployment::add(context, document, mutants),
        Role::Parameters => deployment::add_file(context, path, document, mutants),
        Role::Settings | Role::PolicyTests | Role::Portfolio | Role::Other => {}
    }
}

/// What notices each mutant, on every core.
fn judged(
    repository: &Repository,
    organization: &organization::Reading,
    promises: &Promises,
    mutants: &[Mutant],
) -> Result<Vec<Option<Caught>>, Failure> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut judge = Judge::open(repository, organization, promises)?;
        let mut verdicts = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = mutants.get(number) else { return Ok(verdicts) };
            verdicts.push((number, judge.judge(mutant)?));
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let of_threads: Vec<Result<Vec<_>, Failure>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        };
        threads.into_iter().map(join).collect()
    });
    let mut verdicts = Vec::with_capacity(mutants.len());
    for of_thread in of_threads {
        verdicts.extend(of_thread?);
    }
    verdicts.sort_unstable_by_key(|(number, _)| *number);
    Ok(verdicts.into_iter().map(|(_, caught)| caught).collect())
}
