//! The first cause of a failed run: from the pipeline down to the resource that failed first.
//!
//! What AWS was asked for comes in as [`Evidence`], what it means goes out as a [`Diagnosis`]. Which fact to ask
//! for next is decided here too ([`failed_action`], [`failed_deployment`], …), so that what asks only asks.

mod descent;
mod log;
mod signature;
mod text;

use serde::Serialize;

use crate::manifest::Manifest;
use crate::pipeline_run::{Run, State};
use crate::resolution::STACK_SET_PREFIX;
use crate::secrets::conceal;

pub use descent::{
    failed_action, failed_deployment, failed_operation, first_event, first_failure, machine_failure,
};
pub use signature::{SIGNATURES, Signature};
pub use text::{markdown, text};

/// An event of an execution that tells of a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureEvent {
    /// Its type: `LambdaFunctionFailed`.
    pub kind: String,
    /// The error's name.
    pub error: String,
    /// Its cause, often JSON.
    pub cause: String,
}

/// An event of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackEvent {
    /// When, in seconds since 1970.
    pub time: i64,
    /// The logical id of the resource.
    pub resource: String,
    /// Its type.
    pub kind: String,
    /// `CREATE_FAILED`
    pub status: String,
    /// Why.
    pub reason: Option<String>,
}

/// What was found out about a run.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The run.
    pub run: Run,
    /// The end of the log of the action that failed.
    pub log: Vec<String>,
    /// The failures among the last events of the execution that failed, the newest first.
    pub machine: Vec<FailureEvent>,
    /// The events of the stack of the instance that failed first, the newest first.
    pub stack: Vec<StackEvent>,
    /// What could not be found out, and why.
    pub gaps: Vec<String>,
}

/// A step on the way down to the cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it is: `action`, `stack instance`.
    pub level: &'static str,
    /// Which one.
    pub name: String,
    /// What it says.
    pub says: String,
}

/// What a run failed of.
#[derive(Clone, Debug, Serialize)]
pub struct Diagnosis {
    /// The pipeline.
    pub pipeline: String,
    /// The execution's id.
    pub execution: String,
    /// CodePipeline's word for how it ended.
    pub status: String,
    /// The way down; the last step is the first cause.
    pub steps: Vec<Step>,
    /// The stack set or policy that was being deployed.
    pub resource: Option<String>,
    /// Where the manifest asks for it: `manifest.yaml:12`.
    pub asked_by: Option<String>,
    /// The known failure that it is.
    pub signature: Option<&'static Signature>,
    /// What to do, most helpful first.
    pub advice: Vec<String>,
    /// The lines of the log that tell of failures.
    pub log: Vec<String>,
    /// What could not be found out.
    pub gaps: Vec<String>,
}

/// How much of one text of AWS is kept.
const LONGEST: usize = 600;

/// Draws the conclusion. No secret is in it.
#[must_use]
pub fn conclude(evidence: &Evidence) -> Diagnosis {
    let run = &evidence.run;
    let log: Vec<String> = log::telling(&evidence.log);
    let steps = steps(evidence, &log);
    let of_steps = steps.iter().rev().find_map(|step| signature::of(&step.says));
    let signature = of_steps.or_else(|| log.iter().find_map(|line| signature::of(line)));
    let deployment = failed_action(run).and_then(failed_deployment);
    Diagnosis {
        pipeline: run.pipeline.clone(),
        execution: run.id.clone(),
        status: run.status.clone(),
        resource: deployment.map(|deployment| deployment.subject.clone()),
        asked_by: None,
        advice: advice(run, signature),
        signature,
        steps,
        log,
        gaps: evidence.gaps.iter().map(|gap| clean(gap)).collect(),
    }
}

impl Diagnosis {
    /// Says which line of the manifest asks for what was being deployed, where one does.
    pub fn find_in(&mut self, manifest: &Manifest<'_>) {
        let Some(subject) = &self.resource else { return };
        let name = subject.strip_prefix(STACK_SET_PREFIX).unwrap_or(subject);
        let asks = manifest.resources.iter().find(|resource| resource.display_name() == name);
        self.asked_by = asks.map(|resource| {
            let source = manifest.document.source();
            let position = source.position(resource.node.span().start);
            format!("{}:{}", source.name(), position.line)
        });
    }
}

fn steps(evidence: &Evidence, log: &[String]) -> Vec<Step> {
    let run = &evidence.run;
    let mut steps = Vec::new();
    let mut step = |level, name: String, says: &str| steps.push(Step { level, name, says: clean(says) });
    step("pipeline", run.pipeline.clone(), run.summary.as_deref().unwrap_or(&run.status));
    let Some(action) = failed_action(run) else { return steps };
    let name = format!("{} / {}", action.stage, action.name);
    step("action", name, action.says.as_deref().unwrap_or(action.state.as_str()));
    if let Some(first) = log.first() {
        step("build log", action.external_id.clone().unwrap_or_default(), first);
    }
    let Some(deployment) = failed_deployment(action) else { return steps };
    let says = machine_failure(&evidence.machine).unwrap_or_else(|| deployment.state.as_str().to_owned());
    step("state machine", deployment.subject.clone(), &says);
    let Some(operation) = failed_operation(deployment) else { return steps };
    let counts = operation.counts;
    let says = operation.reason.clone().unwrap_or_else(|| {
        format!("{}, {} of {} instances failed", operation.state, counts.failed, counts.total())
    });
    step("stack set operation", format!("{} {}", operation.action.to_lowercase(), operation.id), &says);
    let Some(instance) = first_failure(operation) else { return steps };
    step("stack instance", format!("{}, {}", instance.account, instance.region), &instance.reason);
    if let Some(event) = first_event(&evidence.stack) {
        let says = event.reason.as_deref().unwrap_or(&event.status);
        step("resource", format!("{} ({})", event.resource, event.kind), says);
    }
    steps
}

fn advice(run: &Run, signature: Option<&'static Signature>) -> Vec<String> {
    if let Some(signature) = signature {
        return signature.advice.iter().map(|&advice| advice.to_owned()).collect();
    }
    let words = match (run.state(), run.status.as_str()) {
        (_, "Superseded") => {
            "a later run overtook this one and deploys what it had: follow that one with `cfct watch`"
        }
        (State::Stopped, _) => "somebody stopped it: start it again once the reason for that is gone",
        (State::Failed, _) => {
            "the last step above is as far down as AWS says; correct what it names, then publish again"
        }
        (State::Succeeded, _) => "nothing: it succeeded",
        (State::Running | State::Waiting, _) => "it is still at work: follow it with `cfct watch`",
    };
    vec![words.to_owned()]
}

/// One line without secrets, of bounded length.
fn clean(text: &str) -> String {
    // It is cut before it is searched: a line of a log can be of any length.
    let (text, rest) = cut(text, 4 * LONGEST);
    let text = conceal(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    match cut(&text, LONGEST) {
        (text, "") if rest.is_empty() => text.to_owned(),
        (text, _) => format!("{text}…"),
    }
}

/// The first characters, and the rest.
fn cut(text: &str, most: usize) -> (&str, &str) {
    text.split_at(text.char_indices().nth(most).map_or(text.len(), |(end, _)| end))
}

#[cfg(test)]
mod tests;
