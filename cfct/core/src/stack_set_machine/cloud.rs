//! CloudFormation StackSets as far as CfCT's state machine sees it.

use std::collections::BTreeSet;

use super::execution::{Action, Answer, Assumption, Call, Failure};
use super::sets::IndexSet;
use super::stack_set::{OperationStatus, State};

/// What AWS is taken to do where it does not say, and what goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conditions {
    /// Whether calls with an empty account list are accepted. AWS's reference asks CreateStackInstances for
    /// at least one account and is silent on DeleteStackInstances; both are taken to be rejected.
    pub empty_account_lists_are_accepted: bool,
    /// What goes wrong in the first run. Later runs have none.
    pub faults: Vec<Fault>,
}

impl Conditions {
    /// The same without faults, for the runs after the first.
    #[must_use]
    pub fn without_faults(&self) -> Self {
        Self { faults: Vec::new(), ..*self }
    }
}

/// A call that does not go as it should.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The API action.
    pub action: &'static str,
    /// Which call of that action in the run, from 1.
    pub nth: usize,
    /// What happens instead.
    pub effect: FaultEffect,
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultEffect {
    /// Another operation is at work: the call is refused and CfCT tries again.
    OperationInProgress,
    /// The operation starts and fails.
    Fails,
    /// The operation starts and somebody stops it.
    IsStopped,
    /// The operation does all its work and still reports failure.
    FailsWhenDone,
}

/// How a call went, in the eyes of the handler that made it.
pub(super) enum Reply {
    /// The operation ended.
    Ended(OperationStatus),
    /// `OperationInProgressException`.
    InProgress,
    /// `ValidationError`.
    Rejected,
}

/// CloudFormation with one stack set in it, and what was done to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cloud<'c> {
    pub state: State,
    pub calls: Vec<Call>,
    pub rests_on: BTreeSet<Assumption>,
    pub created: Vec<IndexSet>,
    pub removed: Vec<IndexSet>,
    conditions: &'c Conditions,
}

impl<'c> Cloud<'c> {
    pub(super) fn new(state: State, conditions: &'c Conditions) -> Self {
        let nothing = vec![IndexSet::new(); state.instances.len()];
        Self {
            state,
            calls: Vec::new(),
            rests_on: BTreeSet::new(),
            created: nothing.clone(),
            removed: nothing,
            conditions,
        }
    }

    /// How near each fault is: equal situations go on alike only where this is equal too.
    pub(super) fn faults_so_far(&self) -> Vec<usize> {
        self.conditions.faults.iter().map(|fault| self.count(fault.action).min(fault.nth)).collect()
    }

    pub(super) fn create_stack_set(&mut self) {
        self.record(Action::CreateStackSet, Answer::Accepted);
        self.state.exists = true;
        self.state.template_matches = true;
        self.state.parameters_sent = true;
        self.state.last_operation = None;
    }

    pub(super) fn update_stack_set(&mut self) -> Reply {
        let Some(effect) = self.start(Action::UpdateStackSet) else { return Reply::InProgress };
        let status = self.end(effect);
        if status == OperationStatus::Succeeded {
            self.state.template_matches = true;
            self.state.parameters_sent = true;
        } else {
            self.rests_on.insert(Assumption::FailedUpdateKeepsTheOldTemplate);
        }
        Reply::Ended(status)
    }

    pub(super) fn create_stack_instances(&mut self, accounts: &IndexSet, regions: &IndexSet) -> Reply {
        let action = Action::CreateStackInstances { accounts: accounts.clone(), regions: regions.clone() };
        if accounts.is_empty() && !self.conditions.empty_account_lists_are_accepted {
            self.record(action, Answer::ValidationError);
            self.rests_on.insert(Assumption::CreatingForNobodyIsRejected);
            return Reply::Rejected;
        }
        let Some(effect) = self.start(action) else { return Reply::InProgress };
        for group in accounts.iter() {
            let there = &mut self.state.instances[group];
            if !there.is_disjoint(regions) {
                self.rests_on.insert(Assumption::CreatingTwiceIsAccepted);
            }
            self.created[group].add(&regions.difference(there));
            there.add(regions);
        }
        let status = self.end(effect);
        if status != OperationStatus::Succeeded {
            self.rests_on.insert(Assumption::FailedCreationLeavesInstances);
        }
        Reply::Ended(status)
    }

    pub(super) fn delete_stack_instances(&mut self, accounts: &IndexSet, regions: &IndexSet) -> Reply {
        let action = Action::DeleteStackInstances { accounts: accounts.clone(), regions: regions.clone() };
        if accounts.is_empty() && !self.conditions.empty_account_lists_are_accepted {
            self.record(action, Answer::ValidationError);
            self.rests_on.insert(Assumption::DeletingForNobodyIsRejected);
            return Reply::Rejected;
        }
        let Some(effect) = self.start(action) else { return Reply::InProgress };
        match effect {
            Some(FaultEffect::Fails | FaultEffect::IsStopped) => {
                self.rests_on.insert(Assumption::FailedDeletionKeepsInstances);
                return Reply::Ended(self.end(effect));
            }
            Some(_) => {
                self.rests_on.insert(Assumption::FailedDeletionIsDone);
            }
            None => {}
        }
        for group in accounts.iter() {
            let there = &mut self.state.instances[group];
            if !regions.is_subset(there) {
                self.rests_on.insert(Assumption::DeletingNothingSucceeds);
            }
            self.removed[group].add(&regions.intersection(there));
            there.subtract(regions);
        }
        Reply::Ended(self.end(effect))
    }

    /// CfCT never comes here with instances left: it has just listed none, or deleted the last.
    pub(super) fn delete_stack_set(&mut self) {
        self.record(Action::DeleteStackSet, Answer::Accepted);
        self.state.exists = false;
        self.state.template_matches = true;
        self.state.parameters_sent = true;
        self.state.last_operation = None;
    }

    /// Records a call and finds what goes wrong with it; `None` where it is not even accepted.
    #[expect(clippy::option_option, reason = "refused, or accepted with or without a fault")]
    fn start(&mut self, action: Action) -> Option<Option<FaultEffect>> {
        let (name, nth) = (action.name(), self.count(action.name()) + 1);
        let mut faults = self.conditions.faults.iter();
        let fault = faults.find(|fault| fault.action == name && fault.nth == nth);
        let effect = fault.map(|fault| fault.effect);
        if effect == Some(FaultEffect::OperationInProgress) {
            self.record(action, Answer::OperationInProgress);
            return None;
        }
        self.record(action, Answer::Accepted);
        Some(effect)
    }

    fn end(&mut self, effect: Option<FaultEffect>) -> OperationStatus {
        let status = match effect {
            None => OperationStatus::Succeeded,
            Some(FaultEffect::IsStopped) => OperationStatus::Stopped,
            Some(_) => OperationStatus::Failed,
        };
        self.state.last_operation = Some(status);
        status
    }

    fn record(&mut self, action: Action, answer: Answer) {
        self.calls.push(Call { action, answer });
    }

    fn count(&self, action: &str) -> usize {
        self.calls.iter().filter(|call| call.action.name() == action).count()
    }
}

impl Failure {
    /// What becomes of an endless sequence of calls: the shortest beginning, and the calls that repeat.
    pub(super) fn endless(calls: &mut Vec<Call>, repeats_from: usize) -> Self {
        let mut cycle = calls.split_off(repeats_from);
        let period = (1..=cycle.len()).find(|period| {
            cycle.len().is_multiple_of(*period)
                && cycle.iter().eq(cycle[..*period].iter().cycle().take(cycle.len()))
        });
        cycle.truncate(period.unwrap_or(cycle.len()));
        while !cycle.is_empty() && calls.last() == cycle.last() {
            calls.pop();
            cycle.rotate_right(1);
        }
        let repeats_from_call = calls.len() + 1;
        calls.append(&mut cycle);
        Self::Endless { repeats_from_call }
    }
}
