//! `effective`: what every account gets of the backup policies.

use serde_json::{Value, json};

use crate::binaries::Binary;
use crate::sandbox::Sandbox;

const RECORDINGS: [&str; 3] = [
    include_str!("../../fixtures/vectors/backup/inheritance-tag-documented.json"),
    include_str!("../../fixtures/vectors/backup/inheritance-backup-documented.json"),
    include_str!("../../fixtures/vectors/backup/inheritance-backup-derived.json"),
];
const INVALID: &str = include_str!("../../fixtures/vectors/backup/effective-invalid.json");

const ACCOUNT: &str = "130000000001";
const EFFECTIVE: &str = "effective --organization organization.json";

fn cases(recording: &str) -> Vec<Value> {
    serde_json::from_str(recording).expect("cases")
}

/// An organization with one unit and one account in it beside the management account, and the policies of
/// `levels` attached to the root, the unit and the account.
fn sandbox(levels: &Value) -> Sandbox {
    let sandbox = Sandbox::clean();
    let organization = json!({
        "management_account_id": "100000000001",
        "root_id": "r-acme",
        "organizational_units": [{"id": "ou-acme-w0rk5d1m", "name": "Workloads", "parent": "r-acme"}],
        "accounts": [
            {"id": "100000000001", "name": "management", "status": "ACTIVE", "parent": "r-acme"},
            {"id": ACCOUNT, "name": "shop", "status": "ACTIVE", "parent": "ou-acme-w0rk5d1m"},
        ],
        "baseline_stack_set": {"name": "AWSControlTowerBP-BASELINE-CONFIG", "accounts": [ACCOUNT], "regions": ["eu-central-1"]},
        "home_region": "eu-central-1",
    });
    sandbox.write("organization.json", organization.to_string());
    let mut attachments = Vec::new();
    for level in levels.as_array().expect("levels") {
        let node = level["node"].as_str().expect("a node");
        let targets = match node {
            "root" => json!({"organizational_units": ["Root"]}),
            "ou" => json!({"organizational_units": ["Workloads"]}),
            _ => json!({"accounts": ["shop"]}),
        };
        let policies = level["policies_in_attachment_order"].as_array().expect("policies");
        for (index, policy) in policies.iter().enumerate() {
            let name = format!("{node}-{index}");
            let file = format!("policies/backup/{name}.json");
            sandbox.write(&file, serde_json::to_string_pretty(policy).expect("JSON"));
            attachments.push(json!({"name": name, "file": file, "targets": targets}));
        }
    }
    sandbox.write("policies/backup/attachments.yaml", json!({"policies": attachments}).to_string());
    sandbox
}

#[test]
fn recorded_merges_come_out_of_both_binaries() {
    for case in RECORDINGS.into_iter().flat_map(cases) {
        let sandbox = sandbox(&case["levels"]);
        for binary in Binary::ALL {
            let run = sandbox.run(binary, &format!("{EFFECTIVE} --format json"));
            let account = &run.json()["accounts"][ACCOUNT];
            assert_eq!(account["content"], case["effective"], "{}", case["id"]);
            let open = case["id"] == "control-does-not-bind-own-level";
            assert_eq!(account["ambiguous"].as_array().expect("a list").is_empty(), !open, "{}", case["id"]);
        }
    }
}

#[test]
fn an_account_that_stays_on_its_last_valid_policy_is_an_error() {
    for case in cases(INVALID) {
        let run = sandbox(&case["levels"]).cfct(&format!("{EFFECTIVE} --account shop --format json"));
        let invalid = &run.exits(1).json()["accounts"][ACCOUNT]["invalid"];
        let codes: Vec<_> =
            invalid.as_array().expect("a list").iter().map(|one| (&one["code"], &one["path"])).collect();
        assert_eq!(codes, [(&case["expect"]["error_code"], &case["expect"]["path"])], "{}", case["id"]);
    }
}

#[test]
fn each_value_names_its_policy_node_and_line() {
    let case = &cases(RECORDINGS[1])[4];
    let sandbox = sandbox(&case["levels"]);
    let run = sandbox.cfct(&format!("{EFFECTIVE} --account {ACCOUNT} --format json"));
    let account = &run.exits(0).json()["accounts"][ACCOUNT];
    for (path, values) in account["sources"].as_object().expect("sources") {
        for value in values.as_array().expect("values") {
            let text = sandbox.read(value["file"].as_str().expect("a file"));
            let line = value["line"].as_u64().expect("a line") as usize;
            let there = text.lines().nth(line - 1).expect("a line");
            assert!(there.contains(value["value"].as_str().expect("a value")), "{path}: {there}");
        }
    }
    let regions = &account["sources"]["plans/pii_backup_plan/regions"][0];
    assert_eq!((&regions["policy"], &regions["node"]), (&json!("ou-0"), &json!("Workloads")));
}

#[test]
fn text_names_what_is_wrong_before_what_is_there() {
    let case = &cases(INVALID)[1];
    let run = sandbox(&case["levels"]).cfct(&format!("{EFFECTIVE} --account shop --from 2026-11-23"));
    let expected = "\
shop (130000000001)
  policies at Root, shop (130000000001)
  invalid: ELEMENTS_TOO_FEW plans/hourlyplan/regions: 'regions' is below the required minimum 1  policies/backup/account-0.json:5
  until this is mended, the last valid effective policy stays in force
  plan hourlyplan in no Region
    rule r0: cron(0 5 ? * * *) into v
      runs 2026-11-23T05:00Z, 2026-11-24T05:00Z, 2026-11-25T05:00Z, starting within 8 h
      kept for ever, about 365 more recovery points of each resource every year
    at most 24 h pass between two runs
  from root-0 at Root, policies/backup/root-0.json
      13  plans/hourlyplan/selections/tags/datatype/iam_role_arn = arn:aws:iam::$account:role/MyIamRole
      16  plans/hourlyplan/selections/tags/datatype/tag_key = dataType
      20  plans/hourlyplan/selections/tags/datatype/tag_value = PII
      21  plans/hourlyplan/selections/tags/datatype/tag_value = RED
      30  plans/hourlyplan/rules/r0/schedule_expression = cron(0 5 ? * * *)
      33  plans/hourlyplan/rules/r0/target_backup_vault_name = v
";
    assert_eq!(run.exits(1).stdout, expected);
}

#[test]
fn the_calendar_is_that_of_the_time_given() {
    let case = &cases(RECORDINGS[1])[4];
    let sandbox = sandbox(&case["levels"]);
    let arguments = format!("{EFFECTIVE} --account shop --format json --from 2026-11-23T12:30Z --runs 2");
    let account = sandbox.cfct(&arguments).exits(0).json()["accounts"][ACCOUNT].clone();
    let plan = &account["calendar"]["pii_backup_plan"];
    assert_eq!(plan["recovery_point_objective_minutes"], 120);
    let rule = &plan["rules"]["hourly"];
    let runs: Vec<_> = rule["runs"].as_array().expect("runs").iter().map(|run| &run["at"]).collect();
    assert_eq!(runs, ["2026-11-23T14:00Z", "2026-11-23T16:00Z"]);
    assert_eq!(rule["runs"][0]["starts_by"], "2026-11-23T15:20Z");
    assert_eq!(rule["runs"][0]["cold_at"], "2026-12-23T14:00Z");
    assert_eq!(rule["runs"][0]["deleted_at"], "2027-11-23T14:00Z");
    assert_eq!(rule["retention"]["recovery_points_kept"], 365 * 12);
    assert_eq!(rule["copies"][0]["retention"]["deleted_after_days"], 180);
}

#[test]
fn an_unknown_account_is_told_with_the_nearest() {
    let run = sandbox(&json!([])).cfct(&format!("{EFFECTIVE} --account shopp"));
    run.exits(2);
    assert!(run.stderr.contains("did you mean `shop`?"), "{}", run.stderr);
}

#[test]
fn a_target_that_does_not_exist_is_told_and_fails_the_run() {
    let sandbox = sandbox(&cases(RECORDINGS[1])[0]["levels"]);
    sandbox.edit("policies/backup/attachments.yaml", "Root", "Rot");
    let run = sandbox.cfct(&format!("{EFFECTIVE} --format json"));
    assert_eq!(run.exits(1).json()["accounts"][ACCOUNT]["content"], json!({}));
    assert!(run.stderr.contains("there is no organizational unit `Rot`"), "{}", run.stderr);
}
