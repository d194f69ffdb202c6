//! What the package creates where: the vaults, roles, keys and SSM parameters of its stack sets, in every
//! account and Region that CfCT deploys them to.
//!
//! A template is evaluated once for each Region and for all the accounts that it does not tell apart; the
//! accounts are grouped by the stack sets that they get. So ten thousand accounts cost what their groups do.

mod exports;
mod policy;
mod resources;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::aws::AccountId;
use crate::deployed::Deployed;
use crate::manifest::Manifest;
use crate::organization::{AccountIndex, AccountSet, Organization};
use crate::resolution::{Deployment as Sent, PipelineStage, Resolution};
use crate::stack_set_definition::StackSetDefinition;
use crate::template::Template;
use crate::template::stack::{ACCOUNT, Place, Stack, Value, in_account};

use exports::Exports;
pub use policy::{Reduced, ResourcePolicy};
pub use resources::{Key, Lock, Role, SsmParameter, Vault, VaultKind};

/// Accounts that one stack set may tell apart by their ids; any more are evaluated without theirs.
const TOLD_APART: usize = 1_000;

/// Everything that the stack sets of a package create.
#[derive(Debug)]
pub struct Created<'c> {
    /// What is created, in the order of the manifest.
    pub deployments: Vec<Deployment<'c>>,
    /// Whether CfCT would fail on some stack set, so that what it creates is anyone's guess.
    pub is_incomplete: bool,
    /// The deployments of each group of accounts.
    groups: Vec<Vec<usize>>,
    /// The group of each account.
    of_account: Vec<usize>,
}

/// Accounts that the caller has reason to tell apart, though they get the same.
#[derive(Debug, Default)]
pub struct Apart {
    /// Each of these is a group of its own.
    pub one_by_one: BTreeSet<AccountIndex>,
    /// The accounts of a group are all in such a set, or none of them is.
    pub sets: Vec<AccountSet>,
}

/// What one stack set creates in some accounts of one Region.
#[derive(Debug)]
pub struct Deployment<'c> {
    /// The stack set.
    pub stack_set: &'c StackSetDefinition<'c>,
    /// Its place among the stack sets of the manifest, which is the order of deployment.
    pub order: usize,
    /// The accounts.
    pub accounts: Arc<AccountSet>,
    /// The Region.
    pub region: Box<str>,
    /// Whether it can create more than is written: the template is missing, uses a macro, or nests stacks.
    pub is_opaque: bool,
    /// Vaults of either kind.
    pub vaults: Vec<Vault<'c>>,
    /// Roles.
    pub roles: Vec<Role<'c>>,
    /// Keys.
    pub keys: Vec<Key<'c>>,
    /// Parameters of Parameter Store.
    pub parameters: Vec<SsmParameter<'c>>,
}

impl<'c> Created<'c> {
    /// Works out what the stack sets of `manifest` create.
    #[must_use]
    pub fn of(
        manifest: &'c Manifest<'c>,
        stack_sets: &'c [StackSetDefinition<'c>],
        resolution: &Resolution<'c>,
        organization: &Organization,
        deployed: Option<&Deployed>,
        apart: &Apart,
    ) -> Self {
        let mut exports = Exports::new(deployed);
        let (mut deployments, mut is_incomplete) = (Vec::new(), false);
        for resolved in resolution.resources.iter().filter(|found| found.stage == PipelineStage::StackSet) {
            let Some(resource) = manifest.resources.get(resolved.resource) else { continue };
            let Some(order) = stack_sets.iter().position(|found| std::ptr::eq(found.resource, resource))
            else {
                continue;
            };
            let Ok(Sent::StackSet(sent)) = &resolved.outcome else {
                is_incomplete = true;
                continue;
            };
            let regions: Vec<&str> = sent.regions.iter().map(AsRef::as_ref).collect();
            let stack_set = &stack_sets[order];
            let one = OneStackSet { stack_set, order, regions, organization };
            deployments.extend(one.deployments(&resolved.accounts, &mut exports));
        }
        let (groups, of_account) = grouped(&deployments, organization, apart);
        Self { deployments, is_incomplete, groups, of_account }
    }

    /// The group of an account: accounts of one group get the same.
    #[must_use]
    pub fn group_of(&self, account: AccountIndex) -> usize {
        self.of_account.get(account.number()).copied().unwrap_or_default()
    }

    /// What the accounts of a group get in any Region.
    pub fn of_group(&self, group: usize) -> impl Iterator<Item = &Deployment<'c>> + use<'_, 'c> {
        let deployments = self.groups.get(group).into_iter().flatten();
        deployments.filter_map(|number| self.deployments.get(*number))
    }

    /// What the accounts of a group get in one Region.
    pub fn at<'s, 'r>(
        &'s self,
        group: usize,
        region: &'r str,
    ) -> impl Iterator<Item = &'s Deployment<'c>> + use<'s, 'r, 'c> {
        self.of_group(group).filter(move |deployment| *deployment.region == *region)
    }

    /// The key of this ARN, if the package creates it.
    #[must_use]
    pub fn key<'s>(&'s self, arn: &str, organization: &Organization) -> Option<&'s Key<'c>> {
        let mut parts = arn.splitn(6, ':').skip(3);
        let (region, account, id) = (parts.next()?, parts.next()?, parts.next()?.strip_prefix("key/")?);
        let account = organization.account_by_id(account.parse::<AccountId>().ok()?)?;
        let mut deployments = self.at(self.group_of(account), region);
        deployments.find_map(|found| found.keys.iter().find(|key| key.id == id))
    }

    /// What an SSM parameter of an account and Region holds, if the package writes it; as the account has it.
    #[must_use]
    pub fn parameter(&self, group: usize, region: &str, name: &str, account: &str) -> Option<String> {
        let mut parameters = self.at(group, region).flat_map(|found| &found.parameters);
        parameters.find_map(|parameter| {
            let is_it = parameter.name.text().is_some_and(|text| in_account(text, account) == name);
            is_it.then(|| parameter.value.text().map(|text| in_account(text, account)))?
        })
    }
}

/// One stack set on its way into its accounts.
struct OneStackSet<'c, 'o> {
    stack_set: &'c StackSetDefinition<'c>,
    order: usize,
    regions: Vec<&'o str>,
    organization: &'o Organization,
}

impl<'c> OneStackSet<'c, '_> {
    fn deployments(&self, accounts: &AccountSet, exports: &mut Exports) -> Vec<Deployment<'c>> {
        let parameters = exports.parameters(self.stack_set);
        let mut deployments = Vec::new();
        for (accounts, account) in self.classes(accounts, &parameters) {
            for region in &self.regions {
                let place = Place {
                    account: account.as_deref(),
                    region,
                    partition: self.organization.partition(),
                    name: self.stack_set.resource.display_name(),
                };
                let stack = self.stack_set.template.map(|template| Stack::new(template, &parameters, place));
                if let Some(stack) = stack.as_ref().filter(|_| Some(region) == self.regions.first()) {
                    exports.add(self.stack_set, stack);
                }
                deployments.extend(self.deployment(&accounts, region, stack.as_ref()));
            }
        }
        deployments
    }

    /// What one stack creates; `None` where that is nothing of interest.
    fn deployment(
        &self,
        accounts: &Arc<AccountSet>,
        region: &str,
        stack: Option<&Stack<'_, 'c>>,
    ) -> Option<Deployment<'c>> {
        let template = self.stack_set.template;
        let resources = template.map(|template| &template.resources[..]).unwrap_or_default();
        let nests = resources.iter().any(|found| found.type_name == Some("AWS::CloudFormation::Stack"));
        let mut deployment = Deployment {
            stack_set: self.stack_set,
            order: self.order,
            accounts: Arc::clone(accounts),
            region: region.into(),
            is_opaque: nests || template.is_none_or(Template::is_expanded),
            vaults: Vec::new(),
            roles: Vec::new(),
            keys: Vec::new(),
            parameters: Vec::new(),
        };
        for (stack, resource) in
            stack.into_iter().flat_map(|stack| resources.iter().map(move |one| (stack, one)))
        {
            // A condition that is unknown leaves it open whether there is such a resource.
            let Some(certain) =
                stack.creates(resource.condition).map_or(Some(false), |holds| holds.then_some(true))
            else {
                continue;
            };
            deployment.vaults.extend(Vault::of(stack, resource, certain));
            deployment.roles.extend(Role::of(stack, resource, certain));
            deployment.keys.extend(Key::of(stack, resource));
            deployment.parameters.extend(SsmParameter::of(stack, resource));
        }
        let creates = !(deployment.vaults.is_empty()
            && deployment.roles.is_empty()
            && deployment.keys.is_empty()
            && deployment.parameters.is_empty());
        (creates || deployment.is_opaque).then_some(deployment)
    }

    /// The accounts in classes that the template and its parameters do not tell apart, each with what stands
    /// for the id of its accounts.
    fn classes(
        &self,
        accounts: &AccountSet,
        parameters: &BTreeMap<&'c str, Value>,
    ) -> Vec<(Arc<AccountSet>, Option<String>)> {
        let mut named = BTreeSet::new();
        let mut collect = |text: &str| {
            named.extend(account_ids(text).filter_map(|id| self.organization.account_by_id(id)));
        };
        if let Some(template) = self.stack_set.template {
            let text = template.document.source().text();
            if text.contains("AWS::AccountId") {
                collect(text);
                for value in parameters.values() {
                    value.items().iter().filter_map(Value::text).for_each(&mut collect);
                }
            }
        }
        let named: Vec<_> = named.into_iter().filter(|account| accounts.contains(*account)).collect();
        let id = |account: AccountIndex| self.organization.account(account).id.to_string();
        let mut rest = accounts.clone();
        let mut classes = Vec::new();
        if named.len() > TOLD_APART {
            return vec![(Arc::new(rest), None)];
        }
        for account in named {
            rest.remove(account);
            let mut alone = self.organization.no_accounts();
            alone.insert(account);
            classes.push((Arc::new(alone), Some(id(account))));
        }
        let mut left = rest.iter();
        match (left.next(), left.next()) {
            (None, _) => {}
            (Some(only), None) => classes.push((Arc::new(rest.clone()), Some(id(only)))),
            _ => classes.push((Arc::new(rest.clone()), Some(ACCOUNT.to_owned()))),
        }
        classes
    }
}

/// The account ids that a text holds: runs of exactly twelve digits.
pub fn account_ids(text: &str) -> impl Iterator<Item = AccountId> + '_ {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|run| run.parse().ok())
}

/// Accounts that get the same deployments and are not to be told apart.
fn grouped(
    deployments: &[Deployment<'_>],
    organization: &Organization,
    apart: &Apart,
) -> (Vec<Vec<usize>>, Vec<usize>) {
    // Many deployments have equal sets of accounts, so a group is known by the distinct sets that it is in.
    let mut numbers: HashMap<&AccountSet, usize> = HashMap::new();
    let mut sets: Vec<(&AccountSet, Vec<usize>)> = Vec::new();
    let created = deployments.iter().enumerate().map(|(number, found)| (&*found.accounts, Some(number)));
    for (accounts, number) in created.chain(apart.sets.iter().map(|accounts| (accounts, None))) {
        let place = *numbers.entry(accounts).or_insert(sets.len());
        if place == sets.len() {
            sets.push((accounts, Vec::new()));
        }
        sets[place].1.extend(number);
    }
    let mut known: HashMap<(Vec<usize>, Option<AccountIndex>), usize> = HashMap::new();
    let (mut groups, mut of_account) = (Vec::new(), Vec::new());
    for (account, _) in organization.accounts() {
        let within = sets.iter().enumerate().filter(|(_, (accounts, _))| accounts.contains(account));
        let within: Vec<usize> = within.map(|(place, _)| place).collect();
        let key = (within, apart.one_by_one.contains(&account).then_some(account));
        let next = groups.len();
        let group = *known.entry(key.clone()).or_insert(next);
        if group == next {
            let mut all: Vec<usize> = key.0.iter().flat_map(|place| sets[*place].1.iter().copied()).collect();
            all.sort_unstable();
            groups.push(all);
        }
        of_account.push(group);
    }
    (groups, of_account)
}

#[cfg(test)]
mod tests;
