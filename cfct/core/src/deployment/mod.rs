//! What a configuration is written for: the architectures, Regions, units, accounts and retention of one
//! organization. They stand in `cfct.toml` under `[deployment]`, and nowhere else.
//!
//! [`Answers`] are what a person said so far, in a file or on the command line; [`Answers::resolve`] looks up what
//! names stand for and makes a [`Deployment`] of them, in which nothing is missing and nothing contradicts.

pub mod form;
mod lookup;
mod resolve;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::{OuPath, Region};

pub use resolve::{Missing, Unresolved};
pub use write::write;

/// A closed list of words, each of which stands for one thing.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$item])* $variant,)+
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that stands for it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// What a word stands for.
            #[must_use]
            pub fn find(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// One of AWS's four reference architectures. All but the first build on the one before.
    Architecture {
        /// Every account protects itself, from one template.
        SingleAccount = "single-account",
        /// Vaults, keys, plans and guardrails for the whole organization, and copies in a central account.
        Organization = "organization",
        /// Audits, reports, records and access as a landing zone has them.
        LandingZone = "landing-zone",
        /// A locked vault out of everybody's reach.
        Bunker = "bunker",
    }
}

words! {
    /// How often something is backed up.
    Tier {
        /// Every hour.
        Hourly = "hourly",
        /// Every day.
        Daily = "daily",
        /// Every week.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
        /// Every year.
        Yearly = "yearly",
    }
}

impl Tier {
    /// Days of retention where nobody says otherwise.
    #[must_use]
    pub fn default_days(self) -> u32 {
        match self {
            Self::Hourly => 7,
            Self::Daily => 35,
            Self::Weekly => 90,
            Self::Monthly => 365,
            Self::Yearly => 2555,
        }
    }
}

words! {
    /// An account with a part of its own.
    AccountRole {
        /// The management account of the organization.
        Management = "management",
        /// Where Control Tower keeps logs.
        LogArchive = "log-archive",
        /// Where Control Tower lets auditors in.
        Audit = "audit",
        /// Holds the keys of the vaults that copies go to.
        BackupKeys = "backup-keys",
        /// Holds the central vault, the event bus and the reports.
        CentralBackup = "central-backup",
        /// Holds the bunker's vaults.
        DataBunker = "data-bunker",
        /// Has the users who administer the keys; those of the key account where there is none.
        KeyAdministrators = "key-administrators",
    }
}

impl AccountRole {
    /// The first architecture that needs it; `None` where none does.
    #[must_use]
    pub fn needed_from(self) -> Option<Architecture> {
        match self {
            Self::Management | Self::BackupKeys | Self::CentralBackup => Some(Architecture::Organization),
            Self::LogArchive | Self::Audit => Some(Architecture::LandingZone),
            Self::DataBunker => Some(Architecture::Bunker),
            Self::KeyAdministrators => None,
        }
    }
}

words! {
    /// A group of people in IAM Identity Center.
    Group {
        /// Run jobs.
        Operators = "operators",
        /// Read reports and logs.
        Auditors = "auditors",
        /// May do more in an emergency.
        BreakGlass = "break-glass",
    }
}

words! {
    /// Where MFA shows.
    MfaEvidence {
        /// In the session: an identity provider vouches for it by a session tag.
        Session = "session",
        /// At sign-in alone: Identity Center's own directory tells sessions nothing.
        SignIn = "sign-in",
    }
}

/// An account as a person names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountAnswer {
    /// Its name; the manifest names it by its id where there is none.
    pub name: Option<String>,
    /// Its id.
    pub id: Option<String>,
}

impl AccountAnswer {
    /// The account as a manifest names it.
    #[must_use]
    pub fn reference(&self) -> &str {
        self.name.as_deref().or(self.id.as_deref()).unwrap_or_default()
    }
}

/// What a person said so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Which architectures.
    pub architectures: BTreeSet<Architecture>,
    /// The home Region of Control Tower, where the central vaults are.
    pub home_region: Option<String>,
    /// The Region that takes copies for recovery.
    pub recovery_region: Option<String>,
    /// The units whose accounts are backed up, nested ones one by one.
    pub backup_units: BTreeSet<OuPath>,
    /// The units of the accounts that hold vaults, keys and logs, and are not backed up themselves.
    pub vault_units: BTreeSet<OuPath>,
    /// The unit, of the two lists, that the central backup account is in.
    pub central_unit: Option<OuPath>,
    /// Who is told by mail.
    pub notification_email: Option<String>,
    /// The id of the organization.
    pub organization_id: Option<String>,
    /// The id of its root.
    pub root_id: Option<String>,
    /// The ids of units.
    pub unit_ids: BTreeMap<OuPath, String>,
    /// Accounts with a part of their own.
    pub accounts: BTreeMap<AccountRole, AccountAnswer>,
    /// Days of retention.
    pub retention: BTreeMap<Tier, u32>,
    /// The ARN of the instance of IAM Identity Center.
    pub identity_center: Option<String>,
    /// The ids of groups in it.
    pub groups: BTreeMap<Group, String>,
    /// Where MFA shows.
    pub mfa: Option<MfaEvidence>,
}

impl Answers {
    /// These answers, and those of `others` to what they leave open.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        fn list<T: Ord>(mine: BTreeSet<T>, theirs: BTreeSet<T>) -> BTreeSet<T> {
            if mine.is_empty() { theirs } else { mine }
        }
        fn map<K: Ord, V>(mine: BTreeMap<K, V>, mut theirs: BTreeMap<K, V>) -> BTreeMap<K, V> {
            theirs.extend(mine);
            theirs
        }
        Self {
            architectures: list(self.architectures, others.architectures),
            home_region: self.home_region.or(others.home_region),
            recovery_region: self.recovery_region.or(others.recovery_region),
            backup_units: list(self.backup_units, others.backup_units),
            vault_units: list(self.vault_units, others.vault_units),
            central_unit: self.central_unit.or(others.central_unit),
            notification_email: self.notification_email.or(others.notification_email),
            organization_id: self.organization_id.or(others.organization_id),
            root_id: self.root_id.or(others.root_id),
            unit_ids: map(self.unit_ids, others.unit_ids),
            accounts: map(self.accounts, others.accounts),
            retention: map(self.retention, others.retention),
            identity_center: self.identity_center.or(others.identity_center),
            groups: map(self.groups, others.groups),
            mfa: self.mfa.or(others.mfa),
        }
    }

    /// Whether any architecture is wanted but the first, which needs no organization.
    #[must_use]
    pub fn spans_the_organization(&self) -> bool {
        self.architectures.iter().any(|one| *one > Architecture::SingleAccount)
    }

    /// Whether an architecture is wanted, by itself or beneath a later one.
    #[must_use]
    pub fn includes(&self, architecture: Architecture) -> bool {
        match architecture {
            Architecture::SingleAccount => self.architectures.contains(&architecture),
            _ => self.architectures.iter().any(|wanted| *wanted >= architecture),
        }
    }
}

/// Answers that leave nothing open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment(Answers);

impl Deployment {
    /// The answers, ids filled in.
    #[must_use]
    pub fn answers(&self) -> &Answers {
        &self.0
    }

    /// The home Region.
    #[must_use]
    pub fn home_region(&self) -> &str {
        self.0.home_region.as_deref().unwrap_or_default()
    }

    /// The Region that Organizations is in, and its events come from.
    ///
    /// <https://docs.aws.amazon.com/general/latest/gr/ao.html>
    #[must_use]
    pub fn organizations_region(&self) -> &'static str {
        match self.partition() {
            "aws-us-gov" => "us-gov-west-1",
            "aws-cn" => "cn-northwest-1",
            _ => "us-east-1",
        }
    }

    /// The partition of its Regions: `aws`, `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        form::partition_of(self.home_region())
    }

    /// What ends the host names of services there.
    #[must_use]
    pub fn url_suffix(&self) -> &'static str {
        let same = Region::all().iter().find(|region| region.partition == self.partition());
        same.map_or("amazonaws.com", |region| region.url_suffix)
    }

    /// Days of retention of a tier.
    #[must_use]
    pub fn days(&self, tier: Tier) -> u32 {
        self.0.retention.get(&tier).copied().unwrap_or_else(|| tier.default_days())
    }

    /// The bounds of the locks: the shortest retention of any tier, and the longest.
    #[must_use]
    pub fn lock(&self) -> (u32, u32) {
        let days = || Tier::ALL.iter().map(|tier| self.days(*tier));
        (days().min().unwrap_or_default(), days().max().unwrap_or_default())
    }

    /// The units of `units` that are in no other of them: where policies are attached, which are inherited.
    #[must_use]
    pub fn topmost<'u>(units: &BTreeSet<&'u OuPath>) -> BTreeSet<&'u OuPath> {
        units.iter().copied().filter(|unit| !units.iter().any(|other| unit.is_below(other))).collect()
    }

    /// The backed-up units of application teams: all but that of the central backup account, or all where there
    /// is no other.
    #[must_use]
    pub fn application_units(&self) -> BTreeSet<&OuPath> {
        let others: BTreeSet<&OuPath> =
            self.0.backup_units.iter().filter(|unit| Some(*unit) != self.0.central_unit.as_ref()).collect();
        if others.is_empty() { self.0.backup_units.iter().collect() } else { others }
    }

    /// The path of a unit by ids, from the organization down: what `aws:PrincipalOrgPaths` holds, without the
    /// last slash.
    #[must_use]
    pub fn id_path(&self, unit: &OuPath) -> Option<String> {
        let mut path = format!("{}/{}", self.0.organization_id.as_deref()?, self.0.root_id.as_deref()?);
        for above in unit.downwards() {
            path.push('/');
            path.push_str(self.0.unit_ids.get(&above)?);
        }
        Some(path)
    }

    /// An account with a part of its own in these architectures.
    #[must_use]
    pub fn account(&self, role: AccountRole) -> Option<&AccountAnswer> {
        let is_needed = role.needed_from().is_none_or(|from| self.0.includes(from));
        self.0.accounts.get(&role).filter(|_| is_needed)
    }
}

#[cfg(test)]
mod tests;
