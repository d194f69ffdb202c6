//! CfCT's verdict on a manifest: pykwalify 1.8 with the two schemas of CfCT 2.8.4
//! (`validation/manifest.schema.yaml`, `validation/manifest-v2.schema.yaml`), as data and one walk over it.
//!
//! A manifest is accepted exactly when [`check`] returns no finding. `golden_schema` in the tests holds the
//! two against each other on recorded verdicts.

use std::collections::HashMap;
use std::fmt;

use super::codes;
use crate::document::{Document, Entry, MappingRef, NodeRef, SequenceRef, Shape, Value};
use crate::finding::{Code, Finding};
use crate::source::{Located, Location};
use crate::words::{self, nearest};

/// What a value must be. `null` passes everywhere unless the key or the list item is required
/// (pykwalify's `required` tests presence and value alike).
enum Rule {
    Text,
    Bool,
    Any,
    /// A YAML date, unquoted.
    Date(u16, u8, u8),
    OneOf(&'static [&'static str]),
    /// Optional items; with `unique`, no two equal.
    List {
        item: &'static Rule,
        unique: bool,
    },
    /// Items that must not be null.
    RequiredList(&'static Rule),
    Map(&'static [Field]),
}

struct Field {
    key: &'static str,
    required: bool,
    rule: &'static Rule,
}

const fn required(key: &'static str, rule: &'static Rule) -> Field {
    Field { key, required: true, rule }
}

const fn optional(key: &'static str, rule: &'static Rule) -> Field {
    Field { key, required: false, rule }
}

static TEXT: Rule = Rule::Text;
static TEXTS: Rule = Rule::List { item: &TEXT, unique: false };
static UNIQUE_TEXTS: Rule = Rule::List { item: &TEXT, unique: true };
static ANYTHINGS: Rule = Rule::List { item: &Rule::Any, unique: false };
static NAME_AND_VALUE: Rule = Rule::Map(&[required("name", &TEXT), required("value", &TEXT)]);
static OUTPUTS: Rule = Rule::RequiredList(&NAME_AND_VALUE);

static V2: Rule = Rule::Map(&[
    required("region", &TEXT),
    required("version", &Rule::Date(2021, 3, 15)),
    optional("enable_stack_set_deletion", &Rule::Bool),
    optional("resources", &Rule::RequiredList(&V2_RESOURCE)),
]);
static V2_RESOURCE: Rule = Rule::Map(&[
    required("name", &TEXT),
    optional("description", &TEXT),
    required("resource_file", &TEXT),
    required(
        "deployment_targets",
        &Rule::Map(&[optional("accounts", &ANYTHINGS), optional("organizational_units", &TEXTS)]),
    ),
    optional("parameter_file", &TEXT),
    optional(
        "parameters",
        &Rule::RequiredList(&Rule::Map(&[
            required("parameter_key", &TEXT),
            required("parameter_value", &Rule::Any),
        ])),
    ),
    required("deploy_method", &Rule::OneOf(&["scp", "stack_set", "rcp"])),
    optional("regions", &UNIQUE_TEXTS),
    optional("export_outputs", &OUTPUTS),
]);

static V1: Rule = Rule::Map(&[
    required("region", &TEXT),
    required("version", &Rule::Date(2020, 1, 1)),
    optional("organization_policies", &Rule::RequiredList(&V1_POLICY)),
    optional("cloudformation_resources", &Rule::RequiredList(&V1_RESOURCE)),
]);
static V1_POLICY: Rule = Rule::Map(&[
    optional("name", &TEXT),
    optional("description", &TEXT),
    required("policy_file", &TEXT),
    required("apply_to_accounts_in_ou", &TEXTS),
]);
static V1_RESOURCE: Rule = Rule::Map(&[
    optional("name", &TEXT),
    optional("deploy_to_account", &ANYTHINGS),
    optional("deploy_to_ou", &TEXTS),
    required("template_file", &TEXT),
    optional("parameter_file", &TEXT),
    optional("deploy_method", &TEXT),
    optional("depends_on", &TEXTS),
    optional("regions", &UNIQUE_TEXTS),
    optional("ssm_parameters", &OUTPUTS),
]);

/// Every violation of the schema that the manifest's version selects. Empty means that CfCT accepts it.
#[must_use]
pub fn check(document: &Document) -> Vec<Finding> {
    let version = document.root().and_then(NodeRef::as_mapping).and_then(|top| top.get("version"));
    // CfCT compares `str(version)`: a quoted date selects the schema, which then rejects the quotes.
    let rule = match version.and_then(NodeRef::scalar_text) {
        Some("2021-03-15") => &V2,
        Some("2020-01-01") => &V1,
        _ => return vec![unknown_version(document, version)],
    };
    let mut findings = Vec::new();
    if let Some(root) = document.root() {
        Walk { findings: &mut findings }.value(root, rule, false, &Place::Manifest);
    }
    findings
}

fn unknown_version(document: &Document, version: Option<NodeRef<'_>>) -> Finding {
    let help = "write `version: 2021-03-15` without quotes, and v2's `resources`";
    let Some(node) = version else {
        return Finding::new(
            &codes::VERSION,
            &Location::file(document.source()),
            "the manifest has no version",
        )
        .help(help);
    };
    let shown = words::excerpt(node.source_text());
    let finding =
        Finding::new(&codes::VERSION, &node, format!("`{shown}` is not a manifest version of CfCT"));
    if node.scalar_text().is_some() {
        finding.label("neither 2021-03-15 nor 2020-01-01").help(help)
    } else {
        finding.label("not a date").help(help)
    }
}

struct Walk<'f> {
    findings: &'f mut Vec<Finding>,
}

impl Walk<'_> {
    fn value(&mut self, node: NodeRef<'_>, rule: &'static Rule, is_required: bool, place: &Place<'_>) {
        if matches!(node.value(), Some(Value::Null)) {
            // pykwalify lets null pass for an optional scalar or list, but not for a map.
            if is_required {
                self.add(&codes::MISSING_KEY, &node, format!("{place} has no value"))
                    .help("give it a value; an empty one counts as missing");
            } else if let Rule::Map(_) = rule {
                self.wrong_type(node, "a map", place);
            }
            return;
        }
        match (rule, node.shape()) {
            (Rule::Any, _) => {}
            (Rule::Map(fields), Shape::Mapping(mapping)) => self.map(mapping, fields, place),
            (Rule::List { item, unique }, Shape::Sequence(list)) => {
                self.list(list, item, *unique, false, place);
            }
            (Rule::RequiredList(item), Shape::Sequence(list)) => self.list(list, item, false, true, place),
            (Rule::Map(_), _) => self.wrong_type(node, "a map", place),
            (Rule::List { .. } | Rule::RequiredList(_), _) => self.wrong_type(node, "a list", place),
            (scalar, _) => self.scalar(node, scalar, place),
        }
    }

    fn scalar(&mut self, node: NodeRef<'_>, rule: &Rule, place: &Place<'_>) {
        match (rule, node.value()) {
            (Rule::Text, Some(Value::Str(_) | Value::Bytes)) | (Rule::Bool, Some(Value::Bool(_))) => {}
            (Rule::Text, _) => self.wrong_type(node, "a text", place),
            (Rule::Bool, _) => self.wrong_type(node, "true or false", place),
            (Rule::Date(year, month, day), value) => {
                let right = matches!(value, Some(Value::Timestamp(stamp))
                    if stamp.date == (*year, *month, *day) && !stamp.has_time);
                if !right {
                    let date = format!("{year}-{month:02}-{day:02}");
                    self.add(
                        &codes::VERSION,
                        &node,
                        format!("{place} must be the date {date} without quotes"),
                    )
                    .fix("write the date without quotes", node.span(), date);
                }
            }
            (Rule::OneOf(allowed), value) => match value {
                Some(Value::Str(text)) if allowed.contains(&text) => {}
                Some(Value::Str(text)) => self.not_allowed(node, text, allowed, place),
                _ => self.wrong_type(node, "a text", place),
            },
            // Any, lists and maps are settled in `value`.
            _ => {}
        }
    }

    fn map(&mut self, mapping: MappingRef<'_>, fields: &'static [Field], place: &Place<'_>) {
        let entries = mapping.entries();
        let is_key = |entry: &Entry<'_>, key: &str| entry.key.as_str() == Some(key);
        let missing: Vec<&Field> = fields
            .iter()
            .filter(|field| field.required && !entries.iter().any(|entry| is_key(entry, field.key)))
            .collect();
        let mut misspelt: Vec<&str> = Vec::new();
        for entry in &entries {
            match fields.iter().find(|field| is_key(entry, field.key)) {
                Some(field) => {
                    let place = Place::Field { key: field.key, of: mapping, at: place };
                    self.value(entry.value, field.rule, field.required, &place);
                }
                None => {
                    let free = fields.iter().map(|field| field.key).filter(|key| mapping.get(key).is_none());
                    misspelt.extend(self.unknown_key(entry.key, &place.of(mapping), free, fields));
                }
            }
        }
        for field in missing {
            // A key that was reported as misspelt is not missing on top of that, unless nothing else is said.
            if !misspelt.contains(&field.key) {
                let at = words::head(mapping.node());
                let message = format!("{} has no `{}`", place.of(mapping), field.key);
                self.add(&codes::MISSING_KEY, &at, message).help(format!("add `{}:`", field.key));
            }
        }
    }

    /// Reports an unknown key; returns the known one that it was probably meant to be.
    fn unknown_key(
        &mut self,
        key: NodeRef<'_>,
        place: &str,
        free: impl Iterator<Item = &'static str>,
        fields: &[Field],
    ) -> Option<&'static str> {
        let written = words::excerpt(key.scalar_text().unwrap_or("a key that is no text"));
        let meant = nearest(&written, free);
        let known = fields.iter().map(|field| field.key).collect::<Vec<_>>().join(", ");
        let finding = self.add(&codes::UNKNOWN_KEY, &key, format!("{place} has an unknown key `{written}`"));
        match meant {
            Some(meant) => {
                finding.help(format!("did you mean `{meant}`?")).fix(
                    format!("rename it to `{meant}`"),
                    key.span(),
                    meant,
                );
            }
            None => {
                finding.help(format!("remove it; known here: {known}"));
            }
        }
        meant
    }

    fn list(
        &mut self,
        list: SequenceRef<'_>,
        item_rule: &'static Rule,
        unique: bool,
        items_required: bool,
        place: &Place<'_>,
    ) {
        let mut seen: HashMap<&str, NodeRef<'_>> = HashMap::new();
        for (index, item) in list.items().enumerate() {
            let place = match item_rule {
                Rule::Map(_) => Place::Item { number: index + 1, of: place },
                _ => Place::SomeItem { of: place },
            };
            self.value(item, item_rule, items_required, &place);
            let Some(text) = item.as_str().filter(|_| unique) else { continue };
            if let Some(first) = seen.insert(text, item) {
                self.add(&codes::REPEATED_ITEM, &item, format!("`{text}` stands twice in {place}"))
                    .related(&first, "first here")
                    .help("remove one of them");
            }
        }
    }

    fn not_allowed(&mut self, node: NodeRef<'_>, text: &str, allowed: &[&'static str], place: &Place<'_>) {
        let shown = words::excerpt(text);
        let finding = self.add(&codes::NOT_ALLOWED, &node, format!("{place} cannot be `{shown}`"));
        let list = allowed.join(", ");
        match nearest(text, allowed.iter().copied()) {
            Some(meant) => {
                finding.help(format!("did you mean `{meant}`? allowed: {list}")).fix(
                    format!("write `{meant}`"),
                    node.span(),
                    meant,
                );
            }
            None => {
                finding.help(format!("allowed: {list}"));
            }
        }
    }

    fn wrong_type(&mut self, node: NodeRef<'_>, wanted: &str, place: &Place<'_>) {
        let is = words::kind_of(node);
        let quotable = wanted == "a text" && node.scalar_text().is_some() && !node.is_alias();
        let finding =
            self.add(&codes::WRONG_TYPE, &words::head(node), format!("{place} must be {wanted}, not {is}"));
        if quotable {
            finding.help("quote it").fix(
                "quote it",
                node.span(),
                words::quoted(node.scalar_text().unwrap_or("")),
            );
        } else {
            finding.help(format!("write {wanted} here"));
        }
    }

    fn add(&mut self, code: &'static Code, at: &impl Located, message: String) -> Pending<'_> {
        self.findings.push(Finding::new(code, at, message));
        Pending(self.findings)
    }
}

/// The finding just added, to say more about.
struct Pending<'f>(&'f mut Vec<Finding>);

impl Pending<'_> {
    fn with(self, change: impl FnOnce(Finding) -> Finding) -> Self {
        if let Some(finding) = self.0.pop() {
            self.0.push(change(finding));
        }
        self
    }

    fn help(self, help: impl Into<String>) -> Self {
        self.with(|finding| finding.help(help))
    }

    fn related(self, at: &impl Located, label: &str) -> Self {
        self.with(|finding| finding.related(at, label))
    }

    fn fix(
        self,
        title: impl Into<String>,
        span: crate::source::Span,
        replacement: impl Into<String>,
    ) -> Self {
        self.with(|finding| finding.fix(title, span, replacement))
    }
}

/// Where a value stands, put into words only when a message needs them.
#[derive(Clone, Copy)]
enum Place<'p> {
    Manifest,
    Field { key: &'static str, of: MappingRef<'p>, at: &'p Place<'p> },
    Item { number: usize, of: &'p Place<'p> },
    SomeItem { of: &'p Place<'p> },
}

impl Place<'_> {
    /// A map in a list is named by its `name` where it has one: "`x`" says more than "item 3".
    fn of(&self, mapping: MappingRef<'_>) -> String {
        match mapping.get("name").and_then(NodeRef::scalar_text) {
            Some(name) => format!("`{}`", words::excerpt(name)),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest => f.write_str("the manifest"),
            Self::Field { key, of, at } => write!(f, "`{key}` of {}", at.of(*of)),
            Self::Item { number, of } => write!(f, "item {number} of {of}"),
            Self::SomeItem { of } => write!(f, "an item of {of}"),
        }
    }
}
