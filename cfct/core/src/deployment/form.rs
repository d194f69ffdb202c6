//! What a single answer has to look like, whatever the others are.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::aws::{AccountId, OuPath, Region, is_ou_id, is_root_id};
use crate::words::{excerpt, nearest};

/// Days that a vault lock takes at most (`MaxRetentionDays` of `PutBackupVaultLockConfiguration`).
pub const MOST_DAYS: u32 = 36_500;

/// Days for which something has to lie in cold storage at least, and again from then on.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/lifecycle-objects.html>
pub const COLD_DAYS: u32 = 90;

/// Why an answer is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong, as a fragment.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Wrong {
    /// An answer that is wrong, and what to do about it.
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// What a text has to look like, and how that is said.
struct Pattern {
    regex: LazyLock<Option<Regex>>,
    what: &'static str,
    help: &'static str,
}

impl Pattern {
    const fn new(compile: fn() -> Option<Regex>, what: &'static str, help: &'static str) -> Self {
        Self { regex: LazyLock::new(compile), what, help }
    }

    fn check(&self, text: &str) -> Result<(), Wrong> {
        match &*self.regex {
            Some(regex) if !regex.is_match(text) => {
                Err(Wrong::new(format!("`{}` is no {}", excerpt(text), self.what), self.help))
            }
            _ => Ok(()),
        }
    }
}

static ORGANIZATION: Pattern = Pattern::new(
    || Regex::new("^o-[a-z0-9]{10,32}$").ok(),
    "organization's id",
    "it looks like o-a1b2c3d4e5; `aws organizations describe-organization` prints it",
);

// Narrower than what the templates take: it is written where other characters would have to be quoted.
static EMAIL: Pattern = Pattern::new(
    || Regex::new(r"^[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$").ok(),
    "mail address",
    "write one address, such as backup@example.com",
);

static INSTANCE: Pattern = Pattern::new(
    || Regex::new(r"^arn:aws[a-z-]*:sso:::instance/(sso)?ins-[a-zA-Z0-9.-]{16}$").ok(),
    "ARN of an instance of IAM Identity Center",
    "`aws sso-admin list-instances` prints it",
);

static GROUP: Pattern = Pattern::new(
    || Regex::new("^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$").ok(),
    "id of a group in IAM Identity Center",
    "`aws identitystore list-groups` prints it",
);

/// A Region that is known, or may be newer than our list.
///
/// # Errors
/// Where it is neither.
pub fn region(id: &str) -> Result<(), Wrong> {
    if Region::find(id).is_some() || Region::is_conceivable(id) {
        return Ok(());
    }
    let message = format!("`{}` is no Region", excerpt(id));
    Err(match nearest(id, Region::all().iter().map(|region| region.id)) {
        Some(meant) => Wrong::new(message, format!("did you mean `{meant}`?")),
        None => Wrong::new(message, "write a Region's id, such as eu-central-1"),
    })
}

/// The partition of a Region; of one that is newer than our list, that of the known one most like it.
#[must_use]
pub fn partition_of(region: &str) -> &'static str {
    let alike =
        |other: &Region| region.split('-').zip(other.id.split('-')).take_while(|(a, b)| a == b).count();
    Region::find(region)
        .or_else(|| Region::all().iter().max_by_key(|other| alike(other)))
        .map_or("aws", |one| one.partition)
}

/// A unit's path: `Workloads:Prod`.
///
/// # Errors
/// Where it is empty, or the root: its guardrails would bind every account there is.
pub fn unit(text: &str) -> Result<OuPath, Wrong> {
    let path = OuPath::new(OuPath::parts_of(text));
    if path.names().len() == 0 || path.names().eq([OuPath::ROOT]) {
        let message = format!("`{}` is no organizational unit", excerpt(text));
        return Err(Wrong::new(message, "name units by their paths, such as Workloads:Prod"));
    }
    Ok(path)
}

/// An account's id.
///
/// # Errors
/// Where it is none.
pub fn account_id(text: &str) -> Result<(), Wrong> {
    if AccountId::is_id(text) {
        return Ok(());
    }
    Err(Wrong::new(
        format!("`{}` is no account id", excerpt(text)),
        "an account id has exactly twelve digits",
    ))
}

/// The id of an organizational unit.
///
/// # Errors
/// Where it is none.
pub fn unit_id(text: &str) -> Result<(), Wrong> {
    if is_ou_id(text) {
        return Ok(());
    }
    let help = "it looks like ou-a1b2-c3d4e5f6";
    Err(Wrong::new(format!("`{}` is no id of an organizational unit", excerpt(text)), help))
}

/// The id of a root.
///
/// # Errors
/// Where it is none.
pub fn root_id(text: &str) -> Result<(), Wrong> {
    if is_root_id(text) {
        return Ok(());
    }
    Err(Wrong::new(format!("`{}` is no id of a root", excerpt(text)), "it looks like r-a1b2"))
}

/// The id of an organization.
///
/// # Errors
/// Where it is none.
pub fn organization_id(text: &str) -> Result<(), Wrong> {
    ORGANIZATION.check(text)
}

/// A mail address.
///
/// # Errors
/// Where it is none.
pub fn email(text: &str) -> Result<(), Wrong> {
    EMAIL.check(text)
}

/// The ARN of an instance of IAM Identity Center.
///
/// # Errors
/// Where it is none.
pub fn instance(text: &str) -> Result<(), Wrong> {
    INSTANCE.check(text)
}

/// The id of a group in IAM Identity Center.
///
/// # Errors
/// Where it is none.
pub fn group_id(text: &str) -> Result<(), Wrong> {
    GROUP.check(text)
}

/// Days of retention.
///
/// # Errors
/// Where it is no number, or no lock takes as many.
pub fn days(text: &str) -> Result<u32, Wrong> {
    match text.parse() {
        Ok(days) if (1..=MOST_DAYS).contains(&days) => Ok(days),
        _ => {
            let message = format!("`{}` is no retention", excerpt(text));
            Err(Wrong::new(message, format!("a vault lock takes 1 to {MOST_DAYS} days")))
        }
    }
}
