//! Small edits of a document by the spans of its nodes, in block style, flow style and JSON alike.

use cfct_core::document::{Entry, MappingRef, NodeRef, SequenceRef};
use cfct_core::finding::Edit;
use cfct_core::source::Span;

/// Takes an entry out of its map; nothing where it is the only one, since an empty map would be another change.
pub fn without_entry(map: MappingRef<'_>, key: &str) -> Option<Edit> {
    let entries: Vec<Entry<'_>> = map.written().collect();
    let place = entries.iter().position(|entry| entry.key.scalar_text() == Some(key))?;
    let spans: Vec<Span> = entries.iter().map(|entry| extent(entry.key, entry.value)).collect();
    without(&spans, place)
}

/// Takes an item out of its list; nothing where it is the only one.
pub fn without_item(list: SequenceRef<'_>, place: usize) -> Option<Edit> {
    let spans: Vec<Span> = list.items().map(|item| extent(item, item)).collect();
    without(&spans, place)
}

/// Writes `text` where a node stands, tag and all.
pub fn put(node: NodeRef<'_>, text: &str) -> Edit {
    Edit { span: extent(node, node), replacement: text.to_owned() }
}

/// Writes a value as text of the document's own format: quoted in JSON.
pub fn put_text(node: NodeRef<'_>, text: &str) -> Edit {
    put(node, &format!("\"{text}\""))
}

/// Each of two nodes where the other one was.
pub fn swapped(one: NodeRef<'_>, other: NodeRef<'_>) -> Vec<Edit> {
    let source = one.document().source();
    let (first, second) = (extent(one, one), extent(other, other));
    vec![
        Edit { span: first, replacement: source.slice(second).to_owned() },
        Edit { span: second, replacement: source.slice(first).to_owned() },
    ]
}

/// The text after edits that do not overlap.
pub fn applied(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    text
}

/// From the start of `first` (its tag, where it has one) to the last byte of `last` that is no blank: the text
/// of a block scalar ends with a line break that separates it from what follows.
fn extent(first: NodeRef<'_>, last: NodeRef<'_>) -> Span {
    let own = first.span().start;
    let start = if first.is_alias() { own } else { first.tag_span().map_or(own, |tag| tag.start.min(own)) };
    let source = first.document().source();
    let written = source.slice(Span { start, end: last.end().max(first.span().end) });
    Span::new(start as usize, start as usize + written.trim_end().len())
}

/// Up to the next one, so that what stands before the first (a dash, a brace) and the separators stay; of the
/// last one, from the end of the one before.
fn without(spans: &[Span], place: usize) -> Option<Edit> {
    let own = spans.get(place)?;
    let span = match (spans.get(place + 1), place.checked_sub(1).and_then(|before| spans.get(before))) {
        (Some(next), _) => Span { start: own.start, end: next.start },
        (None, Some(before)) => Span { start: before.end, end: own.end },
        (None, None) => return None,
    };
    Some(Edit { span, replacement: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cfct_core::document::Document;
    use cfct_core::source::SourceFile;

    fn edited(text: &str, edit: impl Fn(MappingRef<'_>) -> Option<Vec<Edit>>) -> String {
        let document = Document::read_template(&SourceFile::new("t", text)).document.unwrap();
        applied(text, &edit(document.root().unwrap().as_mapping().unwrap()).unwrap())
    }

    #[test]
    fn an_entry_leaves_its_neighbours_as_they_are() {
        let block = "a: 1\n# of b\nb:\n  - !If\n    - c\n    - d\nc: |\n  text\nd: 4\n";
        let json = "{\"a\": 1,\n \"b\": [2],\n \"c\": 3}\n";
        for (text, key, left) in [
            (block, "a", "b:\n  - !If\n    - c\n    - d\nc: |\n  text\nd: 4\n"),
            (block, "b", "a: 1\n# of b\nc: |\n  text\nd: 4\n"),
            (block, "c", "a: 1\n# of b\nb:\n  - !If\n    - c\n    - d\nd: 4\n"),
            (block, "d", "a: 1\n# of b\nb:\n  - !If\n    - c\n    - d\nc: |\n  text\n"),
            (json, "a", "{\"b\": [2],\n \"c\": 3}\n"),
            (json, "c", "{\"a\": 1,\n \"b\": [2]}\n"),
        ] {
            assert_eq!(edited(text, |map| Some(vec![without_entry(map, key)?])), left, "{key}");
        }
    }

    #[test]
    fn an_item_leaves_its_dash_to_the_next_one() {
        let block = "a:\n  - b: 1\n    c: 2\n  - !If\n    - d\n    - e\n  - f # last\n";
        for (place, left) in [
            (0, "a:\n  - !If\n    - d\n    - e\n  - f # last\n"),
            (1, "a:\n  - b: 1\n    c: 2\n  - f # last\n"),
            (2, "a:\n  - b: 1\n    c: 2\n  - !If\n    - d\n    - e # last\n"),
        ] {
            let item = |map: MappingRef<'_>| {
                Some(vec![without_item(map.get("a").and_then(NodeRef::as_sequence)?, place)?])
            };
            assert_eq!(edited(block, item), left, "{place}");
        }
    }

    #[test]
    fn branches_change_places() {
        let block = "a: !If\n  - x\n  - b: 1\n    c: !If\n      - y\n      - !Ref Z\n      - 2\n  - !Ref AWS::NoValue\n";
        let swap = |map: MappingRef<'_>| {
            let items: Vec<_> = map.get("a").and_then(NodeRef::as_sequence)?.items().collect();
            Some(swapped(items[1], items[2]))
        };
        assert_eq!(
            edited(block, swap),
            "a: !If\n  - x\n  - !Ref AWS::NoValue\n  - b: 1\n    c: !If\n      - y\n      - !Ref Z\n      - 2\n"
        );
    }
}
