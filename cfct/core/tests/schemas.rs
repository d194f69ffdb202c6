//! The committed JSON Schemas are those that the types print.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

/// Rewrites the schemas where this variable is set: `UPDATE_SCHEMAS=1 cargo test -p cfct-core --test schemas`.
const UPDATE: &str = "UPDATE_SCHEMAS";

#[test]
fn the_committed_schemas_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas");
    for (name, text) in cfct_core::schemas::all() {
        let path = folder.join(name);
        if std::env::var_os(UPDATE).is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(committed, text, "{name} is stale: run this test with {UPDATE}=1");
    }
}
