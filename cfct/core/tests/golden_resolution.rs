//! Resolution against recordings of CfCT 2.8.4's own parser: every case, every stage.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cfct_core::configuration::{Configuration, Content, Kind, Listed, Listing};
use cfct_core::manifest::Manifest;
use cfct_core::organization;
use cfct_core::resolution::{InputSettings, resolve};
use cfct_core::source::{PackagePath, SourceFile};
use serde_json::Value;

#[test]
fn every_recorded_case_gives_the_inputs_that_cfct_sent() {
    assert_eq!(agreeing("resolution.json"), 57);
}

#[test]
fn every_generated_case_gives_the_inputs_that_cfct_sent() {
    assert_eq!(agreeing("resolution-random.json"), 60);
}

/// Holds every case of a recording against the resolution; the number of cases.
fn agreeing(name: &str) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/vectors/cfct").join(name);
    let recording: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let source = SourceFile::new("organization.json", recording["organization"].to_string());
    let reading = organization::read(&source);
    assert_eq!(reading.findings.len(), 0);
    let organization = reading.organization.unwrap();
    let settings = InputSettings { staging_bucket: "staging-bkt".to_owned(), ..InputSettings::default() };
    let cases = recording["cases"].as_array().unwrap();
    for case in cases {
        let manifest = case["manifest"].as_str().unwrap();
        let configuration = configuration(manifest, recording["files"].as_object().unwrap());
        let manifest = Manifest::read(configuration.manifest().unwrap());
        let resolution = resolve(&manifest, &organization, &configuration, &settings);
        let inputs = serde_json::to_value(resolution.inputs(&organization)).unwrap();
        assert_eq!(inputs, case["stages"], "{}", case["id"]);
    }
    cases.len()
}

fn configuration(manifest: &str, files: &serde_json::Map<String, Value>) -> Configuration {
    let mut listing = Listing::new();
    let mut contents = BTreeMap::new();
    let files = files.iter().map(|(name, text)| (name.as_str(), text.as_str().unwrap()));
    for (name, text) in files.chain([("manifest.yaml", manifest)]) {
        let path = PackagePath::new(name).unwrap();
        listing.insert(path.clone(), Listed { kind: Kind::File, bytes: text.len() as u64 });
        contents.insert(path, Content::Text(SourceFile::new(name, text)));
    }
    Configuration::new(listing, contents)
}
