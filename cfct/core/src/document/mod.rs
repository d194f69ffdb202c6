//! YAML and JSON documents that keep their source: every node knows its bytes, every scalar its exact text.
//!
//! A [`Document`] is an arena of nodes; [`NodeRef`] is a view into it that looks through aliases. Nothing is
//! expanded: an alias costs one node, and a document whose expansion would exceed [`limits`] is refused by
//! the reader, so every walk over a document is bounded.

pub mod codes;
mod json;
pub mod limits;
mod scalar;
mod yaml;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::finding::Finding;
use crate::source::{Located, Location, SourceFile, Span};

pub use scalar::{Invalid, TimeOfDay, Timestamp, Value, resolve_1_2};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML, read as PyYAML reads it.
    Yaml,
    /// JSON; comments and trailing commas are read and reported.
    Json,
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

/// The index of a node in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

#[derive(Clone, Debug)]
enum Text {
    /// The value is the source text under the node's span.
    Source,
    /// The value differs from the source text: escapes, folding, quotes.
    Owned(Box<str>),
}

#[derive(Clone, Debug)]
enum Kind {
    Scalar {
        style: Style,
        text: Text,
    },
    /// Children are `edges[start..end]`.
    Sequence {
        start: u32,
        end: u32,
    },
    /// Keys and values alternate in `edges[start..end]`.
    Mapping {
        start: u32,
        end: u32,
    },
    Alias {
        target: NodeId,
    },
}

#[derive(Clone, Debug)]
struct Node {
    kind: Kind,
    span: Span,
    /// Flow style (`[…]`, `{…}`); always true in JSON.
    flow: bool,
    /// The tag's token in the source (`!Ref`, `!!str`), where one is written.
    tag: Option<Span>,
}

/// A document that was read, with its source.
#[derive(Debug)]
pub struct Document {
    source: Arc<SourceFile>,
    format: Format,
    nodes: Vec<Node>,
    edges: Vec<NodeId>,
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
        yaml::read(source)
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
            Self::read_yaml(source)
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

    /// The top node; `None` for an empty document.
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

/// A node of a document. Looks through aliases in every method but [`NodeRef::span`] and [`NodeRef::is_alias`].
#[derive(Clone, Copy)]
pub struct NodeRef<'d> {
    document: &'d Document,
    id: NodeId,
}

/// What a node is, aliases looked through.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'d> {
    /// A scalar.
    Scalar(NodeRef<'d>),
    /// A list.
    Sequence(SequenceRef<'d>),
    /// A map.
    Mapping(MappingRef<'d>),
}

impl<'d> NodeRef<'d> {
    /// The document it belongs to.
    #[must_use]
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// Its index, stable within the document.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The bytes where it is written: the alias itself for an alias.
    #[must_use]
    pub fn span(self) -> Span {
        self.node().span
    }

    /// Whether it is written as an alias (`*name`).
    #[must_use]
    pub fn is_alias(self) -> bool {
        matches!(self.node().kind, Kind::Alias { .. })
    }

    /// Whether it is written in flow style.
    #[must_use]
    pub fn is_flow(self) -> bool {
        self.target().node().flow
    }

    /// The source text, quotes and all.
    #[must_use]
    pub fn source_text(self) -> &'d str {
        self.document.source.slice(self.span())
    }

    /// The tag as written (`!Ref`, `!!str`), if any.
    #[must_use]
    pub fn tag(self) -> Option<&'d str> {
        self.target().node().tag.map(|span| self.document.source.slice(span))
    }

    /// What it is.
    #[must_use]
    pub fn shape(self) -> Shape<'d> {
        let target = self.target();
        let edges =
            |start: u32, end: u32| self.document.edges.get(start as usize..end as usize).unwrap_or_default();
        match target.node().kind {
            Kind::Sequence { start, end } => {
                Shape::Sequence(SequenceRef { node: target, edges: edges(start, end) })
            }
            Kind::Mapping { start, end } => {
                Shape::Mapping(MappingRef { node: target, edges: edges(start, end) })
            }
            Kind::Scalar { .. } | Kind::Alias { .. } => Shape::Scalar(target),
        }
    }

    /// The map, if it is one.
    #[must_use]
    pub fn as_mapping(self) -> Option<MappingRef<'d>> {
        match self.shape() {
            Shape::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_sequence(self) -> Option<SequenceRef<'d>> {
        match self.shape() {
            Shape::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The scalar's text after quotes, escapes and folding, whatever its type: `012` stays `012`.
    #[must_use]
    pub fn scalar_text(self) -> Option<&'d str> {
        let node = self.target().node();
        match &node.kind {
            Kind::Scalar { text: Text::Source, .. } => Some(self.document.source.slice(node.span)),
            Kind::Scalar { text: Text::Owned(text), .. } => Some(text),
            _ => None,
        }
    }

    /// How the scalar is written.
    #[must_use]
    pub fn style(self) -> Option<Style> {
        match self.target().node().kind {
            Kind::Scalar { style, .. } => Some(style),
            _ => None,
        }
    }

    /// The scalar as PyYAML (YAML 1.1) or, in a JSON document, JSON understands it; `None` for a collection.
    #[must_use]
    pub fn value(self) -> Option<Value<'d>> {
        let text = self.scalar_text()?;
        let tag = self.tag().map(|tag| (tag_meaning(tag), tag));
        Some(scalar::resolve(self.document.format, self.style()?, tag, text))
    }

    /// The text that CfCT hands on once Python has read the scalar ([`Value::python_text`]).
    #[must_use]
    pub fn python_text(self) -> Option<Cow<'d, str>> {
        self.value()?.python_text()
    }

    /// The text, if the node is a scalar that PyYAML (or JSON) takes for a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'d str> {
        match self.value()? {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    fn target(self) -> Self {
        match self.node().kind {
            // The reader points aliases at the anchored node itself, never at another alias.
            Kind::Alias { target } => Self { document: self.document, id: target },
            _ => self,
        }
    }

    fn node(self) -> &'d Node {
        &self.document.nodes[self.id.0 as usize]
    }
}

impl fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{:?}", self.source_text(), self.span())
    }
}

impl Located for NodeRef<'_> {
    fn location(&self) -> Location {
        Location::new(&self.document.source, self.span())
    }
}

/// A list node.
#[derive(Clone, Copy, Debug)]
pub struct SequenceRef<'d> {
    node: NodeRef<'d>,
    edges: &'d [NodeId],
}

impl<'d> SequenceRef<'d> {
    /// The node itself.
    #[must_use]
    pub fn node(self) -> NodeRef<'d> {
        self.node
    }

    /// The items in order.
    pub fn items(self) -> impl ExactSizeIterator<Item = NodeRef<'d>> {
        let document = self.node.document;
        self.edges.iter().map(move |id| NodeRef { document, id: *id })
    }

    /// How many items it has.
    #[must_use]
    pub fn len(self) -> usize {
        self.edges.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.edges.is_empty()
    }
}

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'d> {
    /// The key.
    pub key: NodeRef<'d>,
    /// The value.
    pub value: NodeRef<'d>,
}

/// A map node.
#[derive(Clone, Copy, Debug)]
pub struct MappingRef<'d> {
    node: NodeRef<'d>,
    edges: &'d [NodeId],
}

impl<'d> MappingRef<'d> {
    /// The node itself.
    #[must_use]
    pub fn node(self) -> NodeRef<'d> {
        self.node
    }

    /// The entries as written: duplicates and merge keys (`<<`) included.
    pub fn written(self) -> impl ExactSizeIterator<Item = Entry<'d>> {
        let document = self.node.document;
        self.edges.chunks_exact(2).map(move |pair| Entry {
            key: NodeRef { document, id: pair[0] },
            value: NodeRef { document, id: pair[1] },
        })
    }

    /// The entries as PyYAML's dict holds them: merge keys applied, the last of duplicates kept in the
    /// first one's place (`SafeConstructor.flatten_mapping`).
    #[must_use]
    pub fn entries(self) -> Vec<Entry<'d>> {
        if !self.has_merge_key() && self.edges.len() <= 2 {
            return self.written().collect();
        }
        let mut flat = Vec::with_capacity(self.edges.len() / 2);
        self.flatten(&mut flat);
        let mut kept: Vec<Entry<'d>> = Vec::with_capacity(flat.len());
        let mut places = std::collections::HashMap::with_capacity(flat.len());
        for entry in flat {
            match entry.key.scalar_text().map(|text| places.entry(text)) {
                Some(std::collections::hash_map::Entry::Occupied(place)) => {
                    let place: &usize = place.get();
                    kept[*place].value = entry.value;
                }
                Some(std::collections::hash_map::Entry::Vacant(slot)) => {
                    slot.insert(kept.len());
                    kept.push(entry);
                }
                None => kept.push(entry),
            }
        }
        kept
    }

    /// The value under `key`, as [`MappingRef::entries`] has it.
    #[must_use]
    pub fn get(self, key: &str) -> Option<NodeRef<'d>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The entry under `key`, as [`MappingRef::entries`] has it.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry<'d>> {
        let own = self.written().filter(|entry| entry.key.scalar_text() == Some(key)).last();
        if own.is_some() || !self.has_merge_key() {
            return own;
        }
        self.entries().into_iter().find(|entry| entry.key.scalar_text() == Some(key))
    }

    /// How many entries are written.
    #[must_use]
    pub fn len(self) -> usize {
        self.edges.len() / 2
    }

    /// Whether none is written.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.edges.is_empty()
    }

    fn has_merge_key(self) -> bool {
        self.document_is_yaml() && self.written().any(|entry| is_merge_key(entry.key))
    }

    fn document_is_yaml(self) -> bool {
        self.node.document.format == Format::Yaml
    }

    /// Merged entries first (of a list, the last map first, so that earlier ones win), own entries after.
    fn flatten(self, into: &mut Vec<Entry<'d>>) {
        for entry in self.written().filter(|entry| is_merge_key(entry.key)) {
            match entry.value.shape() {
                Shape::Mapping(mapping) => mapping.flatten(into),
                Shape::Sequence(list) => {
                    let maps: Vec<_> = list.items().filter_map(NodeRef::as_mapping).collect();
                    for mapping in maps.into_iter().rev() {
                        mapping.flatten(into);
                    }
                }
                Shape::Scalar(_) => {}
            }
        }
        into.extend(self.written().filter(|entry| !is_merge_key(entry.key)));
    }
}

fn is_merge_key(key: NodeRef<'_>) -> bool {
    matches!(key.value(), Some(Value::Merge))
}

fn tag_meaning(written: &str) -> scalar::Tag {
    match written.strip_prefix("!!") {
        Some(name) => scalar::Tag::of(&format!("tag:yaml.org,2002:{name}")),
        None => scalar::Tag::of(written),
    }
}
