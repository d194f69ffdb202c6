//! The companion under Lambda: how long it takes to ask for its first invocation, and what memory it takes.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::report;

/// Lambda's side, in small.
const RUNTIME_API: &str = include_str!("runtime_api.py");

/// What is asked of it.
const MOST: (&str, &str) = ("40 ms", "40 MB");

/// Measures the binary.
pub(super) fn run(cfct: &Path) -> Result<(), Failure> {
    let output = Command::new("python3").args(["-c", RUNTIME_API]).arg(cfct).output();
    let output = output.map_err(|error| Failure::new(format!("python3 cannot be started: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("the companion cannot be measured: {}", said.trim())));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let (milliseconds, kilobytes) = text.trim().split_once(' ').unwrap_or(("?", "0"));
    let megabytes = kilobytes.parse::<f64>().unwrap_or(0.0) / 1000.0;
    report::say(&format!(
        "-- the companion: {milliseconds} ms to its first request (at most {}), {megabytes:.1} MB (at most {})",
        MOST.0, MOST.1
    ));
    Ok(())
}
