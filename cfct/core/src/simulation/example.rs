//! The configuration that is simulated: everything that the companion can be told to make.

use std::collections::BTreeMap;

use crate::aws::{AccountId, OuPath, Region};
use crate::bootstrap::configuration::{
    Configuration, Delivery, FORMAT, Framework, Lock, OrganizationWide, Protection, RestoreTesting, StackSet,
    Targets,
};
use crate::bootstrap::{LockContent, Place};
use crate::organization::AccountStatus;

/// The stack sets of this repository that go to each protected account.
const STACK_SETS: [&str; 8] = [
    "backup-role",
    "backup-key",
    "backup-vault",
    "backup-notifications",
    "event-forwarding",
    "backup-monitoring",
    "restore-testing",
    "audit-framework",
];

/// How many Regions can be simulated: those that no account has to opt in to.
#[must_use]
pub fn regions() -> Vec<&'static str> {
    let commercial = Region::all().iter().filter(|region| region.partition == "aws" && !region.opt_in);
    commercial.map(|region| region.id).collect()
}

/// A configuration for so many Regions, and an account that it protects. `None` where there are fewer Regions, or
/// none is asked for.
#[must_use]
pub fn example(count: usize, delivery: Delivery) -> Option<(Configuration, Place)> {
    let regions: Vec<String> = regions().get(..count)?.iter().map(|region| (*region).to_owned()).collect();
    let home_region = regions.first()?.clone();
    let account = |id: &str| id.parse::<AccountId>().ok();
    let unit = "Workloads";
    let targets = Targets { units: [unit.to_owned()].into(), ..Targets::default() };
    let stack_set = |name: &&str| StackSet {
        name: (*name).to_owned(),
        targets: targets.clone(),
        regions: regions.clone(),
        makes: Vec::new(),
    };
    let is_direct = delivery == Delivery::Direct;
    let configuration = Configuration {
        format: FORMAT,
        partition: "aws".to_owned(),
        url_suffix: "amazonaws.com".to_owned(),
        organization: None,
        management_account: account("100000000001")?,
        role: "AWSControlTowerExecution".to_owned(),
        ready_bus: Some("cfct-companion".to_owned()),
        delivery,
        protects: targets.clone(),
        protection: is_direct.then(protection),
        opt_ins: [("EBS".to_owned(), true)].into(),
        enables_regions: false,
        stack_sets: if is_direct { Vec::new() } else { STACK_SETS.iter().map(stack_set).collect() },
        organization_wide: OrganizationWide::default(),
        home_region,
        regions,
    };
    let place = Place {
        account: account("111122223333")?,
        name: "account".to_owned(),
        status: AccountStatus::Active,
        unit: OuPath::new([unit]),
        id_path: String::new(),
    };
    Some((configuration, place))
}

fn protection() -> Protection {
    let content = LockContent { min: 7, max: 2_555, changeable_for_days: None, lock_date: None };
    Protection {
        role: "OrgBackupRole".to_owned(),
        managed_policies: [].into(),
        alias: "alias/org-backup".to_owned(),
        vault: "org-backup-vault".to_owned(),
        copy_targets: [].into(),
        copy_accounts: [].into(),
        break_glass: None,
        topic: Some("org-backup-notifications".to_owned()),
        lock: Some(Lock { content, confirmation: None }),
        framework: Some(Framework { name: "org_backup".to_owned(), controls: BTreeMap::new() }),
        restore_testing: Some(RestoreTesting {
            name: "org_restores".to_owned(),
            schedule: "cron(0 5 ? * SUN *)".to_owned(),
            types: [].into(),
        }),
        tags: BTreeMap::new(),
    }
}
