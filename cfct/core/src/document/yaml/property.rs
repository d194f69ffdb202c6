//! Anchors, aliases, tags and directives.

use super::fault::{Fault, SyntaxError};
use super::scanner::Scanner;
use super::token::{Directive, Kind, TagName, Token};
use crate::source::Span;

type Scanned<T> = Result<T, SyntaxError>;

impl Scanner<'_> {
    pub(super) fn scan_anchor(&mut self) -> Scanned<Token> {
        self.scan_name(Kind::Anchor, Fault::Anchor)
    }

    pub(super) fn scan_alias(&mut self) -> Scanned<Token> {
        self.scan_name(Kind::Alias, Fault::Alias)
    }

    /// `&name` or `*name`, of ASCII letters, digits, `-` and `_`.
    fn scan_name(&mut self, kind: Kind, fault: Fault) -> Scanned<Token> {
        let start = self.cursor.at();
        self.cursor.advance(1);
        let length = self.name_length();
        self.cursor.advance(length);
        let ends = self.cursor.is_blank(0)
            || matches!(self.cursor.peek(), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        let span = Span::new(start, self.cursor.at());
        if length == 0 || !ends {
            let fault_end = self.cursor.at() + self.cursor.character().map_or(0, char::len_utf8);
            return Err(SyntaxError::new(fault, Span::new(start, fault_end)));
        }
        Ok(Token { kind, span })
    }

    /// `!local`, `!!core`, `!handle!name`, `!<verbatim>` or `!`.
    pub(super) fn scan_tag(&mut self) -> Scanned<Token> {
        let start = self.cursor.at();
        let fault = SyntaxError::new(Fault::Tag, Span::new(start, start + 1));
        let name = if self.cursor.byte(1) == b'<' {
            self.cursor.advance(2);
            let suffix = self.scan_uri(fault)?;
            if self.cursor.peek() != b'>' {
                return Err(fault);
            }
            self.cursor.advance(1);
            TagName { handle: None, suffix }
        } else if self.cursor.is_blank(1) {
            self.cursor.advance(1);
            TagName { handle: None, suffix: Span::new(start, start + 1) }
        } else {
            // `!a!b` has a handle of its own; in `!b` the handle is the exclamation mark.
            let mut ahead = 1;
            while self.cursor.byte(ahead) != b'!' && !self.ends_tag(ahead) {
                ahead += 1;
            }
            let handle = if self.ends_tag(ahead) {
                self.cursor.advance(1);
                Span::new(start, start + 1)
            } else {
                self.scan_handle(fault)?
            };
            TagName { handle: Some(handle), suffix: self.scan_uri(fault)? }
        };
        if !self.ends_tag(0) {
            return Err(fault);
        }
        Ok(Token { kind: Kind::Tag(name), span: Span::new(start, self.cursor.at()) })
    }

    pub(super) fn scan_directive(&mut self) -> Scanned<Token> {
        let start = self.cursor.at();
        let fault = SyntaxError::new(Fault::Directive, Span::new(start, start + 1));
        self.cursor.advance(1);
        let length = self.name_length();
        let name = self.cursor.slice(start + 1, start + 1 + length);
        self.cursor.advance(length);
        if length == 0 || !self.ends_tag(0) {
            return Err(fault);
        }
        let directive = match name {
            "YAML" => self.scan_version(fault)?,
            "TAG" => {
                self.cursor.skip_spaces();
                let handle = self.scan_handle(fault)?;
                if self.cursor.peek() != b' ' {
                    return Err(fault);
                }
                self.cursor.skip_spaces();
                let prefix = self.scan_uri(fault)?;
                if !self.ends_tag(0) {
                    return Err(fault);
                }
                Directive::Tag { handle, prefix }
            }
            _ => {
                self.cursor.skip_line();
                Directive::Other
            }
        };
        let span = Span::new(start, self.cursor.at());
        self.cursor.skip_spaces();
        if self.cursor.peek() == b'#' {
            self.comment();
        }
        if !self.cursor.is_line_end(0) {
            return Err(fault);
        }
        self.cursor.take_break();
        Ok(Token { kind: Kind::Directive(directive), span })
    }

    /// `1.1`
    fn scan_version(&mut self, fault: SyntaxError) -> Scanned<Directive> {
        self.cursor.skip_spaces();
        let major = self.digits(fault)?;
        if self.cursor.peek() != b'.' {
            return Err(fault);
        }
        self.cursor.advance(1);
        self.digits(fault)?;
        if !self.ends_tag(0) {
            return Err(fault);
        }
        let major = self.cursor.slice(major.range().start, major.range().end);
        Ok(Directive::Yaml { known: major.trim_start_matches('0') == "1" })
    }

    fn digits(&mut self, fault: SyntaxError) -> Scanned<Span> {
        let start = self.cursor.at();
        while self.cursor.peek().is_ascii_digit() {
            self.cursor.advance(1);
        }
        if self.cursor.at() == start { Err(fault) } else { Ok(Span::new(start, self.cursor.at())) }
    }

    /// `!`, `!!` or `!name!`
    fn scan_handle(&mut self, fault: SyntaxError) -> Scanned<Span> {
        let start = self.cursor.at();
        if self.cursor.peek() != b'!' {
            return Err(fault);
        }
        self.cursor.advance(1);
        if self.cursor.peek() != b' ' {
            let length = self.name_length();
            self.cursor.advance(length);
            if self.cursor.peek() != b'!' {
                return Err(fault);
            }
            self.cursor.advance(1);
        }
        Ok(Span::new(start, self.cursor.at()))
    }

    /// A run of URI characters; `%` escapes must spell UTF-8.
    fn scan_uri(&mut self, fault: SyntaxError) -> Scanned<Span> {
        let start = self.cursor.at();
        loop {
            match self.cursor.peek() {
                b'%' => self.uri_escapes(fault)?,
                byte if byte.is_ascii_alphanumeric() || b"-;/?:@&=+$,_.!~*'()[]".contains(&byte) => {
                    self.cursor.advance(1);
                }
                _ => break,
            }
        }
        if self.cursor.at() == start { Err(fault) } else { Ok(Span::new(start, self.cursor.at())) }
    }

    fn uri_escapes(&mut self, fault: SyntaxError) -> Scanned<()> {
        let start = self.cursor.at();
        while self.cursor.peek() == b'%' {
            if !(self.cursor.byte(1).is_ascii_hexdigit() && self.cursor.byte(2).is_ascii_hexdigit()) {
                return Err(fault);
            }
            self.cursor.advance(3);
        }
        unescape_uri(self.cursor.slice(start, self.cursor.at())).map(|_| ()).ok_or(fault)
    }

    fn name_length(&self) -> usize {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        self.cursor.rest().bytes().take_while(is_name).count()
    }

    /// Whether a space, a line break or the end stands `ahead` bytes on. Not a tab.
    fn ends_tag(&self, ahead: usize) -> bool {
        self.cursor.byte(ahead) == b' ' || self.cursor.is_line_end(ahead)
    }
}

/// `%41` undone; `None` where the escapes spell no UTF-8.
pub(super) fn unescape_uri(uri: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        let digits =
            tail.get(..2).filter(|_| *byte == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                bytes.push(code);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}
