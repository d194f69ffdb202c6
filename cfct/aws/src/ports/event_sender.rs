//! Events of our own.

use super::Answer;

/// Puts events onto a bus.
pub trait EventSender {
    /// Puts one event; `detail` is JSON.
    fn send(&self, bus: &str, source: &str, kind: &str, detail: &str) -> impl Answer<()>;
}
