//! The places that no face may show: secrets, wherever a finding shows the lines around them.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::source::{Location, SourceFile, Span};

/// Every hidden place, by the name of its source.
#[derive(Debug, Default)]
pub struct Hidden {
    /// Sorted, without duplicates.
    spans: HashMap<String, Vec<Span>>,
}

impl Hidden {
    /// What `findings` hide, each of them for all.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        Self::places(findings.iter().flat_map(|finding| &finding.hidden))
    }

    /// These places.
    pub fn places<'l>(places: impl IntoIterator<Item = &'l Location>) -> Self {
        let mut spans: HashMap<String, Vec<Span>> = HashMap::new();
        for place in places {
            match spans.get_mut(place.source.name()) {
                Some(spans) => spans.push(place.span),
                None => drop(spans.insert(place.source.name().to_owned(), vec![place.span])),
            }
        }
        for spans in spans.values_mut() {
            spans.sort_unstable();
            spans.dedup();
        }
        Self { spans }
    }

    /// Whether nothing is hidden.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The hidden spans of `source` that share a byte with `span`, in order.
    pub fn within(&self, source: &SourceFile, span: Span) -> impl Iterator<Item = Span> {
        self.from(source, span.start).take_while(move |hidden| hidden.start < span.end)
    }

    /// The hidden spans of `source` that end after byte `offset`, in order.
    pub fn from(&self, source: &SourceFile, offset: u32) -> impl Iterator<Item = Span> {
        let spans = self.spans.get(source.name()).map_or(&[][..], Vec::as_slice);
        // Scalars do not nest, so spans that begin in order also end in order.
        let first = spans.partition_point(|hidden| hidden.end <= offset);
        spans.get(first..).unwrap_or_default().iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::Hidden;
    use crate::source::{Location, SourceFile, Span};

    #[test]
    fn hidden_places_are_found_by_what_they_touch() {
        let (a, b) = (SourceFile::new("a", "0123456789"), SourceFile::new("b", "x"));
        let places: Vec<_> =
            [(6, 8), (1, 3), (6, 8)].map(|(start, end)| Location::new(&a, Span::new(start, end))).into();
        let hidden = Hidden::places(&places);
        for (start, end, expected) in
            [(0, 10, vec![1, 6]), (3, 6, vec![]), (2, 7, vec![1, 6]), (7, 9, vec![6])]
        {
            let found: Vec<_> = hidden.within(&a, Span::new(start, end)).map(|span| span.start).collect();
            assert_eq!(found, expected, "{start}..{end}");
        }
        assert_eq!(hidden.within(&b, Span::new(0, 1)).count(), 0);
        assert!(!hidden.is_empty() && Hidden::default().is_empty());
    }
}
