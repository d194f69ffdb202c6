//! What happened between two looks at a run.

use std::fmt;

use serde::Serialize;

use super::{Action, Counts, Deployment, Operation, Run, State};

/// Something that happened. As JSON an object whose `event` names its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The run itself.
    Execution {
        /// The pipeline.
        pipeline: String,
        /// The execution's id.
        id: String,
        /// CodePipeline's word.
        status: String,
        /// Why.
        says: Option<String>,
    },
    /// An action.
    Action {
        /// Its stage.
        stage: String,
        /// Its name.
        action: String,
        /// How it is now.
        #[serde(serialize_with = "word")]
        state: State,
        /// What it says of itself.
        says: Option<String>,
    },
    /// A state machine execution.
    Deployment {
        /// The stack set or policy.
        subject: String,
        /// The execution's ARN.
        execution: String,
        /// How it is now.
        #[serde(serialize_with = "word")]
        state: State,
    },
    /// A stack set operation, or its instances.
    Operation {
        /// The stack set.
        stack_set: String,
        /// Its id.
        operation: String,
        /// What it does.
        action: String,
        /// How it is now.
        #[serde(serialize_with = "word")]
        state: State,
        /// Instances that are over.
        over: usize,
        /// Instances that failed.
        failed: usize,
        /// All instances.
        total: usize,
    },
    /// An instance that failed.
    InstanceFailed {
        /// The stack set.
        stack_set: String,
        /// The account.
        account: String,
        /// The Region.
        region: String,
        /// Why.
        reason: String,
    },
    /// AWS cannot be asked just now.
    Trouble {
        /// Why.
        message: String,
        /// What to do about it.
        hint: Option<String>,
        /// When it is tried again, in seconds.
        retry_in: u64,
    },
    /// AWS answers again.
    Recovered {
        /// For how long it did not, in seconds.
        after: u64,
    },
    /// Somebody has to approve.
    ApprovalNeeded {
        /// The stage.
        stage: String,
        /// The action.
        action: String,
    },
    /// The approval was given or refused by this run of ours.
    ApprovalAnswered {
        /// The action.
        action: String,
        /// Whether it was given.
        approved: bool,
    },
}

fn word<S: serde::Serializer>(state: &State, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.as_str())
}

/// What happened between two looks, in the order of the run; all there is where this is the first.
#[must_use]
pub fn between(before: Option<&Run>, after: &Run) -> Vec<Event> {
    let mut events = Vec::new();
    let is_new = before.is_none_or(|before| before.status != after.status);
    // The end of a run comes after everything else, its beginning before.
    if is_new && !after.state().is_over() {
        events.push(execution(after));
    }
    for action in after.actions() {
        let seen = before.and_then(|before| {
            before.actions().find(|seen| (&seen.stage, &seen.name) == (&action.stage, &action.name))
        });
        of_action(seen, action, &mut events);
    }
    if is_new && after.state().is_over() {
        events.push(execution(after));
    }
    events
}

fn execution(run: &Run) -> Event {
    Event::Execution {
        pipeline: run.pipeline.clone(),
        id: run.id.clone(),
        status: run.status.clone(),
        says: run.summary.clone(),
    }
}

fn of_action(before: Option<&Action>, after: &Action, events: &mut Vec<Event>) {
    let is_new = before.is_none_or(|before| before.state != after.state);
    let event = || Event::Action {
        stage: after.stage.clone(),
        action: after.name.clone(),
        state: after.state,
        says: after.says.clone(),
    };
    if is_new && !after.state.is_over() {
        events.push(event());
        if after.is_approval() && after.state == State::Running {
            events.push(Event::ApprovalNeeded { stage: after.stage.clone(), action: after.name.clone() });
        }
    }
    for deployment in &after.deployments {
        let seen = before
            .and_then(|before| before.deployments.iter().find(|seen| seen.execution == deployment.execution));
        of_deployment(seen, deployment, events);
    }
    if is_new && after.state.is_over() {
        events.push(event());
    }
}

fn of_deployment(before: Option<&Deployment>, after: &Deployment, events: &mut Vec<Event>) {
    let is_new = before.is_none_or(|before| before.state != after.state);
    let event = || Event::Deployment {
        subject: after.subject.clone(),
        execution: after.execution.clone(),
        state: after.state,
    };
    if is_new && !after.state.is_over() {
        events.push(event());
    }
    for operation in &after.operations {
        let seen = before.and_then(|before| before.operations.iter().find(|seen| seen.id == operation.id));
        of_operation(&after.subject, seen, operation, events);
    }
    if is_new && after.state.is_over() {
        events.push(event());
    }
}

fn of_operation(stack_set: &str, before: Option<&Operation>, after: &Operation, events: &mut Vec<Event>) {
    let known = before.map_or(0, |before| before.failures.len());
    for failure in after.failures.iter().skip(known) {
        events.push(Event::InstanceFailed {
            stack_set: stack_set.to_owned(),
            account: failure.account.to_string(),
            region: failure.region.clone(),
            reason: failure.reason.clone(),
        });
    }
    if before.is_some_and(|before| before.state == after.state && before.counts == after.counts) {
        return;
    }
    let Counts { failed, .. } = after.counts;
    events.push(Event::Operation {
        stack_set: stack_set.to_owned(),
        operation: after.id.clone(),
        action: after.action.clone(),
        state: after.state,
        over: after.counts.over(),
        failed,
        total: after.counts.total(),
    });
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Execution { pipeline, id, status, says } => {
                write!(f, "{pipeline} {id}: {status}")?;
                says.as_ref().map_or(Ok(()), |says| write!(f, ": {says}"))
            }
            Self::Action { stage, action, state, says } => {
                write!(f, "{stage} / {action}: {state}")?;
                says.as_ref().map_or(Ok(()), |says| write!(f, ": {says}"))
            }
            Self::Deployment { subject, state, .. } => write!(f, "{subject}: {state}"),
            Self::Operation { stack_set, action, state, over, failed, total, .. } => {
                write!(f, "{stack_set}: {} {state}, {over} of {total} instances", action.to_lowercase())?;
                if *failed > 0 { write!(f, ", {failed} failed") } else { Ok(()) }
            }
            Self::InstanceFailed { stack_set, account, region, reason } => {
                write!(f, "{stack_set}: failed in {account}, {region}")?;
                if reason.is_empty() { Ok(()) } else { write!(f, ": {reason}") }
            }
            Self::Trouble { message, hint, retry_in } => {
                write!(f, "{message}; next try in {retry_in} s")?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
            }
            Self::Recovered { after } => write!(f, "AWS answers again after {after} s"),
            Self::ApprovalNeeded { stage, action } => write!(f, "{stage} / {action} waits for an approval"),
            Self::ApprovalAnswered { action, approved } => {
                write!(f, "{action}: {}", if *approved { "approved" } else { "rejected" })
            }
        }
    }
}
