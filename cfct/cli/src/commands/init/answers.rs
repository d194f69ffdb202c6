//! Answers as options.

use cfct_core::aws::{AccountId, OuPath};
use cfct_core::deployment::form::{self, Wrong};
use cfct_core::deployment::{AccountAnswer, AccountRole, Answers, Architecture, Group, MfaEvidence, Tier};
use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;

/// What a deployment is, as far as options say.
#[derive(Debug, Args)]
#[command(next_help_heading = "Answers")]
pub(super) struct AnswerArgs {
    /// An architecture; again for more. The last three build on each other
    #[arg(long = "architecture", value_name = "NAME", value_delimiter = ',', value_parser = architectures())]
    architectures: Vec<Architecture>,
    /// The home Region of Control Tower, where the central vaults are
    #[arg(long, value_name = "REGION", value_parser = region)]
    home_region: Option<String>,
    /// The Region that takes copies for recovery
    #[arg(long, value_name = "REGION", value_parser = region)]
    recovery_region: Option<String>,
    /// A unit whose accounts are backed up; again for more, nested ones too
    #[arg(long = "backup-unit", value_name = "PATH", value_parser = unit)]
    backup_units: Vec<OuPath>,
    /// A unit of the accounts that hold vaults, keys and logs; again for more
    #[arg(long = "vault-unit", value_name = "PATH", value_parser = unit)]
    vault_units: Vec<OuPath>,
    /// Which of these units the central backup account is in, where no organization file says
    #[arg(long, value_name = "PATH", value_parser = unit)]
    central_unit: Option<OuPath>,
    /// The management account: its name, its id, or both as NAME=ID
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    management: Option<AccountAnswer>,
    /// The account with Control Tower's logs
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    log_archive: Option<AccountAnswer>,
    /// The account of Control Tower's auditors
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    audit: Option<AccountAnswer>,
    /// The account with the keys of the vaults that copies go to
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    backup_keys: Option<AccountAnswer>,
    /// The account with the central vault, the event bus and the reports
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    central_backup: Option<AccountAnswer>,
    /// The account with the bunker's vaults
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    data_bunker: Option<AccountAnswer>,
    /// The account with the users who administer the keys; the key account itself if not given
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    key_administrators: Option<AccountAnswer>,
    /// Days that a tier is kept: daily=35. Again for more [default: hourly=7, daily=35, weekly=90, monthly=365, yearly=2555]
    #[arg(long, value_name = "TIER=DAYS", value_parser = retention)]
    retention: Vec<(Tier, u32)>,
    /// Who is told of failures, tampering and break-glass
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    notification_email: Option<String>,
    /// The instance of IAM Identity Center
    #[arg(long, value_name = "ARN", value_parser = instance)]
    identity_center: Option<String>,
    /// Where MFA shows: in the session, by a tag of an identity provider, or at sign-in alone [default: session]
    #[arg(long, value_name = "WHERE", value_parser = evidence())]
    mfa: Option<MfaEvidence>,
    /// A group in Identity Center, of operators, auditors or break-glass: operators=ID. Again for more
    #[arg(long, value_name = "GROUP=ID", value_parser = group)]
    group: Vec<(Group, String)>,
    /// The id of the organization, where no organization file says
    #[arg(long, value_name = "ID", value_parser = organization_id)]
    organization_id: Option<String>,
    /// The id of its root, where no organization file says
    #[arg(long, value_name = "ID", value_parser = root_id)]
    root_id: Option<String>,
    /// The id of a unit, where no organization file says; again for more
    #[arg(long = "unit-id", value_name = "PATH=ID", value_parser = unit_id)]
    unit_ids: Vec<(OuPath, String)>,
}

impl AnswerArgs {
    pub(super) fn answers(&self) -> Answers {
        let accounts = [
            (AccountRole::Management, &self.management),
            (AccountRole::LogArchive, &self.log_archive),
            (AccountRole::Audit, &self.audit),
            (AccountRole::BackupKeys, &self.backup_keys),
            (AccountRole::CentralBackup, &self.central_backup),
            (AccountRole::DataBunker, &self.data_bunker),
            (AccountRole::KeyAdministrators, &self.key_administrators),
        ];
        Answers {
            architectures: self.architectures.iter().copied().collect(),
            home_region: self.home_region.clone(),
            recovery_region: self.recovery_region.clone(),
            backup_units: self.backup_units.iter().cloned().collect(),
            vault_units: self.vault_units.iter().cloned().collect(),
            central_unit: self.central_unit.clone(),
            notification_email: self.notification_email.clone(),
            organization_id: self.organization_id.clone(),
            root_id: self.root_id.clone(),
            unit_ids: self.unit_ids.iter().cloned().collect(),
            accounts: accounts
                .into_iter()
                .filter_map(|(role, account)| Some((role, account.clone()?)))
                .collect(),
            retention: self.retention.iter().copied().collect(),
            identity_center: self.identity_center.clone(),
            groups: self.group.iter().cloned().collect(),
            mfa: self.mfa,
        }
    }
}

/// An account by its name, its id, or both: `NAME=ID`.
pub(super) fn account(text: &str) -> Result<AccountAnswer, String> {
    let text = text.trim();
    let both = text.rsplit_once('=').filter(|(_, id)| AccountId::is_id(id.trim()));
    let (name, id) = match both {
        Some((name, id)) => (Some(name.trim()), Some(id.trim())),
        None if AccountId::is_id(text) => (None, Some(text)),
        None => (Some(text), None),
    };
    if name.is_some_and(str::is_empty) {
        return Err("an account has a name or an id".to_owned());
    }
    Ok(AccountAnswer { name: name.map(str::to_owned), id: id.map(str::to_owned) })
}

/// What is wrong and what to do, on the one line that there is for it.
pub(super) fn in_one_line(wrong: Wrong) -> String {
    let Wrong { message, help } = wrong;
    format!("{message}; {help}")
}

fn formed(text: &str, form: fn(&str) -> Result<(), Wrong>) -> Result<String, String> {
    form(text).map(|()| text.to_owned()).map_err(in_one_line)
}

pub(super) fn region(text: &str) -> Result<String, String> {
    formed(text, form::region)
}

pub(super) fn unit(text: &str) -> Result<OuPath, String> {
    form::unit(text).map_err(in_one_line)
}

pub(super) fn email(text: &str) -> Result<String, String> {
    formed(text, form::email)
}

pub(super) fn instance(text: &str) -> Result<String, String> {
    formed(text, form::instance)
}

fn organization_id(text: &str) -> Result<String, String> {
    formed(text, form::organization_id)
}

fn root_id(text: &str) -> Result<String, String> {
    formed(text, form::root_id)
}

fn unit_id(text: &str) -> Result<(OuPath, String), String> {
    let (path, id) = text.rsplit_once('=').ok_or("write a unit and its id, as Workloads=ou-a1b2-c3d4e5f6")?;
    Ok((unit(path)?, formed(id, form::unit_id)?))
}

fn retention(text: &str) -> Result<(Tier, u32), String> {
    let (tier, days) = text.split_once('=').ok_or("write a tier and its days, as daily=35")?;
    let tier = Tier::find(tier).ok_or("the tiers are hourly, daily, weekly, monthly and yearly")?;
    Ok((tier, form::days(days).map_err(in_one_line)?))
}

fn group(text: &str) -> Result<(Group, String), String> {
    let (group, id) = text.split_once('=').ok_or("write a group and its id, as operators=ID")?;
    let group = Group::find(group).ok_or("the groups are operators, auditors and break-glass")?;
    Ok((group, formed(id, form::group_id)?))
}

fn architectures() -> impl TypedValueParser<Value = Architecture> {
    let words = PossibleValuesParser::new(Architecture::ALL.iter().map(|one| one.word()));
    words.try_map(|word| Architecture::find(&word).ok_or("no architecture"))
}

fn evidence() -> impl TypedValueParser<Value = MfaEvidence> {
    let words = PossibleValuesParser::new(MfaEvidence::ALL.iter().map(|one| one.word()));
    words.try_map(|word| MfaEvidence::find(&word).ok_or("no such place"))
}
