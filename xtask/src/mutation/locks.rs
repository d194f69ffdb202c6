//! Mutants of Vault Lock and Object Lock: their parameters, the rules that ask for an acknowledgement, and the
//! configuration that the parameters end up in.

use cfct_core::document::{MappingRef, NodeRef};
use cfct_core::template::Template;
use cfct_core::template::intrinsic::{Intrinsic, walk};

use super::edits::{put, put_text, swapped, without_entry};
use super::mutant::{Class, Mutants};

/// Parameters of locks, with values that make the lock another one.
pub const PARAMETERS: [(&str, &[&str]); 6] = [
    ("LockMode", &["none", "compliance"]),
    ("MinRetentionDays", &["1"]),
    ("MaxRetentionDays", &["36500"]),
    ("ChangeableForDays", &["3"]),
    ("ObjectLockMode", &["compliance"]),
    ("ObjectLockDays", &["1"]),
];

/// The other values of a lock's parameter; none where it is the parameter of something else.
pub fn other_values(parameter: &str, value: &str) -> impl Iterator<Item = &'static str> {
    let found = PARAMETERS.iter().find(|(name, _)| *name == parameter);
    let others = found.map_or(&[][..], |(_, others)| others);
    others.iter().copied().filter(move |other| *other != value)
}

/// Adds the mutants of a template's locks.
pub fn add(template: &Template<'_>, mutants: &mut Mutants<'_>) {
    for parameter in &template.parameters {
        if let Some(map) = parameter.node.as_mapping() {
            add_parameter(parameter.name, map, mutants);
        }
    }
    if let Some(rules) = template.section("Rules") {
        add_rules(template, rules, mutants);
    }
    for resource in &template.resources {
        let properties = resource.properties.into_iter().flat_map(walk).filter_map(NodeRef::as_mapping);
        for entry in properties.flat_map(MappingRef::written) {
            if matches!(entry.key.scalar_text(), Some("LockConfiguration" | "ObjectLockConfiguration")) {
                add_configuration(resource.name, entry.value, mutants);
            }
        }
    }
}

fn add_parameter(name: &str, map: MappingRef<'_>, mutants: &mut Mutants<'_>) {
    if !PARAMETERS.iter().any(|(known, _)| *known == name) {
        return;
    }
    if let Some(default) = map.entry("Default") {
        let value = default.value.scalar_text().unwrap_or_default();
        for other in other_values(name, value) {
            let what = format!("{name}: default {other}");
            mutants.add(Class::Locks, default.key, what, [put_text(default.value, other)]);
        }
    }
    for (bound, other) in [("MinValue", "1"), ("MaxValue", "99999")] {
        let Some(entry) = map.entry(bound) else { continue };
        let what = format!("{name}: without {bound}");
        mutants.add(Class::Locks, entry.key, what, without_entry(map, bound));
        if entry.value.scalar_text() != Some(other) {
            mutants.add(
                Class::Locks,
                entry.key,
                format!("{name}: {bound} {other}"),
                [put(entry.value, other)],
            );
        }
    }
}

/// Without a rule, with a rule that is never asked, and with one that is always content.
fn add_rules(template: &Template<'_>, rules: NodeRef<'_>, mutants: &mut Mutants<'_>) {
    let Some(map) = rules.as_mapping() else { return };
    for rule in map.written() {
        let name = rule.key.scalar_text().unwrap_or_default();
        let gone = match map.len() {
            1 => template.root.and_then(|root| without_entry(root, "Rules")),
            _ => without_entry(map, name),
        };
        mutants.add(Class::Locks, rule.key, format!("without the rule {name}"), gone);
        let assertions = rule.value.as_mapping().and_then(|rule| rule.get("Assertions"));
        let list = assertions.and_then(NodeRef::as_sequence);
        for assertion in list.iter().flat_map(|list| list.items()).filter_map(NodeRef::as_mapping) {
            if let Some(test) = assertion.entry("Assert") {
                let content = put(test.value, "!Equals [a, a]");
                mutants.add(Class::Locks, test.key, format!("the rule {name} is always content"), [content]);
            }
        }
    }
}

/// Without either bound, and with the branches of each condition changed round.
fn add_configuration(resource: &str, configuration: NodeRef<'_>, mutants: &mut Mutants<'_>) {
    for node in walk(configuration) {
        let branches = Intrinsic::of(node).filter(|call| call.name == "If").map(Intrinsic::arguments);
        if let Some([_, then, otherwise]) = branches.as_deref() {
            let what = format!("{resource}: the other branch of a lock's condition");
            mutants.add(Class::Locks, *then, what, swapped(*then, *otherwise));
        }
        let Some(map) = node.as_mapping() else { continue };
        for entry in map.written() {
            let key = entry.key.scalar_text().unwrap_or_default();
            if matches!(key, "MinRetentionDays" | "MaxRetentionDays" | "Rule") {
                let what = format!("{resource}: lock without {key}");
                mutants.add(Class::Locks, entry.key, what, without_entry(map, key));
            }
        }
    }
}
