//! Policies in templates: whether they could admit a request, whatever of them is unknown.

use serde_json::{Map, Value as Json, json};

use crate::document::{Document, NodeRef, SequenceRef, Shape};
use crate::iam::Effect;
use crate::iam::Policy;
use crate::iam::evaluate::{CompiledPolicy, Decision, Policies, Request, StatementLabel, evaluate};
use crate::source::SourceFile;
use crate::template::stack::{Stack, Value};

/// The policy of a resource: of a vault, a key, a role's trust.
#[derive(Clone, Debug)]
pub struct ResourcePolicy<'c> {
    /// Where it is written.
    pub node: NodeRef<'c>,
    /// The statements as far as they are known, and where each is written.
    statements: Vec<(Value, NodeRef<'c>)>,
}

/// A policy in one account, reduced to what surely stands in it: an allow that may apply applies, and a deny
/// that may not apply does not.
#[derive(Debug)]
pub struct Reduced<'c> {
    policy: CompiledPolicy,
    /// Where the statements of `policy` are written.
    nodes: Vec<NodeRef<'c>>,
}

impl<'c> ResourcePolicy<'c> {
    /// The policy at `node`.
    #[must_use]
    pub fn of(stack: &Stack<'_, 'c>, node: NodeRef<'c>) -> Self {
        let policy = stack.value(node);
        let values = match policy.get("Statement") {
            // Whatever it is, it may say anything.
            Value::Nothing if policy != Value::Map(Vec::new()) => vec![Value::Unknown],
            statements => statements.items().to_vec(),
        };
        let written = node.as_mapping().and_then(|map| map.get("Statement"));
        let nodes: Vec<NodeRef<'c>> = match written.map(NodeRef::shape) {
            Some(Shape::Sequence(list)) => SequenceRef::items(list).collect(),
            _ => vec![written.unwrap_or(node)],
        };
        let is_plain = nodes.len() == values.len();
        let place = |index: usize| if is_plain { nodes[index] } else { written.unwrap_or(node) };
        let statements = values.into_iter().enumerate();
        Self { node, statements: statements.map(|(index, value)| (value, place(index))).collect() }
    }

    /// The policy as an account has it, for requests of which the `known` condition keys (in lower case) are
    /// known; of any other condition it is open whether it holds.
    #[must_use]
    pub fn reduced(&self, account: &str, known: &[&str]) -> Option<Reduced<'c>> {
        let (mut kept, mut nodes) = (Vec::new(), Vec::new());
        for (value, node) in &self.statements {
            if let Some(statement) = statement(value, account, known) {
                kept.push(statement);
                nodes.push(*node);
            }
        }
        let text = json!({"Version": "2012-10-17", "Statement": kept}).to_string();
        let reading = Document::read_json(&SourceFile::new("policy", text));
        let policy = CompiledPolicy::compile("policy", &Policy::read(reading.document.as_ref()?)?);
        Some(Reduced { policy, nodes })
    }

    /// The `AWS` principals that its statements name, as far as they are known.
    #[must_use]
    pub fn principals(&self) -> Vec<&str> {
        let statements = self.statements.iter();
        let named = statements.flat_map(|(value, _)| value.get("Principal").get("AWS").items());
        named.filter_map(Value::text).collect()
    }

    /// Every text in the policy that is known.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        let mut open: Vec<&Value> = self.statements.iter().map(|(value, _)| value).collect();
        while let Some(value) = open.pop() {
            match value {
                Value::Text(text) => texts.push(text.as_str()),
                Value::List(items) => open.extend(items),
                Value::Map(entries) => open.extend(entries.iter().map(|(_, value)| value)),
                Value::Nothing | Value::Unknown => {}
            }
        }
        texts
    }
}

impl<'c> Reduced<'c> {
    /// Why a request is refused whatever is unknown: the statement that denies it, or none where nothing
    /// allows it. `None` where it is, or may be, allowed. The principal's own policies are taken to allow it.
    #[must_use]
    pub fn refuses(&self, request: &Request) -> Option<Option<NodeRef<'c>>> {
        let own = [CompiledPolicy::allow_all("own")];
        let policies = Policies { identity: &own, resource: Some(&self.policy), ..Policies::default() };
        let verdict = evaluate(request, &policies);
        match verdict.decision {
            Decision::Allowed => None,
            Decision::ImplicitDeny => Some(None),
            Decision::ExplicitDeny => {
                let denies = self.policy.statements_on(request).find(|(effect, _)| *effect == Effect::Deny);
                let index = denies.and_then(|(_, label)| match label {
                    StatementLabel::Index(index) => Some(*index),
                    StatementLabel::Sid(_) => None,
                });
                Some(index.and_then(|index| self.nodes.get(index)).copied())
            }
        }
    }
}

/// A statement reduced to what is sure of it; `None` where that is nothing.
fn statement(value: &Value, account: &str, known: &[&str]) -> Option<Json> {
    let allow_all = || json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
    let Value::Map(entries) = value else {
        return matches!(value, Value::Unknown).then(allow_all);
    };
    let effect = match value.get("Effect") {
        Value::Text(effect) if effect == "Allow" || effect == "Deny" => effect.as_str(),
        // It may be an allow.
        _ => return Some(allow_all()),
    };
    let allows = effect == "Allow";
    let mut statement = Map::new();
    for (key, value) in entries {
        let json = match &**key {
            "Sid" => continue,
            "Condition" => match conditions(value, account, known) {
                (conditions, true) => Some(conditions),
                (conditions, false) => allows.then_some(conditions),
            },
            _ => value.json(account),
        };
        let json = match (json, &**key) {
            (Some(json), _) => json,
            // Unknown: any allow, no deny.
            (None, _) if !allows => return None,
            (None, "Principal" | "Action" | "Resource") => json!("*"),
            (None, _) => return Some(allow_all()),
        };
        statement.insert(key.to_string(), json);
    }
    Some(Json::Object(statement))
}

/// The conditions that are known, and whether those are all.
fn conditions(value: &Value, account: &str, known: &[&str]) -> (Json, bool) {
    let Value::Map(operators) = value else { return (json!({}), false) };
    let (mut kept, mut all) = (Map::new(), true);
    for (operator, tests) in operators {
        let Value::Map(tests) = tests else {
            all = false;
            continue;
        };
        let mut of_operator = Map::new();
        for (key, values) in tests {
            let is_known = known.contains(&key.to_ascii_lowercase().as_str());
            match values.json(account).filter(|_| is_known) {
                Some(json) => {
                    of_operator.insert(key.to_string(), json);
                }
                None => all = false,
            }
        }
        if !of_operator.is_empty() {
            kept.insert(operator.to_string(), Json::Object(of_operator));
        }
    }
    (Json::Object(kept), all)
}
