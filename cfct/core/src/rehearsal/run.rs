//! The companion's run for a new account, over a model: observe, decide, act, until nothing is left to do.

use crate::bootstrap::ready::{self, Ready};
use crate::bootstrap::{
    Configuration, Content, Decision, Kind, Observed, Owner, Place, Present, State, Step, Thing, apply,
    decide, to_observe, wanted,
};

/// More rounds than any account needs; what takes more goes round in circles.
const ROUNDS: usize = 8;

/// Seconds that a round takes in the model.
const PACE: i64 = 60;

/// A run.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was decided and done, round by round; the last decision has no steps.
    pub rounds: Vec<Round>,
    /// What the bus is told at the end.
    pub ready: Ready,
}

/// One time around.
#[derive(Clone, Debug)]
pub struct Round {
    /// What was decided.
    pub decision: Decision,
    /// What stack sets made of it meanwhile, by stack set.
    pub deployed: Vec<(String, Thing)>,
}

/// The companion's run for an account that was just vended, where the organization has all that it is to have and
/// the account nothing. `now` is in seconds since 1970.
#[must_use]
pub fn bootstrap(configuration: &Configuration, place: &Place, now: i64) -> Run {
    let mut observed = as_vended(configuration, place);
    let (mut now, mut rounds, mut done) = (now, Vec::new(), Vec::new());
    let last = loop {
        let decision = decide(configuration, place, &observed, now);
        let steps: Vec<Step> = decision.steps.clone();
        for step in &steps {
            apply(step, &mut observed, now);
            done.push((step.clone(), now));
        }
        let deployed = deploy(configuration, place, &mut observed);
        let is_last = steps.is_empty() && deployed.is_empty() || rounds.len() == ROUNDS;
        rounds.push(Round { decision: decision.clone(), deployed });
        if is_last {
            break decision;
        }
        now += PACE;
    };
    let run = ready::Run { correlation_id: "rehearsal".to_owned(), vended: None, ended: now };
    Run { rounds, ready: Ready::of(place, &done, &last, &run) }
}

/// What there is when an account was just vended: nothing in it, everything elsewhere, and the stack sets without it.
fn as_vended(configuration: &Configuration, place: &Place) -> Observed {
    let mut observed = Observed::default();
    for thing in to_observe(configuration, place) {
        observed.set(thing, State::Absent);
    }
    for wanted in wanted(configuration, place) {
        let content = match (&wanted.thing.kind, wanted.content) {
            (Kind::StackInstances, _) => Content::Regions([].into()),
            (Kind::VaultShare, _) => continue,
            (_, content) if wanted.thing.account != place.account => content,
            _ => continue,
        };
        observed.set(wanted.thing, present(Owner::Settings, content));
    }
    observed
}

/// What stack sets make, in the account, of the instances that they have there.
fn deploy(configuration: &Configuration, place: &Place, observed: &mut Observed) -> Vec<(String, Thing)> {
    let mut deployed = Vec::new();
    for wanted in wanted(configuration, place) {
        let Some(stack_set) = wanted.made_by else { continue };
        let instances = Thing {
            region: None,
            kind: Kind::StackInstances,
            name: stack_set.clone(),
            ..wanted.thing.clone()
        };
        let regions = observed.present(&instances).map(|present| &present.content);
        let is_there = match (regions, &wanted.thing.region) {
            (Some(Content::Regions(there)), Some(region)) => there.contains(region),
            (Some(Content::Regions(there)), None) => !there.is_empty(),
            _ => false,
        };
        if is_there && observed.present(&wanted.thing).is_none() {
            observed.set(wanted.thing.clone(), present(Owner::StackSet(stack_set.clone()), wanted.content));
            deployed.push((stack_set, wanted.thing));
        }
    }
    deployed
}

fn present(owner: Owner, content: Content) -> State {
    State::Present(Present { owner, content, id: None, since: None })
}
