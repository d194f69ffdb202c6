//! Nodes into the arena, by the rules of PyYAML's composer: anchors, aliases and what tags mean.

use std::collections::HashMap;

use super::super::arena::{Builder, Size, Text};
use super::super::scalar::Tag;
use super::super::{NodeId, Style, limits};
use super::fault::{Fault, SyntaxError};
use super::property::unescape_uri;
use super::token::{TagName, Token};
use crate::source::Span;

/// What the stream held besides nodes.
#[derive(Debug, Default)]
pub(super) struct Composition {
    /// What PyYAML's composer raises on, though reading can go on.
    pub(super) faults: Vec<Misuse>,
    /// Where a second document starts.
    pub(super) second_document: Option<Span>,
    /// Every anchor, in source order.
    pub(super) anchors: Vec<Span>,
}

/// A mistake in the use of anchors.
#[derive(Clone, Copy, Debug)]
pub(super) enum Misuse {
    UndefinedAlias(Span),
    /// An alias inside the very collection that it names.
    RecursiveAlias {
        alias: Span,
        anchor: Span,
    },
    RepeatedAnchor {
        anchor: Span,
        first: Span,
    },
}

struct Anchor {
    node: NodeId,
    span: Span,
    /// Known once the node is complete.
    size: Option<Size>,
}

pub(super) struct Composer<'s> {
    text: &'s str,
    pub(super) builder: Builder,
    pub(super) composition: Composition,
    anchors: HashMap<&'s str, Anchor>,
    /// The anchored collections that are open, innermost last.
    open_anchors: Vec<(NodeId, &'s str)>,
    /// What `%TAG` declares.
    handles: Vec<(&'s str, &'s str)>,
}

impl<'s> Composer<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self {
            text,
            builder: Builder::new(text.len()),
            composition: Composition::default(),
            anchors: HashMap::new(),
            open_anchors: Vec::new(),
            handles: Vec::new(),
        }
    }

    /// Declares a tag handle; `false` where it is declared already.
    pub(super) fn declare(&mut self, handle: Span, prefix: Span) -> bool {
        let handle = self.slice(handle);
        let known = self.handles.iter().any(|(known, _)| *known == handle);
        self.handles.push((handle, self.slice(prefix)));
        !known
    }

    pub(super) fn open(
        &mut self,
        open: impl FnOnce(&mut Builder) -> NodeId,
        anchor: Option<Span>,
    ) -> Result<(), SyntaxError> {
        let node = open(&mut self.builder);
        if self.builder.depth() > limits::DEPTH {
            return Err(SyntaxError::new(Fault::TooDeep, self.builder.span(node)));
        }
        self.anchor(anchor, node, None);
        Ok(())
    }

    pub(super) fn close(&mut self, end: usize) {
        let closed = self.builder.close(end);
        if let (Some((node, size)), Some((anchored, name))) = (closed, self.open_anchors.last())
            && node == *anchored
        {
            if let Some(anchor) = self.anchors.get_mut(name).filter(|anchor| anchor.node == node) {
                anchor.size = Some(size);
            }
            self.open_anchors.pop();
        }
    }

    /// Block collections end where their last child does.
    pub(super) fn close_at_last_child(&mut self) {
        self.close(0);
    }

    pub(super) fn empty(&mut self, at: u32) {
        self.builder.scalar(Style::Plain, Text::Source, Span { start: at, end: at }, None);
    }

    /// An empty value right behind `token`.
    pub(super) fn empty_after(&mut self, token: Token) -> Result<(), SyntaxError> {
        self.empty(token.span.end);
        Ok(())
    }

    /// An empty value right behind the key that has none.
    pub(super) fn empty_after_last(&mut self) {
        let at = self.builder.last_end().unwrap_or(0);
        self.empty(at);
    }

    /// Binds a name to a node. As in PyYAML, a name must not be bound twice.
    pub(super) fn anchor(&mut self, span: Option<Span>, node: NodeId, size: Option<Size>) {
        let Some(span) = span else { return };
        self.composition.anchors.push(span);
        let name = self.name(span);
        if let Some(first) = self.anchors.get(name) {
            self.composition.faults.push(Misuse::RepeatedAnchor { anchor: span, first: first.span });
        }
        self.anchors.insert(name, Anchor { node, span, size });
        if size.is_none() {
            self.open_anchors.push((node, name));
        }
    }

    /// An alias; one that cannot be followed is left in the document as the text that is written.
    pub(super) fn alias(&mut self, span: Span) {
        let name = self.name(span);
        match self.anchors.get(name) {
            Some(&Anchor { node, size: Some(size), .. }) => {
                self.builder.alias(span, node, size);
                return;
            }
            Some(anchor) => {
                let anchor = anchor.span;
                self.composition.faults.push(Misuse::RecursiveAlias { alias: span, anchor });
            }
            None => self.composition.faults.push(Misuse::UndefinedAlias(span)),
        }
        self.builder.scalar(Style::Plain, Text::Source, span, None);
    }

    /// What a tag means once its handle is expanded.
    pub(super) fn meaning(&self, name: TagName, token: Token) -> Result<Tag, SyntaxError> {
        let suffix = self.slice(name.suffix);
        let Some(handle) = name.handle.map(|handle| self.slice(handle)) else {
            return Ok(unescape_uri(suffix).map_or(Tag::Unknown, |uri| Tag::of(&uri)));
        };
        let declared = self.handles.iter().find(|(known, _)| *known == handle);
        let prefix = match (declared, handle) {
            (Some((_, prefix)), _) => prefix,
            // `!Ref` and its like: too many in a template to spell each one out.
            (None, "!") => return Ok(Tag::Unknown),
            (None, "!!") => "tag:yaml.org,2002:",
            (None, _) => return Err(SyntaxError::new(Fault::Handle, token.span)),
        };
        let uri = unescape_uri(prefix).zip(unescape_uri(suffix));
        Ok(uri.map_or(Tag::Unknown, |(prefix, suffix)| Tag::of(&(prefix + &suffix))))
    }

    /// The name of an anchor or alias, without its `&` or `*`.
    fn name(&self, span: Span) -> &'s str {
        self.slice(Span { start: span.start + 1, end: span.end })
    }

    fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.range()).unwrap_or("")
    }
}
