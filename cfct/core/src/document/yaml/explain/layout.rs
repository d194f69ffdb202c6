//! Faults of indentation, colons and brackets: what breaks the shape of a document.

use std::sync::Arc;

use super::super::fault::{Fault, SyntaxError};
use super::{named, syntax};
use crate::finding::Finding;
use crate::source::{Location, SourceFile, Span};

/// A line in a map that turns out to have no `: `.
pub(super) fn no_colon(source: &Arc<SourceFile>, span: Span) -> Finding {
    let text = source.slice(span);
    if is_tight_dash(text) {
        return tight_dash(source, span.start as usize);
    }
    let finding = syntax(source, span, "a key without a colon").label("`: ` must follow a key");
    if let Some(colon) = tight_colon(text) {
        return space_behind(finding, span.start as usize + colon);
    }
    finding.help(
        "write `key: value`; if the line belongs to the text above, indent it deeper or put the text in quotes",
    )
}

/// `: ` in the middle of a value, or a key that is indented deeper than its neighbours.
pub(super) fn value_not_allowed(source: &Arc<SourceFile>, span: Span) -> Finding {
    let line = source.line_span(span.start);
    let text = source.slice(line);
    let colon = (span.start - line.start) as usize;
    if let Some(first) = text.find(": ").filter(|first| *first < colon) {
        return colon_in_value(source, span, line, first);
    }
    let Some(above) = line_above(source, line) else {
        return syntax(source, span, "a map cannot start here")
            .help("put the text before the colon in quotes");
    };
    let text_above = source.slice(above);
    let body = text_above.trim_start();
    let tight = tight_colon(body.strip_prefix("- ").unwrap_or(body));
    if let Some(colon) = tight.filter(|_| !text_above.contains(": ")) {
        let colon = above.end as usize - body.strip_prefix("- ").unwrap_or(body).len() + colon;
        let at = Span::new(colon, colon + 1);
        let finding = syntax(source, at, "a key without a colon").label("`: ` must follow a key");
        return space_behind(finding, colon);
    }
    let (indent, indent_above) = (indent_of(text), indent_of(text_above));
    let finding = syntax(source, span, "a map cannot start here").label("this makes the line a key");
    if indent > indent_above {
        let help = format!(
            "indent the line by {} instead of {}, or give the line above no value of its own",
            spaces(indent_above),
            spaces(indent)
        );
        return finding
            .related(&Location::new(source, above), "the line above has its value already")
            .help(help);
    }
    finding
        .related(&Location::new(source, above), "this text goes on in the next line")
        .help("put the text above in quotes, or indent its further lines deeper than its key")
}

/// `description: see: here`
fn colon_in_value(source: &Arc<SourceFile>, span: Span, line: Span, first: usize) -> Finding {
    let text = source.slice(line);
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

/// A token where a comma or the closing bracket is due.
pub(super) fn unclosed_flow(source: &Arc<SourceFile>, error: SyntaxError) -> Finding {
    let list = error.fault == Fault::FlowSequence;
    let (close, what) = if list { (']', "list") } else { ('}', "map") };
    let found = named(source, error.span);
    let open = error.inside.unwrap_or(error.span);
    let further_down = source.position(open.start).line < source.position(error.span.start).line;
    if list && further_down && source.slice(error.span) == ":" {
        // A key that follows is the first thing that does not fit.
        let bracket = Span { start: open.start, end: open.start + 1 };
        return syntax(source, bracket, "a list is never closed")
            .related(&Location::new(source, error.span), "this cannot be in it")
            .help("close it with `]`");
    }
    syntax(source, error.span, format!("{found} where a comma or the closing `{close}` is due"))
        .related(&Location::new(source, open), format!("the {what} starts here"))
        .help(format!("add the comma, close the {what}, or put a value that holds brackets in quotes"))
}

/// A token that does not go on with the block collection around it.
pub(super) fn indentation(source: &Arc<SourceFile>, error: SyntaxError) -> Finding {
    let line = source.line_span(error.span.start);
    let before = source.slice(Span { start: line.start, end: error.span.start });
    if !before.trim().is_empty() {
        return behind_value(source, error);
    }
    let Some(open) = error.inside else { return behind_value(source, error) };
    let text = source.slice(line).trim_start();
    if is_tight_dash(text) {
        return tight_dash(source, line.start as usize + before.len());
    }
    let is_list = source.slice(Span { start: open.start, end: open.start + 2 }).trim_end() == "-";
    let (here, around) = (indent_of(source.slice(line)), source.position(open.start).column - 1);
    let (what, help) = if is_list {
        let item = source.slice(source.line_span(open.start)).get(around + 1..).unwrap_or("");
        let inner = around + 1 + indent_of(item);
        let help =
            format!("indent it by {} to belong to the item above, or start it with `- `", spaces(inner));
        ("list", help)
    } else {
        ("map", format!("indent it by {} like the keys above", spaces(around)))
    };
    syntax(source, line_text(source, line), "a line does not fit the lines above it")
        .label(format!("indented by {}", spaces(here)))
        .related(&Location::new(source, open), format!("the {what} that is open is indented by {around}"))
        .help(help)
}

/// Something behind a complete value on its line.
fn behind_value(source: &Arc<SourceFile>, error: SyntaxError) -> Finding {
    let found = named(source, error.span);
    if let "]" | "}" = source.slice(error.span) {
        return syntax(source, error.span, format!("{found} closes nothing"))
            .help("remove it, or put the value in quotes");
    }
    let finding = syntax(source, error.span, format!("{found} follows a value that is complete"));
    let Some(quoted) = error.previous.filter(|span| source.slice(*span).starts_with(['\'', '"'])) else {
        return finding.help("put the whole value in quotes");
    };
    let (quote, doubled) = if source.slice(quoted).starts_with('\'') { ("'", "''") } else { ("\"", "\\\"") };
    let several_lines = source.slice(quoted).contains('\n');
    let label = if several_lines { "this text runs over several lines" } else { "this text ends before it" };
    finding.related(&Location::new(source, quoted), label).help(if several_lines {
        format!("look for a missing {quote} at the end of the line where the text starts")
    } else {
        format!("write {doubled} for a {quote} inside the text")
    })
}

/// A token behind the end of the document.
pub(super) fn text_after_document(source: &Arc<SourceFile>, error: SyntaxError) -> Finding {
    let line = source.line_span(error.span.start);
    let at = if error.span.start == error.span.end { line_text(source, line) } else { error.span };
    syntax(source, at, "text follows the end of the document")
        .help("a manifest is one map; look for a bracket, a quote or an indentation that ends it early")
}

/// A token where a value must stand.
pub(super) fn no_value(source: &Arc<SourceFile>, error: SyntaxError) -> Finding {
    let found = named(source, error.span);
    syntax(source, error.span, format!("{found} where a value must stand"))
        .help("write a value, or put it in quotes if it is a text")
}

fn is_tight_dash(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['-', ' ']))
}

fn tight_dash(source: &Arc<SourceFile>, dash: usize) -> Finding {
    let title = "put a space behind the dash";
    syntax(source, Span::new(dash, dash + 1), "no space behind the dash of a list item").help(title).fix(
        title,
        Span::new(dash + 1, dash + 1),
        " ",
    )
}

fn space_behind(finding: Finding, colon: usize) -> Finding {
    let title = "put a space behind the colon";
    finding.help(title).fix(title, Span::new(colon + 1, colon + 1), " ")
}

/// The colon of `key:value`, which lacks its space.
fn tight_colon(text: &str) -> Option<usize> {
    text.find(':').filter(|colon| {
        let key = &text[..*colon];
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let behind = &text[*colon + 1..];
        !key.is_empty() && key.chars().all(word) && !behind.starts_with(['/', ':', ' ']) && !behind.is_empty()
    })
}

/// The nearest line above `line` that is neither blank nor a comment.
fn line_above(source: &SourceFile, line: Span) -> Option<Span> {
    let mut start = line.start;
    while let Some(end) = start.checked_sub(1) {
        let above = source.line_span(end);
        let text = source.slice(above).trim_start();
        if !text.is_empty() && !text.starts_with('#') {
            return Some(above);
        }
        start = above.start;
    }
    None
}

/// A line without its indentation.
fn line_text(source: &SourceFile, line: Span) -> Span {
    let indent = indent_of(source.slice(line));
    Span::new(line.start as usize + indent, line.end as usize)
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn spaces(count: usize) -> String {
    if count == 1 { "1 space".to_owned() } else { format!("{count} spaces") }
}
