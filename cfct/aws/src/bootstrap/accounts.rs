//! The accounts to look after.

use cfct_core::aws::AccountId;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::AHEAD;
use crate::error::AwsError;
use crate::ports::{AccountFacts, OrganizationReader};

/// The accounts in use, sorted: those below a unit, however deep, or all.
///
/// # Errors
/// Where AWS does not answer.
pub async fn accounts<P: OrganizationReader>(
    ports: &P,
    unit: Option<&str>,
) -> Result<Vec<AccountId>, AwsError> {
    let listed = match unit {
        None => ports.all_accounts().await?,
        Some(unit) => below(ports, unit).await?,
    };
    let in_use = listed.iter().filter(|account| account.status == "ACTIVE");
    let mut ids: Vec<AccountId> = in_use.filter_map(|account| account.id.parse().ok()).collect();
    ids.sort_unstable();
    Ok(ids)
}

async fn below<P: OrganizationReader>(ports: &P, unit: &str) -> Result<Vec<AccountFacts>, AwsError> {
    let (mut level, mut found) = (vec![unit.to_owned()], Vec::new());
    while !level.is_empty() {
        let children = stream::iter(&level)
            .map(async |parent| tokio::try_join!(ports.units(parent), ports.accounts(parent)));
        let children: Vec<_> = children.buffered(AHEAD).try_collect().await?;
        level.clear();
        for (units, accounts) in children {
            level.extend(units.into_iter().map(|unit| unit.id));
            found.extend(accounts);
        }
    }
    Ok(found)
}
