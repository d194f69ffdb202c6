//! Resolution of whatever organization and whatever manifest: no panic, and every account has its reason.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use cfct_core::checks;
use cfct_core::configuration::{Configuration, Content, Kind, Listed, Listing};
use cfct_core::manifest::Manifest;
use cfct_core::organization::{self, Organization};
use cfct_core::resolution::{InputSettings, PipelineStage, Resolution, resolve};
use cfct_core::source::{PackagePath, SourceFile};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const NAMES: [&str; 8] = ["Workloads", "Prod", "Test", "prod", "Root", "Policy Staging", "", "a:b"];
const STATUSES: [&str; 4] = ["ACTIVE", "ACTIVE", "SUSPENDED", "nonsense"];
const TARGETS: [&str; 20] = [
    "Root",
    "Workloads",
    "Workloads:Prod",
    "'Workloads : Test'",
    "':'",
    "''",
    "~",
    "0",
    "[x]",
    "prod",
    "'100000000003'",
    "100000000004",
    "000000000007",
    "000000000008",
    "app-1",
    "APP-2",
    "ou-aaaa-00000001",
    "'Policy Staging '",
    "a:b",
    "yes",
];
const VALUES: [&str; 12] = [
    "x",
    "a, b",
    "0",
    "1.10",
    "~",
    "[a, 1]",
    "{a: 1}",
    "'$[alfred_ssm_/a]'",
    "'$[alfred_ssm_]'",
    "'$[alfred_genpass_x]'",
    "'$[alfred_genkeypair]'",
    "'$[x],$[y]'",
];
const FILES: [&str; 6] = ["templates/a.yaml", "templates", "absent", "s3://b/k", "https://x/y", "../up"];
const PARAMETER_FILES: [&str; 5] = [
    "parameters/list.json",
    "parameters/map.json",
    "parameters/odd.json",
    "parameters/torn.json",
    "s3://b/k",
];

/// Ids that may be parents: the root, the units, and one that is not there.
fn unit_id(index: usize) -> String {
    if index == 0 { "r-aaaa".to_owned() } else { format!("ou-aaaa-{index:08}") }
}

prop_compose! {
    fn organization()(
        units in proptest::collection::vec((select(&NAMES[..]), 0_usize..10), 0..8),
        accounts in proptest::collection::vec((0_u64..10, select(&STATUSES[..]), 0_usize..10), 0..12),
        enrolled in proptest::collection::vec(0_u64..12, 0..8),
        management in 0_u64..12,
    ) -> Value {
        let account_id = |number: u64| format!("10000000000{}", number % 10);
        json!({
            "management_account_id": account_id(management),
            "root_id": "r-aaaa",
            "organizational_units": units.iter().enumerate().map(|(index, (name, parent))| json!({
                "id": unit_id(index + 1), "name": name, "parent": unit_id(*parent),
            })).collect::<Vec<_>>(),
            "accounts": accounts.iter().map(|(number, status, parent)| json!({
                "id": account_id(*number), "name": format!("app-{}", number % 4), "status": status,
                "parent": unit_id(*parent),
            })).collect::<Vec<_>>(),
            "baseline_stack_set": {
                "name": organization::BASELINE_STACK_SET,
                "accounts": enrolled.into_iter().map(account_id).collect::<Vec<_>>(),
            },
            "home_region": "eu-west-1",
        })
    }
}

prop_compose! {
    fn resource(v1: bool)(
        method in select(&["stack_set", "stack_set", "scp", "rcp", "Stack_Set"][..]),
        units in proptest::collection::vec(select(&TARGETS[..]), 0..4),
        accounts in proptest::collection::vec(select(&TARGETS[..]), 0..4),
        file in select(&FILES[..]),
        parameter_file in proptest::option::of(select(&PARAMETER_FILES[..])),
        values in proptest::collection::vec(select(&VALUES[..]), 0..3),
    ) -> String {
        let list = |items: &[&str]| items.join(", ");
        let (units, accounts) = (list(&units), list(&accounts));
        let parameter_file =
            parameter_file.map_or(String::new(), |file| format!("    parameter_file: {file}\n"));
        let head = format!("  - name: r\n    deploy_method: {method}\n{parameter_file}");
        if v1 {
            return format!(
                "{head}    template_file: {file}\n    deploy_to_ou: [{units}]\n    deploy_to_account: [{accounts}]\n"
            );
        }
        let values: String = values
            .iter()
            .enumerate()
            .map(|(key, value)| format!("      - {{parameter_key: K{key}, parameter_value: {value}}}\n"))
            .collect();
        let parameters =
            if values.is_empty() { String::new() } else { format!("    parameters:\n{values}") };
        format!(
            "{head}    resource_file: {file}\n{parameters}    deployment_targets:\n      \
             organizational_units: [{units}]\n      accounts: [{accounts}]\n"
        )
    }
}

fn manifest() -> impl Strategy<Value = String> {
    let resources = |v1| proptest::collection::vec(resource(v1), 0..5);
    prop_oneof![
        resources(false).prop_map(|resources| {
            format!("region: eu-west-1\nversion: 2021-03-15\nresources:\n{}", resources.concat())
        }),
        resources(true).prop_map(|resources| {
            format!(
                "region: eu-west-1\nversion: 2020-01-01\norganization_policies:\n  - {{name: p, policy_file: \
                 templates/a.yaml, apply_to_accounts_in_ou: [Root, Workloads]}}\ncloudformation_resources:\n{}",
                resources.concat()
            )
        }),
    ]
}

fn configuration(manifest: &str) -> Configuration {
    let files = [
        ("manifest.yaml", manifest),
        ("templates/a.yaml", "Resources: {T: {Type: 'AWS::SNS::Topic'}}\n"),
        ("parameters/list.json", r#"[{"ParameterKey": "K", "ParameterValue": "a,b"}]"#),
        ("parameters/map.json", r#"{"K": "v"}"#),
        ("parameters/odd.json", r#"[{"ParameterKey": 1, "ParameterValue": [1, ","]}, 7]"#),
        ("parameters/torn.json", "[{"),
    ];
    let mut listing = Listing::new();
    let mut contents = BTreeMap::new();
    listing.insert(PackagePath::new("templates").unwrap(), Listed { kind: Kind::Folder, bytes: 0 });
    for (name, text) in files {
        let path = PackagePath::new(name).unwrap();
        listing.insert(path.clone(), Listed { kind: Kind::File, bytes: text.len() as u64 });
        contents.insert(path, Content::Text(SourceFile::new(name, text)));
    }
    Configuration::new(listing, contents)
}

/// An account is in a stack set exactly where an entry of the manifest gives it.
fn assert_reasons(resolution: &Resolution<'_>, organization: &Organization) -> Result<(), TestCaseError> {
    for resolved in resolution.resources.iter().filter(|resolved| resolved.stage == PipelineStage::StackSet) {
        for (account, _) in organization.accounts() {
            let has_reason = resolved.reasons(account, organization).next().is_some();
            prop_assert_eq!(resolved.accounts.contains(account), has_reason);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_account_has_its_reason_and_nothing_panics(organization in organization(), manifest in manifest()) {
        let configuration = configuration(&manifest);
        let reading = organization::read(&SourceFile::new("organization.json", organization.to_string()));
        let organization = reading.organization.as_ref().unwrap();
        let typed = Manifest::read(configuration.manifest().unwrap());
        let resolution = resolve(&typed, organization, &configuration, &InputSettings::default());
        assert_reasons(&resolution, organization)?;
        let inputs = serde_json::to_value(resolution.inputs(organization)).unwrap();
        prop_assert_eq!(inputs.as_object().map(serde_json::Map::len), Some(3));
        let findings = checks::run_with(&configuration, Some(&reading));
        prop_assert!(findings.iter().all(|finding| !finding.message.is_empty()));
    }

    #[test]
    fn every_unit_that_the_root_reaches_is_found_by_its_path(organization in organization()) {
        let source = SourceFile::new("organization.json", organization.to_string());
        let reading = organization::read(&source);
        let twins = reading.findings.iter().any(|finding| finding.code == &organization::codes::DUPLICATE_NAME);
        let organization = reading.organization.unwrap();
        for (index, unit) in organization.units().filter(|(_, unit)| unit.level.is_some()) {
            let path = organization.path(index);
            prop_assert_eq!(path.names().count(), unit.level.unwrap() as usize);
            // Of units with the same name under one parent, an error of the file, the first is found.
            prop_assert!(twins || organization.unit_at(path.names()) == Some(index));
        }
    }
}
