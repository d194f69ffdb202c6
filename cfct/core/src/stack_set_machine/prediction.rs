//! What a push will do to a stack set: the outcomes, and what the runs after it make of each.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::cloud::Conditions;
use super::duration::{self, Operation, OperationPreferences, Pace};
use super::execution::{Action, Answer, Run};
use super::future::{self, Future, Settled};
use super::groups::Groups;
use super::outcomes::{self, Outcome};
use super::sets::IndexSet;
use super::stack_set::{Deployed, Desired, Kind, OperationStatus, State, Target};
use super::stage::Certainty;

/// What the next run of the pipeline will do to one stack set.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// The accounts, parted into groups that fare alike. Sets of accounts in calls are sets of groups.
    pub groups: Groups,
    /// The possible outcomes. The first is that of sets taken in ascending order.
    pub outcomes: Vec<Outcome>,
    /// Whether these are all outcomes; not so only where too many accounts hold too many different sets of
    /// Regions.
    pub is_complete: bool,
    kind: Kind,
    target: Target,
    before: State,
    conditions: Conditions,
    parameters_found: BTreeMap<String, String>,
    parameters_sent: BTreeMap<String, String>,
}

/// Instances of equal accounts in equal Regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// The accounts.
    pub accounts: IndexSet,
    /// The Regions.
    pub regions: IndexSet,
}

impl Cells {
    /// How many instances these are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.accounts.len() * self.regions.len()
    }

    /// Whether these are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() || self.regions.is_empty()
    }
}

/// Predicts what a push of the manifest does to a stack set; `deployed` is `None` where there is none of the
/// name yet.
#[must_use]
pub fn predict(desired: &Desired, deployed: Option<&Deployed>, conditions: &Conditions) -> Prediction {
    let nothing = Deployed::default();
    let found = deployed.unwrap_or(&nothing);
    let (groups, held) = Groups::part(&[&desired.accounts], &found.instances);
    let target = Target::new(desired, groups.within(&desired.accounts), deployed);
    let (before, conditions) = (State::new(deployed, held), conditions.clone());
    let (outcomes, is_complete) = outcomes::outcomes(Kind::Create, &target, &before, &conditions);
    Prediction {
        groups,
        outcomes,
        is_complete,
        kind: Kind::Create,
        target,
        before,
        conditions,
        parameters_found: found.parameters.clone(),
        parameters_sent: desired
            .parameters
            .iter()
            .map(|(key, value)| (key.clone(), value.sent().into_owned()))
            .collect(),
    }
}

/// Predicts what becomes of a stack set that `enable_stack_set_deletion` deletes. CfCT asks for the union of
/// its accounts and the union of its Regions (`generate_delete_request`).
#[must_use]
pub fn predict_deletion(deployed: &Deployed, conditions: &Conditions) -> Prediction {
    let (groups, held) = Groups::part(&[], &deployed.instances);
    let (before, conditions) = (State::new(Some(deployed), held), conditions.clone());
    let target = Target::of_deletion(&before);
    let (outcomes, is_complete) = outcomes::outcomes(Kind::Delete, &target, &before, &conditions);
    Prediction {
        groups,
        outcomes,
        is_complete,
        kind: Kind::Delete,
        target,
        before,
        conditions,
        parameters_found: deployed.parameters.clone(),
        parameters_sent: BTreeMap::new(),
    }
}

impl Prediction {
    /// Whether the order of a Python set decides what happens.
    #[must_use]
    pub fn depends_on_order(&self) -> bool {
        self.outcomes.len() > 1
    }

    /// Whether which account comes first decides.
    #[must_use]
    pub fn depends_on_first_account(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.first != self.outcomes[0].first)
    }

    /// Whether the order of sets inside the Lambda decides.
    #[must_use]
    pub fn depends_on_set_order(&self) -> bool {
        let mut seen = IndexSet::new();
        self.outcomes.iter().any(|outcome| {
            let shared = !seen.is_disjoint(&outcome.first);
            seen.add(&outcome.first);
            shared
        })
    }

    /// Whether this run does what was meant, in every order, and none after it does anything more.
    #[must_use]
    pub fn is_as_meant(&self) -> bool {
        let is_clean = |outcome: &Outcome| {
            !outcome.run.has_failed()
                && self.missing(&outcome.run).is_empty()
                && self.extra(&outcome.run).is_empty()
                && self.future(outcome).is_settled()
        };
        self.is_complete && !self.depends_on_order() && self.outcomes.iter().all(is_clean)
    }

    /// How sure it is that the run fails.
    #[must_use]
    pub fn fails(&self) -> Certainty {
        match self.outcomes.iter().filter(|outcome| outcome.run.has_failed()).count() {
            0 => Certainty::Never,
            failing if failing == self.outcomes.len() => Certainty::Surely,
            _ => Certainty::Perhaps,
        }
    }

    /// The outcomes, the worst first: by how they can end, then by whether the run fails, then by how many
    /// instances are not as they should be.
    #[must_use]
    pub fn worst_first(&self) -> Vec<&Outcome> {
        let mut outcomes: Vec<&Outcome> = self.outcomes.iter().collect();
        outcomes.sort_by_cached_key(|outcome| {
            let off = [self.missing(&outcome.run), self.extra(&outcome.run)];
            let off: usize = off.iter().flatten().map(Cells::len).sum();
            let worst_end = self.future(outcome).ends.into_iter().map(Settled::severity).max();
            Reverse((worst_end, outcome.run.has_failed(), off))
        });
        outcomes
    }

    /// How the last operation ended before this run.
    #[must_use]
    pub fn last_operation(&self) -> Option<OperationStatus> {
        self.before.last_operation
    }

    /// What the runs after an outcome come to, if every later run takes the accounts in the order that led
    /// here. Runs of CodeBuild each have an order of their own; see [`Prediction::future`] for all of them.
    #[must_use]
    pub fn settles(&self, outcome: &Outcome) -> Settled {
        self.later_runs(outcome).1
    }

    /// The runs after an outcome until they settle, in one and the same order.
    #[must_use]
    pub fn later_runs(&self, outcome: &Outcome) -> (Vec<Run>, Settled) {
        future::settle(self.kind, &self.target, &outcome.run.after, outcome.first.first(), &self.conditions)
    }

    /// What this run and the ones after it come to, if all of them take their sets in ascending order, but
    /// for an account that comes first.
    #[must_use]
    pub fn settles_with_first_account(&self, account: usize) -> Settled {
        let first = self.groups.group_of(account);
        let run = outcomes::run(self.kind, &self.target, &self.before, first, &self.conditions);
        future::settle(self.kind, &self.target, &run.after, first, &self.conditions).1
    }

    /// Where the runs after an outcome can end, whatever order each of them takes.
    #[must_use]
    pub fn future(&self, outcome: &Outcome) -> Future {
        let conditions = self.conditions.without_faults();
        future::explore(self.kind, &self.target, &outcome.run.after, &conditions).future()
    }

    /// The desired instances that are not there after a run.
    #[must_use]
    pub fn missing(&self, run: &Run) -> Vec<Cells> {
        self.cells(|group| self.wanted(group).difference(&run.after.instances[group]))
    }

    /// The instances that are there after a run and are not desired.
    #[must_use]
    pub fn extra(&self, run: &Run) -> Vec<Cells> {
        self.cells(|group| run.after.instances[group].difference(&self.wanted(group)))
    }

    /// The instances that are there after a run.
    #[must_use]
    pub fn instances(&self, run: &Run) -> Vec<Cells> {
        self.cells(|group| run.after.instances[group].clone())
    }

    /// The instances that a run creates.
    #[must_use]
    pub fn created(&self, run: &Run) -> Vec<Cells> {
        self.cells(|group| run.created[group].clone())
    }

    /// The instances that a run deletes, stacks and all.
    #[must_use]
    pub fn removed(&self, run: &Run) -> Vec<Cells> {
        self.cells(|group| run.removed[group].clone())
    }

    /// The operations of a run that CloudFormation accepts, by size.
    #[must_use]
    pub fn operations(&self, run: &Run) -> Vec<Operation> {
        let accepted = run.calls().iter().filter(|call| call.answer == Answer::Accepted);
        accepted
            .filter_map(|call| match &call.action {
                // It comes before any change of instances.
                Action::UpdateStackSet => Some(Operation {
                    accounts: self.groups.accounts(&self.before.deployed_groups()).len(),
                    regions: self.before.deployed_regions().len(),
                }),
                action => action.instances().map(|(accounts, regions)| Operation {
                    accounts: self.groups.accounts(accounts).len(),
                    regions: regions.len(),
                }),
            })
            .collect()
    }

    /// The estimate of a run's time in seconds.
    #[must_use]
    pub fn seconds(&self, run: &Run, preferences: &OperationPreferences, pace: &Pace) -> u64 {
        let sizes = self.groups.accounts_of_each().zip(&self.before.instances);
        let deployed = sizes.map(|(accounts, regions)| accounts.len() * regions.len()).sum();
        let operations = run.execution.as_ref().map(|_| self.operations(run));
        duration::run_seconds(deployed, operations.as_deref(), preferences, pace)
    }

    /// The stack set after a run; `None` where there is none.
    #[must_use]
    pub fn deployed_after(&self, run: &Run) -> Option<Deployed> {
        run.after.exists.then(|| {
            let mut instances: BTreeMap<usize, IndexSet> = BTreeMap::new();
            for cells in self.instances(run) {
                for region in cells.regions.iter() {
                    instances.entry(region).or_default().add(&cells.accounts);
                }
            }
            Deployed {
                instances,
                template_matches: run.after.template_matches,
                parameters: self.parameters_after(run).clone(),
                last_operation: run.after.last_operation,
            }
        })
    }

    /// The parameters after a run: the manifest's as sent, or the ones found.
    #[must_use]
    pub fn parameters_after(&self, run: &Run) -> &BTreeMap<String, String> {
        if run.after.parameters_sent { &self.parameters_sent } else { &self.parameters_found }
    }

    /// The parameters that CreateStackSet and UpdateStackSet carry.
    #[must_use]
    pub fn parameters_sent(&self) -> &BTreeMap<String, String> {
        &self.parameters_sent
    }

    /// The instances that should be: nothing where the stack set is to go.
    fn wanted(&self, group: usize) -> IndexSet {
        if self.kind == Kind::Create && self.target.accounts.contains(group) {
            self.target.region_set.clone()
        } else {
            IndexSet::new()
        }
    }

    fn cells(&self, regions: impl Fn(usize) -> IndexSet) -> Vec<Cells> {
        (0..self.groups.len())
            .filter_map(|group| {
                let regions = regions(group);
                let accounts = self.groups.members(group).filter(|_| !regions.is_empty())?;
                Some(Cells { accounts: accounts.clone(), regions })
            })
            .collect()
    }
}
