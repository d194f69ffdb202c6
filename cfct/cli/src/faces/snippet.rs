//! The lines of a source that a finding shows: few, bounded, and safe for a terminal.

use std::ops::Range;

use cfct_core::hidden::Hidden;
use cfct_core::source::{SourceFile, Span};

use crate::shown::is_unsafe;

/// A line longer than this is not shown: minified JSON would fill the screen.
const LONGEST_LINE: usize = 2_000;

/// Lines between two places that are still shown together.
const NEAR: usize = 12;

/// Some lines of a source, cleaned, with places in them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The lines, joined by `\n`.
    pub(super) text: String,
    /// The number of the first line, from 1.
    pub(super) first_line: usize,
    /// The places that were asked for, as bytes of `text`, in the same order.
    pub(super) places: Vec<Range<usize>>,
}

impl Excerpt {
    /// The lines from the first of `spans` to the last, with `hidden` bytes masked. `None` where that would
    /// be too much to show.
    pub(super) fn of(source: &SourceFile, spans: &[Span], hidden: &Hidden) -> Option<Self> {
        let start = source.line_span(spans.iter().map(|span| span.start).min()?).start;
        let last = spans.iter().map(|span| span.end).max()?;
        let end = source.line_span(last).end.max(last);
        let text = source.slice(Span { start, end });
        let mut lines = text.split('\n');
        if lines.clone().count() > NEAR + 1 || lines.any(|line| line.len() > LONGEST_LINE) {
            return None;
        }
        let place =
            |span: &Span| span.start.saturating_sub(start) as usize..span.end.saturating_sub(start) as usize;
        let asked: Vec<Range<usize>> = spans.iter().map(place).collect();
        let hidden: Vec<Range<usize>> =
            hidden.within(source, Span { start, end }).map(|span| place(&span)).collect();
        let (text, places) = cleaned(text, &asked, &hidden);
        let first_line = source.position(start).line;
        Some(Self { text, first_line, places })
    }
}

/// `span`, or its part on the first line where it spans several: what an underline can show.
pub(super) fn first_line_of(source: &SourceFile, span: Span) -> Span {
    let line = source.line_span(span.start);
    Span { start: span.start, end: span.end.min(line.end.max(span.start)) }
}

/// What is shown of hidden bytes, whatever their number.
const MASK: char = '…';

/// `text` without `hidden` bytes and what a terminal would obey, and the places `asked` for moved to where
/// they are then.
fn cleaned(text: &str, asked: &[Range<usize>], hidden: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let mut cleaned = String::with_capacity(text.len());
    let mut places = vec![0..0; asked.len()];
    let mut mark = |at: usize, now: usize| {
        for (asked, place) in asked.iter().zip(&mut places) {
            if asked.start == at {
                place.start = now;
            }
            if asked.end == at {
                place.end = now;
            }
        }
    };
    for (at, character) in text.char_indices() {
        mark(at, cleaned.len());
        if let Some(range) = hidden.iter().find(|range| range.contains(&at)) {
            if at == range.start || at == 0 {
                cleaned.push(MASK);
            }
            // A multi-line secret keeps its lines, so that the numbers beside them stay right.
            if character == '\n' {
                cleaned.push('\n');
            }
            continue;
        }
        match character {
            '\r' if text[at..].starts_with("\r\n") => {}
            // A byte order mark is no text, and one column of nothing would move the underline.
            '\u{feff}' => {}
            _ if is_unsafe(character) => cleaned.push('\u{fffd}'),
            _ => cleaned.push(character),
        }
    }
    mark(text.len(), cleaned.len());
    for place in &mut places {
        // A place that cuts a character has no end of its own.
        place.end = place.end.max(place.start);
    }
    (cleaned, places)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cfct_core::hidden::Hidden;
    use cfct_core::source::{Location, SourceFile, Span};

    use super::{Excerpt, first_line_of};

    #[test]
    fn places_point_at_the_same_text_after_cleaning() {
        let source = SourceFile::new("a", "\u{feff}one\r\ntw\u{1b}o: \u{9b}x\r\nthree\r\n");
        let at = source.text().find('x').unwrap();
        let excerpt = Excerpt::of(&source, &[Span::new(at, at + 1)], &Hidden::default()).unwrap();
        assert_eq!(excerpt.text, "tw\u{fffd}o: \u{fffd}x");
        assert_eq!((&excerpt.text[excerpt.places[0].clone()], excerpt.first_line), ("x", 2));
        let excerpt = Excerpt::of(&source, &[Span::new(3, 6)], &Hidden::default()).unwrap();
        assert_eq!((excerpt.text.as_str(), &excerpt.text[excerpt.places[0].clone()]), ("one", "one"));
    }

    fn hide(source: &Arc<SourceFile>, start: usize, end: usize) -> Hidden {
        Hidden::places(&[Location::new(source, Span::new(start, end))])
    }

    #[test]
    fn hidden_bytes_are_masked() {
        let source = SourceFile::new("a", "{\"Key\": \"hunter2\", x}\n");
        let excerpt =
            Excerpt::of(&source, &[Span::new(19, 20), Span::new(1, 6)], &hide(&source, 8, 17)).unwrap();
        assert_eq!(excerpt.text, "{\"Key\": …, x}");
        let places: Vec<_> = excerpt.places.iter().map(|place| &excerpt.text[place.clone()]).collect();
        assert_eq!(places, ["x", "\"Key\""]);
        let lines = SourceFile::new("a", "k: |\n  one\n  two\nx: 1\n");
        let excerpt =
            Excerpt::of(&lines, &[Span::new(0, 1), Span::new(17, 18)], &hide(&lines, 3, 17)).unwrap();
        assert_eq!(excerpt.text, "k: …\n\n\nx: 1");
    }

    #[test]
    fn too_much_to_show_is_not_shown() {
        let far = SourceFile::new("a", format!("a\n{}b\n", "x\n".repeat(50)));
        assert!(Excerpt::of(&far, &[Span::new(0, 1), Span::new(102, 103)], &Hidden::default()).is_none());
        let long = SourceFile::new("a", "x".repeat(5_000));
        assert!(Excerpt::of(&long, &[Span::new(4_000, 4_001)], &Hidden::default()).is_none());
    }

    #[test]
    fn an_empty_file_and_its_end_can_be_shown() {
        let empty = SourceFile::new("a", "");
        assert_eq!(
            Excerpt::of(&empty, &[Span::default()], &Hidden::default()).unwrap().places.first(),
            Some(&(0..0))
        );
        let source = SourceFile::new("a", "a: b\n");
        let excerpt = Excerpt::of(&source, &[Span::new(5, 5)], &Hidden::default()).unwrap();
        assert_eq!(
            (excerpt.text.as_str(), excerpt.first_line, excerpt.places.first()),
            ("", 2, Some(&(0..0)))
        );
    }

    #[test]
    fn an_underline_ends_with_its_first_line() {
        let source = SourceFile::new("a", "- name: x\r\n  file: y\r\n");
        assert_eq!(first_line_of(&source, Span::new(2, 20)), Span::new(2, 9));
        assert_eq!(first_line_of(&source, Span::new(2, 6)), Span::new(2, 6));
        assert_eq!(first_line_of(&source, Span::new(9, 20)), Span::new(9, 9));
    }
}
