use crate::checks::Context;
use crate::checks::testing::package;
use crate::finding::Finding;
use crate::source::SourceFile;

/// A configuration without findings of these checks: a role and a vault in every account, copies to a central
/// vault in an account of its own.
macro_rules! base {
    ($($path:literal),+) => {
        [$(($path, include_str!(concat!(
            "../../../../../tests/fixtures/findings/backup-copy-denied-at-source/passes/", $path
        )))),+]
    };
}

const FILES: [(&str, &str); 7] = base![
    "manifest.yaml",
    "templates/role.yaml",
    "templates/vault.yaml",
    "templates/central.yaml",
    "policies/backup/attachments.yaml",
    "policies/backup/daily.json",
    "organization.json"
];

/// A change of a file: its name, the text to replace, and what to put there.
type Change = (&'static str, &'static str, &'static str);

/// Every finding of the checks of this module after the changes.
fn findings(changes: &[Change]) -> Vec<Finding> {
    let mut files: Vec<(&str, String)> =
        FILES.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
    for (path, from, to) in changes {
        match files.iter_mut().find(|(name, _)| name == path) {
            Some((_, text)) => {
                assert!(text.contains(from), "{path} has no {from}");
                *text = text.replace(from, to);
            }
            None => files.push((path, (*to).to_owned())),
        }
    }
    let organization = files.iter().find(|(name, _)| *name == "organization.json").unwrap();
    let reading = crate::organization::read(&SourceFile::new("organization.json", organization.1.as_str()));
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let configuration = package(&files);
    let mut findings = Vec::new();
    Context::with(&configuration, reading.organization.as_ref(), |context| {
        super::check(context, &mut findings);
        super::guardrails::check(context, &mut findings);
    });
    findings.retain(|finding| finding.code != &super::opt_in::UNKNOWN);
    findings
}

fn codes(changes: &[Change]) -> Vec<&'static str> {
    let mut codes: Vec<_> = findings(changes).iter().map(|finding| finding.code.name).collect();
    codes.dedup();
    codes
}

const CENTRAL: &str = "templates/central.yaml";
const VAULT: &str = "templates/vault.yaml";
const ROLE: &str = "templates/role.yaml";
const POLICY: &str = "policies/backup/daily.json";
const MANIFEST: &str = "manifest.yaml";
const PATH: &str = "aws:PrincipalOrgPaths: o-acme000001/r-acme/ou-acme-pr0d9x3t/*";

#[test]
fn what_agrees_is_not_reported() {
    assert_eq!(codes(&[]), Vec::<&str>::new());
}

#[test]
fn the_access_policy_of_a_target_is_evaluated_as_iam_does() {
    let admit = "            Principal: \"*\"\n            Action: backup:CopyIntoBackupVault";
    let by_account = |who: &'static str| -> Change { (CENTRAL, "Principal: \"*\"\n", who) };
    for (change, expected) in [
        // By organization, account, role; and by any of these wrongly.
        ((CENTRAL, PATH, "aws:PrincipalOrgID: o-acme000001"), None),
        ((CENTRAL, PATH, "aws:PrincipalOrgID: o-other00001"), Some("backup-copy-not-admitted")),
        ((CENTRAL, PATH, "aws:PrincipalOrgPaths: o-acme000001/*"), None),
        (
            (CENTRAL, PATH, "aws:PrincipalOrgPaths: o-acme000001/r-acme/ou-acme-pr0d9x3t/"),
            Some("backup-copy-not-admitted"),
        ),
        (by_account("Principal: {AWS: ['130000000001', '130000000002']}\n"), None),
        (by_account("Principal: {AWS: ['130000000001']}\n"), Some("backup-copy-not-admitted")),
        (
            by_account(
                "Principal: {AWS: ['arn:aws:iam::130000000001:role/BackupRole', 'arn:aws:iam::130000000002:role/BackupRole']}\n",
            ),
            None,
        ),
        (
            (CENTRAL, admit, "            Principal: \"*\"\n            Action: backup:StartRestoreJob"),
            Some("backup-copy-not-admitted"),
        ),
        // What cannot be judged is not judged.
        ((CENTRAL, PATH, "aws:PrincipalOrgPaths: !ImportValue paths"), None),
        ((CENTRAL, PATH, "aws:PrincipalTag/team: backup"), None),
        (by_account("Principal: !ImportValue principals\n"), None),
        (
            (
                CENTRAL,
                "        Statement:\n          - Sid: AdmitCopies",
                "        Statement:\n          - !ImportValue statement\n          - Sid: AdmitCopies",
            ),
            None,
        ),
    ] {
        assert_eq!(codes(&[change]), Vec::from_iter(expected), "{change:?}");
    }
}

#[test]
fn neighbours_that_a_policy_tells_apart_are_looked_at_one_by_one() {
    let neighbour =
        ("organization.json", "\"parent\": \"ou-acme-p4ym7e2h\"", "\"parent\": \"ou-acme-pr0d9x3t\"");
    for (admitted, refused) in [("130000000001", "ledger"), ("130000000002", "shop")] {
        let who = Box::leak(format!("Principal: {{AWS: ['{admitted}']}}\n").into_boxed_str());
        let found = findings(&[neighbour, (CENTRAL, "Principal: \"*\"\n", who)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].message.contains(&format!(": {refused} (")), "{}", found[0].message);
    }
}

#[test]
fn a_path_can_be_judged_without_the_id_of_the_organization() {
    let without: Change = ("organization.json", "  \"organization_id\": \"o-acme000001\",\n", "");
    assert_eq!(codes(&[without]), Vec::<&str>::new());
    let wrong = (CENTRAL, "ou-acme-pr0d9x3t/*", "ou-acme-1nfra000/*");
    assert_eq!(codes(&[without, wrong]), ["backup-copy-not-admitted"]);
}

#[test]
fn a_denial_at_the_target_is_shown() {
    let deny = "        Statement:\n          - Effect: Deny\n            Principal: \"*\"\n            Action: backup:CopyInto*\n            Resource: \"*\"\n            Condition: {StringEquals: {aws:PrincipalAccount: '130000000002'}}\n          - Sid: AdmitCopies";
    let found = findings(&[(CENTRAL, "        Statement:\n          - Sid: AdmitCopies", deny)]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message,
        "the access policy of `central-vault` denies backup:CopyIntoBackupVault: ledger (130000000002) in eu-central-1"
    );
    assert!(found[0].related[0].location.text().contains("Effect: Deny"));
}

#[test]
fn what_is_unknown_raises_no_error_and_is_noted_once() {
    for change in [
        (VAULT, "BackupVaultName: org-vault", "BackupVaultName: !ImportValue name"),
        (
            VAULT,
            "Resources:",
            "Transform: AWS::LanguageExtensions\nResources:\n  Topic: {Type: AWS::SNS::Topic}\n  Vault2:",
        ),
        (CENTRAL, "BackupVaultName: central-vault", "BackupVaultName: '{{resolve:ssm:/name}}'"),
        (ROLE, "RoleName: BackupRole", "RoleName: !Select [0, !Ref AWS::NotificationARNs]"),
    ] {
        let found = findings(&[change]);
        assert!(
            found.iter().all(|finding| finding.level == crate::finding::Level::Note),
            "{change:?} {found:?}"
        );
        assert!(found.len() <= 1, "{change:?}");
    }
}

#[test]
fn where_the_package_creates_no_vault_at_all_they_may_come_from_elsewhere() {
    let found = findings(&[
        (VAULT, "AWS::Backup::BackupVault", "AWS::SNS::Topic"),
        (CENTRAL, "AWS::Backup::BackupVault", "AWS::SNS::Topic"),
    ]);
    let codes: Vec<_> = found.iter().map(|finding| finding.code.name).collect();
    assert_eq!(codes, ["backup-copy-vault-missing", "backup-vault-missing"]);
    assert!(found.iter().all(|finding| finding.level == crate::finding::Level::Warning));
}

#[test]
fn conditions_and_parameters_decide_what_is_there() {
    let conditional = "Conditions:\n  Here: !Equals [!Ref AWS::AccountId, '130000000001']\nResources:\n";
    let only_shop = [
        (VAULT, "Resources:\n", conditional),
        (
            VAULT,
            "    Type: AWS::Backup::BackupVault\n",
            "    Type: AWS::Backup::BackupVault\n    Condition: Here\n",
        ),
    ];
    let found = findings(&only_shop);
    assert_eq!(found.len(), 1);
    assert!(found[0].message.ends_with(": ledger (130000000002) in eu-central-1"), "{}", found[0].message);
    let by_parameter = [
        (VAULT, "Resources:\n", "Parameters:\n  Name: {Type: String, Default: other}\nResources:\n"),
        (VAULT, "BackupVaultName: org-vault", "BackupVaultName: !Ref Name"),
    ];
    assert_eq!(codes(&by_parameter), ["backup-vault-missing"]);
    let given = (
        MANIFEST,
        "    resource_file: templates/vault.yaml\n",
        "    resource_file: templates/vault.yaml\n    parameters:\n      - {parameter_key: Name, parameter_value: org-vault}\n",
    );
    assert_eq!(codes(&[by_parameter[0], by_parameter[1], given]), Vec::<&str>::new());
}

#[test]
fn copies_inherit_their_retention_unless_they_have_their_own() {
    let lock = (
        CENTRAL,
        "      AccessPolicy:\n",
        "      LockConfiguration: {MinRetentionDays: 90}\n      AccessPolicy:\n",
    );
    let found = findings(&[lock]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.name, "backup-lock-retention");
    assert!(
        found[0]
            .message
            .starts_with("copies, which inherit the retention of their source, are kept for 35 days")
    );
    let own = |days: &'static str| -> Change { (POLICY, "central-vault\"}\n            }", days) };
    let enough = own(
        "central-vault\"},\n              \"lifecycle\": {\"delete_after_days\": {\"@@assign\": \"90\"}}\n            }",
    );
    assert_eq!(codes(&[lock, enough]), Vec::<&str>::new());
    let short = own(
        "central-vault\"},\n              \"lifecycle\": {\"delete_after_days\": {\"@@assign\": \"89\"}}\n            }",
    );
    assert!(findings(&[lock, short])[0].message.starts_with("copies are kept for 89 days"));
}

#[test]
fn a_key_policy_names_only_roles_that_are_there_before_it() {
    let statement = "      KeyPolicy:\n        Version: \"2012-10-17\"\n        Statement:\n";
    let named = "      KeyPolicy:\n        Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/BackupRole'}\n            Action: kms:Decrypt\n            Resource: '*'\n";
    assert_eq!(codes(&[(CENTRAL, statement, named)]), ["key-principal-missing"]);
    let other = named_role(named, "Unknown");
    assert_eq!(codes(&[(CENTRAL, statement, other)]), Vec::<&str>::new());
}

fn named_role(text: &str, role: &str) -> &'static str {
    Box::leak(text.replace("BackupRole", role).into_boxed_str())
}

#[test]
fn a_role_is_known_by_its_path_and_name() {
    let path = (ROLE, "      RoleName: BackupRole\n", "      RoleName: BackupRole\n      Path: /service/\n");
    assert_eq!(codes(&[path]), ["backup-role-missing"]);
    let named = (POLICY, "role/BackupRole", "role/service/BackupRole");
    assert_eq!(codes(&[path, named]), Vec::<&str>::new());
}

#[test]
fn a_trust_with_conditions_on_the_source_is_taken_to_hold() {
    let condition = "            Action: sts:AssumeRole\n            Condition: {StringEquals: {aws:SourceAccount: '130000000001'}}\n";
    assert_eq!(codes(&[(ROLE, "            Action: sts:AssumeRole\n", condition)]), Vec::<&str>::new());
    let denied =
        "            Action: sts:AssumeRole\n          - {Effect: Deny, Principal: '*', Action: 'sts:*'}\n";
    assert_eq!(codes(&[(ROLE, "            Action: sts:AssumeRole\n", denied)]), ["backup-role-trust"]);
}

#[test]
fn a_key_of_another_account_is_followed_through_exported_outputs() {
    const KEYS: &str = "
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
          - {Effect: Allow, Principal: {AWS: 'arn:aws:iam::USER:root'}, Action: ['kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:CreateGrant'], Resource: '*'}
Outputs:
  Arn: {Value: !GetAtt Key.Arn}
";
    let resource = "resources:\n  - name: keys\n    resource_file: templates/keys.yaml\n    deploy_method: stack_set\n    deployment_targets: {accounts: ['130000000002']}\n    export_outputs: [{name: /key, value: '$[output_Arn]'}]\n";
    let common: [Change; 4] = [
        (MANIFEST, "resources:\n", resource),
        (CENTRAL, "Resources:\n", "Parameters: {KeyArn: {Type: String}}\nResources:\n"),
        (CENTRAL, "!GetAtt Key.Arn", "!Ref KeyArn"),
        (
            MANIFEST,
            "    resource_file: templates/central.yaml\n",
            "    resource_file: templates/central.yaml\n    parameters:\n      - {parameter_key: KeyArn, parameter_value: '$[alfred_ssm_/key]'}\n",
        ),
    ];
    for (user, expected) in [("120000000006", None), ("130000000001", Some("backup-key-copy"))] {
        let text: &'static str = Box::leak(KEYS.replace("USER", user).into_boxed_str());
        let mut changes = common.to_vec();
        changes.push(("templates/keys.yaml", "", text));
        assert_eq!(codes(&changes), Vec::from_iter(expected), "{user}");
    }
}

const SCP: &str = "policies/scp/guardrail.json";
const ATTACH: Change = (
    MANIFEST,
    "resources:\n",
    "resources:\n  - name: guardrail\n    resource_file: policies/scp/guardrail.json\n    deploy_method: scp\n    deployment_targets: {organizational_units: [Prod]}\n",
);

#[test]
fn guardrails_count_where_they_surely_apply() {
    for (statement, expected) in [
        (
            r#"{"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}}}"#,
            vec!["guardrail-blocks-deployment"],
        ),
        (
            r#"{"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}}"#,
            vec![],
        ),
        (
            r#"{"Effect": "Deny", "Action": "backup:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "backup"}}}"#,
            vec![],
        ),
        (
            r#"{"Effect": "Deny", "Action": "backup:CreateBackupVault", "NotResource": "arn:aws:backup:*:*:backup-vault:x"}"#,
            vec![],
        ),
        (
            r#"{"Effect": "Deny", "Action": "backup:CreateBackupVault", "Resource": "arn:aws:backup:*:*:backup-vault:org-*"}"#,
            vec!["guardrail-blocks-deployment"],
        ),
        (
            r#"{"Effect": "Deny", "Action": "iam:CreateRole", "Resource": "arn:aws:iam::*:role/Other"}"#,
            vec![],
        ),
        (
            r#"{"Effect": "Deny", "Action": "ec2:CreateSnapshot", "Resource": "*"}"#,
            vec!["guardrail-blocks-backup-role"],
        ),
        (
            r#"{"Effect": "Deny", "Action": "backup:CopyFromBackupVault", "Resource": "*", "Condition": {"ForAllValues:StringNotLike": {"backup:CopyTargets": "arn:aws:backup:*:120000000006:backup-vault:*"}}}"#,
            vec![],
        ),
        (
            r#"{"Effect": "Deny", "Action": "backup:CopyFromBackupVault", "Resource": "*", "Condition": {"ForAllValues:StringNotLike": {"backup:CopyTargets": "arn:aws:backup:*:110000000005:backup-vault:*"}}}"#,
            vec!["guardrail-blocks-backup-role"],
        ),
    ] {
        let policy: &'static str =
            Box::leak(format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#).into_boxed_str());
        assert_eq!(codes(&[ATTACH, (SCP, "", policy)]), expected, "{statement}");
    }
}

#[test]
fn deployed_guardrails_count_too() {
    let deployed = r#"}, "deployed": {"stack_sets": [], "policies": [{"id": "p-abcdefgh", "name": "old-guardrail",
        "type": "SERVICE_CONTROL_POLICY", "targets": ["130000000001"],
        "content": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Sid\": \"NoVaults\", \"Effect\": \"Deny\", \"Action\": \"backup:CreateBackupVault\", \"Resource\": \"*\"}]}"}]}}"#;
    let found = findings(&[
        ("organization.json", "{\n  \"organization_id\"", "{\"organization\": {\n  \"organization_id\""),
        ("organization.json", "  \"home_region\": \"eu-central-1\"\n}", deployed_after_home(deployed)),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].code.name, "guardrail-blocks-deployment");
    assert_eq!(
        found[0].message,
        "`old-guardrail` at 130000000001 denies backup:CreateBackupVault to AWSControlTowerExecution: shop (130000000001) in eu-central-1"
    );
}

#[test]
fn what_another_stack_set_has_deployed_is_not_missing() {
    let missing = (POLICY, "\"org-vault\"", "\"old-vault\"");
    assert_eq!(codes(&[missing]), ["backup-vault-missing"]);
    let open =
        ("organization.json", "{\n  \"organization_id\"", "{\"organization\": {\n  \"organization_id\"");
    for (accounts, expected) in [
        (r#"["130000000001", "130000000002"]"#, None),
        (r#"["130000000001"]"#, Some(": ledger (130000000002) in eu-central-1")),
    ] {
        let deployed = format!(
            r#"}}, "deployed": {{"stack_sets": [{{"name": "old", "template_body": "Resources: {{V: {{Type: 'AWS::Backup::BackupVault', Properties: {{BackupVaultName: old-vault}}}}}}",
            "instances": [{{"accounts": {accounts}, "region": "eu-central-1"}}]}}]}}}}"#
        );
        let close =
            ("organization.json", "  \"home_region\": \"eu-central-1\"\n}", deployed_after_home(&deployed));
        let found = findings(&[missing, open, close]);
        let ends: Vec<_> = found.iter().map(|finding| &*finding.message).collect();
        assert_eq!(ends.len(), usize::from(expected.is_some()), "{ends:?}");
        assert!(expected.is_none_or(|end| ends[0].ends_with(end)), "{ends:?}");
    }
}

fn deployed_after_home(deployed: &str) -> &'static str {
    Box::leak(format!("  \"home_region\": \"eu-central-1\"\n{deployed}").into_boxed_str())
}

#[test]
fn the_companion_s_role_can_be_set() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "backup:UpdateRegionSettings", "Resource": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/BackupCompanion"}}}]}"#;
    assert_eq!(codes(&[ATTACH, (SCP, "", policy)]), ["guardrail-blocks-companion"]);
    let set = ("cfct.toml", "", "[companion]\nrole = \"BackupCompanion\"\n");
    assert_eq!(codes(&[ATTACH, (SCP, "", policy), set]), Vec::<&str>::new());
}
