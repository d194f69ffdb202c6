//! Rules of template constraints, in the language of Service Catalog.
//!
//! Its functions compare texts and nothing else: there is no less-than. So a range of days is a list of the
//! days that a user may choose.
//! <https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html>

use serde_json::{Map, Value, json};

use super::TemplateConstraint;
use crate::document::{MappingRef, NodeRef, SequenceRef, Shape};
use crate::manifest::Text;
use crate::template::intrinsic::walk;
use crate::words::{excerpt, kind_of};

/// The functions that a rule may call.
pub const FUNCTIONS: [&str; 12] = [
    "Ref",
    "Fn::And",
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::Equals",
    "Fn::If",
    "Fn::Not",
    "Fn::Or",
    "Fn::RefAll",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
];

/// What a rule lets a parameter be, whatever the others are.
#[derive(Clone, Debug)]
pub struct Choice<'d> {
    /// The parameter.
    pub parameter: Text<'d>,
    /// Its values.
    pub values: Vec<Text<'d>>,
}

/// Something that a rule cannot be.
#[derive(Clone, Debug)]
pub struct Fault<'d> {
    /// Where.
    pub node: NodeRef<'d>,
    /// What is wrong.
    pub message: String,
}

impl<'d> TemplateConstraint<'d> {
    /// Every parameter that the constraint names.
    #[must_use]
    pub fn parameters(&self) -> Vec<Text<'d>> {
        let of_rule = self.rule.into_iter().flat_map(walk).filter_map(|node| {
            let (function, argument) = call(node)?;
            let named = match function {
                "Ref" => argument,
                "Fn::ValueOf" => argument.as_sequence()?.items().next()?,
                _ => return None,
            };
            Some(Text { value: named.scalar_text()?, node: named })
        });
        self.parameter.into_iter().chain(of_rule).collect()
    }

    /// The values that it leaves to parameters without any condition.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice<'d>> {
        let simple = self.parameter.filter(|_| !self.allowed_values.is_empty());
        let simple = simple.map(|parameter| Choice { parameter, values: self.allowed_values.clone() });
        let rule = self.rule.and_then(NodeRef::as_mapping);
        let unconditional = rule.filter(|rule| rule.get("RuleCondition").is_none());
        simple
            .into_iter()
            .chain(unconditional.into_iter().flat_map(assertions).filter_map(contains))
            .collect()
    }

    /// What makes `rule` none that Service Catalog takes.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault<'d>> {
        let Some(node) = self.rule else { return Vec::new() };
        let fault = |node: NodeRef<'d>, message: String| Fault { node, message };
        let Some(rule) = node.as_mapping() else {
            return vec![fault(node, format!("a rule is {}, not a map", kind_of(node)))];
        };
        let mut faults = Vec::new();
        for entry in rule.entries() {
            let key = entry.key.scalar_text().unwrap_or_default();
            if !matches!(key, "RuleCondition" | "Assertions") {
                faults.push(fault(entry.key, format!("a rule has no `{}`", excerpt(key))));
            }
        }
        if assertions(rule).next().is_none() {
            faults.push(fault(node, "the rule has no assertion".to_owned()));
        }
        let parts = rule.get("RuleCondition").into_iter().chain(assertions(rule));
        for node in parts.flat_map(walk) {
            let Some(map) = node.as_mapping() else { continue };
            for entry in map.entries() {
                let key = entry.key.scalar_text().unwrap_or_default();
                if !FUNCTIONS.contains(&key) {
                    faults.push(fault(entry.key, format!("`{}` is no function of rules", excerpt(key))));
                }
            }
        }
        faults
    }

    /// The rule as JSON; `is_list` says whether a parameter takes a list.
    #[must_use]
    pub fn to_json(&self, is_list: impl Fn(&str) -> bool) -> Option<Value> {
        if let Some(rule) = self.rule {
            return Some(texts_as_json(rule));
        }
        let name = self.parameter?.value;
        let values: Vec<&str> = self.allowed_values.iter().map(|value| value.value).collect();
        let assert = if is_list(name) {
            json!({ "Fn::EachMemberIn": [{ "Ref": name }, values] })
        } else {
            json!({ "Fn::Contains": [values, { "Ref": name }] })
        };
        let told = self.description.map_or_else(
            || format!("{name} must be one of {}", values.join(", ")),
            |description| description.value.to_owned(),
        );
        Some(json!({ "Assertions": [{ "Assert": assert, "AssertDescription": told }] }))
    }
}

/// The conditions that `rule` asserts.
fn assertions(rule: MappingRef<'_>) -> impl Iterator<Item = NodeRef<'_>> {
    let list = rule.get("Assertions").and_then(NodeRef::as_sequence);
    list.into_iter().flat_map(SequenceRef::items).filter_map(|item| item.as_mapping()?.get("Assert"))
}

/// `Fn::Contains: [[a, b], {Ref: P}]`
fn contains(assert: NodeRef<'_>) -> Option<Choice<'_>> {
    let (function, argument) = call(assert)?;
    let arguments: Vec<_> = argument.as_sequence()?.items().collect();
    let (list, value) = match (function, &arguments[..]) {
        ("Fn::Contains", [list, value]) | ("Fn::EachMemberIn", [value, list]) => (*list, *value),
        _ => return None,
    };
    let (_, name) = call(value).filter(|(function, _)| *function == "Ref")?;
    let values = list.as_sequence()?.items();
    let values: Option<Vec<_>> = values.map(|node| Some(Text { value: node.scalar_text()?, node })).collect();
    Some(Choice { parameter: Text { value: name.scalar_text()?, node: name }, values: values? })
}

fn call(node: NodeRef<'_>) -> Option<(&str, NodeRef<'_>)> {
    let map = node.as_mapping().filter(|map| map.len() == 1)?;
    let entry = map.written().next()?;
    Some((entry.key.scalar_text()?, entry.value))
}

/// The node as JSON, every scalar as the text that is written: rules compare texts.
fn texts_as_json(node: NodeRef<'_>) -> Value {
    match node.shape() {
        Shape::Scalar(node) => Value::from(node.scalar_text().unwrap_or_default()),
        Shape::Sequence(list) => list.items().map(texts_as_json).collect(),
        Shape::Mapping(map) => {
            let entries = map
                .entries()
                .into_iter()
                .filter_map(|entry| Some((entry.key.scalar_text()?.to_owned(), texts_as_json(entry.value))));
            Value::Object(entries.collect::<Map<String, Value>>())
        }
    }
}
