//! The way down: at each level, which of the failures was the first that is no consequence of another.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::{FailureEvent, StackEvent};
use crate::pipeline_run::{Action, Deployment, InstanceFailure, Operation, Run, State};

/// What is said of things that failed because others had.
static CONSEQUENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)cancell?ed since failure tolerance|resource (creation|update|deletion) cancell?ed|the following resource\(s\) failed").ok()
});

fn is_consequence(reason: &str) -> bool {
    CONSEQUENCE.as_ref().is_some_and(|pattern| pattern.is_match(reason))
}

/// The action that failed first.
#[must_use]
pub fn failed_action(run: &Run) -> Option<&Action> {
    run.actions().filter(|action| action.state == State::Failed).min_by_key(|action| action.ended)
}

/// The execution that failed first: the stage ends with it.
#[must_use]
pub fn failed_deployment(action: &Action) -> Option<&Deployment> {
    let ended_badly = |deployment: &&Deployment| matches!(deployment.state, State::Failed | State::Stopped);
    action.deployments.iter().filter(ended_badly).min_by_key(|deployment| deployment.ended)
}

/// The operation that an execution failed of: the last that ended badly, since CfCT tries some again.
#[must_use]
pub fn failed_operation(deployment: &Deployment) -> Option<&Operation> {
    let ended_badly = |operation: &&Operation| matches!(operation.state, State::Failed | State::Stopped);
    deployment.operations.iter().rev().find(ended_badly)
}

/// The instance to look at: the first that says why.
#[must_use]
pub fn first_failure(operation: &Operation) -> Option<&InstanceFailure> {
    let says_why =
        |failure: &&InstanceFailure| !failure.reason.is_empty() && !is_consequence(&failure.reason);
    operation.failures.iter().find(says_why).or(operation.failures.first())
}

/// What an execution failed of: the error of the Lambda function or task that failed last, with its own words
/// where the cause is JSON. `events` have the newest first.
#[must_use]
pub fn machine_failure(events: &[FailureEvent]) -> Option<String> {
    let of_work = events.iter().find(|event| !event.kind.starts_with("Execution"));
    let event = of_work.or(events.first())?;
    let json: Option<serde_json::Value> = serde_json::from_str(&event.cause).ok();
    let field = |name| json.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let error = field("errorType").unwrap_or_else(|| event.error.clone());
    let says = field("errorMessage").unwrap_or_else(|| event.cause.clone());
    Some([error, says].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": "))
}

/// The first resource that failed in the last change of a stack. `events` have the newest first.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>
#[must_use]
pub fn first_event(events: &[StackEvent]) -> Option<&StackEvent> {
    const STARTS: [&str; 4] =
        ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS"];
    let is_start = |event: &StackEvent| {
        event.kind == "AWS::CloudFormation::Stack" && STARTS.contains(&event.status.as_str())
    };
    let of_last_change = events.iter().position(is_start).map_or(events, |start| &events[..start]);
    let failed = of_last_change.iter().filter(|event| event.status.ends_with("_FAILED"));
    let mut by_themselves = failed.filter(|event| !event.reason.as_deref().is_some_and(is_consequence));
    by_themselves.next_back()
}
