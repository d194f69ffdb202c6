//! Backup policies in an organization: which are attached where, and what every account gets.
//!
//! Accounts under the same attachments share one effective policy, so the work grows with the attachments
//! and not with the accounts.

pub mod codes;

use std::collections::HashMap;
use std::sync::Arc;

use super::attachments::{self, Attachments};
use super::effective::{Effective, Inheritance};
use super::merge::Level;
use super::policy::Policy;
use super::tree;
use crate::configuration::{Configuration, Role};
use crate::finding::Finding;
use crate::organization::targets::{Holder, TargetCodes, Targets};
use crate::organization::{AccountIndex, Organization, UnitIndex};
use crate::source::PackagePath;

/// A node with its name and the policies attached to it, by their numbers, in the order of attachment.
#[derive(Debug)]
struct Node {
    name: String,
    policies: Vec<usize>,
}

/// The policies of a package, attached to the nodes of an organization.
#[derive(Debug, Default)]
pub struct Placement {
    policies: Vec<Policy>,
    nodes: Vec<Node>,
    holders: HashMap<Holder, usize>,
    /// Targets that do not exist, or cannot be told apart.
    pub findings: Vec<Finding>,
}

/// What every account gets.
#[derive(Debug)]
pub struct EffectivePolicies<'p> {
    /// The distinct effective policies.
    pub distinct: Vec<Shared<'p>>,
    /// The number in `distinct` for each account, by account index; `None` for one outside of the tree.
    of_account: Vec<Option<usize>>,
}

/// A plan as one or several of the distinct effective policies have it, value by value.
#[derive(Debug)]
pub struct DistinctPlan<'e, 'p> {
    /// The plan's name in lower case.
    pub name: &'p str,
    /// The plan.
    pub plan: &'e tree::Node<'p>,
    /// The places in [`EffectivePolicies::distinct`] of the policies that have it.
    pub of: Vec<usize>,
}

/// An effective policy and the accounts that share it.
#[derive(Debug)]
pub struct Shared<'p> {
    /// The policy.
    pub effective: Effective<'p>,
    /// The nodes with policies on the way from the root, by name.
    pub path: Vec<&'p str>,
    /// The accounts, by id.
    pub accounts: Vec<AccountIndex>,
}

const CODES: TargetCodes = TargetCodes {
    unknown_unit: &codes::UNKNOWN_UNIT,
    unknown_account: &codes::UNKNOWN_ACCOUNT,
    inactive_account: &codes::INACTIVE_ACCOUNT,
};

/// The ids of the root, units and accounts that each policy is attached to, without those that cannot be found.
#[must_use]
pub fn target_ids(attachments: &Attachments<'_>, organization: &Organization) -> Vec<Vec<String>> {
    let mut targets = Targets::new(organization, CODES);
    let id = |holder: Holder| match holder {
        Holder::Unit(unit) => organization.unit(unit).id.to_string(),
        Holder::Account(account) => organization.account(account).id.to_string(),
    };
    let of_each = attachments
        .policies
        .iter()
        .map(|attached| targets.of(&attached.organizational_units, &attached.accounts));
    of_each.map(|holders| holders.into_iter().map(id).collect()).collect()
}

impl Placement {
    /// Reads the package's backup policies and finds their targets in the organization.
    #[must_use]
    pub fn of(configuration: &Configuration, organization: &Organization) -> Self {
        let document = configuration.of_role(Role::Attachments).find_map(|(_, file)| file.document.as_ref());
        let attachments = document.map(|document| attachments::read(document).0).unwrap_or_default();
        Self::attach(&attachments, configuration, organization)
    }

    fn attach(
        attachments: &Attachments<'_>,
        configuration: &Configuration,
        organization: &Organization,
    ) -> Self {
        let mut placement = Self::default();
        let mut targets = Targets::new(organization, CODES);
        for attached in &attachments.policies {
            let holders = targets.of(&attached.organizational_units, &attached.accounts);
            let path = attached.file.and_then(|file| PackagePath::new(file.value));
            let document = path.and_then(|path| configuration.document(&path));
            let name: Arc<str> = attached.display_name().into();
            let Some(policy) = document.and_then(|document| Policy::read(name, document)) else { continue };
            let number = placement.policies.len();
            placement.policies.push(policy);
            for holder in holders {
                placement.node(holder, organization).policies.push(number);
            }
        }
        placement.findings = targets.findings;
        placement
    }

    fn node(&mut self, holder: Holder, organization: &Organization) -> &mut Node {
        let next = self.nodes.len();
        let index = *self.holders.entry(holder).or_insert(next);
        if index == next {
            let name = match holder {
                Holder::Unit(unit) => organization.path(unit).to_string(),
                Holder::Account(account) => organization.account(account).display(),
            };
            self.nodes.push(Node { name, policies: Vec::new() });
        }
        &mut self.nodes[index]
    }

    /// The policies, in the order of `attachments.yaml`.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// Works out what every account gets, once for all accounts under the same nodes.
    #[must_use]
    pub fn effective(&self, organization: &Organization) -> EffectivePolicies<'_> {
        let mut chains = Chains::new(self, organization);
        let mut accounts: Vec<Vec<AccountIndex>> = Vec::new();
        let mut of_account = Vec::with_capacity(organization.accounts().len());
        for (index, account) in organization.accounts() {
            let chain = account.parent.map(|parent| chains.of_account(index, parent));
            if let Some(chain) = chain {
                accounts.resize_with(accounts.len().max(chain + 1), Vec::new);
                accounts[chain].push(index);
            }
            of_account.push(chain);
        }
        accounts.resize_with(chains.chains.len(), Vec::new);
        let mut inherited: Vec<Inheritance<'_>> = Vec::with_capacity(chains.chains.len());
        for chain in &chains.chains {
            inherited.push(match chain {
                None => Inheritance::default(),
                // What is above has the smaller number, since it was met first.
                Some((above, node)) => inherited[*above].below(&self.level(*node)),
            });
        }
        let distinct = accounts.into_iter().enumerate().map(|(number, accounts)| Shared {
            effective: inherited[number].effective(),
            path: chains.path(number).into_iter().map(|node| self.nodes[node].name.as_str()).collect(),
            accounts,
        });
        EffectivePolicies { distinct: distinct.collect(), of_account }
    }

    fn level(&self, node: usize) -> Level<'_> {
        let node = &self.nodes[node];
        Level {
            node: &node.name,
            policies: node.policies.iter().map(|policy| &self.policies[*policy]).collect(),
        }
    }
}

impl<'p> EffectivePolicies<'p> {
    /// The place in `distinct` of what an account gets; `None` where it is cut off from the root.
    #[must_use]
    pub fn number_of(&self, account: AccountIndex) -> Option<usize> {
        *self.of_account.get(account.number())?
    }

    /// Every distinct plan once. Policies share the plans that no lower node has changed.
    #[must_use]
    pub fn plans(&self) -> Vec<DistinctPlan<'_, 'p>> {
        let mut plans: Vec<DistinctPlan<'_, 'p>> = Vec::new();
        let mut known: HashMap<*const tree::Node<'p>, usize> = HashMap::new();
        for (number, shared) in self.distinct.iter().enumerate() {
            let children = shared.effective.root.get("plans").into_iter().flat_map(|plans| &plans.children);
            for (name, plan) in children.filter(|(_, plan)| plan.is_present()) {
                let place = *known.entry(Arc::as_ptr(plan)).or_insert(plans.len());
                if place == plans.len() {
                    plans.push(DistinctPlan { name, plan, of: Vec::new() });
                }
                plans[place].of.push(number);
            }
        }
        plans
    }

    /// What an account gets; `None` where it is cut off from the root.
    #[must_use]
    pub fn of(&self, account: AccountIndex) -> Option<&Shared<'p>> {
        self.distinct.get(self.number_of(account)?)
    }
}

/// The chains of nodes with policies from the root down, each distinct one once.
struct Chains<'c> {
    placement: &'c Placement,
    organization: &'c Organization,
    /// The chain above and the node that goes on from it; `None` for the chain of no node.
    chains: Vec<Option<(usize, usize)>>,
    of_unit: HashMap<UnitIndex, usize>,
    numbers: HashMap<(usize, usize), usize>,
}

impl<'c> Chains<'c> {
    const EMPTY: usize = 0;

    fn new(placement: &'c Placement, organization: &'c Organization) -> Self {
        let (of_unit, numbers) = (HashMap::new(), HashMap::new());
        Self { placement, organization, chains: vec![None], of_unit, numbers }
    }

    fn of_account(&mut self, account: AccountIndex, parent: UnitIndex) -> usize {
        let above = self.of_unit(parent);
        self.below(above, Holder::Account(account))
    }

    fn of_unit(&mut self, unit: UnitIndex) -> usize {
        if let Some(known) = self.of_unit.get(&unit) {
            return *known;
        }
        // From the root down, so that each unit on the way finds its parent's chain ready.
        let way: Vec<UnitIndex> = self.organization.ancestors(unit).collect();
        let mut chain = Self::EMPTY;
        for unit in way.into_iter().rev() {
            chain = match self.of_unit.get(&unit) {
                Some(known) => *known,
                None => self.below(chain, Holder::Unit(unit)),
            };
            self.of_unit.insert(unit, chain);
        }
        chain
    }

    fn below(&mut self, above: usize, holder: Holder) -> usize {
        let Some(node) = self.placement.holders.get(&holder) else { return above };
        let link = (above, *node);
        let next = self.chains.len();
        let number = *self.numbers.entry(link).or_insert(next);
        if number == next {
            self.chains.push(Some(link));
        }
        number
    }

    /// The nodes of a chain from the root down.
    fn path(&self, number: usize) -> Vec<usize> {
        let mut nodes = Vec::new();
        let mut link = self.chains[number];
        while let Some((above, node)) = link {
            nodes.push(node);
            link = self.chains[above];
        }
        nodes.reverse();
        nodes
    }
}
