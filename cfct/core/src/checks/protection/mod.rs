//! Whether backup policies, vaults, locks, keys and roles agree, over the whole package and organization.
//!
//! Every plan that accounts get is held against what the stack sets create there ([`Created`]). Accounts that
//! get the same plan and the same stack sets are looked at once. What is not known without deploying never
//! makes a finding of its own; where it keeps one from being made, a note says so once.

pub(crate) mod access_policies;
mod admission;
pub(crate) mod control_tower;
pub(crate) mod copies;
pub(crate) mod guardrails;
pub(crate) mod keys;
pub(crate) mod kinds;
pub(crate) mod locks;
pub(crate) mod opt_in;
pub(crate) mod principals;
pub(crate) mod roles;
mod seek;
mod told;
pub(crate) mod vaults;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::backup_policy::placeholder;
use crate::backup_policy::placement::{EffectivePolicies, Placement};
use crate::backup_policy::tree::{Node, Sourced};
use crate::created::{Apart, Created, account_ids};
use crate::deployed::{Deployed, StackSet, Template};
use crate::finding::Finding;
use crate::organization::{AccountIndex, AccountSet, Organization};
use crate::resolution::STACK_SET_PREFIX;
use crate::stack_set_machine::IndexSet;
use crate::words::excerpt;

use told::Told;

crate::codes! {
    /// What is created is not known everywhere.
    INCOMPLETE = "backup-checks-incomplete", Note, Advice,
        "what some stack sets create is not known before they are deployed",
        "where a vault or a role could come from such a stack set, it is not reported as missing";
}

/// What the checks of plans share.
struct World<'w, 'c> {
    context: &'w Context<'c>,
    organization: &'c Organization,
    created: &'w Created<'c>,
    /// The stack sets, by place, that kept something from being reported as missing; `None` where nothing was.
    hidden_by: RefCell<Option<BTreeSet<usize>>>,
}

/// A plan and accounts that get it, with the same stack sets each.
struct Subject<'s, 'p> {
    plan: &'s Node<'p>,
    accounts: &'s [AccountIndex],
    /// The accounts' group in [`Created`].
    group: usize,
    /// The id of the first account, which stands for all of them.
    account: String,
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(organization), Some(manifest), Some(resolution)) =
        (context.organization, context.manifest, context.resolution)
    else {
        return;
    };
    let placement = Placement::of(context.configuration, organization);
    let effective = placement.effective(organization);
    let apart = Apart {
        one_by_one: named_accounts(context, organization, &placement),
        sets: deployed_sets(context, organization),
    };
    let deployed = deployed(context);
    let created = Created::of(manifest, context.stack_sets, resolution, organization, deployed, &apart);
    let world = World { context, organization, created: &created, hidden_by: RefCell::default() };
    let mut told = Told::new(organization);
    world.plans(&effective, &mut told);
    principals::check(&world, &mut told);
    findings.extend(told.findings());
    findings.extend(world.incomplete());
    findings.extend(opt_in::nothing_known(&world, &effective));
}

/// The accounts that backup policies, or the policies of vaults and keys, name by their ids: what holds for one
/// of them need not hold for its neighbours.
fn named_accounts(
    context: &Context<'_>,
    organization: &Organization,
    placement: &Placement,
) -> BTreeSet<AccountIndex> {
    let mut named = BTreeSet::new();
    let mut collect =
        |text: &str| named.extend(account_ids(text).filter_map(|id| organization.account_by_id(id)));
    placement.policies().iter().for_each(|policy| collect(policy.source.text()));
    for stack_set in context.stack_sets {
        let text = stack_set.template.map_or("", |template| template.document.source().text());
        if text.contains("AWS::Backup::") || text.contains("AWS::KMS::") {
            collect(text);
            let sent = stack_set.parameters.entries.iter().filter_map(|given| given.sent.as_ref()?.text());
            sent.for_each(|text| collect(&text));
        }
    }
    named
}

fn deployed<'c>(context: &Context<'c>) -> Option<&'c Deployed> {
    context.deployed.and_then(|reading| reading.deployed.as_ref())
}

/// The deployed stack sets that are not of the manifest and bring vaults or roles, with their templates: those of
/// other tools, and those that CfCT has left behind.
fn deployed_otherwise<'c>(context: &Context<'c>) -> impl Iterator<Item = (&'c str, &'c StackSet)> {
    let stack_sets = context.stack_sets;
    let of_manifest = move |name: &str| {
        let own = name.strip_prefix(STACK_SET_PREFIX);
        own.is_some_and(|own| stack_sets.iter().any(|found| found.resource.display_name() == own))
    };
    let all = deployed(context).into_iter().flat_map(|deployed| &deployed.stack_sets);
    all.filter_map(move |(name, found)| match &found.template {
        Template::Body(body) if !of_manifest(name) => Some((&**body, found)),
        _ => None,
    })
    .filter(|(body, _)| body.contains("AWS::Backup::") || body.contains("AWS::IAM::Role"))
}

/// The accounts of each of those, Region by Region.
fn deployed_sets(context: &Context<'_>, organization: &Organization) -> Vec<AccountSet> {
    let Some(deployed) = deployed(context) else { return Vec::new() };
    let set = |numbers: &IndexSet| {
        let mut accounts = organization.no_accounts();
        let ids = numbers.iter().filter_map(|number| deployed.accounts.id(number));
        accounts.extend(ids.filter_map(|id| organization.account_by_id(id)));
        accounts
    };
    deployed_otherwise(context).flat_map(|(_, found)| found.instances.values().map(set)).collect()
}

impl<'c> World<'_, 'c> {
    fn plans(&self, effective: &EffectivePolicies<'_>, told: &mut Told<'_>) {
        let groups: Vec<BTreeMap<usize, Vec<AccountIndex>>> = effective
            .distinct
            .iter()
            .map(|shared| {
                let mut groups: BTreeMap<usize, Vec<AccountIndex>> = BTreeMap::new();
                let active =
                    shared.accounts.iter().filter(|one| self.organization.account(**one).is_active());
                for account in active {
                    groups.entry(self.created.group_of(*account)).or_default().push(*account);
                }
                groups
            })
            .collect();
        for plan in effective.plans().iter().filter(|plan| plan.plan.has_content()) {
            let mut of_plan: BTreeMap<usize, Vec<AccountIndex>> = BTreeMap::new();
            for (group, accounts) in plan.of.iter().filter_map(|number| groups.get(*number)).flatten() {
                of_plan.entry(*group).or_default().extend(accounts);
            }
            let all: Vec<AccountIndex> = of_plan.values().flatten().copied().collect();
            kinds::check(self, plan.plan, &all, told);
            opt_in::check(self, plan.plan, &all, told);
            let mut admissions = admission::Admissions::default();
            for (group, accounts) in &of_plan {
                let Some(first) = accounts.first() else { continue };
                let account = self.organization.account(*first).id.to_string();
                let subject = Subject { plan: plan.plan, accounts, group: *group, account };
                self.subject(&subject, &mut admissions, told);
            }
        }
    }

    fn subject<'p>(
        &self,
        subject: &Subject<'_, 'p>,
        admissions: &mut admission::Admissions<'c>,
        told: &mut Told<'_>,
    ) {
        let roles = roles::check(self, subject, told);
        for region in subject.plan.list("regions") {
            for (_, rule) in subject.plan.entries("rules") {
                let at = At { region: region.text, rule };
                vaults::check(self, subject, &at, &roles, told);
                copies::check(self, subject, &at, &roles, admissions, told);
            }
        }
    }

    /// The stack sets that could create what would otherwise be missing.
    fn incomplete(&self) -> Option<Finding> {
        const LISTED: usize = 5;
        let hidden_by = self.hidden_by.borrow();
        let hidden_by = hidden_by.as_ref()?;
        let manifest = self.context.manifest?;
        let stack_sets = hidden_by.iter().filter_map(|place| self.context.stack_sets.get(*place));
        let names: Vec<String> =
            stack_sets.clone().map(|found| format!("`{}`", excerpt(found.resource.display_name()))).collect();
        let first = stack_sets.clone().next().map(|found| found.resource.node);
        let at = first.or_else(|| manifest.document.root())?;
        let message = match names.len() {
            0 => "CfCT would fail on a stack set, so what is created is not known".to_owned(),
            1..=LISTED => format!("what is created by {} is not known", names.join(", ")),
            more => format!(
                "what is created by {} and {} more is not known",
                names[..LISTED].join(", "),
                more - LISTED
            ),
        };
        let help = "a template that is in the package, without macros and nested stacks, and with names that \
                    its parameters give, can be looked into";
        Some(Finding::new(&INCOMPLETE, &crate::words::head(at), message).help(help))
    }
}

/// A rule in a Region of its plan.
struct At<'a, 'p> {
    region: &'a str,
    rule: &'a Node<'p>,
}

/// A value that is fit to be compared: without the placeholders of other tools, which are reported elsewhere.
fn usable<'p>(value: Option<Sourced<'p>>) -> Option<Sourced<'p>> {
    value.filter(|value| !value.text.is_empty() && placeholder::template(value.text).is_none())
}

/// An ARN as a policy has it, in one account.
#[derive(Clone, Debug)]
struct Arn<'t> {
    partition: &'t str,
    region: &'t str,
    /// `$account` filled in.
    account: String,
    /// Whether it was `$account`.
    is_own: bool,
    resource: &'t str,
}

impl<'t> Arn<'t> {
    fn parse(text: &'t str, account: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let &["arn", partition, _, region, written, resource] = parts.as_slice() else { return None };
        let is_own = written == placeholder::ACCOUNT;
        let account = if is_own { account.to_owned() } else { written.to_owned() };
        Some(Self { partition, region, account, is_own, resource })
    }

    fn index(&self, organization: &Organization) -> Option<AccountIndex> {
        organization.account_by_id(self.account.parse().ok()?)
    }
}

#[cfg(test)]
mod tests;
