//! What is found in templates, and where CfCT would have noticed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cfct_core::finding::Finding;
use support::{all_findings, fixed};

/// What is found beside a manifest that deploys `templates/t.yaml`, the manifest left out.
fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    let manifest = "region: eu-central-1\nversion: 2021-03-15\nresources:\n  - name: used\n    \
                    resource_file: templates/t.yaml\n    deploy_method: stack_set\n    \
                    deployment_targets:\n      organizational_units: [Security]\n";
    let mut package = vec![("manifest.yaml", manifest)];
    package.extend(files);
    let mut found = all_findings(&package);
    found.retain(|finding| finding.primary.source.name() != "manifest.yaml");
    found
}

/// `code stage underlined` of each finding in one template.
fn found(template: &str) -> Vec<String> {
    findings(&[("templates/t.yaml", template)]).iter().map(in_short).collect()
}

fn in_short(finding: &Finding) -> String {
    format!("{} {} {}", finding.code.name, finding.stage.as_str(), finding.primary.text())
}

const GOOD: &str = "AWSTemplateFormatVersion: 2010-09-09\nResources:\n  Topic: {Type: AWS::SNS::Topic}\n";

#[test]
fn a_good_template_has_no_finding() {
    assert_eq!(found(GOOD), [""; 0]);
}

#[test]
fn what_is_no_template_is_told_at_the_build() {
    for (template, expected) in [
        ("", "file-empty build-templates "),
        ("- ParameterKey: A\n", "template-not-cloudformation build-templates - ParameterKey: A"),
        ("Description: x\n", "template-not-cloudformation build-templates Description: x"),
        ("Resources: {}\n", "template-not-cloudformation build-templates Resources"),
        ("Resources:\n", "template-not-cloudformation build-templates Resources"),
        ("resources:\n  A: {Type: T}\n", "template-unknown-section build-templates resources"),
        (
            "AWSTemplateFormatVersion: '2010-09-10'\nResources: {A: {Type: T}}\n",
            "template-format-version build-templates '2010-09-10'",
        ),
    ] {
        assert_eq!(found(template), [expected], "{template}");
    }
}

#[test]
fn a_misspelled_section_is_renamed_by_its_fix() {
    let found = findings(&[("templates/t.yaml", "\"resource\":\n  A: {Type: T}\n")]);
    assert_eq!(fixed(&found[0]), "\"Resources\":\n  A: {Type: T}\n");
}

#[test]
fn malformed_members_are_each_told() {
    for (template, expected) in [
        ("Resources: {A: {}}\n", "template-malformed build-templates A"),
        ("Resources: {A: text}\n", "template-malformed build-templates A"),
        ("Resources: {A: {Type: [T]}}\n", "template-malformed build-templates [T]"),
        ("Resources: {A: {Type: T, Propertie: {}}}\n", "template-malformed build-templates Propertie"),
        ("Resources: {A: {Type: T, DeletionPolicy: retain}}\n", "template-malformed build-templates retain"),
        ("Resources: {A-b: {Type: T}}\n", "template-name-characters build-templates A-b"),
        ("Parameters: {P: {}}\nResources: {A: {Type: T}}\n", "template-malformed build-templates P"),
        (
            "Parameters: {P: {Type: string}}\nResources: {A: {Type: T}}\n",
            "template-malformed build-templates string",
        ),
        (
            "Parameters: {P: {Type: String, Default: [a]}}\nResources: {A: {Type: T}}\n",
            "template-malformed build-templates [a]",
        ),
        (
            "Resources: {A: {Type: T}}\nOutputs: {O: {Export: {Name: x}}}\n",
            "template-malformed build-templates O",
        ),
    ] {
        assert_eq!(found(template), [expected], "{template}");
    }
}

#[test]
fn names_that_nothing_has_are_told_once_with_the_nearest() {
    let template = "Parameters:\n  Stage: {Type: String, Default: x}\nResources:\n  Topic:\n    Type: T\n    \
                    Properties:\n      A: !Ref Stgae\n      B: !Sub '${Stgae}-${Topik.Arn}'\n      \
                    C: !If [Missing, 1, 2]\n";
    let findings = findings(&[("templates/t.yaml", template)]);
    let short: Vec<_> = findings.iter().map(in_short).collect();
    assert_eq!(
        short,
        [
            "template-unresolved-reference build-templates Stgae",
            "template-unresolved-reference build-templates Topik",
            "template-unresolved-reference build-templates Missing",
        ]
    );
    assert!(fixed(&findings[1]).contains("${Stgae}-${Topic.Arn}"));
    assert!(findings[2].fix.is_none());
}

#[test]
fn an_expanded_template_may_use_names_that_are_not_written() {
    for template in [
        "Transform: AWS::Serverless-2016-10-31\nResources: {A: {Type: T, Properties: {P: !Ref BRole}}}\n",
        "Resources: {A: {Type: Own::My::Thing::MODULE}, B: {Type: T, Properties: {P: !Ref A.Topic}}}\n",
    ] {
        assert_eq!(found(template), [""; 0], "{template}");
    }
}

#[test]
fn a_template_elsewhere_fails_only_when_it_is_deployed() {
    let manifest = "region: eu-central-1\nversion: 2021-03-15\nresources:\n  - name: used\n    \
                    resource_file: stacks/t.yaml\n    deploy_method: stack_set\n    \
                    deployment_targets:\n      organizational_units: [Security]\n";
    let found = findings(&[("manifest.yaml", manifest), ("stacks/t.yaml", "Description: x\n")]);
    assert_eq!(in_short(&found[0]), "template-not-cloudformation stack-set Description: x");
}

#[test]
fn a_template_that_cannot_be_read_fails_at_its_own_stage() {
    let found = findings(&[("templates/t.yaml", "Resources: [\n"), ("parameters/p.json", "[{")]);
    let stages: Vec<_> = found.iter().map(|finding| finding.stage.as_str()).collect();
    assert!(stages.contains(&"build-templates"), "{stages:?}");
    assert!(!stages.contains(&"build-yaml"), "{stages:?}");
}

#[test]
fn quotas_are_counted() {
    let mut template = String::from("Resources:\n");
    for number in 0..501 {
        template += &format!("  R{number}: {{Type: T}}\n");
    }
    assert_eq!(found(&template), ["template-quota build-templates Resources"]);
    let large = format!("{GOOD}# {}\n", "x".repeat(1 << 20));
    assert_eq!(found(&large), ["template-quota build-templates "]);
}

#[test]
fn only_a_template_that_nothing_names_is_unused() {
    let nested = format!(
        "{GOOD}  Nested:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: \
         'https://templates.example.com/nested.yaml'}}\n"
    );
    let found = findings(&[
        ("templates/t.yaml", &nested),
        ("templates/a/nested.yaml", GOOD),
        ("templates/orphan.yaml", GOOD),
        ("templates/notes.txt", "not a template"),
    ]);
    let files: Vec<_> =
        found.iter().map(|finding| (finding.code.name, finding.primary.source.name())).collect();
    assert_eq!(files, [("template-unused", "templates/orphan.yaml")]);
}

/// The findings of a template with this property, and the property once all of them are fixed.
fn partitions(property: &str) -> (String, String) {
    let template = format!("Resources:\n  T:\n    Type: AWS::X::Y\n    Properties:\n      P: {property}\n");
    let findings = findings(&[("templates/t.yaml", &template)]);
    let mut fixed = template.clone();
    for finding in findings.iter().rev() {
        for edit in finding.fix.iter().flat_map(|fix| fix.edits.iter().rev()) {
            fixed.replace_range(edit.span.range(), &edit.replacement);
        }
    }
    let property = fixed.split_once("P: ").unwrap().1.trim_end().to_owned();
    let codes: Vec<_> =
        findings.iter().map(|finding| finding.code.name.replace("template-literal-", "")).collect();
    (codes.join(" "), property)
}

#[test]
fn partitions_are_replaced_where_a_function_may_stand() {
    for (property, codes, fixed) in [
        ("arn:aws:s3:::b", "partition", "!Sub 'arn:${AWS::Partition}:s3:::b'"),
        ("\"arn:aws:s3:::b/'x'\"", "partition", "!Sub 'arn:${AWS::Partition}:s3:::b/''x'''"),
        (
            "[arn:aws:a, 'arn:aws:b']",
            "partition partition",
            "[!Sub 'arn:${AWS::Partition}:a', !Sub 'arn:${AWS::Partition}:b']",
        ),
        (
            "!Sub 'arn:aws:s3:::${AWS::Region}'",
            "partition",
            "!Sub 'arn:${AWS::Partition}:s3:::${AWS::Region}'",
        ),
        (
            "!Sub 'arn:aws:a arn:aws-cn:b'",
            "partition",
            "!Sub 'arn:${AWS::Partition}:a arn:${AWS::Partition}:b'",
        ),
        (
            "!Join ['', ['arn:aws:s3:::', x]]",
            "partition",
            "!Join ['', [!Sub 'arn:${AWS::Partition}:s3:::', x]]",
        ),
        // Braces would end a plain text inside of braces.
        ("{'Fn::Sub': arn:aws:x}", "partition", "{'Fn::Sub': arn:aws:x}"),
        (
            "!Sub ['arn:aws:${X}', {X: 'arn:aws:y'}]",
            "partition partition",
            "!Sub ['arn:${AWS::Partition}:${X}', {X: !Sub 'arn:${AWS::Partition}:y'}]",
        ),
        // Another language's variables would become CloudFormation's.
        ("'{\"a\": \"arn:aws:${x}\"}'", "partition", "'{\"a\": \"arn:aws:${x}\"}'"),
        ("https://x.amazonaws.com/", "url-suffix", "!Sub 'https://x.${AWS::URLSuffix}/'"),
        ("backup.amazonaws.com", "", "backup.amazonaws.com"),
        ("!Sub arn:${AWS::Partition}:s3:::b", "", "!Sub arn:${AWS::Partition}:s3:::b"),
    ] {
        assert_eq!(partitions(property), (codes.to_owned(), fixed.to_owned()), "{property}");
    }
}

#[test]
fn policies_of_the_organization_keep_their_partition() {
    let template = "Resources:\n  P:\n    Type: AWS::Organizations::Policy\n    Properties:\n      \
                    Content: {Resource: 'arn:aws:s3:::b'}\n";
    assert_eq!(found(template), [""; 0]);
}

#[test]
fn a_fixed_json_template_calls_sub() {
    let template = r#"{"Resources": {"T": {"Type": "A::B::C", "Properties": {"P": "arn:aws:x"}}}}"#;
    let found = findings(&[("templates/t.yaml", template)]);
    assert!(fixed(&found[0]).contains(r#""P": {"Fn::Sub": "arn:${AWS::Partition}:x"}"#));
}

#[test]
fn only_what_holds_something_and_says_nothing_is_stateful() {
    for (resource, expected) in [
        (
            "Type: AWS::Backup::BackupVault, Properties: {EncryptionKeyArn: !Ref P}",
            "template-stateful-deletion warning",
        ),
        ("Type: AWS::S3::Bucket", "template-stateful-deletion note"),
        ("Type: AWS::S3::Bucket, DeletionPolicy: Delete", ""),
        ("Type: AWS::KMS::Key, DeletionPolicy: Retain", "template-stateful-replacement note"),
        ("Type: AWS::KMS::Key, DeletionPolicy: Retain, UpdateReplacePolicy: Retain", ""),
        ("Type: AWS::RDS::DBInstance", ""),
        ("Type: AWS::SNS::Topic", ""),
    ] {
        let parameters = "Parameters: {P: {Type: String, Default: p}}\n";
        let found =
            findings(&[("templates/t.yaml", &format!("{parameters}Resources: {{R: {{{resource}}}}}\n"))]);
        let short: Vec<_> =
            found.iter().map(|finding| format!("{} {}", finding.code.name, finding.level.as_str())).collect();
        assert_eq!(short.join(";"), expected, "{resource}");
    }
}

#[test]
fn only_literal_paths_are_local_artifacts() {
    for (resource, expected) in [
        ("Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested.yaml}", "nested.yaml"),
        ("Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Ref 'AWS::Region'}", ""),
        ("Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://b.example.com/t'}", ""),
        ("Type: AWS::Lambda::Function, Properties: {Code: ./src}", "./src"),
        ("Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}}", ""),
        ("Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://b/k'}", ""),
    ] {
        let found = findings(&[("templates/t.yaml", &format!("Resources: {{R: {{{resource}}}}}\n"))]);
        let underlined: Vec<_> = found.iter().map(|finding| finding.primary.text()).collect();
        assert_eq!(underlined.join(";"), expected, "{resource}");
    }
}

#[test]
fn calls_are_held_against_what_functions_take() {
    for (property, expected) in [
        ("!Reff A", "template-unknown-function A"),
        ("{'Fn::Joined': [a]}", "template-unknown-function {'Fn::Joined': [a]}"),
        ("!Ref [A]", "template-function-arguments [A]"),
        ("!Ref ''", "template-function-arguments ''"),
        ("!GetAtt U", "template-function-arguments U"),
        ("{'Fn::GetAtt': [U, A, B]}", "template-function-arguments [U, A, B]"),
        ("!Join [',']", "template-function-arguments [',']"),
        ("!Join a", "template-function-arguments a"),
        ("!Sub [a]", "template-function-arguments [a]"),
        ("!Sub {a: b}", "template-function-arguments {a: b}"),
        ("!Select [0, !GetAZs '']", ""),
        ("!Base64 {'Fn::Sub': '${AWS::Region}'}", ""),
        ("!ImportValue {'Fn::Sub': '${AWS::Region}-x'}", ""),
        ("!Cidr [!Ref 'AWS::Region', 2, 8]", ""),
        ("!Transform {Name: AWS::Include, Parameters: {Location: x}}", ""),
        ("{Condition: {StringEquals: {a: b}}}", ""),
    ] {
        let template = format!("Resources:\n  T:\n    Type: A::B::C\n    Properties:\n      P: {property}\n");
        let found = findings(&[("templates/t.yaml", &template)]);
        let short: Vec<_> = found
            .iter()
            .filter(|finding| {
                !["template-unresolved-reference", "stack-import-unknown"].contains(&finding.code.name)
            })
            .map(|finding| format!("{} {}", finding.code.name, finding.primary.text()))
            .collect();
        assert_eq!(short.join(";"), expected, "{property}");
    }
}

#[test]
fn a_circle_is_told_step_by_step() {
    let resource = |name: &str, more: &str| format!("  {name}: {{Type: A::B::C, {more}}}\n");
    for (resources, expected) in [
        (
            vec![("A", "DependsOn: B"), ("B", "Properties: {P: !Ref A}")],
            "`A`, `B` depend on each other in a circle",
        ),
        (vec![("A", "Properties: {P: !GetAtt A.Arn}")], "`A` depends on itself"),
        (
            vec![
                ("X", "DependsOn: A"),
                ("A", "Properties: {P: !Sub '${C.Arn}'}"),
                ("B", "DependsOn: [A]"),
                ("C", "DependsOn: B"),
            ],
            "`A`, `C`, `B` depend on each other in a circle",
        ),
        (vec![("A", "DependsOn: B"), ("B", "Properties: {P: !If [Yes, !Ref A, x]}")], ""),
        (vec![("A", "DependsOn: B"), ("B", "Condition: Yes, Properties: {P: !Ref A}")], ""),
        (vec![("A", "DependsOn: [B, C]"), ("B", "DependsOn: C"), ("C", "Properties: {}")], ""),
    ] {
        let resources: String = resources.iter().map(|(name, more)| resource(name, more)).collect();
        let template = format!("Conditions: {{Yes: !Equals [a, a]}}\nResources:\n{resources}");
        let found = findings(&[("templates/t.yaml", &template)]);
        let messages: Vec<_> = found.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages.join(";"), expected, "{template}");
    }
}
