//! What the commands need of AWS, by capability. A capability that is missing here is a file of its own.

mod artifacts;
mod backup;
mod build_logs;
mod catalog;
mod effective_policies;
mod event_sender;
mod identity;
mod organization;
mod organization_settings;
mod parameters;
mod pipeline;
mod pipeline_runs;
mod policies;
mod policy_editor;
mod provisioning;
mod roles;
mod stack_set_operations;
mod stack_sets;
mod stacks;
mod state_machines;
mod surroundings;
mod things;
mod word;

use std::future::Future;

use crate::error::AwsError;

pub use artifacts::{
    ArtifactStore, Body, Bucket, Encryption, Immutable, Metadata, ObjectFacts, Precondition, Put, Tags,
};
pub use backup::{BackupReader, BackupSettings, FailedJob};
pub use build_logs::BuildLogs;
pub use catalog::{CatalogEditor, CatalogEntry, CatalogReader, PortfolioFacts};
pub use effective_policies::EffectivePolicyReader;
pub use event_sender::EventSender;
pub use identity::{Caller, Identity};
pub use organization::{AccountFacts, OrganizationFacts, OrganizationReader, Root, UnitFacts};
pub use organization_settings::OrganizationSettings;
pub use parameters::{ParameterFacts, ParameterReader};
pub use pipeline::{Execution, Pipeline, PipelineFacts, RepositorySource, S3Source};
pub use pipeline_runs::{Approval, Approvals, PipelineRuns, RunFacts};
pub use policies::{PolicyFacts, PolicyStore};
pub use policy_editor::PolicyEditor;
pub use provisioning::{
    Launch, LaunchPath, OfferedProduct, OfferedVersion, ProvisionedProduct, Provisioner, Record,
};
pub use roles::RoleReader;
pub use stack_set_operations::{StackEvents, StackPlace, StackSetOperations};
pub use stack_sets::{InstanceFacts, StackSetFacts, StackSetReader};
pub use stacks::{StackResource, Stacks};
pub use state_machines::{MachineExecution, StateMachine, StateMachineStarter, StateMachines};
pub use surroundings::Surroundings;
pub use things::Things;
pub use word::Word;

/// What AWS answers, in time.
pub trait Answer<T>: Future<Output = Result<T, AwsError>> {}

impl<T, F: Future<Output = Result<T, AwsError>>> Answer<T> for F {}
