//! The companion's decisions, held against a model of AWS: what they come to, and that runs that are interleaved,
//! interrupted and repeated come to the same, without doing anything twice.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod decisions;
mod events;
mod interleavings;
mod world;

use cfct_core::aws::{AccountId, OuPath};
use cfct_core::bootstrap::{Configuration, Place, configuration};
use cfct_core::organization::AccountStatus;

/// Direct delivery into two Regions, one of which has to be opted in to.
fn direct() -> Configuration {
    configuration::read(include_bytes!("configuration.json")).unwrap()
}

/// The same by stack sets.
fn by_stack_sets() -> Configuration {
    let mut configuration = direct();
    configuration.delivery = configuration::Delivery::StackSets;
    configuration.protects.units.insert("Workloads:Legacy".to_owned());
    configuration
}

fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

fn place(id: &str, unit: &[&str]) -> Place {
    Place {
        account: account(id),
        name: format!("account-{id}"),
        status: AccountStatus::Active,
        unit: OuPath::new(unit.iter().copied()),
        id_path: "o-acme000001/r-acme/ou-acme-pr0d9x3t/".to_owned(),
    }
}

/// An account that has just been vended.
fn vended() -> Place {
    place("444455556666", &["Workloads", "Prod"])
}
