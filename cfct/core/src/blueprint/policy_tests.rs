//! Policy tests made over: the same promises, of principals in other places.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::change::{Change, plain};
use super::edits::Edits;
use super::guardrails::rewrite_bounds;
use super::parameters;
use super::prune::{Without, prune};
use super::units;
use crate::aws::OuPath;
use crate::deployment::MfaEvidence;
use crate::document::{Document, NodeId, NodeRef, Shape};
use crate::source::SourceFile;

/// What parts a principal from its place.
const IN: &str = " in ";

/// The tests of who takes a role for emergencies, and one more where MFA shows at sign-in alone.
const BREAK_GLASS_ROLES: &str = "policies/tests/break-glass-roles.yaml";
const AT_SIGN_IN: &str = "
  # Identity Center's own directory asks for MFA at every sign-in, and tells nobody.
  - name: break-glass does, since it was asked for MFA at sign-in
    principal: role/aws-reserved/sso.amazonaws.com/REGION/AWSReservedSSO_BackupBreakGlass_0123456789abcdef in BUNKER
    action: *assume
    resource: *roles
    expect: allowed
";

pub(super) fn render(source: &Arc<SourceFile>, change: &Change<'_>) -> String {
    let Some(document) = Document::read_yaml(source).document else { return source.text().to_owned() };
    let mut edits = Edits::new(source);
    let principals = principals(&document);
    let is_gone = |node: NodeRef<'_>| {
        parameters::is_gone(node, change)
            || (principals.contains(&node.id())
                && place_of(node).is_some_and(|(_, place)| counterpart(place, change).is_none()))
    };
    let pruned = prune(&document, Without::Nothing, is_gone, &mut edits);
    let mut done = BTreeSet::new();
    for node in document.nodes().filter(|node| principals.contains(&node.id())) {
        let Some((who, place)) = place_of(node) else { continue };
        let Some(counterpart) = counterpart(place, change) else { continue };
        let text = format!("{}{IN}{counterpart}", change.applied(who));
        if node.scalar_text() != Some(text.as_str()) {
            edits.replace(node.span(), plain(&text));
        }
        done.insert(node.id());
    }
    rewrite_bounds(&document, change, &mut done, &mut edits);
    change.replace_words(&document, &pruned, &done, &mut edits);
    let mut text = edits.finish();
    if source.name() == BREAK_GLASS_ROLES && change.wanted.answers().mfa == Some(MfaEvidence::SignIn) {
        let bunker = crate::deployment::AccountRole::DataBunker;
        let bunker = change.wanted.account(bunker).map_or("", |account| account.reference());
        text.push_str(&AT_SIGN_IN.replace("REGION", change.wanted.home_region()).replace("BUNKER", bunker));
    }
    text
}

/// The scalars under `principal`, in lists too.
fn principals(document: &Document) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    let maps = document.nodes().filter(|node| !node.is_alias()).filter_map(NodeRef::as_mapping);
    for principal in maps.filter_map(|map| map.get("principal")) {
        collect(principal, &mut found);
    }
    found
}

fn collect(node: NodeRef<'_>, found: &mut BTreeSet<NodeId>) {
    match node.shape() {
        // Where a scalar is written, not where an alias is.
        Shape::Scalar(scalar) => {
            found.insert(scalar.id());
        }
        Shape::Sequence(list) => list.items().for_each(|item| collect(item, found)),
        Shape::Mapping(_) => {}
    }
}

fn place_of(node: NodeRef<'_>) -> Option<(&str, &str)> {
    node.scalar_text()?.split_once(IN)
}

/// The unit or account that one of the example stands for; `None` where there is none.
fn counterpart(place: &str, change: &Change<'_>) -> Option<String> {
    let path = OuPath::new(OuPath::parts_of(place));
    let units = units::pairs(change.example, change.wanted);
    let unit = units.iter().find(|(unit, _)| **unit == path).map(|(_, unit)| unit.to_string());
    let is_id = place.bytes().all(|byte| byte.is_ascii_digit());
    unit.or_else(|| change.account(place).map(str::to_owned)).or_else(|| is_id.then(|| change.applied(place)))
}
