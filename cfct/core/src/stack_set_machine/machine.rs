//! The stack set state machine: the states of CfCT's `CustomControlTowerStackSetStateMachine` and the
//! handlers behind them (`state_machine_handler.py`, class `CloudFormation`), call by call.
//!
//! It works on groups of accounts (see [`groups`](super::groups)). Where CfCT takes an element of a Python
//! set, [`Choices`] decides.

use super::choices::Choices;
use super::cloud::{Cloud, Conditions, Reply};
use super::execution::{Assumption, Execution, Failure, PreCheck, Run};
use super::sets::IndexSet;
use super::stack_set::{OperationStatus, State, Target};

/// What the state machine carries from one Lambda call to the next (`event`), as far as it matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Event {
    /// `LoopFlag` is `yes`.
    loops: bool,
    /// `CreateInstance` and `DeleteInstance` are `yes`.
    creates: bool,
    deletes: bool,
    /// `StackInstanceAccountList`.
    deployed_accounts: Option<IndexSet>,
    /// `ExistingRegionList`. It grows from round to round and never shrinks.
    existing_regions: Option<IndexSet>,
    /// `AddAccountList` and `AddRegionList`.
    added: Option<(IndexSet, IndexSet)>,
    /// `DeleteAccountList` and `DeleteRegionList`.
    deleted: Option<(IndexSet, IndexSet)>,
    /// `ActiveAccountList`: the accounts of the latest call.
    active: Option<IndexSet>,
    /// `InstanceExist` is `yes`.
    instances_exist: bool,
}

/// A run of the manifest's request: the pre-check, and the execution where one is started.
pub(super) fn create(target: &Target, state: State, conditions: &Conditions, choices: &mut Choices) -> Run {
    let (check, guessed) = pre_check(target, &state);
    let unchanged = check.template_matched && check.parameters_matched && check.stack_set_exists;
    let starts = !unchanged || check.instance_lists_differ == Some(true);
    let mut machine = Machine::new(target, state, conditions, choices);
    if guessed {
        machine.cloud.rests_on.insert(Assumption::UnknownParametersAreUnchanged);
    }
    let ended = starts.then(|| (unchanged, machine.create(unchanged)));
    machine.finish(Some(check), ended)
}

/// A run of a deletion request.
pub(super) fn delete(target: &Target, state: State, conditions: &Conditions, choices: &mut Choices) -> Run {
    let starts = state.exists;
    let mut machine = Machine::new(target, state, conditions, choices);
    let ended = starts.then(|| (true, machine.delete()));
    machine.finish(None, ended)
}

/// `compare_template_and_params` and `compare_stack_instances`.
fn pre_check(target: &Target, state: &State) -> (PreCheck, bool) {
    let mut check = PreCheck {
        template_matched: true,
        parameters_matched: true,
        stack_set_exists: state.exists,
        instance_lists_differ: None,
    };
    let mut guessed = false;
    if !state.exists {
        return (check, guessed);
    }
    if state.last_operation.is_some_and(|status| status != OperationStatus::Succeeded) {
        // Nothing is compared then; the stack set is updated.
        (check.template_matched, check.parameters_matched) = (false, false);
        return (check, guessed);
    }
    check.template_matched = state.template_matches;
    if check.template_matched {
        let equality = if state.parameters_sent { target.equals_sent } else { target.equals_deployed };
        check.parameters_matched = equality.holds;
        guessed = equality.guessed;
    }
    if check.template_matched && check.parameters_matched {
        // The union of accounts and the union of Regions: a missing pair goes unnoticed.
        check.instance_lists_differ =
            Some(state.deployed_groups() != target.accounts || state.deployed_regions() != target.region_set);
    }
    (check, guessed)
}

struct Machine<'m> {
    target: &'m Target,
    cloud: Cloud<'m>,
    choices: &'m mut Choices,
    event: Event,
    /// The situations at the beginning of each round, with the number of calls made until then.
    rounds: Vec<(Event, State, usize)>,
}

impl<'m> Machine<'m> {
    fn new(target: &'m Target, state: State, conditions: &'m Conditions, choices: &'m mut Choices) -> Self {
        let cloud = Cloud::new(state, conditions);
        Self { target, cloud, choices, event: Event::default(), rounds: Vec::new() }
    }

    fn finish(self, pre_check: Option<PreCheck>, ended: Option<(bool, Result<(), Failure>)>) -> Run {
        let Cloud { state, calls, rests_on, created, removed, .. } = self.cloud;
        let execution = ended.map(|(skip_update_stack_set, result)| Execution {
            skip_update_stack_set,
            calls,
            failure: result.err(),
        });
        Run { pre_check, execution, rests_on, created, removed, after: state }
    }

    fn create(&mut self, skip_update: bool) -> Result<(), Failure> {
        if !self.cloud.state.exists {
            self.cloud.create_stack_set();
            if !self.target.accounts.is_empty() {
                self.create_stack_instances()?;
            }
            return self.export_outputs();
        }
        loop {
            self.begin_round()?;
            self.event.deployed_accounts = Some(self.cloud.state.deployed_groups());
            if !skip_update && !self.event.loops {
                self.update_stack_set()?;
            }
            self.list_stack_instances()?;
            if self.event.creates {
                self.create_stack_instances()?;
            }
            if self.event.creates || !self.event.deletes {
                self.export_outputs()?;
            }
            if self.event.deletes {
                self.delete_stack_instances()?;
                self.list_stack_instances()?;
            }
            if !self.event.loops {
                return Ok(());
            }
        }
    }

    fn delete(&mut self) -> Result<(), Failure> {
        self.list_stack_instances()?;
        if self.event.instances_exist {
            self.delete_stack_instances()?;
            self.list_stack_instances()?;
        }
        if !self.event.instances_exist {
            self.cloud.delete_stack_set();
        }
        Ok(())
    }

    /// Ends an execution that is where it has been before.
    fn begin_round(&mut self) -> Result<(), Failure> {
        let calls = self.cloud.calls.len();
        if !self.cloud.expects_a_fault() {
            let seen = self
                .rounds
                .iter()
                .find(|(event, state, _)| *event == self.event && *state == self.cloud.state);
            if let Some((_, _, since)) = seen {
                return Err(Failure::endless(&mut self.cloud.calls, *since));
            }
        }
        self.rounds.push((self.event.clone(), self.cloud.state.clone(), calls));
        Ok(())
    }

    fn update_stack_set(&mut self) -> Result<(), Failure> {
        loop {
            match self.cloud.update_stack_set() {
                Reply::InProgress => {}
                Reply::Ended(OperationStatus::Succeeded) => return Ok(()),
                Reply::Ended(OperationStatus::Stopped) => {
                    self.export_outputs()?;
                    self.cloud.rests_on.insert(Assumption::MissingFieldEndsTheExecution);
                    return Err(Failure::UpdateStopped);
                }
                Reply::Ended(_) | Reply::Rejected => return Err(Failure::UpdateOperation),
            }
        }
    }

    /// `list_stack_instances`: reads the Regions of ONE account and concludes from them what is to be added
    /// and removed everywhere.
    fn list_stack_instances(&mut self) -> Result<(), Failure> {
        let Some(inspected) = self.inspected_account()? else {
            (self.event.creates, self.event.deletes, self.event.instances_exist) = (false, false, false);
            return Ok(());
        };
        let regions = self.cloud.state.instances[inspected].clone();
        let Some(existing) = self.existing_regions(&regions)? else {
            (self.event.creates, self.event.deletes, self.event.instances_exist) = (true, false, false);
            return Ok(());
        };
        let no_account = IndexSet::new();
        let deployed = self.event.deployed_accounts.as_ref().unwrap_or(&no_account);
        let new_accounts = self.target.accounts.difference(deployed);
        let gone_accounts = deployed.difference(&self.target.accounts);
        let new_regions = self.target.region_set.difference(&existing);
        let gone_regions = existing.difference(&self.target.region_set);
        self.event.existing_regions = Some(existing);
        self.event.loops = (!new_accounts.is_empty() && !new_regions.is_empty())
            || (!gone_accounts.is_empty() && !gone_regions.is_empty());
        self.event.creates = !new_accounts.is_empty() || !new_regions.is_empty();
        if self.event.creates {
            self.event.added = Some((new_accounts, new_regions));
        }
        self.event.deletes = !gone_accounts.is_empty() || !gone_regions.is_empty();
        if self.event.deletes {
            self.event.deleted = Some((gone_accounts, gone_regions));
        }
        Ok(())
    }

    /// The first of the list, or, from the second round on, any account that the latest call did not name.
    /// `None` where no account is desired.
    fn inspected_account(&mut self) -> Result<Option<usize>, Failure> {
        match &self.event.active {
            _ if self.target.accounts.is_empty() => Ok(None),
            Some(active) if *active != self.target.accounts => {
                let others = self.target.accounts.difference(active);
                self.choices.pick(&others, &self.cloud.state.instances).map(Some)
            }
            _ => Ok(self.choices.first_account()),
        }
    }

    /// `ExistingRegionList` after an account with `regions` was read; `None` where only a creation is left
    /// to do.
    fn existing_regions(&mut self, regions: &IndexSet) -> Result<Option<IndexSet>, Failure> {
        let known = self.event.existing_regions.clone().unwrap_or_default();
        if !regions.is_empty() {
            self.event.instances_exist = true;
            return Ok(Some(known.union(regions)));
        }
        let Some(deployed) = &self.event.deployed_accounts else { return Ok(None) };
        if !known.is_empty() {
            return Ok(Some(known));
        }
        let stand_in = self.choices.pick(deployed, &self.cloud.state.instances)?;
        let regions = &self.cloud.state.instances[stand_in];
        if regions.is_empty() {
            return Ok(Some(self.target.region_set.clone()));
        }
        self.event.instances_exist = true;
        Ok(Some(regions.clone()))
    }

    fn create_stack_instances(&mut self) -> Result<(), Failure> {
        loop {
            let (new_accounts, new_regions) = self.event.added.clone().unwrap_or_default();
            let (mut accounts, mut regions) =
                (or(&new_accounts, &self.target.accounts), or(&new_regions, &self.target.region_set));
            if self.event.loops {
                match &self.event.active {
                    None => (accounts, regions) = (new_accounts, self.target.region_set.clone()),
                    // Meant for the second round; a retry of the first takes itself for it.
                    Some(active) if *active == new_accounts => {
                        accounts = self.target.accounts.difference(active);
                    }
                    Some(_) => {}
                }
            }
            self.event.active = Some(accounts.clone());
            match self.cloud.create_stack_instances(&accounts, &regions) {
                Reply::InProgress => {}
                Reply::Rejected => return Err(Failure::CreatesWithoutAccounts),
                Reply::Ended(OperationStatus::Succeeded) => return Ok(()),
                Reply::Ended(_) => return Err(Failure::CreateOperation),
            }
        }
    }

    fn delete_stack_instances(&mut self) -> Result<(), Failure> {
        loop {
            let existing = self.event.existing_regions.clone().unwrap_or_default();
            let (accounts, regions) = match &self.event.deleted {
                None if self.event.loops => return Err(Failure::DeletesWithoutAccountList),
                None => (self.target.accounts.clone(), existing),
                Some((accounts, _)) if self.event.loops => (accounts.clone(), existing),
                Some((accounts, regions)) => (or(accounts, &self.target.accounts), or(regions, &existing)),
            };
            self.event.active = Some(accounts.clone());
            match self.cloud.delete_stack_instances(&accounts, &regions) {
                Reply::InProgress => {}
                Reply::Rejected => return Err(Failure::DeletesWithoutAccounts),
                Reply::Ended(OperationStatus::Succeeded) => return Ok(()),
                Reply::Ended(OperationStatus::Failed) if self.instances_are_gone() => {}
                Reply::Ended(_) => return Err(Failure::DeleteOperation),
            }
        }
    }

    /// `RetryDeleteFlag`: of a deletion request, where the first account's instance cannot be described.
    fn instances_are_gone(&mut self) -> bool {
        self.event.deployed_accounts.is_none()
            && self
                .choices
                .first_account()
                .is_some_and(|first| !self.target.region_set.is_subset(&self.cloud.state.instances[first]))
    }

    /// `export_cfn_output`: describes the instance of the first account in the first Region, whether or not
    /// there is anything to export.
    fn export_outputs(&mut self) -> Result<(), Failure> {
        let Some(region) = self.target.regions.first() else { return Ok(()) };
        match self.choices.first_account() {
            Some(first) if !self.cloud.state.instances[first].contains(*region) => {
                Err(Failure::ExportFindsNoInstance)
            }
            _ => Ok(()),
        }
    }
}

fn or(list: &IndexSet, otherwise: &IndexSet) -> IndexSet {
    if list.is_empty() { otherwise.clone() } else { list.clone() }
}
