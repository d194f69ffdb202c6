//! What development commands say while they work.

use std::io::Write;

use crate::failure::Failure;

/// A heading.
pub fn heading(text: &str) {
    say(&format!("\n== {text}"));
}

/// A line that says whether something holds.
pub fn verdict(name: &str, holds: bool) {
    say(&format!("{} {name}", if holds { "  ok " } else { "FAIL " }));
}

/// A line below a verdict.
pub fn detail(text: &str) {
    say(&format!("       {text}"));
}

/// A plain line of data.
pub fn say(text: &str) {
    // A closed pipe is the reader's choice, not an error.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Why the command ends with an error.
pub fn failure(failure: &Failure) {
    let _ = writeln!(std::io::stderr(), "{failure}");
}
