//! End-to-end tests: the real binaries in a sealed environment, one module a command, and the finding
//! fixtures.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p cfct-tests` writes `tests/snapshots` anew; read the difference before it
//! is committed.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]

mod bad_input;
mod bad_policies;
mod binaries;
mod check;
#[cfg(feature = "browser")]
mod chromium;
mod command_line;
mod edge;
mod effective;
mod explain;
mod fix;
mod fixtures;
mod formats;
mod guardrails;
mod init;
mod inputs;
mod interrupt;
mod json_schema;
mod package;
mod plan;
mod plan_html;
#[cfg(feature = "browser")]
mod plan_in_browser;
mod portfolios;
mod rehearse;
mod sandbox;
mod settings;
mod snapshot;
