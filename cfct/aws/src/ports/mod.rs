//! What the commands need of AWS, by capability. A capability that is missing here is a file of its own.

mod artifacts;
mod identity;
mod organization;
mod parameters;
mod pipeline;
mod policies;
mod stack_sets;
mod word;

use std::future::Future;

use crate::error::AwsError;

pub use artifacts::{
    ArtifactStore, Body, Bucket, Encryption, Immutable, Metadata, ObjectFacts, Precondition, Put, Tags,
};
pub use identity::{Caller, Identity};
pub use organization::{AccountFacts, OrganizationFacts, OrganizationReader, Root, UnitFacts};
pub use parameters::{ParameterFacts, ParameterReader};
pub use pipeline::{Execution, Pipeline, PipelineFacts, S3Source};
pub use policies::{PolicyFacts, PolicyStore};
pub use stack_sets::{InstanceFacts, StackSetFacts, StackSetReader};
pub use word::Word;

/// What AWS answers, in time.
pub trait Answer<T>: Future<Output = Result<T, AwsError>> {}

impl<T, F: Future<Output = Result<T, AwsError>>> Answer<T> for F {}
