//! Policy tests: what the guardrails must allow and must deny, as YAML beside the policies
//! (`policies/tests/*.yaml`; docs/guardrails.md describes the form).

pub(crate) mod check;
pub mod coverage;
mod read;
mod template_policies;

use super::requests::Malformed;
use super::{Guardrails, OwnPolicies, principal_of};
use crate::checks;
use crate::configuration::Role;
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::iam::evaluate::{Context, Decision, Request};
use crate::source::{Located, Location};

use coverage::Coverage;
use read::read;
use template_policies::{Named, TemplatePolicies};

crate::codes! {
    /// A policy test is not of the form that tests have.
    MALFORMED = "policy-test-malformed", Error, Advice,
        "a policy test that cannot be run",
        "a test that does not run protects nothing, however green the others are";
}

/// What stands for the principal's account in resources and in the values of condition keys.
const ACCOUNT: &str = "$account";

/// What became of all the tests of a package.
#[derive(Debug)]
pub struct Run {
    /// Each test that ran.
    pub outcomes: Vec<Outcome>,
    /// What keeps others from running.
    pub findings: Vec<Finding>,
    /// What the tests that passed depend on.
    pub coverage: Coverage,
}

/// Runs every test of the package.
#[must_use]
pub fn run(context: &checks::Context<'_>, guardrails: &Guardrails<'_>) -> Run {
    let (mut outcomes, mut findings) = (Vec::new(), Vec::new());
    let mut coverage = Coverage::of(context.configuration, guardrails);
    let templates = TemplatePolicies::new(context);
    let files = context.configuration.of_role(Role::PolicyTests);
    for document in files.filter_map(|(_, file)| file.document.as_ref()) {
        for test in read(document, &mut findings) {
            match test.run(guardrails, &templates, &mut coverage) {
                Ok(outcome) => outcomes.push(outcome),
                Err((malformed, help)) => {
                    findings.push(Finding::new(&MALFORMED, &malformed.at, malformed.message).help(help));
                }
            }
        }
    }
    Run { outcomes, findings, coverage }
}

/// One test: everything it lists, each with each.
#[derive(Debug)]
struct PolicyTest<'d> {
    name: &'d str,
    /// Where the name stands.
    node: NodeRef<'d>,
    principals: Vec<Texted<'d>>,
    actions: Vec<&'d str>,
    resources: Vec<&'d str>,
    context: Context,
    own: OwnPolicies,
    /// Policies that templates hold.
    templates: Named<'d>,
    expect: Expectation,
    /// The statements that must be responsible.
    by: Vec<&'d str>,
}

type Texted<'d> = (&'d str, NodeRef<'d>);

/// What a test expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// The request is allowed.
    Allowed,
    /// It is denied, by a statement or for want of an allow.
    Denied,
    /// Exactly this.
    Exactly(Decision),
}

impl Expectation {
    /// Every expectation and its word.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("allowed", Self::Allowed),
        ("denied", Self::Denied),
        ("explicit-deny", Self::Exactly(Decision::ExplicitDeny)),
        ("implicit-deny", Self::Exactly(Decision::ImplicitDeny)),
    ];

    fn is_met_by(self, decision: Decision) -> bool {
        match self {
            Self::Allowed => decision == Decision::Allowed,
            Self::Denied => decision != Decision::Allowed,
            Self::Exactly(expected) => decision == expected,
        }
    }

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let word = Self::WORDS.iter().find(|(_, expectation)| *expectation == self);
        word.map_or("", |(word, _)| word)
    }
}

/// One request of a test, and what became of it.
#[derive(Debug)]
pub struct Case {
    /// The principal as the test writes it.
    pub principal: Box<str>,
    /// The action.
    pub action: Box<str>,
    /// The resource.
    pub resource: Box<str>,
    /// The decision.
    pub decision: Decision,
    /// What is responsible, in words.
    pub by: Vec<String>,
    /// Whether it came out as expected.
    pub passed: bool,
}

/// What became of a test.
#[derive(Debug)]
pub struct Outcome {
    /// Its name.
    pub name: Box<str>,
    /// Where it stands.
    pub at: Location,
    /// What was expected.
    pub expected: Expectation,
    /// The statements that were to be responsible.
    pub by: Vec<Box<str>>,
    /// Each request.
    pub cases: Vec<Case>,
}

impl Outcome {
    /// Whether every request came out as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.cases.iter().all(|case| case.passed)
    }
}

impl PolicyTest<'_> {
    /// Runs the test; fails, with what to do, where a principal is nobody in the organization, or a template
    /// has no such policy.
    fn run(
        &self,
        guardrails: &Guardrails<'_>,
        templates: &TemplatePolicies<'_>,
        coverage: &mut Coverage,
    ) -> Result<Outcome, (Malformed, &'static str)> {
        let mut cases = Vec::new();
        for (principal, node) in &self.principals {
            let named = principal_of(principal, guardrails.organization()).map_err(|message| {
                let help = "name an ARN, or a role and a unit or account of the organization";
                (Malformed { at: node.location(), message }, help)
            })?;
            let account = named.account().map(|account| account.to_string()).unwrap_or_default();
            let context = self.context.replaced(ACCOUNT, &account);
            for action in &self.actions {
                for resource in &self.resources {
                    let resource = resource.replace(ACCOUNT, &account);
                    let request = Request::new(named.clone(), action, &resource, context.clone());
                    let own = templates.added(&self.own, &self.templates, &request).map_err(|malformed| {
                        (
                            malformed,
                            "name it as `templates/backup-key.yaml#BackupKey`: a resource with a policy",
                        )
                    })?;
                    cases.push(self.case(principal, request, &own, guardrails, coverage));
                }
            }
        }
        Ok(Outcome {
            name: self.name.into(),
            at: self.node.location(),
            expected: self.expect,
            by: self.by.iter().map(|sid| (*sid).into()).collect(),
            cases,
        })
    }

    fn case(
        &self,
        principal: &str,
        mut request: Request,
        own: &OwnPolicies,
        guardrails: &Guardrails<'_>,
        coverage: &mut Coverage,
    ) -> Case {
        guardrails.complete(&mut request);
        let verdict = guardrails.decide(&request, own);
        let names = |sid: &str| {
            verdict.by.iter().any(|reason| reason.statement.is_some_and(|label| label.to_string() == sid))
        };
        let passed = self.expect.is_met_by(verdict.decision) && self.by.iter().all(|sid| names(sid));
        if passed {
            coverage.see(guardrails, &request, &verdict, &self.by);
        }
        Case {
            passed,
            decision: verdict.decision,
            by: verdict.by.iter().map(ToString::to_string).collect(),
            principal: principal.into(),
            action: request.action.clone(),
            resource: request.resource.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
