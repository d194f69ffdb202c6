//! Bounds on untrusted documents. CfCT's own are far lower in practice; these keep memory and time bounded.

/// Nesting of collections. PyYAML's recursion ends near 1,000 frames, about 190 levels; no real document
/// comes near 128.
pub const DEPTH: usize = 128;

/// Nodes a document may have once every alias is followed, per node that is written, where many are.
pub const EXPANSION_FACTOR: u64 = 20;

/// Expanded nodes that are always allowed, so that small documents may share freely.
pub const EXPANSION_FLOOR: u64 = 100_000;

/// Bytes of one document. CloudFormation takes templates to 1 MiB; a manifest is far smaller.
pub const BYTES: usize = 16 << 20;
