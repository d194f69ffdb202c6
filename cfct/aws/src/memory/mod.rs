//! The ports without a network: a cloud in memory, for tests that are about something else than the wire.
//!
//! It is held to the same contract tests as an emulator (`tests/contract`), so it may be believed.

mod artifacts;
mod catalog;
mod organization;
mod policies;
mod provisioning;
mod runs;
mod settings;
mod stack_sets;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cfct_core::apply::settings::Place;
use cfct_core::aws::AccountId;
use cfct_core::diagnosis::{FailureEvent, StackEvent};
use cfct_core::doctor::{Rule, Stack};
use cfct_core::pipeline_run::{Action, InstanceResult, Operation as StackSetOperation};
use cfct_core::verify::Vault;

use crate::error::{AwsError, ErrorKind};
use crate::operation::Operation;
use crate::ports::{
    AccountFacts, Approval, Execution, FailedJob, InstanceFacts, MachineExecution, Metadata, ParameterFacts,
    PipelineFacts, PolicyFacts, RunFacts, StackPlace, StackSetFacts, StateMachine, Tags, UnitFacts,
};

pub use catalog::Shelf;

/// A cloud in memory. Tests fill its [`State`].
#[derive(Debug, Default)]
pub struct Cloud {
    state: Mutex<State>,
}

/// All there is in it.
#[derive(Debug, Default)]
pub struct State {
    /// The account of the caller.
    pub caller: String,
    /// The management account; no organization where it is empty.
    pub management_account: String,
    /// The root's id.
    pub root: String,
    /// Policy types that are enabled at the root.
    pub policy_types: Vec<String>,
    /// Units by the id of their parent.
    pub units: BTreeMap<String, Vec<UnitFacts>>,
    /// Accounts by the id of their parent.
    pub accounts: BTreeMap<String, Vec<AccountFacts>>,
    /// Policies with content and targets.
    pub policies: Vec<(PolicyFacts, String, Vec<String>)>,
    /// Stack sets by name.
    pub stack_sets: BTreeMap<String, StoredStackSet>,
    /// Parameters.
    pub parameters: Vec<ParameterFacts>,
    /// Pipelines with their executions.
    pub pipelines: Vec<(PipelineFacts, Vec<Execution>)>,
    /// Runs of pipelines with their actions.
    pub runs: Vec<(RunFacts, Vec<Action>)>,
    /// Approvals that are waited for, by the run.
    pub approvals: BTreeMap<String, Approval>,
    /// How approvals were answered, with the comment.
    pub answers: Vec<(bool, String)>,
    /// State machines with their executions: what they are, their input, their failures.
    pub machines: Vec<(StateMachine, Vec<StoredExecution>)>,
    /// Operations by stack set, the newest first, with what they did to instances.
    pub operations: BTreeMap<String, Vec<(StackSetOperation, Vec<InstanceResult>)>>,
    /// Stacks with their events, the newest first.
    pub stacks: Vec<(StackPlace, Vec<StackEvent>)>,
    /// Logs by `group:stream`.
    pub logs: BTreeMap<String, Vec<String>>,
    /// Buckets by name.
    pub buckets: BTreeMap<String, StoredBucket>,
    /// Tags of policies, by the policy's id.
    pub policy_tags: BTreeMap<String, BTreeMap<String, String>>,
    /// Services with trusted access.
    pub trusted_services: BTreeSet<String>,
    /// Delegated administrators.
    pub administrators: BTreeSet<(String, AccountId)>,
    /// Whether stack sets have trusted access.
    pub stack_sets_have_access: bool,
    /// Global settings of AWS Backup.
    pub global_settings: BTreeMap<String, String>,
    /// Resource types that AWS Backup knows in each place.
    pub resource_types: BTreeMap<Place, BTreeMap<String, bool>>,
    /// Vaults in each place.
    pub vaults: BTreeMap<Place, BTreeMap<String, Vault>>,
    /// Jobs that failed in each place.
    pub failed_jobs: BTreeMap<Place, Vec<FailedJob>>,
    /// Roles by account.
    pub roles: BTreeSet<(AccountId, String)>,
    /// Accounts that do not let the caller take a role.
    pub closed_accounts: BTreeSet<AccountId>,
    /// Effective backup policies.
    pub effective_policies: BTreeMap<AccountId, String>,
    /// Accounts whose effective backup policy is invalid.
    pub invalid_policies: BTreeSet<AccountId>,
    /// Stacks of the management account.
    pub stacks_here: Vec<Stack>,
    /// Rules on events.
    pub rules: Vec<Rule>,
    /// How many changes were asked for.
    pub changes: usize,
    /// The numbers of the changes whose answer is lost, counted from 1: they had their effect.
    pub lost_answers: BTreeSet<usize>,
    /// Service Catalog.
    pub shelf: Shelf,
    /// Every call, in order.
    pub calls: Vec<(Operation, String)>,
    /// The numbers of the calls that fail, counted from 0, and how.
    pub faults: BTreeMap<usize, ErrorKind>,
    /// Operations that nobody may call.
    pub denied: BTreeSet<Operation>,
}

/// An execution of a state machine: what it is, its input, its failures.
pub type StoredExecution = (MachineExecution, String, Vec<FailureEvent>);

/// A stack set.
#[derive(Clone, Debug, Default)]
pub struct StoredStackSet {
    /// What describes it.
    pub facts: StackSetFacts,
    /// Its instances.
    pub instances: Vec<InstanceFacts>,
    /// The status of its last operation.
    pub last_operation: Option<String>,
}

/// A bucket.
#[derive(Clone, Debug, Default)]
pub struct StoredBucket {
    /// Whose it is.
    pub owner: String,
    /// The KMS key that it encrypts with.
    pub kms_key: Option<String>,
    /// Its objects by key.
    pub objects: BTreeMap<String, StoredObject>,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredObject {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was stored with it.
    pub metadata: Metadata,
    /// How often its key was written: what its ETag is made of.
    pub version: u64,
    /// The KMS key that it is encrypted with.
    pub kms_key: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

impl Cloud {
    /// One with this in it.
    #[must_use]
    pub fn new(state: State) -> Self {
        Self { state: Mutex::new(state) }
    }

    /// What is in it, to look at or to change.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a call down, and lets it fail where that is planned.
    fn called(&self, operation: Operation, subject: &str) -> Result<MutexGuard<'_, State>, AwsError> {
        let mut state = self.state();
        let number = state.calls.len();
        state.calls.push((operation, subject.to_owned()));
        let denied = state.denied.contains(&operation).then_some(ErrorKind::AccessDenied);
        match state.faults.get(&number).copied().or(denied) {
            Some(kind) => Err(AwsError::new(kind, operation, subject)),
            None => Ok(state),
        }
    }

    /// A call that changes something.
    fn changed(&self, operation: Operation, subject: &str) -> Result<MutexGuard<'_, State>, AwsError> {
        let mut state = self.called(operation, subject)?;
        state.changes += 1;
        Ok(state)
    }
}

/// The answer to a change that had its effect, which may be lost on the way.
fn done(state: &State, operation: Operation, subject: &str) -> Result<(), AwsError> {
    if state.lost_answers.contains(&state.changes) {
        return Err(AwsError::new(ErrorKind::Unreachable, operation, subject));
    }
    Ok(())
}

fn not_found(operation: Operation, subject: &str) -> AwsError {
    AwsError::new(ErrorKind::NotFound, operation, subject)
}
