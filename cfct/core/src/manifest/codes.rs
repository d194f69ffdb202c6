//! Codes of the manifest's schema.

crate::codes! {
    /// The manifest violates CfCT's schema.
    SCHEMA = "manifest-schema", Error, BuildSchema,
        "the manifest violates CfCT's schema",
        "CfCT's Build stage checks the manifest against its schema and stops at the first push that violates it";
}
