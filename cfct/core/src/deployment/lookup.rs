//! What names stand for in an organization, and what is wrong with them there.

use std::collections::{BTreeMap, BTreeSet};

use super::form::Wrong;
use super::{AccountAnswer, AccountRole, Answers};
use crate::aws::{AccountId, OuPath};
use crate::organization::{AccountIndex, Organization, UnitIndex};
use crate::words::{excerpt, nearest};

/// Looks everything up that the answers name, fills in what follows, and reports what does not hold.
pub(super) fn look_up(answers: &mut Answers, organization: &Organization, wrong: &mut Vec<Wrong>) {
    let home = organization.home_region.as_ref().map(|region| &*region.value);
    agree(&mut answers.home_region, home, "the home Region", wrong);
    if answers.spans_the_organization() {
        agree(&mut answers.organization_id, organization.id(), "the organization's id", wrong);
        agree(&mut answers.root_id, Some(&organization.unit(UnitIndex::ROOT).id), "the root's id", wrong);
        look_up_accounts(answers, organization, wrong);
    }
    look_up_units(answers, organization, wrong);
    // Where an account has to be is a question of units that exist.
    if answers.spans_the_organization() && wrong.is_empty() {
        place_accounts(answers, organization, wrong);
    }
}

/// Takes what the organization says where the answers say nothing.
fn agree(answer: &mut Option<String>, known: Option<&str>, what: &str, wrong: &mut Vec<Wrong>) {
    match (&answer, known) {
        (Some(answer), Some(known)) if answer != known => wrong.push(Wrong::new(
            format!("{what} is `{}`, and `{known}` in the organization file", excerpt(answer)),
            "give the file of this organization, or correct the answer",
        )),
        (None, Some(known)) => *answer = Some(known.to_owned()),
        _ => {}
    }
}

fn look_up_accounts(answers: &mut Answers, organization: &Organization, wrong: &mut Vec<Wrong>) {
    if let Some(management) = organization.management() {
        let id = organization.account(management).id.to_string();
        let named = answers.accounts.entry(AccountRole::Management).or_default();
        if named.name.is_none() && named.id.is_none() {
            named.id = Some(id);
        }
    }
    for (role, account) in &mut answers.accounts {
        match find_account(account, organization) {
            Ok(found) => *account = described(found, organization),
            Err(error) => {
                wrong
                    .push(Wrong { message: format!("{}: {}", role.word(), error.message), help: error.help });
            }
        }
    }
}

fn find_account(account: &AccountAnswer, organization: &Organization) -> Result<AccountIndex, Wrong> {
    let by_id = match account.id.as_deref().map(|id| (id, id.parse::<AccountId>())) {
        Some((_, Ok(id))) if organization.account_by_id(id).is_some() => organization.account_by_id(id),
        Some((id, _)) => {
            return Err(Wrong::new(
                format!("no account `{}` in the organization", excerpt(id)),
                "correct the id, or take a fresh snapshot",
            ));
        }
        None => None,
    };
    let by_name = account.name.as_deref().map(|name| find_name(name, by_id, organization)).transpose()?;
    let found = match (by_id, by_name) {
        (Some(by_id), Some(by_name)) if by_id != by_name => {
            let (by_id, by_name) = (organization.account(by_id), organization.account(by_name));
            let message = format!("{} and {} are two accounts", by_id.display(), by_name.display());
            return Err(Wrong::new(message, "correct the name or the id"));
        }
        (by_id, by_name) => by_id.or(by_name),
    };
    let Some(found) = found else { return Err(Wrong::new("no name and no id", "name the account")) };
    let state = organization.account(found);
    if !state.is_active() {
        let message = format!("{} is {}", state.display(), state.status.as_str());
        return Err(Wrong::new(message, "name an account in use"));
    }
    Ok(found)
}

/// The account of a name; of several, the one that `id` names.
fn find_name(
    name: &str,
    id: Option<AccountIndex>,
    organization: &Organization,
) -> Result<AccountIndex, Wrong> {
    match organization.accounts_by_name(name) {
        [one] => Ok(*one),
        [] => {
            let message = format!("no account `{}` in the organization", excerpt(name));
            let names = organization.accounts().map(|(_, account)| &*account.name);
            Err(match nearest(name, names) {
                Some(meant) => Wrong::new(message, format!("did you mean `{meant}`?")),
                None => Wrong::new(message, "name an account by its name or its id"),
            })
        }
        several => id.filter(|id| several.contains(id)).ok_or_else(|| {
            Wrong::new(
                format!("{} accounts are called `{}`", several.len(), excerpt(name)),
                "name it by its id",
            )
        }),
    }
}

/// Its id, and its name where that is its alone.
fn described(account: AccountIndex, organization: &Organization) -> AccountAnswer {
    let account = organization.account(account);
    let is_unique = !account.name.is_empty() && organization.accounts_by_name(&account.name).len() == 1;
    AccountAnswer { name: is_unique.then(|| account.name.to_string()), id: Some(account.id.to_string()) }
}

fn look_up_units(answers: &mut Answers, organization: &Organization, wrong: &mut Vec<Wrong>) {
    let named: BTreeSet<OuPath> = answers.backup_units.union(&answers.vault_units).cloned().collect();
    let mut ids = BTreeMap::new();
    for path in &named {
        let Some(unit) = organization.unit_at(path.names()) else {
            wrong.push(no_unit(path, organization));
            continue;
        };
        if answers.spans_the_organization() {
            ids.extend(with_ancestors(unit, organization));
        }
    }
    for path in &answers.backup_units {
        let Some(unit) = organization.unit_at(path.names()) else { continue };
        let inside = organization.descendants(unit).into_iter();
        let inside = inside.filter(|unit| organization.active_in(*unit).next().is_some());
        let unnamed: Vec<String> = inside
            .map(|unit| organization.path(unit))
            .filter(|path| !answers.backup_units.contains(path))
            .map(|path| format!("`{path}`"))
            .collect();
        if answers.spans_the_organization() && !unnamed.is_empty() {
            wrong.push(Wrong::new(
                format!(
                    "`{path}` has accounts in units inside of it, which policies reach and stack sets do not"
                ),
                format!("add {} to the units that are backed up", unnamed.join(", ")),
            ));
        }
    }
    for (path, id) in &answers.unit_ids {
        if let Some(other) = ids.get(path).filter(|other| *other != id) {
            wrong.push(Wrong::new(
                format!("the id of `{path}` is `{id}`, and `{other}` in the organization file"),
                "correct it: copies are taken from units by their ids",
            ));
        }
    }
    answers.unit_ids = ids;
}

fn no_unit(path: &OuPath, organization: &Organization) -> Wrong {
    let message = format!("no unit `{path}` in the organization");
    let paths: Vec<String> =
        organization.units().skip(1).map(|(unit, _)| organization.path(unit).to_string()).collect();
    let same_leaf = paths.iter().find(|known| known.rsplit(OuPath::DELIMITER).next() == Some(path.leaf()));
    let written = path.to_string();
    let meant = nearest(&written, paths.iter().map(String::as_str)).or(same_leaf.map(String::as_str));
    match meant {
        Some(meant) => Wrong::new(message, format!("did you mean `{meant}`?")),
        None => Wrong::new(message, format!("there are {}", paths.join(", "))),
    }
}

/// The ids of a unit and of those that it is in, by their paths.
fn with_ancestors(unit: UnitIndex, organization: &Organization) -> impl Iterator<Item = (OuPath, String)> {
    let ancestors = organization.ancestors(unit).filter(|unit| *unit != UnitIndex::ROOT);
    ancestors.map(|unit| (organization.path(unit), organization.unit(unit).id.to_string()))
}

/// Whether each account is where its guardrails are.
fn place_accounts(answers: &mut Answers, organization: &Organization, wrong: &mut Vec<Wrong>) {
    let place = |role: AccountRole| -> Option<(String, OuPath)> {
        let id = answers.accounts.get(&role)?.id.as_deref()?.parse().ok()?;
        let account = organization.account(organization.account_by_id(id)?);
        Some((account.display(), organization.path(account.parent?)))
    };
    let within = |place: &OuPath, units: &BTreeSet<OuPath>| {
        units.iter().filter(|unit| place == *unit || place.is_below(unit)).max().cloned()
    };
    for role in [AccountRole::LogArchive, AccountRole::BackupKeys, AccountRole::DataBunker] {
        let Some((name, unit)) = place(role) else { continue };
        if within(&unit, &answers.backup_units).is_some() {
            wrong.push(Wrong::new(
                format!("{}: {name} is in `{unit}`, which is backed up", role.word()),
                "move the account to a unit of its own: it keeps what others are restored from",
            ));
        } else if within(&unit, &answers.vault_units).is_none() {
            wrong.push(Wrong::new(
                format!("{}: {name} is in `{unit}`, which is none of the units of vaults", role.word()),
                format!(
                    "add `{unit}` to them: the guardrails that keep this account whole are attached there"
                ),
            ));
        }
    }
    if let Some((name, unit)) = place(AccountRole::CentralBackup) {
        let either = answers.backup_units.union(&answers.vault_units).cloned().collect();
        match (within(&unit, &either), &answers.central_unit) {
            (None, _) => wrong.push(Wrong::new(
                format!(
                    "central-backup: {name} is in `{unit}`, which is neither backed up nor a unit of vaults"
                ),
                format!("add `{unit}` to one of the two: no guardrail would protect the central vault"),
            )),
            (Some(unit), Some(answer)) if unit != *answer => wrong.push(Wrong::new(
                format!("central-backup: {name} is in `{unit}`, not in `{answer}`"),
                "correct the central unit, or leave it out",
            )),
            (unit, _) => answers.central_unit = unit,
        }
    }
}
