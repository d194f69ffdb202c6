//! The simulation itself: accounts in slots, waves of calls, and a token bucket for each quota.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use serde::Serialize;

use super::Bound;
use super::work::{Placed, Work};
use crate::rates::{self, Rate};

/// A quota that has another value than the published one.
#[derive(Clone, Debug, PartialEq)]
pub struct Overridden {
    /// The service.
    pub service: String,
    /// Calls a second, of all its operations.
    pub per_second: f64,
}

/// A concurrency, and how long a run takes with it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tried {
    /// How many accounts at once.
    pub concurrency: usize,
    /// How long it takes, in seconds.
    pub seconds: f64,
}

/// What a simulation comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulated {
    /// The concurrency and the time.
    pub tried: Tried,
    /// When each account is done, in seconds from the start, in order.
    pub ends: Vec<f64>,
    /// How long an account takes at most, in seconds.
    pub longest: f64,
    /// The quota that calls waited for longest.
    pub binds: Option<Bound>,
}

/// The utilization of a quota that is used to the full.
const FULL: f64 = 0.9;

/// One token bucket.
#[derive(Clone, Debug)]
struct Bucket {
    per_second: f64,
    burst: f64,
    /// When it will be full again.
    full_at: f64,
    waited: f64,
    calls: usize,
    /// What it is, to name it.
    rate: Option<&'static Rate>,
    service: &'static str,
    of: Option<String>,
}

impl Bucket {
    /// The next turn at `now` or later.
    fn reserve(&mut self, now: f64) -> f64 {
        let interval = 1.0 / self.per_second;
        self.full_at = self.full_at.max(now) + interval;
        let turn = (self.full_at - interval * self.burst).max(now);
        self.waited += turn - now;
        self.calls += 1;
        turn
    }
}

/// A moment; the order of all moments is that of their numbers, which are never NaN.
#[derive(Clone, Copy, PartialEq)]
struct Moment(f64);

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Simulates a run over so many accounts, so many at once, with calls that take `latency` seconds each.
#[must_use]
pub fn simulate(
    work: &Work,
    accounts: usize,
    concurrency: usize,
    latency: f64,
    overridden: &[Overridden],
) -> Simulated {
    let plan = Plan::of(work, overridden);
    let slots = concurrency.clamp(1, accounts.max(1));
    let mut shared = plan.shared.clone();
    let mut own: Vec<Vec<Bucket>> = vec![plan.own.clone(); slots];
    let mut waits = vec![0.0; plan.own.len()];
    let mut started = vec![0.0; slots];
    let mut waiting = accounts;
    let mut ends = Vec::with_capacity(accounts);
    let mut longest: f64 = 0.0;
    // When, and which slot goes on with which wave. Slots that go on at the same time do so by their numbers.
    let mut open: BinaryHeap<Reverse<(Moment, usize, usize)>> = BinaryHeap::new();
    for slot in 0..slots.min(accounts) {
        open.push(Reverse((Moment(0.0), slot, 0)));
        waiting -= 1;
    }
    while let Some(Reverse((Moment(now), slot, wave))) = open.pop() {
        if let Some(calls) = plan.waves.get(wave) {
            let turns = calls.iter().map(|place| match place {
                In::Shared(number) => shared[*number].reserve(now),
                In::Own(number) => own[slot][*number].reserve(now),
            });
            let end = turns.fold(now, f64::max) + if calls.is_empty() { 0.0 } else { latency };
            open.push(Reverse((Moment(end), slot, wave + 1)));
            continue;
        }
        ends.push(now);
        longest = longest.max(now - started[slot]);
        for (bucket, waited) in own[slot].iter_mut().zip(&mut waits) {
            *waited += bucket.waited;
            (bucket.waited, bucket.full_at) = (0.0, 0.0);
        }
        if waiting > 0 {
            waiting -= 1;
            started[slot] = now;
            open.push(Reverse((Moment(now), slot, 0)));
        }
    }
    let seconds = ends.last().copied().unwrap_or_default();
    let mut buckets = shared;
    buckets.extend(plan.own.into_iter().zip(waits).map(|(bucket, waited)| Bucket { waited, ..bucket }));
    let bounds =
        buckets.into_iter().filter(|bucket| bucket.waited > 0.0).map(|bucket| bound(bucket, seconds));
    // A shared quota that is used to the full sets the time of the whole, whatever else is waited for.
    let binds = bounds.max_by(|a, b| {
        let key = |bound: &Bound| (bound.utilization >= FULL, bound.waited_seconds);
        let ((a_full, a_waited), (b_full, b_waited)) = (key(a), key(b));
        a_full.cmp(&b_full).then(a_waited.total_cmp(&b_waited))
    });
    Simulated { tried: Tried { concurrency, seconds }, ends, longest, binds }
}

fn bound(bucket: Bucket, seconds: f64) -> Bound {
    let used = bucket.calls as f64 / (bucket.per_second * seconds + bucket.burst);
    Bound {
        service: bucket.service.to_owned(),
        operations: bucket
            .rate
            .iter()
            .flat_map(|rate| rate.operations)
            .map(|name| (*name).to_owned())
            .collect(),
        per_second: bucket.per_second,
        source: bucket.rate.map_or("as you say", |rate| rate.source).to_owned(),
        waited_seconds: bucket.waited,
        // How much each account uses of its own differs with what it is doing; it is not a figure of the whole.
        utilization: if bucket.of.is_some() { used.min(1.0) } else { 0.0 },
        of: bucket.of.unwrap_or_else(|| "each account".to_owned()),
    }
}

/// Where a call takes its turn.
#[derive(Clone, Copy, Debug)]
enum In {
    Shared(usize),
    Own(usize),
}

/// What a bucket is known by: whose it is, the Region, and the rate's service and operations.
type Key<'w> = (Option<String>, &'w str, &'static str, &'static [&'static str]);

/// The work with its buckets numbered.
struct Plan {
    waves: Vec<Vec<In>>,
    shared: Vec<Bucket>,
    own: Vec<Bucket>,
}

impl Plan {
    fn of(work: &Work, overridden: &[Overridden]) -> Self {
        let mut plan = Self { waves: Vec::new(), shared: Vec::new(), own: Vec::new() };
        let mut known = BTreeMap::new();
        for wave in &work.waves {
            let mut calls = Vec::with_capacity(wave.len());
            for placed in wave {
                calls.extend(plan.bucket(placed, overridden, &mut known));
            }
            plan.waves.push(calls);
        }
        plan
    }

    fn bucket<'w>(
        &mut self,
        placed: &'w Placed,
        overridden: &[Overridden],
        known: &mut BTreeMap<Key<'w>, In>,
    ) -> Option<In> {
        let (service, operation) = placed.call;
        let rate = rates::of(service, operation);
        let other = overridden.iter().find(|other| other.service == service);
        let (per_second, burst) = match (other, rate) {
            (Some(other), _) => (other.per_second, other.per_second.max(1.0)),
            (None, Some(rate)) => (rate.per_second, f64::from(rate.burst)),
            (None, None) => return None,
        };
        let rate = rate.filter(|_| other.is_none());
        let of = placed.shared.map(|account| account.to_string());
        let key = (of.clone(), placed.region.as_str(), service, rate.map_or(&[][..], |rate| rate.operations));
        if let Some(found) = known.get(&key) {
            return Some(*found);
        }
        let list = if of.is_some() { &mut self.shared } else { &mut self.own };
        let bucket =
            Bucket { per_second, burst, full_at: 0.0, waited: 0.0, calls: 0, rate, service, of: of.clone() };
        list.push(bucket);
        let number = list.len() - 1;
        let place = if of.is_some() { In::Shared(number) } else { In::Own(number) };
        known.insert(key, place);
        Some(place)
    }
}
