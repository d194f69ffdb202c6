//! The committed JSON Schemas are those that the types print.

use std::fs;
use std::path::Path;

#[test]
fn the_committed_schemas_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas");
    for (name, text) in cfct_core::schemas::all() {
        let committed = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(committed, text, "{name} is stale: run `cargo xtask docs`");
    }
}
