//! `verify`: what the accounts have, beside what the configuration says.
//!
//! An account that does not answer is an item, and the others go on.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::apply::settings::Place;
use cfct_core::aws::AccountId;
use cfct_core::verify::{Expected, Item, RoleName, State, compare_vault, effective_policy};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use crate::error::AwsError;
use crate::ports::{BackupReader, EffectivePolicyReader, RoleReader};

/// Accounts and Regions that are looked at side by side. How many calls run is the settings' to say.
const AHEAD: usize = 32;

/// Compares the effective backup policies of `accounts` with what they should be.
///
/// # Errors
/// Where the run is to end.
pub async fn effective_policies<P: EffectivePolicyReader>(
    ports: &P,
    accounts: &[(AccountId, Option<Value>)],
) -> Result<Vec<Item>, AwsError> {
    let (invalid, unknown) = match ports.invalid_backup_policies().await {
        Ok(invalid) => (invalid.into_iter().collect::<BTreeSet<_>>(), None),
        Err(error) if error.ends_the_run() => return Err(error),
        Err(error) => (BTreeSet::new(), Some(unreachable("effective policy", "which are invalid", &error))),
    };
    let items = stream::iter(accounts).map(async |(account, ours)| {
        let item = match ports.effective_backup_policy(*account).await {
            Err(error) if error.ends_the_run() => return Err(error),
            Err(error) => unreachable("effective policy", "backup", &error).of(*account),
            Ok(theirs) => {
                effective_policy(*account, ours.as_ref(), theirs.as_deref(), !invalid.contains(account))
            }
        };
        Ok(item)
    });
    let mut items: Vec<Item> = items.buffered(AHEAD).try_collect().await?;
    items.extend(unknown);
    Ok(items)
}

/// Looks for the vaults and the roles that are expected, and for jobs that failed since a time (seconds since
/// 1970) in the places of the vaults. Roles are asked for in `region`.
///
/// # Errors
/// Where the run is to end.
pub async fn places<P: BackupReader + RoleReader>(
    ports: &P,
    expected: &Expected,
    region: &str,
    since: i64,
) -> Result<Vec<Item>, AwsError> {
    let vaults = stream::iter(&expected.vaults)
        .map(async |(place, wanted)| place_of(ports, place, wanted, since).await);
    let mut items: Vec<Vec<Item>> = vaults.buffered(AHEAD).try_collect().await?;
    let roles = stream::iter(&expected.roles)
        .map(async |(account, names)| roles_of(ports, *account, region, names).await);
    items.extend(roles.buffered(AHEAD).try_collect::<Vec<_>>().await?);
    Ok(items.into_iter().flatten().collect())
}

type Wanted = BTreeMap<String, BTreeSet<(cfct_core::verify::Retention, String)>>;

async fn place_of<P: BackupReader>(
    ports: &P,
    place: &Place,
    wanted: &Wanted,
    since: i64,
) -> Result<Vec<Item>, AwsError> {
    let there = match ports.vaults(place).await {
        Err(error) if error.ends_the_run() => return Err(error),
        Err(error) => {
            let names: Vec<&str> = wanted.keys().map(String::as_str).collect();
            return Ok(vec![unreachable("vault", &names.join(", "), &error).at(place)]);
        }
        Ok(there) => there,
    };
    let mut items: Vec<Item> =
        wanted.iter().map(|(name, kept)| compare_vault(place, name, kept, there.get(name))).collect();
    match ports.failed_jobs(place, since).await {
        Err(error) if error.ends_the_run() => return Err(error),
        Err(error) => items.push(unreachable("backup job", "those that failed", &error).at(place)),
        Ok(jobs) => items.extend(jobs.into_iter().map(|job| {
            Item::new(State::Incorrect, "backup job", job.id)
                .at(place)
                .because(format!("{} failed: {}", job.resource, job.message))
        })),
    }
    Ok(items)
}

async fn roles_of<P: RoleReader>(
    ports: &P,
    account: AccountId,
    region: &str,
    names: &BTreeSet<RoleName>,
) -> Result<Vec<Item>, AwsError> {
    let mut items = Vec::with_capacity(names.len());
    for name in names {
        items.push(match ports.has_role(account, region, name).await {
            Err(error) if error.ends_the_run() => return Err(error),
            Err(error) => unreachable("role", name, &error).of(account),
            Ok(true) => Item::new(State::Correct, "role", name).of(account),
            Ok(false) => Item::new(State::Missing, "role", name)
                .of(account)
                .because("AWS Backup cannot back anything up without it"),
        });
    }
    Ok(items)
}

fn unreachable(kind: &'static str, subject: &str, error: &AwsError) -> Item {
    Item::new(State::Unreachable, kind, subject).because(error.to_string())
}

#[cfg(test)]
mod tests;
