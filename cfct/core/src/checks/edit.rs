//! Edits of a YAML source that a fix is made of, each over whole lines where it moves or removes any.

use crate::document::Entry;
use crate::finding::Edit;
use crate::source::{SourceFile, Span};

/// The lines of an entry of a block map, line breaks included. `None` where something else stands on them: the
/// dash of a list item, a neighbour in flow style.
pub(super) fn lines_of(entry: Entry<'_>) -> Option<Span> {
    let source = entry.key.document().source();
    let start = source.line_span(entry.key.span().start).start;
    let indent = source.slice(Span { start, end: entry.key.span().start });
    let last = source.line_span(entry.value.end().max(entry.key.span().end));
    let behind = source.slice(Span { start: entry.value.end().min(last.end), end: last.end }).trim();
    let alone =
        indent.bytes().all(|byte| byte == b' ') && (behind.is_empty() || behind.starts_with(['#', ':']));
    alone.then(|| Span { start, end: after_line_break(source, last.end) })
}

/// Takes an entry out of a block map.
pub(super) fn remove(entry: Entry<'_>) -> Option<Edit> {
    lines_of(entry).map(|span| Edit { span, replacement: String::new() })
}

/// Moves every line in `lines` to the left by `columns`. `None` where one does not start with as many spaces.
pub(super) fn dedent(source: &SourceFile, lines: Span, columns: usize) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut at = lines.start;
    while at < lines.end {
        let line = source.line_span(at);
        let text = source.slice(line);
        if !text.trim().is_empty() {
            let spaces = text.len() - text.trim_start_matches(' ').len();
            if spaces < columns {
                return None;
            }
            let span = Span::new(line.start as usize, line.start as usize + columns);
            edits.push(Edit { span, replacement: String::new() });
        }
        at = after_line_break(source, line.end).max(at + 1);
    }
    Some(edits)
}

/// The start of the line behind the one that ends at `end`.
pub(crate) fn after_line_break(source: &SourceFile, end: u32) -> u32 {
    let rest = source.text().get(end as usize..).unwrap_or("");
    let length = if rest.starts_with("\r\n") { 2 } else { u32::from(rest.starts_with(['\n', '\r'])) };
    end + length
}

/// How many characters stand before `offset` in its line.
pub(super) fn column(source: &SourceFile, offset: u32) -> usize {
    source.position(offset).column - 1
}
