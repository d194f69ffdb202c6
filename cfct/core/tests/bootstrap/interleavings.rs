//! Several runs for one account, a call of one between any two of another, with every kind of failure.

use std::collections::BTreeSet;

use cfct_core::bootstrap::{
    Configuration, Content, Observed, Owner, Place, Present, State, apply, decide, to_observe, wanted,
};
use proptest::prelude::*;

use super::world::{Fate, Progress, Run, World};
use super::{by_stack_sets, direct, place, vended};

const MINUTE: i64 = 60;

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// One of the runs goes on by a call, a new one where it had ended.
    Call(usize, Fate),
    /// Time passes.
    Pass(i64),
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Done),
        1 => Just(Fate::Refused),
        1 => Just(Fate::LostBefore),
        1 => Just(Fate::LostAfter),
        1 => Just(Fate::KilledBefore),
        1 => Just(Fate::KilledAfter),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        20 => (0..4_usize, fate()).prop_map(|(run, fate)| Event::Call(run, fate)),
        1 => (0..25 * MINUTE).prop_map(Event::Pass),
    ]
}

/// How a thing may be found, by a number.
fn found(configuration: &Configuration, place: &Place, choices: &[u8]) -> World {
    let mut world = World::default();
    world.now = 1_000_000;
    for (wanted, choice) in wanted(configuration, place).into_iter().zip(choices.iter().cycle()) {
        let present = |owner, content| {
            let id = Some(format!("arn:aws:kms:{}:key/1", wanted.thing.region.clone().unwrap_or_default()));
            State::Present(Present { owner, content, id, since: None })
        };
        let state = match (choice % 8, &wanted.content) {
            // The stack set is there, and has nothing in the account.
            (0..4 | 5, Content::Regions(_)) => present(Owner::Settings, Content::Regions(BTreeSet::new())),
            (0..4, _) => State::Absent,
            (4, _) => present(Owner::Companion, wanted.content.clone()),
            (5, Content::Policy(_)) => present(Owner::Companion, Content::Policy(serde_json::json!({}))),
            (5, Content::Key { .. }) => {
                present(Owner::Companion, Content::Key { policy: serde_json::json!({}) })
            }
            (5, Content::Settings(_)) => present(Owner::Settings, Content::Settings([].into())),
            (5, Content::OptIns(_)) => {
                present(Owner::Settings, Content::OptIns([("EBS".to_owned(), false)].into()))
            }
            (5, Content::Members(_)) => {
                present(Owner::Settings, Content::Members(["somebody".to_owned()].into()))
            }
            (6, content) => present(Owner::StackSet("theirs".to_owned()), content.clone()),
            (7, content) => present(Owner::ControlTower, content.clone()),
            _ => State::Absent,
        };
        // Nobody has what hangs on a vault without the vault, nor a key's alias without the key.
        let hangs = wanted.after.iter().any(|thing| {
            thing.region.is_some()
                && matches!(world.observe(std::slice::from_ref(thing)).of(thing), State::Absent)
        });
        let state =
            if hangs && !matches!(wanted.content, Content::Regions(_)) { State::Absent } else { state };
        world.set(wanted.thing, state);
    }
    world
}

/// Runs without failures until nothing is left to do, with the time between deliveries.
fn settle(configuration: &Configuration, place: &Place, world: &mut World) {
    for _ in 0..6 {
        world.now += 21 * MINUTE;
        let mut run = Run::new(place.clone(), world.now);
        while run.go_on(configuration, world, Fate::Done) == Progress::Going {}
    }
}

fn converge(
    configuration: &Configuration,
    place: &Place,
    choices: &[u8],
    events: &[Event],
) -> Result<(), TestCaseError> {
    let mut world = found(configuration, place, choices);
    let mut runs: Vec<Run> = (0..4).map(|_| Run::new(place.clone(), world.now)).collect();
    for event in events {
        world.now += 1;
        match *event {
            Event::Pass(seconds) => world.now += seconds,
            Event::Call(number, fate) => {
                if runs[number].go_on(configuration, &mut world, fate) != Progress::Going {
                    runs[number] = Run::new(place.clone(), world.now);
                }
            }
        }
    }
    settle(configuration, place, &mut world);
    let observed = world.observe(&to_observe(configuration, place));
    let decision = decide(configuration, place, &observed, world.now);
    prop_assert!(decision.steps.is_empty(), "left to do: {:#?}", decision.steps);
    prop_assert!(decision.pending.is_empty(), "pending: {:#?}", decision.pending);
    prop_assert!(world.repeated().is_empty(), "{:#?}", world.repeated());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn interleaved_runs_come_to_what_is_wanted_and_repeat_nothing(
        choices in prop::collection::vec(any::<u8>(), 1..30),
        events in prop::collection::vec(event(), 0..250),
    ) {
        converge(&direct(), &vended(), &choices, &events)?;
    }

    #[test]
    fn so_do_runs_that_add_the_account_to_stack_sets(
        choices in prop::collection::vec(any::<u8>(), 1..30),
        events in prop::collection::vec(event(), 0..100),
    ) {
        converge(&by_stack_sets(), &place("444455556666", &["Workloads", "Legacy"]), &choices, &events)?;
    }

    /// From any state, doing all steps leaves nothing to do; so does doing some, and then all that are decided then.
    #[test]
    fn what_steps_come_to_is_a_fixed_point_wherever_they_are_cut_off(
        choices in prop::collection::vec(any::<u8>(), 1..30),
        cuts in prop::collection::vec(0..40_usize, 0..4),
    ) {
        let (configuration, place) = (direct(), vended());
        let mut world = found(&configuration, &place, &choices);
        let mut observed = world.observe(&to_observe(&configuration, &place));
        let mut now = world.now;
        let mut done = BTreeSet::new();
        for cut in cuts.into_iter().chain([usize::MAX]) {
            let decision = decide(&configuration, &place, &observed, now);
            in_order(&decision.steps.iter().map(|step| step.after.clone()).collect::<Vec<_>>())?;
            for step in decision.steps.iter().take(cut) {
                apply(step, &mut observed, now);
                prop_assert!(done.insert((step.thing.clone(), step.token.clone())), "again: {}", step.sentence);
            }
            // What a run that was cut off claimed can be claimed again.
            now += 21 * MINUTE;
        }
        prop_assert_eq!(decide(&configuration, &place, &observed, now).steps, []);
    }

    #[test]
    fn a_decision_depends_on_nothing_but_what_it_is_given(choices in prop::collection::vec(any::<u8>(), 1..30)) {
        let (configuration, place) = (direct(), vended());
        let observed = |world: &mut World| -> Observed { world.observe(&to_observe(&configuration, &place)) };
        let one = observed(&mut found(&configuration, &place, &choices));
        let other = observed(&mut found(&configuration, &place, &choices));
        prop_assert_eq!(decide(&configuration, &place, &one, 7), decide(&configuration, &place, &other, 7));
    }
}

/// Every step waits for earlier ones only.
fn in_order(after: &[Vec<usize>]) -> Result<(), TestCaseError> {
    for (number, after) in after.iter().enumerate() {
        prop_assert!(after.iter().all(|earlier| *earlier < number), "step {number} waits for {after:?}");
    }
    Ok(())
}
