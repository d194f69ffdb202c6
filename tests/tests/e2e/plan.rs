//! `plan`: what a push would do.

use std::fs::{self, File};
use std::path::Path;

use serde_json::{Value, json};

use crate::binaries::Binary;
use crate::json_schema::violations;
use crate::sandbox::Sandbox;
use crate::snapshot;

const ORGANIZATION: &str = include_str!("../../../examples/organization.json");

const PLAN: &str = "plan --organization organization.json --deployed deployed.json";

/// The accounts of Infrastructure, at whom the manifest is aimed.
const TARGETS: [&str; 6] =
    ["120000000001", "120000000002", "120000000003", "120000000004", "120000000005", "120000000006"];

/// A configuration whose role goes to the accounts of Infrastructure, with the example organization and this
/// deployed state.
fn sandbox(stack_sets: &Value) -> Sandbox {
    let sandbox = Sandbox::clean();
    sandbox.write("organization.json", ORGANIZATION);
    sandbox.write("deployed.json", json!({"stack_sets": stack_sets}).to_string());
    sandbox
}

/// A stack set of CfCT with the template of the configuration.
fn stack_set(name: &str, accounts: &[&str], regions: &[&str]) -> Value {
    json!({
        "name": format!("CustomControlTower-{name}"),
        "template_body": Sandbox::clean().read("templates/backup-role.yaml"),
        "tags": {"AWS_Solutions": "CustomControlTowerStackSet"},
        "last_operation": "SUCCEEDED",
        "instances": [{"accounts": accounts, "regions": regions}],
    })
}

/// As the manifest wants it, and in one account more.
fn with_one_account_too_many() -> Value {
    let accounts: Vec<&str> = TARGETS.into_iter().chain(["001500000005"]).collect();
    json!([stack_set("backup-role", &accounts, &["eu-central-1"])])
}

/// One that a push takes an instance from.
pub fn removing() -> Sandbox {
    sandbox(&with_one_account_too_many())
}

/// One account lacks the second Region, and another one holds what nobody wants any more.
fn uneven() -> Value {
    let mut uneven = stack_set("backup-role", &TARGETS[..5], &["eu-central-1", "eu-west-1"]);
    let instances = uneven["instances"].as_array_mut().expect("instances");
    instances.push(json!({"account": TARGETS[5], "region": "eu-central-1"}));
    json!([uneven])
}

fn uneven_sandbox() -> Sandbox {
    let sandbox = sandbox(&uneven());
    sandbox.edit("manifest.yaml", "      - eu-central-1\n", "      - eu-central-1\n      - eu-west-1\n");
    sandbox
}

#[test]
fn without_a_deployed_state_everything_is_new() {
    let run = sandbox(&json!([])).cfct("plan --organization organization.json");
    snapshot::assert_run("plan/nothing-deployed", run.exits(0));
}

#[test]
fn what_is_as_desired_is_left_alone() {
    let run = sandbox(&json!([stack_set("backup-role", &TARGETS, &["eu-central-1"])])).cfct(PLAN);
    snapshot::assert_run("plan/nothing-changes", run.exits(0));
}

#[test]
fn a_removal_comes_first_and_needs_its_confirmation() {
    let sandbox = removing();
    snapshot::assert_run("plan/removal", sandbox.cfct(PLAN).exits(5));
    let id = sandbox.cfct(&format!("{PLAN} --format json")).exits(5).json()["id"].clone();
    let id = id.as_str().expect("an id");
    for binary in Binary::ALL {
        let run = sandbox.run(binary, &format!("{PLAN} --confirm {id}"));
        assert_eq!(run.exits(0).stderr, "");
    }
    let complaint = format!("error: plan 0123456789ab was confirmed, and this is plan {id}\nhint: ");
    sandbox.cfct(&format!("{PLAN} --confirm 0123456789ab")).exits(5).complains(&complaint);
    sandbox.edit("manifest.yaml", "Infrastructure", "Security");
    sandbox.cfct(&format!("{PLAN} --confirm {id}")).exits(5).complains(&format!("error: plan {id} was"));
}

#[test]
fn a_rename_is_named_as_one() {
    let sandbox = sandbox(&json!([stack_set("backup-roll", &TARGETS, &["eu-central-1"])]));
    let run = sandbox.cfct(PLAN);
    run.exits(0);
    assert!(run.stdout.contains("CustomControlTower-backup-roll: stays with 6 instances"), "{run:#?}");
    sandbox.edit("manifest.yaml", "resources:", "enable_stack_set_deletion: true\nresources:");
    snapshot::assert_run("plan/rename", sandbox.cfct(PLAN).exits(5));
}

#[test]
fn what_cfct_would_leave_undone_is_told_with_the_way_out() {
    let run = uneven_sandbox().cfct(&format!("{PLAN} --steps"));
    snapshot::assert_run("plan/uneven", run.exits(0));
}

#[test]
fn json_conforms_to_its_published_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schemas/plan.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).expect("a schema")).expect("JSON");
    let renamed = sandbox(&json!([stack_set("backup-roll", &TARGETS, &["eu-central-1"])]));
    renamed.edit("manifest.yaml", "resources:", "enable_stack_set_deletion: true\nresources:");
    for sandbox in [sandbox(&json!([])), sandbox(&with_one_account_too_many()), uneven_sandbox(), renamed] {
        let json = sandbox.cfct(&format!("{PLAN} --steps --format json")).json();
        assert_eq!(violations(&schema, &json), [""; 0], "{json:#}");
    }
}

#[test]
fn json_says_what_cfct_calls_and_what_is_missing_afterwards() {
    let json = uneven_sandbox().cfct(&format!("{PLAN} --format json")).exits(0).json();
    let execution = &json["stack_sets"][0]["execution"];
    assert_eq!(execution["execution_started"], false);
    assert_eq!(execution["missing_afterwards"], json!([[TARGETS[5], "eu-west-1"]]));
}

#[test]
fn a_secret_in_a_parameter_is_not_shown() {
    let sandbox = sandbox(&json!([]));
    sandbox.edit(
        "manifest.yaml",
        "    regions:",
        "    parameters:\n      - parameter_key: DatabasePassword\n        parameter_value: correct-horse\n    regions:",
    );
    for format in ["text", "json"] {
        let run = sandbox.cfct(&format!("{PLAN} --format {format}"));
        assert!(!run.exits(0).stdout.contains("correct-horse"), "{run:#?}");
    }
}

#[test]
fn an_account_is_explained_by_the_lines_that_reach_it() {
    let sandbox = sandbox(&json!([]));
    let run = sandbox.cfct(&format!("{PLAN} --explain network"));
    run.exits(0);
    assert_eq!(
        run.stdout,
        "network (120000000001)\n  backup-role (stack_set) in eu-central-1\n    manifest.yaml:9: Infrastructure\n"
    );
    let run = sandbox.cfct(&format!("{PLAN} --explain audit"));
    assert_eq!(run.exits(0).stdout, "audit (110000000002)\n  nothing in the manifest reaches it\n");
    sandbox
        .cfct(&format!("{PLAN} --explain netwrok"))
        .exits(2)
        .complains("error: there is no account `netwrok`\nhint: did you mean `network`?");
}

#[test]
fn a_snapshot_holds_both() {
    let sandbox = Sandbox::clean();
    let organization: Value = serde_json::from_str(ORGANIZATION).expect("JSON");
    let deployed = json!({"stack_sets": with_one_account_too_many()});
    let whole = json!({"version": 1, "organization": organization, "deployed": deployed});
    sandbox.write("snapshot.json", whole.to_string());
    sandbox.cfct("plan --organization snapshot.json").exits(5);
    sandbox.cfct("plan --organization snapshot.json --deployed snapshot.json").exits(5);
}

#[test]
fn a_deployed_state_that_cannot_be_trusted_is_an_error() {
    let foreign = json!({"stack_sets": [stack_set("backup-role", &["999999999999"], &["eu-central-1"])]});
    let other = json!({
        "organization": {"management_account_id": "999999999999"},
        "deployed": {"stack_sets": []},
    });
    let newer = json!({"version": 2, "deployed": {"stack_sets": []}});
    let cases = [
        ("{\"stack_sets\": [{", "error: deployed.json:1: "),
        (&foreign.to_string(), "error: deployed.json:1: none of the accounts that hold instances is in the"),
        (
            &other.to_string(),
            "error: deployed.json:1: the deployed state is of the organization of 999999999999",
        ),
        (&newer.to_string(), "error: deployed.json:1: the snapshot has version 2"),
        ("[]", "error: deployed.json:1: "),
    ];
    let sandbox = sandbox(&json!([]));
    for (text, complaint) in cases {
        sandbox.write("deployed.json", text);
        let run = sandbox.cfct(PLAN);
        assert_eq!(run.exits(3).complains(complaint).stdout, "");
    }
    let huge = File::create(sandbox.file("deployed.json")).expect("a file");
    huge.set_len(500 << 20).expect("a sparse file");
    sandbox.cfct(PLAN).exits(3).complains("error: cannot read deployed.json: it is too large\nhint: ");
    sandbox.cfct("plan").exits(2);
}

#[test]
fn the_example_shows_an_account_that_lost_its_place_and_one_that_is_new() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (organization, deployed) = ("examples/organization.json", "examples/deployed.json");
    let arguments = ["plan", "--organization", organization, "--deployed", deployed, "--format", "json"];
    let mut command = Sandbox::empty().command(Binary::Cfct, &arguments);
    let output = command.current_dir(&repository).output().expect("runs");
    assert_eq!(output.status.code(), Some(5));
    let plan: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let vault =
        plan["stack_sets"].as_array().expect("a list").iter().find(|one| one["resource"] == "backup-vault");
    let vault = vault.expect("the vault");
    assert_eq!(vault["removed"][0]["accounts"], json!(["001500000003"]));
    assert_eq!(vault["created"][0]["accounts"], json!(["132000000004"]));
}

#[test]
fn a_plan_holds_the_stack_sets_that_packaging_adds() {
    let sandbox = sandbox(&with_one_account_too_many());
    sandbox.write("policies/backup/daily.json", include_str!("../../../policies/backup/weekly.json"));
    sandbox.write(
        "policies/backup/attachments.yaml",
        "policies:\n  - name: daily\n    file: policies/backup/daily.json\n    targets:\n      \
         organizational_units: [Infrastructure]\n",
    );
    let plan = sandbox.cfct(&format!("{PLAN} --format json")).json();
    let names: Vec<&str> = plan["stack_sets"]
        .as_array()
        .expect("stack sets")
        .iter()
        .filter_map(|set| set["resource"].as_str())
        .collect();
    assert!(names.contains(&"org-backup-policies"), "{names:?}");
}
