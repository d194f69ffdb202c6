//! Plain and quoted scalars.

use super::super::Style;
use super::super::arena::Text;
use super::fault::{Fault, SyntaxError};
use super::scanner::Scanner;
use super::token::{Kind, Token};
use crate::source::Span;

/// What stands between two parts of a plain scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    /// Spaces inside a line, kept as they are.
    Spaces,
    /// One line break or more; what becomes of them is in [`Scanner::gap`].
    Lines,
}

impl Scanner<'_> {
    /// A plain scalar. A tab ends it, in YAML as PyYAML reads it.
    pub(super) fn scan_plain(&mut self) -> Token {
        let start = self.cursor.at();
        let decoded = self.decoded.len();
        let indent = self.indent + 1;
        let (mut end, mut gap, mut folded) = (start, Gap::Nothing, false);
        // A `#` behind a gap starts a comment.
        while self.cursor.peek() != b'#' {
            let length = self.plain_part();
            if length == 0 {
                break;
            }
            self.allow_simple_key = false;
            let part = self.cursor.at();
            if gap == Gap::Lines && !folded {
                folded = true;
                self.decoded.push_str(self.cursor.slice(start, end));
            }
            if folded {
                let between = if gap == Gap::Lines { &self.gap } else { self.cursor.slice(end, part) };
                self.decoded.push_str(between);
                self.decoded.push_str(self.cursor.slice(part, part + length));
            }
            self.cursor.advance(length);
            end = self.cursor.at();
            gap = self.plain_gap();
            if gap == Gap::Nothing || (self.flow_level == 0 && self.cursor.column() < indent) {
                break;
            }
        }
        let text = if folded { self.decoded_from(decoded) } else { Text::Source };
        Token { kind: Kind::Scalar(Style::Plain, text), span: Span::new(start, end) }
    }

    /// The length of the run without blanks and indicators at this place.
    fn plain_part(&self) -> usize {
        let in_flow = self.flow_level > 0;
        let mut length = 0;
        for byte in self.cursor.rest().bytes() {
            let stops = match byte {
                b' ' | b'\t' | b'\n' | b'\r' => true,
                b':' => {
                    let next = self.cursor.byte(length + 1);
                    self.cursor.is_blank(length + 1)
                        || (in_flow && matches!(next, b',' | b'[' | b']' | b'{' | b'}'))
                }
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => in_flow,
                0xc2 | 0xe2 => self.cursor.break_at(length) > 0,
                _ => false,
            };
            if stops {
                break;
            }
            length += 1;
        }
        length
    }

    /// Moves past blanks and line breaks inside or behind a plain scalar.
    fn plain_gap(&mut self) -> Gap {
        let start = self.cursor.at();
        self.cursor.skip_spaces();
        let Some(first) = self.cursor.take_break() else {
            return if self.cursor.at() > start { Gap::Spaces } else { Gap::Nothing };
        };
        self.allow_simple_key = true;
        self.gap.clear();
        if first != '\n' {
            self.gap.push(first);
        }
        let mut single = true;
        loop {
            if self.cursor.is_document_marker() {
                return Gap::Nothing;
            }
            self.cursor.skip_spaces();
            let Some(further) = self.cursor.take_break() else { break };
            single = false;
            self.gap.push(further);
        }
        if single && first == '\n' {
            self.gap.push(' ');
        }
        Gap::Lines
    }

    /// A quoted scalar. PyYAML does not mind how its lines are indented.
    pub(super) fn scan_quoted(&mut self) -> Result<Token, SyntaxError> {
        let start = self.cursor.at();
        let quote = self.cursor.peek();
        let style = if quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        // Texts without escapes and line breaks are not copied.
        let plain = self.unescaped_length(quote);
        if self.cursor.byte(1 + plain) == quote
            && (style == Style::DoubleQuoted || self.cursor.byte(2 + plain) != quote)
        {
            self.cursor.advance(plain + 2);
            let span = Span::new(start, self.cursor.at());
            return Ok(Token { kind: Kind::Scalar(style, Text::Unquoted), span });
        }
        let decoded = self.decoded.len();
        self.cursor.advance(1);
        loop {
            self.quoted_part(quote, start)?;
            if self.cursor.peek() == quote {
                break;
            }
            self.quoted_gap(start)?;
        }
        self.cursor.advance(1);
        let span = Span::new(start, self.cursor.at());
        Ok(Token { kind: Kind::Scalar(style, self.decoded_from(decoded)), span })
    }

    /// How many bytes behind the opening quote stand for themselves.
    fn unescaped_length(&self, quote: u8) -> usize {
        let mut length = 0;
        for byte in self.cursor.rest().bytes().skip(1) {
            let special = match byte {
                b'\n' | b'\r' => true,
                b'\\' => quote == b'"',
                0xc2 | 0xe2 => self.cursor.break_at(1 + length) > 0,
                _ => byte == quote,
            };
            if special {
                break;
            }
            length += 1;
        }
        length
    }

    /// Characters up to a blank, a line break or the closing quote.
    fn quoted_part(&mut self, quote: u8, start: usize) -> Result<(), SyntaxError> {
        loop {
            let from = self.cursor.at();
            let stops = |byte: u8| byte == quote || (quote == b'"' && byte == b'\\');
            while !stops(self.cursor.peek()) && !self.cursor.is_blank(0) {
                self.cursor.advance(1);
            }
            self.decoded.push_str(self.cursor.slice(from, self.cursor.at()));
            if quote == b'\'' && self.cursor.peek() == quote && self.cursor.byte(1) == quote {
                self.decoded.push('\'');
                self.cursor.advance(2);
            } else if quote == b'"' && self.cursor.peek() == b'\\' {
                self.escape(start)?;
            } else {
                return Ok(());
            }
        }
    }

    /// Blanks inside a line are kept; around line breaks they are dropped and the breaks folded.
    fn quoted_gap(&mut self, start: usize) -> Result<(), SyntaxError> {
        let from = self.cursor.at();
        while matches!(self.cursor.peek(), b' ' | b'\t') {
            self.cursor.advance(1);
        }
        let blanks = self.cursor.slice(from, self.cursor.at());
        if self.cursor.is_end() {
            return Err(self.unclosed(start));
        }
        match self.cursor.take_break() {
            None => self.decoded.push_str(blanks),
            Some('\n') => {
                if self.quoted_breaks(start)? == 0 {
                    self.decoded.push(' ');
                }
            }
            Some(other) => {
                self.decoded.push(other);
                self.quoted_breaks(start)?;
            }
        }
        Ok(())
    }

    /// Keeps the line breaks that follow a first one; returns how many there are.
    fn quoted_breaks(&mut self, start: usize) -> Result<usize, SyntaxError> {
        let mut count = 0;
        loop {
            if self.cursor.is_document_marker() {
                return Err(self.unclosed(start));
            }
            while matches!(self.cursor.peek(), b' ' | b'\t') {
                self.cursor.advance(1);
            }
            let Some(further) = self.cursor.take_break() else { return Ok(count) };
            self.decoded.push(further);
            count += 1;
        }
    }

    fn escape(&mut self, start: usize) -> Result<(), SyntaxError> {
        let backslash = self.cursor.at();
        self.cursor.advance(1);
        if self.cursor.take_break().is_some() {
            self.quoted_breaks(start)?;
            return Ok(());
        }
        let Some(letter) = self.cursor.character() else { return Err(self.unclosed(start)) };
        let decoded = match letter {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            't' | '\t' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            ' ' | '"' | '\\' | '/' => letter,
            'N' => '\u{85}',
            '_' => '\u{a0}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            'x' => return self.code_escape(backslash, 2),
            'u' => return self.code_escape(backslash, 4),
            'U' => return self.code_escape(backslash, 8),
            _ => {
                let span = Span::new(backslash, self.cursor.at() + letter.len_utf8());
                return Err(SyntaxError::new(Fault::Escape, span));
            }
        };
        self.decoded.push(decoded);
        self.cursor.advance(letter.len_utf8());
        Ok(())
    }

    /// `\x41`, `\u0041`, `\U00000041`
    fn code_escape(&mut self, backslash: usize, digits: usize) -> Result<(), SyntaxError> {
        let from = self.cursor.at() + 1;
        let text = self.cursor.slice(from, from + digits);
        let span = Span::new(backslash, from + digits);
        let valid = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u32::from_str_radix(text, 16).ok().filter(|code| valid && *code <= u32::from(char::MAX));
        let Some(code) = code else {
            return Err(SyntaxError::new(Fault::HexEscape, Span::new(backslash, from)));
        };
        // Python takes half of a surrogate pair for a character; UTF-8 has no such thing.
        self.decoded.push(char::from_u32(code).unwrap_or_else(|| {
            self.lone_surrogates.push(span);
            char::REPLACEMENT_CHARACTER
        }));
        self.cursor.advance(1 + digits);
        Ok(())
    }

    fn unclosed(&self, start: usize) -> SyntaxError {
        SyntaxError::new(Fault::UnclosedQuote, Span::new(start, start + 1))
    }

    /// The text decoded since `start`.
    pub(super) fn decoded_from(&self, start: usize) -> Text {
        let Span { start, end } = Span::new(start, self.decoded.len());
        Text::Decoded { start, end }
    }
}
