//! A place in the text: characters, line breaks, lines and columns as PyYAML's reader counts them.

/// U+FEFF, which takes no column.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// A place in a text. Bytes behind the end read as 0, which the text itself does not hold.
pub(super) struct Cursor<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    line: u32,
    /// A byte offset of the present line whose column is known, and that column.
    measured: (usize, u32),
}

impl<'s> Cursor<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, line: 0, measured: (0, 0) }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The line, from 0.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// The column in characters, from 0. Linear in the distance to the last place that was asked for.
    pub(super) fn column(&mut self) -> i32 {
        let (from, column) = self.measured;
        let between = self.bytes.get(from..self.at).unwrap_or_default();
        let added = if between.is_ascii() { between.len() } else { columns(between) };
        let column = column.saturating_add(u32::try_from(added).unwrap_or(u32::MAX));
        self.measured = (self.at, column);
        i32::try_from(column).unwrap_or(i32::MAX)
    }

    /// Whether more than `many` characters lie between `from` and this place.
    pub(super) fn is_beyond(&self, from: usize, many: usize) -> bool {
        let bytes = self.at - from;
        // A character has one byte to four.
        bytes > many && (bytes > many * 4 || self.slice(from, self.at).chars().count() > many)
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'s str {
        self.text.get(from..to).unwrap_or("")
    }

    /// The text from `from` to the end of its line.
    pub(super) fn line_from(&self, from: usize) -> &'s str {
        self.text.get(from..).and_then(|text| text.lines().next()).unwrap_or("")
    }

    /// The text from this place on.
    pub(super) fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> u8 {
        self.byte(0)
    }

    /// The byte `ahead` bytes on.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(super) fn is_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The character here; `None` at the end.
    pub(super) fn character(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The length in bytes of the line break `ahead` bytes on; 0 where there is none.
    pub(super) fn break_at(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\n' => 1,
            b'\r' => 1 + usize::from(self.byte(ahead + 1) == b'\n'),
            0xc2 if self.byte(ahead + 1) == 0x85 => 2,
            0xe2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xa8 | 0xa9) => 3,
            _ => 0,
        }
    }

    /// Whether a line break or the end stands `ahead` bytes on.
    pub(super) fn is_line_end(&self, ahead: usize) -> bool {
        self.at + ahead >= self.bytes.len() || self.break_at(ahead) > 0
    }

    /// Whether a space, a tab, a line break or the end stands `ahead` bytes on.
    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t') || self.is_line_end(ahead)
    }

    /// Whether `---` or `...` stands here with a blank behind it. Only a marker at the start of a line.
    pub(super) fn is_document_marker(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.is_blank(3)
    }

    /// Moves on inside the line.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.bytes.len());
    }

    pub(super) fn skip_spaces(&mut self) {
        while self.peek() == b' ' {
            self.at += 1;
        }
    }

    /// Moves to the end of the line.
    pub(super) fn skip_line(&mut self) {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0xc2 | 0xe2));
            self.at += plain.unwrap_or(rest.len());
            if self.is_line_end(0) {
                return;
            }
            self.at += 1;
        }
    }

    /// Moves past a line break, and says what it stands for: `\n`, or U+2028 and U+2029 as they are.
    pub(super) fn take_break(&mut self) -> Option<char> {
        let length = self.break_at(0);
        if length == 0 {
            return None;
        }
        let normal = match (length, self.byte(2)) {
            (3, 0xa8) => '\u{2028}',
            (3, _) => '\u{2029}',
            _ => '\n',
        };
        self.at += length;
        self.line += 1;
        self.measured = (self.at, 0);
        Some(normal)
    }

    /// Moves past a byte order mark at the very start.
    pub(super) fn skip_mark(&mut self) {
        if self.at == 0 && self.bytes.starts_with(&MARK) {
            self.at = MARK.len();
        }
    }
}

fn columns(bytes: &[u8]) -> usize {
    let starts = bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    starts - bytes.windows(MARK.len()).filter(|window| *window == MARK).count()
}
