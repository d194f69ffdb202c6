//! A direct interpreter of CfCT's handlers, account by account and list by list: no groups, no sharing.
//!
//! It says nothing clever. Lists that CfCT makes from sets come from an oracle in whatever order it likes,
//! and are compared and indexed as lists. Region lists are sets here, since no code looks at their order,
//! save that of the manifest.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::stack_set_machine::{Conditions, FaultEffect};

pub type Accounts = Vec<usize>;
pub type Regions = BTreeSet<usize>;
/// The Regions of each account.
pub type Instances = BTreeMap<usize, Regions>;

/// Orders a set, as `list(set(…))` does.
pub type Oracle<'o> = &'o mut dyn FnMut(&BTreeSet<usize>) -> Accounts;

/// A stack set and a request about it.
#[derive(Clone, Debug)]
pub struct Scene {
    pub exists: bool,
    pub instances: Instances,
    pub needs_update: bool,
    pub account_list: Accounts,
    pub region_list: Vec<usize>,
    pub deletes: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ending {
    pub failure: Option<&'static str>,
    pub calls: Vec<(&'static str, BTreeSet<usize>, Regions)>,
    pub exists: bool,
    pub instances: Instances,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Event {
    loop_flag: Option<bool>,
    create_instance: Option<bool>,
    delete_instance: Option<bool>,
    instance_exist: Option<bool>,
    stack_instance_account_list: Option<Accounts>,
    existing_region_list: Option<Regions>,
    add_account_list: Option<Accounts>,
    add_region_list: Option<Regions>,
    delete_account_list: Option<Accounts>,
    delete_region_list: Option<Regions>,
    active_account_list: Option<Accounts>,
}

impl Event {
    /// The same with every list sorted, to recognise a situation whatever the orders.
    fn sorted(&self) -> Self {
        let mut event = self.clone();
        for list in [
            &mut event.stack_instance_account_list,
            &mut event.add_account_list,
            &mut event.delete_account_list,
            &mut event.active_account_list,
        ]
        .into_iter()
        .flatten()
        {
            list.sort_unstable();
        }
        event
    }
}

pub struct Interpreter<'i> {
    scene: Scene,
    event: Event,
    conditions: &'i Conditions,
    oracle: Oracle<'i>,
    calls: Vec<(&'static str, BTreeSet<usize>, Regions)>,
    seen: Vec<(Event, Instances, Vec<usize>)>,
}

/// The state of the state machine that comes next.
enum Next {
    ListAccounts,
    CheckInstance,
    DeployStackInstance,
    ExportStackOutput,
    DeleteStackInstances,
    ListRemainingInstances,
    BothChanged,
    DeleteStackSet,
    Success,
}

impl<'i> Interpreter<'i> {
    pub fn run(scene: &Scene, conditions: &'i Conditions, oracle: Oracle<'i>) -> Ending {
        let scene = scene.clone();
        let mut this =
            Self { scene, event: Event::default(), conditions, oracle, calls: Vec::new(), seen: Vec::new() };
        let failure = this.execute().err();
        let Self { scene, mut calls, .. } = this;
        if failure == Some("endless loop") {
            // Which calls repeat is compared as a set; where the repetition is cut is nobody's business.
            calls.sort();
            calls.dedup();
        }
        let mut instances = scene.instances;
        instances.retain(|_, regions| !regions.is_empty());
        Ending { failure, calls, exists: scene.exists, instances }
    }

    fn execute(&mut self) -> Result<(), &'static str> {
        let mut next = if self.scene.deletes {
            self.list_stack_instances()?;
            if self.event.instance_exist == Some(true) {
                Next::DeleteStackInstances
            } else {
                Next::DeleteStackSet
            }
        } else if self.scene.exists {
            Next::ListAccounts
        } else {
            self.calls.push(("CreateStackSet", BTreeSet::new(), BTreeSet::new()));
            self.scene.exists = true;
            self.event.create_instance = Some(!self.scene.account_list.is_empty());
            self.event.delete_instance = Some(false);
            if self.scene.account_list.is_empty() {
                Next::ExportStackOutput
            } else {
                Next::DeployStackInstance
            }
        };
        loop {
            next = match next {
                Next::ListAccounts => {
                    self.list_accounts()?;
                    Next::CheckInstance
                }
                Next::CheckInstance => {
                    self.list_stack_instances()?;
                    match (self.event.create_instance, self.event.delete_instance) {
                        (Some(true), _) => Next::DeployStackInstance,
                        (_, Some(true)) => Next::DeleteStackInstances,
                        _ => Next::ExportStackOutput,
                    }
                }
                Next::DeployStackInstance => {
                    self.create_stack_instances()?;
                    Next::ExportStackOutput
                }
                Next::ExportStackOutput => {
                    self.export()?;
                    if self.event.create_instance == Some(true) && self.event.delete_instance == Some(true) {
                        Next::DeleteStackInstances
                    } else {
                        Next::BothChanged
                    }
                }
                Next::DeleteStackInstances => {
                    self.delete_stack_instances()?;
                    Next::ListRemainingInstances
                }
                Next::ListRemainingInstances => {
                    self.list_stack_instances()?;
                    match self.event.instance_exist.ok_or("no InstanceExist")? {
                        true => Next::BothChanged,
                        false => Next::DeleteStackSet,
                    }
                }
                Next::BothChanged if self.event.loop_flag == Some(true) => Next::ListAccounts,
                Next::BothChanged | Next::Success => return Ok(()),
                Next::DeleteStackSet => {
                    self.calls.push(("DeleteStackSet", BTreeSet::new(), BTreeSet::new()));
                    self.scene.exists = false;
                    Next::Success
                }
            }
        }
    }

    fn list_accounts(&mut self) -> Result<(), &'static str> {
        let faults = self.conditions.faults.iter().map(|fault| self.count(fault.action).min(fault.nth));
        let situation = (self.event.sorted(), self.scene.instances.clone(), faults.collect());
        if self.seen.contains(&situation) {
            return Err("endless loop");
        }
        self.seen.push(situation);
        let holders = self
            .scene
            .instances
            .iter()
            .filter(|(_, regions)| !regions.is_empty())
            .map(|(account, _)| *account);
        self.event.stack_instance_account_list = Some((self.oracle)(&holders.collect()));
        if self.scene.needs_update && self.event.loop_flag != Some(true) {
            while self.call("UpdateStackSet", &[], &Regions::new())? {}
        }
        Ok(())
    }

    fn list_stack_instances(&mut self) -> Result<(), &'static str> {
        if self.scene.account_list.is_empty() {
            self.event.instance_exist = Some(false);
            self.event.create_instance = Some(false);
            self.event.delete_instance = Some(false);
            return Ok(());
        }
        let mut account = self.scene.account_list[0];
        if let Some(active) = self.event.active_account_list.clone()
            && active != self.scene.account_list
        {
            let others = self.minus(&self.scene.account_list.clone(), &active);
            account = *others.first().ok_or("IndexError")?;
        }
        let mut regions = self.held(account);
        let deployed = self.event.stack_instance_account_list.clone();
        if regions.is_empty() && deployed.is_none() {
            self.event.instance_exist = Some(false);
            self.event.create_instance = Some(true);
            self.event.delete_instance = Some(false);
            return Ok(());
        }
        let mut existing = self.event.existing_region_list.clone().unwrap_or_default();
        if !regions.is_empty() {
            self.event.instance_exist = Some(true);
            existing.append(&mut regions);
        } else if let Some(deployed) = &deployed
            && existing.is_empty()
        {
            regions = self.held(*deployed.first().ok_or("IndexError")?);
            if regions.is_empty() {
                existing = self.scene.region_list.iter().copied().collect();
            } else {
                self.event.instance_exist = Some(true);
                existing.append(&mut regions);
            }
        }
        let wanted: Regions = self.scene.region_list.iter().copied().collect();
        let deployed = deployed.unwrap_or_default();
        let add_regions: Regions = &wanted - &existing;
        let delete_regions: Regions = &existing - &wanted;
        let add_accounts = self.minus(&self.scene.account_list.clone(), &deployed);
        let delete_accounts = self.minus(&deployed, &self.scene.account_list.clone());
        let adds_both = !add_accounts.is_empty() && !add_regions.is_empty();
        let deletes_both = !delete_accounts.is_empty() && !delete_regions.is_empty();
        self.event.loop_flag = Some(adds_both || deletes_both);
        self.event.create_instance = Some(!add_accounts.is_empty() || !add_regions.is_empty());
        if self.event.create_instance == Some(true) {
            self.event.add_account_list = Some(add_accounts);
            self.event.add_region_list = Some(add_regions);
        }
        self.event.delete_instance = Some(!delete_accounts.is_empty() || !delete_regions.is_empty());
        if self.event.delete_instance == Some(true) {
            self.event.delete_account_list = Some(delete_accounts);
            self.event.delete_region_list = Some(delete_regions);
        }
        self.event.existing_region_list = Some(existing);
        Ok(())
    }

    fn create_stack_instances(&mut self) -> Result<(), &'static str> {
        loop {
            let mut accounts = self.scene.account_list.clone();
            let mut regions: Regions = self.scene.region_list.iter().copied().collect();
            if let Some(added) = self.event.add_account_list.clone().filter(|list| !list.is_empty()) {
                accounts = added;
            }
            if let Some(added) = self.event.add_region_list.clone().filter(|list| !list.is_empty()) {
                regions = added;
            }
            if self.event.loop_flag == Some(true) {
                match self.event.active_account_list.clone() {
                    Some(active) => {
                        if Some(&active) == self.event.add_account_list.as_ref() {
                            accounts = self.minus(&self.scene.account_list.clone(), &active);
                        }
                    }
                    None => {
                        accounts = self.event.add_account_list.clone().ok_or("ParamValidationError")?;
                        regions = self.scene.region_list.iter().copied().collect();
                    }
                }
            }
            self.event.active_account_list = Some(accounts.clone());
            let retry = self.call("CreateStackInstances", &accounts, &regions)?;
            if !retry {
                for account in accounts {
                    self.scene.instances.entry(account).or_default().extend(&regions);
                }
                return Ok(());
            }
        }
    }

    fn delete_stack_instances(&mut self) -> Result<(), &'static str> {
        loop {
            let mut accounts = Some(self.scene.account_list.clone());
            let mut regions = self.event.existing_region_list.clone();
            if let Some(deleted) = self.event.delete_account_list.clone().filter(|list| !list.is_empty()) {
                accounts = Some(deleted);
            }
            if let Some(deleted) = self.event.delete_region_list.clone().filter(|list| !list.is_empty()) {
                regions = Some(deleted);
            }
            if self.event.loop_flag == Some(true) {
                accounts = self.event.delete_account_list.clone();
                regions = self.event.existing_region_list.clone();
            }
            self.event.active_account_list.clone_from(&accounts);
            let (accounts, regions) = accounts.zip(regions).ok_or("ParamValidationError")?;
            if !self.call("DeleteStackInstances", &accounts, &regions)? {
                for account in accounts {
                    self.scene
                        .instances
                        .entry(account)
                        .or_default()
                        .retain(|region| !regions.contains(region));
                }
                return Ok(());
            }
        }
    }

    fn export(&self) -> Result<(), &'static str> {
        match (self.scene.account_list.first(), self.scene.region_list.first()) {
            (Some(account), Some(region)) if !self.held(*account).contains(region) => {
                Err("StackInstanceNotFoundException")
            }
            _ => Ok(()),
        }
    }

    /// Makes a call; says whether it is to be made again.
    fn call(
        &mut self,
        name: &'static str,
        accounts: &[usize],
        regions: &Regions,
    ) -> Result<bool, &'static str> {
        let nth = self.count(name) + 1;
        self.calls.push((name, accounts.iter().copied().collect(), regions.clone()));
        let names_nobody = name != "UpdateStackSet" && accounts.is_empty();
        if names_nobody && !self.conditions.empty_account_lists_are_accepted {
            return Err("ValidationError");
        }
        let mut faults = self.conditions.faults.iter();
        Ok(faults.any(|fault| {
            assert_eq!(fault.effect, FaultEffect::OperationInProgress, "no other fault is interpreted here");
            fault.action == name && fault.nth == nth
        }))
    }

    fn count(&self, name: &str) -> usize {
        self.calls.iter().filter(|call| call.0 == name).count()
    }

    fn held(&self, account: usize) -> Regions {
        self.scene.instances.get(&account).cloned().unwrap_or_default()
    }

    /// `list(set(one) - set(other))`.
    fn minus(&mut self, one: &[usize], other: &[usize]) -> Accounts {
        let rest = one.iter().copied().filter(|account| !other.contains(account)).collect();
        (self.oracle)(&rest)
    }
}
