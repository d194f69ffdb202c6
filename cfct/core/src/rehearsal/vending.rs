//! An account that Control Tower vends: the organization afterwards, and the event that says so.

use std::fmt;

use serde_json::{Value, json};

use crate::aws::{AccountId, OuPath};
use crate::backup_policy::utc::UtcMinute;
use crate::organization::Organization;

/// An account that was vended.
#[derive(Clone, Debug, PartialEq)]
pub struct Vending {
    /// Its id, which no account of the organization had.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The organization's file with the account in it.
    pub organization: String,
    /// What Control Tower tells EventBridge.
    pub event: String,
}

/// Why an account could not be vended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotVended {
    /// There is no such unit.
    NoUnit(OuPath),
    /// The organization's file does not say who its management account is, or what its home Region.
    NotSaid(&'static str),
    /// There is an account of that name, and CfCT tells accounts apart by it.
    NameTaken(String),
    /// Every id is taken.
    NoId,
}

impl fmt::Display for NotVended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoUnit(unit) => write!(f, "the organization has no unit {unit}"),
            Self::NotSaid(what) => write!(f, "the organization's file does not name {what}"),
            Self::NoId => f.write_str("every account id is taken"),
            Self::NameTaken(name) => write!(f, "the organization has an account {name} already"),
        }
    }
}

/// Vends an account into a unit. `now` is when Control Tower says that it is done.
///
/// # Errors
/// See [`NotVended`].
pub fn vend(
    organization: &Organization,
    name: &str,
    unit: &OuPath,
    now: UtcMinute,
) -> Result<Vending, NotVended> {
    let index = organization.unit_at(unit.names()).ok_or_else(|| NotVended::NoUnit(unit.clone()))?;
    let management = organization.management().ok_or(NotVended::NotSaid("the management account"))?;
    let home = organization.home_region.as_ref().ok_or(NotVended::NotSaid("the home Region"))?;
    if !organization.accounts_by_name(name).is_empty() {
        return Err(NotVended::NameTaken(name.to_owned()));
    }
    let account = free_id(organization).ok_or(NotVended::NoId)?;
    let unit = organization.unit(index);
    let event = created(
        organization.account(management).id,
        &home.value,
        (&unit.id, &unit.name),
        (account, name),
        &now.to_string(),
    );
    Ok(Vending {
        account,
        name: name.to_owned(),
        organization: with(organization, account, name, &unit.id),
        event: format!("{event:#}"),
    })
}

/// The first id from the top that no account has.
fn free_id(organization: &Organization) -> Option<AccountId> {
    const HIGHEST: u64 = 999_999_999_999;
    let mut ids = (0..=HIGHEST).rev().filter_map(|number| format!("{number:012}").parse::<AccountId>().ok());
    ids.find(|id| organization.account_by_id(*id).is_none())
}

/// The organization's file with one account more, which is enrolled.
fn with(organization: &Organization, account: AccountId, name: &str, unit: &str) -> String {
    // The organization was read from it.
    let mut file: Value = serde_json::from_str(organization.source().text()).unwrap_or_default();
    let inner = match file.get("organization") {
        Some(_) => &mut file["organization"],
        None => &mut file,
    };
    let entry = json!({ "id": account, "name": name, "status": "ACTIVE", "parent": unit });
    if let Some(accounts) = inner["accounts"].as_array_mut() {
        accounts.push(entry);
    }
    if let Some(enrolled) = inner["baseline_stack_set"]["accounts"].as_array_mut() {
        enrolled.push(json!(account));
    }
    format!("{file:#}")
}

/// The lifecycle event of an account that was created, as Control Tower sends it.
///
/// <https://docs.aws.amazon.com/controltower/latest/userguide/lifecycle-events.html#create-managed-account>
fn created(
    management: AccountId,
    region: &str,
    (unit_id, unit_name): (&str, &str),
    (account, name): (AccountId, &str),
    time: &str,
) -> Value {
    let seconds = time.replace('Z', ":00Z");
    json!({
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000001",
        "detail-type": "AWS Service Event via CloudTrail",
        "source": "aws.controltower",
        "account": management,
        "time": seconds,
        "region": region,
        "resources": [],
        "detail": {
            "eventVersion": "1.05",
            "userIdentity": { "accountId": management, "invokedBy": "AWS Internal" },
            "eventTime": seconds,
            "eventSource": "controltower.amazonaws.com",
            "eventName": "CreateManagedAccount",
            "awsRegion": region,
            "sourceIPAddress": "AWS Internal",
            "userAgent": "AWS Internal",
            "eventID": "00000000-0000-4000-8000-000000000002",
            "readOnly": false,
            "eventType": "AwsServiceEvent",
            "serviceEventDetails": {
                "createManagedAccountStatus": {
                    "organizationalUnit": { "organizationalUnitName": unit_name, "organizationalUnitId": unit_id },
                    "account": { "accountName": name, "accountId": account },
                    "state": "SUCCEEDED",
                    "message": "AWS Control Tower successfully created a managed account.",
                    "requestedTimestamp": seconds.replace('Z', "+0000"),
                    "completedTimestamp": seconds.replace('Z', "+0000"),
                },
            },
        },
    })
}
