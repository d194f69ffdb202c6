//! The stack set state machine: the states of CfCT's `CustomControlTowerStackSetStateMachine` and the
//! handlers behind them (`state_machine_handler.py`, class `CloudFormation`), call by call.
//!
//! It works on groups of accounts (see [`groups`](super::groups)). Where CfCT takes an element of a Python
//! set, [`Choices`] decides.

use super::choices::Choices;
use super::cloud::{Cloud, Conditions, Reply};
use super::execution::{Assumption, Execution, Failure, PreCheck, Run};
use super::sets::IndexSet;
use super::stack_set::{Kind, OperationStatus, State, Target};

/// How many instances CfCT lists at a time (`MaxResults`).
const PAGE: usize = 20;

/// What the state machine carries from one Lambda call to the next (`event`), as far as it matters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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

/// How far a run is.
pub(super) enum Progress<'m> {
    /// There is more to do; the machine is at the beginning of a round.
    More(Box<Machine<'m>>),
    /// It is over.
    Over(Run),
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

/// An execution between two rounds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Machine<'m> {
    kind: Kind,
    target: &'m Target,
    cloud: Cloud<'m>,
    event: Event,
    pre_check: Option<PreCheck>,
    skip_update: bool,
    /// The beginnings of the rounds so far.
    rounds: Vec<Round>,
}

/// The beginning of a round.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Round {
    event: Event,
    state: State,
    faults_so_far: Vec<usize>,
    calls_so_far: usize,
}

impl<'m> Machine<'m> {
    /// The pre-check of `SMExecutionManager`, and the execution where one is started.
    pub(super) fn start(
        kind: Kind,
        target: &'m Target,
        state: &State,
        conditions: &'m Conditions,
    ) -> Progress<'m> {
        let mut machine = Self {
            kind,
            target,
            cloud: Cloud::new(state.clone(), conditions),
            event: Event::default(),
            pre_check: None,
            skip_update: true,
            rounds: Vec::new(),
        };
        let mut starts = state.exists;
        if kind == Kind::Create {
            let (check, guessed) = pre_check(target, state);
            machine.skip_update =
                check.template_matched && check.parameters_matched && check.stack_set_exists;
            starts = !machine.skip_update || check.instance_lists_differ == Some(true);
            machine.pre_check = Some(check);
            if guessed {
                machine.cloud.rests_on.insert(Assumption::UnknownParametersAreUnchanged);
            }
        }
        let is_wide = |regions: &IndexSet| regions.len() > PAGE;
        if starts && (is_wide(&target.region_set) || state.instances.iter().any(is_wide)) {
            machine.cloud.rests_on.insert(Assumption::RegionsComeOnOnePage);
        }
        if starts { Progress::More(Box::new(machine)) } else { Progress::Over(machine.finish(None)) }
    }

    /// Goes on to the beginning of the next round, or to the end.
    pub(super) fn advance(mut self, choices: &mut Choices) -> Progress<'m> {
        let ended = match self.kind {
            Kind::Delete => self.delete(choices),
            Kind::Create if self.cloud.state.exists => match self.round(choices) {
                Ok(()) if self.event.loops => return Progress::More(Box::new(self)),
                ended => ended,
            },
            Kind::Create => self.create(choices),
        };
        Progress::Over(self.finish(Some(ended)))
    }

    fn finish(self, ended: Option<Result<(), Failure>>) -> Run {
        let Cloud { state, calls, rests_on, created, removed, .. } = self.cloud;
        let execution = ended.map(|result| Execution {
            skip_update_stack_set: self.skip_update,
            calls,
            failure: result.err(),
        });
        Run { pre_check: self.pre_check, execution, rests_on, created, removed, after: state }
    }

    fn create(&mut self, choices: &mut Choices) -> Result<(), Failure> {
        self.cloud.create_stack_set();
        if !self.target.accounts.is_empty() {
            self.create_stack_instances()?;
        }
        self.export_outputs(choices)
    }

    fn round(&mut self, choices: &mut Choices) -> Result<(), Failure> {
        self.begin_round()?;
        self.event.deployed_accounts = Some(self.cloud.state.deployed_groups());
        if !self.skip_update && !self.event.loops {
            self.update_stack_set(choices)?;
        }
        self.list_stack_instances(choices)?;
        if self.event.creates {
            self.create_stack_instances()?;
        }
        if self.event.creates || !self.event.deletes {
            self.export_outputs(choices)?;
        }
        if self.event.deletes {
            self.delete_stack_instances(choices)?;
            self.list_stack_instances(choices)?;
        }
        Ok(())
    }

    fn delete(&mut self, choices: &mut Choices) -> Result<(), Failure> {
        self.list_stack_instances(choices)?;
        if self.event.instances_exist {
            self.delete_stack_instances(choices)?;
            self.list_stack_instances(choices)?;
        }
        if !self.event.instances_exist {
            self.cloud.delete_stack_set();
        }
        Ok(())
    }

    /// Ends an execution that is where it has been before.
    fn begin_round(&mut self) -> Result<(), Failure> {
        let round = Round {
            event: self.event.clone(),
            state: self.cloud.state.clone(),
            faults_so_far: self.cloud.faults_so_far(),
            calls_so_far: self.cloud.calls.len(),
        };
        let same = self.rounds.iter().find(|earlier| {
            earlier.event == round.event
                && earlier.state == round.state
                && earlier.faults_so_far == round.faults_so_far
        });
        if let Some(same) = same {
            return Err(Failure::endless(&mut self.cloud.calls, same.calls_so_far));
        }
        self.rounds.push(round);
        Ok(())
    }

    fn update_stack_set(&mut self, choices: &mut Choices) -> Result<(), Failure> {
        loop {
            match self.cloud.update_stack_set() {
                Reply::InProgress => {}
                Reply::Ended(OperationStatus::Succeeded) => return Ok(()),
                Reply::Ended(OperationStatus::Stopped) => {
                    self.export_outputs(choices)?;
                    self.cloud.rests_on.insert(Assumption::MissingFieldEndsTheExecution);
                    return Err(Failure::UpdateStopped);
                }
                Reply::Ended(_) | Reply::Rejected => return Err(Failure::UpdateOperation),
            }
        }
    }

    /// `list_stack_instances`: reads the Regions of ONE account and concludes from them what is to be added
    /// and removed everywhere.
    fn list_stack_instances(&mut self, choices: &mut Choices) -> Result<(), Failure> {
        let Some(inspected) = self.inspected_account(choices)? else {
            (self.event.creates, self.event.deletes, self.event.instances_exist) = (false, false, false);
            return Ok(());
        };
        let regions = self.cloud.state.instances[inspected].clone();
        let Some(existing) = self.existing_regions(&regions, choices)? else {
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
    fn inspected_account(&self, choices: &mut Choices) -> Result<Option<usize>, Failure> {
        match &self.event.active {
            _ if self.target.accounts.is_empty() => Ok(None),
            Some(active) if *active != self.target.accounts => {
                let others = self.target.accounts.difference(active);
                choices.pick(&others, &self.cloud.state.instances).map(Some)
            }
            _ => Ok(choices.first_account()),
        }
    }

    /// `ExistingRegionList` after an account with `regions` was read; `None` where only a creation is left
    /// to do.
    fn existing_regions(
        &mut self,
        regions: &IndexSet,
        choices: &mut Choices,
    ) -> Result<Option<IndexSet>, Failure> {
        let known = self.event.existing_regions.clone().unwrap_or_default();
        if !regions.is_empty() {
            self.event.instances_exist = true;
            return Ok(Some(known.union(regions)));
        }
        let Some(deployed) = &self.event.deployed_accounts else { return Ok(None) };
        if !known.is_empty() {
            return Ok(Some(known));
        }
        let stand_in = choices.pick(deployed, &self.cloud.state.instances)?;
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

    fn delete_stack_instances(&mut self, choices: &mut Choices) -> Result<(), Failure> {
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
                Reply::Ended(OperationStatus::Failed) if self.instances_are_gone(choices) => {}
                Reply::Ended(_) => return Err(Failure::DeleteOperation),
            }
        }
    }

    /// `RetryDeleteFlag`: of a deletion request, where the first account's instance cannot be described.
    fn instances_are_gone(&self, choices: &mut Choices) -> bool {
        self.kind == Kind::Delete
            && choices
                .first_account()
                .is_some_and(|first| !self.target.region_set.is_subset(&self.cloud.state.instances[first]))
    }

    /// `export_cfn_output`: describes the instance of the first account in the first Region, whether or not
    /// there is anything to export.
    fn export_outputs(&self, choices: &mut Choices) -> Result<(), Failure> {
        let Some(region) = self.target.regions.first() else { return Ok(()) };
        match choices.first_account() {
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
