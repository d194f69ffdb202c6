//! What the scanner and the parser refuse.

use crate::source::Span;

/// Why the text is no YAML from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A tab where a token must start.
    Tab,
    /// A character that starts no token: `@`, a backtick, `%`, and in flow context `|`, `>`.
    Indicator,
    /// `- ` behind something on its line.
    ItemNotAllowed,
    /// `? ` behind something on its line.
    KeyNotAllowed,
    /// `: ` where no key can stand before it.
    ValueNotAllowed,
    /// A line in a map without a colon.
    NoColon,
    /// A key of more than 1,024 characters.
    KeyTooLong,
    UnclosedQuote,
    Escape,
    /// Too few digits behind `\x`, `\u`, `\U`, or no character of that number.
    HexEscape,
    Anchor,
    Alias,
    Tag,
    /// A tag handle that no `%TAG` declares.
    Handle,
    /// What follows `|` or `>`.
    BlockHeader,
    Directive,
    /// A line whose indentation fits no open collection.
    Indentation,
    FlowSequence,
    FlowMapping,
    /// A token where a value must stand.
    NoValue,
    TextAfterDocument,
    TooDeep,
}

/// A fault and where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct SyntaxError {
    pub(super) fault: Fault,
    pub(super) span: Span,
    /// The collection around it.
    pub(super) inside: Option<Span>,
    /// The last complete node before it.
    pub(super) previous: Option<Span>,
}

impl SyntaxError {
    pub(super) fn new(fault: Fault, span: Span) -> Self {
        Self { fault, span, inside: None, previous: None }
    }
}
