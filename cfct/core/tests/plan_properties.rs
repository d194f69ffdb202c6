//! Whatever the manifest, the organization and the deployed state: the calls that a plan predicts, applied to
//! what is deployed, give exactly the instances that the plan announces.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::configuration::{Configuration, Content, Kind, Listed, Listing};
use cfct_core::manifest::Manifest;
use cfct_core::plan::{Departure, Plan, Sources, StackSetPlan, make};
use cfct_core::source::{PackagePath, SourceFile};
use cfct_core::stack_set_machine::duration::{OperationPreferences, Pace};
use cfct_core::stack_set_machine::{Action, Answer, Cells, Prediction, Run};
use cfct_core::{deployed, organization};
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value, json};

const ACCOUNTS: [&str; 5] = ["100000000001", "100000000002", "100000000003", "100000000004", "100000000005"];
const REGIONS: [&str; 3] = ["eu-central-1", "eu-west-1", "us-east-1"];
const UNITS: [&str; 3] = ["One", "One:Two", "Three"];
const UNIT_IDS: [&str; 3] = ["ou-acme-aaaaaaaa", "ou-acme-bbbbbbbb", "ou-acme-cccccccc"];
const TEMPLATE: &str = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n";

/// An account that may hold instances and is not in the organization.
const GONE: &str = "199999999999";

/// Instances, each an account and a Region.
type Instances = BTreeSet<(usize, usize)>;

/// A resource of the manifest with what is deployed of it.
#[derive(Clone, Debug)]
struct Case {
    units: Vec<&'static str>,
    accounts: Vec<&'static str>,
    regions: Vec<&'static str>,
    is_deployed: bool,
    has_same_template: bool,
    last_operation: &'static str,
    instances: Vec<(&'static str, &'static str)>,
}

fn case() -> impl Strategy<Value = Case> {
    let holders: Vec<&'static str> = ACCOUNTS.into_iter().chain([GONE]).collect();
    let all: Vec<(&str, &str)> =
        holders.iter().flat_map(|account| REGIONS.map(|region| (*account, region))).collect();
    let count = all.len();
    (
        subsequence(vec!["One", "One:Two", "Three", "Root"], 0..=2),
        subsequence(ACCOUNTS.to_vec(), 0..=2),
        subsequence(REGIONS.to_vec(), 1..=3).prop_shuffle(),
        any::<bool>(),
        any::<bool>(),
        prop::sample::select(vec!["SUCCEEDED", "SUCCEEDED", "FAILED"]),
        subsequence(all, 0..=count),
    )
        .prop_map(
            |(units, accounts, regions, is_deployed, has_same_template, last_operation, instances)| Case {
                units,
                accounts,
                regions,
                is_deployed,
                has_same_template,
                last_operation,
                instances,
            },
        )
}

fn organization(parents: &[usize], is_active: &[bool]) -> String {
    let parents_of = ["r-acme", UNIT_IDS[0], "r-acme"];
    let units: Vec<Value> = UNITS
        .iter()
        .zip(UNIT_IDS)
        .zip(parents_of)
        .map(|((path, id), parent)| json!({"id": id, "name": path.rsplit(':').next(), "parent": parent}))
        .collect();
    let accounts: Vec<Value> = ACCOUNTS
        .iter()
        .enumerate()
        .map(|(at, id)| {
            let parent = if at == 0 { "r-acme" } else { UNIT_IDS[parents[at]] };
            let status = if at == 0 || is_active[at] { "ACTIVE" } else { "SUSPENDED" };
            json!({"id": id, "name": format!("account-{at}"), "status": status, "parent": parent})
        })
        .collect();
    json!({
        "management_account_id": ACCOUNTS[0], "root_id": "r-acme", "home_region": "eu-central-1",
        "organizational_units": units, "accounts": accounts,
        "baseline_stack_set": {"name": "AWSControlTowerBP-BASELINE-CONFIG", "accounts": ACCOUNTS[1..], "regions": ["eu-central-1"]},
    })
    .to_string()
}

fn manifest(cases: &[Case]) -> String {
    let resources: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(at, case)| {
            json!({
                "name": format!("set-{at}"), "resource_file": "templates/t.yaml", "deploy_method": "stack_set",
                "deployment_targets": {"organizational_units": case.units, "accounts": case.accounts},
                "regions": case.regions,
            })
        })
        .collect();
    let resources = Value::from(resources);
    format!(
        "{{\"region\": \"eu-central-1\", \"version\": 2021-03-15, \"enable_stack_set_deletion\": true, \"resources\": {resources}}}\n"
    )
}

fn deployed_state(cases: &[Case]) -> String {
    let stack_sets: Vec<Value> = cases
        .iter()
        .enumerate()
        .filter(|(_, case)| case.is_deployed)
        .map(|(at, case)| {
            let instances: Vec<Value> = case
                .instances
                .iter()
                .map(|(account, region)| json!({"account": account, "region": region}))
                .collect();
            json!({
                "name": format!("CustomControlTower-set-{at}"),
                "template_body": if case.has_same_template { TEMPLATE } else { "Resources: {}\n" },
                "tags": {"AWS_Solutions": "CustomControlTowerStackSet"},
                "last_operation": case.last_operation, "instances": instances,
            })
        })
        .collect();
    json!({"stack_sets": stack_sets}).to_string()
}

/// Plans the first `named` cases; the others are deployed and not in the manifest.
fn with_plan(cases: &[Case], named: usize, organization_text: &str, look: impl FnOnce(&Plan<'_>)) {
    let manifest_text = manifest(&cases[..named]);
    let (mut listing, mut contents) = (Listing::new(), BTreeMap::new());
    for (name, text) in [("manifest.yaml", manifest_text.as_str()), ("templates/t.yaml", TEMPLATE)] {
        let path = PackagePath::new(name).unwrap();
        listing.insert(path.clone(), Listed { kind: Kind::File, bytes: text.len() as u64 });
        contents.insert(path, Content::Text(SourceFile::new(name, text)));
    }
    let configuration = Configuration::new(listing, contents);
    let manifest = Manifest::read(configuration.manifest().unwrap());
    let organization = organization::read(&SourceFile::new("organization.json", organization_text));
    let organization = organization.organization.unwrap();
    let source = SourceFile::new("deployed.json", deployed_state(cases));
    let deployed = deployed::read(&source, &organization).deployed.unwrap();
    look(&make(&Sources {
        configuration: &configuration,
        manifest: &manifest,
        organization: &organization,
        deployed: Some(&deployed),
        preferences: OperationPreferences::default(),
        pace: Pace::default(),
    }));
}

fn instances(cells: &[Cells]) -> Instances {
    let pairs = cells.iter().flat_map(|cells| {
        cells.accounts.iter().flat_map(|account| cells.regions.iter().map(move |region| (account, region)))
    });
    pairs.collect()
}

/// What the calls of a run make of `before`: what is there afterwards, what came, what went.
fn applied(prediction: &Prediction, run: &Run, before: &Instances) -> (Instances, Instances, Instances) {
    let (mut there, mut came, mut went) = (before.clone(), Instances::new(), Instances::new());
    for call in run.calls().iter().filter(|call| call.answer == Answer::Accepted) {
        let Some((groups, regions)) = call.action.instances() else { continue };
        let named = Cells { accounts: prediction.groups.accounts(groups), regions: regions.clone() };
        for instance in instances(&[named]) {
            match call.action {
                Action::CreateStackInstances { .. } if there.insert(instance) => {
                    came.insert(instance);
                }
                Action::DeleteStackInstances { .. } if there.remove(&instance) => {
                    went.insert(instance);
                }
                _ => {}
            }
        }
    }
    (there, came, went)
}

fn holds(stack_set: &StackSetPlan<'_>) {
    let before: Instances = stack_set.deployed.iter().flat_map(|deployed| &deployed.instances).fold(
        Instances::new(),
        |mut all, (region, accounts)| {
            all.extend(accounts.iter().map(|account| (account, *region)));
            all
        },
    );
    let regions: BTreeSet<usize> = stack_set.desired.regions.iter().copied().collect();
    let desired: Instances = stack_set
        .desired
        .accounts
        .iter()
        .flat_map(|account| regions.iter().map(move |region| (account, *region)))
        .collect();
    let prediction = &stack_set.prediction;
    let mut most_removed = 0;
    for (at, outcome) in prediction.outcomes.iter().enumerate() {
        let (there, came, went) = applied(prediction, &outcome.run, &before);
        assert_eq!(instances(&prediction.instances(&outcome.run)), there);
        assert_eq!(instances(&prediction.created(&outcome.run)), came);
        assert_eq!(instances(&prediction.removed(&outcome.run)), went);
        let missing: Instances = desired.difference(&there).copied().collect();
        let extra: Instances = there.difference(&desired).copied().collect();
        assert_eq!(instances(&prediction.missing(&outcome.run)), missing);
        assert_eq!(instances(&prediction.extra(&outcome.run)), extra);
        if at == 0 {
            assert_eq!(instances(&stack_set.created()), came);
        }
        most_removed = most_removed.max(went.len());
    }
    assert_eq!(stack_set.removals(), most_removed);
    assert_eq!(stack_set.unchanged() + stack_set.updates(), before.intersection(&desired).count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn the_calls_give_exactly_what_the_plan_announces(
        cases in prop::collection::vec(case(), 1..=3),
        leaving in 0usize..=1,
        parents in prop::collection::vec(0usize..3, 5),
        is_active in prop::collection::vec(prop::bool::weighted(0.9), 5),
    ) {
        let named = cases.len() - leaving.min(cases.len() - 1);
        with_plan(&cases, named, &organization(&parents, &is_active), |plan| {
            plan.stack_sets.iter().for_each(holds);
            let gone = plan.departures.iter().map(Departure::removals).sum::<usize>();
            let lost = plan.stack_sets.iter().map(StackSetPlan::removals).sum::<usize>();
            assert_eq!(plan.removals(), gone + lost);
            assert!(plan.failed_stages.is_empty());
            assert_eq!(plan.stack_sets.len(), named);
        });
    }
}
