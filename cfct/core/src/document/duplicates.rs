//! Keys that a map has twice. PyYAML and Python's json keep the last without a word.

use super::arena::Kind;
use super::key::{Places, Seen, is_merge_key};
use super::{Document, NodeRef, codes, limits};
use crate::finding::Finding;
use crate::words::excerpt;

/// A finding for every key that repeats an earlier one of its map.
pub(super) fn find(document: &Document, findings: &mut Vec<Finding>) {
    let most = findings.len() + limits::FINDINGS;
    let mut places = Places::default();
    for node in document.nodes() {
        // Aliases are looked at where they point.
        if let Kind::Mapping { start, end } = node.node().kind
            && end - start > 2
            && let Some(map) = node.as_mapping()
        {
            places.start(map.len());
            for entry in map.written().filter(|entry| !is_merge_key(entry.key)) {
                if let Some(first) = places.insert(entry.key).filter(|_| findings.len() < most) {
                    findings.push(finding(entry.key, first));
                }
            }
        }
    }
}

fn finding(repeated: NodeRef<'_>, first: Seen<'_>) -> Finding {
    let name = excerpt(repeated.scalar_text().unwrap_or("(no scalar)"));
    Finding::new(&codes::DUPLICATE_KEY, &repeated, format!("the key `{name}` is given twice in one map"))
        .label("this one wins")
        .related(&first.node, "first given here; its value is dropped")
        .help("keep one of the two")
}
