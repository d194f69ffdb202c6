//! The pipeline that CfCT deploys with.

use super::Answer;

/// Where a pipeline takes its source from, where that is S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Source {
    /// The bucket.
    pub bucket: String,
    /// The key that starts it.
    pub key: String,
}

/// Where a pipeline takes its source from, where that is a git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositorySource {
    /// The repository: its name in CodeCommit, elsewhere with its owner, as in `acme/configuration`.
    pub name: String,
    /// The branch.
    pub branch: String,
}

/// A pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineFacts {
    /// Its name.
    pub name: String,
    /// The provider of its source: `S3`, `CodeCommit`, `CodeStarSourceConnection`.
    pub source_provider: String,
    /// Its source in S3.
    pub s3: Option<S3Source>,
    /// Its source in a git repository.
    pub repository: Option<RepositorySource>,
    /// The names of its stages, in their order.
    pub stages: Vec<String>,
}

/// A run of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Its id.
    pub id: String,
    /// `InProgress`, `Succeeded`, `Failed`, …
    pub status: String,
}

/// The pipeline that CfCT deploys with.
pub trait Pipeline {
    /// The pipeline called `name`; `None` where there is none.
    fn pipeline(&self, name: &str) -> impl Answer<Option<PipelineFacts>>;

    /// Its latest executions, the newest first.
    fn executions(&self, pipeline: &str) -> impl Answer<Vec<Execution>>;
}
