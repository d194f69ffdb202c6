//! YAML through granit-parser's events into the arena.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::arena::{Builder, Size, Text, WrittenTag};
use super::scalar::Tag;
use super::{Format, NodeId, Reading, Style, codes, duplicates};
use crate::finding::Finding;
use crate::source::{Location, SourceFile, Span};

pub(super) fn read(source: &Arc<SourceFile>) -> Reading {
    let mut reader = Reader {
        text: source.text(),
        builder: Builder::new(source.text().len()),
        anchors: HashMap::new(),
        sizes: HashMap::new(),
    };
    let mut findings = Vec::new();
    for event in Parser::new_from_str(source.text()) {
        match event {
            Ok((event, span)) => reader.take(event, span),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0);
                let at = Location::new(source, Span::new(at, at));
                findings.push(Finding::new(&codes::YAML_SYNTAX, &at, error.to_string()));
                return Reading { document: None, findings };
            }
        }
    }
    let document = reader.builder.finish(source, Format::Yaml);
    duplicates::find(&document, &mut findings);
    Reading { document: Some(document), findings }
}

struct Reader<'s> {
    text: &'s str,
    builder: Builder,
    anchors: HashMap<usize, NodeId>,
    sizes: HashMap<NodeId, Size>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: granit_parser::Span) {
        let bytes = Span::new(span.start.byte_offset().unwrap_or(0), span.end.byte_offset().unwrap_or(0));
        let tag =
            span.tag_span().and_then(|tag| Some(Span::new(tag.start.byte_offset()?, tag.end.byte_offset()?)));
        let tag = tag.map(|span| WrittenTag { span, meaning: meaning(&self.text[span.range()]) });
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let text = match text {
                    Cow::Borrowed(text) if &self.text[bytes.range()] == text => Text::Source,
                    other => {
                        let start = self.builder.decoded().len();
                        self.builder.decoded().push_str(&other);
                        self.builder.decoded_from(start)
                    }
                };
                let id = self.builder.scalar(style_of(style), text, bytes, tag);
                self.anchors.insert(anchor, id);
                self.sizes.insert(id, Size { nodes: 1, depth: 1 });
            }
            Event::SequenceStart(style, anchor, _) => {
                let id = self.builder.open_sequence(bytes, style == StructureStyle::Flow, tag);
                self.anchors.insert(anchor, id);
            }
            Event::MappingStart(style, anchor, _) => {
                let id = self.builder.open_mapping(bytes, style == StructureStyle::Flow, tag);
                self.anchors.insert(anchor, id);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.sizes.extend(self.builder.close(bytes.end as usize));
            }
            Event::Alias(anchor) => {
                let target = self.anchors.get(&anchor).copied();
                match target.and_then(|target| Some((target, *self.sizes.get(&target)?))) {
                    Some((target, size)) => self.builder.alias(bytes, target, size),
                    None => self.builder.scalar(Style::Plain, Text::Source, bytes, None),
                };
            }
            Event::Comment(..) => self.builder.comment(bytes),
            _ => {}
        }
    }
}

fn meaning(written: &str) -> Tag {
    match written.strip_prefix("!!") {
        Some(name) => Tag::of(&format!("tag:yaml.org,2002:{name}")),
        None => Tag::of(written),
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
