//! What the commands need of AWS, by capability. A capability that is missing here is a file of its own.

mod artifacts;
mod backup;
mod effective_policies;
mod identity;
mod organization;
mod organization_settings;
mod parameters;
mod pipeline;
mod policies;
mod policy_editor;
mod roles;
mod stack_sets;
mod surroundings;
mod word;

use std::future::Future;

use crate::error::AwsError;

pub use artifacts::{ArtifactStore, Body, Bucket, Encryption, Metadata, ObjectFacts, Precondition, Put};
pub use backup::{BackupReader, BackupSettings, FailedJob};
pub use effective_policies::EffectivePolicyReader;
pub use identity::{Caller, Identity};
pub use organization::{AccountFacts, OrganizationFacts, OrganizationReader, Root, UnitFacts};
pub use organization_settings::OrganizationSettings;
pub use parameters::{ParameterFacts, ParameterReader};
pub use pipeline::{Execution, Pipeline, PipelineFacts, S3Source};
pub use policies::{PolicyFacts, PolicyStore};
pub use policy_editor::PolicyEditor;
pub use roles::RoleReader;
pub use stack_sets::{InstanceFacts, StackSetFacts, StackSetReader};
pub use surroundings::Surroundings;
pub use word::Word;

/// What AWS answers, in time.
pub trait Answer<T>: Future<Output = Result<T, AwsError>> {}

impl<T, F: Future<Output = Result<T, AwsError>>> Answer<T> for F {}
