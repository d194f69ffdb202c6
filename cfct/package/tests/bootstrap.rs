//! What the companion goes by, as the configuration of this repository is packaged with it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

mod support;

use std::fs;

use cfct_core::aws::OuPath;
use cfct_core::bootstrap::configuration::{self, Configuration, Delivery};
use cfct_core::bootstrap::{Content, Kind, Observed, Owner, Place, Present, State, decide, to_observe};
use cfct_core::digest;
use cfct_core::organization::AccountStatus;

use support::{repository, run_for_example};
use tempfile::TempDir;

/// The key of the document, and its text.
fn packaged() -> (String, String) {
    let bucket = TempDir::new().expect("folder");
    let packaged = run_for_example(&repository(), bucket.path());
    let key = packaged.release.bootstrap.clone().expect("the record names it");
    assert!(packaged.release.objects.iter().any(|object| object.key == key), "the record lists it");
    assert_eq!(packaged.zip().map(|zip| zip.key.as_str()), Some(support::ZIP), "the zip is the last");
    let text = fs::read_to_string(bucket.path().join(&key)).expect("it is there");
    (key, text)
}

fn configuration() -> Configuration {
    configuration::read(packaged().1.as_bytes()).expect("it can be gone by")
}

#[test]
fn the_document_lies_under_a_key_that_names_its_bytes_and_is_the_same_each_time() {
    let (key, text) = packaged();
    assert_eq!(key, configuration::key(&digest::sha256(&text)));
    assert_eq!(packaged(), (key, text));
}

#[test]
fn it_has_the_units_regions_and_stack_sets_of_the_manifest_in_its_order() {
    let found = configuration();
    assert_eq!((found.delivery, found.regions.len()), (Delivery::StackSets, 2));
    assert!(found.protects.units.contains("Workloads:Prod:Payments"), "{:?}", found.protects);
    let names: Vec<&str> = found.stack_sets.iter().map(|one| one.name.as_str()).collect();
    let place = |name: &str| names.iter().position(|one| *one == format!("CustomControlTower-{name}"));
    assert!(place("backup-role").expect("there") < place("backup-key").expect("there"));
    assert!(place("backup-key").expect("there") < place("backup-vault").expect("there"));
    let vault = &found.stack_sets[place("backup-vault").expect("there")];
    assert!(vault.makes.iter().any(|made| made.kind == Kind::Vault && made.name == "org-backup-vault"));
}

#[test]
fn the_vaults_that_take_copies_are_to_admit_the_topmost_units() {
    let found = configuration();
    let names: Vec<&str> = found.organization_wide.vaults.iter().map(|vault| vault.name.as_str()).collect();
    assert!(names.contains(&"org-backup-central-vault"), "{names:?}");
    assert!(names.contains(&"org-backup-bunker-vault"), "{names:?}");
    assert!(!names.contains(&"org-backup-vault"), "the account's own admits nobody by path: {names:?}");
    for vault in &found.organization_wide.vaults {
        assert!(
            vault.paths.iter().all(|path| path.starts_with("o-acme000001/r-acme/") && path.ends_with("/*"))
        );
    }
}

#[test]
fn a_new_account_is_added_to_the_stack_sets_of_its_unit() {
    let found = configuration();
    let place = Place {
        account: "999900000001".parse().expect("an id"),
        name: "new".to_owned(),
        status: AccountStatus::Active,
        unit: OuPath::new(["Workloads", "Prod"]),
        id_path: String::new(),
    };
    let mut observed = Observed::default();
    for thing in to_observe(&found, &place) {
        let there = Content::Regions([].into());
        let state = match thing.kind {
            Kind::StackInstances => {
                State::Present(Present { owner: Owner::Settings, content: there, id: None, since: None })
            }
            _ => State::Absent,
        };
        observed.set(thing, state);
    }
    let decision = decide(&found, &place, &observed, 0);
    let added: Vec<&str> = decision
        .steps
        .iter()
        .filter(|step| step.thing.kind == Kind::StackInstances)
        .map(|step| step.thing.name.as_str())
        .collect();
    assert_eq!(added.first(), Some(&"CustomControlTower-backup-role"), "{added:?}");
    assert!(added.contains(&"CustomControlTower-backup-vault"));
    assert!(!added.contains(&"CustomControlTower-organization-trail"), "that goes to the management account");
}
