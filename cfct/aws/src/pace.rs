//! Calls in step with what AWS lets an account do: one token bucket for each rate in each account and Region.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::time::sleep_until;

use crate::rates::Rate;

/// What calls are counted by: an account, a Region, and the rate's service and operations.
type Key = (String, &'static str, &'static [&'static str]);

/// Lets callers wait for their turn.
#[derive(Debug, Default)]
pub(crate) struct Pacer {
    /// For each bucket, when it will be full again.
    full_at: Mutex<HashMap<Key, Instant>>,
    seed: RandomState,
}

impl Pacer {
    /// Waits until another call in `place` is within `rate`.
    pub(crate) async fn turn(&self, place: &str, rate: &'static Rate) {
        if let Some(at) = self.reserve(place, rate, Instant::now()) {
            sleep_until(at.into()).await;
        }
    }

    /// Takes the next turn; `None` where it is now. Turns are given out in order and never twice, so however
    /// many callers wait, the rate holds.
    fn reserve(&self, place: &str, rate: &'static Rate, now: Instant) -> Option<Instant> {
        let interval = Duration::from_secs_f64(1.0 / rate.per_second);
        let key = (place.to_owned(), rate.service, rate.operations);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = full_at.get(&key).copied().filter(|full| *full > now).unwrap_or(now) + interval;
        full_at.insert(key, full);
        let turn = full.checked_sub(interval * rate.burst).filter(|turn| *turn > now)?;
        Some(turn + self.jitter(interval, turn))
    }

    /// Up to a tenth of the interval, so that several runs do not fall into step. It only ever adds.
    fn jitter(&self, interval: Duration, turn: Instant) -> Duration {
        interval.mul_f64(f64::from(self.seed.hash_one(turn) as u32) / f64::from(u32::MAX) / 10.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Pacer;
    use crate::rates::{RATES, Rate};
    use std::time::{Duration, Instant};

    static RATE: Rate =
        Rate { service: "s", operations: &[], per_second: 4.0, burst: 3, source: "", as_of: "2026-11" };

    /// When calls run that are all made at once, in places by turns, by a clock that only these calls move.
    fn simulated(calls: usize, places: &[&str], rate: &'static Rate) -> Vec<f64> {
        let (pacer, start) = (Pacer::default(), Instant::now());
        let turn = |call: usize| pacer.reserve(places[call % places.len()], rate, start).unwrap_or(start);
        (0..calls).map(|call| (turn(call) - start).as_secs_f64()).collect()
    }

    #[test]
    fn a_burst_passes_at_once_and_the_rest_at_the_rate() {
        let turns = simulated(43, &["a"], &RATE);
        assert_eq!(turns[..3], [0.0; 3]);
        assert!((10.0..10.03).contains(&turns[42]), "{turns:?}");
    }

    #[test]
    fn each_account_and_region_has_its_own() {
        let turns = simulated(86, &["a", "b"], &RATE);
        assert!(turns[84..].iter().all(|turn| (10.0..10.03).contains(turn)), "{turns:?}");
    }

    #[test]
    fn a_pause_fills_the_bucket_and_no_further() {
        let (pacer, start) = (Pacer::default(), Instant::now());
        assert_eq!(pacer.reserve("a", &RATE, start), None);
        let later = start + Duration::from_mins(10);
        let turns: Vec<bool> = (0..5).map(|_| pacer.reserve("a", &RATE, later).is_none()).collect();
        assert_eq!(turns, [true, true, true, false, false]);
    }

    /// A snapshot of ten thousand accounts asks for some five hundred pages, all of them ready to go.
    #[test]
    fn no_stretch_of_time_holds_more_calls_than_its_rate_allows() {
        for rate in RATES.iter().filter(|rate| rate.per_second < 100.0) {
            let turns = simulated(500, &["a"], rate);
            for (first, from) in turns.iter().enumerate() {
                for (last, to) in turns.iter().enumerate().skip(first) {
                    let calls = (last - first + 1) as f64;
                    let allowed = f64::from(rate.burst) + (to - from + 1e-6) * rate.per_second;
                    // A turn that jitter put off makes room for less than one call more.
                    assert!(calls <= allowed + 1.0, "{rate:?}: {calls} in {} s", to - from);
                }
            }
        }
    }
}
