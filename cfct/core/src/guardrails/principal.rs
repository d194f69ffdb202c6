//! Principals as a person writes them: an ARN, or `role/App in Workloads:Prod`.

use crate::aws::{AccountId, OuPath};
use crate::iam::evaluate::Principal;
use crate::organization::{AccountIndex, Organization, UnitIndex};

/// The principal that a text names: an ARN, a service, or a role or user and where it is (`role/App in
/// Workloads:Prod`, `user/ada in 111122223333`, `root in shop`). Of a unit it is the first active account, or
/// the first one below where the unit itself has none.
///
/// # Errors
/// Where it names nobody: the reason, as a fragment for a message.
pub fn principal_of(text: &str, organization: &Organization) -> Result<Principal, String> {
    let Some((who, place)) = text.split_once(" in ") else {
        return text.trim().parse().map_err(|_| format!("`{text}` names no principal"));
    };
    let account = account_at(place.trim(), organization)?;
    let id = organization.account(account).id;
    let partition = organization.partition().unwrap_or("aws");
    let arn = format!("arn:{partition}:iam::{id}:{}", who.trim());
    arn.parse().map_err(|_| format!("`{}` is no role, user or root", who.trim()))
}

fn account_at(place: &str, organization: &Organization) -> Result<AccountIndex, String> {
    if let Ok(id) = place.parse::<AccountId>() {
        return organization.account_by_id(id).ok_or_else(|| format!("no account `{place}`"));
    }
    let root = place == OuPath::ROOT;
    match organization.unit_at(OuPath::parts_of(place)) {
        Some(unit) if root || unit != UnitIndex::ROOT => first_in(unit, organization),
        _ if root => first_in(UnitIndex::ROOT, organization),
        _ => {
            let mut named = organization.accounts_by_name(place).iter();
            named.next().copied().ok_or_else(|| format!("no unit and no account `{place}`"))
        }
    }
}

fn first_in(unit: UnitIndex, organization: &Organization) -> Result<AccountIndex, String> {
    let mut units = std::iter::once(unit).chain(organization.descendants(unit));
    // Policies do not bind the management account, so it says nothing of its unit.
    let is_bound = |account: &AccountIndex| Some(*account) != organization.management();
    let found = units.find_map(|unit| organization.active_in(unit).find(is_bound));
    found.ok_or_else(|| format!("no active account in `{}`", organization.path(unit)))
}
