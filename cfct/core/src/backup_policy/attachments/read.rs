//! From the document to [`Attachments`], with a finding for whatever cannot be used.

use super::{Attached, Attachments, codes};
use crate::document::{Document, Entry, MappingRef, NodeRef, Value};
use crate::finding::{Code, Finding};
use crate::manifest::Text;
use crate::words::{excerpt, head, kind_of, nearest};

const TOP: [&str; 1] = ["policies"];
const ENTRY: [&str; 4] = ["name", "description", "file", "targets"];
const TARGETS: [&str; 2] = ["organizational_units", "accounts"];

/// Reads what can be read.
#[must_use]
pub fn read(document: &Document) -> (Attachments<'_>, Vec<Finding>) {
    let mut reader = Reader { findings: Vec::new() };
    let mut attachments = Attachments::default();
    if let Some(top) = document.root().and_then(|root| reader.mapping(root, "the file", &TOP)) {
        match top.get("policies") {
            Some(list) => {
                let entries = reader.list(list, "`policies`");
                attachments.policies = entries.filter_map(|entry| reader.entry(entry)).collect();
            }
            None => reader.missing(top, "the file", "policies"),
        }
    }
    (attachments, reader.findings)
}

struct Reader {
    findings: Vec<Finding>,
}

impl Reader {
    fn entry<'d>(&mut self, node: NodeRef<'d>) -> Option<Attached<'d>> {
        let entry = self.mapping(node, "a policy", &ENTRY)?;
        for key in ["name", "file", "targets"] {
            if entry.get(key).is_none() {
                self.missing(entry, "the policy", key);
            }
        }
        let mut text = |key: &str| entry.get(key).and_then(|node| self.text(node, &format!("`{key}`")));
        let (name, description, file) = (text("name"), text("description"), text("file"));
        let targets_node = entry.get("targets");
        let targets = targets_node.and_then(|node| self.mapping(node, "`targets`", &TARGETS));
        let mut texts = |key: &str| -> Vec<Text<'d>> {
            let Some(node) = targets.and_then(|targets| targets.get(key)) else { return Vec::new() };
            let items: Vec<_> = self.list(node, &format!("`{key}`")).collect();
            items.into_iter().filter_map(|item| self.text(item, &format!("an item of `{key}`"))).collect()
        };
        let (organizational_units, accounts) = (texts("organizational_units"), texts("accounts"));
        Some(Attached { node, name, description, file, targets_node, organizational_units, accounts })
    }

    fn mapping<'d>(
        &mut self,
        node: NodeRef<'d>,
        name: &str,
        keys: &'static [&str],
    ) -> Option<MappingRef<'d>> {
        let Some(mapping) = node.as_mapping() else {
            self.wrong_shape(node, name, "a map");
            return None;
        };
        for Entry { key, .. } in mapping.entries() {
            let text = key.scalar_text().unwrap_or_default();
            if !keys.contains(&text) {
                let message = format!("{name} has no `{}`", excerpt(text));
                let finding = Finding::new(&codes::UNKNOWN_KEY, &key, message);
                self.findings.push(match nearest(text, keys.iter().copied()) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).fix(
                        format!("write `{near}`"),
                        key.span(),
                        near,
                    ),
                    None => finding.help(format!("it takes {}", keys.join(", "))),
                });
            }
        }
        Some(mapping)
    }

    fn list<'d>(&mut self, node: NodeRef<'d>, name: &str) -> impl Iterator<Item = NodeRef<'d>> + use<'d> {
        let items: Vec<_> = match node.as_sequence() {
            Some(list) => list.items().collect(),
            // A key without a value is a list without items.
            None if node.value() == Some(Value::Null) => Vec::new(),
            None => {
                self.wrong_shape(node, name, "a list");
                Vec::new()
            }
        };
        items.into_iter()
    }

    fn text<'d>(&mut self, node: NodeRef<'d>, name: &str) -> Option<Text<'d>> {
        match (node.value(), node.scalar_text()) {
            (Some(Value::Null), _) | (_, None) => {
                self.wrong_shape(node, name, "a text");
                None
            }
            (_, Some(value)) => Some(Text { value, node }),
        }
    }

    fn wrong_shape(&mut self, node: NodeRef<'_>, name: &str, wanted: &str) {
        let message = format!("{name} must be {wanted}, not {}", kind_of(node));
        self.report(&codes::WRONG_SHAPE, node, message, &format!("write {wanted}"));
    }

    fn missing(&mut self, of: MappingRef<'_>, name: &str, key: &str) {
        self.report(
            &codes::MISSING_KEY,
            of.node(),
            format!("{name} has no `{key}`"),
            &format!("add `{key}:`"),
        );
    }

    fn report(&mut self, code: &'static Code, at: NodeRef<'_>, message: String, help: &str) {
        self.findings.push(Finding::new(code, &head(at), message).help(help));
    }
}
