//! Bounds on untrusted documents. CfCT's own are far lower in practice; these keep memory and time bounded.

/// Nesting of collections, aliases followed. PyYAML composes a document with two Python frames a level and
/// raises `RecursionError` at the interpreter's 1,000th frame, a little above this.
pub const DEPTH: usize = 480;

/// Nodes a document may have once every alias is followed, per node that is written, where many are.
pub const EXPANSION_FACTOR: u64 = 20;

/// Expanded nodes that are always allowed, so that small documents may share freely.
pub const EXPANSION_FLOOR: u64 = 100_000;

/// Bytes of one document. CloudFormation takes templates to 1 MiB; a manifest is far smaller.
pub const BYTES: usize = 16 << 20;

/// Findings that a reader makes of one document. A file that is something else altogether would give one for
/// each of its lines, which helps nobody.
pub const FINDINGS: usize = 200;
