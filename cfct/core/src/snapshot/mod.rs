//! The shape of snapshots: what an organization file or a deployed state must hold.
//!
//! A [`Shape`] is declared once as data. [`check`] holds a document against it, with a finding for each
//! missing field and each value of the wrong kind, and [`json_schema`] prints the same declaration as a JSON
//! Schema, so that the two cannot disagree. Unknown fields are never an error: a later version of the
//! toolkit, or another tool, may write more than this one reads.

pub mod codes;
mod schema;

use std::fmt::Write as _;

use crate::document::{MappingRef, NodeRef, Value};
use crate::finding::Finding;
use crate::source::{Location, Span};
use crate::words;

pub use schema::json_schema;

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

/// Holds `node` against `shape`; `place` names the node in messages and may be empty.
pub fn check(node: NodeRef<'_>, shape: &'static Shape, findings: &mut Vec<Finding>) {
    Checker { findings, place: String::new() }.value(node, shape);
}

struct Checker<'f> {
    findings: &'f mut Vec<Finding>,
    /// The path to the current node (`accounts[3].name`); grown and cut back on the way.
    place: String,
}

impl Checker<'_> {
    fn value(&mut self, node: NodeRef<'_>, shape: &'static Shape) {
        match shape {
            Shape::Any => {}
            Shape::Text { .. } | Shape::Word(_) if node.as_str().is_some() => {}
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
            Shape::Text { .. } | Shape::Word(_) => self.wrong_type(node, "a text"),
            Shape::Flag => self.wrong_type(node, "true or false"),
        }
    }

    fn object(&mut self, map: MappingRef<'_>, object: &'static Object) {
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

    fn at(&mut self, step: std::fmt::Arguments<'_>, then: impl FnOnce(&mut Self)) {
        let length = self.place.len();
        // Writing to a String cannot fail.
        let _ = self.place.write_fmt(step);
        then(self);
        self.place.truncate(length);
    }

    fn wrong_type(&mut self, node: NodeRef<'_>, wanted: &str) {
        let place = self.place.trim_start_matches('.');
        let subject = if place.is_empty() { "the snapshot".to_owned() } else { format!("`{place}`") };
        let message = format!("{subject} is {}, not {wanted}", words::kind_of(node));
        let mut finding = Finding::new(&codes::WRONG_TYPE, &words::head(node), message);
        let number = matches!(node.value(), Some(Value::Int(_) | Value::Float(_)));
        finding = if number && wanted == "a text" {
            finding.help("put it in quotes: as a number it loses its leading zeros").fix(
                "quote the number",
                node.span(),
                format!("\"{}\"", node.source_text()),
            )
        } else {
            finding.help("write the snapshot again, or see the file's JSON Schema in docs/schemas")
        };
        self.findings.push(finding);
    }

    fn missing(&mut self, map: MappingRef<'_>, object: &Object, field: &Field) {
        let place = self.place.trim_start_matches('.');
        let whole = if place.is_empty() { object.noun.to_owned() } else { format!("`{place}`") };
        let node = map.node();
        let at = Location::new(node.document().source(), opening(node));
        let mut finding =
            Finding::new(&codes::MISSING_FIELD, &at, format!("{whole} has no `{}`", field.name));
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

/// The opening brace of a map: the whole of it would underline half a file.
fn opening(node: NodeRef<'_>) -> Span {
    let span = node.span();
    Span { start: span.start, end: span.end.min(span.start.saturating_add(1)) }
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
