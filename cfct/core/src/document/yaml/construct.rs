//! What PyYAML's safe constructor raises on once the text is parsed: tags without a constructor, texts that
//! their type cannot take, keys that no dict can hold, merges of what is no map.

use super::super::arena::{Kind, NodeId};
use super::super::key::is_merge_key;
use super::super::scalar::{Tag, implicit};
use super::super::{Dialect, Document, NodeRef, Shape, Style, Value, codes, limits};
use crate::finding::Finding;

/// Findings for everything in `document` that cannot be constructed.
pub(super) fn verify(document: &Document, dialect: Dialect, findings: &mut Vec<Finding>) {
    let Some(root) = document.root() else { return };
    let most = findings.len() + limits::FINDINGS;
    Verifier { dialect, findings, most }.node(root, Use::Value);
}

/// What a node is to the collection around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Value,
    Key,
    /// Its entries are merged into another map; it is never constructed itself.
    Merged,
    /// A one-entry map inside `!!omap` or `!!pairs`, whose key need not be hashable.
    Pair,
}

struct Verifier<'f> {
    dialect: Dialect,
    findings: &'f mut Vec<Finding>,
    /// How many findings there may be in the end.
    most: usize,
}

impl Verifier<'_> {
    /// Recursion ends at [`limits::DEPTH`]: aliases are not followed.
    fn node(&mut self, node: NodeRef<'_>, role: Use) {
        match node.node().kind {
            Kind::Alias { .. } => self.alias(node, role),
            Kind::Scalar { .. } => self.scalar(node, role),
            Kind::Sequence { start, end } => {
                let pairs = matches!(meaning(node), Some(Tag::Omap | Tag::Pairs));
                if role != Use::Merged {
                    self.collection_tag(node, &[Tag::Seq, Tag::Omap, Tag::Pairs]);
                }
                for item in children(node, start, end) {
                    let role = match role {
                        Use::Merged => Use::Merged,
                        _ if pairs => Use::Pair,
                        _ => Use::Value,
                    };
                    if pairs && item.as_mapping().is_none_or(|map| map.len() != 1) {
                        self.report(item, "a map of one entry", "an item of an ordered map");
                    }
                    self.node(item, role);
                }
            }
            Kind::Mapping { .. } => self.mapping(node, role),
        }
    }

    fn mapping(&mut self, node: NodeRef<'_>, role: Use) {
        if !matches!(role, Use::Merged | Use::Pair) {
            self.collection_tag(node, &[Tag::Map, Tag::Set]);
        }
        let Some(map) = node.as_mapping() else { return };
        for entry in map.written() {
            if is_merge_key(entry.key) {
                if self.dialect == Dialect::Template {
                    self.unsupported(entry.key, "a merge key");
                }
                self.merge(entry.key, entry.value);
                continue;
            }
            if role != Use::Pair
                && (!matches!(entry.key.shape(), Shape::Scalar(_)) || self.is_recursive(entry.key))
            {
                self.collection_key(node, entry.key);
            }
            self.node(entry.key, Use::Key);
            self.node(entry.value, Use::Value);
        }
    }

    fn collection_key(&mut self, map: NodeRef<'_>, key: NodeRef<'_>) {
        let text = map.source_text();
        let finding = Finding::new(&codes::YAML_COLLECTION_KEY, &key, "a list or a map stands as a key");
        // `{{ name }}`: a placeholder of a template engine.
        let placeholder = text.starts_with("{{") && text.ends_with("}}") && !text.contains(['\n', '\'']);
        self.add(if placeholder {
            finding
                .label("braces within braces are a map as a key")
                .help("fill in the placeholder, or put it in quotes")
                .fix("put it in quotes", map.span(), format!("'{text}'"))
        } else {
            finding.help("put the key in quotes if the brackets belong to a text")
        });
    }

    fn merge(&mut self, key: NodeRef<'_>, value: NodeRef<'_>) {
        let mergeable = match value.shape() {
            Shape::Mapping(_) => true,
            Shape::Sequence(list) => {
                list.items().all(|item| item.as_mapping().is_some() || is_dangling(item))
            }
            Shape::Scalar(_) => is_dangling(value),
        };
        if !mergeable {
            self.add(
                Finding::new(&codes::YAML_INVALID_MERGE, &value, "`<<` merges a map or a list of maps only")
                    .related(&key, "the merge key")
                    .help("give it an alias of a map, or put the key in quotes if it is a text"),
            );
        }
        if !value.is_alias() {
            self.node(value, Use::Merged);
        }
    }

    /// Whether `node` is an alias that stands inside what it stands for, which has been found before.
    fn is_recursive(&self, node: NodeRef<'_>) -> bool {
        let found = |finding: &Finding| {
            finding.code == &codes::YAML_RECURSIVE_ALIAS && finding.primary.span == node.span()
        };
        is_dangling(node) && self.findings.iter().any(found)
    }

    fn alias(&mut self, node: NodeRef<'_>, role: Use) {
        if self.dialect == Dialect::Template {
            self.unsupported(node, "an alias");
        } else if role == Use::Value && node.value() == Some(Value::Merge) {
            self.bare_merge(node);
        }
    }

    fn scalar(&mut self, node: NodeRef<'_>, role: Use) {
        let tag = meaning(node);
        if self.dialect == Dialect::Template {
            if matches!(tag, Some(Tag::Binary | Tag::Timestamp)) {
                self.unsupported(node, "a tag of YAML's own");
            }
            return;
        }
        match node.value() {
            Some(Value::Tagged(_)) if tag == Some(Tag::Unknown) => self.unknown_tag(node),
            Some(Value::Tagged(tag)) => self.report(node, tag, "a single value"),
            Some(Value::Invalid(kind)) => {
                let text = node.scalar_text().unwrap_or_default();
                let shown: String = text.chars().take(40).collect();
                let message = format!("`{shown}` looks like {}, but is none", kind.type_name());
                let finding = Finding::new(&codes::YAML_INVALID_VALUE, &node, message);
                let quoted = node.style() == Some(Style::Plain) && tag.is_none() && !text.contains('\n');
                let finding = finding.help("correct it, or put it in quotes if it is a text");
                self.add(if quoted {
                    finding.fix("put it in quotes", node.span(), format!("\"{text}\""))
                } else {
                    finding
                });
            }
            Some(Value::Merge) if role != Use::Key => self.bare_merge(node),
            Some(Value::Str("=")) if role != Use::Key && is_default_value(node) => self.bare_equals(node),
            _ => {}
        }
    }

    /// A collection's tag must be one of `fitting`, or none.
    fn collection_tag(&mut self, node: NodeRef<'_>, fitting: &[Tag]) {
        match meaning(node) {
            None | Some(Tag::NonSpecific) => {}
            Some(tag) if self.dialect == Dialect::Manifest && fitting.contains(&tag) => {}
            Some(Tag::Omap | Tag::Pairs | Tag::Set) if self.dialect == Dialect::Template => {
                self.unsupported(node, "a tag of YAML's own");
            }
            Some(_) if self.dialect == Dialect::Template => {}
            Some(Tag::Unknown | Tag::Merge | Tag::DefaultValue) => self.unknown_tag(node),
            Some(_) => {
                let what = if node.as_mapping().is_some() { "a map" } else { "a list" };
                self.report(node, node.tag().unwrap_or_default(), what);
            }
        }
    }

    fn unknown_tag(&mut self, node: NodeRef<'_>) {
        let tag = node.tag().unwrap_or_default();
        let at = node.tag_span().map_or(node.span(), |span| span);
        let at = crate::source::Location::new(node.document().source(), at);
        let finding =
            Finding::new(&codes::YAML_UNKNOWN_TAG, &at, format!("the tag `{tag}` means nothing here"));
        self.add(finding.help(
            "CloudFormation's short forms belong into templates; put the value in quotes if it is a text",
        ));
    }

    /// What CloudFormation leaves out of YAML 1.1 ("AWS CloudFormation template formats").
    fn unsupported(&mut self, node: NodeRef<'_>, what: &str) {
        let finding =
            Finding::new(&codes::TEMPLATE_YAML, &node, format!("{what}, which CloudFormation does not take"));
        self.add(finding.help("write the value out where it is used"));
    }

    fn report(&mut self, node: NodeRef<'_>, due: &str, what: &str) {
        let message = format!("{what} where {due} is due");
        let finding = Finding::new(&codes::YAML_INVALID_VALUE, &node, message);
        self.add(finding.help("remove the tag, or give it what it names"));
    }

    fn add(&mut self, finding: Finding) {
        if self.findings.len() < self.most {
            self.findings.push(finding);
        }
    }

    fn bare_merge(&mut self, node: NodeRef<'_>) {
        let finding = Finding::new(&codes::YAML_INVALID_MERGE, &node, "`<<` stands as a value");
        self.add(finding.help("put it in quotes").fix("put it in quotes", node.span(), "\"<<\""));
    }

    fn bare_equals(&mut self, node: NodeRef<'_>) {
        let message = "a lone `=` is a special value of YAML 1.1 that PyYAML cannot make";
        let finding = Finding::new(&codes::YAML_INVALID_VALUE, &node, message);
        self.add(finding.help("put it in quotes").fix("put it in quotes", node.span(), "\"=\""));
    }
}

/// Whether `node` is an alias that the parser could not follow and left as text. Nothing else is plain and
/// starts with an asterisk.
fn is_dangling(node: NodeRef<'_>) -> bool {
    node.style() == Some(Style::Plain) && node.source_text().starts_with('*') && !node.is_alias()
}

fn meaning(node: NodeRef<'_>) -> Option<Tag> {
    node.document().written_tag(node.node()).map(|tag| tag.meaning)
}

/// Whether a scalar `=` has the tag that PyYAML cannot construct, and not that of a string.
fn is_default_value(node: NodeRef<'_>) -> bool {
    match meaning(node) {
        None => node.style() == Some(Style::Plain),
        Some(Tag::NonSpecific) => implicit("=") == Tag::DefaultValue,
        Some(tag) => tag == Tag::DefaultValue,
    }
}

fn children<'d>(node: NodeRef<'d>, start: u32, end: u32) -> impl Iterator<Item = NodeRef<'d>> {
    let document = node.document();
    document.edges(start, end).iter().map(move |id: &NodeId| NodeRef { document, id: *id })
}
