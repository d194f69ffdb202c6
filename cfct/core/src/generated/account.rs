//! The account that a generated stack set is deployed to.

use super::codes::organization::{ACCOUNT, EXECUTION_ROLE};
use super::stack_set::StackSet;
use crate::aws::AccountId;
use crate::finding::Finding;
use crate::organization::{Account, AccountIndex, AccountStatus, Organization};
use crate::source::Location;
use crate::words::{excerpt, nearest};

/// The account that a setting names, or the management account; `None` where that is none to deploy to.
pub(crate) fn chosen<'o>(
    setting: Option<&(String, Location)>,
    organization: &'o Organization,
) -> Option<&'o Account> {
    match setting {
        Some((written, _)) => delegated(written, organization).ok(),
        None => organization.management().map(|index| organization.account(index)),
    }
}

/// The same where no stack set goes there: it need not be enrolled in Control Tower.
pub(crate) fn active<'o>(
    setting: Option<&(String, Location)>,
    organization: &'o Organization,
) -> Option<&'o Account> {
    match setting {
        Some((written, _)) => named(written, organization).ok().map(|index| organization.account(index)),
        None => organization.management().map(|index| organization.account(index)),
    }
}

/// The same for a stack set, with what is wrong with it or to be done for it.
pub(super) fn of(
    set: &StackSet,
    organization: &Organization,
    findings: &mut Vec<Finding>,
) -> Option<AccountId> {
    let Some((written, place)) = &set.account else {
        let Some(management) = organization.management() else {
            let message =
                format!("the organization names no management account to deploy {} from", set.subject);
            findings.push(
                Finding::new(&ACCOUNT, &set.place, message).help(format!(
                    "take a new snapshot, or set `account` under `[{}]` in cfct.toml",
                    set.table
                )),
            );
            return None;
        };
        let account = organization.account(management);
        findings.push(needs_role(set, account, &set.place));
        return Some(account.id);
    };
    match delegated(written, organization) {
        Ok(account) => {
            let is_management = organization.management().map(|index| organization.account(index).id);
            findings.extend((is_management == Some(account.id)).then(|| needs_role(set, account, place)));
            Some(account.id)
        }
        Err((message, help)) => {
            findings.push(Finding::new(&ACCOUNT, place, message).help(help));
            None
        }
    }
}

fn needs_role(set: &StackSet, account: &Account, place: &Location) -> Finding {
    let message = format!("{} come from the management account, {}", set.subject, account.id);
    Finding::new(&EXECUTION_ROLE, place, message).help(format!(
        "create the role AWSControlTowerExecution there, trusting the account itself, before the first push; or \
         make a member account the delegated administrator and set `account` under `[{}]` in cfct.toml",
        set.table
    ))
}

/// The account that a setting names, where a stack set can go there.
fn delegated<'o>(written: &str, organization: &'o Organization) -> Result<&'o Account, (String, String)> {
    let index = named(written, organization)?;
    let account = organization.account(index);
    let is_enrolled = organization.baseline().accounts.contains(index);
    if !is_enrolled && organization.management() != Some(index) {
        let message = format!("{} is not enrolled in Control Tower", account.display());
        return Err((message, "enroll it, or name another account: CfCT drops this one".to_owned()));
    }
    Ok(account)
}

/// The account that a setting names, by id or name.
fn named(written: &str, organization: &Organization) -> Result<AccountIndex, (String, String)> {
    let shown = excerpt(written);
    let found = match written.parse::<AccountId>() {
        Ok(id) => organization.account_by_id(id).into_iter().collect(),
        Err(_) => organization.accounts_by_name(written).to_vec(),
    };
    let listed: Vec<_> = found
        .into_iter()
        .filter(|index| organization.account(*index).status != AccountStatus::Unlisted)
        .collect();
    let [index] = listed[..] else {
        if listed.is_empty() {
            let names = organization.accounts().map(|(_, account)| &*account.name);
            let help = match nearest(written, names.filter(|name| !name.is_empty())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the account's id, or its name".to_owned(),
            };
            return Err((format!("there is no account `{shown}`"), help));
        }
        return Err((format!("{} accounts are called `{shown}`", listed.len()), "write its id".to_owned()));
    };
    let account = organization.account(index);
    if !account.is_active() {
        let message = format!("{} is {}", account.display(), account.status.as_str());
        return Err((message, "name an account that is active".to_owned()));
    }
    Ok(index)
}
