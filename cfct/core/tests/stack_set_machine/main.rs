//! The stack set state machine against recordings of the real CfCT, and against a direct interpreter.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod golden;
mod guide;
mod properties;
mod recording;
mod reference;
mod steps;
mod words;
