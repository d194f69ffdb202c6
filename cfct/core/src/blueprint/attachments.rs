//! What backup policies are attached to, made over.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::change::Change;
use super::edits::Edits;
use super::manifest::{rewrite_accounts, rewrite_units};
use super::prune::{Without, prune};
use crate::backup_policy::attachments as attached;
use crate::deployment::Tier;
use crate::document::{Document, NodeId, NodeRef};
use crate::source::SourceFile;

/// Keeps the central backup account from copying into itself, where plans reach that account at all.
const SPARES_CENTRAL: &str = "central-backup";

pub(super) fn render(source: &Arc<SourceFile>, change: &Change<'_>) -> String {
    let Some(document) = Document::read_yaml(source).document else { return source.text().to_owned() };
    let mut edits = Edits::new(source);
    let policies = attached::read(&document).0.policies;
    let answers = change.wanted.answers();
    let is_backed_up = answers.central_unit.as_ref().is_some_and(|unit| answers.backup_units.contains(unit));
    let unneeded: BTreeSet<NodeId> = policies
        .iter()
        .filter(|policy| !is_backed_up && policy.display_name() == SPARES_CENTRAL)
        .map(|policy| policy.node.id())
        .collect();
    let pruned = prune(&document, Without::Itself, |node| unneeded.contains(&node.id()), &mut edits);
    let mut done = BTreeSet::new();
    for map in document.nodes().filter(|node| !node.is_alias()).filter_map(NodeRef::as_mapping) {
        if let Some(list) = map.get("organizational_units").and_then(NodeRef::as_sequence) {
            rewrite_units(list, change, &mut done, &mut edits);
        }
        if let Some(list) = map.get("accounts").and_then(NodeRef::as_sequence) {
            rewrite_accounts(list, change, &mut done, &mut edits);
        }
    }
    for policy in &policies {
        let tier = policy.name.and_then(|name| Tier::find(name.value));
        if let Some((tier, description)) = tier.zip(policy.description) {
            let days = |days: u32| format!("kept for {days} days");
            let (from, to) = (days(change.example.days(tier)), days(change.wanted.days(tier)));
            let node = description.node;
            edits.replace(node.span(), node.source_text().replace(&from, &to));
            done.insert(node.id());
        }
    }
    change.replace_words(&document, &pruned, &done, &mut edits);
    edits.finish()
}
