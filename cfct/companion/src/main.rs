//! The `cfct` binary.

fn main() {}
