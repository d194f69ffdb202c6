//! The steps out of every hole, taken through the model in every order.

use std::collections::BTreeMap;

use cfct_core::stack_set_machine::{
    Aim, ByHand, Cells, Conditions, Deployed, Desired, IndexSet, Prediction, Route, SafeSteps, Step, predict,
    predict_deletion, safe_deletion_steps, safe_steps,
};
use proptest::prelude::*;

use crate::properties::small;
use crate::recording::{Case, cases};

/// Takes a stack set along a route, in every order at once.
struct Walk {
    states: Vec<Option<Deployed>>,
    desired: Desired,
}

impl Walk {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Push(push) => {
                let desired = Desired {
                    accounts: push.accounts.clone(),
                    regions: push.regions.clone(),
                    ..self.desired.clone()
                };
                for _ in 0..push.runs {
                    self.run(|state| predict(&desired, state, &Conditions::default()));
                }
                let settled = self.states.clone();
                self.run(|state| predict(&desired, state, &Conditions::default()));
                assert_eq!(self.states, settled, "a push is over after the runs that it is said to take");
            }
            Step::PushWithoutResource => {
                self.run(|state| predict_deletion(state.unwrap(), &Conditions::default()));
                assert_eq!(self.states, [None]);
            }
            Step::ByHand(by_hand) => {
                self.states = self.states.iter().map(|state| by_hand_on(state, by_hand)).collect();
            }
        }
    }

    fn run(&mut self, predict: impl Fn(Option<&Deployed>) -> Prediction) {
        let mut after = Vec::new();
        for state in &self.states {
            let prediction = predict(state.as_ref());
            assert!(prediction.is_complete);
            for outcome in &prediction.outcomes {
                assert!(!outcome.run.has_failed(), "{:?}", outcome.run);
                let state = prediction.deployed_after(&outcome.run);
                if !after.contains(&state) {
                    after.push(state);
                }
            }
        }
        self.states = after;
    }
}

fn by_hand_on(state: &Option<Deployed>, by_hand: &ByHand) -> Option<Deployed> {
    let mut state = state.clone().unwrap();
    match by_hand {
        ByHand::DeleteEmptyStackSet => {
            assert!(state.instances.is_empty(), "AWS refuses to delete a stack set with instances");
            return None;
        }
        ByHand::CreateStackInstances(cells) => each(cells, |region, accounts| {
            state.instances.entry(region).or_default().add(accounts);
        }),
        ByHand::DeleteStackInstances(cells) => each(cells, |region, accounts| {
            state.instances.entry(region).or_default().subtract(accounts);
        }),
    }
    state.instances.retain(|_, accounts| !accounts.is_empty());
    state.last_operation = Some(cfct_core::stack_set_machine::OperationStatus::Succeeded);
    Some(state)
}

fn each(cells: &[Cells], mut change: impl FnMut(usize, &IndexSet)) {
    for cells in cells {
        for region in cells.regions.iter() {
            change(region, &cells.accounts);
        }
    }
}

fn walk(desired: &Desired, deployed: Option<&Deployed>, route: &Route) -> Vec<Option<Deployed>> {
    let mut walk = Walk { states: vec![deployed.cloned()], desired: desired.clone() };
    for step in &route.steps {
        walk.take(step);
    }
    walk.states
}

fn assert_leads_to_the_desired(desired: &Desired, deployed: Option<&Deployed>, route: &Route) {
    let wanted: BTreeMap<usize, IndexSet> = desired
        .regions
        .iter()
        .filter(|_| !desired.accounts.is_empty())
        .map(|region| (*region, desired.accounts.clone()))
        .collect();
    for state in walk(desired, deployed, route) {
        let state = state.unwrap();
        assert_eq!(state.instances, wanted, "{route:#?}");
        assert!(state.template_matches);
    }
}

fn routes(steps: &SafeSteps) -> impl Iterator<Item = &Route> {
    std::iter::once(&steps.route).chain(&steps.alternative)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn the_steps_lead_to_the_desired_stack_set_in_every_order(small in small(5), nameable in any::<u8>()) {
        let (desired, deployed) = (small.desired(), small.deployed());
        let nameable: IndexSet = (0..small.held.len()).filter(|account| nameable >> account & 1 == 1).collect();
        let steps = safe_steps(&desired, deployed.as_ref(), &nameable, &Conditions::default());
        let steps = steps.expect("there is always a way");
        for route in routes(&steps) {
            assert_leads_to_the_desired(&desired, deployed.as_ref(), route);
            for step in &route.steps {
                if let Step::Push(push) = step {
                    prop_assert!(push.accounts.is_subset(&nameable.union(&desired.accounts)));
                }
            }
        }
        if let Some(alternative) = &steps.alternative {
            prop_assert!(alternative.remade.is_empty(), "the alternative spares what is there");
        }
    }

    #[test]
    fn the_steps_to_a_deletion_delete_in_every_order(small in small(5), nameable in any::<u8>()) {
        let Some(deployed) = small.deployed() else { return Ok(()) };
        let nameable: IndexSet = (0..small.held.len()).filter(|account| nameable >> account & 1 == 1).collect();
        let steps = safe_deletion_steps(&deployed, &nameable, &Conditions::default());
        let steps = steps.expect("there is always a way");
        let states = walk(&Desired::default(), Some(&deployed), &steps.route);
        prop_assert_eq!(states, [None]);
    }
}

fn steps_of(case: &Case) -> SafeSteps {
    let everybody = IndexSet::below(case.accounts.len());
    let conditions = case.conditions.without_faults();
    let deployed = case.deployed.as_ref();
    let steps = if case.is_deletion() {
        safe_deletion_steps(deployed.unwrap(), &everybody, &conditions)
    } else {
        safe_steps(&case.desired, deployed, &everybody, &conditions)
    };
    steps.expect("there is always a way")
}

/// A step in a word: what a push is aimed at, or the call.
fn word(step: &Step) -> &'static str {
    match step {
        Step::Push(push) => match push.aim {
            Aim::AsDesired => "push",
            Aim::RegionsReordered => "push with the Regions reordered",
            Aim::AccountsFirst => "push the accounts",
            Aim::RegionsFirst => "push the Regions",
            Aim::EvenAccountsOnly => "push the even accounts",
        },
        Step::PushWithoutResource => "push without it",
        Step::ByHand(ByHand::DeleteEmptyStackSet) => "delete it",
        Step::ByHand(ByHand::CreateStackInstances(_)) => "create instances",
        Step::ByHand(ByHand::DeleteStackInstances(_)) => "delete instances",
    }
}

fn words(route: &Route) -> Vec<&'static str> {
    route.steps.iter().map(word).collect()
}

#[test]
fn recorded_cases_that_go_well_need_no_other_step() {
    for case in cases() {
        let is_changed = !case.conditions.faults.is_empty();
        let recorded = &case.recorded;
        let goes_well = recorded["order"]["outcome_depends_on_order"] == false
            && recorded["result"]["execution_status"] != "FAILED"
            && recorded["result"]["execution_status"] != "ENDLESS"
            && recorded["later_runs"]["settles_as"].as_str().unwrap().starts_with("as desired");
        if goes_well && !is_changed {
            assert_eq!(steps_of(&case).route.steps.len(), 1, "{}", case.id);
        }
    }
}

#[test]
fn every_recorded_hole_has_its_way_out() {
    for (id, route, alternative) in [
        ("add-accounts-add-regions-new-first", &["push with the Regions reordered", "push"][..], None),
        ("add-accounts-swap-one-region", &["push the Regions", "push"], None),
        ("remove-accounts-swap-one-region", &["push the accounts", "push"], None),
        ("all-four", &["push the accounts", "push"], None),
        ("accounts-added-to-empty-stack-set", &["delete it", "push"], Some(&["push without it", "push"][..])),
        ("desired-empty-existing-instances", &["delete instances", "push"], None),
        ("uneven-unnoticed", &["push the even accounts", "push"], Some(&["create instances", "push"])),
        ("uneven-remove-region", &["push the even accounts", "push"], Some(&["delete instances", "push"])),
        ("uneven-remove-account-endless", &["push the accounts", "push"], None),
        ("delete-uneven", &["push the even accounts", "push without it"], None),
    ] {
        let case = cases().into_iter().find(|case| case.id == id).unwrap();
        let steps = steps_of(&case);
        assert_eq!(words(&steps.route), route, "{id}\n{steps:#?}");
        assert_eq!(steps.alternative.as_ref().map(words).as_deref(), alternative, "{id}\n{steps:#?}");
    }
}
