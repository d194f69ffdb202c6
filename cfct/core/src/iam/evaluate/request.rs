//! A request: who wants to do what to which resource, and under what circumstances.

use super::context::Context;
use super::index::service_of;
use super::principal::{Kind, Principal};
use crate::aws::AccountId;
use crate::iam::authorization::GOVERNED_BY_RCPS;

/// A request for one action on one resource.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// `backup:DeleteRecoveryPoint`
    pub action: Box<str>,
    /// The ARN, or `*` for an action on no resource in particular.
    pub resource: Box<str>,
    action_lower: Box<str>,
    /// Bytes of the action that are its service prefix.
    service: usize,
    resource_account: Option<AccountId>,
    context: Context,
}

impl Request {
    /// A request. What follows from principal and resource is added to the context, unless that says
    /// something else of it.
    #[must_use]
    pub fn new(principal: Principal, action: &str, resource: &str, context: Context) -> Self {
        let mut context = context;
        let resource_account = resource
            .split(':')
            .nth(4)
            .and_then(|account| account.parse().ok())
            .or_else(|| context.single("aws:resourceaccount")?.parse().ok())
            .or(principal.account());
        derive_principal(&principal, &mut context);
        if let Some(account) = resource_account {
            context.derive("aws:ResourceAccount", &account.to_string());
        }
        let action_lower = action.to_ascii_lowercase();
        Self {
            action: action.into(),
            service: service_of(&action_lower).len(),
            action_lower: action_lower.into(),
            resource: resource.into(),
            principal,
            resource_account,
            context,
        }
    }

    /// The account of the resource: that of its ARN, of the key `aws:ResourceAccount`, or else the
    /// principal's.
    #[must_use]
    pub fn resource_account(&self) -> Option<AccountId> {
        self.resource_account
    }

    /// Its condition keys.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// For what is known of it from elsewhere.
    pub fn context_mut(&mut self) -> &mut Context {
        &mut self.context
    }

    pub(super) fn action_lower(&self) -> &str {
        &self.action_lower
    }

    /// The service that the action is of, in lower case.
    pub(super) fn service(&self) -> &str {
        self.action_lower.get(..self.service).unwrap_or_default()
    }

    /// Whether no resource control policy binds the request, whatever it is attached to: those of service-linked
    /// roles, `kms:RetireGrant`, and the services that such policies do not govern.
    ///
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
    #[must_use]
    pub fn escapes_resource_control(&self) -> bool {
        self.principal.is_service_linked()
            || &*self.action_lower == "kms:retiregrant"
            || !GOVERNED_BY_RCPS.has(self.service())
    }

    /// Whether the resource's own policy has to admit the principal, even in its own account: KMS keys, and
    /// roles that are to be assumed.
    ///
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>
    pub(super) fn needs_resource_policy(&self) -> bool {
        let resource_kind = self.resource.splitn(6, ':').nth(5).unwrap_or_default();
        let is_key = self.action_lower.starts_with("kms:") && resource_kind.starts_with("key/");
        // Tags and the source identity of a session are a matter of the trust policy, too.
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
        let is_assumption = resource_kind.starts_with("role/")
            && (self.action_lower.starts_with("sts:assumerole")
                || matches!(&*self.action_lower, "sts:tagsession" | "sts:setsourceidentity"));
        is_key || is_assumption
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties>
fn derive_principal(principal: &Principal, context: &mut Context) {
    if let Some(arn) = principal.arn() {
        context.derive("aws:PrincipalArn", &arn);
    }
    if let Some(account) = principal.account() {
        context.derive("aws:PrincipalAccount", &account.to_string());
    }
    let (kind, is_service) = match principal.kind() {
        Kind::Root => ("Account", false),
        Kind::User(name) => {
            context.derive("aws:username", name);
            ("User", false)
        }
        Kind::Role(_) | Kind::Session(_) => ("AssumedRole", false),
        Kind::FederatedUser => ("FederatedUser", false),
        Kind::Service => {
            context.derive("aws:PrincipalServiceName", &principal.to_string());
            ("", true)
        }
        Kind::Federation | Kind::Anonymous => ("Anonymous", false),
    };
    if !kind.is_empty() {
        context.derive("aws:PrincipalType", kind);
    }
    if kind != "Anonymous" {
        context.derive("aws:PrincipalIsAWSService", if is_service { "true" } else { "false" });
    }
}
