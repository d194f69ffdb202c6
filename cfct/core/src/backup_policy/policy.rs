//! A policy as inheritance sees it: named items that carry operators, with the places they stand at.
//!
//! The tree knows nothing of backup plans, so tag policies and their like read the same way.
//! The grammar says which items a backup policy may have.

use std::sync::Arc;

use super::operator::{CHILD_CONTROL, ChildOperators, Operator, PREFIX};
use crate::document::{Document, Entry, MappingRef, NodeRef, Shape, Value as Scalar};
use crate::source::{Location, SourceFile, Span};

/// A policy document, read.
#[derive(Debug)]
pub struct Policy {
    /// What the policy is called where it is attached.
    pub name: Arc<str>,
    /// The file it stands in.
    pub source: Arc<SourceFile>,
    /// The top of the tree; its key is empty.
    pub root: Item,
}

/// A container, a setting, or (malformed) both.
#[derive(Debug, Default)]
pub struct Item {
    /// The key in its canonical form, lower case: identifiers are not case sensitive, and
    /// `DescribeEffectivePolicy` prints them this way.
    pub key: Box<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The child control operator on this item.
    pub control: Option<Control>,
    /// The value-setting operators, in the order in which they are applied.
    pub operations: Vec<Operation>,
    /// The items in it, as written.
    pub children: Vec<Item>,
    /// Whether it, or anything in it, has a child control operator.
    pub has_controls: bool,
}

/// A child control operator.
#[derive(Clone, Copy, Debug)]
pub struct Control {
    /// What it allows.
    pub allowed: ChildOperators,
    /// Where its value stands.
    pub span: Span,
}

/// A value-setting operator with its values.
#[derive(Debug)]
pub struct Operation {
    /// Which.
    pub operator: Operator,
    /// Where the operator stands.
    pub span: Span,
    /// One value, or a list of them.
    pub values: Values,
}

/// What an operator sets.
#[derive(Debug)]
pub enum Values {
    /// A single value.
    One(Value),
    /// A JSON array.
    Many(Vec<Value>),
}

impl Values {
    /// The values, however they are written.
    #[must_use]
    pub fn as_slice(&self) -> &[Value] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// A string, number or boolean as text: AWS prints all three as strings.
#[derive(Debug)]
pub struct Value {
    /// The text.
    pub text: Box<str>,
    /// Where it stands.
    pub span: Span,
}

impl Policy {
    /// Reads what can be read; the grammar reports the rest. `None` where the top is not an object.
    #[must_use]
    pub fn read(name: impl Into<Arc<str>>, document: &Document) -> Option<Self> {
        let root = document.root()?;
        root.as_mapping()?;
        let root = Item::read(Box::default(), Span::default(), root);
        Some(Self { name: name.into(), source: Arc::clone(document.source()), root })
    }

    /// A place in the policy's file.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        Location::new(&self.source, span)
    }
}

impl Item {
    /// Whether an operator stands anywhere in it.
    #[must_use]
    pub fn sets_anything(&self) -> bool {
        !self.operations.is_empty() || self.children.iter().any(Self::sets_anything)
    }

    fn read(key: Box<str>, key_span: Span, node: NodeRef<'_>) -> Self {
        let mut item = Self { key, key_span, ..Self::default() };
        let entries = node.as_mapping().map(MappingRef::entries).unwrap_or_default();
        for Entry { key, value } in entries {
            let Some(name) = key.scalar_text() else { continue };
            if name == CHILD_CONTROL {
                item.control = Some(Control::read(value));
            } else if let Some(operator) = Operator::parse(name) {
                if let Some(values) = Values::read(value) {
                    item.operations.push(Operation { operator, span: key.span(), values });
                }
            } else if !name.starts_with(PREFIX) {
                item.children.push(Self::read(canonical(name), key.span(), value));
            }
        }
        item.operations.sort_by_key(|operation| operation.operator);
        item.has_controls = item.control.is_some() || item.children.iter().any(|child| child.has_controls);
        item
    }
}

impl Control {
    fn read(node: NodeRef<'_>) -> Self {
        let allowed = match node.shape() {
            Shape::Sequence(list) => ChildOperators::of_words(list.items().filter_map(NodeRef::as_str)),
            _ => ChildOperators::of_words(node.as_str()),
        };
        Self { allowed, span: node.span() }
    }
}

impl Values {
    fn read(node: NodeRef<'_>) -> Option<Self> {
        match node.shape() {
            Shape::Sequence(list) => Some(Self::Many(list.items().filter_map(Value::read).collect())),
            Shape::Scalar(_) => Value::read(node).map(Self::One),
            Shape::Mapping(_) => None,
        }
    }
}

impl Value {
    fn read(node: NodeRef<'_>) -> Option<Self> {
        match node.value()? {
            Scalar::Null => None,
            _ => Some(Self { text: node.scalar_text()?.into(), span: node.span() }),
        }
    }
}

/// The form in which two spellings of one identifier are equal.
#[must_use]
pub fn canonical(key: &str) -> Box<str> {
    key.to_lowercase().into()
}
