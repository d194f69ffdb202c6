//! YAML and JSON documents that keep their source: every node knows its bytes, every scalar its exact text.
//!
//! A [`Document`] is an arena of nodes; [`NodeRef`] is a view into it that looks through aliases. Nothing is
//! expanded: an alias costs one node, and a document whose expansion would exceed [`limits`] is refused by
//! the reader, so every walk over a document is bounded.

mod arena;
pub mod codes;
mod duplicates;
mod json;
mod key;
pub mod limits;
mod mapping;
mod node;
mod scalar;
mod surprise;
mod yaml;

use std::sync::Arc;

use crate::finding::Finding;
use crate::source::{SourceFile, Span};

pub use arena::NodeId;
pub use mapping::{Entry, MappingRef};
pub use node::{NodeRef, SequenceRef, Shape};
pub use scalar::{Invalid, TimeOfDay, Timestamp, Value, resolve_1_2};
pub use surprise::{Surprise, surprise};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML, read as PyYAML reads it.
    Yaml,
    /// JSON; comments and trailing commas are read and reported.
    Json,
}

/// Who reads a YAML document, which decides what is wrong in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// PyYAML's safe loader: a manifest.
    Manifest,
    /// CloudFormation: every scalar is a text, and short forms such as `!Ref` have a meaning.
    Template,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No quotes: its type follows from its text.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"` (every JSON string).
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A document that was read, with its source.
#[derive(Debug)]
pub struct Document {
    source: Arc<SourceFile>,
    format: Format,
    nodes: Vec<arena::Node>,
    edges: Vec<NodeId>,
    tags: Vec<arena::WrittenTag>,
    /// The texts that differ from the source, one after the other.
    decoded: String,
    root: Option<NodeId>,
    comments: Vec<Span>,
}

/// What reading gave: a document where one could be read, and what was found on the way.
#[derive(Debug)]
pub struct Reading {
    /// `None` where the text is no document at all.
    pub document: Option<Document>,
    /// Syntax errors, duplicate keys, values that change between YAML versions.
    pub findings: Vec<Finding>,
}

impl Document {
    /// Reads YAML as PyYAML would. Never panics; memory and time are linear in the text.
    #[must_use]
    pub fn read_yaml(source: &Arc<SourceFile>) -> Reading {
        yaml::read(source, Dialect::Manifest)
    }

    /// Reads JSON, tolerating comments and trailing commas (each a finding).
    #[must_use]
    pub fn read_json(source: &Arc<SourceFile>) -> Reading {
        json::read(source)
    }

    /// Reads a CloudFormation template: JSON where the first character is a brace, YAML otherwise.
    #[must_use]
    pub fn read_template(source: &Arc<SourceFile>) -> Reading {
        if source.text().trim_start_matches('\u{feff}').trim_start().starts_with('{') {
            Self::read_json(source)
        } else {
            yaml::read(source, Dialect::Template)
        }
    }

    /// The file it came from.
    #[must_use]
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// How it is written.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The top node. Always there in a document that was read: an empty file gives none.
    #[must_use]
    pub fn root(&self) -> Option<NodeRef<'_>> {
        self.root.map(|id| NodeRef { document: self, id })
    }

    /// The spans of the comments, in source order.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Every node in source order of its start, aliases not followed.
    pub fn nodes(&self) -> impl Iterator<Item = NodeRef<'_>> {
        (0..self.nodes.len()).map(|index| NodeRef { document: self, id: NodeId(index as u32) })
    }
}
