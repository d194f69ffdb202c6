//! Guardrails on random policies.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod evaluation;
mod policies;
