//! Organization policies as texts: what CfCT sends of them, and how to send it unharmed.

mod minify;

pub use minify::{NotJson, minify};

/// The text that CfCT's SCP and RCP state machines send to Organizations for a policy file: every newline
/// becomes two characters and every pair of spaces vanishes, inside strings too. The quota on a policy's
/// size counts the result.
#[must_use]
pub fn as_sent(text: &str) -> String {
    text.replace('\n', "\r\n").replace("  ", "")
}
