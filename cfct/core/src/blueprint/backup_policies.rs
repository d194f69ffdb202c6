//! Backup policies made over: their Regions, their copies, and how long they keep what.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::change::{Change, spelled};
use super::edits::Edits;
use super::parameters;
use super::prune::{Without, prune};
use crate::deployment::Tier;
use crate::deployment::form::COLD_DAYS;
use crate::document::{Document, NodeRef};
use crate::source::SourceFile;

/// What a lifecycle says of cold storage.
const COLD: [&str; 2] = ["move_to_cold_storage_after_days", "opt_in_to_archive_for_supported_resources"];

pub(super) fn render(source: &Arc<SourceFile>, change: &Change<'_>) -> String {
    let Some(document) = Document::read_json(source).document else { return source.text().to_owned() };
    let mut edits = Edits::new(source);
    let stem = source.name().rsplit('/').next().and_then(|name| name.strip_suffix(".json"));
    let days = stem.and_then(Tier::find).map(|tier| change.wanted.days(tier));
    // What lies in cold storage has to lie there as long as it was warm, or longer.
    let stays_warm = days.is_some_and(|days| days < 2 * COLD_DAYS);
    let cold: BTreeSet<_> = document
        .nodes()
        .filter(|node| stays_warm && node.scalar_text().is_some_and(|text| COLD.contains(&text)))
        .map(NodeRef::id)
        .collect();
    let is_gone = |node: NodeRef<'_>| cold.contains(&node.id()) || parameters::is_gone(node, change);
    let pruned = prune(&document, Without::Itself, is_gone, &mut edits);
    let mut done = BTreeSet::new();
    if let Some(days) = days {
        let lifecycles = document.nodes().filter_map(NodeRef::as_mapping);
        let retentions =
            lifecycles.filter_map(|map| map.get("delete_after_days")?.as_mapping()?.get("@@assign"));
        for retention in retentions {
            edits.replace(retention.span(), spelled(retention, &days.to_string()));
            done.insert(retention.id());
        }
    }
    change.replace_words(&document, &pruned, &done, &mut edits);
    edits.finish()
}
