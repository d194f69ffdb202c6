//! Maps: their entries as written, and as PyYAML's dict holds them.

use super::key::{Places, is_merge_key};
use super::{Format, NodeId, NodeRef, Shape};

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'d> {
    /// The key.
    pub key: NodeRef<'d>,
    /// The value.
    pub value: NodeRef<'d>,
}

/// A map node.
#[derive(Clone, Copy, Debug)]
pub struct MappingRef<'d> {
    pub(super) node: NodeRef<'d>,
    pub(super) edges: &'d [NodeId],
}

impl<'d> MappingRef<'d> {
    /// The node itself.
    #[must_use]
    pub fn node(self) -> NodeRef<'d> {
        self.node
    }

    /// The entries as written: duplicates and merge keys (`<<`) included.
    pub fn written(self) -> impl ExactSizeIterator<Item = Entry<'d>> {
        let document = self.node.document;
        self.edges.chunks_exact(2).map(move |pair| Entry {
            key: NodeRef { document, id: pair[0] },
            value: NodeRef { document, id: pair[1] },
        })
    }

    /// The entries as PyYAML's dict holds them: merge keys applied, the last of duplicates kept in the
    /// first one's place (`SafeConstructor.flatten_mapping`).
    #[must_use]
    pub fn entries(self) -> Vec<Entry<'d>> {
        if self.edges.len() <= 2 && !self.has_merge_key() {
            return self.written().collect();
        }
        let mut flat = Vec::with_capacity(self.edges.len() / 2);
        self.flatten(&mut flat);
        let mut kept: Vec<Entry<'d>> = Vec::with_capacity(flat.len());
        let mut places = Places::default();
        places.start(flat.len());
        for entry in flat {
            match places.insert(entry.key) {
                Some(first) => kept[first.place].value = entry.value,
                None => kept.push(entry),
            }
        }
        kept
    }

    /// The value under `key`, as [`MappingRef::entries`] has it.
    #[must_use]
    pub fn get(self, key: &str) -> Option<NodeRef<'d>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The entry under `key`, as [`MappingRef::entries`] has it.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry<'d>> {
        let own = self.written().filter(|entry| entry.key.scalar_text() == Some(key)).last();
        if own.is_some() || !self.has_merge_key() {
            return own;
        }
        self.entries().into_iter().find(|entry| entry.key.scalar_text() == Some(key))
    }

    /// How many entries are written.
    #[must_use]
    pub fn len(self) -> usize {
        self.edges.len() / 2
    }

    /// Whether none is written.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.edges.is_empty()
    }

    fn has_merge_key(self) -> bool {
        self.document_is_yaml() && self.written().any(|entry| is_merge_key(entry.key))
    }

    fn document_is_yaml(self) -> bool {
        self.node.document.format == Format::Yaml
    }

    /// Merged entries first (of a list, the last map first, so that earlier ones win), own entries after.
    fn flatten(self, into: &mut Vec<Entry<'d>>) {
        for entry in self.written().filter(|entry| is_merge_key(entry.key)) {
            match entry.value.shape() {
                Shape::Mapping(mapping) => mapping.flatten(into),
                Shape::Sequence(list) => {
                    let maps: Vec<_> = list.items().filter_map(NodeRef::as_mapping).collect();
                    for mapping in maps.into_iter().rev() {
                        mapping.flatten(into);
                    }
                }
                Shape::Scalar(_) => {}
            }
        }
        into.extend(self.written().filter(|entry| !is_merge_key(entry.key)));
    }
}
