//! Service and resource control policies made over.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::change::{Change, spelled};
use super::edits::Edits;
use super::parameters;
use super::prune::{Without, prune};
use crate::deployment::MfaEvidence;
use crate::document::{Document, NodeId, NodeRef};
use crate::source::{SourceFile, Span};

/// The statement that lets nobody take a role for emergencies without MFA.
const ASSUME_WITH_MFA: &str = "AssumeWithMfa";

/// The sessions that cannot show MFA where Identity Center's own directory asks for it at sign-in.
const SPARED: &str = "arn:*:iam::*:role/aws-reserved/*/AWSReservedSSO_BackupBreakGlass_*";

pub(super) fn render(source: &Arc<SourceFile>, change: &Change<'_>) -> String {
    let Some(document) = Document::read_json(source).document else { return source.text().to_owned() };
    let mut edits = Edits::new(source);
    let pruned = prune(&document, Without::Nothing, |node| parameters::is_gone(node, change), &mut edits);
    let mut done = BTreeSet::new();
    rewrite_bounds(&document, change, &mut done, &mut edits);
    if change.wanted.answers().mfa == Some(MfaEvidence::SignIn) {
        spare_break_glass(&document, &mut edits);
    }
    change.replace_words(&document, &pruned, &done, &mut edits);
    edits.finish()
}

/// The bounds of locks in conditions, and in tests what lies a little beside them: as far from the new bound as
/// it was from the old one.
pub(super) fn rewrite_bounds(
    document: &Document,
    change: &Change<'_>,
    done: &mut BTreeSet<NodeId>,
    edits: &mut Edits<'_>,
) {
    let (old, new) = (change.example.lock(), change.wanted.lock());
    let bounds = [("backup:MinRetentionDays", old.0, new.0), ("backup:MaxRetentionDays", old.1, new.1)];
    for map in document.nodes().filter(|node| !node.is_alias()).filter_map(NodeRef::as_mapping) {
        for (key, old, new) in bounds {
            let Some(value) = map.get(key).filter(|value| !value.is_alias()) else { continue };
            let Some(days) = value.scalar_text().and_then(|text| text.parse::<i64>().ok()) else { continue };
            let moved = (days - i64::from(old) + i64::from(new)).to_string();
            let is_quoted = value.source_text().starts_with(['"', '\'']);
            edits.replace(value.span(), if is_quoted { spelled(value, &moved) } else { moved });
            done.insert(value.id());
        }
    }
}

/// Adds an exception to the statement about MFA.
fn spare_break_glass(document: &Document, edits: &mut Edits<'_>) {
    let statements = document.nodes().filter_map(NodeRef::as_mapping);
    let statements =
        statements.filter(|map| map.get("Sid").and_then(NodeRef::scalar_text) == Some(ASSUME_WITH_MFA));
    let conditions =
        statements.filter_map(|statement| statement.get("Condition")?.as_mapping()?.written().next());
    for first in conditions {
        let start = first.key.span().start;
        let line = document.source().line_span(start);
        let indent = " ".repeat((start - line.start) as usize);
        let text = format!(
            "\"ArnNotLike\": {{\n{indent}  \"aws:PrincipalArn\": \"{SPARED}\"\n{indent}}},\n{indent}"
        );
        edits.replace(Span { start, end: start }, text);
    }
}
