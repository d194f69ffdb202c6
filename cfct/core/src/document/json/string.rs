//! JSON strings.

use super::super::Style;
use super::super::arena::Text;
use super::{Reader, Step, Stop};
use crate::source::Span;

/// What a `\u` escape stands for.
enum Unit {
    Char(char),
    /// Half of a pair whose other half is missing.
    Lone,
}

impl Reader<'_> {
    /// A string, from its opening quote through its closing one.
    pub(super) fn string(&mut self) -> Step {
        let open = self.at;
        let bytes = self.text.as_bytes();
        let mut at = open + 1;
        // Texts without escapes are not copied.
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => {
                    self.scalar(Style::DoubleQuoted, Text::Unquoted, Span::new(open, at + 1));
                    return Ok(());
                }
                b'\\' | 0..0x20 => break,
                _ => at += 1,
            }
        }
        self.decoded_string(open, at)
    }

    fn decoded_string(&mut self, open: usize, first_special: usize) -> Step {
        let start = self.builder.decoded().len();
        let mut copied = open + 1;
        let mut at = first_special;
        loop {
            let Some(byte) = self.text.as_bytes().get(at) else { return self.unclosed_string(open) };
            match byte {
                b'"' => break,
                b'\n' | b'\r' => return self.unclosed_string(open),
                b'\\' => {
                    self.copy(copied, at);
                    at = self.escape(at);
                    copied = at;
                }
                0..0x20 => {
                    // Kept as it is; the finding says that JSON wants it escaped.
                    self.report.control_character(at, char::from(*byte));
                    at += 1;
                }
                _ => at += 1,
            }
        }
        self.copy(copied, at);
        let text = self.builder.decoded_from(start);
        self.scalar(Style::DoubleQuoted, text, Span::new(open, at + 1));
        Ok(())
    }

    fn unclosed_string(&mut self, open: usize) -> Step {
        self.report.unclosed_string(open);
        Err(Stop)
    }

    fn copy(&mut self, from: usize, to: usize) {
        let text = &self.text[from..to];
        self.builder.decoded().push_str(text);
    }

    /// Decodes the escape whose backslash is at `at`; returns where it ends.
    fn escape(&mut self, at: usize) -> usize {
        let Some(letter) = self.text[at + 1..].chars().next() else { return at + 1 };
        let plain = match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode_escape(at),
            // A line break ends the string; the caller sees to it.
            '\n' | '\r' => return at + 1,
            _ => {
                let end = at + 1 + letter.len_utf8();
                self.report.bad_escape(Span::new(at, end), letter);
                self.copy(at, end);
                return end;
            }
        };
        self.builder.decoded().push(plain);
        at + 2
    }

    /// `\u` and four digits, twice for characters beyond the basic plane.
    fn unicode_escape(&mut self, at: usize) -> usize {
        let Some(first) = self.code_unit(at) else {
            self.report.bad_escape(Span::new(at, at + 2), 'u');
            self.copy(at, at + 2);
            return at + 2;
        };
        let second = || self.code_unit(at + 6);
        let (unit, end) = match first {
            0xd800..0xdc00 => match second() {
                Some(low @ 0xdc00..0xe000) => {
                    let code = 0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00);
                    (char::from_u32(code).map_or(Unit::Lone, Unit::Char), at + 12)
                }
                _ => (Unit::Lone, at + 6),
            },
            _ => (char::from_u32(first).map_or(Unit::Lone, Unit::Char), at + 6),
        };
        match unit {
            Unit::Char(c) => self.builder.decoded().push(c),
            Unit::Lone => {
                self.report.lone_surrogate(Span::new(at, end));
                self.builder.decoded().push(char::REPLACEMENT_CHARACTER);
            }
        }
        end
    }

    /// The four hexadecimal digits behind the `\u` at `at`.
    fn code_unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    }
}
