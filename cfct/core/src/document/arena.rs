//! How a document is held: nodes of a few words each in one vector, children as ranges of another, texts
//! that differ from the source in one string.

use super::scalar::Tag;
use super::{Document, Format, Style};
use crate::source::{SourceFile, Span};
use std::sync::Arc;

/// The index of a node in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// Where a scalar's text is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// The source under the node's span.
    Source,
    /// The source under the node's span without its first and last byte: a quoted text without escapes.
    Unquoted,
    /// `decoded[start..end]`: escapes and folded lines undone.
    Decoded { start: u32, end: u32 },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
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

/// An index into the tags of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct TagId(u32);

impl TagId {
    const NONE: Self = Self(u32::MAX);
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// Flow style (`[…]`, `{…}`); always true of a collection in JSON.
    pub(super) flow: bool,
    pub(super) tag: TagId,
}

/// A tag as written and what PyYAML makes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct WrittenTag {
    pub(super) span: Span,
    pub(super) meaning: Tag,
}

/// How large a node is with every alias followed, itself included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) nodes: u64,
    pub(super) depth: u32,
}

impl Size {
    pub(super) const ONE: Self = Self { nodes: 1, depth: 1 };
}

struct Frame {
    node: NodeId,
    /// Where its children start in `pending`.
    first: usize,
    size: Size,
}

/// Builds a document from the nodes in source order.
#[derive(Default)]
pub(super) struct Builder {
    nodes: Vec<Node>,
    edges: Vec<NodeId>,
    tags: Vec<WrittenTag>,
    comments: Vec<Span>,
    decoded: String,
    open: Vec<Frame>,
    pending: Vec<NodeId>,
    root: Option<(NodeId, Size)>,
}

impl Builder {
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(bytes / 16),
            edges: Vec::with_capacity(bytes / 16),
            ..Self::default()
        }
    }

    /// How many collections are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The size of the whole document, once its top node is complete.
    pub(super) fn size(&self) -> Size {
        self.root.map_or(Size { nodes: 0, depth: 0 }, |(_, size)| size)
    }

    /// How many nodes are written.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Where the innermost open collection starts.
    pub(super) fn open_span(&self) -> Option<Span> {
        self.open.last().map(|frame| self.span(frame.node))
    }

    pub(super) fn span(&self, id: NodeId) -> Span {
        self.nodes.get(id.0 as usize).map_or(Span::default(), |node| node.span)
    }

    pub(super) fn comment(&mut self, span: Span) {
        self.comments.push(span);
    }

    pub(super) fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// The buffer that decoded texts are appended to; [`Builder::decoded_from`] turns what was appended into
    /// a [`Text`].
    pub(super) fn decoded(&mut self) -> &mut String {
        &mut self.decoded
    }

    pub(super) fn decoded_from(&self, start: usize) -> Text {
        let Span { start, end } = Span::new(start, self.decoded.len());
        Text::Decoded { start, end }
    }

    pub(super) fn scalar(&mut self, style: Style, text: Text, span: Span, tag: Option<WrittenTag>) -> NodeId {
        self.add(Kind::Scalar { style, text }, span, false, tag, Size::ONE)
    }

    pub(super) fn alias(&mut self, span: Span, target: NodeId, size: Size) -> NodeId {
        self.add(Kind::Alias { target }, span, false, None, size)
    }

    pub(super) fn open_sequence(&mut self, span: Span, flow: bool, tag: Option<WrittenTag>) -> NodeId {
        self.open(Kind::Sequence { start: 0, end: 0 }, span, flow, tag)
    }

    pub(super) fn open_mapping(&mut self, span: Span, flow: bool, tag: Option<WrittenTag>) -> NodeId {
        self.open(Kind::Mapping { start: 0, end: 0 }, span, flow, tag)
    }

    /// Closes the innermost collection; it ends at `end`, or where its last child does if that is later.
    pub(super) fn close(&mut self, end: usize) -> Option<(NodeId, Size)> {
        let frame = self.open.pop()?;
        let last = self.pending.last().filter(|_| self.pending.len() > frame.first);
        let last_end = last.map_or(0, |last| self.span(*last).end);
        let start = Span::new(self.edges.len(), 0).start;
        self.edges.extend(self.pending.drain(frame.first..));
        let end_of_edges = Span::new(self.edges.len(), 0).start;
        let node = self.nodes.get_mut(frame.node.0 as usize)?;
        node.span.end = node.span.end.max(Span::new(end, end).end).max(last_end);
        node.kind = match node.kind {
            Kind::Sequence { .. } => Kind::Sequence { start, end: end_of_edges },
            _ => Kind::Mapping { start, end: end_of_edges },
        };
        self.grow(frame.size);
        self.hang(frame.node, frame.size);
        Some((frame.node, frame.size))
    }

    /// The end of the last complete child of the innermost open collection.
    pub(super) fn last_end(&self) -> Option<u32> {
        let frame = self.open.last()?;
        let last = self.pending.last().filter(|_| self.pending.len() > frame.first)?;
        Some(self.span(*last).end)
    }

    /// The last complete node.
    pub(super) fn last_span(&self) -> Option<Span> {
        self.pending.last().map(|last| self.span(*last))
    }

    pub(super) fn finish(self, source: &Arc<SourceFile>, format: Format) -> Document {
        Document {
            source: Arc::clone(source),
            format,
            nodes: self.nodes,
            edges: self.edges,
            tags: self.tags,
            decoded: self.decoded,
            root: self.root.map(|(id, _)| id),
            comments: self.comments,
        }
    }

    fn open(&mut self, kind: Kind, span: Span, flow: bool, tag: Option<WrittenTag>) -> NodeId {
        let id = self.push(kind, span, flow, tag);
        self.open.push(Frame { node: id, first: self.pending.len(), size: Size::ONE });
        id
    }

    fn add(&mut self, kind: Kind, span: Span, flow: bool, tag: Option<WrittenTag>, size: Size) -> NodeId {
        let id = self.push(kind, span, flow, tag);
        self.grow(size);
        self.hang(id, size);
        id
    }

    fn push(&mut self, kind: Kind, span: Span, flow: bool, tag: Option<WrittenTag>) -> NodeId {
        let tag = tag.map_or(TagId::NONE, |tag| {
            self.tags.push(tag);
            TagId(Span::new(self.tags.len() - 1, 0).start)
        });
        let id = NodeId(Span::new(self.nodes.len(), 0).start);
        self.nodes.push(Node { kind, span, flow, tag });
        id
    }

    /// Adds a child's size to the innermost open collection.
    fn grow(&mut self, child: Size) {
        if let Some(frame) = self.open.last_mut() {
            frame.size.nodes = frame.size.nodes.saturating_add(child.nodes);
            frame.size.depth = frame.size.depth.max(child.depth.saturating_add(1));
        }
    }

    /// Makes a complete node a child of the innermost open collection, or the root.
    fn hang(&mut self, id: NodeId, size: Size) {
        if self.open.is_empty() {
            self.root.get_or_insert((id, size));
        }
        self.pending.push(id);
    }
}

impl Document {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn edges(&self, start: u32, end: u32) -> &[NodeId] {
        self.edges.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(super) fn written_tag(&self, node: &Node) -> Option<WrittenTag> {
        self.tags.get(node.tag.0 as usize).copied()
    }

    pub(super) fn text_of(&self, span: Span, text: Text) -> &str {
        match text {
            Text::Source => self.source.slice(span),
            Text::Unquoted => {
                self.source.slice(Span { start: span.start + 1, end: span.end.saturating_sub(1) })
            }
            Text::Decoded { start, end } => self.decoded.get(start as usize..end as usize).unwrap_or(""),
        }
    }
}
