//! What docs/settings.md says of `cfct.toml`.

use std::fs;
use std::path::Path;

use cfct_core::limits::{NAMES, PUBLISHED};

#[test]
fn the_guide_lists_every_limit_with_its_published_value() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/settings.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let rows: Vec<(String, String)> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter_map(|(name, rest)| Some((name.to_owned(), rest.split_once(" | ")?.0.replace(',', ""))))
        .collect();
    let mut limits = PUBLISHED;
    let expected: Vec<(String, String)> = NAMES
        .iter()
        .map(|(name, limit)| ((*name).to_owned(), limit(&mut limits).value.to_string()))
        .collect();
    assert_eq!(rows, expected);
}
