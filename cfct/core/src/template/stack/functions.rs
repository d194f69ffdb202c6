//! The intrinsic functions, and the conditions.

use super::Stack;
use super::value::{ACCOUNT, GENERATED, Value};
use crate::document::NodeRef;
use crate::template::intrinsic::{Intrinsic, Piece, Substitution, pieces};

impl<'d> Stack<'_, 'd> {
    pub(super) fn call(&self, call: Intrinsic<'d>, depth: usize) -> Value {
        match call.name {
            "Ref" => call.argument.scalar_text().map_or(Value::Unknown, |name| self.reference(name, depth)),
            "GetAtt" => self.attribute(call, depth),
            "Sub" => self.substitute(call, depth),
            "Join" => self.join(call, depth),
            "If" => self.either(call, depth),
            "FindInMap" => self.find_in_map(call, depth),
            "Select" => self.select(call, depth),
            "Split" => self.split(call, depth),
            // Base64, Cidr, GetAZs, ImportValue, Transform: known in the account alone.
            _ => Value::Unknown,
        }
    }

    fn attribute(&self, call: Intrinsic<'d>, depth: usize) -> Value {
        let texts: Option<Vec<&str>> = call.arguments().into_iter().map(NodeRef::scalar_text).collect();
        match texts.as_deref() {
            Some([one]) => match one.split_once('.') {
                Some((name, attribute)) => self.resource(name, Some(attribute), depth),
                None => Value::Unknown,
            },
            Some([name, attribute]) => self.resource(name, Some(attribute), depth),
            _ => Value::Unknown,
        }
    }

    fn substitute(&self, call: Intrinsic<'d>, depth: usize) -> Value {
        let Some(sub) = Substitution::of(call) else { return Value::Unknown };
        let parts: Vec<Value> = pieces(sub.text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => Value::Text(text.into()),
                Piece::Variable(name) => match (sub.variable(name), name.split_once('.')) {
                    (Some(own), _) => self.at(own, depth),
                    (None, Some((resource, attribute))) => self.resource(resource, Some(attribute), depth),
                    (None, None) => self.reference(name, depth),
                },
            })
            .collect();
        Value::join("", &parts)
    }

    fn join(&self, call: Intrinsic<'d>, depth: usize) -> Value {
        let [separator, list] = call.arguments()[..] else { return Value::Unknown };
        match (separator.scalar_text(), self.at(list, depth)) {
            (Some(separator), Value::List(parts)) => Value::join(separator, &parts),
            _ => Value::Unknown,
        }
    }

    fn either(&self, call: Intrinsic<'d>, depth: usize) -> Value {
        let [condition, then, otherwise] = call.arguments()[..] else { return Value::Unknown };
        let Some(holds) = condition.scalar_text().and_then(|name| self.condition(name, depth)) else {
            // What both come to is known all the same.
            let (then, otherwise) = (self.at(then, depth), self.at(otherwise, depth));
            return if then == otherwise { then } else { Value::Unknown };
        };
        self.at(if holds { then } else { otherwise }, depth)
    }

    fn find_in_map(&self, call: Intrinsic<'d>, depth: usize) -> Value {
        let arguments = call.arguments();
        let [map, first, second, ..] = arguments[..] else { return Value::Unknown };
        let keys = [map, first, second].map(|node| self.at(node, depth));
        let [Some(map), Some(first), Some(second)] = [&keys[0], &keys[1], &keys[2]].map(Value::text) else {
            return Value::Unknown;
        };
        let map = self.template.mappings.iter().find(|mapping| mapping.name == map);
        let level = |node: NodeRef<'d>, key: &str| node.as_mapping().and_then(|map| map.get(key));
        let found = map.and_then(|map| level(level(map.node, first)?, second));
        found.map_or(Value::Unknown, |node| self.at(node, depth))
    }

    fn select(&self, call: Intrinsic<'d>, depth: usize) -> Value {
        let [index, list] = call.arguments()[..] else { return Value::Unknown };
        let index = self.at(index, depth).text().and_then(|text| text.parse::<usize>().ok());
        match (index, self.at(list, depth)) {
            (Some(index), Value::List(items)) => items.into_iter().nth(index).unwrap_or(Value::Unknown),
            _ => Value::Unknown,
        }
    }

    fn split(&self, call: Intrinsic<'d>, depth: usize) -> Value {
        let [separator, text] = call.arguments()[..] else { return Value::Unknown };
        let (Some(separator), Value::Text(text)) = (separator.scalar_text(), self.at(text, depth)) else {
            return Value::Unknown;
        };
        // What a stand-in stands for could hold the separator.
        let could_hold =
            |stand_in: &str, test: fn(u8) -> bool| text.contains(stand_in) && separator.bytes().any(test);
        if separator.is_empty()
            || could_hold(ACCOUNT, |byte| byte.is_ascii_digit())
            || could_hold(GENERATED, |byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Value::Unknown;
        }
        Value::List(text.split(separator).map(|part| Value::Text(part.into())).collect())
    }

    /// What the condition `name` comes to.
    pub(super) fn condition(&self, name: &str, depth: usize) -> Option<bool> {
        let named = self.template.conditions.iter().find(|condition| condition.name == name)?;
        if let Some(known) = self.conditions.borrow().get(named.name) {
            return *known;
        }
        // A condition that refers to itself has no answer.
        self.conditions.borrow_mut().insert(named.name, None);
        let holds = self.holds(named.node, depth + 1);
        self.conditions.borrow_mut().insert(named.name, holds);
        holds
    }

    /// Whether the node, a function of conditions, comes to true; `None` where that is unknown.
    pub(super) fn holds(&self, node: NodeRef<'d>, depth: usize) -> Option<bool> {
        let call = Intrinsic::of(node).filter(|_| depth < super::DEEPEST)?;
        let arguments = call.arguments();
        let each = || arguments.iter().map(|argument| self.holds(*argument, depth + 1));
        match call.name {
            "Condition" => self.condition(call.argument.scalar_text()?, depth),
            "Not" => each().next()?.map(|holds| !holds),
            "And" if each().any(|holds| holds == Some(false)) => Some(false),
            "And" => each().all(|holds| holds == Some(true)).then_some(true),
            "Or" if each().any(|holds| holds == Some(true)) => Some(true),
            "Or" => each().all(|holds| holds == Some(false)).then_some(false),
            "Contains" => match arguments[..] {
                [list, one] => contains(&self.at(list, depth), &self.at(one, depth)),
                _ => None,
            },
            "Equals" => match arguments[..] {
                [one, other] => equal(&self.at(one, depth), &self.at(other, depth)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether a list holds a value.
fn contains(list: &Value, one: &Value) -> Option<bool> {
    let Value::List(items) = list else { return None };
    let answers: Vec<Option<bool>> = items.iter().map(|item| equal(item, one)).collect();
    if answers.contains(&Some(true)) {
        return Some(true);
    }
    (!answers.contains(&None)).then_some(false)
}

/// Whether two values are equal. The accounts that a template names are never behind a stand-in, so a text
/// with one differs from every text without.
fn equal(one: &Value, other: &Value) -> Option<bool> {
    let stands_for_id = |value: &Value| value.text().is_some_and(|text| text.contains(GENERATED));
    if one.has_unknown() || other.has_unknown() {
        return None;
    }
    if one != other && (stands_for_id(one) || stands_for_id(other)) {
        return None;
    }
    Some(one == other)
}
