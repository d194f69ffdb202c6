//! Guardrails: which service and resource control policies bind whom, and what they come to together.
//!
//! The policies are those that the package attaches, and those that are deployed. CfCT knows a policy by its
//! name: a deployed one of the same name gets the package's content, and stays attached where it is, since
//! CfCT only ever attaches.

mod attached;
pub mod packing;
pub mod policy_tests;
mod principal;
pub mod requests;

use std::sync::{Arc, OnceLock};

use crate::aws::AccountId;
use crate::configuration::Configuration;
use crate::deployed::Deployed;
use crate::iam::evaluate::{CompiledPolicy, Level, Policies, PolicyKind, Request, Verdict, evaluate};
use crate::organization::{AccountIndex, Organization, UnitIndex};

use attached::Attached;
pub use attached::OfPackage;
pub use principal::principal_of;

/// The name and the id of the policy that allows everything, which AWS attaches to every node.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
const FULL_ACCESS: (&str, &str) = ("FullAWSAccess", "p-FullAWSAccess");

/// The guardrails of an organization.
pub struct Guardrails<'o> {
    organization: &'o Organization,
    attached: Attached,
    /// By account, made when first asked for.
    chains: Vec<OnceLock<Chains>>,
}

/// The levels above an account, from the root down, the account itself last.
#[derive(Debug)]
pub struct Chains {
    /// Service control policies.
    pub service_control: Vec<Level>,
    /// Resource control policies.
    pub resource_control: Vec<Level>,
}

/// The policies of a request that are not the organization's.
#[derive(Clone, Debug, Default)]
pub struct OwnPolicies {
    /// Of the principal.
    pub identity: Vec<CompiledPolicy>,
    /// Of the resource.
    pub resource: Option<CompiledPolicy>,
    /// The permissions boundary.
    pub boundary: Option<CompiledPolicy>,
    /// Of the session.
    pub session: Vec<CompiledPolicy>,
}

impl<'o> Guardrails<'o> {
    /// The guardrails that the package gives the organization, together with what is deployed.
    #[must_use]
    pub fn of(
        configuration: &Configuration,
        organization: &'o Organization,
        deployed: Option<&Deployed>,
    ) -> Self {
        Self {
            organization,
            attached: Attached::of(configuration, organization, deployed),
            chains: organization.accounts().map(|_| OnceLock::new()).collect(),
        }
    }

    /// The organization.
    #[must_use]
    pub fn organization(&self) -> &'o Organization {
        self.organization
    }

    /// The policies that the package attaches.
    #[must_use]
    pub fn of_package(&self) -> &[OfPackage] {
        &self.attached.of_package
    }

    /// Policies that could not be read, each with the reason; what they say is left out.
    #[must_use]
    pub fn unread(&self) -> &[String] {
        &self.attached.unread
    }

    /// Adds to a request what the organization knows of its principal and resource.
    pub fn complete(&self, request: &mut Request) {
        let resource = request.resource_account().and_then(|id| self.organization.account_by_id(id));
        let principal = request.principal.account().and_then(|id| self.organization.account_by_id(id));
        for (account, prefix) in [(principal, "aws:Principal"), (resource, "aws:Resource")] {
            let Some((id, account)) = self.organization.id().zip(account) else { continue };
            request.context_mut().derive(&format!("{prefix}OrgID"), id);
            if let Some(path) = self.organization.entity_path(id, account) {
                request.context_mut().derive(&format!("{prefix}OrgPaths"), &path);
            }
        }
        let management = self.organization.management().filter(|_| principal.is_some());
        if let Some(management) = management {
            let id = self.organization.account(management).id.to_string();
            request.context_mut().derive("aws:PrincipalOrgMasterAccountId", &id);
        }
    }

    /// Decides a request.
    #[must_use]
    pub fn decide<'p>(&'p self, request: &'p Request, own: &'p OwnPolicies) -> Verdict<'p> {
        evaluate(
            request,
            &Policies {
                service_control: self.service_control(request),
                resource_control: self.resource_control(request),
                identity: &own.identity,
                resource: own.resource.as_ref(),
                boundary: own.boundary.as_ref(),
                session: &own.session,
            },
        )
    }

    /// The levels that bind the principal of a request: none for the management account, for service-linked
    /// roles and for whoever is not of the organization.
    #[must_use]
    pub fn service_control(&self, request: &Request) -> &[Level] {
        match request.principal.account().and_then(|id| self.bound(id)) {
            Some(account) if !request.principal.is_service_linked() => &self.chains(account).service_control,
            _ => &[],
        }
    }

    /// The levels that bind the resource of a request: none in the management account, and none for what
    /// [escapes](Request::escapes_resource_control) such policies.
    #[must_use]
    pub fn resource_control(&self, request: &Request) -> &[Level] {
        match request.resource_account().and_then(|id| self.bound(id)) {
            Some(account) if !request.escapes_resource_control() => &self.chains(account).resource_control,
            _ => &[],
        }
    }

    /// How many policies of a kind are attached to a unit itself, those of AWS included.
    #[must_use]
    pub fn attached_to(&self, kind: PolicyKind, unit: UnitIndex) -> usize {
        self.attached.count(kind, unit)
    }

    /// The account, unless it is the management account or not of the organization.
    fn bound(&self, id: AccountId) -> Option<AccountIndex> {
        self.organization.account_by_id(id).filter(|account| self.organization.management() != Some(*account))
    }

    fn chains(&self, account: AccountIndex) -> &Chains {
        // Every account of the organization has its place; without one nothing would bind.
        static NONE: Chains = Chains { service_control: Vec::new(), resource_control: Vec::new() };
        let chains = self.chains.get(account.number());
        chains.map_or(&NONE, |chains| chains.get_or_init(|| self.attached.chains(self.organization, account)))
    }
}

impl OwnPolicies {
    /// Policies that allow everything: what is left to decide are the guardrails.
    #[must_use]
    pub fn permissive() -> Self {
        Self { identity: vec![full_access("all")], resource: Some(full_access("all")), ..Self::default() }
    }
}

/// A policy that allows everything to whoever it is about.
fn full_access(name: &str) -> CompiledPolicy {
    CompiledPolicy::allow_all(name)
}

/// The same policy at many nodes.
type Shared = Arc<CompiledPolicy>;

#[cfg(test)]
mod tests;
