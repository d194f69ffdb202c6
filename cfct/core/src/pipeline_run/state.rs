//! How something is, whichever service says it.

use std::fmt;

/// How something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Not begun.
    #[default]
    Waiting,
    /// At work.
    Running,
    /// Ended well.
    Succeeded,
    /// Ended badly.
    Failed,
    /// Ended by somebody, or by a later run that overtook it.
    Stopped,
}

impl State {
    /// The state of a word of CodePipeline, Step Functions or CloudFormation.
    ///
    /// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecution.html>,
    /// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionListItem.html>,
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperation.html>
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "InProgress" | "Stopping" | "RUNNING" | "STOPPING" | "PENDING_REDRIVE" => Self::Running,
            "Succeeded" | "SUCCEEDED" => Self::Succeeded,
            "Failed" | "FAILED" | "TIMED_OUT" => Self::Failed,
            "Stopped" | "Superseded" | "Cancelled" | "Abandoned" | "STOPPED" | "ABORTED" => Self::Stopped,
            _ => Self::Waiting,
        }
    }

    /// Whether nothing more comes.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// The sign for it.
    #[must_use]
    pub fn mark(self) -> char {
        match self {
            Self::Waiting => '·',
            Self::Running => '▸',
            Self::Succeeded => '✓',
            Self::Failed => '✗',
            Self::Stopped => '■',
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
