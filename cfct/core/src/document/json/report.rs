//! The findings of the JSON reader.

use std::sync::Arc;

use super::super::{codes, limits};
use crate::finding::{Code, Edit, Finding};
use crate::source::{Location, SourceFile, Span};

pub(super) struct Report<'s> {
    source: &'s Arc<SourceFile>,
    findings: Vec<Finding>,
}

impl<'s> Report<'s> {
    pub(super) fn new(source: &'s Arc<SourceFile>) -> Self {
        Self { source, findings: Vec::new() }
    }

    /// All findings, with one for the comments.
    pub(super) fn finish(mut self, comments: &[Span]) -> Vec<Finding> {
        self.comments(comments);
        self.findings
    }

    pub(super) fn empty(&mut self) {
        let finding = self.at(&codes::FILE_EMPTY, Span::default(), "the file holds no JSON");
        self.add(finding.help("write the document, or remove the file"));
    }

    pub(super) fn byte_order_mark(&mut self, mark: Span) {
        let finding = self.at(&codes::BYTE_ORDER_MARK, mark, "the file starts with a byte order mark");
        self.add(
            finding
                .level(crate::finding::Level::Error)
                .help("save the file as UTF-8 without a byte order mark")
                .fix("remove the byte order mark", mark, ""),
        );
    }

    pub(super) fn trailing_text(&mut self, at: Span) {
        let finding = self.at(&codes::JSON_SYNTAX, at, "text follows the end of the JSON document");
        self.add(finding.help("a JSON file holds one value; look for a bracket that closes too early"));
    }

    pub(super) fn too_deep(&mut self, at: Span) {
        let finding = self.at(&codes::NESTING_TOO_DEEP, at, "the document is nested too deeply");
        self.add(finding.help("flatten the document"));
    }

    pub(super) fn unclosed(&mut self, open: Span, close: char) {
        let finding =
            self.at(&codes::JSON_SYNTAX, open, format!("this bracket is never closed by a `{close}`"));
        self.add(finding.help(format!("add the missing `{close}`")));
    }

    pub(super) fn mismatched(&mut self, at: usize, open: Span, close: char) {
        let found = self.source.slice(Span::new(at, at + 1)).to_owned();
        let opened = Location::new(self.source, open);
        let finding = self
            .at(&codes::JSON_SYNTAX, Span::new(at, at + 1), format!("`{found}` where a `{close}` is due"))
            .related(&opened, "the bracket that is still open");
        self.add(finding.help(format!("close the inner bracket with `{close}` first")));
    }

    pub(super) fn stray_comma(&mut self, at: usize) {
        let comma = Span::new(at, at + 1);
        let finding = self.at(&codes::JSON_TRAILING_COMMA, comma, "nothing stands before this comma");
        self.add(finding.help("remove the comma").fix("remove the comma", comma, ""));
    }

    pub(super) fn trailing_comma(&mut self, at: usize, close: char) {
        let comma = Span::new(at, at + 1);
        let finding =
            self.at(&codes::JSON_TRAILING_COMMA, comma, format!("a comma before the closing `{close}`"));
        self.add(finding.help("remove the comma").fix("remove the comma", comma, ""));
    }

    pub(super) fn missing_comma(&mut self, at: usize) {
        let place = Span::new(at, at);
        let finding = self.at(&codes::JSON_SYNTAX, place, "a comma is missing between two entries");
        self.add(finding.help("add a comma here").fix("add the comma", place, ","));
    }

    pub(super) fn missing_colon(&mut self, at: usize) {
        let finding = self.at(&codes::JSON_SYNTAX, Span::new(at, at), "a colon must follow the key");
        self.add(finding.help("write \"key\": value"));
    }

    pub(super) fn no_key(&mut self, at: Span) {
        let finding = self.at(&codes::JSON_SYNTAX, at, "a key in double quotes must stand here");
        self.add(finding.help("write \"key\": value"));
    }

    pub(super) fn no_value(&mut self, at: usize) {
        let finding =
            self.at(&codes::JSON_SYNTAX, Span::new(at, at), "the file ends where a value must stand");
        self.add(finding.help("look for a text or a bracket that is not closed"));
    }

    pub(super) fn unexpected(&mut self, at: Span, why: &str) {
        let found = self.source.slice(at).to_owned();
        let finding = self.at(&codes::JSON_SYNTAX, at, format!("unexpected `{found}`"));
        self.add(finding.help(why));
    }

    pub(super) fn foreign_word(&mut self, at: Span, json: &'static str) {
        let found = self.source.slice(at).to_owned();
        let finding = self.at(&codes::JSON_SYNTAX, at, format!("`{found}` is not JSON"));
        self.add(finding.help(format!("write {json}")).fix(format!("write {json}"), at, json));
    }

    pub(super) fn not_finite(&mut self, at: Span) {
        let found = self.source.slice(at).to_owned();
        let finding = self.at(&codes::JSON_NOT_FINITE, at, format!("`{found}` is no JSON number"));
        self.add(finding.help("write a number, or quote it as a text"));
    }

    pub(super) fn bad_number(&mut self, at: Span, number: &str, reason: &str) {
        let finding = self.at(&codes::JSON_NUMBER, at, format!("`{number}` is no JSON number")).label(reason);
        let finding = finding.help("quote it if it is an identifier, such as an account id");
        self.add(finding.fix("quote it", at, format!("\"{number}\"")));
    }

    pub(super) fn unclosed_string(&mut self, open: usize) {
        let line_end = self.source.line_span(Span::new(open, open).start).end as usize;
        let text = Span::new(open, line_end.max(open + 1));
        let finding = self.at(&codes::JSON_SYNTAX, text, "the text is not closed on its line");
        self.add(finding.help("close it with a double quote; write a line break inside a text as \\n"));
    }

    pub(super) fn control_character(&mut self, at: usize, character: char) {
        let escape = match character {
            '\t' => "\\t".to_owned(),
            '\u{8}' => "\\b".to_owned(),
            '\u{c}' => "\\f".to_owned(),
            other => format!("\\u{:04x}", u32::from(other)),
        };
        let span = Span::new(at, at + 1);
        let name =
            if character == '\t' { "a tab".to_owned() } else { format!("U+{:04X}", u32::from(character)) };
        let finding = self.at(&codes::JSON_STRING, span, format!("{name} stands bare in a text"));
        self.add(finding.help(format!("write {escape}")).fix("escape it", span, escape));
    }

    pub(super) fn bad_escape(&mut self, at: Span, letter: char) {
        let message = if letter == 'u' {
            "four hexadecimal digits must follow \\u".to_owned()
        } else {
            format!("\\{} is no escape that JSON knows", letter.escape_default())
        };
        let finding = self.at(&codes::JSON_STRING, at, message);
        let backslash = Span { start: at.start, end: at.start };
        self.add(finding.help("write \\\\ for a backslash").fix("double the backslash", backslash, "\\"));
    }

    pub(super) fn lone_surrogate(&mut self, at: Span) {
        let found = self.source.slice(at).to_owned();
        let finding = self.at(&codes::LONE_SURROGATE, at, format!("{found} is half a character"));
        self.add(finding.help("write both halves of the pair, or the character itself"));
    }

    fn comments(&mut self, comments: &[Span]) {
        let Some(first) = comments.first() else { return };
        let count = comments.len();
        let message = match count {
            1 => "a comment, which JSON does not have".to_owned(),
            _ => format!("{count} comments, which JSON does not have; this is the first"),
        };
        let edits = comments.iter().map(|comment| self.removal(*comment)).collect();
        let title = if count == 1 { "remove the comment" } else { "remove the comments" };
        let finding = self.at(&codes::JSON_COMMENT, *first, message);
        self.add(
            finding.help("keep remarks in the manifest, or in a key such as \"Sid\"").fix_all(title, edits),
        );
    }

    /// Takes a comment out with the blanks before it, and its line break where it has the line to itself.
    fn removal(&self, comment: Span) -> Edit {
        let text = self.source.text();
        let before = text[..comment.start as usize].trim_end_matches([' ', '\t']);
        let whole_line = before.is_empty() || before.ends_with('\n');
        let end = comment.end as usize;
        let after = &text[end..];
        let line_break = match after.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        };
        let end = if whole_line { end + line_break } else { end };
        Edit { span: Span::new(before.len(), end), replacement: String::new() }
    }

    fn at(&self, code: &'static Code, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(code, &Location::new(self.source, span), message)
    }

    fn add(&mut self, finding: Finding) {
        if self.findings.len() < limits::FINDINGS {
            self.findings.push(finding);
        }
    }
}
