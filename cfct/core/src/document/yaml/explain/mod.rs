//! Syntax errors in a person's words, with the usual causes looked for around the place.

mod layout;

use std::sync::Arc;

use super::super::codes;
use super::fault::{Fault, SyntaxError};
use crate::finding::{Code, Finding};
use crate::source::{Location, SourceFile, Span};

/// The finding for a syntax error.
pub(super) fn explain(source: &Arc<SourceFile>, error: SyntaxError) -> Finding {
    if let Some(marker) = conflict_marker(source.text()) {
        return syntax(source, marker, "a merge conflict is left in the file")
            .help("decide for one of the two sides, and remove the three marker lines");
    }
    let SyntaxError { fault, span, .. } = error;
    match fault {
        Fault::Tab => tab(source, span),
        Fault::NoColon => layout::no_colon(source, span),
        Fault::ValueNotAllowed => layout::value_not_allowed(source, span),
        Fault::FlowSequence | Fault::FlowMapping => layout::unclosed_flow(source, error),
        Fault::Indentation => layout::indentation(source, error),
        Fault::TextAfterDocument => layout::text_after_document(source, error),
        Fault::NoValue => layout::no_value(source, error),
        Fault::UnclosedQuote => unclosed_quote(source, span),
        Fault::Escape => escape(source, span),
        Fault::TooDeep => at(source, &codes::NESTING_TOO_DEEP, span, "the document is nested too deeply")
            .help("flatten the document"),
        _ => {
            let (message, help) = simple(fault, source.slice(span));
            let finding = syntax(source, span, message).help(help);
            match rest_of_line(source, span.start) {
                Some(value) if matches!(fault, Fault::Indicator | Fault::Alias | Fault::Anchor) => {
                    finding.fix("put the value in quotes", value, format!("'{}'", source.slice(value)))
                }
                _ => finding,
            }
        }
    }
}

/// What git leaves in a file whose two sides it could not merge.
fn conflict_marker(text: &str) -> Option<Span> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let marker = line.trim_end();
        if marker.starts_with("<<<<<<< ") || marker.starts_with(">>>>>>> ") {
            return Some(Span::new(at, at + marker.len()));
        }
        at += line.len();
    }
    None
}

/// Faults that need no look around.
fn simple(fault: Fault, found: &str) -> (String, &'static str) {
    let quote = "put the value in quotes";
    match fault {
        Fault::ItemNotAllowed => {
            ("a list item cannot start here".to_owned(), "start the list on a line of its own")
        }
        Fault::KeyNotAllowed => {
            ("`? ` cannot start a key here".to_owned(), "put the value in quotes if `?` belongs to it")
        }
        Fault::KeyTooLong => {
            ("a key of more than 1,024 characters".to_owned(), "look for a missing line break or colon")
        }
        Fault::HexEscape => (
            format!("`{found}` is not followed by the digits of a character"),
            "write two digits behind \\x, four behind \\u, eight behind \\U; or double the backslash",
        ),
        Fault::Alias => (
            format!("`{found}` is no alias; a plain value cannot start with `*`"),
            "put the value in quotes if it is a text such as \"*.example.com\"",
        ),
        Fault::Anchor => (format!("`{found}` is no anchor; a plain value cannot start with `&`"), quote),
        Fault::Tag => ("this is no tag; a plain value cannot start with `!`".to_owned(), quote),
        Fault::Handle => (
            format!("the tag `{found}` has a handle that is not declared"),
            "declare it with %TAG, or drop the tag",
        ),
        Fault::BlockHeader => (
            "only `+`, `-`, a digit from 1 to 9 and a comment may follow `|` or `>` on its line".to_owned(),
            "start the text on the next line, or put the value in quotes",
        ),
        Fault::Directive => (
            "this directive cannot be read".to_owned(),
            "remove it: a manifest needs no line that starts with `%`",
        ),
        _ => (format!("`{found}` cannot start a plain value"), quote),
    }
}

fn tab(source: &Arc<SourceFile>, span: Span) -> Finding {
    let line = source.line_span(span.start);
    let before = source.slice(Span { start: line.start, end: span.start });
    let behind = source.slice(Span { start: span.end, end: line.end });
    let finding = at(source, &codes::YAML_TAB, span, "a tab where YAML takes spaces only");
    if before.trim().is_empty() && !behind.is_empty() {
        return finding.help("indent with spaces");
    }
    if behind.is_empty() {
        return finding.help("remove the tab").fix("remove the tab", span, "");
    }
    finding.help("use a space").fix("use a space", span, " ")
}

/// The text from `start` to the end of its line, where it can be put in quotes as it stands: nothing in it
/// ends a value or needs an escape.
fn rest_of_line(source: &SourceFile, start: u32) -> Option<Span> {
    let line = source.line_span(start);
    let value = source.slice(Span { start, end: line.end }).trim_end();
    let plain = !value.is_empty()
        && !value.contains(['\'', '"', '\t', ',', '[', ']', '{', '}'])
        && !value.contains(" #")
        && !value.contains(": ")
        && !value.ends_with(':');
    plain.then(|| Span::new(start as usize, start as usize + value.len()))
}

fn unclosed_quote(source: &Arc<SourceFile>, span: Span) -> Finding {
    let quote = source.slice(span);
    let double = if quote == "'" { "; write '' for an apostrophe inside" } else { "" };
    syntax(source, span, "a quoted text is never closed")
        .label("opened here")
        .help(format!("close it with {quote}{double}"))
}

fn escape(source: &Arc<SourceFile>, span: Span) -> Finding {
    let found = source.slice(span).to_owned();
    let backslash = Span { start: span.start, end: span.start };
    syntax(source, span, format!("{} is no escape in a double-quoted text", found.escape_debug()))
        .help("double the backslash, or use single quotes, which have no escapes")
        .fix("double the backslash", backslash, "\\")
}

/// The token at `span` for a message.
fn named(source: &SourceFile, span: Span) -> String {
    match source.slice(span).lines().next().unwrap_or("") {
        "" if span.start as usize >= source.text().len() => "the end of the file".to_owned(),
        "" => "this".to_owned(),
        text if text.chars().count() > 24 => format!("`{}…`", text.chars().take(24).collect::<String>()),
        text => format!("`{text}`"),
    }
}

fn syntax(source: &Arc<SourceFile>, span: Span, message: impl Into<String>) -> Finding {
    at(source, &codes::YAML_SYNTAX, span, message)
}

fn at(source: &Arc<SourceFile>, code: &'static Code, span: Span, message: impl Into<String>) -> Finding {
    Finding::new(code, &Location::new(source, span), message)
}
