//! Keys that a map has twice. PyYAML and Python's json keep the last without a word.

use super::arena::Kind;
use super::key::{Key, Places, is_merge_key};
use super::{Document, MappingRef, NodeRef, codes};
use crate::finding::Finding;

/// A finding for every key that repeats an earlier one of its map.
pub(super) fn find(document: &Document, findings: &mut Vec<Finding>) {
    let mut places = Places::default();
    for node in document.nodes() {
        // Aliases are looked at where they point.
        if let Kind::Mapping { start, end } = node.node().kind
            && end - start > 2
            && let Some(map) = node.as_mapping()
        {
            places.start(map.len());
            for entry in map.written().filter(|entry| !is_merge_key(entry.key)) {
                if let Some(first) = places.insert(Key::of(entry.key)) {
                    findings.push(finding(map, entry.key, first));
                }
            }
        }
    }
}

fn finding(map: MappingRef<'_>, repeated: NodeRef<'_>, first: usize) -> Finding {
    let name = repeated.scalar_text().unwrap_or("(no scalar)");
    let finding =
        Finding::new(&codes::DUPLICATE_KEY, &repeated, format!("the key `{name}` is given twice in one map"))
            .label("this one wins")
            .help("keep one of the two");
    match first_written(map, first) {
        Some(earlier) => finding.related(&earlier, "first given here; its value is dropped"),
        None => finding,
    }
}

/// The key at `place` among the distinct ones.
fn first_written(map: MappingRef<'_>, place: usize) -> Option<NodeRef<'_>> {
    let mut places = Places::default();
    places.start(map.len());
    let keys = map.written().map(|entry| entry.key).filter(|key| !is_merge_key(*key));
    keys.filter(|key| places.insert(Key::of(*key)).is_none()).nth(place)
}
