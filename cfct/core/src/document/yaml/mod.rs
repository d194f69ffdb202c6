//! YAML as PyYAML 6 reads it: the same texts accepted, the same values made of them.
//!
//! CfCT reads its manifest with `yaml.safe_load`, so PyYAML, not a specification, says what a manifest is.
//! It differs from YAML 1.2 readers in much that people write: tabs, repeated anchors, `a: b: c` in flow,
//! keys over a line end, `yes`, `012`. Hence a scanner and a parser with PyYAML's rules, which a corpus of
//! verdicts and values from PyYAML itself keeps honest.
//!
//! Known differences, none of which a manifest has shown: digits of other scripts in a tagged number
//! (`!!int "٣"`); scalar tags on maps with a `=` key; nesting between [`super::limits::DEPTH`] and the 490
//! or so levels at which Python's stack ends; the order of the entries of recursive merges.

mod block_scalar;
mod compose;
mod construct;
mod cursor;
mod explain;
mod fault;
mod flow_scalar;
mod parser;
mod printable;
mod property;
mod scanner;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

use super::arena::{Builder, Size};
use super::{Dialect, Format, Reading, codes, duplicates, limits};
use crate::finding::{Code, Finding, Stage};
use crate::source::{Location, SourceFile, Span};
use compose::{Composer, Composition, Misuse};
use parser::Parser;

pub(super) fn read(source: &Arc<SourceFile>, dialect: Dialect) -> Reading {
    let mut findings = printable::find(source);
    if source.text().contains('\0') {
        return Reading { document: None, findings };
    }
    let mut parser = Parser::new(source.text());
    if let Err(error) = parser.stream() {
        findings.push(explain::explain(source, error));
        return Reading { document: None, findings };
    }
    let Parser { scanner, composer: Composer { mut builder, composition, .. }, .. } = parser;
    let report = Report { source, dialect, findings: &mut findings };
    let empty = builder.len() == 0;
    report.stream(&composition, &scanner.lone_surrogates, empty);
    if empty {
        return Reading { document: None, findings };
    }
    if too_large(&builder) {
        let first = composition.anchors.first().copied().unwrap_or_default();
        let first = Location::new(source, first);
        findings.push(
            Finding::new(&codes::YAML_ALIAS_EXPANSION, &first, "the aliases unfold to an enormous document")
                .help("write the values out where they are used"),
        );
        return Reading { document: None, findings };
    }
    *builder.decoded() = scanner.decoded;
    for comment in scanner.comments {
        builder.comment(comment);
    }
    let document = builder.finish(source, Format::Yaml);
    construct::verify(&document, dialect, &mut findings);
    duplicates::find(&document, &mut findings);
    Reading { document: Some(document), findings }
}

/// Whether following every alias would take more than [`limits`] allow.
fn too_large(builder: &Builder) -> bool {
    let Size { nodes, depth } = builder.size();
    let allowed = limits::EXPANSION_FLOOR.max(limits::EXPANSION_FACTOR * builder.len() as u64);
    nodes > allowed || depth as usize > limits::DEPTH + 1
}

/// Findings about the stream as a whole.
struct Report<'s, 'f> {
    source: &'s Arc<SourceFile>,
    dialect: Dialect,
    findings: &'f mut Vec<Finding>,
}

impl Report<'_, '_> {
    fn stream(mut self, composition: &Composition, lone_surrogates: &[Span], empty: bool) {
        const MARK: char = '\u{feff}';
        if self.source.text().starts_with(MARK) {
            let mark = Span::new(0, MARK.len_utf8());
            let finding = self.at(&codes::BYTE_ORDER_MARK, mark, "the file starts with a byte order mark");
            // No fix: PyYAML takes the mark, and an editor may want it.
            self.findings.push(finding.help("save the file as UTF-8 without a byte order mark"));
        }
        if empty {
            let finding = self.at(&codes::FILE_EMPTY, Span::default(), "the file holds no YAML document");
            self.findings.push(finding.help("write the document, or remove the file"));
        }
        for misuse in composition.faults.iter().take(limits::FINDINGS) {
            self.misuse(*misuse);
        }
        if let Some(second) = composition.second_document {
            let finding = self.at(&codes::YAML_SEVERAL_DOCUMENTS, second, "a second document starts here");
            self.findings.push(finding.help("keep one document in the file, and remove this line"));
        }
        for span in lone_surrogates.iter().take(limits::FINDINGS) {
            let escape = self.source.slice(*span).to_owned();
            let finding = self.at(&codes::LONE_SURROGATE, *span, format!("{escape} is half a character"));
            // PyYAML takes it; sending the text to AWS is what fails.
            let finding = finding.stage(Stage::StackSet);
            self.findings.push(finding.help("write the character itself, or its code behind \\U"));
        }
    }

    fn misuse(&mut self, misuse: Misuse) {
        let finding = match misuse {
            // PyYAML's own rule; what a template may hold is found where it is verified.
            Misuse::RepeatedAnchor { .. } if self.dialect == Dialect::Template => return,
            Misuse::UndefinedAlias(span) => {
                let alias = self.source.slice(span).to_owned();
                self.at(&codes::YAML_UNDEFINED_ALIAS, span, format!("`{alias}` stands for nothing"))
                    .help("define the anchor above it, or put the text in quotes")
            }
            Misuse::RecursiveAlias { alias, anchor } => {
                let name = self.source.slice(alias).to_owned();
                self.at(
                    &codes::YAML_RECURSIVE_ALIAS,
                    alias,
                    format!("`{name}` stands inside what it stands for"),
                )
                .related(&Location::new(self.source, anchor), "the anchor")
                .help("write the value out")
            }
            Misuse::RepeatedAnchor { anchor, first } => {
                let name = self.source.slice(anchor).to_owned();
                self.at(&codes::YAML_REPEATED_ANCHOR, anchor, format!("the anchor `{name}` is defined twice"))
                    .related(&Location::new(self.source, first), "first defined here")
                    .help("give the second one another name")
            }
        };
        self.findings.push(finding);
    }

    fn at(&self, code: &'static Code, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(code, &Location::new(self.source, span), message)
    }
}
