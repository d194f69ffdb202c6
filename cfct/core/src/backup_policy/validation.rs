//! Whether AWS would call an effective policy valid.
//!
//! An account whose effective policy is invalid keeps its last valid one, and says nothing:
//! <https://docs.aws.amazon.com/organizations/latest/userguide/invalid-policy-alerts.html>.

use super::grammar::{self, Form, Map};
use super::tree::{Node, Origin, Setting};
use crate::limits::BackupLimits;

/// AWS's names for what is wrong with an effective policy. AWS gives them as examples, so there are more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    /// More elements than a limit allows.
    ElementsTooMany,
    /// Nothing left where at least one element is needed.
    ElementsTooFew,
    /// A required key is absent.
    KeyRequired,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 3] = [Self::ElementsTooMany, Self::ElementsTooFew, Self::KeyRequired];

    /// As `ListEffectivePolicyValidationErrors` writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ElementsTooMany => "ELEMENTS_TOO_MANY",
            Self::ElementsTooFew => "ELEMENTS_TOO_FEW",
            Self::KeyRequired => "KEY_REQUIRED",
        }
    }

    /// The code that `text` names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == text)
    }
}

/// Something that makes an effective policy invalid.
#[derive(Clone, Debug)]
pub struct Violation<'p> {
    /// AWS's code.
    pub code: ErrorCode,
    /// The path in the effective policy: `plans/daily/rules`.
    pub path: String,
    /// A sentence fragment, in AWS's words where they are known.
    pub message: String,
    /// The place to look at: what is too many, or what lacks something.
    pub origin: Option<Origin<'p>>,
}

/// Everything that makes the policy under `root` invalid.
#[must_use]
pub fn check<'p>(root: &Node<'p>, limits: &BackupLimits) -> Vec<Violation<'p>> {
    // An account without any plan has an empty policy, which is valid.
    let plans = root.get("plans").into_iter().flat_map(|plans| &plans.children);
    let present = plans.filter(|(_, plan)| plan.is_present());
    present.flat_map(|(name, plan)| check_plan(name, plan, limits)).collect()
}

/// Everything that makes an effective policy with this plan invalid.
#[must_use]
pub fn check_plan<'p>(name: &'p str, plan: &Node<'p>, limits: &BackupLimits) -> Vec<Violation<'p>> {
    let mut checking = Checking { limits, path: vec!["plans", name], violations: Vec::new() };
    if let Some(form) = grammar::POLICY.child("plans").and_then(|plans| plans.child(name)) {
        checking.node(plan, form, None);
    }
    checking.violations
}

struct Checking<'l, 'p> {
    limits: &'l BackupLimits,
    path: Vec<&'p str>,
    violations: Vec<Violation<'p>>,
}

impl<'p> Checking<'_, 'p> {
    fn node(&mut self, node: &Node<'p>, form: Form, near: Option<Origin<'p>>) {
        let near = node.introduced.or(near);
        match form {
            Form::Object(fields) => {
                for field in fields.iter().filter(|field| field.required) {
                    self.required(node, field.name, near);
                }
                if self.path.last() == Some(&"selections") {
                    self.one_kind_of_selection(node, near);
                }
                if self.path.last() == Some(&"conditions") {
                    self.conditions(node, near);
                }
            }
            Form::Map(map) => self.map(node, map, near),
            Form::List(list) => {
                if let Some(limit) = list.limit {
                    let values = node.setting.as_ref().map(Setting::as_slice).unwrap_or_default();
                    self.at_most(values.len(), limit(self.limits).value, near);
                }
            }
            Form::One(_) => {}
        }
        for (key, child) in node.children.iter().filter(|(_, child)| child.is_present()) {
            if let Some(form) = form.child(key) {
                self.path.push(key);
                self.node(child, form, near);
                self.path.pop();
            }
        }
    }

    fn required(&mut self, node: &Node<'p>, name: &'static str, near: Option<Origin<'p>>) {
        let child = node.get(name).filter(|child| child.is_present());
        let (code, message) = match child {
            Some(child) if child.has_content() => return,
            Some(_) => (ErrorCode::ElementsTooFew, format!("'{name}' is below the required minimum 1")),
            None => (ErrorCode::KeyRequired, format!("'{name}' is required")),
        };
        self.path.push(name);
        self.violation(code, message, child.and_then(|child| child.changed.or(child.introduced)).or(near));
        self.path.pop();
    }

    fn map(&mut self, node: &Node<'p>, map: &Map, near: Option<Origin<'p>>) {
        let Some(limit) = map.limit else { return };
        let present = node.children.values().filter(|child| child.is_present()).count();
        self.at_most(present, limit(self.limits).value, near);
    }

    fn at_most(&mut self, count: usize, limit: usize, near: Option<Origin<'p>>) {
        if count > limit {
            let name = self.path.last().copied().unwrap_or_default();
            let message = format!("'{name}' exceeds the allowed maximum limit {limit} (it has {count})");
            self.violation(ErrorCode::ElementsTooMany, message, near);
        }
    }

    fn one_kind_of_selection(&mut self, node: &Node<'p>, near: Option<Origin<'p>>) {
        if ["tags", "resources"].into_iter().all(|kind| !node.get(kind).is_some_and(Node::is_present)) {
            let message = "'tags' or 'resources' is required".to_owned();
            self.violation(ErrorCode::KeyRequired, message, near);
        }
    }

    /// The limit holds over all operators of a selection together.
    fn conditions(&mut self, node: &Node<'p>, near: Option<Origin<'p>>) {
        let operators = node.children.values();
        let count = operators.map(|operator| operator.children.len()).sum();
        self.at_most(count, self.limits.conditions.value, near);
    }

    fn violation(&mut self, code: ErrorCode, message: String, origin: Option<Origin<'p>>) {
        self.violations.push(Violation { code, path: self.path.join("/"), message, origin });
    }
}
