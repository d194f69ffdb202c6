//! Development tasks and the offline commands.

fn main() {}
