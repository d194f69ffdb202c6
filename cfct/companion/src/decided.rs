//! What a command tells of a decision: its steps and what became of each, and how it ends.

use std::fmt;

use cfct_aws::apply::Outcome;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::decision::{Change, Decision};
use serde_json::{Value, json};

use crate::edge::Refusal;

/// Writes a decision as JSON, with what became of it where it was carried out.
pub(crate) fn write_report<S: Change>(
    decision: &Decision<S>,
    outcomes: Option<&[Outcome]>,
    session: &mut Session,
) -> Result<(), CommandError> {
    session.console.data(|out, _| {
        serde_json::to_writer_pretty(&mut *out, &report(decision, outcomes))?;
        writeln!(out)
    })
}

/// A step and what became of it.
pub(crate) fn told(step: &impl fmt::Display, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => format!("done: {step}"),
        Outcome::Failed(error) => format!("failed: {step}: {error}"),
        Outcome::NotTried(why) => format!("not tried: {step}: {why}"),
    }
}

/// What cannot be done is a finding.
pub(crate) fn verdict<S>(decision: &Decision<S>) -> Exit {
    if decision.blocked.is_empty() { Exit::Clean } else { Exit::Findings }
}

/// An error where a step failed.
pub(crate) fn ended(outcomes: &[Outcome], verbose: bool) -> Result<(), CommandError> {
    let mut failed = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Failed(error) => Some(error),
        _ => None,
    });
    let Some(first) = failed.next() else { return Ok(()) };
    let others = failed.count();
    if others == 0 {
        return Err(first.clone().refused(verbose));
    }
    let done = outcomes.iter().filter(|outcome| **outcome == Outcome::Done).count();
    let message = format!("{} of {} steps failed, and {done} are done: {first}", others + 1, outcomes.len());
    let hint = "see to what failed, then run the command again: it does what is left".to_owned();
    Err(CommandError::unreachable(message).hint(hint))
}

fn report<S: Change>(decision: &Decision<S>, outcomes: Option<&[Outcome]>) -> Value {
    let steps = decision.steps.iter().enumerate().map(|(number, step)| {
        let (outcome, reason) = match outcomes.and_then(|outcomes| outcomes.get(number)) {
            None => ("planned", None),
            Some(Outcome::Done) => ("done", None),
            Some(Outcome::Failed(error)) => ("failed", Some(error.to_string())),
            Some(Outcome::NotTried(why)) => ("not-tried", Some((*why).to_owned())),
        };
        json!({
            "step": step,
            "text": step.to_string(),
            "destructive": step.is_destructive(),
            "outcome": outcome,
            "reason": reason,
        })
    });
    json!({
        "id": decision.id(),
        "steps": steps.collect::<Vec<_>>(),
        "blocked": decision.blocked,
        "remarks": decision.remarks,
    })
}
