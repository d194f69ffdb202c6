//! What a build wrote.

use super::Answer;

/// Reads logs of builds.
pub trait BuildLogs {
    /// The last lines of a log stream, at most `lines`.
    fn tail(&self, group: &str, stream: &str, lines: usize) -> impl Answer<Vec<String>>;
}
