//! A statement away from its file: what it says, and whether another says as much.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

use crate::iam::{self, Effect, pattern};

/// A statement.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    principal: Option<Value>,
    pub(super) actions: Patterns,
    pub(super) resources: Patterns,
    condition: Option<Value>,
    /// The tests of the condition in a form that can be compared: operator, key, values.
    tests: BTreeSet<(String, String, Vec<String>)>,
    /// The policy it comes from, by its place in the list.
    pub(super) source: usize,
    /// What it is called in messages: its `Sid` or number, and its policy.
    pub(super) label: String,
}

/// The patterns of `Action` or `Resource`, or of its `Not` twin.
#[derive(Clone, Debug)]
pub(super) struct Patterns {
    pub(super) negated: bool,
    pub(super) list: Vec<String>,
    kind: PatternKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PatternKind {
    Action,
    Resource,
}

impl Statement {
    /// Takes a statement over; the error says what about it is not understood well enough.
    pub(super) fn read(
        statement: &iam::Statement<'_>,
        index: usize,
        source: usize,
        policy: &str,
    ) -> Result<Self, String> {
        let label = match statement.sid {
            Some(sid) => format!("`{}` of `{policy}`", sid.text),
            None => format!("statement {} of `{policy}`", index + 1),
        };
        let lacks = |element: &str| format!("{label} has no readable `{element}`");
        let element = |key: &str| -> Result<Option<Value>, String> {
            let node = statement.node.as_mapping().and_then(|map| map.get(key));
            let read = node.map(|node| serde_json::from_str(node.source_text()));
            read.transpose().map_err(|_| lacks(key))
        };
        let patterns = |matcher: &Option<iam::Matcher<'_>>, kind, name: &str| {
            let matcher = matcher.as_ref().filter(|matcher| !matcher.patterns.is_empty());
            let matcher = matcher.ok_or_else(|| lacks(name))?;
            let list = matcher.patterns.iter().map(|word| word.text.to_owned()).collect();
            Ok::<_, String>(Patterns { negated: matcher.negated, list, kind })
        };
        if statement.principal.as_ref().is_some_and(|principal| principal.negated) {
            return Err(lacks("Principal"));
        }
        let tests = statement.conditions.iter().map(|condition| {
            let mut values: Vec<String> =
                condition.values.iter().map(|value| value.text.to_owned()).collect();
            values.sort_unstable();
            (condition.operator.text.to_ascii_lowercase(), condition.key.text.to_ascii_lowercase(), values)
        });
        Ok(Self {
            sid: statement.sid.map(|sid| sid.text.to_owned()),
            effect: statement.effect.ok_or_else(|| lacks("Effect"))?,
            principal: element("Principal")?,
            actions: patterns(&statement.action, PatternKind::Action, "Action")?,
            resources: patterns(&statement.resource, PatternKind::Resource, "Resource")?,
            condition: element("Condition")?,
            tests: tests.collect(),
            source,
            label,
        })
    }

    /// As it is written into a policy.
    pub(super) fn to_json(&self) -> Value {
        let mut map = Map::new();
        if let Some(sid) = &self.sid {
            map.insert("Sid".to_owned(), sid.as_str().into());
        }
        let effect = if self.effect == Effect::Allow { "Allow" } else { "Deny" };
        map.insert("Effect".to_owned(), effect.into());
        if let Some(principal) = &self.principal {
            map.insert("Principal".to_owned(), principal.clone());
        }
        for (patterns, plain, negated) in
            [(&self.actions, "Action", "NotAction"), (&self.resources, "Resource", "NotResource")]
        {
            let key = if patterns.negated { negated } else { plain };
            map.insert(key.to_owned(), patterns.to_json());
        }
        if let Some(condition) = &self.condition {
            map.insert("Condition".to_owned(), condition.clone());
        }
        Value::Object(map)
    }

    pub(super) fn with_actions(&self, actions: Patterns) -> Self {
        Self { actions, ..self.clone() }
    }

    pub(super) fn with_resources(&self, resources: Patterns) -> Self {
        Self { resources, ..self.clone() }
    }

    /// Whether it has the effect, the principal and the condition of another.
    pub(super) fn is_of_a_kind_with(&self, other: &Self) -> bool {
        self.effect == other.effect && self.principal == other.principal && self.tests == other.tests
    }

    /// Whether it applies, as far as effect, principal and condition go, wherever another does.
    pub(super) fn asks_no_more_than(&self, other: &Self) -> bool {
        self.effect == other.effect && self.principal == other.principal && self.tests.is_subset(&other.tests)
    }

    /// The condition keys and the values that they are compared with.
    pub(super) fn tests(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.tests.iter().map(|(_, key, values)| (key.as_str(), values.as_slice()))
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

impl Patterns {
    /// The same element with other patterns.
    pub(super) fn of(&self, list: Vec<String>) -> Self {
        Self { negated: self.negated, list, kind: self.kind }
    }

    /// Whether both name the same, in whatever order.
    pub(super) fn are_those_of(&self, other: &Self) -> bool {
        let folded = |patterns: &Self| -> BTreeSet<String> {
            patterns.list.iter().map(|pattern| patterns.folded(pattern)).collect()
        };
        self.negated == other.negated && folded(self) == folded(other)
    }

    /// Whether they name everything that others name.
    pub(super) fn cover(&self, others: &Self) -> bool {
        let every = |list: &[String], by: &[String]| {
            list.iter().all(|special| by.iter().any(|general| self.covers(general, special)))
        };
        match (self.negated, others.negated) {
            (false, false) => every(&others.list, &self.list),
            (false, true) => self.list.iter().any(|pattern| pattern == "*"),
            (true, true) => every(&self.list, &others.list),
            (true, false) => {
                others.list.iter().all(|pattern| self.list.iter().all(|not| self.are_apart(not, pattern)))
            }
        }
    }

    /// Whether they name everything that one pattern of others names.
    pub(super) fn cover_one(&self, pattern: &str) -> bool {
        self.cover(&Self { negated: false, list: vec![pattern.to_owned()], kind: self.kind })
    }

    /// Without the patterns that others of the list cover: of equal ones the first stays.
    pub(super) fn without_repetition(&self) -> Vec<String> {
        let is_redundant = |(index, pattern): (usize, &String)| {
            self.list.iter().enumerate().any(|(other, general)| {
                let either = self.covers(general, pattern) && self.covers(pattern, general);
                other != index && self.covers(general, pattern) && (!either || other < index)
            })
        };
        let kept = self.list.iter().enumerate().filter(|entry| !is_redundant(*entry));
        kept.map(|(_, pattern)| pattern.clone()).collect()
    }

    fn covers(&self, general: &str, special: &str) -> bool {
        let (general, special) = (self.folded(general), self.folded(special));
        // What a variable stands for is known only to the request.
        let is_open = general.contains("${") || special.contains("${");
        general == special
            || general == "*"
            || (!is_open && pattern::covers(general.as_bytes(), special.as_bytes()))
    }

    fn are_apart(&self, one: &str, other: &str) -> bool {
        let (one, other) = (self.folded(one), self.folded(other));
        let is_open = [&one, &other].iter().any(|text| text.contains("${") || !text.is_ascii());
        !is_open && !pattern::overlap(one.as_bytes(), other.as_bytes())
    }

    /// Actions are compared without regard to case, ARNs with their missing parts.
    fn folded(&self, pattern: &str) -> String {
        match self.kind {
            PatternKind::Action => pattern.to_ascii_lowercase(),
            PatternKind::Resource => iam::completed_arn(pattern).into_owned(),
        }
    }

    fn to_json(&self) -> Value {
        match self.list.as_slice() {
            [one] => one.as_str().into(),
            list => list.iter().map(String::as_str).collect(),
        }
    }
}
