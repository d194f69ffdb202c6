//! The schema verdict against recordings of CfCT's own checker (pykwalify 1.8.0, CfCT 2.8.4).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cfct_core::document::Document;
use cfct_core::manifest::schema;
use cfct_core::source::SourceFile;
use serde_json::Value;

fn vectors(text: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(text).unwrap();
    file["cases"].as_array().unwrap().clone()
}

fn is_accepted(manifest: &str) -> (bool, String) {
    let source = SourceFile::new("manifest.yaml", manifest);
    let reading = Document::read_yaml(&source);
    let mut findings = reading.findings;
    findings.extend(reading.document.iter().flat_map(schema::check));
    let rejecting: Vec<String> = findings
        .iter()
        .filter(|finding| finding.stage.as_str().starts_with("build-"))
        .map(|finding| format!("{}: {}", finding.code.name, finding.message))
        .collect();
    (rejecting.is_empty(), rejecting.join("\n"))
}

fn assert_verdicts(cases: &[Value], verdict: impl Fn(&Value) -> &Value) {
    assert!(cases.len() > 50, "the recording lost its cases");
    for case in cases {
        let expected = verdict(case)["schema"].as_str().unwrap() == "accepted";
        let manifest = case["manifest"].as_str().unwrap();
        let (accepted, because) = is_accepted(manifest);
        assert_eq!(accepted, expected, "{}: {}\n{because}\n{manifest}", case["id"], verdict(case));
    }
}

#[test]
fn the_verdict_on_mutated_manifests_is_cfcts_own() {
    let cases = vectors(include_str!("../../../tests/fixtures/vectors/cfct/schema.json"));
    assert_verdicts(&cases, |case| &case["verdict"]);
}

#[test]
fn the_verdict_on_the_named_resolution_cases_is_cfcts_own() {
    let cases = vectors(include_str!("../../../tests/fixtures/vectors/cfct/resolution.json"));
    assert_verdicts(&cases, |case| &case["schema"]);
}
