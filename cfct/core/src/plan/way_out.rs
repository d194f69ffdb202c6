//! The way out, for each stack set with which CfCT does something else than what was meant.

use super::{Leaving, Plan, Sources};
use crate::stack_set_machine::{Conditions, IndexSet, SafeSteps, safe_deletion_steps, safe_steps};

/// The way to a stack set that is as desired.
#[derive(Clone, Debug)]
pub struct WayOut {
    /// The stack set's name in CloudFormation.
    pub stack_set: String,
    /// The steps; `None` where none were found.
    pub steps: Option<SafeSteps>,
}

/// Finds the steps for every stack set of the plan that is not as meant.
#[must_use]
pub(super) fn ways_out(plan: &Plan<'_>, sources: &Sources<'_>) -> Vec<WayOut> {
    let (nameable, conditions) = (nameable(plan, sources), Conditions::default());
    let deletions = plan.departures.iter().filter_map(|departure| {
        let Leaving::Deleted(prediction) = &departure.leaving else { return None };
        if prediction.is_as_meant() {
            return None;
        }
        let found = sources.deployed?.stack_sets.get(departure.name.as_str())?;
        let deployed = super::stack_set::in_numbers(found, sources, &plan.table, true);
        Some(WayOut {
            stack_set: departure.name.clone(),
            steps: safe_deletion_steps(&deployed, &nameable, &conditions),
        })
    });
    let troubled = plan.stack_sets.iter().filter(|stack_set| !stack_set.prediction.is_as_meant());
    let resources = troubled.map(|stack_set| WayOut {
        stack_set: stack_set.name.clone(),
        steps: safe_steps(&stack_set.desired, stack_set.deployed.as_ref(), &nameable, &conditions),
    });
    deletions.chain(resources).collect()
}

/// The accounts that a manifest can be aimed at: active ones in a unit, those with the baseline, and the
/// management account.
fn nameable(plan: &Plan<'_>, sources: &Sources<'_>) -> IndexSet {
    let (organization, accounts) = (sources.organization, &plan.table.accounts);
    let active =
        organization.accounts().filter(|(_, account)| account.is_active() && account.parent.is_some());
    let management = organization.management().and_then(|account| accounts.number_of(account));
    let mut all: IndexSet =
        active.filter_map(|(account, _)| accounts.number_of(account)).chain(management).collect();
    all.add(&accounts.numbers(&organization.baseline().accounts));
    all
}
