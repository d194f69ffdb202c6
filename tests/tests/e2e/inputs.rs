//! `inputs`: what CfCT would send to its state machines.

use serde_json::Value;

use crate::binaries::Binary;
use crate::sandbox::Sandbox;

/// A recording of CfCT's own parser, and the name of it.
const RECORDINGS: [&str; 2] = [
    include_str!("../../fixtures/vectors/cfct/resolution.json"),
    include_str!("../../fixtures/vectors/cfct/resolution-random.json"),
];

/// A folder with the configuration of a recorded case, and the organization beside it.
fn sandbox(recording: &Value, manifest: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("organization.json", recording["organization"].to_string());
    for (name, text) in recording["files"].as_object().expect("files") {
        sandbox.write(&format!("configuration/{name}"), text.as_str().expect("a text"));
    }
    sandbox.write("configuration/manifest.yaml", manifest);
    sandbox
}

#[test]
fn recorded_cases_give_what_cfct_sent() {
    for recording in RECORDINGS {
        let recording: Value = serde_json::from_str(recording).expect("JSON");
        // The core holds every case against its recording; here a few go through the binaries.
        for case in recording["cases"].as_array().expect("cases").iter().step_by(6) {
            let sandbox = sandbox(&recording, case["manifest"].as_str().expect("a manifest"));
            let arguments =
                "inputs --config configuration --organization organization.json --staging-bucket staging-bkt";
            for binary in Binary::ALL {
                let run = sandbox.run(binary, arguments);
                assert_eq!(run.exits(0).json(), case["stages"], "{}", case["id"]);
                assert_eq!(run.stderr, "");
            }
        }
    }
}

#[test]
fn the_bucket_and_its_folder_can_be_named() {
    let sandbox = Sandbox::clean();
    sandbox.write("organization.json", include_str!("../../../examples/organization.json"));
    let url = |arguments: &str| {
        let run = sandbox.cfct(&format!("inputs --organization organization.json {arguments}"));
        run.exits(0).json()["stackset"]["inputs"][0]["ResourceProperties"]["TemplateURL"].clone()
    };
    assert_eq!(
        url(""),
        "https://customcontroltowerpipelineartifacts3bucket.s3.eu-central-1.amazonaws.com/\
         _custom_ct_templates_staging/templates/backup-role.yaml"
    );
    assert_eq!(
        url("--staging-bucket b --key-prefix p"),
        "https://b.s3.eu-central-1.amazonaws.com/p/templates/backup-role.yaml"
    );
}

#[test]
fn an_organization_file_that_is_wrong_is_an_error_with_its_line() {
    let sandbox = Sandbox::clean();
    let cases = [
        ("{\n  \"accounts\": [\n", "error: organization.json:2: this bracket is never closed"),
        (
            "[]",
            "error: organization.json:1: the snapshot is a list, not a map\nhint: write the snapshot again, or see",
        ),
        (
            "{\n  \"organization\": {\"root_id\": \"r-abcd\"}\n}",
            "error: organization.json:2: the organization has no `management_account_id`, and 4 more\nhint: ",
        ),
    ];
    for (text, complaint) in cases {
        sandbox.write("organization.json", text);
        sandbox.cfct("inputs --organization organization.json").exits(3).complains(complaint);
    }
    sandbox.cfct("inputs --organization absent.json").exits(3).complains("error: cannot read absent.json: ");
    sandbox.cfct("inputs").exits(2);
}

#[test]
fn a_manifest_that_is_no_yaml_is_an_error() {
    let sandbox = Sandbox::clean();
    sandbox.write("organization.json", include_str!("../../../examples/organization.json"));
    sandbox.write("manifest.yaml", "resources: [\n");
    sandbox
        .cfct("inputs --organization organization.json")
        .exits(3)
        .complains("error: cannot read the manifest in .\nhint: see `check --config .`");
}
