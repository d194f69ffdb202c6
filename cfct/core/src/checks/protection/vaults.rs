//! The vault that a rule names: whether it is where the rule needs it, and of the right kind.

use super::seek::{Found, Where, creates_any, seek};
use super::{Arn, At, Subject, World, keys, locks, usable};
use crate::backup_policy::tree::Sourced;
use crate::created::{Deployment, Vault, VaultKind};
use crate::finding::{Code, Finding, Level};
use crate::organization::UnitIndex;
use crate::words::excerpt;

use super::told::Told;

crate::codes! {
    /// Created nowhere.
    MISSING = "backup-vault-missing", Error, Silent,
        "a backup policy names a vault that no template creates",
        "AWS Backup cannot store a backup in a vault that is not there: every job of the rule fails";
    /// Created in another Region.
    REGION = "backup-vault-region", Error, Silent,
        "a backup policy runs in a Region that its vault is not created in",
        "a vault belongs to one Region: in the others every job of the rule fails";
    /// Created in other accounts.
    TARGETS = "backup-targets-differ", Error, Silent,
        "a backup policy reaches accounts that do not get the vault, role or key it needs",
        "a policy is inherited by every account below an OU, a stack set reaches only those directly inside: in the accounts between, every job fails";
    /// Created in another spelling.
    NAME_CASE = "backup-name-case", Error, Silent,
        "a backup policy spells the name of a vault or role otherwise than the template",
        "upper and lower case matter in both: to AWS Backup it is another name, and nothing is there";
    /// Only the console creates it.
    DEFAULT = "backup-vault-default", Warning, Silent,
        "a backup policy stores backups in the vault `Default`",
        "AWS Backup creates it when somebody opens its console in that account and Region, and not before; its key is of AWS and cannot be shared";
    /// A standard vault for an air-gapped one, or the other way.
    KIND = "backup-vault-kind", Error, Silent,
        "a backup policy names a vault of the wrong kind",
        "a rule stores backups in a standard vault; a logically air-gapped one has a setting of its own beside it";
}

/// The name of the vault that AWS Backup makes by itself.
pub(super) const DEFAULT_VAULT: &str = "Default";

pub(super) fn check<'p>(
    world: &World<'_, '_>,
    subject: &Subject<'_, 'p>,
    at: &At<'_, 'p>,
    roles: &[(Sourced<'p>, String)],
    told: &mut Told<'_>,
) {
    if let Some(named) = usable(at.rule.one("target_backup_vault_name"))
        && let Some((deployment, vault)) = found(world, subject, at, named, named.text, told)
        && vault.is_certain
    {
        if vault.kind == VaultKind::AirGapped {
            let message = format!("`{}` is a logically air-gapped vault", excerpt(named.text));
            let finding = Finding::new(&KIND, &named.origin.location(), message)
                .related(&vault.name_node(), "created here")
                .help("name a standard vault here, and this one in target_logically_air_gapped_backup_vault_arn");
            told.add(finding, subject.accounts, Some(at.region));
        }
        locks::of_rule(subject, at, vault, named, told);
        keys::of_vault(world, subject, at, (deployment, vault), roles, told);
    }
    let Some(arn) = usable(at.rule.one("target_logically_air_gapped_backup_vault_arn")) else { return };
    let name = Arn::parse(arn.text, &subject.account)
        .and_then(|parsed| parsed.resource.strip_prefix("backup-vault:"));
    let Some(name) = name else { return };
    let found = found(world, subject, at, arn, name, told);
    if let Some((_, vault)) = found.filter(|(_, vault)| vault.is_certain) {
        if vault.kind == VaultKind::Standard {
            let message = format!("`{}` is a standard vault", excerpt(name));
            let finding = Finding::new(&KIND, &arn.origin.location(), message)
                .related(&vault.name_node(), "created here")
                .help("name a vault of type AWS::Backup::LogicallyAirGappedBackupVault, or leave the setting out");
            told.add(finding, subject.accounts, Some(at.region));
        }
        locks::of_rule(subject, at, vault, arn, told);
    }
}

/// The vault of the account and Region, or a finding that says why there is none.
fn found<'w, 'c, 'p>(
    world: &World<'w, 'c>,
    subject: &Subject<'_, 'p>,
    at: &At<'_, 'p>,
    named: Sourced<'p>,
    name: &str,
    told: &mut Told<'_>,
) -> Option<(&'w Deployment<'c>, &'w Vault<'c>)> {
    let place = Where { group: subject.group, account: &subject.account, region: Some(at.region) };
    let found = seek::<Vault<'c>>(world, place, name);
    if let Found::There(deployment, vault) = found {
        return Some((deployment, vault));
    }
    let finding = match name {
        DEFAULT_VAULT if matches!(found, Found::Nowhere(_)) => Some(default(named)),
        _ => missing(world, subject, &found, &Wanted { what: "vault", name, code: &MISSING, named }),
    };
    told.add(finding?, subject.accounts, Some(at.region));
    None
}

pub(super) fn default(named: Sourced<'_>) -> Finding {
    Finding::new(&DEFAULT, &named.origin.location(), "no template creates the vault `Default`")
        .help("name a vault that a stack set creates, with a key of your own")
}

/// What was looked for.
pub(super) struct Wanted<'a, 'p> {
    /// `vault`, `role`, `copy target`
    pub(super) what: &'static str,
    pub(super) name: &'a str,
    /// The code for what is created nowhere.
    pub(super) code: &'static Code,
    /// Where the policy names it.
    pub(super) named: Sourced<'p>,
}

/// The finding for what was not found; `None` where it may be there.
pub(super) fn missing<'c, T: super::seek::Named<'c>>(
    world: &World<'_, 'c>,
    subject: &Subject<'_, '_>,
    found: &Found<'_, 'c, T>,
    wanted: &Wanted<'_, '_>,
) -> Option<Finding> {
    let (what, name) = (wanted.what, excerpt(wanted.name));
    let at = wanted.named.origin.location();
    Some(match found {
        Found::There(..) | Found::Unknown => return None,
        Found::OtherCase(item, text) => {
            Finding::new(&NAME_CASE, &at, format!("the {what} is called `{}`, not `{name}`", excerpt(text)))
                .related(&item.place(), "the name in the template")
                .help(format!("write `{text}`"))
        }
        Found::OtherRegion(deployment, item) => {
            let resource = deployment.stack_set.resource;
            let stack_set = excerpt(resource.display_name());
            let regions = resource.regions_node.unwrap_or(resource.node);
            let message =
                format!("`{stack_set}`, which creates the {what} `{name}`, does not go to this Region");
            Finding::new(&REGION, &at, message)
                .related(&crate::words::head(regions), format!("the Regions of `{stack_set}`"))
                .related(&item.place(), "created here")
                .help(format!("add the Region to `{stack_set}`, or take it out of the plan"))
        }
        Found::OtherAccounts(deployment, item) => {
            let resource = deployment.stack_set.resource;
            let stack_set = excerpt(resource.display_name());
            let targets = resource.targets_node.unwrap_or(resource.node);
            let message = format!(
                "`{stack_set}`, which creates the {what} `{name}`, does not reach accounts of the policy"
            );
            let help = way_in(world, subject, &stack_set);
            Finding::new(&TARGETS, &at, message)
                .related(&crate::words::head(targets), format!("the targets of `{stack_set}`"))
                .related(&item.place(), "created here")
                .help(help)
        }
        Found::Nowhere(near) => {
            let finding = Finding::new(wanted.code, &at, format!("no template creates the {what} `{name}`"));
            let finding = match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(format!("let a stack set create it before the policy is attached, or name a {what} that one creates")),
            };
            // Where the package creates nothing of the kind, it may come from elsewhere.
            if creates_any::<T>(world) { finding } else { finding.level(Level::Warning) }
        }
    })
}

/// How a stack set comes to reach the first account.
fn way_in(world: &World<'_, '_>, subject: &Subject<'_, '_>, stack_set: &str) -> String {
    let organization = world.organization;
    let unit = subject.accounts.first().and_then(|account| organization.account(*account).parent);
    let what = match unit.filter(|unit| *unit != UnitIndex::ROOT) {
        Some(unit) => format!("`{}`", organization.path(unit)),
        None => "the account".to_owned(),
    };
    format!("add {what} to the targets of `{stack_set}`, or keep the policy from it")
}
