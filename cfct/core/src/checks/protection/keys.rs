//! The key of a vault: where it is, and whether it lets in who has to use it.

use super::told::Told;
use super::{At, Subject, World, admission};
use crate::aws::Region;
use crate::backup_policy::tree::Sourced;
use crate::created::{Deployment, Key, Vault};
use crate::finding::Finding;
use crate::template::stack::{Value, in_account};
use crate::words::{excerpt, head};

crate::codes! {
    /// Nothing writes the SSM parameter here.
    MISSING = "backup-vault-key-missing", Error, Deploy,
        "a vault takes its key from an SSM parameter that is not written in its account and Region",
        "CloudFormation fails to create the vault, and without it every backup job";
    /// A key of another Region.
    REGION = "backup-vault-key-region", Error, Deploy,
        "a vault is to be encrypted with a key of another Region",
        "a key is used in its own Region only: CloudFormation fails to create the vault";
    /// An alias.
    ALIAS = "backup-vault-key-alias", Error, Deploy,
        "a vault is given the alias of a key in place of its ARN",
        "AWS Backup takes the ARN of a key and refuses an alias, so the stack fails";
    /// The role may not use it.
    ROLE = "backup-key-role", Error, Silent,
        "the key of a vault does not let the backup role use it",
        "AWS Backup encrypts with the permissions of the role, so the jobs fail or leave out what they cannot read";
}

/// What is known of a vault's key.
pub(super) enum KeyOf<'w, 'c> {
    /// One that AWS manages or owns.
    OfAws,
    /// One that a stack set creates, with its ARN.
    Created(&'w Key<'c>, String),
    /// Anything else.
    Unknown,
}

/// The actions that AWS Backup needs of a key.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html#backup-permissions-grants-deny-statements>
pub(super) const ACTIONS: [&str; 4] =
    ["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt", "kms:CreateGrant"];

/// The key of a vault in an account and Region.
pub(super) fn key_of<'w, 'c>(
    world: &World<'w, 'c>,
    vault: &Vault<'c>,
    place: super::seek::Where<'_>,
) -> KeyOf<'w, 'c> {
    let text = match &vault.key {
        Value::Nothing => return KeyOf::OfAws,
        Value::Text(text) => in_account(text, place.account),
        _ => return KeyOf::Unknown,
    };
    let arn = match (ssm_name(&text), place.region) {
        (Some(name), Some(region)) => world.created.parameter(place.group, region, name, place.account),
        _ => Some(text),
    };
    let Some(arn) = arn else { return KeyOf::Unknown };
    match world.created.key(&arn, world.organization) {
        Some(key) => KeyOf::Created(key, arn),
        None => KeyOf::Unknown,
    }
}

/// The name in `{{resolve:ssm:NAME}}`, with or without a version.
fn ssm_name(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("{{resolve:ssm:")?.strip_suffix("}}")?;
    inside.split(':').next()
}

/// The key of the vault that a rule stores in.
pub(super) fn of_vault<'p>(
    world: &World<'_, '_>,
    subject: &Subject<'_, 'p>,
    at: &At<'_, 'p>,
    (deployment, vault): (&Deployment<'_>, &Vault<'_>),
    roles: &[(Sourced<'p>, String)],
    told: &mut Told<'_>,
) {
    if let Some(finding) = unusable(world, subject, at, deployment, vault) {
        return told.add(finding, subject.accounts, Some(at.region));
    }
    let place =
        super::seek::Where { group: subject.group, account: &subject.account, region: Some(at.region) };
    let KeyOf::Created(key, arn) = key_of(world, vault, place) else { return };
    for (written, role) in roles {
        let refused = admission::key_refuses(world, key, &arn, role, &ACTIONS);
        if let Some((action, node)) = refused {
            let message =
                format!("`{}` does not allow {action} to the backup role", excerpt(key.resource.name));
            let finding = Finding::new(&ROLE, &head(node), message)
                .related(&written.origin.location(), "the role")
                .related(&vault.name_node(), "the vault that is encrypted with the key")
                .help(format!(
                    "allow {} to the role or to the account, the last one with kms:GrantIsForAWSResource",
                    ACTIONS.join(", ")
                ));
            told.add(finding, subject.accounts, Some(at.region));
        }
    }
}

/// Why the vault cannot be created with its key.
fn unusable<'c>(
    world: &World<'_, 'c>,
    subject: &Subject<'_, '_>,
    at: &At<'_, '_>,
    deployment: &Deployment<'c>,
    vault: &Vault<'c>,
) -> Option<Finding> {
    let text = in_account(vault.key.text()?, &subject.account);
    let node = vault.resource.property("EncryptionKeyArn").unwrap_or(vault.resource.key);
    if text.starts_with("alias/") || text.contains(":alias/") {
        return Some(Finding::new(&ALIAS, &node, format!("`{}` is an alias", excerpt(&text))).help(
            "give the ARN of the key, for example by an SSM parameter that the key's template writes",
        ));
    }
    if let Some(name) = ssm_name(&text) {
        let written = |group| world.created.parameter(group, at.region, name, &subject.account).is_some();
        let writer = || {
            let all = world.created.deployments.iter();
            let by_name = |found: &&Deployment<'c>| {
                found.parameters.iter().any(|parameter| parameter.name.text() == Some(name))
            };
            all.filter(by_name).map(|found| found.stack_set.resource).next()
        };
        // Values that are unknown still are written.
        let known = world.created.at(subject.group, at.region).any(|found| {
            found.is_opaque
                || found.parameters.iter().any(|one| one.name.has_unknown() || one.name.text() == Some(name))
        });
        if known || written(subject.group) || world.created.is_incomplete {
            return None;
        }
        let writer = writer()?;
        let stack_set = excerpt(writer.display_name());
        let message = format!("`{stack_set}` does not write `{}` where the vault needs it", excerpt(name));
        let targets = writer.targets_node.unwrap_or(writer.node);
        let vaults = excerpt(deployment.stack_set.resource.display_name());
        return Some(
            Finding::new(&MISSING, &node, message)
                .related(&head(targets), format!("the targets of `{stack_set}`"))
                .help(format!("give `{stack_set}` the targets and Regions of `{vaults}`")),
        );
    }
    let region = text.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(2));
    let region = region.filter(|region| text.contains(":kms:") && Region::find(region).is_some())?;
    (region != at.region).then(|| {
        let message = format!("the key is in {region}, the vault is not");
        Finding::new(&REGION, &node, message)
            .help("give each Region a key of its own, or deploy the vault to the key's Region only")
    })
}
