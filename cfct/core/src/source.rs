//! Files as the core sees them: a name and a text, with byte spans into it.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A path inside a configuration package: relative, `/`-separated, no `.` or `..` part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackagePath(Arc<str>);

impl PackagePath {
    /// Normalises `raw` (`./a//b` becomes `a/b`). `None` where it is empty, absolute or leaves the package.
    #[must_use]
    pub fn new(raw: &str) -> Option<Self> {
        if raw.starts_with('/') || raw.contains('\0') || raw.contains('\\') {
            return None;
        }
        let parts: Vec<&str> = raw.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if parts.is_empty() || parts.contains(&"..") {
            return None;
        }
        Some(Self(parts.join("/").into()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part: `b.yaml` of `a/b.yaml`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The text after the last dot of the file name, as written; empty where there is none.
    #[must_use]
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether the path lies below `folder` (given without a trailing slash).
    #[must_use]
    pub fn is_under(&self, folder: &str) -> bool {
        self.0.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }
}

impl fmt::Display for PackagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A range of bytes in a source text, end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`, in bytes. Offsets past 4 GiB saturate; inputs are bounded far below.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Whether it holds no byte: a place between two.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The span as a range for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line and a column, both from 1; the column counts characters, as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A file's name and text. Cheap to share; findings hold on to it, so they can be rendered alone.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A source named as a person should see it (a package path, or the path given on the command line).
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), line_starts: OnceLock::new() })
    }

    /// The name given to [`SourceFile::new`].
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text under `span`; empty where the span is out of range or cuts a character.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Where byte `offset` stands.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start as usize..offset as usize).unwrap_or("");
        // A byte order mark is no character of the first line to any editor.
        let before = before.strip_prefix('\u{feff}').unwrap_or(before);
        Position { line, column: before.chars().count() + 1 }
    }

    /// The span of the line (without its line break) that byte `offset` stands in.
    #[must_use]
    pub fn line_span(&self, offset: u32) -> Span {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0) as usize;
        let rest = self.text.get(start..).unwrap_or("");
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        Span::new(start, start + length)
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let mut starts = vec![0];
            starts.extend(
                self.text
                    .bytes()
                    .enumerate()
                    .filter(|(_, byte)| *byte == b'\n')
                    .map(|(at, _)| Span::new(at + 1, at + 1).start),
            );
            starts
        })
    }
}

/// A place in a source: what a finding points at.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file.
    pub source: Arc<SourceFile>,
    /// The bytes in it.
    pub span: Span,
}

impl Location {
    /// The place of a whole file: its first byte.
    #[must_use]
    pub fn file(source: &Arc<SourceFile>) -> Self {
        Self { source: Arc::clone(source), span: Span::default() }
    }

    /// A place named by bytes.
    #[must_use]
    pub fn new(source: &Arc<SourceFile>, span: Span) -> Self {
        Self { source: Arc::clone(source), span }
    }

    /// The text there.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.slice(self.span)
    }
}

/// Anything that stands somewhere in a source.
pub trait Located {
    /// Where it stands.
    fn location(&self) -> Location;
}

impl Located for Location {
    fn location(&self) -> Location {
        self.clone()
    }
}
