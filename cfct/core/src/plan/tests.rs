use std::collections::BTreeMap;

use super::{Attachment, Leaving, Plan, Sources, make};
use crate::configuration::{Configuration, Content, Kind, Listed, Listing};
use crate::deployed;
use crate::manifest::Manifest;
use crate::organization;
use crate::source::{PackagePath, SourceFile};
use crate::stack_set_machine::duration::{OperationPreferences, Pace};

const ORGANIZATION: &str = r#"{"management_account_id":"100000000001","root_id":"r-acme",
 "organizational_units":[{"id":"ou-acme-aaaaaaaa","name":"Workloads","parent":"r-acme"},
                         {"id":"ou-acme-bbbbbbbb","name":"Sandbox","parent":"r-acme"}],
 "accounts":[{"id":"100000000001","name":"management","status":"ACTIVE","parent":"r-acme"},
             {"id":"100000000002","name":"one","status":"ACTIVE","parent":"ou-acme-aaaaaaaa"},
             {"id":"100000000003","name":"two","status":"ACTIVE","parent":"ou-acme-bbbbbbbb"}],
 "baseline_stack_set":{"name":"AWSControlTowerBP-BASELINE-CONFIG","accounts":["100000000002","100000000003"]},
 "home_region":"eu-central-1"}"#;

const TEMPLATE: &str =
    "Resources:\n  Vault:\n    Type: AWS::Backup::BackupVault\n    DeletionPolicy: Retain\n";

const VAULT: &str = "region: eu-central-1\nversion: 2021-03-15\nresources:\n- name: vault\n  resource_file: templates/t.yaml\n  deploy_method: stack_set\n  deployment_targets:\n    organizational_units: [Workloads]\n";

fn with_plan(manifest: &str, deployed_text: Option<&str>, look: impl FnOnce(&Plan<'_>)) {
    let files = [
        ("manifest.yaml", manifest),
        ("templates/t.yaml", TEMPLATE),
        ("policies/p.json", r#"{"Version":"2012-10-17","Statement":[]}"#),
    ];
    let (mut listing, mut contents) = (Listing::new(), BTreeMap::new());
    for (name, text) in files {
        let path = PackagePath::new(name).unwrap();
        listing.insert(path.clone(), Listed { kind: Kind::File, bytes: text.len() as u64 });
        contents.insert(path, Content::Text(SourceFile::new(name, text)));
    }
    let configuration = Configuration::new(listing, contents);
    let manifest = Manifest::read(configuration.manifest().unwrap());
    let organization =
        organization::read(&SourceFile::new("organization.json", ORGANIZATION)).organization.unwrap();
    let deployed = deployed_text
        .map(|text| deployed::read(&SourceFile::new("deployed.json", text), &organization).deployed.unwrap());
    look(&make(&Sources {
        configuration: &configuration,
        manifest: &manifest,
        organization: &organization,
        deployed: deployed.as_ref(),
        preferences: OperationPreferences::default(),
        pace: Pace::default(),
    }));
}

fn stack_set(name: &str, accounts: &str) -> String {
    format!(
        r#"{{"name":"CustomControlTower-{name}","template_body":{},"tags":{{"AWS_Solutions":"CustomControlTowerStackSet"}},
            "last_operation":"SUCCEEDED","instances":[{{"accounts":[{accounts}],"regions":["eu-central-1"]}}]}}"#,
        serde_json::Value::from(TEMPLATE)
    )
}

fn stack_sets(of: &[String]) -> String {
    format!(r#"{{"stack_sets":[{}]}}"#, of.join(","))
}

#[test]
fn against_nothing_everything_is_created() {
    with_plan(VAULT, None, |plan| {
        assert_eq!((plan.creations(), plan.removals(), plan.updates()), (1, 0, 0));
        assert!(!plan.destroys() && !plan.is_against_deployed);
    });
}

#[test]
fn what_is_as_desired_is_a_no_op() {
    let state = stack_sets(&[stack_set("vault", r#""100000000002""#)]);
    with_plan(VAULT, Some(&state), |plan| assert!(plan.is_empty(), "{plan:?}"));
}

#[test]
fn an_account_that_no_target_reaches_loses_its_stack_and_what_it_holds() {
    let state = stack_sets(&[stack_set("vault", r#""100000000002","100000000003""#)]);
    with_plan(VAULT, Some(&state), |plan| {
        assert_eq!((plan.removals(), plan.creations()), (1, 0));
        let stack_set = &plan.stack_sets[0];
        assert_eq!(stack_set.holdings[0].type_name, "AWS::Backup::BackupVault");
        assert!(stack_set.holdings[0].is_retained);
        let lost = stack_set.removed()[0].accounts.first().unwrap();
        assert_eq!(stack_set.why_removed(lost, &plan.table), "is in Sandbox, which no target reaches");
        assert!(plan.destroys());
    });
}

#[test]
fn a_rename_is_named_as_one() {
    let state = stack_sets(&[stack_set("valut", r#""100000000002""#)]);
    let deleting = VAULT.replace("resources:", "enable_stack_set_deletion: true\nresources:");
    with_plan(&deleting, Some(&state), |plan| {
        assert_eq!(plan.stack_sets[0].renamed_from.as_deref(), Some("CustomControlTower-valut"));
        assert_eq!(plan.departures[0].renamed_to.as_deref(), Some("CustomControlTower-vault"));
        assert!(matches!(plan.departures[0].leaving, Leaving::Deleted(_)));
        assert!(plan.destroys());
    });
}

#[test]
fn without_the_switch_a_dropped_stack_set_is_orphaned() {
    let state = stack_sets(&[stack_set("vault", r#""100000000002""#), stack_set("old", r#""100000000002""#)]);
    with_plan(VAULT, Some(&state), |plan| {
        assert!(matches!(plan.departures[0].leaving, Leaving::Orphaned));
        assert!(!plan.destroys());
    });
}

#[test]
fn a_policy_is_attached_kept_and_left_behind() {
    let manifest = "region: eu-central-1\nversion: 2021-03-15\nresources:\n- name: guard\n  resource_file: policies/p.json\n  deploy_method: scp\n  deployment_targets:\n    organizational_units: [Workloads, Sandbox]\n";
    let state = r#"{"stack_sets":[],"policies":[
        {"id":"p-FullAWSAccess","name":"FullAWSAccess","type":"SERVICE_CONTROL_POLICY","targets":["r-acme","ou-acme-bbbbbbbb"]},
        {"id":"p-1","name":"guard","type":"SERVICE_CONTROL_POLICY","content":"{\"Version\": \"2012-10-17\", \"Statement\": []}",
         "targets":["ou-acme-aaaaaaaa","r-acme"]}]}"#;
    with_plan(manifest, Some(state), |plan| {
        let policy = &plan.policies[0];
        assert_eq!(policy.differs, Some(false));
        assert_eq!(
            policy.targets,
            [
                Attachment::Kept("ou-acme-aaaaaaaa".to_owned()),
                Attachment::Added("ou-acme-bbbbbbbb".to_owned()),
                Attachment::LeftBehind("r-acme".to_owned()),
            ]
        );
        let slots = plan.slots.iter().find(|slots| slots.target == "ou-acme-bbbbbbbb").unwrap();
        assert_eq!((slots.used, slots.added, slots.left()), (1, 1, 8));
    });
}

#[test]
fn the_id_changes_with_every_input() {
    let ids = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let state = stack_sets(&[]);
    for (manifest, deployed) in
        [(VAULT, None), (&*VAULT.replace("Workloads", "Sandbox"), None), (VAULT, Some(&*state))]
    {
        with_plan(manifest, deployed, |plan| {
            ids.borrow_mut().insert(plan.id.clone());
        });
    }
    assert_eq!(ids.borrow().len(), 3);
}
