//! What comes, and what changes in place.

use std::io;

use cfct_core::plan::{Plan, StackSetPlan, Table, Why};

use super::page::{Page, Tone, merged};
use super::removals::heading;
use crate::faces::counted;

/// Stack sets that are told before the rest is counted.
const TOLD: usize = 40;

pub(super) fn write(plan: &Plan<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let gaining: Vec<&StackSetPlan<'_>> = plan
        .stack_sets
        .iter()
        .filter(|stack_set| stack_set.change.is_new || stack_set.creations() > 0)
        .collect();
    if !gaining.is_empty() {
        page.heading("Creations")?;
        for stack_set in gaining.iter().take(TOLD) {
            created(stack_set, page)?;
        }
        page.more(1, gaining.len().saturating_sub(TOLD), "stack set")?;
    }
    let changing: Vec<&StackSetPlan<'_>> =
        plan.stack_sets.iter().filter(|stack_set| is_changed(stack_set)).collect();
    if !changing.is_empty() {
        page.heading("Updates")?;
        for stack_set in changing.iter().take(TOLD) {
            updated(stack_set, page)?;
        }
        page.more(1, changing.len().saturating_sub(TOLD), "stack set")?;
    }
    Ok(())
}

fn created(stack_set: &StackSetPlan<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let created = stack_set.created();
    let what = match (stack_set.change.is_new, &stack_set.renamed_from) {
        (true, Some(old)) => format!("new stack set, which was {old}"),
        (true, None) => "new stack set".to_owned(),
        (false, _) => "more accounts or Regions".to_owned(),
    };
    let count = counted(Table::count(&created), "instance");
    page.toned(1, Tone::New, &format!("{}: {count}, {what}", heading(stack_set)))?;
    for cells in merged(&created) {
        let text = page.labels.cells(&cells);
        page.line(2, &text)?;
    }
    Ok(())
}

fn is_changed(stack_set: &StackSetPlan<'_>) -> bool {
    let change = &stack_set.change;
    let unnoticed = change.parameters.iter().any(|change| change.why != Why::Unknown);
    !change.is_new && (stack_set.updates() > 0 || change.template == Some(true) || unnoticed)
}

fn updated(stack_set: &StackSetPlan<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let count = counted(stack_set.updates(), "instance");
    page.toned(1, Tone::Changed, &format!("{}: {count} updated", heading(stack_set)))?;
    let change = &stack_set.change;
    if change.template == Some(true) {
        page.line(2, "the template changes")?;
    }
    for parameter in &change.parameters {
        let why = match parameter.why {
            Why::Added => "is new",
            Why::Changed => "changes",
            Why::AlwaysDiffers => {
                "has a comma, so CfCT takes it for a list that never equals what is deployed: it updates on every run"
            }
            Why::Unknown => "has a value that only the run knows",
            Why::DroppedUnnoticed if stack_set.updates() > 0 => {
                "is dropped: the update sends the others alone"
            }
            Why::DroppedUnnoticed => "is dropped, and CfCT does not notice until something else changes",
        };
        page.line(2, &format!("parameter {} {why}", parameter.key))?;
    }
    let is_forced = change.template != Some(true) && change.parameters.is_empty() && stack_set.updates() > 0;
    if is_forced {
        page.line(2, "the last operation did not succeed, so CfCT updates without comparing")?;
    }
    Ok(())
}
