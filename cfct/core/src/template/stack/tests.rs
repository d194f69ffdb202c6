use super::{ACCOUNT, Place, Stack, Value};
use crate::document::Document;
use crate::source::SourceFile;
use crate::template::Template;
use std::collections::BTreeMap;

const TEMPLATE: &str = "
Parameters:
  Stage: {Type: String}
Mappings:
  Days: {prod: {min: '30', list: [a, b]}, test: {min: '1'}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsHome: {'Fn::Equals': [!Ref AWS::Region, eu-central-1]}
  IsBunker: !Equals [!Ref AWS::AccountId, '110000000005']
  Both: !And [!Condition IsProd, {Condition: IsHome}]
  Neither: !Not [!Or [!Condition IsProd, !Condition IsHome]]
  Itself: !Not [!Condition Itself]
  Later: !Equals [!ImportValue x, y]
  Settled: !And [!Condition Later, !Condition IsBunker]
Resources:
  Key: {Type: AWS::KMS::Key}
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: Backup, Path: /service/}}
  Nameless: {Type: AWS::IAM::Role}
  Vault: {Type: AWS::Backup::BackupVault, Properties: {BackupVaultName: !Sub 'vault-${Stage}'}}
  Topic: {Type: AWS::SNS::Topic}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: backups}}
  Rule: {Type: AWS::Events::Rule, Properties: {Name: jobs}}
  BusRule: {Type: AWS::Events::Rule, Properties: {Name: jobs, EventBusName: !Ref Bus}}
";

/// What `yaml` comes to in a stack of [`TEMPLATE`] for `stage` in any account and eu-central-1.
fn value(yaml: &str, stage: &str) -> Value {
    let template = SourceFile::new("t.yaml", format!("{TEMPLATE}Outputs: {{V: {{Value: {yaml}}}}}\n"));
    let document = Document::read_template(&template).document.unwrap();
    let template = Template::read(&document);
    let parameters = BTreeMap::from([("Stage", Value::Text(stage.into()))]);
    let place =
        Place { account: Some(ACCOUNT), region: "eu-central-1", partition: Some("aws"), name: "vaults" };
    Stack::new(&template, &parameters, place).value(template.outputs[0].value.unwrap())
}

#[test]
fn functions_come_to_texts() {
    for (yaml, expected) in [
        ("plain", "plain"),
        ("!Ref Stage", "prod"),
        ("!Ref Vault", "vault-prod"),
        ("!GetAtt Vault.BackupVaultArn", "arn:aws:backup:eu-central-1:@:backup-vault:vault-prod"),
        ("{'Fn::GetAtt': [Role, Arn]}", "arn:aws:iam::@:role/service/Backup"),
        ("!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}'", "arn:aws:iam::@:role/Backup"),
        ("!Sub ['${A}.${AWS::URLSuffix}', {A: !Ref Stage}]", "prod.amazonaws.com"),
        ("!Join ['-', [a, !Ref Stage, !Ref AWS::NoValue]]", "a-prod"),
        ("!FindInMap [Days, !Ref Stage, min]", "30"),
        ("!Select [1, !FindInMap [Days, prod, list]]", "b"),
        ("!Select [4, !Split [':', !GetAtt Role.Arn]]", "@"),
        ("!If [Both, both, other]", "both"),
        ("!If [Neither, neither, other]", "other"),
        ("!If [Later, same, same]", "same"),
        ("!If [IsBunker, bunker, other]", "other"),
        ("!If [Settled, yes, no]", "no"),
        ("!Sub '${AWS::StackName}-vault'", "#vaults/AWS::StackName#-vault"),
        ("!GetAtt Rule.Arn", "arn:aws:events:eu-central-1:@:rule/jobs"),
        ("!GetAtt BusRule.Arn", "arn:aws:events:eu-central-1:@:rule/backups/jobs"),
        ("!GetAtt Key.Arn", "arn:aws:kms:eu-central-1:@:key/#vaults/Key#"),
    ] {
        let text = value(yaml, "prod");
        let text = text.text().map(|text| text.replace(ACCOUNT, "@").replace(super::value::GENERATED, "#"));
        assert_eq!(text.as_deref(), Some(expected), "{yaml}");
    }
}

#[test]
fn what_only_the_account_knows_is_unknown() {
    for yaml in [
        "!Ref Topic",
        "!Ref Missing",
        "!Ref AWS::StackId",
        "!ImportValue x",
        "!If [Later, a, b]",
        "!If [Itself, a, b]",
        "!Sub '${Topic}'",
        "!FindInMap [Days, prod, max]",
        "!Split ['1', !Ref AWS::AccountId]",
        "!Select [9, [a]]",
        "!GetAtt Topic.TopicName",
    ] {
        assert_eq!(value(yaml, "prod"), Value::Unknown, "{yaml}");
    }
    assert!(value("!Sub '{{resolve:ssm:/${Stage}}}'", "prod").has_unknown());
    assert!(value("[a, {b: !Ref Topic}]", "prod").has_unknown());
}

#[test]
fn no_value_leaves_no_trace() {
    assert_eq!(value("!Ref AWS::NoValue", "prod"), Value::Nothing);
    assert_eq!(
        value("{a: !If [IsProd, !Ref AWS::NoValue, 1], b: [!Ref AWS::NoValue]}", "prod"),
        Value::Map(vec![("b".into(), Value::List(Vec::new()))])
    );
}

#[test]
fn a_policy_is_json_once_the_account_is_known() {
    let policy = value("{Principal: {AWS: !GetAtt Role.Arn}, Action: [a]}", "prod");
    let json = policy.json("111122223333").unwrap().to_string();
    assert_eq!(
        json,
        r#"{"Principal":{"AWS":"arn:aws:iam::111122223333:role/service/Backup"},"Action":["a"]}"#
    );
    assert_eq!(value("[!Ref Topic]", "prod").json("111122223333"), None);
}

#[test]
fn names_that_grow_without_end_are_given_up() {
    use std::fmt::Write as _;
    let mut text = String::from("Resources:\n");
    for number in 0..40 {
        let next = number + 1;
        let _ = writeln!(
            text,
            "  R{number}: {{Type: AWS::IAM::Role, Properties: {{RoleName: !Sub '${{R{next}}}${{R{next}}}'}}}}"
        );
    }
    text.push_str(
        "  R40: {Type: AWS::IAM::Role, Properties: {RoleName: x}}\nOutputs: {V: {Value: !Ref R0}}\n",
    );
    let document = Document::read_template(&SourceFile::new("t.yaml", text)).document.unwrap();
    let template = Template::read(&document);
    let parameters = BTreeMap::new();
    let place = Place { account: Some(ACCOUNT), region: "eu-central-1", partition: None, name: "roles" };
    let stack = Stack::new(&template, &parameters, place);
    assert_eq!(stack.value(template.outputs[0].value.unwrap()), Value::Unknown);
}

#[test]
fn a_rule_refuses_what_it_is_asked_about() {
    const TEMPLATE: &str = "
Parameters:
  Mode: {Type: String}
  Name: {Type: String}
  Acknowledged: {Type: String}
Rules:
  IsAcknowledged:
    RuleCondition: !Equals [!Ref Mode, compliance]
    Assertions:
      - Assert: !Equals [!Ref Acknowledged, !Ref Name]
  IsKnown:
    Assertions:
      - Assert: !Contains [[governance, compliance], !Ref Mode]
";
    let document = Document::read_template(&SourceFile::new("t.yaml", TEMPLATE)).document.unwrap();
    let template = Template::read(&document);
    let text = |text: &str| Value::Text(text.into());
    let place = Place { account: Some(ACCOUNT), region: "eu-central-1", partition: None, name: "vaults" };
    for (mode, acknowledged, refusals) in [
        (text("governance"), text(""), 0),
        (text("governance"), Value::Unknown, 0),
        (text("compliance"), text(""), 1),
        (text("compliance"), text("vault"), 0),
        (text("compliance"), Value::Unknown, 0),
        (text("complience"), text(""), 1),
        (Value::Unknown, text(""), 0),
    ] {
        let shown = format!("{mode:?} {acknowledged:?}");
        let parameters =
            BTreeMap::from([("Mode", mode), ("Name", text("vault")), ("Acknowledged", acknowledged)]);
        assert_eq!(Stack::new(&template, &parameters, place).refusals().len(), refusals, "{shown}");
    }
}
