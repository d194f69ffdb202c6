//! Policies made ready for many requests: patterns in lower case, sorted and indexed, variables taken apart.

use super::condition::Condition;
use super::context::Context;
use super::index::{ActionIndex, Indexed};
use super::principal::{Naming, PrincipalMatcher};
use super::request::Request;
use super::template::{Template, Wildcards};
use crate::iam::{self, Effect, pattern};

/// A policy, ready to be evaluated. It holds on to nothing of the document it was made from.
#[derive(Clone, Debug)]
pub struct CompiledPolicy {
    /// Its name.
    pub name: Box<str>,
    statements: Box<[Statement]>,
    allows: ActionIndex,
    denies: ActionIndex,
}

#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) effect: Effect,
    pub(super) label: StatementLabel,
    actions: ActionMatcher,
    resources: Option<ResourceMatcher>,
    principals: Option<PrincipalMatcher>,
    conditions: Box<[Condition]>,
}

/// What a statement is called: its `Sid`, or where it has none its number, from 0.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatementLabel {
    /// `Sid`
    Sid(Box<str>),
    /// The place in `Statement`, from 0.
    Index(usize),
}

impl std::fmt::Display for StatementLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sid(sid) => f.write_str(sid),
            Self::Index(index) => write!(f, "statement {}", index + 1),
        }
    }
}

impl serde::Serialize for StatementLabel {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Sid(sid) => serializer.serialize_str(sid),
            Self::Index(index) => serializer.serialize_u64(*index as u64),
        }
    }
}

impl CompiledPolicy {
    /// Makes a policy ready. A statement without a readable effect or action says nothing, and is left out.
    #[must_use]
    pub fn compile(name: &str, policy: &iam::Policy<'_>) -> Self {
        // Only the second version of the language has policy variables.
        let variables = policy.version.is_some_and(|version| version.text == "2012-10-17");
        let statements = policy.statements.iter().enumerate();
        let compiled = statements.filter_map(|(index, one)| Statement::compile(index, one, variables));
        Self::of(name, compiled.collect())
    }

    fn of(name: &str, statements: Box<[Statement]>) -> Self {
        let index = |effect| {
            let numbered = statements.iter().zip(0..).filter(|(statement, _)| statement.effect == effect);
            ActionIndex::of(numbered.map(|(statement, number)| statement.actions.indexed(number)))
        };
        Self { name: name.into(), allows: index(Effect::Allow), denies: index(Effect::Deny), statements }
    }

    /// A policy that allows everything to everyone.
    #[must_use]
    pub fn allow_all(name: &str) -> Self {
        let statement = Statement {
            effect: Effect::Allow,
            label: StatementLabel::Index(0),
            actions: ActionMatcher { negated: false, plain: [].into(), wild: ["*".into()].into() },
            resources: None,
            principals: None,
            conditions: [].into(),
        };
        Self::of(name, [statement].into())
    }

    /// What the policy says to a request: each statement that applies, in the order of the policy.
    pub fn statements_on<'p>(
        &'p self,
        request: &'p Request,
    ) -> impl Iterator<Item = (Effect, &'p StatementLabel)> {
        let speaking =
            self.statements.iter().filter(|statement| statement.actions.matches(request.action_lower()));
        let applying = speaking.filter(|statement| statement.naming(request).is_some());
        applying.map(|statement| (statement.effect, &statement.label))
    }

    /// The statements of one effect that apply to a request, and how closely each names the principal.
    pub(super) fn applying<'p>(
        &'p self,
        effect: Effect,
        request: &'p Request,
    ) -> impl Iterator<Item = (&'p Statement, Naming)> {
        let index = match effect {
            Effect::Allow => &self.allows,
            Effect::Deny => &self.denies,
        };
        let action = request.action_lower();
        index.candidates(request.service(), action).filter_map(move |candidate| {
            let statement = self.statements.get(candidate.number as usize)?;
            let speaks = candidate.named || statement.actions.matches(action);
            Some((statement, speaks.then(|| statement.naming(request))??))
        })
    }
}

impl Statement {
    fn compile(index: usize, statement: &iam::Statement<'_>, variables: bool) -> Option<Self> {
        let sid = statement.sid.filter(|sid| !sid.text.is_empty());
        let conditions = statement.conditions.iter();
        Some(Self {
            effect: statement.effect?,
            label: sid.map_or(StatementLabel::Index(index), |sid| StatementLabel::Sid(sid.text.into())),
            actions: ActionMatcher::compile(statement.action.as_ref()?),
            resources: statement
                .resource
                .as_ref()
                .map(|matcher| ResourceMatcher::compile(matcher, variables)),
            principals: statement.principal.as_ref().map(PrincipalMatcher::compile),
            conditions: conditions.map(|condition| Condition::compile(condition, variables)).collect(),
        })
    }

    /// How closely it names the principal of a request for an action that it speaks of; `None` where it does
    /// not apply. A statement of a policy without `Principal` is about whoever holds it.
    fn naming(&self, request: &Request) -> Option<Naming> {
        let context = request.context();
        if !self.resources.as_ref().is_none_or(|matcher| matcher.matches(&request.resource, context)) {
            return None;
        }
        let naming = match &self.principals {
            Some(principals) => principals.naming(&request.principal)?,
            None => Naming::Exact,
        };
        self.conditions.iter().all(|condition| condition.holds(context)).then_some(naming)
    }
}

/// `Action` or `NotAction`: plain names sorted, the few with wildcards apart.
#[derive(Clone, Debug)]
struct ActionMatcher {
    negated: bool,
    plain: Box<[Box<str>]>,
    wild: Box<[Box<str>]>,
}

impl ActionMatcher {
    fn compile(matcher: &iam::Matcher<'_>) -> Self {
        let (mut plain, mut wild) = (Vec::<Box<str>>::new(), Vec::new());
        for pattern in &matcher.patterns {
            let pattern = pattern.text.to_ascii_lowercase();
            if pattern.contains(['*', '?']) { &mut wild } else { &mut plain }.push(pattern.into());
        }
        plain.sort_unstable();
        Self { negated: matcher.negated, plain: plain.into(), wild: wild.into() }
    }

    fn indexed(&self, number: u32) -> Indexed<'_> {
        Indexed { number, negated: self.negated, plain: &self.plain, wild: &self.wild }
    }

    fn matches(&self, action: &str) -> bool {
        let named = self.plain.binary_search_by(|name| (**name).cmp(action)).is_ok()
            || self.wild.iter().any(|wild| pattern::matches(wild.as_bytes(), action.as_bytes()));
        named != self.negated
    }
}

/// `Resource` or `NotResource`.
#[derive(Clone, Debug)]
struct ResourceMatcher {
    negated: bool,
    patterns: Box<[Template]>,
}

impl ResourceMatcher {
    fn compile(matcher: &iam::Matcher<'_>, variables: bool) -> Self {
        let patterns = matcher
            .patterns
            .iter()
            .map(|pattern| Template::read(&iam::completed_arn(pattern.text), Wildcards::Yes, variables));
        Self { negated: matcher.negated, patterns: patterns.collect() }
    }

    fn matches(&self, resource: &str, context: &Context) -> bool {
        let named = self.patterns.iter().any(|pattern| pattern.matches(resource.as_bytes(), context));
        named != self.negated
    }
}
