//! Literal (`|`) and folded (`>`) scalars.

use super::super::Style;
use super::fault::{Fault, SyntaxError};
use super::scanner::Scanner;
use super::token::{Kind, Token};
use crate::source::Span;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    pub(super) fn scan_block_scalar(&mut self) -> Result<Token, SyntaxError> {
        let start = self.cursor.at();
        let decoded = self.decoded.len();
        let folds = self.cursor.peek() == b'>';
        self.cursor.advance(1);
        let (chomping, increment) = self.block_header()?;
        let mut end = self.cursor.at();
        self.rest_of_header_line()?;

        let least = (self.indent + 1).max(1);
        self.gap.clear();
        let indent = match increment {
            Some(increment) => {
                let indent = least + increment - 1;
                self.blank_lines(indent);
                indent
            }
            None => self.leading_blank_lines().max(least),
        };
        // The breaks of blank lines wait in `gap` until it is known whether more text follows them.
        let mut line_break = None;
        while self.cursor.column() == indent && !self.cursor.is_end() {
            self.decoded.push_str(&self.gap);
            let from = self.cursor.at();
            let starts_blank = matches!(self.cursor.peek(), b' ' | b'\t');
            self.cursor.skip_line();
            end = self.cursor.at();
            self.decoded.push_str(self.cursor.slice(from, end));
            line_break = self.cursor.take_break();
            self.gap.clear();
            self.blank_lines(indent);
            if self.cursor.column() != indent || self.cursor.is_end() {
                break;
            }
            let next_blank = matches!(self.cursor.peek(), b' ' | b'\t');
            if folds && line_break == Some('\n') && !starts_blank && !next_blank {
                if self.gap.is_empty() {
                    self.decoded.push(' ');
                }
            } else {
                self.decoded.extend(line_break);
            }
        }
        if chomping != Chomping::Strip {
            self.decoded.extend(line_break);
        }
        if chomping == Chomping::Keep {
            self.decoded.push_str(&self.gap);
        }
        let style = if folds { Style::Folded } else { Style::Literal };
        let text = self.decoded_from(decoded);
        Ok(Token { kind: Kind::Scalar(style, text), span: Span::new(start, end) })
    }

    /// `+`, `-` and the digit that gives the indentation, in either order.
    fn block_header(&mut self) -> Result<(Chomping, Option<i32>), SyntaxError> {
        let (mut chomping, mut increment) = (None, None);
        loop {
            match self.cursor.peek() {
                b'+' if chomping.is_none() => chomping = Some(Chomping::Keep),
                b'-' if chomping.is_none() => chomping = Some(Chomping::Strip),
                digit @ b'1'..=b'9' if increment.is_none() => increment = Some(i32::from(digit - b'0')),
                b' ' => break,
                _ if self.cursor.is_line_end(0) => break,
                _ => return Err(self.here(Fault::BlockHeader)),
            }
            self.cursor.advance(1);
        }
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn rest_of_header_line(&mut self) -> Result<(), SyntaxError> {
        self.cursor.skip_spaces();
        if self.cursor.peek() == b'#' {
            self.comment();
        }
        if !self.cursor.is_line_end(0) {
            return Err(self.here(Fault::BlockHeader));
        }
        self.cursor.take_break();
        Ok(())
    }

    /// Blank lines before the text; the deepest column among them and the first line of text, which PyYAML
    /// takes for the indentation even where a blank line reaches further than the text.
    fn leading_blank_lines(&mut self) -> i32 {
        let mut deepest = 0;
        loop {
            self.cursor.skip_spaces();
            deepest = deepest.max(self.cursor.column());
            match self.cursor.take_break() {
                Some(line_break) => self.gap.push(line_break),
                None => return deepest,
            }
        }
    }

    /// Blank lines and then up to `indent` spaces.
    fn blank_lines(&mut self, indent: i32) {
        loop {
            while self.cursor.column() < indent && self.cursor.peek() == b' ' {
                self.cursor.advance(1);
            }
            match self.cursor.take_break() {
                Some(line_break) => self.gap.push(line_break),
                None => return,
            }
        }
    }
}
