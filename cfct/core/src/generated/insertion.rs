//! More resources in a manifest, as text: comments and layout stay.
//!
//! What comes out is read again and compared, so whatever way a manifest is written in, it is either extended
//! by exactly the new resources or refused.

use crate::checks::edit::after_line_break;
use crate::document::{Document, Entry, MappingRef, NodeRef, SequenceRef, Shape, Value};
use crate::manifest::schema;
use crate::source::{Located, Location, SourceFile};
use crate::words::head;

/// Why a manifest was not extended.
#[derive(Debug)]
pub(super) struct Refused {
    pub at: Location,
    pub message: &'static str,
}

impl Refused {
    fn at(place: &impl Located, message: &'static str) -> Self {
        Self { at: place.location(), message }
    }
}

/// The text of a v2 manifest with `items` as its last resources, each of lines of which the one with the dash
/// stands at column 0.
pub(super) fn insert(document: &Document, items: &[Vec<String>]) -> Result<String, Refused> {
    let source = document.source();
    let whole = || Refused::at(&Location::file(source), "packaging cannot add a resource to this manifest");
    let root = document.root().ok_or_else(whole)?;
    let top = root.as_mapping().filter(|_| !root.is_flow()).ok_or_else(|| {
        Refused::at(&head(root), "packaging cannot add a resource to a manifest in flow style")
    })?;
    let text = match top.entry("resources") {
        None => append_key(source, top, items),
        Some(entry) => match entry.value.as_sequence() {
            Some(list) if !list.is_empty() => extend(source, entry, list, items)?,
            _ => fill(source, entry, items)?,
        },
    };
    let place = top
        .entry("resources")
        .map_or_else(whole, |entry| Refused::at(&entry.key, "packaging cannot add a resource to this list"));
    if is_extended(document, &text, items.len()) { Ok(text) } else { Err(place) }
}

/// Behind the last item, in the column of its dash.
fn extend(
    source: &SourceFile,
    entry: Entry<'_>,
    list: SequenceRef<'_>,
    items: &[Vec<String>],
) -> Result<String, Refused> {
    if entry.value.is_flow() || entry.value.is_alias() {
        return Err(Refused::at(
            &head(entry.value),
            "packaging cannot add a resource to a list in flow style",
        ));
    }
    let dash = list.node().span().start;
    if source.text().as_bytes().get(dash as usize) != Some(&b'-') {
        return Err(Refused::at(&entry.key, "packaging cannot add a resource to this list"));
    }
    let column = dash - source.line_span(dash).start;
    let at = behind(source, entry.value);
    let before = if has_blank_lines(source, list) { line_break(source) } else { "" };
    let new: String =
        items.iter().map(|lines| format!("{before}{}", block(source, column as usize, lines))).collect();
    Ok(splice(source, at, &new))
}

/// In place of an empty list, `[]` or nothing at all.
fn fill(source: &SourceFile, entry: Entry<'_>, items: &[Vec<String>]) -> Result<String, Refused> {
    let value = entry.value.span();
    let line = source.line_span(entry.key.span().start);
    let is_beside = entry.value.value() == Some(Value::Null) || entry.value.as_sequence().is_some();
    // A value on lines of its own, an anchor or a tag: too rare to be worth a rule.
    let behind_key = source.text().get(entry.key.span().end as usize..line.end as usize).unwrap_or("");
    let behind_colon = behind_key.trim_start().strip_prefix(':').map(str::trim_start);
    let written = entry.value.source_text();
    let rest = behind_colon.and_then(|rest| rest.strip_prefix(written)).map(str::trim_start);
    let is_plain = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#'));
    if !is_beside || !is_plain || entry.value.is_alias() {
        return Err(Refused::at(&entry.key, "packaging cannot add a resource to this list"));
    }
    let column = entry.key.span().start - line.start + 2;
    let extended = splice(source, line.end, &block(source, column as usize, &items.concat()));
    if written.is_empty() {
        return Ok(extended);
    }
    let from = extended[..value.start as usize].trim_end_matches(' ').len();
    Ok(format!("{}{}", &extended[..from], &extended[value.end as usize..]))
}

/// A list behind everything else.
fn append_key(source: &SourceFile, top: MappingRef<'_>, items: &[Vec<String>]) -> String {
    let column = source.position(top.node().span().start).column - 1;
    let mut new = format!("{}resources:{}", " ".repeat(column), line_break(source));
    new.push_str(&block(source, column + 2, &items.concat()));
    splice(source, behind(source, top.node()), &new)
}

/// The end of the last line that holds something of `node`.
fn behind(source: &SourceFile, node: NodeRef<'_>) -> u32 {
    let end = node.end() as usize;
    let held = source.text().get(..end).unwrap_or("").trim_end().len();
    source.line_span(u32::try_from(held).unwrap_or(u32::MAX)).end
}

/// Puts whole lines behind the line that ends at `end`.
fn splice(source: &SourceFile, end: u32, new: &str) -> String {
    let at = after_line_break(source, end);
    let (before, after) = source.text().split_at(at as usize);
    let missing = if at == end { line_break(source) } else { "" };
    format!("{before}{missing}{new}{after}")
}

fn block(source: &SourceFile, column: usize, lines: &[String]) -> String {
    let (indent, end) = (" ".repeat(column), line_break(source));
    lines.iter().map(|line| format!("{indent}{line}{end}")).collect()
}

/// The line break that the file is written with.
fn line_break(source: &SourceFile) -> &'static str {
    if source.text().contains("\r\n") { "\r\n" } else { "\n" }
}

/// Whether a blank line stands between the first two items.
fn has_blank_lines(source: &SourceFile, list: SequenceRef<'_>) -> bool {
    let mut items = list.items();
    let (Some(first), Some(second)) = (items.next(), items.next()) else { return false };
    let between = source.text().get(first.end() as usize..second.span().start as usize).unwrap_or("");
    between.lines().skip(1).any(|line| line.trim().is_empty())
}

/// Whether `text` is the manifest with so many more resources at its end, as CfCT will read it.
fn is_extended(before: &Document, text: &str, more: usize) -> bool {
    let after = Document::read_yaml(&SourceFile::new(before.source().name(), text));
    let Some(after) = after.document.as_ref().filter(|after| schema::check(after).is_empty()) else {
        return false;
    };
    let (Some(before), Some(after)) = (top(before), top(after)) else { return false };
    let others = |map: MappingRef<'_>| {
        map.entries().into_iter().filter(|entry| entry.key.scalar_text() != Some("resources")).count()
    };
    let same_others = others(before) == others(after)
        && before.entries().into_iter().all(|entry| {
            let key = entry.key.scalar_text();
            key == Some("resources")
                || key.and_then(|key| after.get(key)).is_some_and(|value| same(entry.value, value))
        });
    let list = |map: MappingRef<'_>| -> usize {
        map.get("resources").and_then(NodeRef::as_sequence).map_or(0, SequenceRef::len)
    };
    let items = |map: MappingRef<'_>| {
        let list = map.get("resources").and_then(NodeRef::as_sequence);
        list.is_some_and(|list| {
            before
                .get("resources")
                .and_then(NodeRef::as_sequence)
                .is_none_or(|old| old.items().zip(list.items()).all(|(old, new)| same(old, new)))
        })
    };
    same_others && list(after) == list(before) + more && items(after)
}

fn top(document: &Document) -> Option<MappingRef<'_>> {
    document.root().and_then(NodeRef::as_mapping)
}

/// Whether two nodes of two documents are the same value to PyYAML. Documents whose aliases expand out of
/// proportion are not read, so the walk is bounded.
fn same(a: NodeRef<'_>, b: NodeRef<'_>) -> bool {
    match (a.shape(), b.shape()) {
        (Shape::Scalar(a), Shape::Scalar(b)) => a.value() == b.value() && a.scalar_text() == b.scalar_text(),
        (Shape::Sequence(a), Shape::Sequence(b)) => {
            a.len() == b.len() && a.items().zip(b.items()).all(|(a, b)| same(a, b))
        }
        (Shape::Mapping(a), Shape::Mapping(b)) => {
            let (a, b) = (a.entries(), b.entries());
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same(a.key, b.key) && same(a.value, b.value))
        }
        _ => false,
    }
}
