//! How long the companion takes for a whole organization, before it is started: a discrete-event simulation of its
//! calls over the quotas of the services.
//!
//! So many accounts are worked on at a time, one after another. A run makes its calls in waves, as its decision lets it;
//! each call waits for its turn in the bucket of its quota. Quotas of the account itself are its own; those of the
//! management account, and of accounts that others copy to, are shared by all runs. Nothing is random: the same
//! question has the same answer.

mod calls;
mod engine;
mod example;
mod work;

use serde::Serialize;

use crate::bootstrap::{Configuration, Place};

pub use calls::{Call, reads, writes};
pub use engine::{Overridden, Tried, simulate};
pub use example::{example, regions};
pub use work::{Placed, Work};

/// The most accounts that are worked on at once: the default quota of Lambda.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const MOST_CONCURRENT: usize = 1_000;

/// The most accounts that are simulated: what Organizations has at most, tenfold.
pub const MOST_ACCOUNTS: usize = 100_000;

/// How much longer than the shortest a run may take, for a lower concurrency to be recommended.
const TOLERANCE: f64 = 1.05;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// How many accounts, up to [`MOST_ACCOUNTS`].
    pub accounts: usize,
    /// How many are worked on at once; the recommended number where there is none.
    pub concurrency: Option<usize>,
    /// Seconds that a call takes.
    pub latency: f64,
    /// Quotas that have another value here.
    pub overridden: Vec<Overridden>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// How many accounts.
    pub accounts: usize,
    /// How many Regions each is protected in.
    pub regions: usize,
    /// Seconds that a call takes.
    pub latency_seconds: f64,
    /// A run that finds nothing done in any account.
    pub first: Outlook,
    /// A run that finds everything done.
    pub later: Outlook,
}

/// How one kind of run goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outlook {
    /// The calls for each account.
    pub calls_per_account: usize,
    /// All calls.
    pub calls: usize,
    /// How many accounts are worked on at once.
    pub concurrency: usize,
    /// How long it takes, in seconds.
    pub seconds: f64,
    /// How long one account takes at most.
    pub seconds_per_account: f64,
    /// The quota that holds it up most; `None` where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binds: Option<Bound>,
    /// The lowest concurrency that takes hardly longer than the shortest time.
    pub recommended_concurrency: usize,
    /// How long it takes with that.
    pub recommended_seconds: f64,
    /// How many accounts are done after each tenth of the time.
    pub timeline: Vec<Mark>,
    /// Every concurrency that was tried.
    pub tried: Vec<Tried>,
}

/// A quota that calls waited for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bound {
    /// The service.
    pub service: String,
    /// The operations that share it; all others of the service where there is none.
    pub operations: Vec<String>,
    /// Calls a second.
    pub per_second: f64,
    /// Whose quota it is: an account, or each account's own.
    pub of: String,
    /// Who says so.
    pub source: String,
    /// Seconds that calls waited for it, all together.
    pub waited_seconds: f64,
    /// How much of the time it was used to the full, from 0 to 1.
    pub utilization: f64,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// Seconds from the start.
    pub seconds: f64,
    /// Accounts that are done.
    pub accounts: usize,
}

/// Answers a question for accounts that are in the place of `place`.
#[must_use]
pub fn answer(question: &Question, configuration: &Configuration, place: &Place) -> Answer {
    let (first, later) = Work::first_and_later(configuration, place);
    Answer {
        accounts: question.accounts,
        regions: configuration.regions.len(),
        latency_seconds: question.latency,
        first: outlook(question, &first),
        later: outlook(question, &later),
    }
}

fn outlook(question: &Question, work: &Work) -> Outlook {
    let accounts = question.accounts.min(MOST_ACCOUNTS);
    let run = |concurrency| simulate(work, accounts, concurrency, question.latency, &question.overridden);
    // More at once than accounts changes nothing.
    let most = MOST_CONCURRENT.min(accounts.max(1));
    let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
    let mut tried: Vec<Tried> =
        steps.into_iter().filter(|step| *step < most).map(|step| run(step).tried).collect();
    tried.push(run(most).tried);
    let shortest = tried.iter().map(|tried| tried.seconds).fold(f64::INFINITY, f64::min);
    let recommended = tried
        .iter()
        .find(|tried| tried.seconds <= shortest * TOLERANCE)
        .copied()
        .unwrap_or(Tried { concurrency: 1, seconds: 0.0 });
    let concurrency = question.concurrency.unwrap_or(recommended.concurrency).clamp(1, MOST_CONCURRENT);
    let simulated = run(concurrency);
    Outlook {
        calls_per_account: work.calls(),
        calls: work.calls() * accounts,
        concurrency,
        seconds: simulated.tried.seconds,
        seconds_per_account: simulated.longest,
        timeline: timeline(&simulated.ends, simulated.tried.seconds),
        binds: simulated.binds,
        recommended_concurrency: recommended.concurrency,
        recommended_seconds: recommended.seconds,
        tried,
    }
}

fn timeline(ends: &[f64], seconds: f64) -> Vec<Mark> {
    const TENTHS: u32 = 10;
    (1..=TENTHS)
        .map(|tenth| {
            let at = seconds * f64::from(tenth) / f64::from(TENTHS);
            // Sums of the same numbers in another order differ in the last digits.
            let accounts = ends.iter().filter(|end| **end <= at + 1e-6).count();
            Mark { seconds: at, accounts }
        })
        .collect()
}

#[cfg(test)]
mod tests;
