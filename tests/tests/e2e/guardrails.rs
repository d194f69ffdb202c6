//! `guardrails`: policy tests and what they leave uncovered, one request, many, and packing.

use serde_json::json;

use crate::binaries::Binary;
use crate::sandbox::{Run, Sandbox};

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

const EXPLAIN: &str =
    "guardrails explain --organization organization.json --action backup:DeleteRecoveryPoint";

/// Runs `guardrails explain` for a principal, whose text may have spaces.
fn explain(sandbox: &Sandbox, principal: &str) -> Run {
    let mut arguments: Vec<&str> = EXPLAIN.split(' ').collect();
    arguments.extend(["--principal", principal]);
    let output = sandbox.command(Binary::Cfct, &arguments).output().expect("the binary runs");
    Run::new(format!("cfct {EXPLAIN} --principal {principal}"), &output, sandbox.path())
}

#[test]
fn one_request_is_explained_level_by_level() {
    let sandbox = sandbox(DENIED);
    let run = explain(&sandbox, "role/App in Workloads");
    let run = run.exits(0);
    assert!(run.stdout.starts_with("denied: arn:aws:iam::"), "{run:#?}");
    assert!(run.stdout.contains("  scp Root: FullAWSAccess allows by statement 1\n"), "{run:#?}");
    assert!(run.stdout.contains("guard denies by "), "{run:#?}");
    let run = explain(&sandbox, "role/BreakGlass in Workloads");
    assert!(run.exits(0).stdout.starts_with("allowed: "), "{run:#?}");
    explain(&sandbox, "role/App in Nowhere").exits(2).complains("error: no unit and no account `Nowhere`\n");
}

/// The decisions on requests of a role in Workloads, in the order of the requests.
fn decisions(sandbox: &Sandbox, requests: &[serde_json::Value]) -> Vec<String> {
    sandbox.write("requests.json", serde_json::Value::from(requests).to_string());
    let run = sandbox.cfct("guardrails evaluate --organization organization.json --requests requests.json");
    let answers = run.exits(0).json();
    let answers = answers.as_array().expect("a list");
    assert_eq!(answers.len(), requests.len());
    answers.iter().map(|answer| answer["decision"].as_str().expect("a decision").to_owned()).collect()
}

#[test]
fn many_requests_are_decided_with_their_own_policies() {
    let sandbox = sandbox(DENIED);
    let policy = |action: &str| json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}});
    let request = |id: &str, action: &str| json!({"id": id, "principal": "arn:aws:iam::120000000001:role/App", "action": action, "resource": "*"});
    let with = |mut request: serde_json::Value, key: &str, value: serde_json::Value| {
        request[key] = value;
        request
    };
    let identity = |request| with(request, "identity_policies", json!([policy("*")]));
    let read = || identity(request("read", "backup:ListBackupVaults"));
    let found = decisions(
        &sandbox,
        &[
            request("nothing allows it", "backup:ListBackupVaults"),
            read(),
            identity(request("the guardrail denies it", "backup:DeleteRecoveryPoint")),
            with(read(), "session_policies", json!([policy("kms:*")])),
            with(read(), "session_policies", json!([policy("kms:*"), policy("backup:List*")])),
            with(read(), "permissions_boundary", policy("kms:*")),
        ],
    );
    assert_eq!(
        found,
        ["implicit-deny", "allowed", "explicit-deny", "implicit-deny", "allowed", "implicit-deny"]
    );
}

#[test]
fn the_organization_s_id_is_in_the_requests_of_its_accounts() {
    let sandbox = sandbox(DENIED);
    let in_organization = |key: &str, value: &str| {
        json!({"id": key, "principal": "arn:aws:iam::120000000001:role/App", "action": "backup:ListBackupVaults",
            "resource": "*", "identity_policies": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
            "Action": "*", "Resource": "*", "Condition": {"ForAnyValue:StringLike": {key: value}}}}]})
    };
    let requests = [
        in_organization("aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        in_organization("aws:ResourceOrgID", "o-a1b2c3d4e5"),
        in_organization("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-*/ou-*/"),
        in_organization("aws:ResourceOrgPaths", "o-a1b2c3d4e5/r-*/ou-*/"),
    ];
    sandbox.edit("organization.json", "{", "{\"organization_id\": \"o-a1b2c3d4e5\",");
    assert_eq!(decisions(&sandbox, &requests), ["allowed"; 4]);
    sandbox.edit("organization.json", "o-a1b2c3d4e5", "o-z9y8x7w6v5");
    assert_eq!(decisions(&sandbox, &requests), ["implicit-deny"; 4]);
    sandbox.edit("organization.json", "o-z9y8x7w6v5", "acme");
    let run = sandbox.cfct("check --organization organization.json --format json");
    assert!(run.codes().contains(&"organization-malformed-id".to_owned()), "{run:#?}");
}

#[test]
fn requests_that_are_none_are_named_with_their_line() {
    let sandbox = sandbox(DENIED);
    for (text, complaint) in [
        ("[\n{}]", "error: requests.json:2: the request has no `principal`\nhint: "),
        ("{}", "error: requests.json:1: the requests is "),
        ("[{\"principal\": \"Ada\"}]", "error: requests.json:1: `Ada` names no principal: "),
    ] {
        sandbox.write("requests.json", text);
        let run =
            sandbox.cfct("guardrails evaluate --organization organization.json --requests requests.json");
        run.exits(3).complains(complaint);
    }
}

const PACK: &str = "guardrails pack --organization organization.json";

/// Two policies with the same targets, one of which says a part of what the other does.
fn two_policies() -> Sandbox {
    let sandbox = sandbox(DENIED);
    let statement = |sid: &str, action: &str| {
        format!(
            "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{{\"Sid\": \"{sid}\", \"Effect\": \"Deny\", \"Action\": \"{action}\", \"Resource\": \"*\"}}]\n}}\n"
        )
    };
    sandbox.write("policies/scp/a.json", statement("Vaults", "backup:Delete*"));
    sandbox.write("policies/scp/b.json", statement("Points", "backup:DeleteRecoveryPoint"));
    sandbox.write("policies/scp/c.json", statement("Keys", "kms:ScheduleKeyDeletion"));
    let resource = |name: &str| {
        format!(
            "  - name: {name}\n    resource_file: policies/scp/{name}.json\n    deploy_method: scp\n    deployment_targets:\n      organizational_units: [Workloads]\n"
        )
    };
    let resources = ["a", "b", "c"].map(resource).concat();
    sandbox.write(
        "manifest.yaml",
        format!("region: eu-central-1\nversion: 2021-03-15\nresources:\n{resources}"),
    );
    sandbox
}

#[test]
fn policies_with_the_same_targets_are_packed_and_the_slots_counted() {
    let sandbox = two_policies();
    let run = sandbox.cfct(&format!("{PACK} --write packed"));
    let run = run.exits(0);
    for line in [
        "scp at Workloads; quota 10240\n",
        "  - `Points` of `b` is implied by `Vaults` of `a`\n",
        "  - `Keys` of `c` goes into `Vaults` of `a`: they differ in their actions only\n",
        "  - `b` is no longer needed: remove it from the manifest, then detach and delete it by hand",
        "  - gone as a Sid, so policy tests cannot name it: Points, Keys\n",
        " requests decided alike before and after\n",
    ] {
        assert!(run.stdout.contains(line), "{line:?} in {run:#?}");
    }
    let slots: Vec<&str> = run.stdout.lines().last().expect("a line").split_whitespace().collect();
    assert_eq!(slots, ["scp", "Workloads", "4", "2", "8", "10"]);
    assert!(run.stderr.contains("wrote 1 policy to packed"), "{run:#?}");
    let packed = sandbox.read("packed/policies/scp/a.json");
    let packed: serde_json::Value = serde_json::from_str(&packed).expect("JSON");
    assert_eq!(packed["Statement"][0]["Action"], json!(["backup:Delete*", "kms:ScheduleKeyDeletion"]));
    assert!(sandbox.read("policies/scp/a.json").contains("\"backup:Delete*\", \"Resource\""));
}

#[test]
fn a_packing_is_json_for_a_program_and_never_overwrites() {
    let sandbox = two_policies();
    let json = sandbox.cfct(&format!("{PACK} --format json --shorten-sids")).exits(0).json();
    let group = &json["groups"][0];
    assert_eq!(group["after"][0]["statements"], 1);
    assert_eq!(group["superfluous"], json!(["b", "c"]));
    assert!(group["after"][0]["text"].as_str().expect("a text").contains("\"Sid\": \"S0\""));
    assert!(group["requests_compared"].as_u64() > Some(1_000));
    assert_eq!(
        json["slots"][0],
        json!({"unit": "Workloads", "type": "scp", "limit": 10, "before": 4, "after": 2})
    );
    let names = sandbox.names();
    let run = sandbox.cfct(&format!("{PACK} --write policies"));
    run.exits(3).complains("error: policies exists already\nhint: ");
    assert_eq!(sandbox.names(), names);
}

#[test]
fn help_of_a_command_below_another_has_its_own_examples() {
    let run = Sandbox::empty().cfct("guardrails pack --help");
    assert!(
        run.exits(0)
            .stdout
            .contains("\n    cfct guardrails pack --organization organization.json --write packed\n")
    );
    assert!(!run.stdout.contains("cfct guardrails test"));
}
