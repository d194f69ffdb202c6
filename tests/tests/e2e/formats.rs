//! The faces for programs conform to their schemas, whatever is found.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::binaries::Binary;
use crate::fixtures;
use crate::json_schema::violations;
use crate::sandbox::Sandbox;

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a repository").join(name);
    serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON")
}

/// What `cfct check` prints about each failing fixture.
fn outputs(format: &str) -> impl Iterator<Item = (String, Value)> {
    fixtures::failing().map(move |folder| {
        let folder = folder.display().to_string();
        let arguments = ["check", "--config", &folder, "--format", format];
        let output = Sandbox::empty().command(Binary::Cfct, &arguments).output().expect("runs");
        let json = serde_json::from_slice(&output.stdout);
        let json = json.unwrap_or_else(|error| panic!("{folder}: {error}"));
        (folder, json)
    })
}

#[test]
fn sarif_conforms_to_the_standard() {
    let schema = schema("tests/fixtures/schemas/sarif-2.1.0.json");
    for (folder, sarif) in outputs("sarif") {
        assert_eq!(violations(&schema, &sarif), [""; 0], "{folder}");
    }
}

#[test]
fn json_conforms_to_its_published_schema() {
    let schema = schema("docs/schemas/findings.schema.json");
    for (folder, json) in outputs("json") {
        assert_eq!(violations(&schema, &json), [""; 0], "{folder}");
    }
}

#[test]
fn sarif_tells_where_what_and_how_to_mend_it() {
    let sarif = Sandbox::faulty().cfct("check --format sarif").json();
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("an index") as usize];
    assert_eq!(
        (&result["ruleId"], &rule["id"]),
        (&"manifest-unknown-key".into(), &"manifest-unknown-key".into())
    );
    assert!(rule["help"]["markdown"].as_str().expect("a page").starts_with("# manifest-unknown-key\n"));
    assert_eq!(result["properties"]["stage"], "build-schema");
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "manifest.yaml");
    let replacement = &change["replacements"][0];
    let offset = replacement["deletedRegion"]["byteOffset"].as_u64().expect("an offset") as usize;
    let length = replacement["deletedRegion"]["byteLength"].as_u64().expect("a length") as usize;
    let manifest = Sandbox::faulty().read("manifest.yaml");
    assert_eq!(&manifest[offset..offset + length], "resorce_file");
    assert_eq!(replacement["insertedContent"]["text"], "resource_file");
}

#[test]
fn the_schema_checker_sees_what_is_wrong() {
    let schema = schema("tests/fixtures/schemas/sarif-2.1.0.json");
    let cases = [
        r#"{"runs": []}"#,
        r#"{"version": "2.0.0", "runs": []}"#,
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]}"#,
        r#"{"version": "2.1.0", "runs": [], "more": 1}"#,
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": 1}}}]}"#,
    ];
    for case in cases {
        assert_eq!(violations(&schema, &serde_json::from_str(case).expect("JSON")).len(), 1, "{case}");
    }
}

#[test]
fn every_finding_can_be_shown_to_a_person() {
    for folder in fixtures::failing() {
        let folder = folder.display().to_string();
        let arguments = ["check", "--config", &folder, "--color", "always"];
        let output = Sandbox::empty().command(Binary::Cfct, &arguments).output().expect("runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{folder}: {:?}", output.status);
        assert!(text.contains("more about a code") || text.starts_with("no findings"), "{folder}: {text}");
        assert_eq!(output.stderr, b"", "{folder}");
    }
}
