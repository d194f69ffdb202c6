//! A run of CfCT's pipeline as it is observed: stages and their actions, the state machine executions that a
//! stage starts one after another, the stack set operations of each, and their instances.
//!
//! What is observed comes from several services with words of their own; here it is one tree with one set of
//! states. Times are seconds since 1970, as AWS says them.

mod event;
mod remaining;
mod state;
mod tree;

use crate::aws::AccountId;
use crate::secrets::conceal;

pub use event::{Event, between};
pub use remaining::{Estimate, remaining};
pub use state::State;
pub use tree::{View, tree};

/// A run of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The pipeline.
    pub pipeline: String,
    /// The execution's id.
    pub id: String,
    /// CodePipeline's own word: `Superseded` says more than that it ended.
    pub status: String,
    /// Why it has that status, where CodePipeline says so.
    pub summary: Option<String>,
    /// Every stage of the pipeline, also those that are not reached.
    pub stages: Vec<Stage>,
}

/// A stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// What ran of it.
    pub actions: Vec<Action>,
}

/// An action of a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// The stage that it is of.
    pub stage: String,
    /// Its name.
    pub name: String,
    /// What carries it out: `CodeBuild`, `Manual`.
    pub provider: String,
    /// How it is.
    pub state: State,
    /// When it started.
    pub started: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
    /// What it is called where it is carried out: `project:build` of CodeBuild.
    pub external_id: Option<String>,
    /// What it says of itself, its error included.
    pub says: Option<String>,
    /// The state machine executions that ran meanwhile, in their order.
    pub deployments: Vec<Deployment>,
}

/// A state machine execution: the deployment of one resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// The execution's ARN.
    pub execution: String,
    /// The stack set or the policy.
    pub subject: String,
    /// Whether the subject is a stack set.
    pub is_stack_set: bool,
    /// How it is.
    pub state: State,
    /// When it started.
    pub started: i64,
    /// When it ended.
    pub ended: Option<i64>,
    /// The stack set operations that ran meanwhile, in their order.
    pub operations: Vec<Operation>,
}

/// A stack set operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// `CREATE`, `UPDATE`, `DELETE`
    pub action: String,
    /// How it is.
    pub state: State,
    /// Why, where CloudFormation says so.
    pub reason: Option<String>,
    /// When it started.
    pub started: i64,
    /// When it ended.
    pub ended: Option<i64>,
    /// How many instances are how.
    pub counts: Counts,
    /// The instances that failed, those that were only cancelled left out.
    pub failures: Vec<InstanceFailure>,
}

/// How many instances of an operation are how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not begun.
    pub waiting: usize,
    /// At work.
    pub running: usize,
    /// Done.
    pub succeeded: usize,
    /// Failed.
    pub failed: usize,
    /// Given up because others failed.
    pub cancelled: usize,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn total(self) -> usize {
        self.waiting + self.running + self.succeeded + self.failed + self.cancelled
    }

    /// Those that are over, one way or the other.
    #[must_use]
    pub fn over(self) -> usize {
        self.succeeded + self.failed + self.cancelled
    }
}

/// What an operation did to one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceResult {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: String,
    /// CloudFormation's word: `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED`, `CANCELLED`.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
}

/// An instance that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceFailure {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: String,
    /// Why, in CloudFormation's words; may be empty.
    pub reason: String,
}

impl Operation {
    /// Takes in what became of its instances, without the secrets in their reasons. An instance that was cancelled is a consequence, not a failure.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationResultSummary.html>
    pub fn take_in(&mut self, results: Vec<InstanceResult>) {
        self.counts = Counts::default();
        self.failures.clear();
        for result in results {
            match result.status.as_str() {
                "SUCCEEDED" => self.counts.succeeded += 1,
                "FAILED" => {
                    self.counts.failed += 1;
                    let (account, region) = (result.account, result.region);
                    let reason = conceal(&result.reason.unwrap_or_default());
                    self.failures.push(InstanceFailure { account, region, reason });
                }
                "CANCELLED" => self.counts.cancelled += 1,
                "RUNNING" => self.counts.running += 1,
                _ => self.counts.waiting += 1,
            }
        }
    }
}

impl Run {
    /// How it is.
    #[must_use]
    pub fn state(&self) -> State {
        State::of(&self.status)
    }

    /// All actions that ran, in the order of the stages.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.stages.iter().flat_map(|stage| &stage.actions)
    }

    /// When its first action started.
    #[must_use]
    pub fn started(&self) -> Option<i64> {
        self.actions().filter_map(|action| action.started).min()
    }

    /// When its last action ended, once it is over.
    #[must_use]
    pub fn ended(&self) -> Option<i64> {
        self.state().is_over().then(|| self.actions().filter_map(|action| action.ended).max()).flatten()
    }

    /// The approval that it waits for.
    #[must_use]
    pub fn approval(&self) -> Option<&Action> {
        self.actions().find(|action| action.is_approval() && action.state == State::Running)
    }
}

impl Action {
    /// Whether somebody has to approve.
    ///
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html>
    #[must_use]
    pub fn is_approval(&self) -> bool {
        self.provider == "Manual"
    }
}

impl Stage {
    /// How it is: as its least happy action.
    #[must_use]
    pub fn state(&self) -> State {
        let has = |state| self.actions.iter().any(|action| action.state == state);
        let order = [State::Failed, State::Stopped, State::Running, State::Waiting];
        let worst = order.into_iter().find(|state| has(*state));
        worst.unwrap_or(if self.actions.is_empty() { State::Waiting } else { State::Succeeded })
    }
}

/// The name of the subject in the input of a state machine execution, and whether it is a stack set: its name
/// alone is cut after 50 characters.
///
/// CfCT: `sm_input_builder.py`.
#[must_use]
pub fn subject(input: &str) -> Option<(String, bool)> {
    let input: serde_json::Value = serde_json::from_str(input).ok()?;
    let properties = input.get("ResourceProperties")?;
    let stack_set = properties.get("StackSetName").and_then(serde_json::Value::as_str);
    if let Some(name) = stack_set.filter(|name| !name.is_empty()) {
        return Some((name.to_owned(), true));
    }
    Some((properties.get("PolicyDocument")?.get("Name")?.as_str()?.to_owned(), false))
}

#[cfg(test)]
mod tests;
