//! Whether a request is allowed, and which statements say so.
//!
//! Follows "Policy evaluation logic" of the IAM User Guide: an explicit deny anywhere wins; every level of
//! the organization must allow; within an account identity and resource policy add up, across accounts both
//! are needed; boundaries and session policies narrow.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod compare;
mod compiled;
mod condition;
mod context;
mod index;
mod principal;
mod request;
mod template;

use std::fmt;
use std::sync::Arc;

use super::Effect;
use principal::{Kind, Naming};

pub use compiled::{CompiledPolicy, StatementLabel};
pub(crate) use condition::Operand;
pub use context::Context;
pub use principal::{NotAPrincipal, Principal};
pub use request::Request;

/// The policies at one level of an organization: the root, a unit, an account.
#[derive(Clone, Debug)]
pub struct Level {
    /// `Root`, the path of a unit, the id of an account.
    pub name: Arc<str>,
    /// The policies there.
    pub policies: Arc<[Arc<CompiledPolicy>]>,
}

/// Every policy that has a say in a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policies<'p> {
    /// Service control policies of the principal's account, from the root down. None at all where they do
    /// not bind the principal; otherwise each level must allow.
    pub service_control: &'p [Level],
    /// Resource control policies of the resource's account, from the root down. They only ever deny.
    pub resource_control: &'p [Level],
    /// The policies of the principal.
    pub identity: &'p [CompiledPolicy],
    /// The policy of the resource.
    pub resource: Option<&'p CompiledPolicy>,
    /// The permissions boundary of the principal.
    pub boundary: Option<&'p CompiledPolicy>,
    /// The policies that the session was started with.
    pub session: &'p [CompiledPolicy],
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It is allowed.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// Nothing denies it, and something that would have to allow it does not.
    ImplicitDeny,
}

impl Decision {
    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicit-deny",
            Self::ImplicitDeny => "implicit-deny",
        }
    }
}

/// The sort of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyKind {
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// A policy of the principal.
    Identity,
    /// The policy of the resource.
    Resource,
    /// The permissions boundary.
    Boundary,
    /// A session policy.
    Session,
}

impl PolicyKind {
    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::Boundary => "boundary",
            Self::Session => "session",
        }
    }
}

/// What is responsible for a decision: a statement, or a level that lacks an allow.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reason<'p> {
    /// The level of the organization; of other policies their sort.
    pub level: &'p str,
    /// The sort of policy.
    #[serde(rename = "type")]
    pub kind: PolicyKind,
    /// The policy; `None` where what is missing is an allow.
    pub policy: Option<&'p str>,
    /// The statement.
    pub statement: Option<&'p StatementLabel>,
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.policy, self.statement) {
            (Some(policy), Some(statement)) => write!(f, "{statement} of {policy} at {}", self.level),
            (Some(policy), None) => write!(f, "{policy} at {}", self.level),
            (None, _) => write!(f, "nothing that allows it at {}", self.level),
        }
    }
}

/// A decision and what is responsible for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict<'p> {
    /// The decision.
    pub decision: Decision,
    /// Of an explicit deny every statement that denies; of an implicit one each place that lacks an allow;
    /// of an allowed request the statement that allows it.
    pub by: Vec<Reason<'p>>,
}

/// Decides a request.
#[must_use]
pub fn evaluate<'p>(request: &'p Request, policies: &Policies<'p>) -> Verdict<'p> {
    let denies = explicit_denies(request, policies);
    if !denies.is_empty() {
        return Verdict { decision: Decision::ExplicitDeny, by: denies };
    }
    let mut missing = levels_without_allow(request, policies);
    let by = match own_policies(request, policies) {
        Ok(allow) => vec![allow],
        Err(lacking) => {
            missing.extend(lacking);
            Vec::new()
        }
    };
    if missing.is_empty() {
        Verdict { decision: Decision::Allowed, by }
    } else {
        Verdict { decision: Decision::ImplicitDeny, by: missing }
    }
}

fn explicit_denies<'p>(request: &'p Request, policies: &Policies<'p>) -> Vec<Reason<'p>> {
    let mut denies = Vec::new();
    let mut collect = |kind, level: &'p str, policy: &'p CompiledPolicy| {
        let found = policy.applying(Effect::Deny, request);
        denies.extend(found.map(|(statement, _)| Reason::statement(kind, level, policy, &statement.label)));
    };
    let escapes = policies.resource_control.is_empty() || request.escapes_resource_control();
    let resource_control = if escapes { &[] } else { policies.resource_control };
    for (kind, levels) in [(PolicyKind::Scp, policies.service_control), (PolicyKind::Rcp, resource_control)] {
        for level in levels {
            for policy in level.policies.iter() {
                collect(kind, &level.name, policy);
            }
        }
    }
    for (kind, policy) in policies.others() {
        collect(kind, kind.as_str(), policy);
    }
    denies
}

/// "An Allow is needed at every level from the root through each OU to the account."
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
fn levels_without_allow<'p>(request: &'p Request, policies: &Policies<'p>) -> Vec<Reason<'p>> {
    let lacking = policies.service_control.iter().filter(|level| {
        !level.policies.iter().any(|policy| policy.applying(Effect::Allow, request).next().is_some())
    });
    lacking.map(|level| Reason::lack(PolicyKind::Scp, &level.name)).collect()
}

/// What the policies of principal and resource say together: the statement that allows, or what lacks one.
fn own_policies<'p>(request: &'p Request, policies: &Policies<'p>) -> Result<Reason<'p>, Vec<Reason<'p>>> {
    let principal = &request.principal;
    let resource = policies.resource.and_then(|policy| closest(PolicyKind::Resource, policy, request));
    let lacks_resource = || Reason::lack(PolicyKind::Resource, PolicyKind::Resource.as_str());
    if principal.account().is_none() {
        return resource.map(|(reason, _)| reason).ok_or_else(|| vec![lacks_resource()]);
    }
    let same_account = principal.account() == request.resource_account();
    let resource_decides = same_account && !request.needs_resource_policy();
    let direct = resource.as_ref().filter(|(_, naming)| same_account && *naming > Naming::Account);
    if let Some((reason, Naming::Exact)) = direct {
        return Ok(reason.clone());
    }
    let mut missing = narrowing(request, policies);
    if let Some((reason, _)) = direct {
        return if missing.is_empty() { Ok(reason.clone()) } else { Err(missing) };
    }
    if !resource_decides && resource.is_none() {
        missing.insert(0, lacks_resource());
    }
    match identity_allow(request, policies) {
        Some(reason) if missing.is_empty() => Ok(reason),
        Some(_) => Err(missing),
        None => {
            missing.insert(0, Reason::lack(PolicyKind::Identity, PolicyKind::Identity.as_str()));
            Err(missing)
        }
    }
}

/// The allow of a resource policy that names the principal most closely.
fn closest<'p>(
    kind: PolicyKind,
    policy: &'p CompiledPolicy,
    request: &'p Request,
) -> Option<(Reason<'p>, Naming)> {
    let allows = policy.applying(Effect::Allow, request);
    // The first of equally close ones, not the last as `max_by_key` would have it.
    let closest = allows.reduce(|best, next| if next.1 > best.1 { next } else { best });
    closest
        .map(|(statement, naming)| (Reason::statement(kind, kind.as_str(), policy, &statement.label), naming))
}

fn identity_allow<'p>(request: &'p Request, policies: &Policies<'p>) -> Option<Reason<'p>> {
    let allow = policies.identity.iter().find_map(|policy| closest(PolicyKind::Identity, policy, request));
    let allow = allow.map(|(reason, _)| reason);
    // The root user of an account has every permission there without a policy.
    let kind = PolicyKind::Identity;
    let root = || {
        let is_root = *request.principal.kind() == Kind::Root;
        is_root.then(|| Reason { level: kind.as_str(), kind, policy: Some("root user"), statement: None })
    };
    allow.or_else(root)
}

/// Boundary and session policies that do not allow.
fn narrowing<'p>(request: &'p Request, policies: &Policies<'p>) -> Vec<Reason<'p>> {
    let allows = |policy: &'p CompiledPolicy| policy.applying(Effect::Allow, request).next().is_some();
    let boundary = policies.boundary.filter(|policy| !allows(policy)).map(|_| PolicyKind::Boundary);
    let session = !policies.session.is_empty() && !policies.session.iter().any(allows);
    let lacking = boundary.into_iter().chain(session.then_some(PolicyKind::Session));
    lacking.map(|kind| Reason::lack(kind, kind.as_str())).collect()
}

impl<'p> Policies<'p> {
    /// The policies that are not the organization's.
    fn others(&self) -> impl Iterator<Item = (PolicyKind, &'p CompiledPolicy)> {
        let identity = self.identity.iter().map(|policy| (PolicyKind::Identity, policy));
        let resource = self.resource.map(|policy| (PolicyKind::Resource, policy));
        let boundary = self.boundary.map(|policy| (PolicyKind::Boundary, policy));
        let session = self.session.iter().map(|policy| (PolicyKind::Session, policy));
        resource.into_iter().chain(identity).chain(boundary).chain(session)
    }
}

impl<'p> Reason<'p> {
    fn statement(
        kind: PolicyKind,
        level: &'p str,
        policy: &'p CompiledPolicy,
        statement: &'p StatementLabel,
    ) -> Self {
        Self { level, kind, policy: Some(&policy.name), statement: Some(statement) }
    }

    fn lack(kind: PolicyKind, level: &'p str) -> Self {
        Self { level, kind, policy: None, statement: None }
    }
}

#[cfg(test)]
mod tests;
