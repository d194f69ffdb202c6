//! The groups of the model against every order of a direct interpreter.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::stack_set_machine::{
    Action, Answer, Conditions, Deployed, Desired, Fault, FaultEffect, IndexSet, OperationStatus, Outcome,
    ParameterValue, Prediction, predict, predict_deletion,
};
use proptest::prelude::*;

use crate::reference::{Accounts, Ending, Interpreter, Scene};

/// A small stack set and what is asked of it.
#[derive(Clone, Debug)]
pub struct Small {
    /// The Regions that each account holds, as bits.
    pub held: Vec<u8>,
    pub regions: usize,
    pub desired: Vec<bool>,
    pub desired_regions: Vec<usize>,
    pub exists: bool,
    pub template_matches: bool,
    pub last_operation: Option<OperationStatus>,
    /// The one parameter: as it is deployed, and as the manifest gives it.
    pub parameter: Option<ParameterValue>,
}

impl Small {
    pub fn desired(&self) -> Desired {
        Desired {
            accounts: (0..self.held.len()).filter(|account| self.desired[*account]).collect(),
            regions: self.desired_regions.clone(),
            parameters: self.parameter.iter().map(|value| ("Key".to_owned(), value.clone())).collect(),
        }
    }

    /// Whether the stack set is updated before anything else.
    fn needs_update(&self) -> bool {
        let is_text = |text: &str| self.parameter == Some(ParameterValue::Text(text.to_owned()));
        let is_list = matches!(self.parameter, Some(ParameterValue::List(_)));
        let is_well = matches!(self.last_operation, None | Some(OperationStatus::Succeeded));
        !self.template_matches || !is_well || is_text("other") || is_list
    }

    pub fn deployed(&self) -> Option<Deployed> {
        let holders = |region: &usize| {
            (0..self.held.len())
                .filter(|account| self.held[*account] >> region & 1 == 1)
                .collect::<IndexSet>()
        };
        self.exists.then(|| Deployed {
            instances: (0..self.regions)
                .map(|region| (region, holders(&region)))
                .filter(|(_, holders)| !holders.is_empty())
                .collect(),
            template_matches: self.template_matches,
            parameters: BTreeMap::from([("Key".to_owned(), "deployed".to_owned())]),
            last_operation: self.last_operation,
        })
    }

    fn scene(&self, deletes: bool) -> Scene {
        let bits =
            |account: usize| (0..self.regions).filter(move |region| self.held[account] >> region & 1 == 1);
        let instances: BTreeMap<usize, BTreeSet<usize>> = (0..self.held.len())
            .filter(|account| self.exists && self.held[*account] != 0)
            .map(|account| (account, bits(account).collect()))
            .collect();
        let (account_list, region_list) = if deletes {
            let regions: BTreeSet<usize> = instances.values().flatten().copied().collect();
            (instances.keys().copied().collect(), regions.into_iter().collect())
        } else {
            (self.desired().accounts.iter().collect(), self.desired_regions.clone())
        };
        let exists = self.exists;
        Scene { exists, instances, needs_update: self.needs_update(), account_list, region_list, deletes }
    }
}

prop_compose! {
    /// A small stack set of at most `accounts` accounts and three Regions.
    pub fn small(accounts: usize)(regions in 1_usize..=3, accounts in 1_usize..=accounts)(
        held in proptest::collection::vec(0_u8..1 << regions, accounts),
        desired in proptest::collection::vec(any::<bool>(), accounts),
        desired_regions in proptest::sample::subsequence((0..regions).collect::<Vec<_>>(), 1..=regions)
            .prop_shuffle(),
        exists in prop::bool::weighted(0.9),
        template_matches in prop::bool::weighted(0.7),
        last_operation in last_operation(),
        parameter in parameter(),
        regions in Just(regions),
    ) -> Small {
        Small { held, regions, desired, desired_regions, exists, template_matches, last_operation, parameter }
    }
}

fn last_operation() -> impl Strategy<Value = Option<OperationStatus>> {
    use OperationStatus::{Failed, Running, Stopped, Succeeded};
    prop_oneof![
        3 => Just(Some(Succeeded)),
        1 => Just(None),
        1 => prop::sample::select(vec![Some(Failed), Some(Stopped), Some(Running)]),
    ]
}

fn parameter() -> impl Strategy<Value = Option<ParameterValue>> {
    let text = |text: &str| Just(Some(ParameterValue::Text(text.to_owned())));
    prop_oneof![
        2 => Just(None),
        2 => text("deployed"),
        1 => text("other"),
        1 => Just(Some(ParameterValue::List(vec!["a".to_owned(), "b".to_owned()]))),
        1 => Just(Some(ParameterValue::Unknown("$[alfred_ssm_/x]".to_owned()))),
    ]
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let fault = (prop::sample::select(vec!["CreateStackInstances", "DeleteStackInstances"]), 1_usize..=2)
        .prop_map(|(action, nth)| Fault { action, nth, effect: FaultEffect::OperationInProgress });
    (any::<bool>(), proptest::collection::vec(fault, 0..=1)).prop_map(
        |(empty_account_lists_are_accepted, faults)| Conditions { empty_account_lists_are_accepted, faults },
    )
}

/// The orders of one run, decided one after another, so that all of them can be tried in turn.
#[derive(Default)]
struct Orders {
    /// Which permutation was taken at each list, and of how many.
    taken: Vec<(usize, usize)>,
    at: usize,
}

impl Orders {
    fn list(&mut self, set: &BTreeSet<usize>) -> Accounts {
        let count = (1..=set.len()).product::<usize>().max(1);
        if self.at == self.taken.len() {
            self.taken.push((0, count));
        }
        let (nth, of) = &mut self.taken[self.at];
        // An earlier choice may have led to another list here.
        *of = count;
        self.at += 1;
        permutation(set, *nth)
    }

    fn advance(&mut self) -> bool {
        self.taken.truncate(self.at);
        self.at = 0;
        while let Some((nth, of)) = self.taken.pop() {
            if nth + 1 < of {
                self.taken.push((nth + 1, of));
                return true;
            }
        }
        false
    }
}

fn permutation(set: &BTreeSet<usize>, mut nth: usize) -> Accounts {
    let mut left: Vec<usize> = set.iter().copied().collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        order.push(left.remove(nth % left.len()));
        nth /= left.len() + 1;
    }
    order
}

/// The endings of every order, or of as many as fit into `runs`.
fn every_order(scene: &Scene, conditions: &Conditions, runs: usize) -> (BTreeSet<Ending>, bool) {
    let mut orders = Orders::default();
    let mut endings = BTreeSet::new();
    for _ in 0..runs {
        let accounts = scene.account_list.iter().copied().collect();
        let scene = Scene { account_list: orders.list(&accounts), ..scene.clone() };
        endings.insert(Interpreter::run(&scene, conditions, &mut |set| orders.list(set)));
        if !orders.advance() {
            return (endings, true);
        }
    }
    (endings, false)
}

/// The endings of orders drawn at random.
fn some_orders(scene: &Scene, conditions: &Conditions, runs: usize, mut seed: u64) -> BTreeSet<Ending> {
    let mut draw = |set: &BTreeSet<usize>| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        permutation(set, (seed >> 33) as usize)
    };
    (0..runs)
        .map(|_| {
            let accounts = scene.account_list.iter().copied().collect();
            let scene = Scene { account_list: draw(&accounts), ..scene.clone() };
            Interpreter::run(&scene, conditions, &mut draw)
        })
        .collect()
}

fn ending(prediction: &Prediction, outcome: &Outcome) -> Ending {
    let run = &outcome.run;
    let mut calls: Vec<_> = run
        .calls()
        .iter()
        .map(|call| {
            let nobody = IndexSet::new();
            let (accounts, regions) = call.action.instances().unwrap_or((&nobody, &nobody));
            let accounts = prediction.groups.accounts(accounts);
            (call.action.name(), accounts.iter().collect(), regions.iter().collect())
        })
        .collect();
    let failure = run.failure().map(|failure| failure.error());
    if failure == Some("endless loop") {
        calls.sort();
        calls.dedup();
    }
    let mut instances: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for cells in prediction.instances(run) {
        for account in cells.accounts.iter() {
            instances.entry(account).or_default().extend(cells.regions.iter());
        }
    }
    Ending { failure, calls, exists: prediction.deployed_after(run).is_some(), instances }
}

fn predicted(prediction: &Prediction) -> BTreeSet<Ending> {
    assert!(prediction.is_complete);
    prediction.outcomes.iter().map(|outcome| ending(prediction, outcome)).collect()
}

/// What the interpreter says where an execution is started at all; the pre-check is not its business.
fn is_started(prediction: &Prediction) -> bool {
    prediction.outcomes.iter().all(|outcome| outcome.run.execution.is_some())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn groups_give_the_endings_of_every_order(small in small(3), conditions in conditions()) {
        let prediction = predict(&small.desired(), small.deployed().as_ref(), &conditions);
        prop_assume!(is_started(&prediction));
        let (endings, all) = every_order(&small.scene(false), &conditions, 5_000);
        if all {
            prop_assert_eq!(predicted(&prediction), endings);
        } else {
            prop_assert!(predicted(&prediction).is_superset(&endings));
        }
    }

    #[test]
    fn groups_foresee_the_endings_of_orders_at_random(
        small in small(5), conditions in conditions(), seed in any::<u64>(),
    ) {
        let prediction = predict(&small.desired(), small.deployed().as_ref(), &conditions);
        prop_assume!(is_started(&prediction));
        let endings = some_orders(&small.scene(false), &conditions, 200, seed);
        let predicted = predicted(&prediction);
        prop_assert!(predicted.is_superset(&endings), "{predicted:#?}\n{endings:#?}");
    }

    #[test]
    fn the_calls_applied_one_by_one_give_the_announced_instances(small in small(5)) {
        let prediction = predict(&small.desired(), small.deployed().as_ref(), &Conditions::default());
        for outcome in &prediction.outcomes {
            let before = small.deployed().unwrap_or_default().instances;
            let mut instances = before.clone();
            for call in outcome.run.calls().iter().filter(|call| call.answer == Answer::Accepted) {
                let Some((groups, regions)) = call.action.instances() else { continue };
                let accounts = prediction.groups.accounts(groups);
                for region in regions.iter() {
                    let holders = instances.entry(region).or_default();
                    match call.action {
                        Action::CreateStackInstances { .. } => holders.add(&accounts),
                        _ => holders.subtract(&accounts),
                    }
                }
            }
            instances.retain(|_, holders| !holders.is_empty());
            let after = prediction.deployed_after(&outcome.run).unwrap_or_default().instances;
            prop_assert_eq!(&after, &instances);
            for cells in prediction.removed(&outcome.run) {
                for region in cells.regions.iter() {
                    prop_assert!(before.get(&region).is_some_and(|holders| cells.accounts.is_subset(holders)));
                }
            }
        }
    }

    #[test]
    fn deletions_end_as_in_every_order(small in small(4)) {
        let Some(deployed) = small.deployed() else { return Ok(()) };
        let conditions = Conditions::default();
        let prediction = predict_deletion(&deployed, &conditions);
        let (endings, all) = every_order(&small.scene(true), &conditions, 5_000);
        prop_assert!(all);
        prop_assert_eq!(predicted(&prediction), endings);
    }
}
