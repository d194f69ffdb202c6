//! Edits of one text: replacements, and removals that swallow them.

use std::collections::BTreeMap;

use crate::source::{SourceFile, Span};

/// The edits of a source.
pub(super) struct Edits<'s> {
    source: &'s SourceFile,
    replaced: BTreeMap<Span, String>,
    removed: Vec<Span>,
}

impl<'s> Edits<'s> {
    pub(super) fn new(source: &'s SourceFile) -> Self {
        Self { source, replaced: BTreeMap::new(), removed: Vec::new() }
    }

    /// Puts a text in the place of another, or, where the span is empty, between two bytes.
    pub(super) fn replace(&mut self, span: Span, text: String) {
        if self.source.slice(span) != text {
            self.replaced.insert(span, text);
        }
    }

    /// Takes bytes out, whatever else is done to them.
    pub(super) fn remove(&mut self, span: Span) {
        self.removed.push(span);
    }

    /// The text with every edit made.
    pub(super) fn finish(mut self) -> String {
        self.removed.sort_unstable();
        let mut removed: Vec<Span> = Vec::with_capacity(self.removed.len());
        for span in self.removed {
            match removed.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => removed.push(span),
            }
        }
        let swallowed =
            |span: Span| removed.iter().any(|whole| whole.start <= span.start && span.end <= whole.end);
        let mut edits: Vec<(Span, String)> =
            self.replaced.into_iter().filter(|(span, _)| !swallowed(*span)).collect();
        edits.extend(removed.iter().map(|span| (*span, String::new())));
        edits.sort();
        let text = self.source.text();
        let mut edited = String::with_capacity(text.len());
        let mut done = 0;
        for (span, replacement) in edits {
            edited.push_str(text.get(done..span.start as usize).unwrap_or_default());
            edited.push_str(&replacement);
            done = span.end as usize;
        }
        edited.push_str(text.get(done..).unwrap_or_default());
        edited
    }
}
