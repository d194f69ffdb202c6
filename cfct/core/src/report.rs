//! Findings as data: the shape of `check --format json` and of the record that packaging keeps.
//!
//! The field names are a published interface: fields are added, never renamed or dropped.

mod schema;

use serde::Serialize;

use crate::finding::{Edit, Finding, Fix, Level, Related};
use crate::source::{Location, Position};

pub use schema::json_schema;

/// All findings of a run and how many there are of each level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The findings, in the order they were given.
    pub findings: Vec<ReportedFinding>,
    /// How many of each level.
    pub summary: Summary,
}

impl Report {
    /// The report of `findings`.
    #[must_use]
    pub fn new(findings: &[Finding]) -> Self {
        Self { findings: findings.iter().map(ReportedFinding::new).collect(), summary: Summary::of(findings) }
    }
}

/// How many findings there are of each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings of [`Level::Error`].
    pub errors: usize,
    /// Findings of [`Level::Warning`].
    pub warnings: usize,
    /// Findings of [`Level::Note`].
    pub notes: usize,
}

impl Summary {
    /// Counts `findings`.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let mut summary = Self::default();
        for finding in findings {
            match finding.level {
                Level::Error => summary.errors += 1,
                Level::Warning => summary.warnings += 1,
                Level::Note => summary.notes += 1,
            }
        }
        summary
    }

    /// Findings of any level.
    #[must_use]
    pub fn total(self) -> usize {
        self.errors + self.warnings + self.notes
    }
}

/// One finding as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportedFinding {
    /// The code's name.
    pub code: &'static str,
    /// `error`, `warning` or `note`, after settings.
    pub level: &'static str,
    /// What CfCT or AWS would have done: [`Stage::as_str`](crate::finding::Stage::as_str).
    pub stage: &'static str,
    /// A lower-case fragment that names the thing.
    pub message: String,
    /// The file, relative to the configuration folder.
    pub file: String,
    /// Line of the first character, from 1.
    pub line: usize,
    /// Column of the first character, from 1, in characters.
    pub column: usize,
    /// Line of the place after the last character.
    pub end_line: usize,
    /// Column of the place after the last character.
    pub end_column: usize,
    /// What to do.
    pub help: Option<String>,
    /// The code's page, relative to the toolkit's repository.
    pub docs: String,
    /// Why it matters.
    pub why: &'static str,
    /// Other places to look at.
    pub related: Vec<ReportedRelated>,
    /// The mend, where a machine can apply it.
    pub fix: Option<ReportedFix>,
}

impl ReportedFinding {
    fn new(finding: &Finding) -> Self {
        let place = Place::of(&finding.primary);
        Self {
            code: finding.code.name,
            level: finding.level.as_str(),
            stage: finding.stage.as_str(),
            message: finding.message.clone(),
            file: place.file.to_owned(),
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
            help: finding.help.clone(),
            docs: finding.code.docs(),
            why: finding.code.why,
            related: finding.related.iter().map(ReportedRelated::new).collect(),
            fix: finding.fix.as_ref().map(ReportedFix::new),
        }
    }
}

/// A range in a file as people count: lines and columns from 1, columns in characters, the end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'f> {
    /// The file, relative to the configuration folder.
    pub file: &'f str,
    /// The first character.
    pub start: Position,
    /// The place after the last character.
    pub end: Position,
}

impl<'f> Place<'f> {
    /// Where `location` is.
    #[must_use]
    pub fn of(location: &'f Location) -> Self {
        Self {
            file: location.source.name(),
            start: location.source.position(location.span.start),
            end: location.source.position(location.span.end),
        }
    }
}

/// Another place that a finding needs to be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportedRelated {
    /// What it has to do with the finding.
    pub message: String,
    /// The file, relative to the configuration folder.
    pub file: String,
    /// Line of the first character, from 1.
    pub line: usize,
    /// Column of the first character, from 1, in characters.
    pub column: usize,
    /// Line of the place after the last character.
    pub end_line: usize,
    /// Column of the place after the last character.
    pub end_column: usize,
}

impl ReportedRelated {
    fn new(related: &Related) -> Self {
        let place = Place::of(&related.location);
        Self {
            message: related.label.clone(),
            file: place.file.to_owned(),
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        }
    }
}

/// A mend in the finding's own file: all edits or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportedFix {
    /// What it does, as an imperative.
    pub title: String,
    /// The edits, which do not overlap.
    pub edits: Vec<ReportedEdit>,
}

impl ReportedFix {
    fn new(fix: &Fix) -> Self {
        let edit = |edit: &Edit| ReportedEdit {
            start: edit.span.start,
            end: edit.span.end,
            replacement: edit.replacement.clone(),
        };
        Self { title: fix.title.clone(), edits: fix.edits.iter().map(edit).collect() }
    }
}

/// A replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportedEdit {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What to put there.
    pub replacement: String,
}

#[cfg(test)]
mod tests {
    use super::{Place, Report};
    use crate::document::codes::YAML_SYNTAX;
    use crate::finding::{Finding, Level};
    use crate::source::{Location, SourceFile, Span};

    fn location(text: &str, start: usize, end: usize) -> Location {
        Location::new(&SourceFile::new("manifest.yaml", text), Span::new(start, end))
    }

    #[test]
    fn fields_have_the_names_and_the_order_of_the_contract() {
        let finding = Finding::new(&YAML_SYNTAX, &location("a: [\n", 3, 4), "unclosed list");
        let json = serde_json::to_value(Report::new(&[finding])).unwrap();
        let keys: Vec<&str> =
            json["findings"][0].as_object().unwrap().keys().map(String::as_str).take(11).collect();
        let contract = [
            "code",
            "level",
            "stage",
            "message",
            "file",
            "line",
            "column",
            "end_line",
            "end_column",
            "help",
            "docs",
        ];
        assert_eq!(keys, contract);
        assert_eq!(json["summary"], serde_json::json!({"errors": 1, "warnings": 0, "notes": 0}));
        assert_eq!(json["findings"][0]["help"], serde_json::Value::Null);
        assert_eq!(json["findings"][0]["docs"], "docs/findings/yaml-syntax.md");
    }

    #[test]
    fn columns_count_characters_and_the_end_is_exclusive() {
        let location = location("ä: ö\nb: c\n", 4, 8);
        let Place { start, end, .. } = Place::of(&location);
        assert_eq!((start.line, start.column, end.line, end.column), (1, 4, 2, 2));
    }

    #[test]
    fn the_summary_counts_levels_after_settings() {
        let at = location("a", 0, 1);
        let findings = [
            Finding::new(&YAML_SYNTAX, &at, "x"),
            Finding::new(&YAML_SYNTAX, &at, "x").level(Level::Warning),
            Finding::new(&YAML_SYNTAX, &at, "x").level(Level::Note),
            Finding::new(&YAML_SYNTAX, &at, "x").level(Level::Note),
        ];
        let summary = Report::new(&findings).summary;
        assert_eq!((summary.errors, summary.warnings, summary.notes, summary.total()), (1, 1, 2, 4));
    }
}
