//! The rules of backup policies against a table of fragments with their verdicts.

use cfct_core::backup_policy::lock::{Conflict, LockRange};
use cfct_core::finding::{Finding, Level};
use serde_json::{Value, json};

use crate::package::findings;

const RULES: &str = include_str!("../../../../tests/fixtures/vectors/backup/lint-rules.json");

/// Every value under an `@@assign`.
fn assigned(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), assigned(value))).collect(),
        value => json!({"@@assign": value}),
    }
}

/// A complete policy with the fragments of a case put where they belong.
fn policy(case: &Value) -> Value {
    let mut rule = json!({"schedule_expression": "cron(0 5 ? * * *)", "target_backup_vault_name": "vault"});
    let mut selections = json!({"tags": {"all": {
        "iam_role_arn": "arn:aws:iam::$account:role/Backup", "tag_key": "backup", "tag_value": ["yes"]}}});
    for (key, value) in case.as_object().unwrap() {
        match key.as_str() {
            "id" | "ok" | "why" | "vault_lock" => {}
            "selections" => selections = value.clone(),
            _ => rule[key] = value.clone(),
        }
    }
    assigned(
        &json!({"plans": {"plan": {"regions": ["eu-central-1"], "rules": {"rule": rule}, "selections": selections}}}),
    )
}

fn worst(findings: &[Finding]) -> Value {
    let has = |level| findings.iter().any(|finding| finding.level == level);
    match (has(Level::Error), has(Level::Warning)) {
        (true, _) => json!(false),
        (_, true) => json!("warn"),
        _ => json!(true),
    }
}

/// The verdict on the retention of a rule whose vault is locked.
fn under_lock(case: &Value) -> Value {
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let lock = LockRange { min: number(&case["vault_lock"]["min"]), max: number(&case["vault_lock"]["max"]) };
    match lock.conflict(number(&case["lifecycle"]["delete_after_days"])) {
        None => json!(true),
        Some(Conflict::Endless { .. }) => json!("warn"),
        Some(_) => json!(false),
    }
}

#[test]
fn every_rule_of_the_table_has_its_verdict() {
    let cases: Vec<Value> = serde_json::from_str(RULES).unwrap();
    assert_eq!(cases.len(), 18, "the table lost cases");
    for case in &cases {
        let found = findings(&policy(case).to_string());
        let told: Vec<String> =
            found.iter().map(|found| format!("{}: {}", found.code.name, found.message)).collect();
        let verdict = if case["vault_lock"].is_object() { under_lock(case) } else { worst(&found) };
        assert_eq!(verdict, case["ok"], "{}: {told:#?}", case["id"]);
    }
}
