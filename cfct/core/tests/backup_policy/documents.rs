use crate::package::{findings, fixed};

/// A complete plan, with `@RULE@`, `@REGIONS@` and `@SELECTIONS@` to be replaced.
const PLAN: &str = r#"{"plans": {"p": {
  "regions": @REGIONS@,
  "rules": {"r": {
    "schedule_expression": {"@@assign": "cron(0 3 ? * * *)"}@RULE@
  }},
  "selections": @SELECTIONS@
}}}"#;
const REGIONS: &str = r#"{"@@assign": ["eu-central-1"]}"#;
const VAULT: &str = r#", "target_backup_vault_name": {"@@assign": "vault"}"#;
const SELECTIONS: &str = r#"{"tags": {"s": {"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/R"},
    "tag_key": {"@@assign": "k"}, "tag_value": {"@@assign": ["v"]}}}}"#;

fn plan(regions: &str, rule: &str, selections: &str) -> String {
    PLAN.replace("@REGIONS@", regions).replace("@RULE@", rule).replace("@SELECTIONS@", selections)
}

/// Asserts that `text` has one finding, at the bytes `wrong`; where it has a fix, `mended` is in the result
/// and nothing is found there any more.
fn assert_one(text: &str, code: &str, wrong: &str, mended: &str) {
    let found = findings(text);
    let told: Vec<_> = found
        .iter()
        .map(|found| format!("{} {}: {}", found.code.name, found.primary.text(), found.message))
        .collect();
    let [finding] = &*found else { panic!("{code}, not {told:#?}\n{text}") };
    assert_eq!((finding.code.name, finding.primary.text()), (code, wrong), "{told:?}");
    assert!(finding.help.as_ref().is_some_and(|help| !help.is_empty()), "{told:?}");
    match fixed(finding) {
        Some(fixed) => {
            assert!(!mended.is_empty() && fixed.contains(mended), "{code}: {fixed}");
            let left: Vec<_> = findings(&fixed).iter().map(|left| left.message.clone()).collect();
            assert!(left.is_empty(), "{code}: {left:?} after {fixed}");
        }
        None => assert_eq!(mended, "", "{code} has no fix"),
    }
}

#[test]
fn a_complete_plan_has_no_finding() {
    let text = plan(REGIONS, VAULT, SELECTIONS);
    assert!(findings(&text).is_empty());
}

#[test]
fn regions_that_cannot_be_are_pointed_at() {
    for (regions, code, wrong, mended) in [
        (
            r#"["eu-central-1"]"#,
            "backup-policy-missing-operator",
            r#"["eu-central-1"]"#,
            r#"{ "@@assign": ["eu-central-1"] }"#,
        ),
        (
            r#"{"@@assign": "eu-central-1"}"#,
            "backup-policy-wrong-shape",
            r#""eu-central-1""#,
            r#"["eu-central-1"]"#,
        ),
        (
            r#"{"@@asign": ["eu-central-1"]}"#,
            "backup-policy-unknown-operator",
            r#""@@asign""#,
            r#""@@assign""#,
        ),
        (r#"{"assign": ["eu-central-1"]}"#, "backup-policy-unknown-operator", r#""assign""#, r#""@@assign""#),
        (
            r#"{"@@assign": ["EU-Central-1"]}"#,
            "backup-policy-region",
            r#""EU-Central-1""#,
            r#""eu-central-1""#,
        ),
        (r#"{"@@assign": ["eu-central-1a"]}"#, "backup-policy-region", r#""eu-central-1a""#, ""),
        (r#"{"@@assign": ["eu-central-1", null]}"#, "backup-policy-wrong-shape", "null", ""),
        (r#"{"@@assign": ["eu-central-1", {}]}"#, "backup-policy-wrong-shape", "{}", ""),
        (
            r#"{"@@assign": ["eu-central-1", "${region}"]}"#,
            "backup-policy-placeholder-unfilled",
            "${region}",
            "",
        ),
        (
            r#"{"@@assign": ["eu-central-1", "$region"]}"#,
            "backup-policy-placeholder-misplaced",
            "$region",
            "",
        ),
        (
            r#"{"@@assign": ["eu-central-1"], "@@operators_allowed_for_child_policies": "@@none"}"#,
            "backup-policy-child-operators",
            r#""@@none""#,
            "",
        ),
        (
            r#"{"@@assign": ["eu-central-1"], "@@operators_allowed_for_child_policies": ["@@delete"]}"#,
            "backup-policy-child-operators",
            r#""@@delete""#,
            "",
        ),
    ] {
        assert_one(&plan(regions, VAULT, SELECTIONS), code, wrong, mended);
    }
}

#[test]
fn settings_of_a_rule_that_cannot_be_are_pointed_at() {
    let arn = "arn:aws:backup:eu-west-1:$account:backup-vault:vault";
    let copy = |target: &str| {
        format!(r#", "copy_actions": {{"{arn}": {{"target_backup_vault_arn": {{"@@assign": "{target}"}}}}}}"#)
    };
    for (rule, code, wrong, mended) in [
        (
            r#", "start_backup_window_minutes": 60"#,
            "backup-policy-missing-operator",
            "60",
            r#"{ "@@assign": 60 }"#,
        ),
        (r#", "start_backup_window_minutes": {}"#, "backup-policy-missing-operator", "{}", ""),
        (
            r#", "start_backup_window_minutes": {"@@assign": ["60"]}"#,
            "backup-policy-wrong-shape",
            r#"["60"]"#,
            r#"{"@@assign": "60"}"#,
        ),
        (
            r#", "start_backup_window_minutes": {"@@assign": {"a": 1}}"#,
            "backup-policy-wrong-shape",
            r#"{"a": 1}"#,
            "",
        ),
        (
            r#", "start_backup_window_minutes": {"@@append": ["60"]}"#,
            "backup-policy-misplaced-operator",
            r#""@@append""#,
            "",
        ),
        (
            r#", "start_backup_window_minutes": {"@@assign": "1 h"}"#,
            "backup-policy-wrong-value",
            r#""1 h""#,
            "",
        ),
        (r#", "start_backup_window_minutes": {"@@assign": 60.5}"#, "backup-policy-wrong-value", "60.5", ""),
        (r#", "lifecycle": {"@@assign": "35"}"#, "backup-policy-misplaced-operator", r#""@@assign""#, ""),
        (r#", "lifecycle": "35""#, "backup-policy-wrong-shape", r#""35""#, ""),
        (
            r#", "lifecycle": {"DeleteAfterDays": {"@@assign": "35"}}"#,
            "backup-policy-unknown-key",
            r#""DeleteAfterDays""#,
            r#""delete_after_days""#,
        ),
        (r#", "lifecycle": {"delete_after_days": {"@@assign": "0"}}"#, "backup-lifecycle-days", r#""0""#, ""),
        (r#", "colour": {"@@assign": "red"}"#, "backup-policy-unknown-key", r#""colour""#, ""),
        (
            r#", "enable_continuous_backup": {"@@assign": "False"}"#,
            "backup-policy-wrong-value",
            r#""False""#,
            r#""false""#,
        ),
        (
            r#", "index_actions": {"resource_types": {"@@assign": ["ebs"]}}"#,
            "backup-policy-wrong-value",
            r#""ebs""#,
            r#""EBS""#,
        ),
        (
            r#", "target_logically_air_gapped_backup_vault_arn": {"@@assign": "arn:aws-cn:backup:cn-north-1:$account:backup-vault:v"}"#,
            "backup-air-gapped-arn",
            r#""arn:aws-cn:backup:cn-north-1:$account:backup-vault:v""#,
            "arn:aws-cn:backup:$region:$account:backup-vault:v",
        ),
        (
            &*copy("arn:aws:backup:$region:$account:backup-vault:vault"),
            "backup-policy-placeholder-misplaced",
            "$region",
            "",
        ),
    ] {
        let text = plan(REGIONS, &format!("{VAULT}{rule}"), SELECTIONS);
        // A copy whose target is not read differs from its key as well.
        if rule.contains("copy_actions") {
            assert!(
                findings(&text).iter().any(|found| found.code.name == code && found.primary.text() == wrong)
            );
        } else {
            assert_one(&text, code, wrong, mended);
        }
    }
}

#[test]
fn vaults_and_schedules_that_cannot_be_are_pointed_at() {
    let vault = |name: &str| {
        plan(REGIONS, &format!(r#", "target_backup_vault_name": {{"@@assign": "{name}"}}"#), SELECTIONS)
    };
    let arn = "arn:aws:backup:eu-central-1:111122223333:backup-vault:vault";
    assert_one(&vault(arn), "backup-policy-name", &format!("\"{arn}\""), r#"{"@@assign": "vault"}"#);
    assert_one(&vault("my vault"), "backup-policy-name", "\"my vault\"", "");
    let schedule =
        |expression: &str| plan(REGIONS, VAULT, SELECTIONS).replace("cron(0 3 ? * * *)", expression);
    assert_one(&schedule("0 3 ? * * *"), "backup-schedule", "0 3 ? * * *", r#""cron(0 3 ? * * *)""#);
    assert_one(&schedule("cron(0 3 ? * MO *)"), "backup-schedule", "MO", "");
    assert_one(&schedule("cron(0 3 * * * *)"), "backup-schedule", "*", "");
}

#[test]
fn escapes_in_a_value_do_not_shift_what_is_pointed_at() {
    let text = plan(REGIONS, VAULT, SELECTIONS).replace("cron(0 3 ? * * *)", r"cron(0 3 \u003f * MO *)");
    assert_one(&text, "backup-schedule", r#""cron(0 3 \u003f * MO *)""#, "");
}

#[test]
fn selections_that_cannot_be_are_pointed_at() {
    let resources = |types: &str, more: &str| {
        format!(
            r#"{{"resources": {{"s": {{"iam_role_arn": {{"@@assign": "arn:aws:iam::$account:role/R"}},
               "resource_types": {{"@@assign": [{types}]}}{more}}}}}}}"#
        )
    };
    let condition = |key: &str| {
        format!(
            r#", "conditions": {{"string_like": {{"c": {{"condition_key": {{"@@assign": "{key}"}},
               "condition_value": {{"@@assign": "a*"}}}}}}}}"#
        )
    };
    let volume = r#""arn:aws:ec2:*:*:volume/*""#;
    for (selections, code, wrong, mended) in [
        (
            resources(r#""arn:aws:ec2:*:*:volumes/*""#, ""),
            "backup-policy-resource-type",
            r#""arn:aws:ec2:*:*:volumes/*""#,
            volume,
        ),
        (
            resources(r#""arn:aws-cn:ec2:*:*:volumes/*""#, ""),
            "backup-policy-resource-type",
            r#""arn:aws-cn:ec2:*:*:volumes/*""#,
            r#""arn:aws-cn:ec2:*:*:volume/*""#,
        ),
        (resources(r#""EBS""#, ""), "backup-policy-resource-type", r#""EBS""#, ""),
        (
            resources(volume, &condition("tier")),
            "backup-policy-condition-key",
            r#""tier""#,
            r#""aws:ResourceTag/tier""#,
        ),
        (
            resources(volume, &condition("aws:RequestTag/tier")),
            "backup-policy-condition-key",
            r#""aws:RequestTag/tier""#,
            "",
        ),
        ("{}".to_owned(), "backup-plan-incomplete", r#""selections""#, ""),
    ] {
        assert_one(&plan(REGIONS, VAULT, &selections), code, wrong, mended);
    }
    assert!(
        findings(&plan(REGIONS, VAULT, &resources("\"*\"", &condition("aws:ResourceTag/a b")))).is_empty()
    );
}

#[test]
fn numbers_and_booleans_may_be_bare() {
    let rule = format!(
        r#"{VAULT}, "start_backup_window_minutes": {{"@@assign": 60}},
        "enable_continuous_backup": {{"@@assign": true}}, "lifecycle": {{"delete_after_days": {{"@@assign": 35}}}}"#
    );
    assert!(findings(&plan(REGIONS, &rule, SELECTIONS)).is_empty());
}

#[test]
fn a_document_that_is_no_backup_policy_is_told_once() {
    for (text, code, wrong) in [
        ("[]", "backup-policy-wrong-shape", "[]"),
        (r#"{"Statement": [], "Version": "2012-10-17"}"#, "backup-policy-wrong-type", r#""Statement""#),
        (r#"{"tags": {"x": {}}}"#, "backup-policy-wrong-type", r#""tags""#),
        (r#"{"Plans": {}}"#, "backup-policy-unknown-key", r#""Plans""#),
    ] {
        let found = findings(text);
        assert_eq!(
            found.iter().map(|found| (found.code.name, found.primary.text())).collect::<Vec<_>>(),
            [(code, wrong)]
        );
    }
}

#[test]
fn what_one_policy_leaves_out_another_may_give() {
    let files = |second: &'static str| {
        crate::package::package(&[
            ("manifest.yaml", crate::package::MANIFEST),
            (
                "policies/backup/attachments.yaml",
                "policies:\n  - {name: a, file: policies/backup/a.json, targets: {accounts: [x]}}\n  - {name: b, file: policies/backup/b.json, targets: {accounts: [x]}}\n",
            ),
            (
                "policies/backup/a.json",
                Box::leak(plan("{}", VAULT, SELECTIONS).replace("\"regions\": {},", "").into_boxed_str()),
            ),
            ("policies/backup/b.json", second),
        ])
    };
    let codes = |second| -> Vec<_> {
        cfct_core::checks::run(&files(second)).iter().map(|found| found.code.name).collect()
    };
    assert!(codes(r#"{"plans": {"P": {"regions": {"@@append": ["eu-west-1"]}}}}"#).is_empty());
    assert_eq!(
        codes(r#"{"plans": {"P": {"regions": {"@@remove": ["eu-west-1"]}}}}"#),
        ["backup-plan-incomplete"]
    );
    let other = r#"{"plans": {"q": {"regions": {"@@append": ["eu-west-1"]}}}}"#;
    assert_eq!(codes(other), ["backup-plan-incomplete"; 3]);
}

#[test]
fn keys_that_differ_in_case_point_at_both() {
    let text = plan(REGIONS, VAULT, SELECTIONS).replace(
        r#""rules": {"#,
        r#""rules": {"R": {"lifecycle": {"delete_after_days": {"@@assign": "7"}}}, "#,
    );
    let found = findings(&text);
    assert_eq!(found[0].code.name, "backup-policy-key-case");
    assert_eq!(found[0].primary.text(), "\"r\"");
    assert_eq!(found[0].related[0].location.text(), "\"R\"");
}
