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
         'https://b.s3.eu-central-1.amazonaws.com/nested.yaml'}}\n"
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
