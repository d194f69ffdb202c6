//! One sound portfolio, and what is found when a part of it is written otherwise.

use crate::checks::testing::{fixed, package};
use crate::checks::{self, Context};
use crate::configuration::Configuration;
use crate::finding::Finding;
use crate::fix;
use crate::organization;
use crate::source::SourceFile;

macro_rules! fixture {
    ($file:literal) => {
        include_str!(concat!(
            "../../../../../tests/fixtures/findings/portfolio-share-unknown-unit/passes/",
            $file
        ))
    };
}

const PORTFOLIO: &str = "portfolios/backup.yaml";
const TEMPLATE: &str = "portfolios/backup/vault/v1.0.0.yaml";
const FILES: [(&str, &str); 6] = [
    ("manifest.yaml", fixture!("manifest.yaml")),
    ("cfct.toml", fixture!("cfct.toml")),
    (PORTFOLIO, fixture!("portfolios/backup.yaml")),
    (TEMPLATE, fixture!("portfolios/backup/vault/v1.0.0.yaml")),
    ("templates/launch-roles.yaml", fixture!("templates/launch-roles.yaml")),
    ("templates/vault.yaml", fixture!("templates/vault.yaml")),
];

/// The package with `from` written as `to` in one of its files.
fn changed(file: &str, from: &str, to: &str) -> Configuration {
    let texts: Vec<(&str, String)> = FILES
        .iter()
        .map(|(name, text)| {
            assert!(*name != file || text.contains(from), "{file} has no {from:?}");
            (*name, if *name == file { text.replacen(from, to, 1) } else { (*text).to_owned() })
        })
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    package(&files)
}

fn findings(configuration: &Configuration) -> Vec<Finding> {
    let reading = organization::read(&SourceFile::new("organization.json", fixture!("organization.json")));
    let mut findings = Vec::new();
    Context::with(configuration, reading.organization.as_ref(), |context| {
        super::check(context, &mut findings);
    });
    findings
}

/// The codes found, each with the text that is underlined.
fn found(from: &str, to: &str) -> Vec<(&'static str, String)> {
    let findings = findings(&changed(PORTFOLIO, from, to));
    findings.iter().map(|finding| (finding.code.name, finding.primary.text().to_owned())).collect()
}

#[test]
fn a_sound_portfolio_has_no_finding() {
    assert_eq!(found("Backup", "Backup"), []);
}

#[test]
fn every_mistake_is_found_where_it_is_written() {
    let version = "      - name: v1.0.0\n        template: portfolios/backup/vault/v1.0.0.yaml\n";
    for (from, to, code, underlined) in [
        ("provider: Backup team", "providers: Backup team", "portfolio-unknown-key", "providers"),
        ("name: Backup\n", "name: 7\n", "portfolio-wrong-shape", "7"),
        ("owner: Backup team", "owner:", "portfolio-missing-key", "name: Vault"),
        ("name: v1.0.0", "name: 1.0", "portfolio-wrong-shape", "1.0"),
        ("name: v1.0.0", "name: 'v 1'", "portfolio-version-name", "'v 1'"),
        ("name: Backup\n", "name: ''\n", "portfolio-text-length", "''"),
        ("name: Retention", "name: With-hyphen", "portfolio-constraint-form", "With-hyphen"),
        ("[7, 35, 365]", "[]", "portfolio-constraint-form", "name: Retention"),
        ("[7, 35, 365]", "[35, 366]", "portfolio-constraint-outside-lock", "366"),
        ("[7, 35, 365]", "[35, 6]", "portfolio-constraint-outside-lock", "6"),
        ("[7, 35, 365]", "[35, a week]", "portfolio-constraint-outside-lock", "a week"),
        ("[7, 35, 365]", "[7]", "portfolio-constraint-default", "RetentionDays"),
        ("parameter: RetentionDays", "parameter: Retention", "portfolio-constraint-parameter", "Retention"),
        ("stack_set: vault", "stack_set: launch-roles", "portfolio-lock-unknown", "stack_set: launch-roles"),
        ("stack_set: vault", "stack_set: vault\n  max_days: 35", "portfolio-lock-differs", "35"),
        ("stack_set: vault", "min_days: 9\n  max_days: 8", "portfolio-lock-differs", "8"),
        ("local_role_name: LaunchVault", "role_arn: LaunchVault", "portfolio-wrong-value", "LaunchVault"),
        ("local_role_name: LaunchVault", "local_role_name: a/b", "portfolio-wrong-value", "a/b"),
        ("launch:\n      local_role_name: LaunchVault", "launch: {}", "portfolio-launch-conflict", "{}"),
        ("role/aws-reserved", "roles/aws-reserved", "portfolio-principal", ""),
        (
            "role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BackupOperator_*",
            "role/*",
            "portfolio-principal",
            "role/*",
        ),
        ("- Workloads\n", "- Workloads\n    - Workloads\n", "portfolio-duplicate-name", "Workloads"),
        (
            version,
            "      - name: v1.0.0\n        template: manifest.yaml\n",
            "portfolio-template-place",
            "manifest.yaml",
        ),
        ("name: v1.0.0\n", "name: v1.0.0\n        active: false\n", "portfolio-product-without-version", ""),
        ("    launch:", "    notifications: [topic]\n    launch:", "portfolio-wrong-value", "topic"),
        ("    launch:", "    tags: {'aws:x': y}\n    launch:", "portfolio-wrong-value", "'aws:x'"),
        ("    launch:", "    support: {url: ftp://x}\n    launch:", "portfolio-wrong-value", "ftp://x"),
    ] {
        let found = found(from, to);
        let is_there =
            |(name, text): &(&str, String)| *name == code && (underlined.is_empty() || text == underlined);
        assert!(found.iter().any(is_there), "{from:?} -> {to:?}: {found:?}");
    }
}

#[test]
fn free_rules_are_read_like_the_short_form() {
    let rule = |assert: &str, condition: &str| {
        format!(
            "name: R\n        rule: {{{condition}Assertions: [{{Assert: {assert}}}]}}\n      - name: Retention"
        )
    };
    let contains =
        |values: &str, parameter: &str| format!("{{'Fn::Contains': [[{values}], {{Ref: {parameter}}}]}}");
    let condition = "RuleCondition: {'Fn::Equals': [{Ref: RetentionDays}, '7']}, ";
    for (rule, expected) in [
        (rule(&contains("'7', '35'", "RetentionDays"), ""), &[][..]),
        (rule(&contains("'7'", "RetentionDays"), ""), &["portfolio-constraint-default"]),
        (rule(&contains("'7'", "RetentionDays"), condition), &[]),
        (rule(&contains("'9999', '35'", "RetentionDays"), ""), &["portfolio-constraint-value"]),
        (rule(&contains("'7'", "Days"), condition), &["portfolio-constraint-parameter"]),
        (rule("{'Fn::Sub': x}", ""), &["portfolio-constraint-form"]),
        (
            rule("{'Fn::EachMemberIn': [{'Fn::ValueOf': [Days, Tag]}, [a]]}", ""),
            &["portfolio-constraint-parameter"],
        ),
        (
            "name: R\n        rule: {Assertions: []}\n      - name: Retention".to_owned(),
            &["portfolio-constraint-form"],
        ),
        ("name: R\n        rule: [a]\n      - name: Retention".to_owned(), &["portfolio-constraint-form"]),
        (
            "name: R\n        rule: {Asertions: []}\n      - name: Retention".to_owned(),
            &["portfolio-constraint-form"; 2],
        ),
    ] {
        let codes: Vec<_> = found("name: Retention", &rule).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, expected, "{rule}");
    }
}

#[test]
fn retention_written_in_a_plan_is_held_against_the_lock() {
    let plan = |days: &str| {
        format!(
            "Resources:\n  Plan:\n    Type: AWS::Backup::BackupPlan\n    Properties:\n      BackupPlan:\n        \
             BackupPlanName: p\n        BackupPlanRule:\n          - RuleName: r\n            TargetBackupVault: v\n            \
             Lifecycle:\n              DeleteAfterDays: {days}\n"
        )
    };
    for (days, parameter, bound, expected) in [
        ("35", "", true, 0),
        ("366", "", true, 1),
        ("!Ref RetentionDays", "", true, 0),
        ("!Ref RetentionDays", "", false, 1),
        ("!Ref Other", "  Other: {Type: Number, MinValue: 7, MaxValue: 365}\n", true, 0),
        ("!Ref Other", "  Other: {Type: Number, MinValue: 6, MaxValue: 365}\n", true, 1),
        ("!Ref Other", "  Other: {Type: Number, AllowedValues: [7, 35]}\n", true, 0),
        ("!Ref Other", "  Other: {Type: Number, AllowedValues: [7, 3650]}\n", true, 1),
        ("!If [A, 35, 3]", "", true, 0),
    ] {
        let portfolio = FILES[2].1.replace("within_lock: true", &format!("within_lock: {bound}"));
        let template = FILES[3].1.replace("Resources:\n", &format!("{parameter}{}", plan(days)));
        let files: Vec<(&str, &str)> = FILES
            .iter()
            .map(|(name, text)| match *name {
                PORTFOLIO => (*name, portfolio.as_str()),
                TEMPLATE => (*name, template.as_str()),
                _ => (*name, *text),
            })
            .collect();
        let findings = findings(&package(&files));
        let outside = findings.iter().filter(|found| found.code.name == "portfolio-constraint-outside-lock");
        assert_eq!(outside.count(), expected, "{days} {parameter}");
    }
}

#[test]
fn a_digest_is_recorded_below_the_template_and_never_overwritten() {
    let (_, text) = FILES[2];
    let start = text.find("        sha256: ").unwrap();
    let line = &text[start..=start + text[start..].find('\n').unwrap()];
    for (from, to) in [
        ("name: v1.0.0\n        template:", "name: v1.0.0\n        template:"),
        ("name: v1.0.0\n        template: portfolios", "name: v1.0.0 # first\n        template: portfolios"),
        (
            "- name: v1.0.0\n        template: portfolios/backup/vault/v1.0.0.yaml",
            "- template: portfolios/backup/vault/v1.0.0.yaml # here\n        name: v1.0.0",
        ),
    ] {
        let before = text.replace(line, "").replace(from, to);
        let configuration = changed(PORTFOLIO, text, &before);
        let findings = findings(&configuration);
        let [finding] = &findings[..] else { panic!("{findings:?}") };
        assert_eq!(finding.code.name, "portfolio-version-unrecorded");
        let after = fixed(finding);
        assert!(after.contains(line), "{after}");
        assert_eq!(self::findings(&changed(PORTFOLIO, text, &after)).len(), 0, "{after}");
    }
    let edited = changed(TEMPLATE, "Default: 35", "Default: 7");
    let findings = findings(&edited);
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!((finding.code.name, finding.fix.is_none()), ("portfolio-version-changed", true));
    let nothing = |_: &_| unreachable!("every file is there");
    assert!(fix::converge(&edited, nothing, checks::run).changed.is_empty());
}

#[test]
fn an_arn_is_cut_to_the_part_that_holds_everywhere() {
    for written in ["arn:aws:iam::200000000001:role/backup", "arn:aws-cn:iam:::role/backup"] {
        let pattern = "role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BackupOperator_*";
        let findings = findings(&changed(PORTFOLIO, pattern, written));
        let [finding] = &findings[..] else { panic!("{findings:?}") };
        assert_eq!(finding.code.name, "portfolio-principal");
        assert!(fixed(finding).contains("- 'role/backup'\n"), "{}", fixed(finding));
    }
}

#[test]
fn the_role_must_be_where_the_portfolio_is_offered_too() {
    let findings = findings(&changed("manifest.yaml", "      accounts:\n        - management\n", ""));
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(finding.code.name, "portfolio-launch-role-missing");
    assert!(finding.message.starts_with("management (100000000001) "), "{}", finding.message);
}
