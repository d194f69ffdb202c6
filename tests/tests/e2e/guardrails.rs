//! `guardrails test`: what it says of the tests and of what they leave uncovered.

use crate::sandbox::Sandbox;

const TEST: &str = "guardrails test --organization organization.json";
const DENIED: &str = "tests:\n  - name: nobody deletes recovery points\n    principal: role/App in Workloads\n    \
     action: backup:DeleteRecoveryPoint\n    expect: denied\n";
const SPARED: &str = "  - name: break-glass does\n    principal: role/BreakGlass in Workloads\n    \
     action: backup:DeleteRecoveryPoint\n    expect: allowed\n";

/// The fixture of the finding, with these tests.
fn sandbox(tests: &str) -> Sandbox {
    const POLICY: &str =
        include_str!("../../fixtures/findings/policy-test-uncovered/fails/policies/scp/guard.json");
    const MANIFEST: &str = include_str!("../../fixtures/findings/policy-test-uncovered/fails/manifest.yaml");
    const ORGANIZATION: &str =
        include_str!("../../fixtures/findings/policy-test-uncovered/fails/organization.json");
    let sandbox = Sandbox::empty();
    sandbox.write("manifest.yaml", MANIFEST);
    sandbox.write("organization.json", ORGANIZATION);
    sandbox.write("policies/scp/guard.json", POLICY);
    sandbox.write("policies/tests/deletion.yaml", tests);
    sandbox
}

#[test]
fn what_no_test_depends_on_is_told_and_fails_where_coverage_is_required() {
    let sandbox = sandbox(DENIED);
    let run = sandbox.cfct(TEST);
    let run = run.exits(0);
    assert!(
        run.stdout.starts_with("note[policy-test-uncovered]: no test shows what `aws:PrincipalArn` spares")
    );
    assert!(run.stdout.ends_with("ok      nobody deletes recovery points\n"), "{}", run.stdout);
    assert!(run.stderr.contains("covered: 1 of 1 Deny statements, 0 of 0 of their parts, 0 of 1 exceptions"));
    sandbox.cfct(&format!("{TEST} --require-coverage")).exits(1);
}

#[test]
fn tests_that_cover_everything_satisfy_whoever_requires_it() {
    let run = sandbox(&format!("{DENIED}{SPARED}")).cfct(&format!("{TEST} --require-coverage"));
    assert_eq!(run.exits(0).stdout, "ok      nobody deletes recovery points\nok      break-glass does\n");
}

#[test]
fn a_test_that_fails_covers_nothing() {
    let wrong = DENIED.replace("expect: denied", "expect: allowed");
    let run = sandbox(&wrong).cfct(TEST);
    let run = run.exits(1);
    assert!(run.stdout.contains("FAILED  nobody deletes recovery points"), "{}", run.stdout);
    assert!(run.stderr.contains("covered: 0 of 1 Deny statements"), "{}", run.stderr);
}
