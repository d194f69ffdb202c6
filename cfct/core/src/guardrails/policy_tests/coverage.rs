//! What the tests of a package would not notice.
//!
//! Every Deny statement that the package attaches is changed in each way that matters: one action, resource or
//! value less, one exception less, the whole statement gone. A test covers a change if it would fail with it. So
//! nothing counts that another statement denies as well, unless the test names the statement in `by`.

use crate::configuration::Configuration;
use crate::finding::Finding;
use crate::guardrails::Guardrails;
use crate::iam::evaluate::{
    CompiledPolicy, Decision, Level, PolicyKind, Reason, Request, StatementLabel, Verdict,
};
use crate::iam::{Effect, Matcher, Policy, Statement, Word};
use crate::source::{Located, Location};
use crate::words::excerpt;

crate::codes! {
    /// A Deny statement, a part of one or an exception that no test depends on.
    UNCOVERED = "policy-test-uncovered", Note, Advice,
        "no policy test would notice if a part of a guardrail were gone",
        "what no test shows can be lost in an edit, and nobody is told before the day it was meant for";
}

/// What the tests have shown so far of the Deny statements of a package.
#[derive(Debug)]
pub struct Coverage {
    denies: Vec<Deny>,
}

/// How much is covered, and of how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// So many are covered,
    pub covered: usize,
    /// of so many.
    pub of: usize,
}

/// A Deny statement of a policy that is attached.
#[derive(Debug)]
struct Deny {
    kind: PolicyKind,
    policy: Box<str>,
    label: StatementLabel,
    at: Location,
    statement: CompiledPolicy,
    noticed: bool,
    mutations: Vec<Mutation>,
}

/// The statement with one thing less.
#[derive(Debug)]
struct Mutation {
    /// What it lacks.
    without: Box<str>,
    at: Location,
    is_exception: bool,
    statement: CompiledPolicy,
    noticed: bool,
}

impl Coverage {
    /// Of the policies that the package attaches; nothing is covered yet.
    #[must_use]
    pub fn of(configuration: &Configuration, guardrails: &Guardrails<'_>) -> Self {
        let mut denies = Vec::new();
        for attached in guardrails.of_package() {
            let document = configuration.document(&attached.path);
            let Some(policy) = document.and_then(Policy::read) else { continue };
            for (index, statement) in policy.statements.iter().enumerate() {
                if statement.effect == Some(Effect::Deny) && statement.action.is_some() {
                    denies.push(Deny::of(attached.kind, &attached.name, &policy, index, statement));
                }
            }
        }
        Self { denies }
    }

    /// Takes note of a request that came out as its test expects; `by` are the statements that the test names.
    pub(super) fn see(
        &mut self,
        guardrails: &Guardrails<'_>,
        request: &Request,
        verdict: &Verdict<'_>,
        by: &[&str],
    ) {
        for deny in &mut self.denies {
            let levels = match deny.kind {
                PolicyKind::Rcp => guardrails.resource_control(request),
                _ => guardrails.service_control(request),
            };
            if deny.is_at(levels) {
                deny.see(request, verdict, by);
            }
        }
    }

    /// Whole statements.
    #[must_use]
    pub fn statements(&self) -> Share {
        share(self.denies.iter().map(|deny| deny.noticed))
    }

    /// What the statements name: each action, resource and value of those that name several.
    #[must_use]
    pub fn parts(&self) -> Share {
        share(self.mutations(false))
    }

    /// Their exceptions.
    #[must_use]
    pub fn exceptions(&self) -> Share {
        share(self.mutations(true))
    }

    fn mutations(&self, exceptions: bool) -> impl Iterator<Item = bool> {
        let all = self.denies.iter().flat_map(|deny| &deny.mutations);
        all.filter(move |mutation| mutation.is_exception == exceptions).map(|mutation| mutation.noticed)
    }

    /// A finding for each thing that no test depends on; of a statement that none does, only that.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.denies.iter().flat_map(Deny::findings).collect()
    }
}

impl Deny {
    fn of(
        kind: PolicyKind,
        name: &str,
        policy: &Policy<'_>,
        index: usize,
        statement: &Statement<'_>,
    ) -> Self {
        let alone = |statement: Statement<'_>| {
            CompiledPolicy::compile(name, &Policy { statements: vec![statement], ..policy.clone() })
        };
        let sid = statement.sid.filter(|sid| !sid.text.is_empty());
        let mutations = mutations(statement).into_iter().map(|(without, is_exception, statement)| Mutation {
            without: without.text.into(),
            at: without.node.location(),
            is_exception,
            statement: alone(statement),
            noticed: false,
        });
        Self {
            kind,
            policy: name.into(),
            label: sid.map_or(StatementLabel::Index(index), |sid| StatementLabel::Sid(sid.text.into())),
            at: sid.map_or(statement.node, |sid| sid.node).location(),
            mutations: mutations.collect(),
            statement: alone(statement.clone()),
            noticed: false,
        }
    }

    fn is_at(&self, levels: &[Level]) -> bool {
        levels.iter().flat_map(|level| level.policies.iter()).any(|policy| policy.name == self.policy)
    }

    fn see(&mut self, request: &Request, verdict: &Verdict<'_>, by: &[&str]) {
        let denies = applies(&self.statement, request);
        if denies && !self.decides(verdict, by) || !denies && verdict.decision != Decision::Allowed {
            return;
        }
        self.noticed |= denies;
        for mutation in self.mutations.iter_mut().filter(|mutation| !mutation.noticed) {
            mutation.noticed = applies(&mutation.statement, request) != denies;
        }
    }

    /// Whether the test would fail without this statement: it is named, or nothing else denies.
    fn decides(&self, verdict: &Verdict<'_>, by: &[&str]) -> bool {
        let is_this = |reason: &Reason<'_>| {
            reason.policy == Some(&*self.policy) && reason.statement == Some(&self.label)
        };
        let label = self.label.to_string();
        by.contains(&&*label) || verdict.by.iter().all(is_this)
    }

    fn findings(&self) -> Vec<Finding> {
        let Self { label, policy, .. } = self;
        if !self.noticed {
            let message = format!("no test shows that `{label}` of `{policy}` denies anything");
            let help = format!("add a test that expects it, with `by: {label}`");
            return vec![Finding::new(&UNCOVERED, &self.at, message).help(help)];
        }
        let unnoticed = self.mutations.iter().filter(|mutation| !mutation.noticed);
        let finding = |mutation: &Mutation| {
            let without = excerpt(&mutation.without);
            let (message, help) = if mutation.is_exception {
                (
                    format!("no test shows what `{without}` spares from `{label}` of `{policy}`"),
                    "add a test that expects `allowed`, and is as one that is denied but for this".to_owned(),
                )
            } else {
                (
                    format!("no test shows that `{label}` of `{policy}` denies for `{without}`"),
                    format!("add a test that expects it, with `by: {label}`"),
                )
            };
            Finding::new(&UNCOVERED, &mutation.at, message).help(help)
        };
        unnoticed.map(finding).collect()
    }
}

fn applies(statement: &CompiledPolicy, request: &Request) -> bool {
    statement.statements_on(request).next().is_some()
}

fn share(noticed: impl Iterator<Item = bool>) -> Share {
    noticed.fold(Share::default(), |share, noticed| Share {
        covered: share.covered + usize::from(noticed),
        of: share.of + 1,
    })
}

/// A statement with one thing less: what that is, and whether it is an exception.
type Mutated<'d> = (Word<'d>, bool, Statement<'d>);

fn mutations<'d>(statement: &Statement<'d>) -> Vec<Mutated<'d>> {
    let actions = fewer(statement.action.as_ref()).map(|(word, negated, action)| {
        (word, negated, Statement { action: Some(action), ..statement.clone() })
    });
    let resources = fewer(statement.resource.as_ref()).map(|(word, negated, resource)| {
        (word, negated, Statement { resource: Some(resource), ..statement.clone() })
    });
    let mut found: Vec<Mutated<'d>> = actions.chain(resources).collect();
    for index in 0..statement.conditions.len() {
        of_condition(statement, index, &mut found);
    }
    found
}

/// A matcher with one pattern less, for each that it has. Without its only pattern a statement is gone, which is
/// a change of its own; but `NotAction` and `NotResource` without theirs are about everything.
fn fewer<'d>(matcher: Option<&Matcher<'d>>) -> impl Iterator<Item = (Word<'d>, bool, Matcher<'d>)> {
    let matcher = matcher.filter(|matcher| matcher.negated || matcher.patterns.len() > 1);
    matcher.into_iter().flat_map(|matcher| {
        matcher.patterns.iter().enumerate().map(|(index, pattern)| {
            let mut less = matcher.clone();
            less.patterns.remove(index);
            (*pattern, matcher.negated, less)
        })
    })
}

/// Each value of a negated test is an exception. Of others the test itself is one, for whatever it is not true of.
fn of_condition<'d>(statement: &Statement<'d>, index: usize, found: &mut Vec<Mutated<'d>>) {
    let Some(condition) = statement.conditions.get(index) else { return };
    let negated = condition.operator.text.to_ascii_lowercase().contains("not");
    let several = condition.values.len() > 1;
    if !negated || !several {
        let mut less = statement.clone();
        less.conditions.remove(index);
        found.push((condition.key, true, less));
    }
    for (number, value) in condition.values.iter().enumerate().filter(|_| several) {
        let mut less = statement.clone();
        if let Some(condition) = less.conditions.get_mut(index) {
            condition.values.remove(number);
        }
        found.push((*value, negated, less));
    }
}
