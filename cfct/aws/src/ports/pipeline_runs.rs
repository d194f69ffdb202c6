//! What a pipeline did and does.

use cfct_core::pipeline_run::Action;

use super::Answer;

/// A run of a pipeline, without its actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFacts {
    /// Its id.
    pub id: String,
    /// `InProgress`, `Succeeded`, `Failed`, `Superseded`, …
    pub status: String,
    /// Why.
    pub summary: Option<String>,
}

/// An approval that is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The stage.
    pub stage: String,
    /// The action.
    pub action: String,
    /// What names this very waiting: an answer to an earlier one is refused.
    pub token: String,
}

/// Reads what a pipeline did and does.
pub trait PipelineRuns {
    /// One run; `None` where there is none of that id.
    fn run(&self, pipeline: &str, execution: &str) -> impl Answer<Option<RunFacts>>;

    /// The actions of a run that have started, in their order.
    fn actions(&self, pipeline: &str, execution: &str) -> impl Answer<Vec<Action>>;
}

/// Answers approvals.
pub trait Approvals {
    /// The approval that a run waits for.
    fn waiting(&self, pipeline: &str, execution: &str) -> impl Answer<Option<Approval>>;

    /// Approves or rejects.
    fn answer(&self, pipeline: &str, approval: &Approval, approved: bool, comment: &str) -> impl Answer<()>;
}
