//! Mutants of backup policies, and of what they are attached to.

use cfct_core::backup_policy::attachments;
use cfct_core::document::{Document, MappingRef, NodeRef};
use cfct_core::finding::Edit;
use cfct_core::template::intrinsic::walk;

use super::edits::{put_text, without_entry, without_item};
use super::mutant::{Class, Mutants};

/// Retentions that no lock of this configuration admits: below its minimum, and above its maximum.
const OUTSIDE: [&str; 2] = ["3", "36500"];
/// Within, and not what the tier is for.
const SHORTER: &str = "8";
/// Values of the tag that resources choose a tier by.
const TIERS: [&str; 5] = ["daily", "hourly", "monthly", "weekly", "yearly"];
/// The tag that guardrails know recovery points by.
const MARK: &str = "backup-guardrail";

/// Adds the mutants of one policy.
pub fn add(document: &Document, mutants: &mut Mutants<'_>) {
    let maps = document.root().into_iter().flat_map(walk).filter_map(NodeRef::as_mapping);
    for map in maps {
        for entry in map.written() {
            let key = entry.key.scalar_text().unwrap_or_default();
            let mut add = |class: Class, what: String, edit: Option<Edit>| {
                mutants.add(class, entry.key, what, edit);
            };
            let assigned = entry.value.as_mapping().and_then(|value| value.get("@@assign"));
            let text = assigned.and_then(NodeRef::scalar_text).unwrap_or_default();
            let put = |text: &str| assigned.map(|node| put_text(node, text));
            match key {
                "delete_after_days" => {
                    for other in OUTSIDE.into_iter().chain([SHORTER]).filter(|other| *other != text) {
                        add(Class::Retention, format!("{key} {other} for {text}"), put(other));
                    }
                }
                "lifecycle" => add(Class::Retention, "without lifecycle".to_owned(), without_entry(map, key)),
                "copy_actions" => add_copies(map, entry.value, mutants),
                "target_backup_vault_arn" => {
                    add(Class::Copies, format!("misspelt {text}"), put(&format!("{text}s")));
                }
                "target_backup_vault_name" | "iam_role_arn" => {
                    add(Class::Plans, format!("misspelt {text}"), put(&format!("{text}s")));
                }
                "regions" => add_less(key, assigned, mutants),
                "tag_value" => {
                    let list = assigned.and_then(NodeRef::as_sequence);
                    let tier = list.and_then(|list| list.items().next());
                    // A value that is no tier keeps an account out.
                    let is_tier =
                        tier.and_then(NodeRef::scalar_text).is_some_and(|text| TIERS.contains(&text));
                    let other = if is_tier { "something-else" } else { TIERS[0] };
                    let edit = tier.map(|tier| put_text(tier, other));
                    add(Class::Plans, format!("{key} {other}"), edit);
                }
                MARK => add(Class::Marks, format!("without the mark {MARK}"), without_entry(map, key)),
                _ => {}
            }
        }
    }
}

/// Each copy gone, or all of them where there is one.
fn add_copies(rule: MappingRef<'_>, copies: NodeRef<'_>, mutants: &mut Mutants<'_>) {
    let Some(map) = copies.as_mapping() else { return };
    for copy in map.written() {
        let target = copy.key.scalar_text().unwrap_or_default();
        let less = without_entry(map, target).or_else(|| without_entry(rule, "copy_actions"));
        mutants.add(Class::Copies, copy.key, format!("without the copy to {target}"), less);
    }
}

fn add_less(key: &str, assigned: Option<NodeRef<'_>>, mutants: &mut Mutants<'_>) {
    let list = assigned.and_then(NodeRef::as_sequence);
    for (place, item) in list.iter().flat_map(|list| list.items().enumerate()) {
        let less = list.and_then(|list| without_item(list, place));
        let what = format!("{key} without {}", item.scalar_text().unwrap_or_default());
        mutants.add(Class::Plans, item, what, less);
    }
}

/// Adds the mutants of the attachments: without a policy, and without a target.
pub fn add_attachments(document: &Document, mutants: &mut Mutants<'_>) {
    let policies = document.root().and_then(NodeRef::as_mapping).and_then(|map| map.get("policies"));
    let Some(list) = policies.and_then(NodeRef::as_sequence) else { return };
    let read = attachments::read(document).0.policies;
    for (place, (item, policy)) in list.items().zip(&read).enumerate() {
        let name = policy.display_name();
        // What others refer to by an alias cannot go without them.
        if !item.source_text().contains(": &") {
            mutants.add(Class::Plans, item, format!("without {name}"), without_item(list, place));
        }
        let targets = policy.targets_node.filter(|node| !node.is_alias()).and_then(NodeRef::as_mapping);
        for key in ["organizational_units", "accounts"] {
            let aims = targets.and_then(|targets| targets.get(key)).and_then(NodeRef::as_sequence);
            for (place, aim) in aims.iter().flat_map(|aims| aims.items().enumerate()) {
                let what = format!("{name} without {}", aim.scalar_text().unwrap_or_default());
                mutants.add(Class::Plans, aim, what, aims.and_then(|aims| without_item(aims, place)));
            }
        }
    }
}
