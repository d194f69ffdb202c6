//! The YAML reader against PyYAML: the same texts accepted, the same values read.
//!
//! The corpus comes from `tests/oracles/pyyaml_corpus.py`. `PYYAML_CORPUS` names a further one, for long
//! comparisons over texts that the script makes up.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use cfct_core::document::{Document, NodeRef, Shape, Value};
use cfct_core::finding::Stage;
use cfct_core::source::SourceFile;
use serde_json::{Value as Json, json};

/// What PyYAML takes and this reader leaves out, for reasons that their pages give.
const LEFT_OUT: [&str; 2] = ["yaml-recursive-alias", "yaml-alias-expansion"];

#[test]
fn every_verdict_and_value_of_the_committed_corpus_is_pyyamls() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/vectors/pyyaml.json");
    let cases = cases(&corpus);
    assert!(cases.len() > 1000, "{} cases", cases.len());
    assert_agrees(&cases);
}

#[test]
fn every_verdict_and_value_of_a_given_corpus_is_pyyamls() {
    let Some(corpus) = std::env::var_os("PYYAML_CORPUS") else { return };
    assert_agrees(&cases(&PathBuf::from(corpus)));
}

fn cases(corpus: &Path) -> Vec<Json> {
    let text = fs::read_to_string(corpus).unwrap();
    let corpus: Json = serde_json::from_str(&text).unwrap();
    corpus["cases"].as_array().unwrap().clone()
}

fn assert_agrees(cases: &[Json]) {
    let differences: Vec<String> = cases.iter().filter_map(difference).collect();
    let some = differences.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {} differ:\n{some}", differences.len(), cases.len());
}

fn difference(case: &Json) -> Option<String> {
    let text = case["text"].as_str().unwrap();
    let reading = Document::read_yaml(&SourceFile::new("manifest.yaml", text));
    let findings = &reading.findings;
    // An empty file is null to PyYAML; that nothing can be done with it is for the next step to find.
    let refused = |code: &str, stage| stage == Stage::BuildYaml && code != "file-empty";
    let refusal = findings.iter().find(|finding| refused(finding.code.name, finding.stage));
    match (case.get("error"), refusal) {
        (Some(_), Some(_)) => None,
        (Some(error), None) => Some(format!("{text:?} is accepted, but {error}")),
        (None, Some(finding)) => Some(format!("{text:?} is refused: {}", finding.message)),
        (None, None) if findings.iter().any(|finding| LEFT_OUT.contains(&finding.code.name)) => None,
        (None, None) => {
            let value = reading.document.as_ref().and_then(Document::root).map_or(Json::Null, typed);
            (value != case["value"]).then(|| format!("{text:?} is {value}, not {}", case["value"]))
        }
    }
}

/// A value in the corpus's form.
fn typed(node: NodeRef<'_>) -> Json {
    match node.shape() {
        Shape::Scalar(scalar) => scalar_value(scalar),
        Shape::Sequence(list) if matches!(node.tag(), Some("!!omap" | "!!pairs")) => {
            let entries = list.items().filter_map(|item| item.as_mapping()?.written().next());
            entries.map(|entry| json!({"pair": [typed(entry.key), typed(entry.value)]})).collect()
        }
        Shape::Sequence(list) => list.items().map(typed).collect(),
        Shape::Mapping(map) if node.tag() == Some("!!set") => {
            let mut keys: Vec<Json> = map.entries().into_iter().map(|entry| typed(entry.key)).collect();
            keys.sort_by_key(Json::to_string);
            json!({ "set": keys })
        }
        Shape::Mapping(map) => {
            let entries = map.entries().into_iter();
            json!({"map": entries.map(|entry| json!([typed(entry.key), typed(entry.value)])).collect::<Vec<_>>()})
        }
    }
}

fn scalar_value(scalar: NodeRef<'_>) -> Json {
    let text = || scalar.python_text().unwrap().into_owned();
    match scalar.value().unwrap() {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Str(text) => Json::from(text),
        Value::Int(None) => json!({"int": "big"}),
        Value::Int(Some(_)) => json!({"int": text()}),
        Value::Float(_) => json!({"float": text()}),
        Value::Timestamp(stamp) if stamp.has_time => json!({"datetime": text()}),
        Value::Timestamp(_) => json!({"date": text()}),
        Value::Bytes => json!({"bytes": true}),
        other => json!({"unconstructable": format!("{other:?}")}),
    }
}
