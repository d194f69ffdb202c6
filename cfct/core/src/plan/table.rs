//! What the numbers of accounts and Regions stand for.

use super::Sources;
use crate::deployed::Accounts;
use crate::organization::Organization;
use crate::resolution::{Deployment, Resolution};
use crate::stack_set_machine::{Cells, IndexSet, Names};

/// Accounts in the order of their ids, Regions in the order of their names.
#[derive(Clone, Debug)]
pub struct Table {
    /// The accounts.
    pub accounts: Accounts,
    ids: Vec<String>,
    names: Vec<Box<str>>,
    places: Vec<Place>,
    regions: Vec<Box<str>>,
}

/// Where an account stands in the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Not in the organization.
    Outside,
    /// In it, and not ACTIVE.
    Inactive,
    /// Active, in the unit of this path.
    Unit(Box<str>),
}

impl Table {
    pub(super) fn new(sources: &Sources<'_>, resolution: &Resolution<'_>) -> Self {
        let organization = sources.organization;
        let accounts = sources
            .deployed
            .map_or_else(|| Accounts::new(organization, []), |deployed| deployed.accounts.clone());
        let numbers = 0..accounts.len();
        let known = |number| accounts.id(number).and_then(|id| organization.account_by_id(id));
        let ids = numbers.clone().filter_map(|number| accounts.id(number)).map(|id| id.to_string()).collect();
        let names = numbers
            .clone()
            .map(|number| {
                known(number).map_or_else(|| "".into(), |account| organization.account(account).name.clone())
            })
            .collect();
        let paths: Vec<Box<str>> =
            organization.units().map(|(unit, _)| organization.path(unit).to_string().into()).collect();
        let places = numbers.map(|number| place(known(number), organization, &paths)).collect();
        let mut regions: Vec<Box<str>> =
            sources.deployed.map(|deployed| deployed.regions.clone()).unwrap_or_default();
        for resolved in &resolution.resources {
            if let Ok(Deployment::StackSet(stack_set)) = &resolved.outcome {
                regions.extend(stack_set.regions.iter().map(|region| Box::from(&**region)));
            }
        }
        regions.sort_unstable();
        regions.dedup();
        Self { accounts, ids, names, places, regions }
    }

    /// The number of a Region.
    #[must_use]
    pub fn region_number(&self, name: &str) -> Option<usize> {
        self.regions.binary_search_by(|region| (**region).cmp(name)).ok()
    }

    /// The Regions.
    #[must_use]
    pub fn regions(&self) -> &[Box<str>] {
        &self.regions
    }

    /// The name of an account; empty for one that is not in the organization.
    #[must_use]
    pub fn account_name(&self, number: usize) -> &str {
        self.names.get(number).map_or("", |name| name)
    }

    /// Where an account stands.
    #[must_use]
    pub fn place(&self, number: usize) -> &Place {
        self.places.get(number).unwrap_or(&Place::Outside)
    }

    /// How many instances some cells are.
    #[must_use]
    pub fn count(cells: &[Cells]) -> usize {
        cells.iter().map(Cells::len).sum()
    }

    /// The accounts of some cells.
    #[must_use]
    pub fn accounts_of(cells: &[Cells]) -> IndexSet {
        let mut all = IndexSet::new();
        cells.iter().for_each(|cells| all.add(&cells.accounts));
        all
    }
}

fn place(
    account: Option<crate::organization::AccountIndex>,
    organization: &Organization,
    paths: &[Box<str>],
) -> Place {
    let Some(account) = account.map(|account| organization.account(account)) else { return Place::Outside };
    match account.parent.and_then(|unit| paths.get(unit.number())) {
        Some(path) if account.is_active() => Place::Unit(path.clone()),
        Some(_) => Place::Inactive,
        None => Place::Outside,
    }
}

impl Names for Table {
    fn account(&self, index: usize) -> &str {
        self.ids.get(index).map_or("", String::as_str)
    }

    fn region(&self, index: usize) -> &str {
        self.regions.get(index).map_or("", |region| region)
    }
}
