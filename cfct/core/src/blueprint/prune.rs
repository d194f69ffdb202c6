//! Taking out what names something that is not there, and whatever is nothing without it.
//!
//! A scalar goes first. A list goes when nothing is left of it, and so does a map. What else a map loses with one
//! of its values is a matter of what it is: see [`Without`].

use std::collections::BTreeSet;

use super::edits::Edits;
use crate::checks::edit::after_line_break;
use crate::document::{Document, Entry, Format, MappingRef, NodeId, NodeRef, SequenceRef, Shape};
use crate::source::{SourceFile, Span};

/// What a map is without one of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Without {
    /// Nothing: a statement without its condition says something else.
    Nothing,
    /// Itself, unless it is an item of a list and the value was a scalar: a parameter without a value is none,
    /// a resource with fewer targets is one.
    Itself,
}

/// The nodes that go.
#[derive(Default)]
pub(super) struct Pruned {
    gone: BTreeSet<NodeId>,
}

impl Pruned {
    pub(super) fn is_gone(&self, node: NodeRef<'_>) -> bool {
        self.gone.contains(&node.id())
    }
}

/// Removes what is gone from the document. `is_gone` says it of scalars, and of whole entries of lists and maps.
pub(super) fn prune(
    document: &Document,
    without: Without,
    is_gone: impl Fn(NodeRef<'_>) -> bool,
    edits: &mut Edits<'_>,
) -> Pruned {
    let mut pruning = Pruning { without, is_gone: &is_gone, pruned: Pruned::default(), edits };
    if let Some(root) = document.root() {
        pruning.goes(root, false);
    }
    pruning.pruned
}

struct Pruning<'p, 's> {
    without: Without,
    is_gone: &'p dyn Fn(NodeRef<'_>) -> bool,
    pruned: Pruned,
    edits: &'p mut Edits<'s>,
}

impl Pruning<'_, '_> {
    /// Whether a node goes. Of one that stays, what goes inside of it is removed.
    fn goes(&mut self, node: NodeRef<'_>, is_item: bool) -> bool {
        let gone = if node.is_alias() {
            self.pruned.is_gone(node.target())
        } else {
            (self.is_gone)(node)
                || match node.shape() {
                    Shape::Scalar(_) => false,
                    Shape::Sequence(list) => self.list_goes(list),
                    Shape::Mapping(map) => self.map_goes(map, is_item),
                }
        };
        if gone {
            self.mark(node);
        }
        gone
    }

    fn list_goes(&mut self, list: SequenceRef<'_>) -> bool {
        let items: Vec<NodeRef<'_>> = list.items().collect();
        let gone: Vec<bool> = items.iter().map(|item| self.goes(*item, true)).collect();
        if gone.iter().all(|gone| *gone) {
            return !items.is_empty();
        }
        let spans: Vec<Span> =
            items.iter().map(|item| Span { start: item.span().start, end: (*item).end() }).collect();
        self.remove(list.node(), &spans, &gone);
        false
    }

    fn map_goes(&mut self, map: MappingRef<'_>, is_item: bool) -> bool {
        let entries: Vec<Entry<'_>> = map.written().collect();
        let mut gone = Vec::with_capacity(entries.len());
        let mut lost = false;
        for entry in &entries {
            let key = self.goes(entry.key, false);
            let value = self.goes(entry.value, false);
            let is_scalar = matches!(entry.value.shape(), Shape::Scalar(_));
            lost |= (key || value) && (self.without == Without::Nothing || (is_item && is_scalar));
            gone.push(key || value);
        }
        if lost || gone.iter().all(|gone| *gone) {
            return !entries.is_empty();
        }
        let spans: Vec<Span> = entries
            .iter()
            .map(|entry| Span { start: entry.key.span().start, end: entry.value.end() })
            .collect();
        self.remove(map.node(), &spans, &gone);
        false
    }

    /// Marks a node and all inside: an alias of anything there has lost what it stands for.
    fn mark(&mut self, node: NodeRef<'_>) {
        self.pruned.gone.insert(node.id());
        if node.is_alias() {
            return;
        }
        match node.shape() {
            Shape::Scalar(_) => {}
            Shape::Sequence(list) => list.items().for_each(|item| self.mark(item)),
            Shape::Mapping(map) => map.written().for_each(|entry| {
                self.mark(entry.key);
                self.mark(entry.value);
            }),
        }
    }

    fn remove(&mut self, container: NodeRef<'_>, spans: &[Span], gone: &[bool]) {
        let source = container.document().source();
        if container.document().format() == Format::Json || container.is_flow() {
            for run in runs(gone) {
                self.edits.remove(between_commas(source, container.span(), spans, run));
            }
        } else {
            let lost = spans.iter().zip(gone).filter(|(_, gone)| **gone);
            lost.for_each(|(span, _)| self.edits.remove(whole_lines(source, *span)));
        }
    }
}

/// The runs of `true`, each as its first index and the one behind its last.
fn runs(gone: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (index, _) in gone.iter().enumerate().filter(|(_, gone)| **gone) {
        match runs.last_mut() {
            Some((_, end)) if *end == index => *end = index + 1,
            _ => runs.push((index, index + 1)),
        }
    }
    runs
}

/// A run of items of a list in flow style, with the comma that goes with it.
fn between_commas(
    source: &SourceFile,
    container: Span,
    spans: &[Span],
    (first, behind): (usize, usize),
) -> Span {
    if let Some(before) = first.checked_sub(1) {
        return Span { start: spans[before].end, end: spans[behind - 1].end };
    }
    // An anchor may stand before an item, so the bracket and the comma are what can be relied on.
    let start = skip_blanks(source, container.start + 1);
    let comma = source.text().get(spans[behind - 1].end as usize..).and_then(|rest| rest.find(','));
    let end = comma.map_or(spans[behind - 1].end, |at| spans[behind - 1].end + at as u32 + 1);
    Span { start, end: skip_blanks(source, end) }
}

fn skip_blanks(source: &SourceFile, from: u32) -> u32 {
    let rest = source.text().get(from as usize..).unwrap_or_default();
    from + (rest.len() - rest.trim_start().len()) as u32
}

/// The lines of an item in block style, with the comment that belongs to it, and the blank line before that.
fn whole_lines(source: &SourceFile, span: Span) -> Span {
    let line = source.line_span(span.start);
    let indent = source.slice(line).len() - source.slice(line).trim_start().len();
    let end = after_line_break(source, source.line_span(span.end).end);
    let mut start = line.start;
    while let Some(above) = start.checked_sub(1).map(|at| source.line_span(at)) {
        let text = source.slice(above);
        let is_comment = text.trim_start().starts_with('#') && text.len() - text.trim_start().len() == indent;
        if !is_comment {
            break;
        }
        start = above.start;
    }
    let before = start.checked_sub(1).map(|at| source.line_span(at));
    let is_blank = |line: Span| source.slice(line).trim().is_empty();
    let ends_blank = end as usize >= source.text().len() || is_blank(source.line_span(end));
    match before {
        Some(before) if is_blank(before) && ends_blank => Span { start: before.start, end },
        _ => Span { start, end },
    }
}
