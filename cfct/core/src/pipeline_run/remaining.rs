//! How long the rest of a run takes, by a plan.

use super::{Run, State};
use crate::plan::Plan;

/// What a plan says of one stack set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Its name in CloudFormation.
    pub stack_set: String,
    /// How long it takes, in seconds.
    pub seconds: u64,
}

impl Estimate {
    /// Those of a plan, in the order of execution.
    #[must_use]
    pub fn of(plan: &Plan<'_>) -> Vec<Self> {
        let of =
            |set: &crate::plan::StackSetPlan<'_>| Self { stack_set: set.name.clone(), seconds: set.seconds };
        plan.stack_sets.iter().map(of).collect()
    }
}

/// How long the stack sets take that are not done, in seconds; `None` without a plan, or once the run is over.
///
/// CfCT starts no execution for what it finds unchanged, so what stands before one that has started is done.
#[must_use]
pub fn remaining(run: &Run, estimates: &[Estimate], now: i64) -> Option<u64> {
    if estimates.is_empty() || run.state().is_over() {
        return None;
    }
    let deployments = || run.actions().flat_map(|action| &action.deployments).filter(|d| d.is_stack_set);
    let place = |name: &str| estimates.iter().position(|estimate| estimate.stack_set == name);
    let reached = deployments().filter_map(|deployment| place(&deployment.subject)).max();
    let later: u64 = estimates
        .iter()
        .skip(reached.map_or(0, |reached| reached + 1))
        .map(|estimate| estimate.seconds)
        .sum();
    let at_work = deployments().filter(|deployment| deployment.state == State::Running);
    let current = at_work.filter_map(|deployment| {
        let estimate = &estimates[place(&deployment.subject)?];
        let elapsed = u64::try_from(now - deployment.started).unwrap_or(0);
        Some(estimate.seconds.saturating_sub(elapsed))
    });
    Some(later + current.sum::<u64>())
}
