//! End-to-end tests over the real binaries: see `tests/e2e`.
