//! YAML through granit-parser's events into the arena.

use std::borrow::Cow;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle};

use super::{Document, Format, Kind, Node, NodeId, Reading, Style, Text, codes};
use crate::finding::Finding;
use crate::source::{Location, SourceFile, Span};

pub(super) fn read(source: &Arc<SourceFile>) -> Reading {
    let mut builder = Builder {
        source: Arc::clone(source),
        nodes: Vec::with_capacity(source.text().len() / 24),
        edges: Vec::new(),
        open: Vec::new(),
        pending: Vec::new(),
        anchors: Vec::new(),
        comments: Vec::new(),
        root: None,
    };
    let mut findings = Vec::new();
    for event in Parser::new_from_str(source.text()) {
        match event {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0);
                let at = Location::new(source, Span::new(at, at));
                findings.push(Finding::new(&codes::YAML_SYNTAX, &at, error.to_string()));
                return Reading { document: None, findings };
            }
        }
    }
    Reading { document: Some(builder.finish()), findings }
}

struct Builder {
    source: Arc<SourceFile>,
    nodes: Vec<Node>,
    edges: Vec<NodeId>,
    /// Open collections: the node and where its children start in `pending`.
    open: Vec<(NodeId, usize)>,
    pending: Vec<NodeId>,
    anchors: Vec<NodeId>,
    comments: Vec<Span>,
    root: Option<NodeId>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: granit_parser::Span) {
        let bytes = Span::new(span.start.byte_offset().unwrap_or(0), span.end.byte_offset().unwrap_or(0));
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let text = match text {
                    Cow::Borrowed(text) if self.source.slice(bytes) == text => Text::Source,
                    other => Text::Owned(other.into()),
                };
                let kind = Kind::Scalar { style: style_of(style), text };
                self.add(kind, bytes, false, &span, anchor);
            }
            Event::SequenceStart(style, anchor, _) => {
                let flow = style == granit_parser::StructureStyle::Flow;
                self.add(Kind::Sequence { start: 0, end: 0 }, bytes, flow, &span, anchor);
                self.descend();
            }
            Event::MappingStart(style, anchor, _) => {
                let flow = style == granit_parser::StructureStyle::Flow;
                self.add(Kind::Mapping { start: 0, end: 0 }, bytes, flow, &span, anchor);
                self.descend();
            }
            Event::SequenceEnd | Event::MappingEnd => self.ascend(bytes),
            Event::Alias(anchor) => {
                if let Some(target) = anchor.checked_sub(1).and_then(|index| self.anchors.get(index)).copied()
                {
                    self.add(Kind::Alias { target }, bytes, false, &span, 0);
                }
            }
            Event::Comment(..) => self.comments.push(bytes),
            _ => {}
        }
    }

    fn add(&mut self, kind: Kind, span: Span, flow: bool, raw: &granit_parser::Span, anchor: usize) {
        let id = NodeId(self.nodes.len() as u32);
        let tag =
            raw.tag_span().and_then(|tag| Some(Span::new(tag.start.byte_offset()?, tag.end.byte_offset()?)));
        self.nodes.push(Node { kind, span, flow, tag });
        if anchor > 0 {
            self.anchors.resize(anchor, id);
        }
        if self.open.is_empty() {
            self.root = Some(id);
        }
        self.pending.push(id);
    }

    fn descend(&mut self) {
        self.open.push((NodeId(self.nodes.len() as u32 - 1), self.pending.len()));
    }

    fn ascend(&mut self, end: Span) {
        let Some((id, first)) = self.open.pop() else { return };
        let start = self.edges.len() as u32;
        self.edges.extend(self.pending.drain(first..));
        let range = (start, self.edges.len() as u32);
        let node = &mut self.nodes[id.0 as usize];
        node.span.end = node.span.end.max(end.end);
        node.kind = match node.kind {
            Kind::Sequence { .. } => Kind::Sequence { start: range.0, end: range.1 },
            _ => Kind::Mapping { start: range.0, end: range.1 },
        };
    }

    fn finish(self) -> Document {
        Document {
            source: self.source,
            format: Format::Yaml,
            nodes: self.nodes,
            edges: self.edges,
            root: self.root,
            comments: self.comments,
        }
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}
