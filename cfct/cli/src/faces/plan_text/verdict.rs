//! The plan in one line.

use std::io;

use cfct_core::plan::{Leaving, Plan};

use super::page::{Page, Tone};
use crate::faces::counted;

pub(super) fn write(plan: &Plan<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let tone = if plan.destroys() { Tone::Gone } else { Tone::Heading };
    page.toned(0, tone, &line(plan))?;
    if !plan.is_against_deployed {
        page.toned(
            0,
            Tone::Trouble,
            "what is deployed is not known, so everything is shown as new: pass --deployed",
        )?;
    }
    for failed in &plan.failed_stages {
        let text = format!(
            "the {} stage fails before it deploys anything: {}: {}",
            failed.stage.as_str(),
            failed.resource,
            failed.error
        );
        page.toned(0, Tone::Trouble, &text)?;
    }
    Ok(())
}

fn line(plan: &Plan<'_>) -> String {
    let mut parts = Vec::new();
    if plan.is_empty() {
        parts.push("nothing would change".to_owned());
    } else {
        parts.push(instances(plan));
    }
    let untouched = plan.stack_sets.iter().filter(|stack_set| stack_set.is_no_op()).count();
    if untouched > 0 {
        parts.push(format!("{} untouched", counted(untouched, "stack set")));
    }
    let otherwise = plan.stack_sets.iter().filter(|stack_set| !stack_set.prediction.is_as_meant()).count();
    if otherwise > 0 {
        parts.push(format!("{} not as meant", counted(otherwise, "stack set")));
    }
    parts.push(format!("about {}", minutes(plan.seconds())));
    parts.push(format!("plan {}", plan.id));
    parts.join("; ")
}

fn instances(plan: &Plan<'_>) -> String {
    let counts = [(plan.removals(), "deleted"), (plan.creations(), "created"), (plan.updates(), "updated")];
    let mut said: Vec<String> = Vec::new();
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        // The noun stands once, in the first part.
        said.push(if said.is_empty() {
            format!("{} would be {what}", counted(count, "instance"))
        } else {
            format!("{count} {what}")
        });
    }
    if said.is_empty() { "no instance would change".to_owned() } else { said.join(", ") }
}

/// What a plan destroys, for a message.
pub fn destroyed(plan: &Plan<'_>) -> String {
    let deleted =
        plan.departures.iter().filter(|departure| matches!(departure.leaving, Leaving::Deleted(_))).count();
    let mut parts = Vec::new();
    if plan.removals() > 0 {
        parts.push(counted(plan.removals(), "instance"));
    }
    if deleted > 0 {
        parts.push(counted(deleted, "stack set"));
    }
    parts.join(" and ")
}

/// `25 minutes`, `3 hours 20 minutes`.
pub(super) fn minutes(seconds: u64) -> String {
    let minutes = seconds.div_ceil(60);
    let unit =
        |count: u64, noun: &str| if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") };
    match (minutes / 60, minutes % 60) {
        (0, minutes) => unit(minutes.max(1), "minute"),
        (hours, 0) => unit(hours, "hour"),
        (hours, minutes) => format!("{} {}", unit(hours, "hour"), unit(minutes, "minute")),
    }
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn durations_are_rounded_up_to_minutes() {
        let cases = [(0, "1 minute"), (61, "2 minutes"), (3_600, "1 hour"), (3_700, "1 hour 2 minutes")];
        for (seconds, words) in cases {
            assert_eq!(minutes(seconds), words);
        }
    }
}
