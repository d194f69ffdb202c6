//! From text to tokens, by the rules of PyYAML's scanner.
//!
//! YAML's `key: value` shows that it is a key only at the colon, so tokens wait in a queue while one of them
//! may yet turn out to start a simple key. PyYAML allows such a key one line and 1,024 characters.

use std::collections::VecDeque;

use super::cursor::Cursor;
use super::fault::{Fault, SyntaxError};
use super::token::{Kind, Token};
use crate::source::Span;

/// The longest simple key, in characters.
const LONGEST_KEY: usize = 1024;

type Scanned<T> = Result<T, SyntaxError>;

/// A token that may start a simple key.
struct SimpleKey {
    flow_level: u32,
    /// The token's number, counted over the whole stream.
    token: usize,
    /// In block context at the map's own indentation there is nothing else it could be.
    required: bool,
    at: usize,
    line: u32,
    column: i32,
}

pub(super) struct Scanner<'s> {
    pub(super) cursor: Cursor<'s>,
    /// Texts that differ from the source, one after the other.
    pub(super) decoded: String,
    pub(super) comments: Vec<Span>,
    /// Escapes that name half a character.
    pub(super) lone_surrogates: Vec<Span>,
    /// The blanks and line breaks between two parts of a plain scalar, while it is scanned.
    pub(super) gap: String,
    pub(super) flow_level: u32,
    pub(super) allow_simple_key: bool,
    /// The column of the innermost block collection; -1 outside of any.
    pub(super) indent: i32,
    outer_indents: Vec<i32>,
    tokens: VecDeque<Token>,
    taken: usize,
    /// Outermost flow level first, at most one a level.
    simple_keys: VecDeque<SimpleKey>,
    done: bool,
}

impl<'s> Scanner<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self {
            cursor: Cursor::new(text),
            decoded: String::new(),
            comments: Vec::new(),
            lone_surrogates: Vec::new(),
            gap: String::new(),
            flow_level: 0,
            allow_simple_key: true,
            indent: -1,
            outer_indents: Vec::new(),
            tokens: VecDeque::new(),
            taken: 0,
            simple_keys: VecDeque::new(),
            done: false,
        }
    }

    /// The next token, left where it is. Behind the end of the stream there are only more ends.
    pub(super) fn peek(&mut self) -> Scanned<Token> {
        while self.needs_more()? {
            self.fetch()?;
        }
        let end = Span::new(self.cursor.at(), self.cursor.at());
        Ok(self.tokens.front().copied().unwrap_or(Token { kind: Kind::StreamEnd, span: end }))
    }

    pub(super) fn next(&mut self) -> Scanned<Token> {
        let token = self.peek()?;
        if self.tokens.pop_front().is_some() {
            self.taken += 1;
        }
        Ok(token)
    }

    fn needs_more(&mut self) -> Scanned<bool> {
        if self.done {
            return Ok(false);
        }
        if self.tokens.is_empty() {
            return Ok(true);
        }
        self.drop_stale_keys()?;
        Ok(self.simple_keys.front().is_some_and(|key| key.token == self.taken))
    }

    fn fetch(&mut self) -> Scanned<()> {
        self.skip_to_token();
        self.drop_stale_keys()?;
        if self.flow_level == 0 {
            let column = self.cursor.column();
            self.unwind(column);
        }
        if self.cursor.is_end() {
            return self.fetch_stream_end();
        }
        match self.cursor.peek() {
            b'%' if self.cursor.column() == 0 => self.fetch_directive(),
            b'-' | b'.' if self.cursor.is_document_marker() && self.cursor.column() == 0 => {
                self.fetch_document_marker()
            }
            b'[' => self.fetch_flow_start(Kind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(Kind::FlowMappingStart),
            b']' => self.fetch_flow_end(Kind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(Kind::FlowMappingEnd),
            b',' => {
                self.allow_simple_key = true;
                self.forget_key()?;
                self.push_character(Kind::FlowEntry);
                Ok(())
            }
            b'-' if self.cursor.is_blank(1) => self.fetch_block_entry(),
            b'?' if self.flow_level > 0 || self.cursor.is_blank(1) => self.fetch_key(),
            b':' if self.flow_level > 0 || self.cursor.is_blank(1) => self.fetch_value(),
            b'*' => self.fetch_property(Self::scan_alias),
            b'&' => self.fetch_property(Self::scan_anchor),
            b'!' => self.fetch_property(Self::scan_tag),
            b'|' | b'>' if self.flow_level == 0 => {
                self.allow_simple_key = true;
                self.forget_key()?;
                let token = self.scan_block_scalar()?;
                self.tokens.push_back(token);
                Ok(())
            }
            b'\'' | b'"' => self.fetch_property(Self::scan_quoted),
            _ if self.starts_plain() => {
                self.save_key()?;
                self.allow_simple_key = false;
                let token = self.scan_plain();
                self.tokens.push_back(token);
                Ok(())
            }
            _ => Err(self.no_token()),
        }
    }

    /// Moves past spaces, comments and line breaks. Not past tabs: PyYAML has no place for them here.
    fn skip_to_token(&mut self) {
        self.cursor.skip_mark();
        loop {
            self.cursor.skip_spaces();
            if self.cursor.peek() == b'#' {
                self.comment();
            }
            if self.cursor.take_break().is_none() {
                return;
            }
            if self.flow_level == 0 {
                self.allow_simple_key = true;
            }
        }
    }

    /// Moves to the end of the line and remembers the comment.
    pub(super) fn comment(&mut self) {
        let start = self.cursor.at();
        self.cursor.skip_line();
        self.comments.push(Span::new(start, self.cursor.at()));
    }

    // Simple keys.

    /// Forgets keys that the present place has left behind: another line, or too far.
    fn drop_stale_keys(&mut self) -> Scanned<()> {
        while let Some(key) = self.simple_keys.front() {
            let same_line = key.line == self.cursor.line();
            let too_long = same_line && self.cursor.is_beyond(key.at, LONGEST_KEY);
            if same_line && !too_long {
                break;
            }
            if key.required {
                return Err(self.without_colon(key.at, too_long));
            }
            self.simple_keys.pop_front();
        }
        Ok(())
    }

    /// Remembers that the next token may start a simple key.
    fn save_key(&mut self) -> Scanned<()> {
        if !self.allow_simple_key {
            return Ok(());
        }
        self.forget_key()?;
        let column = self.cursor.column();
        self.simple_keys.push_back(SimpleKey {
            flow_level: self.flow_level,
            token: self.taken + self.tokens.len(),
            required: self.flow_level == 0 && self.indent == column,
            at: self.cursor.at(),
            line: self.cursor.line(),
            column,
        });
        Ok(())
    }

    /// Gives up the possible key of this flow level.
    fn forget_key(&mut self) -> Scanned<()> {
        if let Some(key) = self.take_key()
            && key.required
        {
            return Err(self.without_colon(key.at, false));
        }
        Ok(())
    }

    /// The possible key of this flow level.
    fn take_key(&mut self) -> Option<SimpleKey> {
        let here = self.simple_keys.back().is_some_and(|key| key.flow_level == self.flow_level);
        if here { self.simple_keys.pop_back() } else { None }
    }

    fn without_colon(&self, at: usize, too_long: bool) -> SyntaxError {
        let length = self.cursor.line_from(at).len();
        let fault = if too_long { Fault::KeyTooLong } else { Fault::NoColon };
        SyntaxError::new(fault, Span::new(at, at + length))
    }

    // Indentation.

    /// Ends the block collections that are indented deeper than `column`.
    fn unwind(&mut self, column: i32) {
        while self.indent > column {
            self.indent = self.outer_indents.pop().unwrap_or(-1);
            self.push(Kind::BlockEnd, 0);
        }
    }

    fn add_indent(&mut self, column: i32) -> bool {
        if self.indent >= column {
            return false;
        }
        self.outer_indents.push(self.indent);
        self.indent = column;
        true
    }

    /// Starts a block collection at this place, unless it goes on with the one that is open there.
    fn indent_here(&mut self, start: Kind) {
        let column = self.cursor.column();
        if self.add_indent(column) {
            self.push(start, 0);
        }
    }

    // Tokens.

    /// Adds a token of `length` bytes at this place, without moving.
    fn push(&mut self, kind: Kind, length: usize) {
        let at = self.cursor.at();
        self.tokens.push_back(Token { kind, span: Span::new(at, at + length) });
    }

    fn push_character(&mut self, kind: Kind) {
        self.push(kind, 1);
        self.cursor.advance(1);
    }

    fn fetch_stream_end(&mut self) -> Scanned<()> {
        self.unwind(-1);
        self.forget_key()?;
        self.allow_simple_key = false;
        self.simple_keys.clear();
        self.push(Kind::StreamEnd, 0);
        self.done = true;
        Ok(())
    }

    fn fetch_directive(&mut self) -> Scanned<()> {
        self.unwind(-1);
        self.forget_key()?;
        self.allow_simple_key = false;
        let token = self.scan_directive()?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_document_marker(&mut self) -> Scanned<()> {
        self.unwind(-1);
        self.forget_key()?;
        self.allow_simple_key = false;
        let start = self.cursor.peek() == b'-';
        self.push(if start { Kind::DocumentStart } else { Kind::DocumentEnd }, 3);
        self.cursor.advance(3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: Kind) -> Scanned<()> {
        self.save_key()?;
        self.flow_level += 1;
        self.allow_simple_key = true;
        self.push_character(kind);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: Kind) -> Scanned<()> {
        self.forget_key()?;
        // A bracket too many is the parser's to refuse.
        self.flow_level = self.flow_level.saturating_sub(1);
        self.allow_simple_key = false;
        self.push_character(kind);
        Ok(())
    }

    /// `- `. In flow context it is the parser that refuses it.
    fn fetch_block_entry(&mut self) -> Scanned<()> {
        if self.flow_level == 0 {
            if !self.allow_simple_key {
                return Err(self.here(Fault::ItemNotAllowed));
            }
            self.indent_here(Kind::BlockSequenceStart);
        }
        self.allow_simple_key = true;
        self.forget_key()?;
        self.push_character(Kind::BlockEntry);
        Ok(())
    }

    /// `? `
    fn fetch_key(&mut self) -> Scanned<()> {
        if self.flow_level == 0 {
            if !self.allow_simple_key {
                return Err(self.here(Fault::KeyNotAllowed));
            }
            self.indent_here(Kind::BlockMappingStart);
        }
        self.allow_simple_key = self.flow_level == 0;
        self.forget_key()?;
        self.push_character(Kind::Key);
        Ok(())
    }

    /// `: `: what stood before it was a key after all, or it belongs to a `? ` key.
    fn fetch_value(&mut self) -> Scanned<()> {
        if let Some(key) = self.take_key() {
            let place = key.token - self.taken;
            let span = Span::new(key.at, key.at);
            self.tokens.insert(place, Token { kind: Kind::Key, span });
            if self.flow_level == 0 && self.add_indent(key.column) {
                self.tokens.insert(place, Token { kind: Kind::BlockMappingStart, span });
            }
            self.allow_simple_key = false;
        } else {
            if self.flow_level == 0 {
                if !self.allow_simple_key {
                    return Err(self.here(Fault::ValueNotAllowed));
                }
                self.indent_here(Kind::BlockMappingStart);
            }
            self.allow_simple_key = self.flow_level == 0;
        }
        self.push_character(Kind::Value);
        Ok(())
    }

    /// An alias, an anchor, a tag or a quoted scalar: each may start a simple key, and none follows it.
    fn fetch_property(&mut self, scan: fn(&mut Self) -> Scanned<Token>) -> Scanned<()> {
        self.save_key()?;
        self.allow_simple_key = false;
        let token = scan(self)?;
        self.tokens.push_back(token);
        Ok(())
    }

    /// Whether a plain scalar may start here; `-`, and in block context `?` and `:`, only before a non-blank.
    fn starts_plain(&self) -> bool {
        match self.cursor.peek() {
            b' ' | b'\t' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>'
            | b'\'' | b'"' | b'%' | b'@' | b'`' => false,
            b'-' => !self.cursor.is_blank(1),
            b'?' | b':' => self.flow_level == 0 && !self.cursor.is_blank(1),
            _ => true,
        }
    }

    fn no_token(&self) -> SyntaxError {
        if self.cursor.peek() == b'\t' {
            let blanks = self.cursor.rest().bytes().take_while(|byte| matches!(byte, b'\t' | b' ')).count();
            return SyntaxError::new(Fault::Tab, Span::new(self.cursor.at(), self.cursor.at() + blanks));
        }
        self.here(Fault::Indicator)
    }

    /// A fault at the character at this place.
    pub(super) fn here(&self, fault: Fault) -> SyntaxError {
        let at = self.cursor.at();
        let length = self.cursor.character().map_or(0, char::len_utf8);
        SyntaxError::new(fault, Span::new(at, at + length))
    }
}
