//! The repository's own configuration, made over for other organizations.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]

mod organizations;
mod root;
mod written;
