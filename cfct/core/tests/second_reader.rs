//! The typed manifest against a second reader: serde_yaml reads the same texts out of every recorded manifest.
//!
//! It knows YAML 1.2 and no merge keys, so recordings that differ there are told apart by name, not skipped
//! in silence.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cfct_core::document::Document;
use cfct_core::manifest::{Manifest, Text};
use cfct_core::source::SourceFile;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct SecondManifest {
    region: Option<String>,
    resources: Vec<SecondResource>,
}

#[derive(Default, Deserialize, PartialEq, Debug)]
#[serde(default)]
struct SecondResource {
    name: Option<String>,
    description: Option<String>,
    resource_file: Option<String>,
    parameter_file: Option<String>,
    regions: Option<Vec<String>>,
    deployment_targets: SecondTargets,
}

#[derive(Default, Deserialize, PartialEq, Debug)]
#[serde(default)]
struct SecondTargets {
    accounts: Option<Vec<String>>,
    organizational_units: Option<Vec<String>>,
}

/// Recordings whose meaning hangs on YAML 1.1 alone: serde_yaml does not apply merge keys.
const ONLY_1_1: &[&str] = &["anchors_and_merge_keys"];

fn ours(manifest: &Manifest<'_>) -> Vec<SecondResource> {
    let text = |text: &Option<Text<'_>>| text.map(|text| text.value.to_owned());
    let list = |texts: &[Text<'_>]| texts.iter().map(|text| text.value.to_owned()).collect::<Vec<_>>();
    let some = |texts: &[Text<'_>]| (!texts.is_empty()).then(|| list(texts));
    manifest
        .resources
        .iter()
        .map(|resource| SecondResource {
            name: text(&resource.name),
            description: text(&resource.description),
            resource_file: text(&resource.file),
            parameter_file: text(&resource.parameter_file),
            regions: some(&resource.regions),
            deployment_targets: SecondTargets {
                accounts: some(&resource.accounts),
                organizational_units: some(&resource.organizational_units),
            },
        })
        .collect()
}

/// An empty list and an absent one mean the same.
fn without_empty_lists(mut resource: SecondResource) -> SecondResource {
    let full = |list: Option<Vec<String>>| list.filter(|list| !list.is_empty());
    resource.regions = full(resource.regions);
    resource.deployment_targets.accounts = full(resource.deployment_targets.accounts);
    resource.deployment_targets.organizational_units = full(resource.deployment_targets.organizational_units);
    resource
}

#[test]
fn a_second_reader_finds_the_same_texts_in_every_accepted_recording() {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/vectors/cfct/resolution.json")).unwrap();
    let mut compared = 0;
    for case in file["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let text = case["manifest"].as_str().unwrap();
        let is_v2 = text.contains("\nresources:");
        if case["schema"]["schema"] != "accepted" || !is_v2 || ONLY_1_1.contains(&id) {
            continue;
        }
        let second: SecondManifest = serde_yaml::from_str(text).unwrap();
        let document = Document::read_yaml(&SourceFile::new("manifest.yaml", text)).document.unwrap();
        let manifest = Manifest::read(&document);
        assert_eq!(manifest.region.map(|region| region.value.to_owned()), second.region, "{id}");
        let theirs: Vec<_> = second.resources.into_iter().map(without_empty_lists).collect();
        assert_eq!(ours(&manifest), theirs, "{id}");
        compared += 1;
    }
    assert!(compared > 40, "only {compared} recordings were compared");
}
