//! Whether the policies of vaults and keys let a copy through.

use std::collections::{BTreeMap, HashMap};

use super::World;
use crate::created::{Key, Reduced, ResourcePolicy, Vault};
use crate::document::NodeRef;
use crate::iam::evaluate::{Context, Principal, Request};
use crate::organization::{AccountIndex, UnitIndex};

/// Condition keys that follow from who asks, in lower case.
const OF_PRINCIPAL: [&str; 5] = [
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:principalisawsservice",
    "aws:resourceaccount",
];
const OF_ORGANIZATION: [&str; 2] = ["aws:principalorgid", "aws:principalorgpaths"];

/// Policies of vaults in their accounts, made ready once.
#[derive(Default)]
pub(super) struct Admissions<'c> {
    ready: HashMap<(usize, String), Option<Reduced<'c>>>,
}

/// A copy on its way.
pub(super) struct Copy<'a> {
    /// The role that copies, in its account.
    pub(super) role: &'a str,
    /// The ARN of the vault to copy into.
    pub(super) target: &'a str,
    /// The account of that vault.
    pub(super) target_account: AccountIndex,
}

impl<'c> Admissions<'c> {
    /// The accounts whose copies a vault's policy refuses, by the unit that they are in, with the statement that
    /// does so.
    pub(super) fn refused(
        &mut self,
        world: &World<'_, 'c>,
        vault: &Vault<'c>,
        policy: &ResourcePolicy<'c>,
        accounts: &[AccountIndex],
        copy: &Copy<'_>,
    ) -> Vec<(Vec<AccountIndex>, Option<NodeRef<'c>>)> {
        let organization = world.organization;
        let id = organization.account(copy.target_account).id.to_string();
        let assumed = organization.id().is_none().then(|| organization_in(policy)).flatten();
        let organization_id = organization.id().or(assumed);
        let known = known(organization_id.is_some(), &[]);
        let key = (std::ptr::from_ref(vault) as usize, id.clone());
        let reduced = self.ready.entry(key).or_insert_with(|| policy.reduced(&id, &known));
        let Some(reduced) = reduced else { return Vec::new() };
        let mut units: BTreeMap<Option<UnitIndex>, Vec<AccountIndex>> = BTreeMap::new();
        for account in accounts {
            units.entry(organization.account(*account).parent).or_default().push(*account);
        }
        let refused = units.into_values().filter_map(|accounts| {
            let account = *accounts.first()?;
            let role = role_in(copy.role, &organization.account(account).id.to_string());
            let request = request(world, &role, "backup:CopyIntoBackupVault", copy.target, organization_id)?;
            Some((accounts, reduced.refuses(&request)?))
        });
        refused.collect()
    }
}

/// The statement of a source vault's policy that denies a copy.
pub(super) fn denied_at_source<'c>(
    world: &World<'_, 'c>,
    policy: &ResourcePolicy<'c>,
    account: &str,
    region: &str,
    copy: &Copy<'_>,
) -> Option<NodeRef<'c>> {
    let organization = world.organization;
    let organization_id = organization.id().or_else(|| organization_in(policy));
    let of_copy = ["backup:copytargets", "backup:copytargetorgpaths"];
    let known = known(organization_id.is_some(), &of_copy[..1 + usize::from(organization_id.is_some())]);
    let reduced = policy.reduced(account, &known)?;
    let partition = copy.role.split(':').nth(1)?;
    // Any recovery point: the statements that matter here are about all of them.
    let point = format!(
        "arn:{partition}:backup:{region}:{account}:recovery-point:00000000-0000-0000-0000-000000000000"
    );
    let mut request = request(world, copy.role, "backup:CopyFromBackupVault", &point, organization_id)?;
    request.context_mut().set("backup:CopyTargets", [copy.target]);
    let path = organization_id.and_then(|id| organization.entity_path(id, copy.target_account));
    if let Some(path) = &path {
        request.context_mut().set("backup:CopyTargetOrgPaths", [path.as_str()]);
    }
    reduced.refuses(&request).flatten()
}

/// The first action on a key that is refused to a principal, and where: the statement that denies it, or the
/// policy that does not allow it.
pub(super) fn key_refuses<'c>(
    world: &World<'_, 'c>,
    key: &Key<'c>,
    arn: &str,
    principal: &str,
    actions: &[&'static str],
) -> Option<(&'static str, NodeRef<'c>)> {
    // Without a policy of its own the key has one that leaves everything to its account.
    let policy = key.policy.as_ref()?;
    let account = arn.split(':').nth(4)?;
    let organization_id = world.organization.id().or_else(|| organization_in(policy));
    let of_key = ["kms:grantisforawsresource", "kms:calleraccount"];
    let reduced = policy.reduced(account, &known(organization_id.is_some(), &of_key))?;
    let caller = principal.split(':').nth(4)?;
    actions.iter().find_map(|action| {
        let mut request = request(world, principal, action, arn, organization_id)?;
        request.context_mut().set("kms:GrantIsForAWSResource", ["true"]);
        request.context_mut().set("kms:CallerAccount", [caller]);
        Some((*action, reduced.refuses(&request)?.unwrap_or(policy.node)))
    })
}

/// The role of the same name in another account.
pub(super) fn role_in(role: &str, account: &str) -> String {
    let mut parts: Vec<&str> = role.splitn(6, ':').collect();
    if let Some(part) = parts.get_mut(4) {
        *part = account;
    }
    parts.join(":")
}

fn known<'k>(organization: bool, more: &[&'k str]) -> Vec<&'k str> {
    let of_organization = OF_ORGANIZATION.into_iter().filter(|_| organization);
    OF_PRINCIPAL.into_iter().chain(of_organization).chain(more.iter().copied()).collect()
}

fn request(
    world: &World<'_, '_>,
    principal: &str,
    action: &str,
    resource: &str,
    organization_id: Option<&str>,
) -> Option<Request> {
    let principal: Principal = principal.parse().ok()?;
    let account = principal.account().and_then(|id| world.organization.account_by_id(id));
    let mut context = Context::default();
    if let Some((id, account)) = organization_id.zip(account) {
        context.set("aws:PrincipalOrgID", [id]);
        if let Some(path) = world.organization.entity_path(id, account) {
            context.set("aws:PrincipalOrgPaths", [path.as_str()]);
        }
    }
    Some(Request::new(principal, action, resource, context))
}

/// The id of the organization that a policy speaks of, where it is the only one: a snapshot may lack it.
fn organization_in<'p>(policy: &'p ResourcePolicy<'_>) -> Option<&'p str> {
    let is_id = |text: &&str| {
        let rest = text.strip_prefix("o-").unwrap_or_default();
        (10..=32).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let ids = policy.texts().into_iter().filter_map(|text| text.split('/').next()).filter(is_id);
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    match ids[..] {
        [only] => Some(only),
        _ => None,
    }
}
