//! Steps tried out on the model, in every order of CfCT's sets at once.

use std::collections::BTreeSet;

use super::future;
use super::prediction::Cells;
use super::sets::IndexSet;
use super::stack_set::{Kind, OperationStatus, State, Target};
use super::steps::{Aim, ByHand, Finder, Push, Route, Step};

/// A step before it is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Push { accounts: IndexSet, regions: Vec<usize>, aim: Aim },
    Without,
    DeleteEmptyStackSet,
    CreateMissing,
    DeleteExtra,
}

/// Moves made one after another, in every order.
pub(super) struct Trial<'t> {
    finder: &'t Finder<'t>,
    /// The situations that are possible now.
    states: BTreeSet<State>,
    steps: Vec<Step>,
    created: Vec<IndexSet>,
    removed: Vec<IndexSet>,
}

impl<'t> Trial<'t> {
    pub(super) fn new(finder: &'t Finder<'t>) -> Self {
        let nothing = vec![IndexSet::new(); finder.start.instances.len()];
        Self {
            finder,
            states: BTreeSet::from([finder.start.clone()]),
            steps: Vec::new(),
            created: nothing.clone(),
            removed: nothing,
        }
    }

    pub(super) fn make(&mut self, one: &Move) -> Option<()> {
        let step = match one {
            Move::Push { accounts, regions, aim } => self.push(accounts, regions, *aim)?,
            Move::Without => {
                self.run(Kind::Delete, &self.finder.target.clone())?;
                Step::PushWithoutResource
            }
            Move::DeleteEmptyStackSet => {
                self.by_hand(|state| {
                    state.exists = false;
                    state.template_matches = true;
                    state.parameters_sent = true;
                    state.last_operation = None;
                });
                Step::ByHand(ByHand::DeleteEmptyStackSet)
            }
            Move::CreateMissing => {
                let cells = self.change_by_hand(|held, wanted| wanted.difference(held), IndexSet::add)?;
                Step::ByHand(ByHand::CreateStackInstances(cells))
            }
            Move::DeleteExtra => {
                let cells = self.change_by_hand(IndexSet::difference, IndexSet::subtract)?;
                Step::ByHand(ByHand::DeleteStackInstances(cells))
            }
        };
        self.steps.push(step);
        Some(())
    }

    fn push(&mut self, accounts: &IndexSet, regions: &[usize], aim: Aim) -> Option<Step> {
        let is_last = aim == Aim::AsDesired;
        if !is_last && (accounts.is_empty() || !accounts.is_subset(&self.finder.nameable)) {
            return None;
        }
        let target = self.finder.target.aimed_at(accounts.clone(), regions.to_vec());
        let runs = self.run(Kind::Create, &target)?;
        Some(Step::Push(Push {
            accounts: self.finder.groups.accounts(accounts),
            regions: regions.to_vec(),
            runs,
            aim,
        }))
    }

    /// Runs the pipeline until nothing is left to do; gives the most runs that this can take.
    fn run(&mut self, kind: Kind, target: &Target) -> Option<usize> {
        let (mut after, mut most) = (BTreeSet::new(), 0);
        for state in &self.states {
            let situations = future::explore(kind, target, state, &self.finder.conditions);
            let future = situations.future();
            if !future.is_good() || future.may_fail {
                return None;
            }
            most = most.max(future.runs?);
            for run in situations.runs() {
                for (group, regions) in run.created.iter().enumerate() {
                    self.created[group].add(regions);
                }
                for (group, regions) in run.removed.iter().enumerate() {
                    self.removed[group].add(regions);
                }
            }
            after.extend(situations.final_states().cloned());
        }
        self.states = after;
        Some(most)
    }

    fn by_hand(&mut self, change: impl Fn(&mut State)) {
        let changed = std::mem::take(&mut self.states).into_iter().map(|mut state| {
            change(&mut state);
            state
        });
        self.states = changed.collect();
    }

    /// Creates or deletes instances by hand; `None` where there is nothing to change.
    fn change_by_hand(
        &mut self,
        difference: impl Fn(&IndexSet, &IndexSet) -> IndexSet,
        apply: impl Fn(&mut IndexSet, &IndexSet),
    ) -> Option<Vec<Cells>> {
        let finder = self.finder;
        let changes: Vec<IndexSet> = (0..finder.groups.len())
            .map(|group| difference(&finder.start.instances[group], &finder.wanted(group)))
            .collect();
        if !finder.start.exists || changes.iter().all(IndexSet::is_empty) {
            return None;
        }
        self.by_hand(|state| {
            for (held, change) in state.instances.iter_mut().zip(&changes) {
                apply(held, change);
            }
            state.last_operation = Some(OperationStatus::Succeeded);
        });
        Some(finder.cells(|group| changes[group].clone()))
    }

    pub(super) fn route(self) -> Route {
        let Self { finder, steps, created, removed, .. } = self;
        let start = &finder.start.instances;
        Route {
            steps,
            remade: finder.cells(|group| {
                removed[group].intersection(&start[group]).intersection(&finder.wanted(group))
            }),
            made_in_vain: finder.cells(|group| created[group].difference(&finder.wanted(group))),
        }
    }
}
