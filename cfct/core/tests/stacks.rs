//! What is found between the stack sets of a manifest: exported outputs, exports and imports.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{all_findings, fixed};

const HEAD: &str = "region: eu-central-1\nversion: 2021-03-15\nresources:\n";

/// A resource `name` with the template `templates/<template>.yaml` and more lines (indented by four).
fn resource(name: &str, template: &str, more: &str) -> String {
    format!(
        "  - name: {name}\n    resource_file: templates/{template}.yaml\n    deploy_method: stack_set\n{more}"
    )
}

/// `code underlined` of the findings whose code begins with `prefix`.
fn found(prefix: &str, resources: &[String], templates: &[(&str, &str)]) -> Vec<String> {
    let manifest = format!("{HEAD}{}", resources.concat());
    let named: Vec<(String, &str)> =
        templates.iter().map(|(name, text)| (format!("templates/{name}.yaml"), *text)).collect();
    let mut files = vec![("manifest.yaml", manifest.as_str())];
    files.extend(named.iter().map(|(name, text)| (name.as_str(), *text)));
    let findings = all_findings(&files);
    let about = findings.iter().filter(|finding| finding.code.name.starts_with(prefix));
    about.map(|finding| format!("{} {}", finding.code.name, finding.primary.text())).collect()
}

const OUTPUTS: &str = "Parameters: {Name: {Type: String, Default: audit}}\nResources:\n  Role: {Type: AWS::IAM::Role, \
                       Properties: {RoleName: !Ref Name}}\n  Topic: {Type: AWS::SNS::Topic}\nOutputs:\n  RoleName: \
                       {Value: !Ref Role}\n  TopicArn: {Value: !Ref Topic}\n  Region: {Value: !Ref 'AWS::Region'}\n";

fn exported(value: &str, targets: &str) -> Vec<String> {
    let more = format!(
        "    deployment_targets: {{{targets}}}\n    export_outputs: [{{name: /x, value: {value}}}]\n    regions: \
         [eu-central-1, eu-west-1]\n"
    );
    found("export-output", &[resource("a", "t", &more)], &[("t", OUTPUTS)])
}

const ONE: &str = "accounts: ['111122223333']";
const MANY: &str = "organizational_units: [Security]";

#[test]
fn exported_outputs_must_be_the_templates() {
    for (value, expected) in [
        ("'$[output_RoleName]'", ""),
        ("output_RoleName", ""),
        ("'$[OUTPUT_rolename]'", "export-output-case '$[OUTPUT_rolename]'"),
        ("'$[output_RoleNaem]'", "export-output-unknown '$[output_RoleNaem]'"),
        ("'$[RoleName]'", "export-output-form '$[RoleName]'"),
        ("'$[output_]'", "export-output-form '$[output_]'"),
        ("'$[alfred_ssm_/x]'", "export-output-form '$[alfred_ssm_/x]'"),
        ("'a,b'", "export-output-form 'a,b'"),
    ] {
        assert_eq!(exported(value, ONE).join(";"), expected, "{value}");
    }
}

#[test]
fn only_a_value_that_can_differ_is_ambiguous() {
    for (key, targets, expected) in [
        ("RoleName", MANY, ""),
        ("TopicArn", MANY, "export-output-several-accounts"),
        ("TopicArn", ONE, "export-output-several-regions"),
        ("Region", MANY, "export-output-several-regions"),
        ("TopicArn", "accounts: ['111122223333', audit]", "export-output-several-accounts"),
    ] {
        let found = exported(&format!("'$[output_{key}]'"), targets);
        let codes: Vec<_> = found.iter().filter_map(|found| found.split(' ').next()).collect();
        assert_eq!(codes.join(";"), expected, "{key} {targets}");
    }
}

#[test]
fn an_export_with_a_comma_fails_the_execution() {
    let more =
        format!("    deployment_targets: {{{ONE}}}\n    export_outputs: [{{name: /x, value: 'a,b'}}]\n");
    let manifest = format!("{HEAD}{}", resource("a", "t", &more));
    let findings = all_findings(&[("manifest.yaml", &manifest), ("templates/t.yaml", OUTPUTS)]);
    let form = findings.iter().find(|finding| finding.code.name == "export-output-form").unwrap();
    assert_eq!(form.stage.as_str(), "stack-set");
}

#[test]
fn a_misspelled_output_is_mended_inside_its_brackets() {
    let more = format!(
        "    deployment_targets: {{{ONE}}}\n    export_outputs: [{{name: /x, value: '$[output_RoleNaem]'}}]\n"
    );
    let manifest = format!("{HEAD}{}", resource("a", "t", &more));
    let findings = all_findings(&[("manifest.yaml", &manifest), ("templates/t.yaml", OUTPUTS)]);
    let unknown = findings.iter().find(|finding| finding.code.name == "export-output-unknown").unwrap();
    assert!(fixed(unknown).contains("value: '$[output_RoleName]'"));
}

const EXPORTS: &str = "Parameters: {Name: {Type: String, Default: topic}}\nResources: {T: {Type: AWS::SNS::Topic}}\n\
                       Outputs: {O: {Value: !Ref T, Export: {Name: !Sub '${Name}-arn'}}}\n";
const IMPORTS: &str = "Resources:\n  S:\n    Type: AWS::SNS::Subscription\n    Properties:\n      TopicArn: \
                       !ImportValue {'Fn::Sub': topic-arn}\n";

fn stacks(resources: &[(&str, &str, &str)]) -> Vec<String> {
    let resources: Vec<String> =
        resources.iter().map(|(name, template, more)| resource(name, template, more)).collect();
    found("stack-", &resources, &[("export", EXPORTS), ("import", IMPORTS), ("same", EXPORTS)])
}

const UNIT: &str = "    deployment_targets: {organizational_units: [Security]}\n";

#[test]
fn an_import_needs_an_earlier_export_in_its_regions() {
    let both = format!("{UNIT}    regions: [eu-central-1, eu-west-1]\n");
    let import = "{'Fn::Sub': topic-arn}";
    for (resources, expected) in [
        (vec![("a", "export", UNIT), ("b", "import", UNIT)], String::new()),
        (vec![("b", "import", UNIT), ("a", "export", UNIT)], format!("stack-import-order {import}")),
        (vec![("b", "import", UNIT)], format!("stack-import-unknown {import}")),
        (vec![("a", "export", UNIT), ("b", "import", &both)], format!("stack-import-region {import}")),
        (vec![("a", "export", &both), ("b", "import", &both)], String::new()),
    ] {
        assert_eq!(stacks(&resources).join(";"), expected, "{resources:?}");
    }
}

#[test]
fn exports_clash_only_in_the_same_accounts_and_regions() {
    let elsewhere = "    deployment_targets: {organizational_units: [Sandbox]}\n";
    let root = "    deployment_targets: {organizational_units: [Root]}\n";
    let west = format!("{UNIT}    regions: [eu-west-1]\n");
    let renamed = format!("{UNIT}    parameters: [{{parameter_key: Name, parameter_value: other}}]\n");
    for (second, expected) in [
        (("b", "same", UNIT), "stack-export-duplicate '${Name}-arn'"),
        (("b", "export", UNIT), "stack-export-duplicate b"),
        (("b", "same", root), "stack-export-duplicate '${Name}-arn'"),
        (("b", "same", elsewhere), ""),
        (("b", "same", &west), ""),
        (("b", "same", &renamed), ""),
    ] {
        assert_eq!(stacks(&[("a", "export", UNIT), second]).join(";"), expected, "{second:?}");
    }
}
