//! Whether a document has the shape of a backup policy.

use std::collections::HashMap;

use super::codes;
use super::grammar::{Field, Form, Keys, Kind, List, Map};
use super::operator::{CHILD_CONTROL, ChildOperators, Operator, PREFIX};
use super::policy::canonical;
use super::values;
use crate::document::{Document, Entry, MappingRef, NodeRef, SequenceRef, Shape, Value};
use crate::finding::Finding;
use crate::words::{excerpt, head, kind_of, nearest};

/// Everything in the document that the syntax of backup policies does not have.
#[must_use]
pub fn check(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(root) = document.root() else { return findings };
    let Some(top) = root.as_mapping() else {
        findings.push(
            Finding::new(&codes::WRONG_SHAPE, &head(root), format!("the policy is {}", kind_of(root)))
                .help("a backup policy is an object: {\"plans\": {…}}"),
        );
        return findings;
    };
    if let Some(other) = other_type(top) {
        findings.push(other);
        return findings;
    }
    Walk { findings: &mut findings }.node(root, super::grammar::POLICY, "the policy");
    findings
}

/// A policy of another type: its keys would all be unknown, which helps nobody.
fn other_type(top: MappingRef<'_>) -> Option<Finding> {
    const TYPES: [(&str, &str); 7] = [
        ("Statement", "a service or resource control policy"),
        ("tags", "a tag policy"),
        ("services", "an AI services opt-out policy"),
        ("client", "a chatbot policy"),
        ("ec2_attributes", "a declarative policy for EC2"),
        ("securityhub", "a Security Hub policy"),
        ("Resources", "a CloudFormation template"),
    ];
    if top.get("plans").is_some() {
        return None;
    }
    let (key, what) = TYPES.into_iter().find(|(key, _)| top.get(key).is_some())?;
    let key = top.entry(key)?.key;
    let finding = Finding::new(&codes::WRONG_TYPE, &key, format!("this is {what}, not a backup policy"));
    Some(finding.help("move the file to the folder of its type; a backup policy is {\"plans\": {…}}"))
}

struct Walk<'f> {
    findings: &'f mut Vec<Finding>,
}

impl Walk<'_> {
    fn node(&mut self, node: NodeRef<'_>, form: Form, name: &str) {
        match form {
            Form::Object(fields) => self.object(node, fields, name),
            Form::Map(map) => self.map(node, map, name),
            Form::One(kind) => self.setting(node, kind, None, name),
            Form::List(list) => self.setting(node, list.of, Some(list), name),
        }
    }

    fn object(&mut self, node: NodeRef<'_>, fields: &'static [Field], name: &str) {
        let Some(entries) = self.container(node, name) else { return };
        for Entry { key, value } in entries {
            let Some(text) = key.scalar_text() else { continue };
            match fields.iter().find(|field| field.name == text) {
                Some(field) => self.node(value, field.form, field.name),
                None => self.unknown_key(key, text, fields, name),
            }
        }
    }

    fn map(&mut self, node: NodeRef<'_>, map: &'static Map, name: &str) {
        let Some(entries) = self.container(node, name) else { return };
        for Entry { key, value } in entries {
            let Some(text) = key.scalar_text() else { continue };
            match map.keys {
                Keys::Any => {}
                Keys::Name => values::name(key, text, map.noun, self.findings),
                Keys::VaultArn => values::check(key, text, Kind::VaultArn, self.findings),
            }
            self.node(value, map.of, &format!("the {} `{}`", map.noun, excerpt(text)));
        }
    }

    /// The entries of a container without its control operator; operators that set values have no place.
    fn container<'d>(&mut self, node: NodeRef<'d>, name: &str) -> Option<Vec<Entry<'d>>> {
        let Some(mapping) = node.as_mapping() else {
            let message = format!("{name} is {}, not an object", kind_of(node));
            self.findings.push(
                Finding::new(&codes::WRONG_SHAPE, &head(node), message).help("put an object here: {…}"),
            );
            return None;
        };
        self.same_but_for_case(mapping);
        let mut entries = mapping.entries();
        entries.retain(|entry| {
            let text = entry.key.scalar_text().unwrap_or_default();
            if text == CHILD_CONTROL {
                self.control(entry.value);
            } else if Operator::parse(text).is_some() {
                let message = format!("{text} stands on {name}, which holds no value");
                self.findings.push(
                    Finding::new(&codes::MISPLACED_OPERATOR, &entry.key, message)
                        .help("set the values inside, each with its own operator"),
                );
            } else if text.starts_with(PREFIX) {
                self.unknown_operator(entry.key, text);
            } else {
                return true;
            }
            false
        });
        Some(entries)
    }

    fn setting(&mut self, node: NodeRef<'_>, kind: Kind, list: Option<&'static List>, name: &str) {
        let Some(mapping) = node.as_mapping() else {
            return self.bare(node, list.is_some(), name);
        };
        if kind == Kind::TimeZone {
            self.findings.push(time_zone(node));
        }
        let mut operators = 0;
        for Entry { key, value } in mapping.entries() {
            let Some(text) = key.scalar_text() else { continue };
            if text == CHILD_CONTROL {
                operators += 1;
                self.control(value);
            } else if let Some(operator) = Operator::parse(text) {
                operators += 1;
                match list {
                    Some(_) => self.list(value, operator, kind, name),
                    None => self.one(key, value, operator, kind, name),
                }
            } else if text.starts_with(PREFIX) {
                operators += 1;
                self.unknown_operator(key, text);
            } else {
                operators += 1;
                self.beside_operators(key, text, name);
            }
        }
        if operators == 0 {
            let message = format!("{name} is empty");
            self.findings.push(
                Finding::new(&codes::MISSING_OPERATOR, &head(node), message)
                    .help(format!("set it: {{\"@@assign\": {}}}", if list.is_some() { "[…]" } else { "…" })),
            );
        }
    }

    /// A value where an object with operators is due.
    fn bare(&mut self, node: NodeRef<'_>, is_list: bool, name: &str) {
        let fits = match node.shape() {
            Shape::Sequence(_) => is_list,
            _ => !is_list && node.value() != Some(Value::Null),
        };
        let finding = Finding::new(&codes::MISSING_OPERATOR, &head(node), format!("{name} has no operator"));
        let source = node.source_text();
        self.findings.push(if fits {
            finding.help("write {\"@@assign\": …} around it").fix(
                "assign the value",
                node.span(),
                format!("{{ \"@@assign\": {source} }}"),
            )
        } else {
            finding.help(format!("write {{\"@@assign\": {}}}", if is_list { "[…]" } else { "…" }))
        });
    }

    fn one(&mut self, key: NodeRef<'_>, value: NodeRef<'_>, operator: Operator, kind: Kind, name: &str) {
        if operator != Operator::Assign {
            let message = format!("{} on {name}, which has one value", operator.as_str());
            self.findings.push(
                Finding::new(&codes::MISPLACED_OPERATOR, &key, message)
                    .help("@@append and @@remove change lists; a single value is set by @@assign"),
            );
            return;
        }
        match value.shape() {
            Shape::Scalar(_) => self.value(value, kind, name),
            Shape::Sequence(items) => {
                let finding = Finding::new(
                    &codes::WRONG_SHAPE,
                    &head(value),
                    format!("{name} takes one value, not a list"),
                );
                self.findings.push(match only(items) {
                    Some(item) => finding.help("leave out the brackets").fix(
                        "take the value out of the list",
                        value.span(),
                        item.source_text(),
                    ),
                    None => finding.help("write the one value that counts"),
                });
            }
            Shape::Mapping(_) => {
                let message = format!("{name} takes a value, not an object");
                self.findings
                    .push(Finding::new(&codes::WRONG_SHAPE, &head(value), message).help("write the value"));
            }
        }
    }

    fn list(&mut self, value: NodeRef<'_>, operator: Operator, kind: Kind, name: &str) {
        let Some(items) = value.as_sequence() else {
            let finding = Finding::new(
                &codes::WRONG_SHAPE,
                &head(value),
                format!("{name} takes a list, not {}", kind_of(value)),
            );
            self.findings.push(match value.shape() {
                Shape::Scalar(_) => finding.help("put it in brackets").fix(
                    "make it a list",
                    value.span(),
                    format!("[{}]", value.source_text()),
                ),
                _ => finding.help("write a list: […]"),
            });
            return;
        };
        for item in items.items() {
            match item.shape() {
                // What is taken away need not be right.
                Shape::Scalar(_) if operator == Operator::Remove => {}
                Shape::Scalar(_) => self.value(item, kind, name),
                _ => {
                    let message = format!("{name} lists values, not {}", kind_of(item));
                    self.findings.push(
                        Finding::new(&codes::WRONG_SHAPE, &head(item), message).help("write the value"),
                    );
                }
            }
        }
    }

    fn value(&mut self, node: NodeRef<'_>, kind: Kind, name: &str) {
        match (node.value(), node.scalar_text()) {
            (Some(Value::Null), _) | (_, None) => {
                let message = format!("{name} is null");
                self.findings.push(
                    Finding::new(&codes::WRONG_SHAPE, &node, message)
                        .help("leave the setting out: what nobody sets is not in the effective policy"),
                );
            }
            (_, Some(text)) => values::check(node, text, kind, self.findings),
        }
    }

    fn control(&mut self, node: NodeRef<'_>) {
        let words = ChildOperators::WORDS.join(", ");
        let mut wrong = |at: NodeRef<'_>, message: String, help: String| {
            self.findings.push(Finding::new(&codes::CHILD_OPERATORS, &head(at), message).help(help));
        };
        let Some(list) = node.as_sequence() else {
            wrong(
                node,
                format!("{CHILD_CONTROL} takes a list, not {}", kind_of(node)),
                format!("write a list of {words}"),
            );
            return;
        };
        for item in list.items() {
            let text = item.as_str().unwrap_or_default();
            if !ChildOperators::WORDS.contains(&text) {
                let written = excerpt(item.source_text());
                wrong(
                    item,
                    format!("{written} is no operator that can be allowed"),
                    format!("write {words}"),
                );
            } else if matches!(text, "@@all" | "@@none") && list.len() > 1 {
                wrong(
                    item,
                    format!("{text} stands beside other operators"),
                    format!("{text} says everything: let it stand alone, or list the operators to allow"),
                );
            }
        }
        if list.is_empty() {
            wrong(
                node,
                "no operator is listed".to_owned(),
                "write @@none to forbid every operator".to_owned(),
            );
        }
    }

    fn unknown_operator(&mut self, key: NodeRef<'_>, text: &str) {
        let known = Operator::ALL.map(Operator::as_str).into_iter().chain([CHILD_CONTROL]);
        let finding =
            Finding::new(&codes::UNKNOWN_OPERATOR, &key, format!("`{}` is no operator", excerpt(text)));
        self.findings.push(match nearest(text, known) {
            Some(near) => renamed(finding.help(format!("did you mean {near}?")), key, near),
            None => {
                finding.help(format!("the operators are @@assign, @@append, @@remove and {CHILD_CONTROL}"))
            }
        });
    }

    /// A plain key among the operators of a setting.
    fn beside_operators(&mut self, key: NodeRef<'_>, text: &str, name: &str) {
        let operator = Operator::ALL.into_iter().find(|operator| operator.as_str().get(2..) == Some(text));
        let message = format!("`{}` stands inside {name}, which takes operators only", excerpt(text));
        self.findings.push(match operator {
            Some(operator) => renamed(
                Finding::new(&codes::UNKNOWN_OPERATOR, &key, message)
                    .help(format!("operators begin with {PREFIX}: {}", operator.as_str())),
                key,
                operator.as_str(),
            ),
            None => Finding::new(&codes::UNKNOWN_KEY, &key, message)
                .help(format!("if it is a setting of its own, move it out of {name}")),
        });
    }

    fn unknown_key(&mut self, key: NodeRef<'_>, text: &str, fields: &'static [Field], name: &str) {
        let known = || fields.iter().map(|field| field.name);
        let message = format!("{name} has no `{}`", excerpt(text));
        let finding = Finding::new(&codes::UNKNOWN_KEY, &key, message);
        self.findings.push(match nearest(text, known()) {
            Some(near) => renamed(finding.help(format!("did you mean `{near}`?")), key, near),
            None => finding.help(format!("it takes {}", known().collect::<Vec<_>>().join(", "))),
        });
    }

    fn same_but_for_case(&mut self, mapping: MappingRef<'_>) {
        let mut seen: HashMap<Box<str>, NodeRef<'_>> = HashMap::new();
        for Entry { key, .. } in mapping.written() {
            let Some(text) = key.scalar_text() else { continue };
            let first = *seen.entry(canonical(text)).or_insert(key);
            // The reader reports keys that are the same to the letter.
            if first.scalar_text() != Some(text) {
                let other = excerpt(first.scalar_text().unwrap_or_default());
                self.findings.push(
                    Finding::new(
                        &codes::KEY_CASE,
                        &key,
                        format!("`{}` is the same identifier as `{other}`", excerpt(text)),
                    )
                    .related(&first, "the first one")
                    .help("make it one entry, or give one of them another name"),
                );
            }
        }
    }
}

fn time_zone(node: NodeRef<'_>) -> Finding {
    Finding::new(&codes::SCHEDULE_TIMEZONE, &head(node), "a backup policy has no time zone")
        .help("write the schedule in UTC and leave the time zone out")
}

fn only(items: SequenceRef<'_>) -> Option<NodeRef<'_>> {
    let mut items = items.items();
    items.next().filter(|item| items.len() == 0 && matches!(item.shape(), Shape::Scalar(_)))
}

/// Offers to write `name` for the key.
fn renamed(finding: Finding, key: NodeRef<'_>, name: &str) -> Finding {
    finding.fix(format!("write `{name}`"), key.span(), serde_json::Value::from(name).to_string())
}
