//! Rules of template constraints, evaluated before anything is launched.
//!
//! Rules compare texts. What depends on the account (`Fn::ValueOf`, `Fn::RefAll`) is not known here, and nothing
//! is said of an assertion that needs it.
//! <https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html>

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A rule that values break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The name of the rule.
    pub rule: String,
    /// What its author says about it.
    pub says: Option<String>,
    /// The parameters that the assertion names.
    pub parameters: Vec<String>,
}

/// The rules that `values`, by parameter, certainly break. `lists` says whether a parameter takes a list.
#[must_use]
pub fn broken(
    rules: &Map<String, Value>,
    values: &BTreeMap<&str, &str>,
    lists: &dyn Fn(&str) -> bool,
) -> Vec<Broken> {
    let evaluation = Evaluation { values, lists };
    let mut broken = Vec::new();
    for (name, rule) in rules {
        let condition = rule.get("RuleCondition");
        if condition.is_some_and(|condition| evaluation.truth(condition, 0) != Some(true)) {
            continue;
        }
        for assertion in rule.get("Assertions").and_then(Value::as_array).into_iter().flatten() {
            let Some(assert) = assertion.get("Assert") else { continue };
            if evaluation.truth(assert, 0) == Some(false) {
                let mut parameters = Vec::new();
                named(assert, &mut parameters);
                let says = assertion.get("AssertDescription").and_then(Value::as_str).map(str::to_owned);
                broken.push(Broken { rule: name.clone(), says, parameters });
            }
        }
    }
    broken
}

/// Functions in functions: more than anybody writes.
const DEEPEST: usize = 64;

struct Evaluation<'e> {
    values: &'e BTreeMap<&'e str, &'e str>,
    lists: &'e dyn Fn(&str) -> bool,
}

impl Evaluation<'_> {
    /// `None` where it cannot be known here.
    fn truth(&self, node: &Value, depth: usize) -> Option<bool> {
        let (function, argument) = call(node).filter(|_| depth < DEEPEST)?;
        let arguments = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        let truths = || arguments.iter().map(|argument| self.truth(argument, depth + 1));
        match (function, arguments) {
            ("Fn::And", _) => all(truths()),
            ("Fn::Or", _) => all(truths().map(|truth| truth.map(|truth| !truth))).map(|none| !none),
            ("Fn::Not", [one]) => self.truth(one, depth + 1).map(|truth| !truth),
            ("Fn::If", [condition, then, otherwise]) => match self.truth(condition, depth + 1)? {
                true => self.truth(then, depth + 1),
                false => self.truth(otherwise, depth + 1),
            },
            ("Fn::Equals", [one, other]) => Some(self.text(one)? == self.text(other)?),
            ("Fn::Contains", [list, value]) => {
                let value = self.text(value)?;
                Some(self.list(list)?.contains(&value))
            }
            ("Fn::EachMemberIn", [members, list]) => {
                let list = self.list(list)?;
                Some(self.list(members)?.iter().all(|member| list.contains(member)))
            }
            ("Fn::EachMemberEquals", [members, value]) => {
                let value = self.text(value)?;
                Some(self.list(members)?.iter().all(|member| *member == value))
            }
            _ => None,
        }
    }

    fn text(&self, node: &Value) -> Option<String> {
        match node {
            Value::String(text) => Some(text.clone()),
            Value::Number(_) | Value::Bool(_) => Some(node.to_string()),
            _ => {
                let ("Ref", name) = call(node)? else { return None };
                self.values.get(name.as_str()?).map(|value| (*value).to_owned())
            }
        }
    }

    fn list(&self, node: &Value) -> Option<Vec<String>> {
        match node {
            Value::Array(items) => items.iter().map(|item| self.text(item)).collect(),
            _ => {
                let text = self.text(node)?;
                let name = call(node).and_then(|(_, name)| name.as_str());
                Some(match name.is_some_and(|name| (self.lists)(name)) {
                    true => text.split(',').map(|part| part.trim().to_owned()).collect(),
                    false => vec![text],
                })
            }
        }
    }
}

/// Whether all are true, as far as that is known.
fn all(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for truth in truths {
        match truth {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = None,
        }
    }
    known
}

fn call(node: &Value) -> Option<(&str, &Value)> {
    let map = node.as_object().filter(|map| map.len() == 1)?;
    map.iter().next().map(|(function, argument)| (function.as_str(), argument))
}

fn named(node: &Value, parameters: &mut Vec<String>) {
    if let Some(("Ref", Value::String(name))) = call(node) {
        if !parameters.contains(name) {
            parameters.push(name.clone());
        }
        return;
    }
    match node {
        Value::Array(items) => items.iter().for_each(|item| named(item, parameters)),
        Value::Object(map) => map.values().for_each(|value| named(value, parameters)),
        _ => {}
    }
}
