//! A run as lines of text: what is over takes one line, what is at work shows what it is made of.

use super::{Action, Counts, Deployment, Operation, Run, Stage, State};

/// How a run is looked at.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The time, in seconds since 1970.
    pub now: i64,
    /// How long the rest takes by a plan, in seconds.
    pub remaining: Option<u64>,
    /// Columns.
    pub width: usize,
}

/// Deployments that ended well and are shown one by one; more are counted.
const SHOWN: usize = 3;

/// Failed instances of an operation that are shown.
const FAILURES: usize = 3;

/// The lines of a run.
#[must_use]
pub fn tree(run: &Run, view: &View) -> Vec<String> {
    let mut lines = Lines { lines: Vec::new(), width: view.width };
    let elapsed = elapsed(run.started(), run.ended(), view.now);
    let rest = view.remaining.map(|rest| format!(", about {} to go", duration(rest))).unwrap_or_default();
    lines.push(0, run.state(), &format!("{} {}{elapsed}{rest}", run.pipeline, run.id));
    for stage in &run.stages {
        of_stage(stage, view, &mut lines);
    }
    lines.lines
}

struct Lines {
    lines: Vec<String>,
    width: usize,
}

impl Lines {
    fn push(&mut self, depth: usize, state: State, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = format!("{}{} {text}", "  ".repeat(depth), state.mark());
        self.lines.push(match line.char_indices().nth(self.width.max(20)) {
            // One column is the ellipsis.
            Some(_) => line.chars().take(self.width.max(20) - 1).chain(['…']).collect(),
            None => line,
        });
    }
}

fn of_stage(stage: &Stage, view: &View, lines: &mut Lines) {
    let times = |pick: fn(&Action) -> Option<i64>| stage.actions.iter().filter_map(pick);
    let ended = stage.state().is_over().then(|| times(|action| action.ended).max()).flatten();
    let elapsed = elapsed(times(|action| action.started).min(), ended, view.now);
    lines.push(1, stage.state(), &format!("{}{elapsed}", stage.name));
    for action in stage.actions.iter().filter(|action| action.state != State::Succeeded) {
        let says = match (&action.says, action.is_approval() && action.state == State::Running) {
            (_, true) => " waits for an approval".to_owned(),
            (Some(says), _) if action.state.is_over() => format!(": {says}"),
            _ => String::new(),
        };
        lines.push(2, action.state, &format!("{}{says}", action.name));
    }
    let deployments: Vec<&Deployment> = stage.actions.iter().flat_map(|action| &action.deployments).collect();
    let is_done = |deployment: &&&Deployment| deployment.state == State::Succeeded;
    let done = deployments.iter().filter(is_done).count();
    let hidden = done.saturating_sub(SHOWN);
    if hidden > 0 {
        lines.push(2, State::Succeeded, &format!("{hidden} more"));
    }
    let mut skipped = 0;
    for deployment in &deployments {
        if deployment.state == State::Succeeded && skipped < hidden {
            skipped += 1;
            continue;
        }
        of_deployment(deployment, view, lines);
    }
}

fn of_deployment(deployment: &Deployment, view: &View, lines: &mut Lines) {
    let elapsed = elapsed(Some(deployment.started), deployment.ended, view.now);
    lines.push(2, deployment.state, &format!("{}{elapsed}", deployment.subject));
    if deployment.state == State::Succeeded {
        return;
    }
    for operation in &deployment.operations {
        of_operation(operation, view, lines);
    }
}

fn of_operation(operation: &Operation, view: &View, lines: &mut Lines) {
    let elapsed = elapsed(Some(operation.started), operation.ended, view.now);
    let counts = counts(operation.counts);
    lines.push(3, operation.state, &format!("{}{counts}{elapsed}", operation.action.to_lowercase()));
    for failure in operation.failures.iter().take(FAILURES) {
        let text = format!("{}, {}: {}", failure.account, failure.region, failure.reason);
        lines.push(4, State::Failed, &text);
    }
    if operation.failures.len() > FAILURES {
        lines.push(4, State::Failed, &format!("{} more", operation.failures.len() - FAILURES));
    }
}

fn counts(counts: Counts) -> String {
    if counts.total() == 0 {
        return String::new();
    }
    let parts = [(counts.failed, "failed"), (counts.cancelled, "cancelled"), (counts.running, "at work")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: String = parts.map(|(count, what)| format!(", {count} {what}")).collect();
    format!(" {} of {} instances{parts}", counts.over(), counts.total())
}

fn elapsed(from: Option<i64>, to: Option<i64>, now: i64) -> String {
    let seconds = from.and_then(|from| u64::try_from(to.unwrap_or(now) - from).ok());
    seconds.map(|seconds| format!(" ({})", duration(seconds))).unwrap_or_default()
}

/// `42 s`, `3 min 5 s`, `2 h 10 min`
pub(super) fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}
