//! From tokens to nodes, by PyYAML's grammar and the rules of its composer. No recursion: what is still to
//! be read waits on a stack.

use super::super::Style;
use super::super::arena::{Size, Text, WrittenTag};
use super::compose::Composer;
use super::fault::{Fault, SyntaxError};
use super::scanner::Scanner;
use super::token::{Directive, Kind, Token};
use crate::source::Span;

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

type Parsed = Result<(), SyntaxError>;

pub(super) struct Parser<'s> {
    pub(super) scanner: Scanner<'s>,
    pub(super) composer: Composer<'s>,
    states: Vec<State>,
}

impl<'s> Parser<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self { scanner: Scanner::new(text), composer: Composer::new(text), states: Vec::new() }
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
                    self.composer.empty(next.span.start);
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
            self.composer.composition.second_document = Some(next.span);
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
                    if !self.composer.declare(handle, prefix) {
                        return Err(SyntaxError::new(Fault::Directive, token.span));
                    }
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
                self.composer.close_at_last_child();
                self.states.push(State::FlowSequenceEntry { first: false });
                Ok(())
            }
            State::FlowKey { first } => self.flow_key(first),
            State::FlowValue => self.flow_value(),
            State::FlowEmptyValue => {
                self.states.push(State::FlowKey { first: false });
                self.composer.empty_after_last();
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
                    Kind::BlockEntry | Kind::BlockEnd => self.composer.empty_after(token),
                    _ => self.node(Place::Block),
                }
            }
            Kind::BlockEnd => {
                self.composer.close_at_last_child();
                Ok(())
            }
            _ => Err(self.in_collection(Fault::Indentation, token)),
        }
    }

    fn indentless_entry(&mut self) -> Parsed {
        let token = self.scanner.peek()?;
        if token.kind != Kind::BlockEntry {
            self.composer.close_at_last_child();
            return Ok(());
        }
        self.scanner.next()?;
        self.states.push(State::IndentlessEntry);
        match self.scanner.peek()?.kind {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => self.composer.empty_after(token),
            _ => self.node(Place::Block),
        }
    }

    fn block_key(&mut self) -> Parsed {
        let token = self.scanner.next()?;
        match token.kind {
            Kind::Key => {
                self.states.push(State::BlockValue);
                match self.scanner.peek()?.kind {
                    Kind::Key | Kind::Value | Kind::BlockEnd => self.composer.empty_after(token),
                    _ => self.node(Place::BlockOrIndentless),
                }
            }
            Kind::BlockEnd => {
                self.composer.close_at_last_child();
                Ok(())
            }
            _ => Err(self.in_collection(Fault::Indentation, token)),
        }
    }

    fn block_value(&mut self) -> Parsed {
        self.states.push(State::BlockKey);
        let token = self.scanner.peek()?;
        if token.kind != Kind::Value {
            self.composer.empty_after_last();
            return Ok(());
        }
        self.scanner.next()?;
        match self.scanner.peek()?.kind {
            Kind::Key | Kind::Value | Kind::BlockEnd => self.composer.empty_after(token),
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
                self.composer.open(|builder| builder.open_mapping(Span::new(at, at), true, None), None)?;
                self.states.push(State::PairValue);
                match self.scanner.peek()?.kind {
                    Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => self.composer.empty_after(token),
                    _ => self.node(Place::Flow),
                }
            }
            Kind::FlowSequenceEnd => {
                self.scanner.next()?;
                self.composer.close(token.span.end as usize);
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
            self.composer.empty_after_last();
            return Ok(());
        }
        self.scanner.next()?;
        match self.scanner.peek()?.kind {
            Kind::FlowEntry | Kind::FlowSequenceEnd => self.composer.empty_after(token),
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
                    Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => self.composer.empty_after(token),
                    _ => self.node(Place::Flow),
                }
            }
            Kind::FlowMappingEnd => {
                self.scanner.next()?;
                self.composer.close(token.span.end as usize);
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
            self.composer.empty_after_last();
            return Ok(());
        }
        self.scanner.next()?;
        match self.scanner.peek()?.kind {
            Kind::FlowEntry | Kind::FlowMappingEnd => self.composer.empty_after(token),
            _ => self.node(Place::Flow),
        }
    }

    /// Takes the closing bracket, and says so, or the comma that must otherwise follow an entry.
    fn flow_end(&mut self, end: Kind, first: bool, fault: Fault) -> Result<bool, SyntaxError> {
        let token = self.scanner.peek()?;
        if token.kind == end {
            self.scanner.next()?;
            self.composer.close(token.span.end as usize);
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
            self.composer.alias(token.span);
            return Ok(());
        }
        let (mut anchor, mut tag, mut properties_end) = (None, None, None);
        loop {
            match token.kind {
                Kind::Anchor if anchor.is_none() => anchor = Some(token.span),
                Kind::Tag(name) if tag.is_none() => {
                    tag = Some(WrittenTag { span: token.span, meaning: self.composer.meaning(name, token)? });
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
                self.composer.open(|builder| builder.open_sequence(here, false, tag), anchor)
            }
            Kind::Scalar(style, text) => {
                self.scanner.next()?;
                let node = self.composer.builder.scalar(style, text, token.span, tag);
                self.composer.anchor(anchor, node, Some(Size::ONE));
                Ok(())
            }
            Kind::FlowSequenceStart => {
                self.scanner.next()?;
                self.states.push(State::FlowSequenceEntry { first: true });
                self.composer.open(|builder| builder.open_sequence(character, true, tag), anchor)
            }
            Kind::FlowMappingStart => {
                self.scanner.next()?;
                self.states.push(State::FlowKey { first: true });
                self.composer.open(|builder| builder.open_mapping(character, true, tag), anchor)
            }
            Kind::BlockSequenceStart if place != Place::Flow => {
                self.scanner.next()?;
                self.states.push(State::BlockSequenceEntry);
                self.composer.open(|builder| builder.open_sequence(here, false, tag), anchor)
            }
            Kind::BlockMappingStart if place != Place::Flow => {
                self.scanner.next()?;
                self.states.push(State::BlockKey);
                self.composer.open(|builder| builder.open_mapping(here, false, tag), anchor)
            }
            _ => match properties_end {
                Some(end) => {
                    let node =
                        self.composer.builder.scalar(Style::Plain, Text::Source, Span::new(end, end), tag);
                    self.composer.anchor(anchor, node, Some(Size::ONE));
                    Ok(())
                }
                None => Err(self.in_collection(Fault::NoValue, token)),
            },
        }
    }

    /// A fault at `token`, with what is around it.
    fn in_collection(&self, fault: Fault, token: Token) -> SyntaxError {
        let (inside, previous) = (self.composer.builder.open_span(), self.composer.builder.last_span());
        SyntaxError { inside, previous, ..SyntaxError::new(fault, token.span) }
    }
}
