//! Views of a document's nodes.

use std::borrow::Cow;
use std::fmt;

use super::arena::{Kind, Node};
use super::mapping::MappingRef;
use super::scalar::{self, Value};
use super::{Document, NodeId, Style};
use crate::source::{Located, Location, Span};

/// A node of a document. Looks through aliases in every method but [`NodeRef::span`] and [`NodeRef::is_alias`].
#[derive(Clone, Copy)]
pub struct NodeRef<'d> {
    pub(super) document: &'d Document,
    pub(super) id: NodeId,
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

    /// One past the last byte that belongs to it: of a block collection, the end of its last item rather than
    /// the blank lines and comments behind it.
    #[must_use]
    pub fn end(self) -> u32 {
        let end = self.span().end;
        if self.is_flow() || self.is_alias() {
            return end;
        }
        let last = match self.shape() {
            Shape::Scalar(_) => None,
            Shape::Sequence(list) => list.items().last(),
            Shape::Mapping(map) => map.written().last().map(|entry| entry.value),
        };
        last.map_or(end, |last| last.end().max(last.span().start))
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
        let document = self.document;
        document.written_tag(self.target().node()).map(|tag| document.source.slice(tag.span))
    }

    /// Where the tag is written, if any.
    #[must_use]
    pub fn tag_span(self) -> Option<Span> {
        self.document.written_tag(self.target().node()).map(|tag| tag.span)
    }

    /// What it is.
    #[must_use]
    pub fn shape(self) -> Shape<'d> {
        let target = self.target();
        let edges = |start, end| target.document.edges(start, end);
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
        match node.kind {
            Kind::Scalar { text, .. } => Some(self.document.text_of(node.span, text)),
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
        let document = self.document;
        let tag = document.written_tag(self.target().node());
        let tag = tag.map(|tag| (tag.meaning, document.source.slice(tag.span)));
        Some(scalar::resolve(document.format, self.style()?, tag, text))
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

    /// The node that an alias stands for; the node itself otherwise.
    #[must_use]
    pub fn target(self) -> Self {
        match self.node().kind {
            // The reader points aliases at the anchored node itself, never at another alias.
            Kind::Alias { target } => Self { document: self.document, id: target },
            _ => self,
        }
    }

    pub(super) fn node(self) -> &'d Node {
        self.document.node(self.id)
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
