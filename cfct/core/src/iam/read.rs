//! From a document to a policy, taking whatever has the right shape.

use super::{Condition, Effect, Matcher, Policy, Principals, Statement, Word};
use crate::document::{Document, MappingRef, NodeRef, Shape};

impl<'d> Policy<'d> {
    /// Reads a policy document; `None` where its top is no map.
    #[must_use]
    pub fn read(document: &'d Document) -> Option<Self> {
        document.root().and_then(NodeRef::as_mapping).map(Self::from_mapping)
    }

    /// Reads a policy that stands inside another document, as `PolicyDocument` does in a template.
    #[must_use]
    pub fn from_mapping(top: MappingRef<'d>) -> Self {
        let statements = top.get("Statement").map(one_or_many).unwrap_or_default();
        Self {
            node: top.node(),
            version: top.get("Version").and_then(word),
            id: top.get("Id").and_then(word),
            statements: statements.into_iter().filter_map(NodeRef::as_mapping).map(Statement::read).collect(),
        }
    }
}

impl<'d> Statement<'d> {
    /// Reads a statement on its own.
    #[must_use]
    pub fn read(map: MappingRef<'d>) -> Self {
        let effect_node = map.get("Effect");
        Self {
            node: map.node(),
            sid: map.get("Sid").and_then(word),
            effect: match effect_node.and_then(NodeRef::scalar_text) {
                Some("Allow") => Some(Effect::Allow),
                Some("Deny") => Some(Effect::Deny),
                _ => None,
            },
            effect_node,
            action: matcher(map, "Action", "NotAction"),
            resource: matcher(map, "Resource", "NotResource"),
            principal: principals(map),
            conditions: map.get("Condition").map(conditions).unwrap_or_default(),
        }
    }
}

fn matcher<'d>(map: MappingRef<'d>, plain: &str, negated: &str) -> Option<Matcher<'d>> {
    let (entry, is_negated) = match map.entry(plain) {
        Some(entry) => (entry, false),
        None => (map.entry(negated)?, true),
    };
    Some(Matcher { negated: is_negated, key: entry.key, patterns: words(entry.value) })
}

fn principals(map: MappingRef<'_>) -> Option<Principals<'_>> {
    let (entry, negated) = match map.entry("Principal") {
        Some(entry) => (entry, false),
        None => (map.entry("NotPrincipal")?, true),
    };
    let kinds = entry.value.as_mapping().map(MappingRef::entries).unwrap_or_default();
    let named = kinds
        .into_iter()
        .filter_map(|kind| Some((word(kind.key)?, kind.value)))
        .flat_map(|(kind, value)| words(value).into_iter().map(move |value| (kind, value)))
        .collect();
    Some(Principals { negated, key: entry.key, everyone: entry.value.scalar_text() == Some("*"), named })
}

fn conditions(node: NodeRef<'_>) -> Vec<Condition<'_>> {
    let mut found = Vec::new();
    for operator in node.as_mapping().map(MappingRef::entries).unwrap_or_default() {
        let Some(name) = word(operator.key) else { continue };
        for test in operator.value.as_mapping().map(MappingRef::entries).unwrap_or_default() {
            let Some(key) = word(test.key) else { continue };
            found.push(Condition { operator: name, key, values: words(test.value) });
        }
    }
    found
}

fn one_or_many(node: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    match node.shape() {
        Shape::Sequence(list) => list.items().collect(),
        _ => vec![node],
    }
}

fn words(node: NodeRef<'_>) -> Vec<Word<'_>> {
    one_or_many(node).into_iter().filter_map(word).collect()
}

fn word(node: NodeRef<'_>) -> Option<Word<'_>> {
    node.scalar_text().map(|text| Word { text, node })
}
