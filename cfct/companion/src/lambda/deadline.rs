//! The end of an invocation: work stops before it, so that there is time to say what did not get done.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, timeout_at};

/// What is kept back of the time to answer in.
const MARGIN: Duration = Duration::from_secs(5);

/// A function with a short time keeps back a part of it.
const MARGIN_SHARE: u32 = 5;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// That of an invocation which Lambda ends at `deadline`, in milliseconds since 1970.
    pub(crate) fn of_invocation(deadline: u64) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let left = Duration::from_millis(deadline).saturating_sub(now);
        Self(Instant::now() + left.saturating_sub(MARGIN.min(left / MARGIN_SHARE)))
    }

    /// Does some work until the deadline; `None` where it was not done by then.
    pub(crate) async fn within<T>(self, work: impl Future<Output = T>) -> Option<T> {
        if self.has_passed() {
            return None;
        }
        timeout_at(self.0, work).await.ok()
    }

    /// Whether there is nothing left to begin something with.
    pub(crate) fn has_passed(self) -> bool {
        Instant::now() >= self.0
    }
}
