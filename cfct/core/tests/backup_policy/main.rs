//! Checks of backup policies and of their attachments.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod attachments;
mod documents;
mod lint_table;
mod package;
