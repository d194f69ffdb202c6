use super::coverage::Share;
use super::{Run, run};
use crate::checks::Context;
use crate::checks::testing::{package, v2};
use crate::guardrails::Guardrails;
use crate::organization;
use crate::source::SourceFile;

const ORGANIZATION: &str = include_str!("../../../../../examples/organization.json");

/// The tests, run on one policy at `Workloads:Prod`: of what kind, and its statements.
fn run_on(kind: &str, statements: &str, tests: &str) -> Run {
    let manifest = v2(&format!(
        "  - name: guard\n    deploy_method: {kind}\n    resource_file: policies/guard.json\n    deployment_targets:\n      organizational_units: [\"Workloads:Prod\"]\n"
    ));
    let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    let files =
        [("manifest.yaml", &*manifest), ("policies/guard.json", &policy), ("policies/tests/t.yaml", tests)];
    let configuration = package(&files);
    let organization = organization::read(&SourceFile::new("o", ORGANIZATION)).organization.unwrap();
    let guardrails = Guardrails::of(&configuration, &organization, None);
    let run = Context::with(&configuration, Some(&organization), |context| run(context, &guardrails));
    assert!(run.findings.is_empty(), "{:?}", run.findings);
    assert!(run.outcomes.iter().all(super::Outcome::passed), "{:?}", run.outcomes);
    run
}

/// The texts that no test depends on.
fn uncovered(run: &Run) -> Vec<String> {
    run.coverage
        .findings()
        .iter()
        .map(|finding| finding.primary.text().trim_matches('"').to_owned())
        .collect()
}

/// One test in flow style, of the role App in Workloads:Prod unless `more` says otherwise.
fn test(action: &str, expect: &str, more: &str) -> String {
    let principal = if more.contains("principal:") { "" } else { "principal: role/App in Workloads:Prod, " };
    format!("- {{name: t, {principal}action: {action}, expect: {expect}{more}}}\n")
}

const TWO_ACTIONS: &str = r#"{"Sid":"Two","Effect":"Deny","Action":["backup:DeleteBackupVault","backup:DeleteBackupPlan"],"Resource":"*"}"#;
const BREAK_GLASS: &str = r#"{"Sid":"Glass","Effect":"Deny","Action":"backup:DeleteBackupVault","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/One","arn:aws:iam::*:role/Two"]}}}"#;
const TAGGED: &str = r#"{"Sid":"Tagged","Effect":"Deny","Action":"kms:DisableKey","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":["x","y"]}}}"#;
const PASSED: &str =
    r#"{"Sid":"Passed","Effect":"Deny","Action":"iam:PassRole","NotResource":"arn:aws:iam::*:role/Backup"}"#;

#[test]
fn a_part_is_covered_by_the_test_that_would_fail_without_it() {
    let denied = |action: &str| test(action, "explicit-deny", "");
    let by = |who: &str| {
        test("backup:DeleteBackupVault", "allowed", &format!(", principal: role/{who} in Workloads:Prod"))
    };
    let tag = |expect: &str, value: &str| {
        test("kms:DisableKey", expect, &format!(", context: {{'aws:ResourceTag/a': {value}}}"))
    };
    let pass = |expect: &str, role: &str| {
        test("iam:PassRole", expect, &format!(", resource: 'arn:aws:iam::$account:role/{role}'"))
    };
    let vault = denied("backup:DeleteBackupVault");
    for (statement, tests, left) in [
        (
            TWO_ACTIONS,
            vec![denied("backup:ListBackupVaults").replace("explicit-deny", "allowed")],
            vec!["Two"],
        ),
        (TWO_ACTIONS, vec![vault.clone()], vec!["backup:DeleteBackupPlan"]),
        (TWO_ACTIONS, vec![vault.clone(), denied("backup:DeleteBackupPlan")], vec![]),
        (BREAK_GLASS, vec![vault.clone()], vec!["arn:aws:iam::*:role/One", "arn:aws:iam::*:role/Two"]),
        (BREAK_GLASS, vec![vault.clone(), by("Two")], vec!["arn:aws:iam::*:role/One"]),
        (BREAK_GLASS, vec![vault.clone(), by("One"), by("Two")], vec![]),
        (TAGGED, vec![tag("denied", "x")], vec!["aws:ResourceTag/a", "y"]),
        (TAGGED, vec![tag("denied", "x"), tag("denied", "y"), tag("allowed", "z")], vec![]),
        (PASSED, vec![pass("denied", "App")], vec!["arn:aws:iam::*:role/Backup"]),
        (PASSED, vec![pass("denied", "App"), pass("allowed", "Backup")], vec![]),
    ] {
        let tests = format!("tests:\n{}", tests.concat());
        assert_eq!(uncovered(&run_on("scp", statement, &tests)), left, "{tests}");
    }
}

#[test]
fn a_request_that_another_statement_denies_too_counts_for_the_one_that_is_named() {
    let second = TWO_ACTIONS.replace("Two", "Again");
    let both = format!("{TWO_ACTIONS},{second}");
    let each = |more: &str| {
        ["backup:DeleteBackupVault", "backup:DeleteBackupPlan"]
            .map(|action| test(action, "denied", more))
            .concat()
    };
    let left = |more: &str| uncovered(&run_on("scp", &both, &format!("tests:\n{}", each(more))));
    assert_eq!(left(""), ["Two", "Again"]);
    assert_eq!(left(", by: Two"), ["Again"]);
    assert_eq!(left(", by: [Two, Again]"), [""; 0]);
}

#[test]
fn a_policy_is_covered_where_it_is_attached_only() {
    let elsewhere = test("backup:DeleteBackupVault", "allowed", ", principal: role/App in Sandbox");
    let run = run_on("scp", BREAK_GLASS, &format!("tests:\n{elsewhere}"));
    assert_eq!(uncovered(&run), ["Glass"]);
    assert_eq!(run.coverage.statements(), Share { covered: 0, of: 1 });
    assert_eq!(run.coverage.exceptions(), Share { covered: 0, of: 2 });
}

#[test]
fn resource_control_policies_are_covered_by_requests_on_what_they_guard() {
    let deny = r#"{"Sid":"Org","Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-acme000001"}}}"#;
    let key = ", resource: 'arn:aws:kms:eu-central-1:130000000001:key/1'";
    let outsider =
        test("kms:Decrypt", "denied", &format!("{key}, principal: 'arn:aws:iam::999999999999:role/App'"));
    let member = test("kms:Decrypt", "allowed", key);
    assert_eq!(uncovered(&run_on("rcp", deny, &format!("tests:\n{outsider}{member}"))), [""; 0]);
    assert_eq!(uncovered(&run_on("rcp", deny, &format!("tests:\n{outsider}"))), ["aws:PrincipalOrgID"]);
}
