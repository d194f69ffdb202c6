//! The way out: steps after which a stack set is as desired, whatever order CfCT takes its sets in.
//!
//! Candidates are sequences of pushes that change one thing at a time (accounts, then Regions; or the
//! accounts that agree first, the others afterwards). Each is run through the model, from every situation
//! that the step before can leave; only one where no run can fail and every run ends as it should is taken.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::cloud::Conditions;
use super::groups::Groups;
use super::prediction::Cells;
use super::sets::IndexSet;
use super::stack_set::{Deployed, Desired, State, Target};
use super::trial::{Move, Trial};

/// How many groups are tried as the ones to stay while the others are made anew.
const MOST_KEPT: usize = 4;

/// A way to the desired stack set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// Desired instances that are there and get deleted on the way, stacks and all, to be made anew.
    pub remade: Vec<Cells>,
    /// Instances that are made on the way though they are not desired, and go again.
    pub made_in_vain: Vec<Cells>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Push the manifest with these targets for the resource.
    Push(Push),
    /// Push the manifest without the resource and with `enable_stack_set_deletion: true`, so that CfCT
    /// deletes the stack set. It deletes every other stack set that the manifest does not name, too.
    PushWithoutResource,
    /// What CfCT cannot do.
    ByHand(ByHand),
}

impl Step {
    /// What a push is for; `None` of other steps.
    #[must_use]
    pub fn aim(&self) -> Option<Aim> {
        match self {
            Self::Push(push) => Some(push.aim),
            _ => None,
        }
    }
}

/// A push of the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// The accounts to aim at.
    pub accounts: IndexSet,
    /// The Regions, in this order.
    pub regions: Vec<usize>,
    /// How many runs of the pipeline it takes; 0 where there is nothing left to do.
    pub runs: usize,
    /// What it is for.
    pub aim: Aim,
}

/// What a push is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aim {
    /// The manifest as desired.
    AsDesired,
    /// Other Regions first in the list, for the output export to find its instance.
    RegionsReordered,
    /// The desired accounts in the deployed Regions.
    AccountsFirst,
    /// The desired Regions in the deployed accounts, or in those of them that stay.
    RegionsFirst,
    /// Only accounts that hold the same Regions, so that the others go and can be made anew.
    EvenAccountsOnly,
}

/// A call that a person makes, with the management account's credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ByHand {
    /// `aws cloudformation delete-stack-set` on a stack set without instances.
    DeleteEmptyStackSet,
    /// `aws cloudformation create-stack-instances`, once for each entry.
    CreateStackInstances(Vec<Cells>),
    /// `aws cloudformation delete-stack-instances --no-retain-stacks`, once for each entry.
    DeleteStackInstances(Vec<Cells>),
}

/// The steps to a stack set that is as desired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeSteps {
    /// The way to take: through CfCT alone, but for the accounts or instances that only a call by hand can
    /// bring or take away, and for an empty stack set.
    pub route: Route,
    /// Another way: with calls by hand where the first one deletes desired instances on the way; through
    /// CfCT alone where the first one begins with the deletion of an empty stack set by hand.
    pub alternative: Option<Route>,
}

impl SafeSteps {
    /// Whether the push as it is does it: no other step is needed.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        matches!(self.route.steps[..], [Step::Push(_)])
    }
}

/// Finds steps to the desired stack set.
///
/// `nameable` are the accounts that the manifest can be aimed at; the desired ones always are. `None` where
/// no way was found, which takes more different sets of Regions than the model follows.
#[must_use]
pub fn safe_steps(
    desired: &Desired,
    deployed: Option<&Deployed>,
    nameable: &IndexSet,
    conditions: &Conditions,
) -> Option<SafeSteps> {
    let nothing = BTreeMap::new();
    let instances = deployed.map_or(&nothing, |deployed| &deployed.instances);
    let (groups, held) = Groups::part(&[&desired.accounts, nameable], instances);
    let target = Target::new(desired, groups.within(&desired.accounts), deployed);
    let nameable = groups.within(nameable).union(&target.accounts);
    let finder = Finder {
        groups: &groups,
        start: State::new(deployed, held),
        target: &target,
        conditions: conditions.without_faults(),
        nameable,
    };
    let by_pushes = finder.best(finder.by_pushes());
    let is_direct = by_pushes.as_ref().is_some_and(|route| route.steps.len() == 1);
    if finder.is_empty_shell() && !is_direct {
        // CfCT can delete it, but would delete whatever else the manifest does not name along with it.
        let route = finder.best(finder.by_hand())?;
        return Some(SafeSteps { route, alternative: by_pushes });
    }
    let spares = by_pushes.as_ref().is_some_and(|route| route.remade.is_empty());
    let by_hand = if spares { None } else { finder.best(finder.by_hand()) };
    match (by_pushes, by_hand) {
        (Some(route), alternative) => Some(SafeSteps { route, alternative }),
        (None, route) => route.map(|route| SafeSteps { route, alternative: None }),
    }
}

/// Finds steps to be rid of a stack set that the manifest no longer names.
#[must_use]
pub fn safe_deletion_steps(
    deployed: &Deployed,
    nameable: &IndexSet,
    conditions: &Conditions,
) -> Option<SafeSteps> {
    let (groups, held) = Groups::part(&[nameable], &deployed.instances);
    let start = State::new(Some(deployed), held);
    let nobody = Desired::default();
    let target = Target::new(&nobody, IndexSet::new(), Some(deployed));
    let finder = Finder {
        groups: &groups,
        nameable: groups.within(nameable),
        start,
        target: &target,
        conditions: conditions.without_faults(),
    };
    let route = finder.best(finder.deletions_by_pushes());
    let route = route.or_else(|| finder.best(vec![vec![Move::DeleteExtra, Move::Without]]))?;
    Some(SafeSteps { route, alternative: None })
}

/// What steps are sought for.
pub(super) struct Finder<'f> {
    pub groups: &'f Groups,
    pub start: State,
    pub target: &'f Target,
    pub conditions: Conditions,
    /// The groups that a push can be aimed at.
    pub nameable: IndexSet,
}

impl Finder<'_> {
    fn best(&self, candidates: Vec<Vec<Move>>) -> Option<Route> {
        let tried = candidates.into_iter().filter_map(|moves| self.try_out(&moves));
        tried.min_by_key(|route| {
            let count = |cells: &[Cells]| cells.iter().map(Cells::len).sum::<usize>();
            // Even where nothing is made anew, an account is not taken away for a while without need.
            let interrupts = route.steps.iter().any(|step| step.aim() == Some(Aim::EvenAccountsOnly));
            (count(&route.remade), interrupts, route.steps.len(), count(&route.made_in_vain))
        })
    }

    fn by_pushes(&self) -> Vec<Vec<Move>> {
        let last = self.push(&self.target.accounts, &self.target.regions, Aim::AsDesired);
        if self.is_empty_shell() {
            return vec![vec![last.clone()], vec![Move::Without, last]];
        }
        let deployed = self.start.deployed_groups();
        let all_regions = self.start.deployed_regions();
        let (desired, regions) = (&self.target.accounts, &self.target.region_set);
        let kept = deployed.intersection(desired);
        let reordered = self.ordered(desired, regions, Aim::RegionsReordered);
        let accounts_first = self.ordered(desired, &all_regions, Aim::AccountsFirst);
        let mut candidates = vec![
            vec![],
            vec![reordered],
            vec![accounts_first.clone()],
            vec![self.ordered(&deployed, regions, Aim::RegionsFirst)],
            vec![self.ordered(&kept, regions, Aim::RegionsFirst)],
            vec![self.ordered(&kept, &all_regions, Aim::EvenAccountsOnly), accounts_first.clone()],
        ];
        for group in self.worth_keeping() {
            let even =
                |regions: &IndexSet| self.ordered(&IndexSet::of(group), regions, Aim::EvenAccountsOnly);
            let then = self.ordered(&IndexSet::of(group), regions, Aim::RegionsFirst);
            candidates.extend([
                vec![even(regions)],
                vec![even(&all_regions)],
                vec![even(&self.start.instances[group])],
                vec![even(&all_regions), then],
                vec![even(&all_regions), accounts_first.clone()],
            ]);
        }
        for moves in &mut candidates {
            moves.push(last.clone());
        }
        candidates
    }

    fn by_hand(&self) -> Vec<Vec<Move>> {
        let last = self.push(&self.target.accounts, &self.target.regions, Aim::AsDesired);
        let before = if self.is_empty_shell() {
            vec![vec![Move::DeleteEmptyStackSet]]
        } else {
            let both = vec![Move::CreateMissing, Move::DeleteExtra];
            vec![vec![Move::CreateMissing], vec![Move::DeleteExtra], both]
        };
        before.into_iter().map(|moves| moves.into_iter().chain([last.clone()]).collect()).collect()
    }

    fn deletions_by_pushes(&self) -> Vec<Vec<Move>> {
        let all_regions = self.start.deployed_regions();
        let even = |group: usize| self.ordered(&IndexSet::of(group), &all_regions, Aim::EvenAccountsOnly);
        let kept = self.worth_keeping().into_iter().map(|group| vec![even(group), Move::Without]);
        std::iter::once(vec![Move::Without]).chain(kept).collect()
    }

    /// A stack set that is there and has no instance.
    fn is_empty_shell(&self) -> bool {
        self.start.exists && self.start.deployed_groups().is_empty()
    }

    /// The groups whose instances are best kept: the desired ones, the largest, the ones with most Regions.
    fn worth_keeping(&self) -> Vec<usize> {
        let mut groups: Vec<usize> =
            self.start.deployed_groups().intersection(&self.nameable).iter().collect();
        groups.sort_by_key(|group| {
            let size = self.groups.members(*group).map_or(0, IndexSet::len);
            let held = self.start.instances[*group].intersection(&self.target.region_set).len();
            Reverse((self.target.accounts.contains(*group), size * held, size))
        });
        groups.truncate(MOST_KEPT);
        groups
    }

    fn push(&self, accounts: &IndexSet, regions: &[usize], aim: Aim) -> Move {
        Move::Push { accounts: accounts.clone(), regions: regions.to_vec(), aim }
    }

    /// A push whose Regions begin with the ones that its deployed accounts all hold, so that the output
    /// export finds an instance; otherwise they are in the manifest's order.
    fn ordered(&self, accounts: &IndexSet, regions: &IndexSet, aim: Aim) -> Move {
        let place = |region: usize| self.target.regions.iter().position(|other| *other == region);
        let is_held = |region: usize| {
            let mut held = accounts.iter().map(|group| &self.start.instances[group]);
            held.all(|held| held.is_empty() || held.contains(region))
        };
        let mut list: Vec<usize> = regions.iter().collect();
        list.sort_by_key(|region| (!is_held(*region), place(*region).unwrap_or(usize::MAX), *region));
        self.push(accounts, &list, aim)
    }

    /// Runs the moves through the model; `None` where one of them could fail or end otherwise.
    fn try_out(&self, moves: &[Move]) -> Option<Route> {
        let mut trial = Trial::new(self);
        for (at, one) in moves.iter().enumerate() {
            if moves[..at].last() == Some(one) {
                return None;
            }
            trial.make(one)?;
        }
        Some(trial.route())
    }

    pub(super) fn wanted(&self, group: usize) -> IndexSet {
        let is_desired = self.target.accounts.contains(group);
        if is_desired { self.target.region_set.clone() } else { IndexSet::new() }
    }

    /// Groups with equal Regions share an entry, as they can share a call.
    pub(super) fn cells(&self, regions: impl Fn(usize) -> IndexSet) -> Vec<Cells> {
        let mut by_regions: BTreeMap<IndexSet, IndexSet> = BTreeMap::new();
        for group in 0..self.groups.len() {
            let regions = regions(group);
            if let Some(accounts) = self.groups.members(group).filter(|_| !regions.is_empty()) {
                by_regions.entry(regions).or_default().add(accounts);
            }
        }
        by_regions.into_iter().map(|(regions, accounts)| Cells { accounts, regions }).collect()
    }
}
