use cfct_core::checks;

use crate::package::{MANIFEST, fixed, package};

const POLICY: &str = r#"{"plans": {"p": {
  "regions": {"@@assign": ["eu-central-1"]},
  "rules": {"r": {"schedule_expression": {"@@assign": "cron(0 3 ? * * *)"},
    "target_backup_vault_name": {"@@assign": "vault"}}},
  "selections": {"tags": {"s": {"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/R"},
    "tag_key": {"@@assign": "k"}, "tag_value": {"@@assign": ["v"]}}}}}}}"#;

/// The codes and texts of what is found with this `attachments.yaml`, and the first fix.
fn found(attachments: &str) -> (Vec<(&'static str, String)>, Option<String>) {
    let findings = checks::run(&package(&[
        ("manifest.yaml", MANIFEST),
        ("policies/backup/attachments.yaml", attachments),
        ("policies/backup/daily.json", POLICY),
    ]));
    let first = findings.iter().find_map(fixed);
    (findings.iter().map(|found| (found.code.name, found.primary.text().to_owned())).collect(), first)
}

fn entry(lines: &str) -> String {
    format!("policies:\n  - name: daily\n    file: policies/backup/daily.json\n{lines}")
}

#[test]
fn what_cannot_be_attached_is_pointed_at() {
    let targets =
        "    targets: {organizational_units: [Root, 'Workloads:Prod'], accounts: [\"111122223333\", log]}\n";
    let cases = [
        (entry(targets), vec![]),
        ("policies:\n".to_owned(), vec![("backup-policy-unattached", "")]),
        (entry("    targets: {}\n"), vec![("attachments-no-targets", "{}")]),
        (entry("    targets: {accounts: []}\n"), vec![("attachments-no-targets", "{accounts: []}")]),
        (entry("    targets: {accounts: 111122223333}\n"), vec![("attachments-wrong-shape", "111122223333")]),
        (entry("    targets: [Root]\n"), vec![("attachments-wrong-shape", "[Root]")]),
        (entry("    targets: {ou: [Root]}\n"), vec![("attachments-unknown-key", "ou")]),
        (entry(&format!("    owner: me\n{targets}")), vec![("attachments-unknown-key", "owner")]),
        (entry(&format!("    description: [x]\n{targets}")), vec![("attachments-wrong-shape", "[x]")]),
        (
            entry("    targets: {organizational_units: ['A:B', ' A : B ']}\n"),
            vec![("attachments-duplicate-target", "' A : B '")],
        ),
        (entry(targets).replace("name: daily", "name: ''"), vec![("attachments-text-length", "''")]),
    ];
    for (text, expected) in cases {
        let (found, _) = found(&text);
        let found: Vec<_> = found.iter().map(|(code, text)| (*code, text.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_file_that_is_missing_is_looked_for_nearby() {
    let text = |file: &str| {
        format!("policies:\n  - name: daily\n    file: {file}\n    targets: {{accounts: [log]}}\n")
    };
    let missing =
        |file: &'static str| vec![("backup-policy-unattached", ""), ("attachments-file-missing", file)];
    for (file, mended) in [
        ("policies/backup/Daily.json", true),
        ("policies/daily.json", true),
        ("policies/backup/dialy.json", false),
        ("x.json", false),
    ] {
        let (found, fixed) = found(&text(file));
        let mut found: Vec<_> = found.iter().map(|(code, text)| (*code, text.as_str())).collect();
        found.sort_by_key(|(code, _)| *code == "attachments-file-missing");
        assert_eq!(found, missing(file));
        assert_eq!(
            fixed.is_some_and(|fixed| fixed.contains("file: 'policies/backup/daily.json'")),
            mended,
            "{file}"
        );
    }
}

#[test]
fn a_duplicate_name_points_at_both_entries() {
    let one = "  - name: daily\n    file: policies/backup/daily.json\n    targets: {accounts: [log]}\n";
    let findings = checks::run(&package(&[
        ("manifest.yaml", MANIFEST),
        ("policies/backup/attachments.yaml", &format!("policies:\n{one}{one}")),
        ("policies/backup/daily.json", POLICY),
    ]));
    assert_eq!(findings.len(), 1);
    let first = findings[0].related[0].location.span;
    assert_eq!(findings[0].code.name, "attachments-duplicate-name");
    assert!(first < findings[0].primary.span);
}

#[test]
fn a_package_without_backup_policies_has_nothing_to_say_of_them() {
    assert!(checks::run(&package(&[("manifest.yaml", MANIFEST)])).is_empty());
}
