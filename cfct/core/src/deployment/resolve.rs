//! From answers to a deployment: nothing missing, no contradiction.

use std::collections::BTreeMap;
use std::fmt;

use super::form::{COLD_DAYS, Wrong, partition_of};
use super::{AccountRole, Answers, Architecture, Deployment, MfaEvidence, Tier, lookup};
use crate::aws::OuPath;
use crate::organization::Organization;

/// The units that a vault's template takes copies from at most (`OrganizationPath1` to `OrganizationPath4`).
const MOST_PATHS: usize = 4;

/// Days that a logically air-gapped vault keeps everything at least.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/logicallyairgappedvault.html>
const LEAST_AIR_GAPPED_DAYS: u32 = 7;

/// What nobody said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A setting, by its key under `[deployment]`; `home-region` stands above it.
    Setting(&'static str),
    /// An account with a part of its own.
    Account(AccountRole),
    /// The id of an account that is named.
    AccountId(AccountRole),
    /// The id of a unit.
    UnitId(OuPath),
}

impl Missing {
    /// Whether an organization file would hold it.
    #[must_use]
    pub fn is_in_organization(&self) -> bool {
        match self {
            Self::Setting(key) => ["organization-id", "root-id", "central-unit"].contains(key),
            Self::Account(role) => *role == AccountRole::Management,
            Self::AccountId(_) | Self::UnitId(_) => true,
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(key) => f.write_str(key),
            Self::Account(role) => f.write_str(role.word()),
            Self::AccountId(role) => write!(f, "the id of {}", role.word()),
            Self::UnitId(unit) => write!(f, "the id of unit `{unit}`"),
        }
    }
}

/// Why answers make no deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unresolved {
    /// What nobody said.
    pub missing: Vec<Missing>,
    /// What cannot be.
    pub wrong: Vec<Wrong>,
}

impl Answers {
    /// Looks up what names stand for, and checks that the answers are complete and go together.
    ///
    /// # Errors
    /// Where they do not: everything that is missing, and everything that is wrong.
    pub fn resolve(mut self, organization: Option<&Organization>) -> Result<Deployment, Unresolved> {
        let mut wrong = Vec::new();
        if let Some(organization) = organization {
            lookup::look_up(&mut self, organization, &mut wrong);
        }
        self.leave_out_what_no_architecture_needs();
        let mut missing = self.missing();
        self.contradictions(&mut wrong);
        if organization.is_some() && !wrong.is_empty() {
            // It is missing because something else is wrong.
            missing.retain(|one| !one.is_in_organization());
        }
        if missing.is_empty() && wrong.is_empty() {
            return Ok(Deployment(self.completed()));
        }
        Err(Unresolved { missing, wrong })
    }

    /// A single account is nobody's member, so nothing of the organization is asked.
    fn leave_out_what_no_architecture_needs(&mut self) {
        if self.architectures.is_empty() || self.spans_the_organization() {
            return;
        }
        *self = Self {
            architectures: std::mem::take(&mut self.architectures),
            home_region: self.home_region.take(),
            backup_units: std::mem::take(&mut self.backup_units),
            retention: std::mem::take(&mut self.retention),
            notification_email: self.notification_email.take(),
            ..Self::default()
        };
    }

    fn missing(&self) -> Vec<Missing> {
        let spans = self.spans_the_organization();
        let lands = self.includes(Architecture::LandingZone);
        let settings = [
            ("architectures", self.architectures.is_empty()),
            ("home-region", self.home_region.is_none()),
            ("recovery-region", spans && self.recovery_region.is_none()),
            ("backup-units", self.backup_units.is_empty()),
            ("vault-units", spans && self.vault_units.is_empty()),
            ("identity-center", lands && self.identity_center.is_none()),
            ("organization-id", spans && self.organization_id.is_none()),
            ("root-id", spans && self.root_id.is_none()),
        ];
        let mut missing: Vec<Missing> =
            settings.into_iter().filter(|(_, open)| *open).map(|(key, _)| Missing::Setting(key)).collect();
        for role in AccountRole::ALL {
            let needed = role.needed_from().is_some_and(|from| self.includes(from));
            match self.accounts.get(role) {
                None if needed => missing.push(Missing::Account(*role)),
                Some(account) if account.id.is_none() => missing.push(Missing::AccountId(*role)),
                _ => {}
            }
        }
        if spans {
            if self.central_unit.is_none() && self.accounts.contains_key(&AccountRole::CentralBackup) {
                missing.push(Missing::Setting("central-unit"));
            }
            missing.extend(
                self.units_by_id()
                    .into_iter()
                    .filter(|unit| !self.unit_ids.contains_key(unit))
                    .map(Missing::UnitId),
            );
        }
        missing
    }

    /// The units whose ids are written somewhere: those that policies are attached to, and all above them.
    fn units_by_id(&self) -> Vec<OuPath> {
        let backed_up = self.backup_units.iter().collect();
        let units = Deployment::topmost(&backed_up).into_iter().chain(&self.vault_units);
        let mut units: Vec<OuPath> = units.flat_map(OuPath::downwards).collect();
        units.sort();
        units.dedup();
        units
    }

    fn contradictions(&self, wrong: &mut Vec<Wrong>) {
        self.contradictions_of_regions(wrong);
        self.contradictions_of_accounts(wrong);
        self.contradictions_of_retention(wrong);
        let backed_up = self.backup_units.iter().collect();
        let topmost = Deployment::topmost(&backed_up).len();
        if self.spans_the_organization() && topmost > MOST_PATHS {
            wrong.push(Wrong::new(
                format!("copies are to come from {topmost} units that are in none of the others, and a vault takes {MOST_PATHS}"),
                "name the unit that several of them are in as well",
            ));
        }
        for unit in self.backup_units.intersection(&self.vault_units) {
            wrong.push(Wrong::new(
                format!("`{unit}` is backed up and a unit of vaults"),
                "what holds the backups of others is not backed up into them: name it once",
            ));
        }
        if let Some(unit) = &self.central_unit
            && !self.backup_units.contains(unit)
            && !self.vault_units.contains(unit)
        {
            wrong.push(Wrong::new(
                format!("the central unit `{unit}` is neither backed up nor a unit of vaults"),
                "name it in one of the two lists",
            ));
        }
    }

    fn contradictions_of_regions(&self, wrong: &mut Vec<Wrong>) {
        let Some(home) = &self.home_region else { return };
        let partition = partition_of(home);
        if let Some(recovery) = &self.recovery_region {
            if recovery == home {
                wrong.push(Wrong::new(
                    format!("`{home}` is the home Region and the one for recovery"),
                    "name another Region: copies in the same one are lost with it",
                ));
            } else if partition_of(recovery) != partition {
                wrong.push(Wrong::new(
                    format!("`{home}` and `{recovery}` are in different partitions"),
                    "name two Regions of one partition: nothing is copied between partitions",
                ));
            }
        }
        if let Some(instance) = &self.identity_center
            && !instance.starts_with(&format!("arn:{partition}:"))
        {
            wrong.push(Wrong::new(
                format!(
                    "the instance of IAM Identity Center is not in the partition {partition} of `{home}`"
                ),
                "correct its ARN, or the home Region",
            ));
        }
    }

    fn contradictions_of_accounts(&self, wrong: &mut Vec<Wrong>) {
        let apart = [
            AccountRole::Management,
            AccountRole::LogArchive,
            AccountRole::BackupKeys,
            AccountRole::CentralBackup,
            AccountRole::DataBunker,
        ];
        let mut seen: BTreeMap<&str, AccountRole> = BTreeMap::new();
        for role in apart {
            let Some(id) = self.accounts.get(&role).and_then(|account| account.id.as_deref()) else {
                continue;
            };
            if let Some(other) = seen.insert(id, role) {
                wrong.push(Wrong::new(
                    format!("{} and {} are the same account, {id}", other.word(), role.word()),
                    "take two: each keeps what the other must not reach",
                ));
            }
        }
    }

    fn contradictions_of_retention(&self, wrong: &mut Vec<Wrong>) {
        let days = |tier: Tier| self.retention.get(&tier).copied().unwrap_or_else(|| tier.default_days());
        let shortest = Tier::ALL.iter().copied().min_by_key(|tier| days(*tier));
        if let Some(tier) =
            shortest.filter(|tier| self.includes(Architecture::Bunker) && days(*tier) < LEAST_AIR_GAPPED_DAYS)
        {
            wrong.push(Wrong::new(
                format!("{} backups are kept for {} days, and an air-gapped vault takes {LEAST_AIR_GAPPED_DAYS} at least", tier.word(), days(tier)),
                format!("keep them for {LEAST_AIR_GAPPED_DAYS} days, or leave out the bunker"),
            ));
        }
        for tier in [Tier::Monthly, Tier::Yearly] {
            if !self.spans_the_organization() && days(tier) < 2 * COLD_DAYS {
                wrong.push(Wrong::new(
                    format!("{} backups are kept for {} days, and the template of a single account moves them to cold storage", tier.word(), days(tier)),
                    format!("keep them for {} days at least, {COLD_DAYS} of which are warm", 2 * COLD_DAYS),
                ));
            }
        }
    }

    /// What nobody has to say. What no architecture needs yet stays: the next one will.
    fn completed(mut self) -> Self {
        for tier in Tier::ALL {
            self.retention.entry(*tier).or_insert_with(|| tier.default_days());
        }
        if self.spans_the_organization() {
            self.mfa.get_or_insert(MfaEvidence::Session);
            let needed = self.units_by_id();
            self.unit_ids.retain(|unit, _| needed.contains(unit));
        }
        self
    }
}
