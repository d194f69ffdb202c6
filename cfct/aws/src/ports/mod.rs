//! What the commands need of AWS, by capability. A capability that is missing here is a file of its own.

mod artifacts;
mod build_logs;
mod identity;
mod organization;
mod parameters;
mod pipeline;
mod pipeline_runs;
mod policies;
mod stack_set_operations;
mod stack_sets;
mod state_machines;
mod word;

use std::future::Future;

use crate::error::AwsError;

pub use artifacts::{
    ArtifactStore, Body, Bucket, Encryption, Immutable, Metadata, ObjectFacts, Precondition, Put, Tags,
};
pub use build_logs::BuildLogs;
pub use identity::{Caller, Identity};
pub use organization::{AccountFacts, OrganizationFacts, OrganizationReader, Root, UnitFacts};
pub use parameters::{ParameterFacts, ParameterReader};
pub use pipeline::{Execution, Pipeline, PipelineFacts, S3Source};
pub use pipeline_runs::{Approval, Approvals, PipelineRuns, RunFacts};
pub use policies::{PolicyFacts, PolicyStore};
pub use stack_set_operations::{StackEvents, StackPlace, StackSetOperations};
pub use stack_sets::{InstanceFacts, StackSetFacts, StackSetReader};
pub use state_machines::{MachineExecution, StateMachine, StateMachines};
pub use word::Word;

/// What AWS answers, in time.
pub trait Answer<T>: Future<Output = Result<T, AwsError>> {}

impl<T, F: Future<Output = Result<T, AwsError>>> Answer<T> for F {}
