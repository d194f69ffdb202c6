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

#[cfg(test)]
mod tests {
    use super::as_sent;

    /// Recorded from `_load_policy` of CfCT's `state_machine_handler.py`, 2.8.4.
    #[test]
    fn policies_are_sent_as_cfct_sends_them() {
        for (file, sent) in [
            ("{\n  \"a\": 1\n}", "{\r\n\"a\": 1\r\n}"),
            ("{\"Sid\":\"two  spaces\"}", "{\"Sid\":\"twospaces\"}"),
            ("{\n   \"a\": 1\n}", "{\r\n \"a\": 1\r\n}"),
        ] {
            assert_eq!(as_sent(file), sent, "{file}");
        }
    }
}
