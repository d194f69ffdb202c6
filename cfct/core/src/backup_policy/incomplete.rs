//! Plans that no policy of the package completes.
//!
//! A policy may leave out what another one gives, so only what none of them gives is missing for sure. (What
//! an account gets from the policies that reach it is for [`super::validation`] to say.)

use std::collections::BTreeMap;

use super::codes;
use super::grammar::{self, Field, Form};
use super::operator::Operator;
use super::policy::{Item, Policy};
use crate::finding::Finding;
use crate::words::excerpt;

/// The keys that any policy gives, with the first place that writes each.
#[derive(Default)]
struct Given<'p> {
    first: Option<(&'p Policy, &'p Item)>,
    children: BTreeMap<&'p str, Given<'p>>,
}

/// Something required that no policy gives.
#[derive(Clone, Debug)]
pub struct Lack {
    /// Where it is missing in the effective policy: `plans/daily/regions`.
    pub path: String,
    /// The finding, at what lacks it.
    pub finding: Finding,
}

/// Everything required that no policy gives.
#[must_use]
pub fn check(policies: &[Policy]) -> Vec<Lack> {
    let mut given = Given::default();
    for policy in policies {
        given.add(policy, &policy.root);
    }
    let mut lacks = Vec::new();
    // A package without any plan lacks none.
    if let (Some(plans), Some(form)) = (given.children.get("plans"), grammar::POLICY.child("plans")) {
        plans.lacks(form, "plans", &mut lacks);
    }
    lacks
}

impl<'p> Given<'p> {
    fn add(&mut self, policy: &'p Policy, item: &'p Item) {
        self.first.get_or_insert((policy, item));
        for child in item.children.iter().filter(|child| gives(child)) {
            self.children.entry(&child.key).or_default().add(policy, child);
        }
    }

    fn lacks(&self, form: Form, path: &str, into: &mut Vec<Lack>) {
        if let Form::Object(fields) = form {
            let lacking = fields.iter().filter(|field| field.required && !self.has(field));
            into.extend(lacking.filter_map(|field| self.lack(field.name, format!("{path}/{}", field.name))));
            // Of these two exactly one is needed, which the table cannot say.
            let selects = fields.iter().any(|field| field.name == "resources");
            if selects && self.children.is_empty() {
                into.extend(self.lack("tags", path.to_owned()));
            }
        }
        for (key, child) in &self.children {
            if let Some(form) = form.child(key) {
                child.lacks(form, &format!("{path}/{key}"), into);
            }
        }
    }

    fn has(&self, field: &Field) -> bool {
        let child = self.children.get(field.name);
        // A map is there when something is in it.
        child.is_some_and(|child| !matches!(field.form, Form::Map(_)) || !child.children.is_empty())
    }

    fn lack(&self, key: &str, path: String) -> Option<Lack> {
        let (policy, item) = self.first?;
        let at = policy.location(item.key_span);
        let name = excerpt(at.text().trim_matches('"'));
        let help = match key {
            "tags" => "select what to back up: add `tags` or `resources`".to_owned(),
            _ => format!("add `{key}` here, or in another policy that reaches the same accounts"),
        };
        let message = format!("no policy gives `{name}` the `{key}` that it needs");
        Some(Lack { path, finding: Finding::new(&codes::INCOMPLETE, &at, message).help(help) })
    }
}

/// Whether an item gives something: sets it, holds something that does, or is malformed (and reported so).
fn gives(item: &Item) -> bool {
    let sets = item.operations.iter().any(|operation| operation.operator != Operator::Remove);
    let is_bare = item.operations.is_empty() && item.children.is_empty() && item.control.is_none();
    sets || is_bare || item.children.iter().any(gives)
}
