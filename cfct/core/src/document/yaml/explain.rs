//! Syntax errors in a person's words, with the usual causes looked for in the line.

use std::sync::Arc;

use super::super::codes;
use super::fault::{Fault, SyntaxError};
use crate::finding::{Code, Finding};
use crate::source::{Location, SourceFile, Span};

/// The finding for a syntax error.
pub(super) fn explain(source: &Arc<SourceFile>, error: SyntaxError) -> Finding {
    let SyntaxError { fault, span, .. } = error;
    match fault {
        Fault::Tab => tab(source, span),
        Fault::NoColon => no_colon(source, span),
        Fault::ValueNotAllowed => value_not_allowed(source, span),
        Fault::FlowSequence | Fault::FlowMapping => unclosed_flow(source, error),
        Fault::NoValue | Fault::TextAfterDocument | Fault::Indentation => structure(source, error),
        Fault::UnclosedQuote => unclosed_quote(source, span),
        Fault::Escape => escape(source, span),
        Fault::TooDeep => at(source, &codes::NESTING_TOO_DEEP, span, "the document is nested too deeply")
            .help("flatten the document"),
        _ => {
            let (message, help) = simple(fault, source.slice(span));
            syntax(source, span, message).help(help)
        }
    }
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

/// A line in a map that turns out to have no `: `.
fn no_colon(source: &Arc<SourceFile>, span: Span) -> Finding {
    let text = source.slice(span);
    let finding = syntax(source, span, "a key without a colon").label("`: ` must follow a key");
    let tight = text.find(':').filter(|colon| {
        let key = &text[..*colon];
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        !key.is_empty() && key.chars().all(word) && !text[*colon..].starts_with("://")
    });
    match tight {
        Some(colon) => {
            let behind = span.start as usize + colon + 1;
            finding
                .help("put a space behind the colon")
                .fix("put a space behind the colon", Span::new(behind, behind), " ")
        }
        None if text.starts_with('-') => finding.help("put a space behind the dash of a list item"),
        None => finding.help(
            "write `key: value`; if the line belongs to the text above, indent it deeper or put the text in quotes",
        ),
    }
}

/// `: ` in the middle of a value, or a key that is indented deeper than its neighbours.
fn value_not_allowed(source: &Arc<SourceFile>, span: Span) -> Finding {
    let line = source.line_span(span.start);
    let text = source.slice(line);
    let colon = (span.start - line.start) as usize;
    let first = text.find(": ").filter(|first| *first < colon);
    let Some(first) = first else {
        return syntax(source, span, "a map cannot start here")
            .label("this makes the line a key")
            .help("indent the key as its neighbours, and close the value on the line above");
    };
    let finding =
        syntax(source, span, "a value holds `: `, which starts a map").help("put the value in quotes");
    let value = text[first + 2..].trim();
    let quotable = value.starts_with(|c: char| c.is_alphanumeric() || c == '/' || c == '$')
        && !value.contains(['\'', '\t'])
        && !value.contains(" #");
    if !quotable {
        return finding;
    }
    let start = line.start as usize + text.len() - text[first + 2..].trim_start().len();
    let value_span = Span::new(start, start + value.len());
    finding.fix("put the value in quotes", value_span, format!("'{value}'"))
}

fn unclosed_flow(source: &Arc<SourceFile>, error: SyntaxError) -> Finding {
    let (close, what) = if error.fault == Fault::FlowSequence { (']', "list") } else { ('}', "map") };
    let found = named(source, error.span);
    let message = format!("{found} where a comma or the closing `{close}` is due");
    let finding = syntax(source, error.span, message);
    let finding = match error.inside {
        Some(open) => finding.related(&Location::new(source, open), format!("the {what} starts here")),
        None => finding,
    };
    finding.help(format!("add the comma, close the {what}, or put a value that holds brackets in quotes"))
}

/// Tokens that fit nowhere.
fn structure(source: &Arc<SourceFile>, error: SyntaxError) -> Finding {
    let found = named(source, error.span);
    let (message, help) = match error.fault {
        Fault::Indentation => (
            format!("{found} does not fit the indentation of what is open around it"),
            "indent it exactly like the entries it belongs to",
        ),
        Fault::TextAfterDocument => (
            format!("{found} follows the end of the document"),
            "a manifest is one map; look for a bracket or an indentation that ends it early",
        ),
        _ => (
            format!("{found} where a value must stand"),
            "write a value, or put it in quotes if it is a text",
        ),
    };
    let finding = syntax(source, error.span, message);
    match error.inside.filter(|_| error.fault == Fault::Indentation) {
        Some(open) => finding.related(&Location::new(source, open), "this is still open"),
        None => finding,
    }
    .help(help)
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
