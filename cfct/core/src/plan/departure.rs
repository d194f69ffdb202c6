//! Stack sets of CfCT that the manifest does not name: deleted, left behind, or there under another name.

use super::Sources;
use super::loss::{self, Loss};
use super::stack_set::{self, StackSetPlan};
use super::table::Table;
use crate::deployed::{StackSet, Template};
use crate::resolution::STACK_SET_PREFIX;
use crate::stack_set_machine::stage::{Certainty, Fate, fate};
use crate::stack_set_machine::{Cells, Conditions, Prediction, predict_deletion};

/// A stack set that leaves the manifest.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Its name in CloudFormation.
    pub name: String,
    /// What becomes of it.
    pub leaving: Leaving,
    /// How many instances it has.
    pub instances: usize,
    /// The stack set of the manifest that it probably becomes: a rename is a deletion and a creation.
    pub renamed_to: Option<String>,
    /// What holds data in its stacks; empty also where its template is not known.
    pub holdings: Vec<Loss>,
    /// The estimate in seconds.
    pub seconds: u64,
}

/// What becomes of a stack set that the manifest does not name.
#[derive(Clone, Debug)]
pub enum Leaving {
    /// `enable_stack_set_deletion` is on: it goes, instances and all.
    Deleted(Box<Prediction>),
    /// It stays, and nobody updates it any more.
    Orphaned,
}

impl Departure {
    /// Instances that go, at worst.
    #[must_use]
    pub fn removed(&self) -> Vec<Cells> {
        let Leaving::Deleted(prediction) = &self.leaving else { return Vec::new() };
        let removed = prediction.outcomes.iter().map(|outcome| prediction.removed(&outcome.run));
        removed.max_by_key(|cells| Table::count(cells)).unwrap_or_default()
    }

    /// How many instances go, at worst.
    #[must_use]
    pub fn removals(&self) -> usize {
        Table::count(&self.removed())
    }

    pub(super) fn fails(&self) -> Certainty {
        match &self.leaving {
            Leaving::Deleted(prediction) => prediction.fails(),
            Leaving::Orphaned => Certainty::Never,
        }
    }
}

/// Finds them, and names the renames on both sides.
pub(super) fn departures(
    sources: &Sources<'_>,
    table: &Table,
    stack_sets: &mut [StackSetPlan<'_>],
    conditions: &Conditions,
) -> Vec<Departure> {
    let Some(deployed) = sources.deployed else { return Vec::new() };
    let deletes = sources.manifest.enable_stack_set_deletion;
    let mut departures = Vec::new();
    for (name, stack_set) in &deployed.stack_sets {
        let is_in_manifest = |resource: &str| {
            stack_sets.iter().any(|plan| plan.name.strip_prefix(STACK_SET_PREFIX) == Some(resource))
        };
        let leaving = match fate(name, stack_set.has_tag(), deletes, is_in_manifest) {
            Fate::InManifest | Fate::Foreign => continue,
            Fate::LeftBehind => Leaving::Orphaned,
            Fate::Deleted => {
                let numbers = stack_set::in_numbers(stack_set, sources, table, true);
                Leaving::Deleted(Box::new(predict_deletion(&numbers, conditions)))
            }
        };
        let seconds = match &leaving {
            Leaving::Deleted(prediction) => stack_set::seconds(prediction, sources),
            Leaving::Orphaned => 0,
        };
        departures.push(Departure {
            name: name.to_string(),
            instances: stack_set.len(),
            renamed_to: rename(name, stack_set, stack_sets, sources, table),
            holdings: match &stack_set.template {
                Template::Body(body) => loss::of_text(body),
                _ => Vec::new(),
            },
            leaving,
            seconds,
        });
    }
    departures
}

/// A new stack set with the same template, or with the same instances and a similar name, is the old one
/// under another name.
fn rename(
    old: &str,
    stack_set: &StackSet,
    plans: &mut [StackSetPlan<'_>],
    sources: &Sources<'_>,
    table: &Table,
) -> Option<String> {
    let numbers = stack_set::in_numbers(stack_set, sources, table, true);
    let mut regions: Vec<usize> = numbers.instances.keys().copied().collect();
    regions.sort_unstable();
    let candidates = plans.iter_mut().filter(|plan| plan.change.is_new && plan.renamed_from.is_none());
    let found = candidates
        .map(|plan| {
            let same_template = same_template(&stack_set.template, plan, sources);
            let mut wanted = plan.desired.regions.clone();
            wanted.sort_unstable();
            let same_cells = wanted == regions
                && !plan.desired.accounts.is_empty()
                && numbers.instances.values().all(|accounts| *accounts == plan.desired.accounts);
            let similar = strsim::normalized_damerau_levenshtein(old, &plan.name) > 0.8;
            (u8::from(same_template) * 2 + u8::from(same_cells) + u8::from(similar), plan)
        })
        .filter(|(score, _)| *score >= 2)
        .max_by_key(|(score, _)| *score);
    let (_, plan) = found?;
    plan.renamed_from = Some(old.to_owned());
    Some(plan.name.clone())
}

fn same_template(template: &Template, plan: &StackSetPlan<'_>, sources: &Sources<'_>) -> bool {
    let path = plan.resource.file.and_then(|file| crate::source::PackagePath::new(file.value));
    let file = path.and_then(|path| sources.configuration.file(&path));
    let Some(crate::configuration::Content::Text(source)) = file.map(|file| &file.content) else {
        return false;
    };
    match template {
        Template::Body(body) => **body == *source.text(),
        Template::Digest(digest) => **digest == *crate::digest::sha256(source.text()),
        Template::Unknown => false,
    }
}
