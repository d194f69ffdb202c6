//! JSON into the arena: what Python's `json` takes, and what it does not take but a reader can see past.
//!
//! Comments, trailing commas, bad escapes and the like are findings after which reading goes on, so that
//! one run shows them all and the checks behind still see the document.

mod number;
mod report;
mod string;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::arena::{Builder, Text};
use super::{Format, Reading, Style, duplicates, limits};
use crate::source::{SourceFile, Span};
use report::Report;

/// The text is no JSON from here on; the finding has been made.
struct Stop;

type Step = Result<(), Stop>;

pub(super) fn read(source: &Arc<SourceFile>) -> Reading {
    let text = source.text();
    let builder = Builder::new(text.len());
    let mut reader = Reader { text, at: 0, builder, report: Report::new(source), previous_end: 0 };
    let outcome = reader.document();
    let Reader { builder, report, .. } = reader;
    let mut findings = report.finish(builder.comments());
    let document = outcome.ok().map(|()| {
        let document = builder.finish(source, Format::Json);
        duplicates::find(&document, &mut findings);
        document
    });
    Reading { document, findings }
}

struct Reader<'s> {
    text: &'s str,
    at: usize,
    builder: Builder,
    report: Report<'s>,
    /// Where the last key or value ended: the place of a comma or colon that is missing.
    previous_end: usize,
}

/// What stands before the next entry of a collection.
#[derive(Clone, Copy)]
enum Before {
    Bracket,
    Comma(usize),
    Entry,
}

impl Reader<'_> {
    fn document(&mut self) -> Step {
        const MARK: char = '\u{feff}';
        if self.text.starts_with(MARK) {
            self.at = MARK.len_utf8();
            self.report.byte_order_mark(Span::new(0, self.at));
        }
        self.skip_blank();
        if self.peek().is_none() {
            self.report.empty();
            return Err(Stop);
        }
        self.value()?;
        self.skip_blank();
        if self.peek().is_some() {
            self.report.trailing_text(Span::new(self.at, self.at + self.token_length()));
        }
        Ok(())
    }

    fn value(&mut self) -> Step {
        match self.peek() {
            Some(b'{') => {
                self.builder.open_mapping(Span::new(self.at, self.at + 1), true, None);
                self.entries(b'}', Self::member)
            }
            Some(b'[') => {
                self.builder.open_sequence(Span::new(self.at, self.at + 1), true, None);
                self.entries(b']', Self::value)
            }
            Some(b'"') => self.string(),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => {
                self.number();
                Ok(())
            }
            _ => self.word(),
        }
    }

    /// The inside of a collection, from its opening bracket through its closing one.
    fn entries(&mut self, close: u8, entry: fn(&mut Self) -> Step) -> Step {
        let open = Span::new(self.at, self.at + 1);
        if self.builder.depth() > limits::DEPTH {
            self.report.too_deep(open);
            return Err(Stop);
        }
        self.at += 1;
        let mut before = Before::Bracket;
        loop {
            self.skip_blank();
            match (self.peek(), before) {
                (None, _) => {
                    self.report.unclosed(open, char::from(close));
                    return Err(Stop);
                }
                (Some(byte), _) if byte == close => break,
                (Some(b'}' | b']'), _) => {
                    self.report.mismatched(self.at, open, char::from(close));
                    return Err(Stop);
                }
                (Some(b','), _) => {
                    if !matches!(before, Before::Entry) {
                        self.report.stray_comma(self.at);
                    }
                    before = Before::Comma(self.at);
                    self.at += 1;
                }
                (Some(_), _) => {
                    if matches!(before, Before::Entry) {
                        self.missing_comma(char::from(close))?;
                    }
                    entry(self)?;
                    before = Before::Entry;
                }
            }
        }
        if let Before::Comma(comma) = before {
            self.report.trailing_comma(comma, char::from(close));
        }
        self.at += 1;
        self.builder.close(self.at);
        self.previous_end = self.at;
        Ok(())
    }

    /// `"key": value`
    fn member(&mut self) -> Step {
        if self.peek() != Some(b'"') {
            self.report.no_key(Span::new(self.at, self.at + self.token_length()));
            return Err(Stop);
        }
        self.string()?;
        self.skip_blank();
        if self.peek() != Some(b':') {
            self.report.missing_colon(self.previous_end);
            return Err(Stop);
        }
        self.at += 1;
        self.skip_blank();
        self.value()
    }

    /// Two entries without a comma between them: reported, and read on if the second one looks like one.
    fn missing_comma(&mut self, close: char) -> Step {
        if matches!(self.peek(), Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9')) {
            self.report.missing_comma(self.previous_end);
            return Ok(());
        }
        self.report.unexpected(
            Span::new(self.at, self.at + self.token_length()),
            &format!("a comma or `{close}` must follow the value"),
        );
        Err(Stop)
    }

    /// `true`, `false`, `null`, the words that Python takes, and the ones that nobody takes.
    fn word(&mut self) -> Step {
        let span = Span::new(self.at, self.at + self.token_length());
        match &self.text[span.range()] {
            "true" | "false" | "null" => {}
            "NaN" | "Infinity" => self.report.not_finite(span),
            "True" | "TRUE" => self.report.foreign_word(span, "true"),
            "False" | "FALSE" => self.report.foreign_word(span, "false"),
            "None" | "NULL" | "Null" | "nil" => self.report.foreign_word(span, "null"),
            "" => {
                self.report.no_value(self.previous_end);
                return Err(Stop);
            }
            word => {
                self.report.unexpected(
                    span,
                    if word.starts_with('\'') {
                        "texts stand in double quotes in JSON"
                    } else {
                        "a value must stand here: a text in double quotes, a number, `{`, `[`, true, false or null"
                    },
                );
                return Err(Stop);
            }
        }
        self.scalar(Style::Plain, Text::Source, span);
        Ok(())
    }

    fn scalar(&mut self, style: Style, text: Text, span: Span) {
        self.builder.scalar(style, text, span, None);
        self.at = span.end as usize;
        self.previous_end = self.at;
    }

    /// Moves past blanks and comments; the comments are kept.
    fn skip_blank(&mut self) {
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let length = match rest {
                [b' ' | b'\t' | b'\n' | b'\r', ..] => {
                    self.at += 1;
                    continue;
                }
                [b'#', ..] | [b'/', b'/', ..] => {
                    rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
                }
                [b'/', b'*', ..] => {
                    self.text[self.at..].find("*/").map_or(rest.len(), |end| end + "*/".len())
                }
                _ => return,
            };
            self.builder.comment(Span::new(self.at, self.at + length));
            self.at += length;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The bytes of the word, or of the single other character, at this place.
    fn token_length(&self) -> usize {
        let rest = &self.text[self.at..];
        let word = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+')))
            .unwrap_or(rest.len());
        if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) }
    }
}
