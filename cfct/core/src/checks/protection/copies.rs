//! Copy actions: whether the target is there, and takes what is copied.

use super::admission::{self, Admissions, Copy};
use super::keys::{self, KeyOf};
use super::seek::{Found, Where, seek};
use super::told::Told;
use super::vaults::{self, DEFAULT_VAULT, Wanted, missing};
use super::{Arn, At, Subject, World, kinds, locks, usable};
use crate::aws::Region;
use crate::backup_policy::tree::{Node, Sourced};
use crate::created::{Vault, VaultKind};
use crate::document::NodeRef;
use crate::finding::{Finding, Level};
use crate::organization::{AccountIndex, AccountStatus};
use crate::words::{excerpt, head};

crate::codes! {
    /// Created nowhere.
    MISSING = "backup-copy-vault-missing", Error, Silent,
        "a backup policy copies to a vault that no template creates there",
        "every copy job fails, and what was to survive the account or Region does not";
    /// Not of the organization.
    ACCOUNT = "backup-copy-account", Error, Silent,
        "a backup policy copies to an account that is not an active account of the organization",
        "AWS Backup copies between accounts of one organization only";
    /// The vault that AWS makes.
    DEFAULT = "backup-copy-default-vault", Error, Silent,
        "a backup policy copies to the vault `Default` of another account",
        "its key belongs to AWS and cannot be shared, so that AWS Backup refuses it as the target of a copy";
    /// Where it came from.
    ITSELF = "backup-copy-itself", Error, Silent,
        "a backup policy copies recovery points to the vault that they are in",
        "a copy into the same vault protects from nothing, and the copy jobs fail";
    /// Another partition.
    PARTITION = "backup-arn-partition", Error, Silent,
        "a backup policy names something in another partition",
        "an ARN of another partition names nothing that the accounts of this organization can reach";
    /// China.
    CHINA = "backup-copy-partition", Error, Silent,
        "a backup policy copies between accounts where AWS Backup does not do so",
        "in the China Regions AWS Backup copies between the two Regions of an account, not between accounts";
    /// The policy of the target.
    NOT_ADMITTED = "backup-copy-not-admitted", Error, Silent,
        "the target of a copy does not admit copies from the accounts of the backup policy",
        "a vault takes copies from another account only where its access policy allows backup:CopyIntoBackupVault to it";
    /// The policy of the source.
    DENIED_AT_SOURCE = "backup-copy-denied-at-source", Error, Silent,
        "the access policy of a vault denies the copies that the backup policy makes from it",
        "a denial of backup:CopyFromBackupVault stops the copy job before it starts";
    /// No key of one's own at the target.
    VAULT_KEY = "backup-copy-vault-key", Warning, Silent,
        "the target of a copy to another account has no customer managed key",
        "resources that AWS Backup does not fully manage (EBS, EC2, RDS, Aurora and others) cannot be copied to a vault with a key of AWS";
    /// The key at the target.
    KEY = "backup-key-copy", Error, Silent,
        "the key of a copy's target does not let in who writes the copy",
        "copies are encrypted with the key of the target vault, so that the copy jobs fail";
    /// The key at the source.
    NOT_SHARED = "backup-key-not-shared", Warning, Silent,
        "recovery points are copied to an account that cannot use the key they are encrypted with",
        "AWS Backup reads the original for the copy with the key of its vault, and asks that a customer managed key be shared with the destination account";
}

pub(super) fn check<'c, 'p>(
    world: &World<'_, 'c>,
    subject: &Subject<'_, 'p>,
    at: &At<'_, 'p>,
    roles: &[(Sourced<'p>, String)],
    admissions: &mut Admissions<'c>,
    told: &mut Told<'_>,
) {
    for (_, action) in at.rule.entries("copy_actions") {
        let Some(target) = usable(action.one("target_backup_vault_arn")) else { continue };
        let Some(arn) = Arn::parse(target.text, &subject.account) else { continue };
        let Some(name) = arn.resource.strip_prefix("backup-vault:").filter(|name| !name.is_empty()) else {
            continue;
        };
        let copying = Copying { world, subject, at, action, target, arn: &arn, name, roles };
        copying.check(admissions, told);
    }
}

/// Whether an ARN is of another partition than the organization, which is reported.
pub(super) fn wrong_partition(
    world: &World<'_, '_>,
    accounts: &[AccountIndex],
    written: Sourced<'_>,
    partition: &str,
    told: &mut Told<'_>,
) -> bool {
    let Some(own) = world.organization.partition().filter(|own| *own != partition) else { return false };
    let message = format!(
        "`{}` is in partition {}, the organization in {own}",
        excerpt(written.text),
        excerpt(partition)
    );
    let finding = Finding::new(&PARTITION, &written.origin.location(), message)
        .help(format!("begin the ARN with arn:{own}:"));
    told.add(finding, accounts, None);
    true
}

/// A copy action of a rule in a Region.
struct Copying<'a, 'w, 'c, 'p> {
    world: &'a World<'w, 'c>,
    subject: &'a Subject<'a, 'p>,
    at: &'a At<'a, 'p>,
    action: &'a Node<'p>,
    target: Sourced<'p>,
    arn: &'a Arn<'p>,
    name: &'p str,
    roles: &'a [(Sourced<'p>, String)],
}

impl<'c> Copying<'_, '_, 'c, '_> {
    fn check(&self, admissions: &mut Admissions<'c>, told: &mut Told<'_>) {
        let Self { world, subject, at, arn, name, target, .. } = *self;
        if wrong_partition(world, subject.accounts, target, arn.partition, told) || self.wrong_region(told) {
            return;
        }
        let Some(account) = self.account(told) else { return };
        let is_across = arn.account != subject.account;
        let source = usable(at.rule.one("target_backup_vault_name"));
        if !is_across && arn.region == at.region && source.is_some_and(|source| source.text == name) {
            let message = format!("`{name}` is copied to itself in {}", at.region);
            let finding = Finding::new(&ITSELF, &target.origin.location(), message)
                .help("make it a plan for each Region, each with copies to the other one");
            return self.tell(finding, told);
        }
        if is_across && arn.partition == "aws-cn" {
            let message = "AWS Backup does not copy to another account in this partition";
            let finding = Finding::new(&CHINA, &target.origin.location(), message)
                .help("copy to the other Region of the same account: write $account");
            return self.tell(finding, told);
        }
        if is_across && name == DEFAULT_VAULT {
            let finding = Finding::new(&DEFAULT, &target.origin.location(), "`Default` cannot be the target")
                .help("copy to a vault with a customer managed key that a stack set creates");
            return self.tell(finding, told);
        }
        let group = if is_across { world.created.group_of(account) } else { subject.group };
        let place = Where { group, account: &arn.account, region: Some(arn.region) };
        match seek::<Vault<'c>>(world, place, name) {
            Found::There(_, vault) if vault.is_certain => {
                locks::of_copy(subject, at, self.action, vault, target, told);
                self.policies(vault, account, place, is_across, admissions, told);
            }
            Found::There(..) => {}
            found => self.missing(&found, told),
        }
    }

    fn tell(&self, finding: Finding, told: &mut Told<'_>) {
        told.add(finding, self.subject.accounts, Some(self.at.region));
    }

    /// A Region of another partition than the ARN's.
    fn wrong_region(&self, told: &mut Told<'_>) -> bool {
        let Some(region) = Region::find(self.arn.region) else { return false };
        if region.partition == self.arn.partition {
            return false;
        }
        let message = format!("{} is in partition {}", region.id, region.partition);
        let finding = Finding::new(&PARTITION, &self.target.origin.location(), message)
            .help(format!("name a Region of {}", self.arn.partition));
        self.tell(finding, told);
        true
    }

    /// The account to copy to, or a finding that says why not.
    fn account(&self, told: &mut Told<'_>) -> Option<AccountIndex> {
        let organization = self.world.organization;
        let index = self.arn.index(organization);
        let known = index.map(|index| organization.account(index));
        let message = match known {
            Some(account) if account.is_active() => return index,
            Some(account) if account.status != AccountStatus::Unlisted => {
                format!("{} is {}", account.display(), account.status.as_str())
            }
            _ => format!("account {} is not in the organization", excerpt(&self.arn.account)),
        };
        let finding = Finding::new(&ACCOUNT, &self.target.origin.location(), message)
            .help("copy to an active account of the organization, or to another Region of the same account by $account");
        self.tell(finding, told);
        None
    }

    fn missing(&self, found: &Found<'_, 'c, Vault<'c>>, told: &mut Told<'_>) {
        let Self { arn, name, target, .. } = *self;
        let wanted = Wanted { what: "vault", name, code: &MISSING, named: target };
        let account =
            if arn.is_own { "the same account".to_owned() } else { format!("account {}", arn.account) };
        let finding = match found {
            Found::OtherRegion(deployment, vault) | Found::OtherAccounts(deployment, vault)
                if !arn.is_own || matches!(found, Found::OtherRegion(..)) =>
            {
                let stack_set = excerpt(deployment.stack_set.resource.display_name());
                Some(
                    Finding::new(
                        &MISSING,
                        &target.origin.location(),
                        format!("`{stack_set}` creates `{name}`, but not in {} of {account}", arn.region),
                    )
                    .related(&vault.name_node(), "created here")
                    .help(format!("let `{stack_set}` reach that account and Region, or correct the ARN")),
                )
            }
            Found::Nowhere(_) if name == DEFAULT_VAULT => Some(vaults::default(target)),
            found => missing(self.world, self.subject, found, &wanted),
        };
        if let Some(finding) = finding {
            self.tell(finding, told);
        }
    }

    /// The policies of the vaults and keys on the way.
    fn policies(
        &self,
        vault: &Vault<'c>,
        account: AccountIndex,
        place: Where<'_>,
        is_across: bool,
        admissions: &mut Admissions<'c>,
        told: &mut Told<'_>,
    ) {
        let Self { world, subject, at, arn, target, .. } = *self;
        let partition = arn.partition;
        let full =
            format!("arn:{partition}:backup:{}:{}:backup-vault:{}", arn.region, arn.account, self.name);
        // Without its role it is open who copies, and what the policies say to them.
        let Some((_, role)) = self.roles.first() else { return };
        let copy = Copy { role, target: &full, target_account: account };
        if is_across {
            self.admission(vault, &copy, admissions, told);
        }
        let own = Where { group: subject.group, account: &subject.account, region: Some(at.region) };
        let source = usable(at.rule.one("target_backup_vault_name"))
            .map(|named| seek::<Vault<'c>>(world, own, named.text));
        if let Some(Found::There(_, source)) = source {
            let denied = source.policy.as_ref().and_then(|policy| {
                admission::denied_at_source(world, policy, &subject.account, at.region, &copy)
            });
            if let Some(statement) = denied {
                self.tell(self.denied(statement), told);
            }
            if is_across {
                self.source_key(source, own, told);
            }
        }
        let linked = service_linked_role(arn);
        // The destination's service-linked role writes copies from other accounts into a standard vault.
        let writer = if is_across && vault.kind == VaultKind::Standard { &linked } else { role };
        match keys::key_of(world, vault, place) {
            KeyOf::Created(key, arn) => {
                let refused = admission::key_refuses(world, key, &arn, writer, &keys::ACTIONS);
                if let Some((action, node)) = refused {
                    let who =
                        if writer == role { "the backup role" } else { "AWS Backup in the vault's account" };
                    let message =
                        format!("`{}` does not allow {action} to {who}", excerpt(key.resource.name));
                    let finding = Finding::new(&KEY, &head(node), message)
                        .related(&target.origin.location(), "the copy")
                        .related(&vault.name_node(), "the vault that is encrypted with the key")
                        .help(format!("allow {} to {}", keys::ACTIONS.join(", "), principal_of(writer)));
                    self.tell(finding, told);
                }
            }
            KeyOf::OfAws if is_across && vault.kind == VaultKind::Standard => {
                if let Some(level) = kinds::needs_own_key(subject.plan) {
                    self.tell(self.no_key(vault, level), told);
                }
            }
            KeyOf::OfAws | KeyOf::Unknown => {}
        }
    }

    fn admission(
        &self,
        vault: &Vault<'c>,
        copy: &Copy<'_>,
        admissions: &mut Admissions<'c>,
        told: &mut Told<'_>,
    ) {
        let Self { world, subject, at, target, .. } = *self;
        let Some(policy) = &vault.policy else {
            let message = format!("`{}` has no access policy", self.name);
            let finding = Finding::new(&NOT_ADMITTED, &target.origin.location(), message)
                .related(&vault.name_node(), "the vault")
                .help("give the vault an AccessPolicy that allows backup:CopyIntoBackupVault to the OU paths of the source accounts");
            return self.tell(finding, told);
        };
        for (accounts, denied) in admissions.refused(world, vault, policy, subject.accounts, copy) {
            let message = match denied {
                Some(_) => format!("the access policy of `{}` denies backup:CopyIntoBackupVault", self.name),
                None => {
                    format!("the access policy of `{}` does not allow backup:CopyIntoBackupVault", self.name)
                }
            };
            let unit = accounts.first().and_then(|account| world.organization.account(*account).parent);
            let unit = unit.map(|unit| (world.organization.path(unit), world.organization.unit(unit)));
            let help = match unit {
                Some((path, unit)) => format!(
                    "admit `{path}` ({}) by aws:PrincipalOrgPaths, or the accounts themselves",
                    unit.id
                ),
                None => "admit the accounts".to_owned(),
            };
            let finding = Finding::new(&NOT_ADMITTED, &target.origin.location(), message)
                .related(&head(denied.unwrap_or(policy.node)), "the access policy")
                .help(help);
            told.add(finding, &accounts, Some(at.region));
        }
    }

    fn denied(&self, statement: NodeRef<'c>) -> Finding {
        let message = "the vault that is copied from denies backup:CopyFromBackupVault for this target";
        Finding::new(&DENIED_AT_SOURCE, &self.target.origin.location(), message)
            .related(&head(statement), "the denial")
            .help("except this target in the condition on backup:CopyTargets or backup:CopyTargetOrgPaths")
    }

    fn no_key(&self, vault: &Vault<'c>, level: Level) -> Finding {
        let message = format!("`{}` is encrypted with a key of AWS", self.name);
        Finding::new(&VAULT_KEY, &self.target.origin.location(), message)
            .level(level)
            .related(&vault.name_node(), "the vault")
            .help("give the vault an EncryptionKeyArn")
    }

    /// The key of the source vault against the account that copies go to.
    fn source_key(&self, source: &Vault<'c>, own: Where<'_>, told: &mut Told<'_>) {
        const ACTIONS: [&str; 3] = ["kms:DescribeKey", "kms:Decrypt", "kms:CreateGrant"];
        let Self { world, arn, target, .. } = *self;
        let KeyOf::Created(key, key_arn) = keys::key_of(world, source, own) else { return };
        let partition = arn.partition;
        let linked = service_linked_role(arn);
        let refused = admission::key_refuses(world, key, &key_arn, &linked, &ACTIONS);
        let Some((action, node)) = refused else { return };
        let message =
            format!("`{}` does not allow {action} to account {}", excerpt(key.resource.name), arn.account);
        let finding = Finding::new(&NOT_SHARED, &head(node), message)
            .related(&target.origin.location(), "the copy")
            .help(format!("allow {} to arn:{partition}:iam::{}:root", ACTIONS.join(", "), arn.account));
        self.tell(finding, told);
    }
}

/// The role of AWS Backup itself in the account of an ARN.
fn service_linked_role(arn: &Arn<'_>) -> String {
    let Arn { partition, account, .. } = arn;
    format!(
        "arn:{partition}:iam::{account}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
    )
}

/// Whom to name in a key policy for this principal.
fn principal_of(arn: &str) -> String {
    let mut parts = arn.splitn(6, ':');
    let partition = parts.nth(1).unwrap_or_default();
    let account = parts.nth(2).unwrap_or_default();
    if arn.contains(":role/aws-service-role/") {
        format!("arn:{partition}:iam::{account}:root")
    } else {
        "the role or its account".to_owned()
    }
}
