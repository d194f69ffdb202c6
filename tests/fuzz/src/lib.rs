//! What must hold of anything that is read, whatever the bytes.

use cfct_core::document::{NodeRef, Reading, Shape};
use cfct_core::finding::Finding;
use cfct_core::fix;

/// Asserts that a reading says something, points into its text only, and keeps nodes inside one another.
pub fn assert_sound(text: &str, reading: &Reading) {
    assert!(reading.document.is_some() || !reading.findings.is_empty(), "neither a document nor a finding");
    reading.findings.iter().for_each(|finding| assert_applicable(text, finding));
    if let Some(root) = reading.document.as_ref().and_then(|document| document.root()) {
        assert_nested(root);
    }
}

/// Asserts that a finding in `text` points into it and that its mend can be made.
pub fn assert_applicable(text: &str, finding: &Finding) {
    assert!(text.get(finding.primary.span.range()).is_some(), "{} points outside", finding.code.name);
    if let Some(mend) = &finding.fix {
        assert_eq!(fix::apply(text, &[mend]).applied, [0], "the mend of {} fails", finding.code.name);
    }
}

/// Bounded: the readers refuse deep documents, and aliases are not followed.
fn assert_nested(node: NodeRef<'_>) {
    if node.is_alias() {
        return;
    }
    let children: Vec<NodeRef<'_>> = match node.shape() {
        Shape::Scalar(scalar) => {
            assert!(scalar.value().is_some() && scalar.scalar_text().is_some());
            return;
        }
        Shape::Sequence(list) => list.items().collect(),
        Shape::Mapping(map) => {
            // Merging must end as well.
            let _ = map.entries();
            map.written().flat_map(|entry| [entry.key, entry.value]).collect()
        }
    };
    let mut end = node.span().start;
    for child in children {
        assert!(end <= child.span().start && child.span().end <= node.span().end, "{child:?} in {node:?}");
        end = child.span().end;
        assert_nested(child);
    }
}
