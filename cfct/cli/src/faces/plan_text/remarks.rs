//! What is worth knowing beside the changes, and what stays as it is.

use std::io;

use cfct_core::plan::{Plan, Sources, StackSetPlan};

use super::behaviour::some;
use super::page::{Page, Tone};
use super::verdict::minutes;
use crate::faces::counted;

/// What the pipeline's stack set stage may take (CfCT's CodeBuild project, `TimeoutInMinutes`).
const STAGE_MINUTES: u64 = 480;

pub(super) fn write(plan: &Plan<'_>, sources: &Sources<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.heading("Beside")?;
    for stack_set in &plan.stack_sets {
        exports(stack_set, page)?;
    }
    let hollow = names(plan, StackSetPlan::is_hollow);
    if !hollow.is_empty() {
        let text = format!("{} aimed at nobody: {}", counted(hollow.len(), "stack set"), some(&hollow));
        page.toned(1, Tone::Trouble, &text)?;
    }
    let unchanged = names(plan, StackSetPlan::is_no_op);
    if !unchanged.is_empty() {
        let text = format!("{} untouched: {}", counted(unchanged.len(), "stack set"), some(&unchanged));
        page.line(1, &text)?;
    }
    estimate(plan, sources, page)
}

fn names<'p, 's>(plan: &'p Plan<'s>, of: impl Fn(&StackSetPlan<'s>) -> bool) -> Vec<&'p str> {
    let stack_sets = plan.stack_sets.iter().filter(|stack_set| of(stack_set));
    stack_sets.map(|stack_set| stack_set.resource.display_name()).collect()
}

fn exports(stack_set: &StackSetPlan<'_>, page: &mut Page<'_>) -> io::Result<()> {
    for export in &stack_set.exports {
        for (reader, _) in export.readers.iter().filter(|(_, too_early)| *too_early) {
            let text = format!(
                "{reader} reads {} before {} writes it: it gets the value of the run before, or none",
                export.parameter,
                stack_set.resource.display_name()
            );
            page.toned(1, Tone::Trouble, &text)?;
        }
    }
    Ok(())
}

fn estimate(plan: &Plan<'_>, sources: &Sources<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let time = minutes(plan.seconds());
    let preferences = &sources.preferences;
    let text = match largest_operation(plan) {
        0 => format!("about {time} for the stack sets: CfCT looks at them, and runs no operation"),
        accounts => format!(
            "about {time} for the stack sets, one after another, at {} s a stack; the largest operation, on {}, \
             starts with {} at once (failure tolerance {}%), Regions {}",
            sources.pace.stack,
            counted(accounts, "account"),
            preferences.start_concurrency(accounts),
            preferences.failure_tolerance_percentage,
            if preferences.regions_in_parallel { "in parallel" } else { "in turn" },
        ),
    };
    page.line(1, &text)?;
    if plan.seconds() > STAGE_MINUTES * 60 {
        let text =
            format!("the stage ends after {STAGE_MINUTES} minutes, and the rest waits for the next run");
        page.toned(1, Tone::Trouble, &text)?;
    }
    Ok(())
}

/// The accounts of the operation that names most.
fn largest_operation(plan: &Plan<'_>) -> usize {
    let of_stack_set = |stack_set: &StackSetPlan<'_>| {
        let prediction = &stack_set.prediction;
        let run = &prediction.outcomes.first()?.run;
        let named = run.calls().iter().filter_map(|call| call.action.instances());
        named.map(|(groups, _)| prediction.groups.accounts(groups).len()).max()
    };
    plan.stack_sets.iter().filter_map(of_stack_set).max().unwrap_or(0)
}
