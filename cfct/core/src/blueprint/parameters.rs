//! Stack parameters: in files of their own, and in the manifest.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::change::{Change, spelled};
use super::edits::Edits;
use super::prune::{Without, prune};
use crate::deployment::{Deployment, Tier};
use crate::document::{Document, MappingRef, NodeId, NodeRef};
use crate::source::SourceFile;

/// A parameter file made over.
pub(super) fn render(source: &Arc<SourceFile>, change: &Change<'_>) -> String {
    let Some(document) = Document::read_json(source).document else { return source.text().to_owned() };
    let mut edits = Edits::new(source);
    let pruned = prune(&document, Without::Itself, |node| is_gone(node, change), &mut edits);
    let mut done = BTreeSet::new();
    for map in document.nodes().filter_map(NodeRef::as_mapping) {
        if let Some((key, value)) = map.get("ParameterKey").zip(map.get("ParameterValue")) {
            follow(key, value, change, &mut done, &mut edits);
        }
    }
    change.replace_words(&document, &pruned, &done, &mut edits);
    edits.finish()
}

/// Whether a scalar names something that is not there.
pub(super) fn is_gone(node: NodeRef<'_>, change: &Change<'_>) -> bool {
    node.scalar_text().is_some_and(|text| change.is_gone(text))
}

/// Gives a parameter the value that follows from the deployment, where its key says that one does.
pub(super) fn follow(
    key: NodeRef<'_>,
    value: NodeRef<'_>,
    change: &Change<'_>,
    done: &mut BTreeSet<NodeId>,
    edits: &mut Edits<'_>,
) {
    let Some((key, text)) = key.scalar_text().zip(value.scalar_text()) else { return };
    let (Some(example), Some(wanted)) = (following(key, change.example), following(key, change.wanted))
    else {
        return;
    };
    // The one that is something else in the example is so on purpose.
    if text == example && text != wanted {
        edits.replace(value.span(), written(value, &wanted));
    }
    done.insert(value.id());
}

/// A number stays one, a text in quotes stays in quotes.
fn written(like: NodeRef<'_>, text: &str) -> String {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_quoted = like.source_text().starts_with(['"', '\'']);
    if is_number && !is_quoted { text.to_owned() } else { spelled(like, text) }
}

/// What a parameter of this name is by the deployment.
fn following(key: &str, deployment: &Deployment) -> Option<String> {
    let (least, most) = deployment.lock();
    let days = match key {
        // Frameworks judge all tiers at once, so by the shortest.
        "MinRetentionDays" | "LockMinRetentionDays" | "RetentionDays" => least,
        "MaxRetentionDays" | "LockMaxRetentionDays" => most,
        "MfaEvidence" => return deployment.answers().mfa.map(|mfa| mfa.word().to_owned()),
        _ => {
            let tier = key.strip_suffix("RetentionDays")?.to_ascii_lowercase();
            deployment.days(Tier::find(&tier)?)
        }
    };
    Some(days.to_string())
}

/// The key and the value of an inline parameter.
pub(super) fn inline<'d>(map: MappingRef<'d>) -> Option<(NodeRef<'d>, NodeRef<'d>)> {
    map.get("parameter_key").zip(map.get("parameter_value"))
}
