//! Where CfCT does something else than what was meant: failures, holes, endless loops, orders that nobody can
//! know; and the way out.

use std::io;

use cfct_core::plan::{Leaving, Plan, StackSetPlan};
use cfct_core::stack_set_machine::Prediction;
use cfct_core::stack_set_machine::explain;
use cfct_core::stack_set_machine::stage::Certainty;

use super::page::{Page, Tone};
use super::removals::heading;
use crate::faces::counted;

/// Outcomes that are told before the rest is counted.
const OUTCOMES: usize = 4;

pub(super) fn write(plan: &Plan<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let deletions: Vec<(&str, &Prediction)> = plan
        .departures
        .iter()
        .filter_map(|departure| match &departure.leaving {
            Leaving::Deleted(prediction) => Some((departure.name.as_str(), &**prediction)),
            Leaving::Orphaned => None,
        })
        .filter(|(_, prediction)| !prediction.is_as_meant())
        .collect();
    let troubled: Vec<&StackSetPlan<'_>> =
        plan.stack_sets.iter().filter(|stack_set| !stack_set.prediction.is_as_meant()).collect();
    let unreached: Vec<&StackSetPlan<'_>> =
        plan.stack_sets.iter().filter(|stack_set| stack_set.is_reached != Certainty::Surely).collect();
    if deletions.is_empty() && troubled.is_empty() && unreached.is_empty() {
        return Ok(());
    }
    page.heading("What CfCT does otherwise than meant")?;
    for (name, prediction) in deletions {
        outcomes(name, prediction, page)?;
        way_out(plan, name, page)?;
    }
    for stack_set in &troubled {
        outcomes(&heading(stack_set), &stack_set.prediction, page)?;
        way_out(plan, &stack_set.name, page)?;
    }
    if plan.ways_out.is_none() && !troubled.is_empty() {
        page.toned(1, Tone::Aside, "--steps prints a sequence of pushes that ends as desired")?;
    }
    self::unreached(&unreached, page)
}

fn outcomes(name: &str, prediction: &Prediction, page: &mut Page<'_>) -> io::Result<()> {
    let outcomes = prediction.worst_first();
    if let [outcome] = outcomes[..] {
        page.toned(1, Tone::Trouble, name)?;
        for line in explain::outcome(prediction, outcome, &page.labels) {
            page.line(2, &line)?;
        }
        return Ok(());
    }
    let count = outcomes.len();
    let text =
        format!("{name}: {count} outcomes, worst first; which one depends on an order nobody can know");
    page.toned(1, Tone::Trouble, &text)?;
    for (at, outcome) in outcomes.iter().take(OUTCOMES).enumerate() {
        for (line, text) in explain::outcome(prediction, outcome, &page.labels).iter().enumerate() {
            let number = if line == 0 { format!("{}. ", at + 1) } else { "   ".to_owned() };
            page.line(2, &format!("{number}{text}"))?;
        }
    }
    if !prediction.is_complete {
        page.toned(2, Tone::Aside, "there are more orders than could be tried")?;
    }
    page.more(2, count.saturating_sub(OUTCOMES), "outcome")
}

fn way_out(plan: &Plan<'_>, stack_set: &str, page: &mut Page<'_>) -> io::Result<()> {
    let Some(way) = plan.ways_out.iter().flatten().find(|way| way.stack_set == stack_set) else {
        return Ok(());
    };
    let Some(way) = &way.steps else {
        return page.line(2, "no safe sequence was found: too many accounts hold different Regions");
    };
    if way.is_direct() {
        return page.line(2, "safe steps: none but this push");
    }
    for (title, route) in [("safe steps", Some(&way.route)), ("or", way.alternative.as_ref())] {
        let Some(route) = route else { continue };
        page.toned(2, Tone::New, &format!("{title}:"))?;
        for (at, text) in explain::route(route, &page.labels).iter().enumerate() {
            let number = if at < route.steps.len() { format!("{}. ", at + 1) } else { "note: ".to_owned() };
            page.line(3, &format!("{number}{text}"))?;
        }
    }
    Ok(())
}

fn unreached(unreached: &[&StackSetPlan<'_>], page: &mut Page<'_>) -> io::Result<()> {
    for (certainty, verb) in [(Certainty::Never, "not reached"), (Certainty::Perhaps, "perhaps not reached")]
    {
        let names: Vec<&str> = unreached
            .iter()
            .filter(|stack_set| stack_set.is_reached == certainty)
            .map(|stack_set| stack_set.resource.display_name())
            .collect();
        if !names.is_empty() {
            let count = counted(names.len(), "stack set");
            let text = format!("{count} {verb}, since a failure ends the stage: {}", some(&names));
            page.toned(1, Tone::Trouble, &text)?;
        }
    }
    Ok(())
}

/// A list that is cut where it gets long.
pub(super) fn some(names: &[&str]) -> String {
    const NAMED: usize = 12;
    let named = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
