//! The tree of units and accounts, level by level.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{AHEAD, Account, Counted, Journal, Progress, SnapshotError, Unit};
use crate::error::{AwsError, ErrorKind};
use crate::operation::organizations;
use crate::ports::{AccountFacts, OrganizationReader, UnitFacts};

/// Everything below the root.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) units: Vec<Unit>,
    pub(super) accounts: Vec<Account>,
}

pub(super) async fn tree<P: OrganizationReader>(
    ports: &P,
    root: &str,
    journal: &Journal,
    progress: &dyn Progress,
) -> Result<Tree, SnapshotError> {
    let mut tree = Tree::default();
    let mut seen = HashSet::from([root.to_owned()]);
    let mut level = vec![root.to_owned()];
    while !level.is_empty() {
        let below = stream::iter(&level).map(|parent| children(ports, parent, journal, progress));
        let below: Vec<_> = below.buffered(AHEAD).try_collect().await?;
        let mut next = Vec::new();
        for (parent, (units, accounts)) in level.iter().zip(below) {
            for unit in units {
                if !seen.insert(unit.id.clone()) {
                    return Err(twice(&unit).into());
                }
                next.push(unit.id.clone());
                tree.units.push(Unit { id: unit.id, name: unit.name, parent: parent.clone() });
            }
            tree.accounts.extend(accounts.into_iter().map(|account| placed(account, parent)));
        }
        level = next;
    }
    tree.units.sort_unstable();
    tree.accounts.sort_unstable();
    Ok(tree)
}

async fn children<P: OrganizationReader>(
    ports: &P,
    parent: &str,
    journal: &Journal,
    progress: &dyn Progress,
) -> Result<(Vec<UnitFacts>, Vec<AccountFacts>), SnapshotError> {
    let ask = async { tokio::try_join!(ports.units(parent), ports.accounts(parent)) };
    let (units, accounts) = journal.remember(&format!("children {parent}"), ask).await?;
    progress.expected(Counted::Units, units.len());
    progress.done(Counted::Units, units.len());
    progress.done(Counted::Accounts, accounts.len());
    Ok((units, accounts))
}

fn placed(account: AccountFacts, parent: &str) -> Account {
    let AccountFacts { id, name, email, status } = account;
    Account { id, name, status, parent: parent.to_owned(), email }
}

/// A unit below itself would be walked for ever.
fn twice(unit: &UnitFacts) -> AwsError {
    let operation = organizations::LIST_ORGANIZATIONAL_UNITS_FOR_PARENT;
    AwsError::new(ErrorKind::BadAnswer, operation, &unit.id).because("the unit stands in two places")
}
