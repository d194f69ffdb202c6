//! What can be done with the resource types that a plan selects.
//!
//! Only types that are written out say anything: a tag can be on a resource of any type.
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html>, read 2026-11.

use super::told::Told;
use super::{Arn, World, copies, roles, usable};
use crate::aws::Region;
use crate::backup_policy::placeholder::ACCOUNT;
use crate::backup_policy::tree::{Node, Sourced};
use crate::finding::{Finding, Level};
use crate::organization::AccountIndex;

crate::codes! {
    /// Continuous backup of what has none.
    CONTINUOUS = "backup-continuous-unsupported", Warning, Silent,
        "continuous backup is switched on for resource types that do not have it",
        "AWS Backup takes snapshots of them instead, and nothing can be restored to a point in time";
    /// Cold storage of what has none.
    COLD = "backup-cold-unsupported", Warning, Silent,
        "recovery points are to move to cold storage that their resource types do not have",
        "AWS Backup ignores the setting for such types, and they stay where they cost more";
    /// The archive of what is no EBS snapshot.
    ARCHIVE = "backup-archive-unsupported", Warning, Silent,
        "the archive is opted in to for resource types that have none",
        "only EBS snapshots can be archived; for everything else the setting has no effect";
    /// A copy that AWS Backup cannot make.
    COPY = "backup-copy-type", Warning, Silent,
        "a backup policy copies a resource type that AWS Backup cannot copy there",
        "the backup is taken and its copy never comes about";
    /// A source that must have a key of its own.
    SOURCE_KEY = "backup-copy-source-key", Note, Advice,
        "resources that are copied to another account must not be encrypted with a key of AWS",
        "the recovery points of types that AWS Backup does not fully manage keep the key of their source, and a key of AWS cannot be shared";
}

/// What AWS Backup can do with a resource type.
struct Type {
    /// As a policy selects it, in the commercial partition.
    pattern: &'static str,
    /// For a message.
    name: &'static str,
    continuous: bool,
    cold: bool,
    /// Whether AWS Backup encrypts the backups itself; `None` where it depends, or AWS does not say.
    managed: Option<bool>,
    copies: Copies,
}

/// Copies of a resource type.
enum Copies {
    All,
    None,
    /// Not to or from Regions that are opted in to, for this sort of copy.
    NoOptIn {
        across_regions: bool,
        across_accounts: bool,
    },
}

const fn of(pattern: &'static str, name: &'static str) -> Type {
    Type { pattern, name, continuous: false, cold: false, managed: Some(false), copies: Copies::All }
}

const ACCOUNTS_NOT_OPT_IN: Copies = Copies::NoOptIn { across_regions: false, across_accounts: true };

static TYPES: [Type; 18] = [
    Type { cold: true, managed: Some(true), ..of("arn:aws:backup-gateway:*:*:vm/*", "virtual machines") },
    Type {
        cold: true,
        managed: Some(true),
        copies: ACCOUNTS_NOT_OPT_IN,
        ..of("arn:aws:cloudformation:*:*:stack/*", "CloudFormation stacks")
    },
    Type { managed: None, ..of("arn:aws:dsql:*:*:cluster/*", "Aurora DSQL clusters") },
    Type { cold: true, managed: None, ..of("arn:aws:dynamodb:*:*:table/*", "DynamoDB tables") },
    of("arn:aws:ec2:*:*:instance/*", "EC2 instances"),
    Type { cold: true, ..of("arn:aws:ec2:*:*:volume/*", "EBS volumes") },
    Type {
        cold: true,
        managed: Some(true),
        ..of("arn:aws:elasticfilesystem:*:*:file-system/*", "EFS file systems")
    },
    Type { continuous: true, ..of("arn:aws:rds:*:*:cluster:*", "Aurora, DocumentDB and Neptune clusters") },
    Type { continuous: true, ..of("arn:aws:rds:*:*:db:*", "RDS instances") },
    of("arn:aws:redshift:*:*:cluster:*", "Redshift clusters"),
    Type {
        copies: Copies::None,
        ..of("arn:aws:redshift-serverless:*:*:namespace/*", "Redshift Serverless namespaces")
    },
    Type { continuous: true, managed: Some(true), ..of("arn:aws:s3:::*", "S3 buckets") },
    Type {
        continuous: true,
        cold: true,
        managed: Some(true),
        ..of("arn:aws:ssm-sap:*:*:HANA/*", "SAP HANA databases")
    },
    of("arn:aws:storagegateway:*:*:gateway/*", "Storage Gateway volumes"),
    Type {
        cold: true,
        managed: Some(true),
        copies: ACCOUNTS_NOT_OPT_IN,
        ..of("arn:aws:timestream:*:*:database/*", "Timestream tables")
    },
    Type {
        copies: Copies::NoOptIn { across_regions: true, across_accounts: false },
        ..of("arn:aws:fsx:*:*:file-system/*", "FSx file systems")
    },
    Type { copies: Copies::None, ..of("arn:aws:fsx:*:*:volume/*", "FSx for ONTAP volumes") },
    Type { managed: None, ..of("arn:aws:eks:*:*:cluster/*", "EKS clusters") },
];

/// The types of a plan that selects by type alone; `None` where it selects by tag, or whatever there is.
fn types(plan: &Node<'_>) -> Option<Vec<&'static Type>> {
    let mut types: Vec<&'static Type> = Vec::new();
    for selection in roles::selections(plan) {
        let written = selection.list("resource_types");
        if written.is_empty() {
            return None;
        }
        for value in written {
            let partition = value.text.split(':').nth(1).unwrap_or_default();
            let commercial = value.text.replacen(&format!("arn:{partition}:"), "arn:aws:", 1);
            let known = TYPES.iter().find(|found| found.pattern == commercial)?;
            if !types.iter().any(|other| std::ptr::eq(*other, known)) {
                types.push(known);
            }
        }
    }
    (!types.is_empty()).then_some(types)
}

/// How bad it is when the vault that a plan copies to in another account has no key of its own; `None` where it
/// does not matter.
pub(super) fn needs_own_key(plan: &Node<'_>) -> Option<Level> {
    match types(plan) {
        None => Some(Level::Warning),
        Some(types) if types.iter().any(|found| found.managed == Some(false)) => Some(Level::Error),
        Some(types) if types.iter().any(|found| found.managed.is_none()) => Some(Level::Warning),
        Some(_) => None,
    }
}

pub(super) fn check(world: &World<'_, '_>, plan: &Node<'_>, accounts: &[AccountIndex], told: &mut Told<'_>) {
    for value in roles::selections(plan).flat_map(|selection| selection.list("resource_types")) {
        if let Some(arn) = Arn::parse(value.text, ACCOUNT) {
            copies::wrong_partition(world, accounts, *value, arn.partition, told);
        }
    }
    let Some(types) = types(plan) else { return };
    for (_, rule) in plan.entries("rules") {
        let on = |value: &Sourced<'_>| value.text == "true";
        let continuous = rule.one("enable_continuous_backup").filter(on);
        if let Some(value) = continuous.filter(|_| !types.iter().any(|found| found.continuous)) {
            told.add(unsupported(&CONTINUOUS, value, "continuous backup", &types), accounts, None);
        }
        let holders = std::iter::once(rule).chain(rule.entries("copy_actions").map(|(_, action)| action));
        for lifecycle in holders.filter_map(|holder| holder.get("lifecycle")) {
            let cold = lifecycle.one("move_to_cold_storage_after_days");
            if let Some(value) = cold.filter(|_| !types.iter().any(|found| found.cold)) {
                told.add(unsupported(&COLD, value, "cold storage", &types), accounts, None);
            }
            let archive = lifecycle.one("opt_in_to_archive_for_supported_resources").filter(on);
            let has_snapshots = types.iter().any(|found| found.pattern.starts_with("arn:aws:ec2:"));
            if let Some(value) = archive.filter(|_| !has_snapshots) {
                told.add(unsupported(&ARCHIVE, value, "an archive", &types), accounts, None);
            }
        }
        for (_, action) in rule.entries("copy_actions") {
            let Some(target) = usable(action.one("target_backup_vault_arn")) else { continue };
            for region in plan.list("regions") {
                for finding in types.iter().filter_map(|found| copy(found, target, region.text)) {
                    told.add(finding, accounts, Some(region.text));
                }
            }
            let is_across = Arn::parse(target.text, ACCOUNT).is_some_and(|arn| !arn.is_own);
            let named: Vec<&str> =
                types.iter().filter(|found| found.managed == Some(false)).map(|found| found.name).collect();
            if is_across && !named.is_empty() && world.organization.partition() != Some("aws-cn") {
                let message = format!(
                    "{} must be encrypted with a customer managed key to be copied",
                    named.join(", ")
                );
                let finding = Finding::new(&SOURCE_KEY, &target.origin.location(), message).help(
                    "encrypt them with a customer managed key that is shared with the destination account",
                );
                told.add(finding, accounts, None);
            }
        }
    }
}

fn unsupported(
    code: &'static crate::finding::Code,
    value: Sourced<'_>,
    what: &str,
    types: &[&Type],
) -> Finding {
    let names: Vec<&str> = types.iter().map(|found| found.name).collect();
    let message = format!("{} have no such thing as {what}", names.join(", "));
    Finding::new(code, &value.origin.location(), message)
        .help("leave the setting out, or select types that have it")
}

/// Why copies of a type do not come about.
fn copy(found: &Type, target: Sourced<'_>, region: &str) -> Option<Finding> {
    let arn = Arn::parse(target.text, ACCOUNT)?;
    let message = match found.copies {
        Copies::All => return None,
        Copies::None => format!("AWS Backup does not copy {}", found.name),
        Copies::NoOptIn { across_regions, across_accounts } => {
            let opted =
                [region, arn.region].into_iter().filter_map(Region::find).find(|region| region.opt_in)?;
            let is_such = (across_regions && arn.region != region) || (across_accounts && !arn.is_own);
            if !is_such {
                return None;
            }
            format!("AWS Backup does not copy {} to or from {}, a Region to opt in to", found.name, opted.id)
        }
    };
    Some(
        Finding::new(&COPY, &target.origin.location(), message)
            .help("give these resources a plan of their own, and a copy by the means of their service"),
    )
}
