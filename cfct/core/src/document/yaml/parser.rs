//! From tokens to nodes, by PyYAML's grammar and the rules of its composer. No recursion: what is still to
//! be read waits on a stack.

use std::collections::HashMap;

use super::super::arena::{Builder, Size, Text, WrittenTag};
use super::super::scalar::Tag;
use super::super::{NodeId, Style, limits};
use super::fault::{Fault, SyntaxError};
use super::property::unescape_uri;
use super::scanner::Scanner;
use super::token::{Directive, Kind, TagName, Token};
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

/// What is to be read next.
#[derive(Clone, Copy)]
enum State {
    BlockSequenceEntry,
    IndentlessEntry,
    BlockKey,
    BlockValue,
    FlowSequenceEntry { first: bool },
    PairValue,
    PairEnd,
    FlowKey { first: bool },
    FlowValue,
    FlowEmptyValue,
}

/// Which nodes may stand at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Flow,
    Block,
    /// A value in a block map, where a list need not be indented.
    BlockOrIndentless,
}

struct Anchor {
    node: NodeId,
    span: Span,
    /// Known once the node is complete.
    size: Option<Size>,
}

type Parsed = Result<(), SyntaxError>;

pub(super) struct Parser<'s> {
    text: &'s str,
    pub(super) scanner: Scanner<'s>,
    pub(super) builder: Builder,
    pub(super) composition: Composition,
    states: Vec<State>,
    anchors: HashMap<&'s str, Anchor>,
    /// The anchored collections that are open, innermost last.
    open_anchors: Vec<(NodeId, &'s str)>,
    /// What `%TAG` declares.
    handles: Vec<(&'s str, &'s str)>,
}

impl<'s> Parser<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self {
            text,
            scanner: Scanner::new(text),
            builder: Builder::new(text.len()),
            composition: Composition::default(),
            states: Vec::new(),
            anchors: HashMap::new(),
            open_anchors: Vec::new(),
            handles: Vec::new(),
        }
    }

    /// Reads the first document and looks whether another follows. An empty stream leaves no node.
    pub(super) fn stream(&mut self) -> Parsed {
        let first = self.scanner.peek()?;
        match first.kind {
            Kind::StreamEnd => return Ok(()),
            Kind::Directive(_) | Kind::DocumentStart => {
                self.document_start()?;
                let next = self.scanner.peek()?;
                if matches!(
                    next.kind,
                    Kind::Directive(_) | Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd
                ) {
                    self.empty(next.span.start);
                } else {
                    self.node(Place::Block)?;
                }
            }
            _ => self.node(Place::Block)?,
        }
        while let Some(state) = self.states.pop() {
            self.step(state)?;
        }
        self.document_end()
    }

    fn document_end(&mut self) -> Parsed {
        while self.scanner.peek()?.kind == Kind::DocumentEnd {
            self.scanner.next()?;
        }
        let next = self.scanner.peek()?;
        if next.kind != Kind::StreamEnd {
            self.document_start()?;
            self.composition.second_document = Some(next.span);
        }
        Ok(())
    }

    /// `%YAML`, `%TAG` and `---`.
    fn document_start(&mut self) -> Parsed {
        let mut versions = 0;
        loop {
            let token = self.scanner.peek()?;
            match token.kind {
                Kind::Directive(Directive::Yaml { known }) => {
                    versions += 1;
                    if versions > 1 || !known {
                        return Err(SyntaxError::new(Fault::Directive, token.span));
                    }
                }
                Kind::Directive(Directive::Tag { handle, prefix }) => {
                    let handle = self.slice(handle);
                    if self.handles.iter().any(|(known, _)| *known == handle) {
                        return Err(SyntaxError::new(Fault::Directive, token.span));
                    }
                    self.handles.push((handle, self.slice(prefix)));
                }
                Kind::Directive(Directive::Other) => {}
                Kind::DocumentStart => {
                    self.scanner.next()?;
                    return Ok(());
                }
                _ => return Err(SyntaxError::new(Fault::TextAfterDocument, token.span)),
            }
            self.scanner.next()?;
        }
    }

    fn step(&mut self, state: State) -> Parsed {
        match state {
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessEntry => self.indentless_entry(),
            State::BlockKey => self.block_key(),
            State::BlockValue => self.block_value(),
            State::FlowSequenceEntry { first } => self.flow_sequence_entry(first),
            State::PairValue => self.pair_value(),
            State::PairEnd => {
                self.close_at_last_child();
                self.states.push(State::FlowSequenceEntry { first: false });
                Ok(())
            }
            State::FlowKey { first } => self.flow_key(first),
            State::FlowValue => self.flow_value(),
            State::FlowEmptyValue => {
                self.states.push(State::FlowKey { first: false });
                self.empty_after_last();
                Ok(())
            }
        }
    }

    fn block_sequence_entry(&mut self) -> Parsed {
        let token = self.scanner.next()?;
        match token.kind {
            Kind::BlockEntry => {
                self.states.push(State::BlockSequenceEntry);
                match self.scanner.peek()?.kind {
                    Kind::BlockEntry | Kind::BlockEnd => self.empty_after(token),
                    _ => self.node(Place::Block),
                }
            }
            Kind::BlockEnd => {
                self.close_at_last_child();
                Ok(())
            }
            _ => Err(self.in_collection(Fault::Indentation, token)),
        }
    }

    fn indentless_entry(&mut self) -> Parsed {
        let token = self.scanner.peek()?;
        if token.kind != Kind::BlockEntry {
            self.close_at_last_child();
            return Ok(());
        }
        self.scanner.next()?;
        self.states.push(State::IndentlessEntry);
        match self.scanner.peek()?.kind {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_after(token),
            _ => self.node(Place::Block),
        }
    }

    fn block_key(&mut self) -> Parsed {
        let token = self.scanner.next()?;
        match token.kind {
            Kind::Key => {
                self.states.push(State::BlockValue);
                match self.scanner.peek()?.kind {
                    Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_after(token),
                    _ => self.node(Place::BlockOrIndentless),
                }
            }
            Kind::BlockEnd => {
                self.close_at_last_child();
                Ok(())
            }
            _ => Err(self.in_collection(Fault::Indentation, token)),
        }
    }

    fn block_value(&mut self) -> Parsed {
        self.states.push(State::BlockKey);
        let token = self.scanner.peek()?;
        if token.kind != Kind::Value {
            self.empty_after_last();
            return Ok(());
        }
        self.scanner.next()?;
        match self.scanner.peek()?.kind {
            Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_after(token),
            _ => self.node(Place::BlockOrIndentless),
        }
    }

    fn flow_sequence_entry(&mut self, first: bool) -> Parsed {
        if self.flow_end(Kind::FlowSequenceEnd, first, Fault::FlowSequence)? {
            return Ok(());
        }
        let token = self.scanner.peek()?;
        match token.kind {
            // `[a: b]` holds a map of one entry.
            Kind::Key => {
                self.scanner.next()?;
                let at = token.span.start as usize;
                self.open(|builder| builder.open_mapping(Span::new(at, at), true, None), None)?;
                self.states.push(State::PairValue);
                match self.scanner.peek()?.kind {
                    Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => self.empty_after(token),
                    _ => self.node(Place::Flow),
                }
            }
            Kind::FlowSequenceEnd => {
                self.scanner.next()?;
                self.close(token.span.end as usize);
                Ok(())
            }
            _ => {
                self.states.push(State::FlowSequenceEntry { first: false });
                self.node(Place::Flow)
            }
        }
    }

    fn pair_value(&mut self) -> Parsed {
        self.states.push(State::PairEnd);
        let token = self.scanner.peek()?;
        if token.kind != Kind::Value {
            self.empty_after_last();
            return Ok(());
        }
        self.scanner.next()?;
        match self.scanner.peek()?.kind {
            Kind::FlowEntry | Kind::FlowSequenceEnd => self.empty_after(token),
            _ => self.node(Place::Flow),
        }
    }

    fn flow_key(&mut self, first: bool) -> Parsed {
        if self.flow_end(Kind::FlowMappingEnd, first, Fault::FlowMapping)? {
            return Ok(());
        }
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::Key => {
                self.scanner.next()?;
                self.states.push(State::FlowValue);
                match self.scanner.peek()?.kind {
                    Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => self.empty_after(token),
                    _ => self.node(Place::Flow),
                }
            }
            Kind::FlowMappingEnd => {
                self.scanner.next()?;
                self.close(token.span.end as usize);
                Ok(())
            }
            _ => {
                self.states.push(State::FlowEmptyValue);
                self.node(Place::Flow)
            }
        }
    }

    fn flow_value(&mut self) -> Parsed {
        self.states.push(State::FlowKey { first: false });
        let token = self.scanner.peek()?;
        if token.kind != Kind::Value {
            self.empty_after_last();
            return Ok(());
        }
        self.scanner.next()?;
        match self.scanner.peek()?.kind {
            Kind::FlowEntry | Kind::FlowMappingEnd => self.empty_after(token),
            _ => self.node(Place::Flow),
        }
    }

    /// Takes the closing bracket, and says so, or the comma that must otherwise follow an entry.
    fn flow_end(&mut self, end: Kind, first: bool, fault: Fault) -> Result<bool, SyntaxError> {
        let token = self.scanner.peek()?;
        if token.kind == end {
            self.scanner.next()?;
            self.close(token.span.end as usize);
            return Ok(true);
        }
        if !first {
            if token.kind != Kind::FlowEntry {
                return Err(self.in_collection(fault, token));
            }
            self.scanner.next()?;
        }
        Ok(false)
    }

    /// A node with its properties. Of a collection only the start: its entries wait on the stack.
    fn node(&mut self, place: Place) -> Parsed {
        let mut token = self.scanner.peek()?;
        if token.kind == Kind::Alias {
            self.scanner.next()?;
            self.alias(token.span);
            return Ok(());
        }
        let (mut anchor, mut tag, mut properties_end) = (None, None, None);
        loop {
            match token.kind {
                Kind::Anchor if anchor.is_none() => anchor = Some(token.span),
                Kind::Tag(name) if tag.is_none() => {
                    tag = Some(WrittenTag { span: token.span, meaning: self.meaning(name, token)? });
                }
                _ => break,
            }
            properties_end = Some(token.span.end as usize);
            self.scanner.next()?;
            token = self.scanner.peek()?;
        }
        let start = token.span.start as usize;
        let character = Span::new(start, start + 1);
        let here = Span::new(start, start);
        match token.kind {
            Kind::BlockEntry if place == Place::BlockOrIndentless => {
                self.states.push(State::IndentlessEntry);
                self.open(|builder| builder.open_sequence(here, false, tag), anchor)
            }
            Kind::Scalar(style, text) => {
                self.scanner.next()?;
                let node = self.builder.scalar(style, text, token.span, tag);
                self.anchor(anchor, node, Some(Size::ONE));
                Ok(())
            }
            Kind::FlowSequenceStart => {
                self.scanner.next()?;
                self.states.push(State::FlowSequenceEntry { first: true });
                self.open(|builder| builder.open_sequence(character, true, tag), anchor)
            }
            Kind::FlowMappingStart => {
                self.scanner.next()?;
                self.states.push(State::FlowKey { first: true });
                self.open(|builder| builder.open_mapping(character, true, tag), anchor)
            }
            Kind::BlockSequenceStart if place != Place::Flow => {
                self.scanner.next()?;
                self.states.push(State::BlockSequenceEntry);
                self.open(|builder| builder.open_sequence(here, false, tag), anchor)
            }
            Kind::BlockMappingStart if place != Place::Flow => {
                self.scanner.next()?;
                self.states.push(State::BlockKey);
                self.open(|builder| builder.open_mapping(here, false, tag), anchor)
            }
            _ => match properties_end {
                Some(end) => {
                    let node = self.builder.scalar(Style::Plain, Text::Source, Span::new(end, end), tag);
                    self.anchor(anchor, node, Some(Size::ONE));
                    Ok(())
                }
                None => Err(self.in_collection(Fault::NoValue, token)),
            },
        }
    }

    // Nodes.

    fn open(&mut self, open: impl FnOnce(&mut Builder) -> NodeId, anchor: Option<Span>) -> Parsed {
        let node = open(&mut self.builder);
        if self.builder.depth() > limits::DEPTH {
            return Err(SyntaxError::new(Fault::TooDeep, self.builder.span(node)));
        }
        self.anchor(anchor, node, None);
        Ok(())
    }

    fn close(&mut self, end: usize) {
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
    fn close_at_last_child(&mut self) {
        self.close(0);
    }

    fn empty(&mut self, at: u32) {
        self.builder.scalar(Style::Plain, Text::Source, Span { start: at, end: at }, None);
    }

    /// An empty value right behind `token`.
    fn empty_after(&mut self, token: Token) -> Parsed {
        self.empty(token.span.end);
        Ok(())
    }

    /// An empty value right behind the key that has none.
    fn empty_after_last(&mut self) {
        let at = self.builder.last_end().unwrap_or(0);
        self.empty(at);
    }

    /// Binds a name to a node. As in PyYAML, a name must not be bound twice.
    fn anchor(&mut self, span: Option<Span>, node: NodeId, size: Option<Size>) {
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
    fn alias(&mut self, span: Span) {
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
    fn meaning(&self, name: TagName, token: Token) -> Result<Tag, SyntaxError> {
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

    /// A fault at `token`, with the collection that is open around it.
    fn in_collection(&self, fault: Fault, token: Token) -> SyntaxError {
        SyntaxError::new(fault, token.span).inside(self.builder.open_span())
    }
}
