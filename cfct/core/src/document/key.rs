//! When two keys of a map are the same to PyYAML, whose maps are Python dicts.

use std::collections::HashMap;

use super::scalar::{Timestamp, Value};
use super::{Format, NodeId, NodeRef, Style};

/// A key in a form in which equal keys are equal: Python holds `1`, `1.0` and `true` for the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key<'d> {
    Null,
    Int(i128),
    /// The bits of a number that is no integer.
    Float(u64),
    Date(Timestamp),
    Text(&'d str),
    /// Scalars that are only compared as they are written: their type or tag, and their text.
    Raw(&'d str, &'d str),
    /// A collection, which no dict takes for a key.
    Collection(NodeId),
}

impl<'d> Key<'d> {
    pub(super) fn of(node: NodeRef<'d>) -> Self {
        let (Some(text), Some(value)) = (node.scalar_text(), node.value()) else {
            return Self::Collection(node.target().id());
        };
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Int(i128::from(value)),
            Value::Int(Some(value)) => Self::Int(value),
            Value::Int(None) => Self::Raw("int", text),
            Value::Float(value) => Self::of_float(value),
            Value::Timestamp(stamp) => Self::Date(stamp),
            Value::Str(text) => Self::Text(text),
            Value::Bytes => Self::Raw("bytes", text),
            Value::Merge => Self::Raw("merge", text),
            Value::Tagged(tag) => Self::Raw(tag, text),
            Value::Invalid(kind) => Self::Raw(kind.type_name(), text),
        }
    }

    fn of_float(value: f64) -> Self {
        // Beyond 2^96 the exact comparison with an integer key is of no interest.
        const EXACT: f64 = (1_u128 << 96) as f64;
        if value.fract() == 0.0 && value.abs() < EXACT {
            Self::Int(value as i128)
        } else {
            Self::Float(value.to_bits())
        }
    }
}

/// Whether a key is YAML's merge key, `<<`.
pub(super) fn is_merge_key(key: NodeRef<'_>) -> bool {
    // Most keys are ruled out without resolving them.
    let merge_text = key.style() == Some(Style::Plain) && key.scalar_text() == Some("<<");
    key.document().format() == Format::Yaml
        && (merge_text || key.tag().is_some())
        && matches!(key.value(), Some(Value::Merge))
}

/// The distinct keys of a map, in order. Small maps, which most are, are searched without hashing.
#[derive(Default)]
pub(super) struct Places<'d> {
    few: Vec<(Key<'d>, NodeRef<'d>)>,
    many: HashMap<Key<'d>, Seen<'d>>,
    hashed: bool,
}

/// A key that came before.
#[derive(Clone, Copy)]
pub(super) struct Seen<'d> {
    /// Its place among the distinct keys.
    pub(super) place: usize,
    /// The key itself.
    pub(super) node: NodeRef<'d>,
}

impl<'d> Places<'d> {
    const FEW: usize = 12;

    /// Forgets everything, for a map of `keys` keys.
    pub(super) fn start(&mut self, keys: usize) {
        self.few.clear();
        self.many.clear();
        self.hashed = keys > Self::FEW;
    }

    /// The first key that is equal to `node`, if one came before.
    pub(super) fn insert(&mut self, node: NodeRef<'d>) -> Option<Seen<'d>> {
        let key = Key::of(node);
        if self.hashed {
            let next = Seen { place: self.many.len(), node };
            let seen = *self.many.entry(key).or_insert(next);
            return (seen.place < next.place).then_some(seen);
        }
        let place = self.few.iter().position(|(other, _)| *other == key);
        let Some(place) = place else {
            self.few.push((key, node));
            return None;
        };
        self.few.get(place).map(|(_, node)| Seen { place, node: *node })
    }
}
