//! The evaluator against a second opinion: cases that `tests/oracles/iam_simulate.mjs` generated, and that the npm
//! package @cloud-copilot/iam-simulate decided.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::sync::Arc;

use cfct_core::document::{Document, MappingRef, NodeRef};
use cfct_core::guardrails::requests;
use cfct_core::iam::Policy;
use cfct_core::iam::evaluate::{CompiledPolicy, Level, Policies, evaluate};
use cfct_core::source::SourceFile;

const GOLDEN: &str = include_str!("../../../tests/fixtures/vectors/iam-simulate.json");

/// The levels under a key: lists of policies, from the root down.
fn levels(map: MappingRef<'_>, key: &str) -> Vec<Level> {
    let lists = map.get(key).and_then(NodeRef::as_sequence).unwrap();
    let policies = |list: NodeRef<'_>| {
        let policies = list.as_sequence().unwrap().items();
        policies
            .map(|node| Policy::from_mapping(node.as_mapping().unwrap()))
            .map(|policy| Arc::new(CompiledPolicy::compile(key, &policy)))
            .collect()
    };
    lists.items().map(|list| Level { name: key.into(), policies: policies(list) }).collect()
}

#[test]
fn decisions_agree_with_iam_simulate() {
    let text = match std::env::var("IAM_SIMULATE_CASES") {
        Ok(path) => std::fs::read_to_string(path).unwrap(),
        Err(_) => GOLDEN.to_owned(),
    };
    let reading = Document::read_json(&SourceFile::new("cases", text));
    let document = reading.document.unwrap();
    let cases = document.root().and_then(NodeRef::as_sequence).unwrap();
    let asked = requests::read(&document).map_err(|malformed| malformed.message).unwrap();
    assert!(asked.len() >= 300);
    let mut disagreements = Vec::new();
    for (case, asked) in cases.items().zip(&asked) {
        let map = case.as_mapping().unwrap();
        let (service_control, resource_control) =
            (levels(map, "service_control"), levels(map, "resource_control"));
        let own = &asked.policies;
        let policies = Policies {
            service_control: &service_control,
            resource_control: &resource_control,
            identity: &own.identity,
            resource: own.resource.as_ref(),
            boundary: own.boundary.as_ref(),
            session: &own.session,
        };
        let verdict = evaluate(&asked.request, &policies);
        let expected = map.get("decision").and_then(NodeRef::scalar_text).unwrap();
        if verdict.decision.as_str() != expected {
            disagreements.push(format!("{expected}, not {verdict:?}: {}", case.source_text()));
        }
    }
    let (count, of) = (disagreements.len(), asked.len());
    assert!(disagreements.is_empty(), "{count} of {of}:\n{}", disagreements.join("\n"));
}
