//! The shape of snapshots: what an organization file or a deployed state must hold.
//!
//! A [`Shape`] is declared once as data. [`check`] holds a document against it, with a finding for each
//! missing field and each value of the wrong kind, and [`json_schema`] prints the same declaration as a JSON
//! Schema, so that the two cannot disagree. Unknown fields of a snapshot are never an error: a later version
//! of the toolkit, or another tool, may write more than this one reads. What people write themselves, a
//! portfolio, is held against its shape by [`check_as`] in words of its own, and there an unknown key is a
//! mistake.

pub mod codes;
mod schema;

use std::fmt::Write as _;

use crate::document::{Format, MappingRef, NodeRef, Value};
use crate::finding::{Code, Finding};
use crate::source::{Location, Span};
use crate::words;

pub use schema::{json_schema, json_schema_of_file};

/// What a value may be.
#[derive(Debug)]
pub enum Shape {
    /// A text; the pattern is a regular expression for the schema, and enforced by whoever reads the value.
    Text {
        /// What the whole text matches.
        pattern: Option<&'static str>,
    },
    /// One of a few words. A word that is not listed is the reader's to report.
    Word(&'static [&'static str]),
    /// A text, a number or `true` and `false`, which is taken as the text that is written.
    Scalar,
    /// A whole number, not negative.
    Whole,
    /// `true` or `false`.
    Flag,
    /// Any JSON value.
    Any,
    /// A list.
    List(&'static Shape),
    /// A map from any text to values of one shape.
    Map(&'static Shape),
    /// A map with known fields.
    Object(&'static Object),
}

/// Any text.
pub const TEXT: Shape = Shape::Text { pattern: None };

/// A map with known fields.
#[derive(Debug)]
pub struct Object {
    /// What one is called in a message: "account".
    pub noun: &'static str,
    /// One sentence for the schema.
    pub description: &'static str,
    /// The fields, in the order in which they are written.
    pub fields: &'static [Field],
}

/// A field of an [`Object`].
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What stands under it.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// One sentence for the schema.
    pub description: &'static str,
}

impl Field {
    /// A field that must be there.
    #[must_use]
    pub const fn required(name: &'static str, shape: Shape, description: &'static str) -> Self {
        Self { name, shape, required: true, description }
    }

    /// A field that may be there.
    #[must_use]
    pub const fn optional(name: &'static str, shape: Shape, description: &'static str) -> Self {
        Self { name, shape, required: false, description }
    }
}

impl Object {
    /// Whether `name` is one of the fields.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }
}

/// The words in which [`check_as`] speaks of a kind of file.
#[derive(Debug)]
pub struct Vocabulary {
    /// What the whole file is called: "the snapshot".
    pub whole: &'static str,
    /// A value of the wrong kind.
    pub wrong_type: &'static Code,
    /// A field that must be there.
    pub missing: &'static Code,
    /// A key that is no field; `None` where any other key may stand.
    pub unknown: Option<&'static Code>,
    /// What to do about a value of the wrong kind.
    pub help: &'static str,
}

static SNAPSHOT: Vocabulary = Vocabulary {
    whole: "the snapshot",
    wrong_type: &codes::WRONG_TYPE,
    missing: &codes::MISSING_FIELD,
    unknown: None,
    help: "write the snapshot again, or see the file's JSON Schema in docs/schemas",
};

/// Holds a snapshot's `node` against `shape`.
pub fn check(node: NodeRef<'_>, shape: &'static Shape, findings: &mut Vec<Finding>) {
    check_as(&SNAPSHOT, node, shape, findings);
}

/// Holds `node` against `shape` in the words of its kind of file.
pub fn check_as(
    vocabulary: &'static Vocabulary,
    node: NodeRef<'_>,
    shape: &'static Shape,
    findings: &mut Vec<Finding>,
) {
    Checker { vocabulary, findings, place: String::new() }.value(node, shape);
}

struct Checker<'f> {
    vocabulary: &'static Vocabulary,
    findings: &'f mut Vec<Finding>,
    /// The path to the current node (`accounts[3].name`); grown and cut back on the way.
    place: String,
}

impl Checker<'_> {
    fn value(&mut self, node: NodeRef<'_>, shape: &'static Shape) {
        match shape {
            Shape::Any => {}
            Shape::Text { .. } | Shape::Word(_) if node.as_str().is_some() => {}
            Shape::Scalar if node.scalar_text().is_some() && node.value() != Some(Value::Null) => {}
            Shape::Whole if whole(node).is_some() => {}
            Shape::Flag if matches!(node.value(), Some(Value::Bool(_))) => {}
            Shape::List(item) => match node.as_sequence() {
                Some(list) => {
                    for (index, entry) in list.items().enumerate() {
                        self.at(format_args!("[{index}]"), |checker| checker.value(entry, item));
                    }
                }
                None => self.wrong_type(node, "a list"),
            },
            Shape::Map(item) => match node.as_mapping() {
                Some(map) => {
                    for entry in map.written() {
                        let key = entry.key.scalar_text().unwrap_or_default();
                        self.at(format_args!(".{key}"), |checker| checker.value(entry.value, item));
                    }
                }
                None => self.wrong_type(node, "a map"),
            },
            Shape::Object(object) => match node.as_mapping() {
                Some(map) => self.object(map, object),
                None => self.wrong_type(node, "a map"),
            },
            Shape::Text { .. } | Shape::Word(_) | Shape::Scalar => self.wrong_type(node, "a text"),
            Shape::Whole => self.wrong_type(node, "a whole number"),
            Shape::Flag => self.wrong_type(node, "true or false"),
        }
    }

    fn object(&mut self, map: MappingRef<'_>, object: &'static Object) {
        if let Some(code) = self.vocabulary.unknown {
            self.unknown_keys(code, map, object);
        }
        for field in object.fields {
            // What a snapshot leaves empty is as good as absent.
            match map.get(field.name).filter(|node| node.value() != Some(Value::Null)) {
                Some(node) => {
                    let name = field.name;
                    self.at(format_args!(".{name}"), |checker| checker.value(node, &field.shape));
                }
                None if field.required => self.missing(map, object, field),
                None => {}
            }
        }
    }

    fn unknown_keys(&mut self, code: &'static Code, map: MappingRef<'_>, object: &'static Object) {
        for entry in map.entries() {
            let text = entry.key.scalar_text().unwrap_or_default();
            if object.has(text) {
                continue;
            }
            let free = object.fields.iter().map(|field| field.name).filter(|name| map.get(name).is_none());
            let message = format!("{} has no `{}`", object.noun, words::excerpt(text));
            let finding = Finding::new(code, &entry.key, message);
            self.findings.push(match words::nearest(text, free) {
                Some(near) => finding.help(format!("did you mean `{near}`?")).fix(
                    format!("write `{near}`"),
                    entry.key.span(),
                    words::respelled(entry.key, near),
                ),
                None => {
                    let known: Vec<&str> = object.fields.iter().map(|field| field.name).collect();
                    finding.help(format!("it takes {}", known.join(", ")))
                }
            });
        }
    }

    fn at(&mut self, step: std::fmt::Arguments<'_>, then: impl FnOnce(&mut Self)) {
        let length = self.place.len();
        // Writing to a String cannot fail.
        let _ = self.place.write_fmt(step);
        then(self);
        self.place.truncate(length);
    }

    fn wrong_type(&mut self, node: NodeRef<'_>, wanted: &str) {
        let place = self.place.trim_start_matches('.');
        let subject = if place.is_empty() { self.vocabulary.whole.to_owned() } else { format!("`{place}`") };
        let message = format!("{subject} is {}, not {wanted}", words::kind_of(node));
        let mut finding = Finding::new(self.vocabulary.wrong_type, &words::head(node), message);
        let number = matches!(node.value(), Some(Value::Int(_) | Value::Float(_)));
        finding = if number && wanted == "a text" {
            finding.help("put it in quotes: as a number it loses its leading zeros").fix(
                "quote the number",
                node.span(),
                format!("\"{}\"", node.source_text()),
            )
        } else {
            finding.help(self.vocabulary.help)
        };
        self.findings.push(finding);
    }

    fn missing(&mut self, map: MappingRef<'_>, object: &Object, field: &Field) {
        let place = self.place.trim_start_matches('.');
        let whole = if place.is_empty() { object.noun.to_owned() } else { format!("`{place}`") };
        let node = map.node();
        let at = opening(node);
        let mut finding =
            Finding::new(self.vocabulary.missing, &at, format!("{whole} has no `{}`", field.name));
        let strangers = map.written().filter_map(|entry| {
            let key = entry.key.scalar_text()?;
            (!object.has(key)).then_some(key)
        });
        finding = match words::nearest(field.name, strangers) {
            Some(near) => finding.help(format!("`{near}` is probably meant to be `{}`", field.name)),
            None => finding.help(format!("add `{}`: {}", field.name, lower_first(field.description))),
        };
        self.findings.push(finding);
    }
}

/// A number that a person writes for days, bytes or the like.
#[must_use]
pub fn whole(node: NodeRef<'_>) -> Option<u64> {
    match node.value() {
        Some(Value::Int(number)) => u64::try_from(number?).ok(),
        _ => None,
    }
}

/// The opening brace of a map, or its first line: the whole of it would underline half a file.
fn opening(node: NodeRef<'_>) -> Location {
    if node.document().format() == Format::Yaml {
        return words::head(node);
    }
    let span = node.span();
    let span = Span { start: span.start, end: span.end.min(span.start.saturating_add(1)) };
    Location::new(node.document().source(), span)
}

fn lower_first(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut characters = sentence.chars();
    match characters.next() {
        // An acronym stays as it is.
        Some(first) if !characters.as_str().starts_with(char::is_uppercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => sentence.to_owned(),
    }
}
