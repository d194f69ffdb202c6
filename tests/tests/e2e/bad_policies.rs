//! Policies of every wrong kind, each with a finding at its place, all in one run.

use std::fmt::Write;

use crate::sandbox::Sandbox;

struct Wrong {
    file: &'static str,
    text: String,
    code: &'static str,
    /// Line and column of the finding.
    at: (u64, u64),
}

fn scp(statement: &str) -> String {
    format!("{{\"Version\": \"2012-10-17\", \"Statement\": [\n{statement}]}}\n")
}

fn wrongs() -> Vec<Wrong> {
    let wrong = |file, text: String, code, at| Wrong { file, text, code, at };
    let many: Vec<String> =
        (0..200).map(|n| format!(r#"{{"Sid":"S{n}","Effect":"Deny","Action":"s3:DeleteBucket","Resource":"arn:aws:s3:::bucket-{n}"}}"#)).collect();
    vec![
        wrong("scp/malformed", "{\"Version\": \"2012-10-17\",\n".to_owned(), "json-syntax", (1, 1)),
        wrong("scp/twice", scp(r#"{"Sid":"A","Effect":"Deny","Effect":"Deny","Action":"s3:*","Resource":"*"}"#), "duplicate-key", (2, 28)),
        wrong("scp/comment", scp("// why\n"), "json-comment", (2, 1)),
        wrong("scp/deep", format!("{{\"Statement\":\n{}{}}}", "[".repeat(5_000), "]".repeat(5_000)), "nesting-too-deep", (2, 480)),
        wrong("scp/large", scp(&many.join(",")), "policy-too-large", (1, 1)),
        wrong("scp/list", "[1]\n".to_owned(), "policy-wrong-value", (1, 1)),
        wrong("scp/of-backup", "{\"plans\": {}}\n".to_owned(), "policy-unknown-element", (1, 2)),
        wrong(
            "scp/operand",
            scp("{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\",\n\"Condition\":{\"NumericLessThan\":{\"k\":\"soon\"}}}"),
            "policy-wrong-operand",
            (3, 37),
        ),
        wrong(
            "scp/operator",
            scp("{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\",\n\"Condition\":{\"StringIs\":{\"k\":\"x\"}}}"),
            "policy-unknown-operator",
            (3, 14),
        ),
        wrong("backup/malformed", "{\"plans\": {]}\n".to_owned(), "json-syntax", (1, 12)),
        wrong("backup/twice", "{\"plans\": {\"d\": {},\n\"d\": {}}}\n".to_owned(), "duplicate-key", (2, 1)),
        wrong("backup/deep", format!("{}1{}", "{\"plans\":".repeat(5_000), "}".repeat(5_000)), "nesting-too-deep", (1, 4_321)),
        wrong("backup/long", format!("{{\"plans\": {{\"{}\": {{}}}}}}", "x".repeat(11_000)), "backup-policy-too-long", (1, 1)),
        wrong("backup/of-iam", "{\"Version\": \"2012-10-17\", \"Statement\": []}\n".to_owned(), "backup-policy-wrong-type", (1, 27)),
        wrong(
            "backup/operator",
            "{\"plans\": {\"d\": {\"rules\": {\"r\": {\n\"target_backup_vault_name\": {\"@@append\": [\"main\"]}}}}}}\n".to_owned(),
            "backup-policy-misplaced-operator",
            (2, 30),
        ),
        wrong(
            "backup/shape",
            "{\"plans\": {\"d\": {\n\"regions\": {\"@@assign\": {\"a\": \"b\"}}}}}\n".to_owned(),
            "backup-policy-wrong-shape",
            (2, 25),
        ),
    ]
}

#[test]
fn every_policy_that_is_wrong_has_its_finding_in_one_run() {
    let sandbox = Sandbox::clean();
    let (mut resources, mut attachments) = (String::new(), "policies:\n".to_owned());
    let wrongs = wrongs();
    for Wrong { file, text, .. } in &wrongs {
        sandbox.write(&format!("policies/{file}.json"), text);
        let name = file.replace('/', "-");
        let _ = match file.starts_with("scp/") {
            true => write!(
                resources,
                "  - name: {name}\n    resource_file: policies/{file}.json\n    deploy_method: scp\n    deployment_targets:\n      organizational_units: [Infrastructure]\n"
            ),
            false => write!(
                attachments,
                "  - name: {name}\n    description: a backup policy\n    file: policies/{file}.json\n    targets:\n      organizational_units: [Infrastructure]\n"
            ),
        };
    }
    sandbox.write("policies/backup/attachments.yaml", attachments);
    let manifest = sandbox.read("manifest.yaml") + &resources;
    sandbox.write("manifest.yaml", manifest);
    let run = sandbox.cfct("check --format json");
    let json = run.exits(1).json();
    let findings = json["findings"].as_array().expect("a list");
    let mut lacking = Vec::new();
    for Wrong { file, code, at, .. } in &wrongs {
        let file = format!("policies/{file}.json");
        let of_file = findings.iter().filter(|finding| finding["file"] == *file);
        let found: Vec<_> = of_file
            .map(|finding| (finding["code"].as_str(), finding["line"].as_u64(), finding["column"].as_u64()))
            .collect();
        if !found.contains(&(Some(code), Some(at.0), Some(at.1))) {
            lacking.push(format!("{file} lacks {code} at {at:?}: {found:?}"));
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}
