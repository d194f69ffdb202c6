//! What the scanner makes of the text.

use super::super::Style;
use super::super::arena::Text;
use crate::source::Span;

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    StreamEnd,
    Directive(Directive),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowMappingStart,
    FlowSequenceEnd,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag(TagName),
    Scalar(Style, Text),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// `%YAML`, and whether its major version is 1.
    Yaml { known: bool },
    /// `%TAG`
    Tag { handle: Span, prefix: Span },
    /// Any other: ignored.
    Other,
}

/// A tag's parts in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TagName {
    /// `!`, `!!` or `!name!`; `None` for a verbatim `!<…>` and for a lone `!`.
    pub(super) handle: Option<Span>,
    /// What follows it.
    pub(super) suffix: Span,
}
