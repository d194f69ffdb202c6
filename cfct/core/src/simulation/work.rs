//! The calls of one run for one account, in the order in which they can be made: of the decision itself.

use std::collections::BTreeMap;

use super::calls::{Call, reads, writes};
use crate::aws::AccountId;
use crate::bootstrap::{
    Configuration, Content, Kind, Observed, Owner, Place, Present, State, Step, Thing, apply, decide,
    to_observe,
};

/// Calls that are made side by side, and then those that wait for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Each wave waits for the one before.
    pub waves: Vec<Vec<Placed>>,
}

/// A call, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Placed {
    /// The call.
    pub call: Call,
    /// The Region; empty of what is global.
    pub region: String,
    /// Another account than the one that the run is for: its quota is shared with all other runs.
    pub shared: Option<AccountId>,
}

impl Work {
    /// What a run comes to that finds nothing done, and what one comes to that finds all done.
    #[must_use]
    pub fn first_and_later(configuration: &Configuration, place: &Place) -> (Self, Self) {
        let mut observed = nothing(configuration, place);
        let steps = decide(configuration, place, &observed, 0).steps;
        for step in &steps {
            apply(step, &mut observed, 0);
        }
        let left = decide(configuration, place, &observed, 0).steps;
        (Self::of(configuration, place, &steps), Self::of(configuration, place, &left))
    }

    /// What the organization has once, and the tree itself, is read once by a run over all accounts, and not
    /// counted here.
    fn of(configuration: &Configuration, place: &Place, steps: &[Step]) -> Self {
        let of_all = |thing: &Thing| thing.account != place.account && thing.kind != Kind::VaultShare;
        let shared = |thing: &Thing| (thing.account != place.account).then_some(thing.account);
        let placed = |thing: &Thing, call: Call| {
            let region = thing.region.clone().unwrap_or_default();
            // Stack sets are worked on from the management account.
            let of_stack_sets = (call.0 == "cloudformation").then_some(configuration.management_account);
            Placed { call, region, shared: shared(thing).or(of_stack_sets) }
        };
        let once = |call| Placed {
            call,
            region: configuration.home_region.clone(),
            shared: Some(configuration.management_account),
        };
        let mut waves = vec![vec![once(("sts", "AssumeRole"))]];
        let things = to_observe(configuration, place);
        let things = things.iter().filter(|thing| !of_all(thing));
        waves.push(
            things.flat_map(|thing| reads(thing.kind).iter().map(|call| placed(thing, *call))).collect(),
        );
        // A step is in the wave after the last of those that it waits for.
        let mut depth: Vec<usize> = Vec::new();
        let mut levels: BTreeMap<usize, Vec<Placed>> = BTreeMap::new();
        for step in steps {
            let level =
                step.after.iter().filter_map(|number| depth.get(*number)).max().map_or(0, |last| last + 1);
            depth.push(level);
            if !of_all(&step.thing) {
                let calls = writes(step.thing.kind, step.change).iter();
                levels.entry(level).or_default().extend(calls.map(|call| placed(&step.thing, *call)));
            }
        }
        waves.extend(levels.into_values());
        // Whoever did nothing has nothing to tell.
        if !steps.is_empty() {
            waves.push(vec![once(("events", "PutEvents"))]);
        }
        Self { waves }
    }

    /// How many calls it is.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.waves.iter().map(Vec::len).sum()
    }
}

/// An account in which nothing is, in an organization in which nothing is set.
fn nothing(configuration: &Configuration, place: &Place) -> Observed {
    let mut observed = Observed::default();
    for thing in to_observe(configuration, place) {
        let state = if thing.kind == Kind::StackInstances {
            let content = Content::Regions([].into());
            State::Present(Present { owner: Owner::Settings, content, id: None, since: None })
        } else {
            State::Absent
        };
        observed.set(thing, state);
    }
    observed
}
