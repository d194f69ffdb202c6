//! Guardrails on random policies.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

mod evaluation;
mod packing;
mod policies;
