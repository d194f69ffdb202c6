//! The role that AWS Backup takes for a plan: whether it is in the account, and can be taken.

use super::seek::{Found, Where, seek};
use super::told::Told;
use super::vaults::{Wanted, missing};
use super::{Arn, Subject, World, copies, usable};
use crate::backup_policy::tree::{Node, Sourced};
use crate::created::Role;
use crate::finding::Finding;
use crate::iam::evaluate::{Context, Principal, Request};
use crate::template::stack::Value;
use crate::words::excerpt;

crate::codes! {
    /// Created nowhere.
    MISSING = "backup-role-missing", Error, Silent,
        "a backup policy names a role that no template creates",
        "AWS Backup cannot take a role that is not there, and no resource of the selection is backed up";
    /// Does not let AWS Backup in.
    TRUST = "backup-role-trust", Error, Silent,
        "the role of a backup policy does not let AWS Backup take it",
        "the trust policy of the role decides who may take it; without backup.amazonaws.com every job fails";
    /// A role of another account.
    OTHER_ACCOUNT = "backup-role-other-account", Error, Silent,
        "a backup policy names the role of one account for others",
        "AWS Backup takes roles of the account whose resources it backs up, and no others";
    /// Only the console creates it.
    DEFAULT = "backup-role-default", Warning, Silent,
        "a backup policy uses the default role of AWS Backup",
        "AWS Backup creates it when somebody starts a first backup in the console of the account, and not before";
    /// Lacks the policy for what it is to do.
    PERMISSIONS = "backup-role-permissions", Warning, Silent,
        "the role of a backup policy lacks the managed policy for what the plan backs up",
        "AWS Backup acts with the permissions of the role alone, and the jobs that lack one fail";
}

const DEFAULT_ROLE: &str = "service-role/AWSBackupDefaultServiceRole";

/// Checks the roles of a plan's selections, and returns their ARNs in the account.
pub(super) fn check<'p>(
    world: &World<'_, '_>,
    subject: &Subject<'_, 'p>,
    told: &mut Told<'_>,
) -> Vec<(Sourced<'p>, String)> {
    let mut roles: Vec<(Sourced<'p>, String)> = Vec::new();
    for selection in selections(subject.plan) {
        let Some(written) = usable(selection.one("iam_role_arn")) else { continue };
        let Some(arn) = Arn::parse(written.text, &subject.account) else { continue };
        let Some(name) = arn.resource.strip_prefix("role/").filter(|name| !name.is_empty()) else { continue };
        let full = format!("arn:{}:iam::{}:role/{name}", arn.partition, arn.account);
        if roles.iter().any(|(_, known)| *known == full) {
            continue;
        }
        if copies::wrong_partition(world, subject.accounts, written, arn.partition, told) {
            continue;
        }
        if arn.account != subject.account {
            let message = format!("the role of account {} cannot back up here", excerpt(&arn.account));
            let finding = Finding::new(&OTHER_ACCOUNT, &written.origin.location(), message)
                .help(format!("write arn:{}:iam::$account:role/{name}", arn.partition));
            told.add(finding, subject.accounts, None);
            continue;
        }
        let place = Where { group: subject.group, account: &subject.account, region: None };
        match seek::<Role<'_>>(world, place, name) {
            Found::There(_, role) => {
                one(subject, written, role, &full, told);
                roles.push((written, full));
            }
            Found::Nowhere(_) if name == DEFAULT_ROLE => {
                let message = "no template creates AWSBackupDefaultServiceRole";
                let finding = Finding::new(&DEFAULT, &written.origin.location(), message)
                    .help("let a stack set create a role that trusts backup.amazonaws.com, and name that");
                told.add(finding, subject.accounts, None);
            }
            found => {
                let wanted = Wanted { what: "role", name, code: &MISSING, named: written };
                if let Some(finding) = missing(world, subject, &found, &wanted) {
                    told.add(finding, subject.accounts, None);
                }
            }
        }
    }
    roles
}

/// Every selection of a plan.
pub(super) fn selections<'n, 'p>(plan: &'n Node<'p>) -> impl Iterator<Item = &'n Node<'p>> {
    let kinds = ["tags", "resources"].into_iter();
    kinds
        .flat_map(|kind| plan.get("selections").into_iter().flat_map(move |found| found.entries(kind)))
        .map(|(_, selection)| selection)
}

fn one<'p>(subject: &Subject<'_, 'p>, written: Sourced<'p>, role: &Role<'_>, arn: &str, told: &mut Told<'_>) {
    if !role.is_certain {
        return;
    }
    if !trusts(role, arn, &subject.account) {
        let place = role.trust.as_ref().map_or(role.resource.key, |trust| trust.node);
        let message = format!("`{}` does not trust backup.amazonaws.com", excerpt(role.resource.name));
        let finding = Finding::new(&TRUST, &crate::words::head(place), message)
            .related(&written.origin.location(), "the policy that needs it")
            .help("allow sts:AssumeRole to the principal {\"Service\": \"backup.amazonaws.com\"}");
        told.add(finding, subject.accounts, None);
    }
    for (policy, why) in lacking(subject.plan, role) {
        let place = role.resource.property("ManagedPolicyArns").unwrap_or(role.resource.key);
        let message = format!("`{}` lacks {policy}, {why}", excerpt(role.resource.name));
        let finding = Finding::new(&PERMISSIONS, &crate::words::head(place), message)
            .related(&written.origin.location(), "the policy that needs it")
            .help(format!("add the ARN of {policy} to ManagedPolicyArns"));
        told.add(finding, subject.accounts, None);
    }
}

fn trusts(role: &Role<'_>, arn: &str, account: &str) -> bool {
    // Whatever hangs on who the service acts for may hold.
    const KNOWN: [&str; 2] = ["aws:principalisawsservice", "aws:principalservicename"];
    let Some(trust) = &role.trust else { return false };
    let Some(reduced) = trust.reduced(account, &KNOWN) else { return true };
    ["backup.amazonaws.com", "backup.amazonaws.com.cn"].into_iter().any(|service| {
        let principal = service.parse::<Principal>();
        let request =
            principal.map(|principal| Request::new(principal, "sts:AssumeRole", arn, Context::default()));
        request.is_ok_and(|request| reduced.refuses(&request).is_none())
    })
}

/// The managed policies of AWS that a plan needs and a role lacks. A role with any other policy may have the
/// permissions from there.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html>
fn lacking(plan: &Node<'_>, role: &Role<'_>) -> Vec<(&'static str, &'static str)> {
    let attached: Option<Vec<&str>> = role.managed_policies.items().iter().map(Value::text).collect();
    let Some(attached) = attached else { return Vec::new() };
    let own = ["Policies", "PermissionsBoundary"].iter().any(|key| role.resource.property(key).is_some());
    let names: Vec<&str> = attached.iter().filter_map(|arn| arn.rsplit('/').next()).collect();
    let of_backup =
        |arn: &&str| arn.contains(":iam::aws:policy/") && arn.contains("/AWSBackupServiceRolePolicyFor");
    if own || names.is_empty() || !attached.iter().all(of_backup) {
        return Vec::new();
    }
    let types: Vec<&str> = selections(plan)
        .flat_map(|selection| selection.list("resource_types"))
        .map(|value| value.text)
        .collect();
    let s3 = types.iter().any(|text| *text == "*" || text.ends_with(":s3:::*"));
    let indexes =
        plan.entries("rules").any(|(_, rule)| rule.get("index_actions").is_some_and(Node::has_content));
    let needed = [
        (true, "AWSBackupServiceRolePolicyForBackup", "without which it can back up nothing"),
        (s3, "AWSBackupServiceRolePolicyForS3Backup", "which S3 buckets need"),
        (indexes, "AWSBackupServiceRolePolicyForIndexing", "which the index of a rule needs"),
    ];
    let lacking = needed.into_iter().filter(|(applies, name, _)| *applies && !names.contains(name));
    lacking.map(|(_, name, why)| (name, why)).collect()
}
