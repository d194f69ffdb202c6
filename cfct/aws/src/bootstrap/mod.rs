//! The companion's work on one account: look, decide, act, and look again where something went otherwise than
//! expected. What is decided is `cfct_core::bootstrap`'s; this only carries it out, as much side by side as the order
//! allows.

mod accounts;
mod document;
mod place;

use std::collections::BTreeSet;

use cfct_core::bootstrap::ready::{Ready, SOURCE};
use cfct_core::bootstrap::{Configuration, Decision, Observed, Place, State, Step, decide, to_observe};
use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt, stream};

use crate::error::AwsError;
use crate::ports::{EventSender, Things};

pub use accounts::accounts;
pub use document::{document, published};
pub use place::place;

/// How many things are looked at side by side. Calls are bounded besides, over all accounts of a run.
const AHEAD: usize = 32;

/// How often steps follow from steps: a claim from nothing, a key from its claim, and what needs the key. More would
/// be a mistake, and is left to the next run.
const ROUNDS: usize = 4;

/// What became of one account.
#[derive(Clone, Debug)]
pub struct Bootstrapped {
    /// What was done, and when, in seconds since 1970.
    pub done: Vec<(Step, i64)>,
    /// What did not work.
    pub failures: Vec<AwsError>,
    /// What is left to do after that.
    pub after: Decision,
}

/// Gives an account what it is to have. `now` tells the time in seconds since 1970.
///
/// It can be dropped at any moment: what is done stays done, and the next run goes on from what it finds.
pub async fn bootstrap<P: Things>(
    ports: &P,
    configuration: &Configuration,
    place: &Place,
    now: impl Fn() -> i64,
) -> Bootstrapped {
    let mut observed = observe(ports, configuration, place).await;
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    let mut after = decide(configuration, place, &observed, now());
    for _ in 0..ROUNDS {
        if after.steps.is_empty() {
            break;
        }
        act(ports, &after.steps, &mut observed, &now, (&mut done, &mut failures)).await;
        if !failures.is_empty() {
            // A call without an answer may have taken effect, and who was faster has left something.
            observed = observe(ports, configuration, place).await;
        }
        after = decide(configuration, place, &observed, now());
        if !failures.is_empty() {
            break;
        }
    }
    Bootstrapped { done, failures, after }
}

/// Tells whoever listens to a bus what became of an account.
///
/// # Errors
/// Where the bus does not take it.
pub async fn tell<P: EventSender>(ports: &P, bus: &str, ready: &Ready) -> Result<(), AwsError> {
    ports.send(bus, SOURCE, ready.detail_type(), &ready.detail()).await
}

/// Looks at everything that the decision needs. What cannot be read is not known, with the reason.
///
/// [`Observed`] has no failure: a thing that is not known is left for later, and the others are not.
pub async fn observe<P: Things>(ports: &P, configuration: &Configuration, place: &Place) -> Observed {
    let things = to_observe(configuration, place);
    let looks = stream::iter(things).map(async |thing| {
        let state = ports.observe(&thing).await.unwrap_or_else(|error| State::Unknown(error.to_string()));
        (thing, state)
    });
    let mut observed = Observed::default();
    let mut looks = looks.buffer_unordered(AHEAD);
    while let Some((thing, state)) = looks.next().await {
        observed.set(thing, state);
    }
    observed
}

/// Does steps, each as soon as those before it are done. What waits for one that failed is not done.
async fn act<P: Things>(
    ports: &P,
    steps: &[Step],
    observed: &mut Observed,
    now: impl Fn() -> i64,
    (done, failures): (&mut Vec<(Step, i64)>, &mut Vec<AwsError>),
) {
    let mut waiting: BTreeSet<usize> = (0..steps.len()).collect();
    let mut finished = BTreeSet::new();
    let mut running = FuturesUnordered::new();
    loop {
        let is_next = |number: &usize| steps[*number].after.iter().all(|before| finished.contains(before));
        let next: Vec<usize> = waiting.iter().copied().filter(is_next).collect();
        for number in next {
            waiting.remove(&number);
            let step = &steps[number];
            let uses = step.used(observed).map(str::to_owned);
            running.push(async move { (number, ports.act(step, uses.as_deref()).await) });
        }
        match running.next().await {
            None => return,
            Some((_, Err(error))) => failures.push(error),
            Some((number, Ok(id))) => {
                let (step, at) = (&steps[number], now());
                let state = if step.thing.kind.is_asynchronous() {
                    State::Changing("it was asked for just now".to_owned())
                } else {
                    State::Present(step.leaves(observed, id, at))
                };
                observed.set(step.thing.clone(), state);
                finished.insert(number);
                done.push((step.clone(), at));
            }
        }
    }
}
