//! What became of something that was asked for.

use lambda_runtime::Diagnostic;
use serde_json::{Map, Value};

/// What became of something that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// In a word.
    pub(crate) verdict: Verdict,
    /// Why it is not done.
    pub(crate) reason: Option<String>,
    /// What else there is to say about it, for the log and the answer: ids and counts.
    pub(crate) said: Map<String, Value>,
    /// What only the answer has room for.
    answer: Map<String, Value>,
}

/// What became of something, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is done, or was.
    Done,
    /// There is nothing to do about it.
    Ignored,
    /// It cannot be done, now or later.
    Rejected,
    /// It may be done later.
    Retry,
    /// The time was up; what was done stays done.
    OutOfTime,
}

impl Verdict {
    /// As logs have it, and as its metric is called.
    pub(crate) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => ("done", "Done"),
            Self::Ignored => ("ignored", "Ignored"),
            Self::Rejected => ("rejected", "Rejected"),
            Self::Retry => ("retry", "Retried"),
            Self::OutOfTime => ("out-of-time", "OutOfTime"),
        }
    }

    /// Whether it has to come again.
    pub(crate) fn comes_again(self) -> bool {
        matches!(self, Self::Retry | Self::OutOfTime)
    }

    /// How bad it is, as logs have it.
    pub(crate) fn level(self) -> &'static str {
        match self {
            Self::Done | Self::Ignored => "info",
            Self::Rejected => "error",
            Self::Retry | Self::OutOfTime => "warn",
        }
    }
}

impl Outcome {
    fn of(verdict: Verdict, reason: Option<String>) -> Self {
        Self { verdict, reason, said: Map::new(), answer: Map::new() }
    }

    /// It is done.
    pub(crate) fn done() -> Self {
        Self::of(Verdict::Done, None)
    }

    /// There is nothing to do.
    pub(crate) fn ignored(reason: impl Into<String>) -> Self {
        Self::of(Verdict::Ignored, Some(reason.into()))
    }

    /// It cannot be done.
    pub(crate) fn rejected(reason: impl Into<String>) -> Self {
        Self::of(Verdict::Rejected, Some(reason.into()))
    }

    /// It may be done later.
    pub(crate) fn retry(reason: impl Into<String>) -> Self {
        Self::of(Verdict::Retry, Some(reason.into()))
    }

    /// The time was up.
    pub(crate) fn out_of_time() -> Self {
        Self::of(Verdict::OutOfTime, Some("the time was up".to_owned()))
    }

    /// With something more to say.
    pub(crate) fn saying(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.said.insert(name.to_owned(), value.into());
        self
    }

    /// With something that stands in the answer and in no log.
    pub(crate) fn answering(mut self, name: &str, value: Value) -> Self {
        self.answer.insert(name.to_owned(), value);
        self
    }

    /// The answer to whoever invoked the function for this alone. What has to come again is an error, since
    /// Lambda then invokes the function again, and so does the state machine.
    pub(crate) fn into_answer(self) -> Result<Value, Failure> {
        let reason = self.reason.clone().unwrap_or_default();
        match self.verdict {
            Verdict::Retry => return Err(Failure { kind: "Retry", reason }),
            Verdict::OutOfTime => return Err(Failure { kind: "OutOfTime", reason }),
            _ => {}
        }
        let mut answer = self.said;
        answer.extend(self.answer);
        answer.insert("outcome".to_owned(), self.verdict.names().0.into());
        answer.extend(self.reason.map(|reason| ("reason".to_owned(), reason.into())));
        Ok(Value::Object(answer))
    }
}

/// Why an invocation failed. Its kind is what the state machine tells errors apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    kind: &'static str,
    reason: String,
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self { error_type: failure.kind.to_owned(), error_message: failure.reason }
    }
}
