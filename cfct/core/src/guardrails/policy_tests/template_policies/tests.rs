use crate::checks::Context;
use crate::checks::testing::{package, v2};
use crate::guardrails::Guardrails;
use crate::guardrails::policy_tests::run;
use crate::organization;
use crate::source::SourceFile;

const ORGANIZATION: &str = include_str!("../../../../../../examples/organization.json");

const TEMPLATE: &str = r#"
Parameters:
  RoleName: {Type: String, Default: Worker}
  Later: {Type: String}
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${RoleName}"}
            Action: kms:Decrypt
            Resource: "*"
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub "reports-${AWS::AccountId}-${AWS::Region}"}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: Reader
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Bucket.Arn}/*"}
              - {Effect: Allow, Action: "kms:DescribeKey", Resource: !GetAtt Key.Arn}
  Unsure:
    Type: AWS::SNS::TopicPolicy
    Properties:
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: "*", Action: "sns:Publish", Resource: !Ref Later}]
  Bare: {Type: "AWS::SNS::Topic"}
"#;

/// What becomes of one test: `passed`, `failed`, or why it cannot be run.
fn outcome(test: &str) -> String {
    let manifest = v2(
        "  - name: key\n    deploy_method: stack_set\n    resource_file: templates/t.yaml\n    parameters:\n      - parameter_key: RoleName\n        parameter_value: OrgBackupRole\n    deployment_targets:\n      organizational_units: [Infrastructure]\n",
    );
    let tests = format!("tests:\n  - {{name: t, {test}}}\n");
    let configuration = package(&[
        ("manifest.yaml", &manifest),
        ("templates/t.yaml", TEMPLATE),
        ("policies/tests/t.yaml", &tests),
    ]);
    let organization = organization::read(&SourceFile::new("o", ORGANIZATION)).organization.unwrap();
    let guardrails = Guardrails::of(&configuration, &organization, None);
    let run = Context::with(&configuration, Some(&organization), |context| run(context, &guardrails));
    if let Some(finding) = run.findings.first() {
        return finding.message.clone();
    }
    let passed = run.outcomes.iter().all(crate::guardrails::policy_tests::Outcome::passed);
    if passed { "passed".to_owned() } else { "failed".to_owned() }
}

#[test]
fn the_policy_of_a_resource_is_what_the_template_comes_to_in_the_account() {
    let key = "action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-central-1:120000000001:key/1'";
    for (principal, expect) in [
        ("role/OrgBackupRole in Infrastructure", "allowed"),
        // The default that the manifest overrides.
        ("role/Worker in Infrastructure", "implicit-deny"),
        ("arn:aws:iam::999999999999:role/OrgBackupRole", "implicit-deny"),
    ] {
        let test = format!(
            "principal: '{principal}', {key}, expect: {expect}, resource_policy: 'templates/t.yaml#Key'"
        );
        assert_eq!(outcome(&test), "passed", "{principal}");
    }
}

#[test]
fn a_test_may_give_a_template_other_parameters() {
    let key = "action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-central-1:120000000001:key/1', resource_policy: 'templates/t.yaml#Key'";
    for (name, given, expected) in [
        ("OrgBackupRole", "RoleName: Other", "failed"),
        ("Other", "RoleName: Other", "passed"),
        ("Other", "RoleNames: Other", "templates/t.yaml has no parameter `RoleNames`"),
        ("Other", "RoleName: [Other]", "the value of a parameter is a list, not a text"),
    ] {
        let test = format!(
            "principal: role/{name} in Infrastructure, {key}, parameters: {{{given}}}, expect: allowed"
        );
        assert_eq!(outcome(&test), expected, "{name} {given}");
    }
}

#[test]
fn a_role_has_a_policy_of_its_own_and_one_that_says_who_takes_it() {
    let take = "action: 'sts:AssumeRole', resource: 'arn:aws:iam::120000000001:role/Reader', resource_policy: 'templates/t.yaml#Role'";
    for (principal, expect) in [("lambda.amazonaws.com", "allowed"), ("ec2.amazonaws.com", "implicit-deny")] {
        assert_eq!(
            outcome(&format!("principal: {principal}, {take}, expect: {expect}")),
            "passed",
            "{principal}"
        );
    }
    for (bucket, expect) in [("reports-120000000001-us-east-1", "allowed"), ("other", "implicit-deny")] {
        let test = format!(
            "principal: 'arn:aws:iam::120000000001:role/Reader', action: 's3:GetObject', resource: \
             'arn:aws:s3:::{bucket}/a', expect: {expect}, identity_policies: 'templates/t.yaml#Role'"
        );
        assert_eq!(outcome(&test), "passed", "{bucket}");
    }
}

#[test]
fn the_logical_id_stands_for_an_id_that_aws_makes_up() {
    let admits =
        "{Statement: [{Effect: Allow, Principal: {AWS: '120000000001'}, Action: 'kms:*', Resource: '*'}]}";
    for (key, expect) in [("Key", "allowed"), ("0123", "implicit-deny")] {
        let test = format!(
            "principal: 'arn:aws:iam::120000000001:role/Reader', action: 'kms:DescribeKey', resource: \
             'arn:aws:kms:eu-central-1:120000000001:key/{key}', expect: {expect}, resource_policy: {admits}, \
             identity_policies: 'templates/t.yaml#Role'"
        );
        assert_eq!(outcome(&test), "passed", "{key}");
    }
}

#[test]
fn a_reference_that_leads_nowhere_says_where_it_got_lost() {
    for (reference, message) in [
        ("templates/u.yaml#Key", "there is no template `templates/u.yaml`"),
        ("templates/t.yaml#Keys", "templates/t.yaml has no resource `Keys`; did you mean `Key`?"),
        ("templates/t.yaml#Bare", "`Bare` of templates/t.yaml has no policy"),
        (
            "templates/t.yaml#Unsure",
            "the policy of `Unsure` in templates/t.yaml is not known before it is deployed",
        ),
    ] {
        let test = format!(
            "principal: role/A in Infrastructure, action: 'kms:Decrypt', expect: allowed, resource_policy: '{reference}'"
        );
        assert_eq!(outcome(&test), message, "{reference}");
    }
}
