//! What is found in the parameters of stack sets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cfct_core::finding::Finding;
use cfct_core::hidden::Hidden;
use support::{all_findings, fixed};

/// A package of one stack set: the lines under its resource (indented by four), the template's `Parameters`
/// (indented by two), and the parameter file.
fn findings(resource: &str, parameters: &str, file: &str) -> Vec<Finding> {
    let manifest = format!(
        "region: eu-central-1\nversion: 2021-03-15\nresources:\n  - name: topic\n    resource_file: \
         templates/t.yaml\n    deploy_method: stack_set\n    deployment_targets:\n      accounts: \
         [\"111122223333\"]\n{resource}"
    );
    let section = if parameters.is_empty() { String::new() } else { format!("Parameters:\n{parameters}") };
    let template = format!("{section}Resources:\n  Topic: {{Type: AWS::SNS::Topic}}\n");
    let mut files = vec![("manifest.yaml", manifest.as_str()), ("templates/t.yaml", template.as_str())];
    if !file.is_empty() {
        files.push(("parameters/p.json", file));
    }
    all_findings(&files)
}

/// `code underlined` of the findings about parameters.
fn found(resource: &str, parameters: &str, file: &str) -> Vec<String> {
    let findings = findings(resource, parameters, file);
    let about = findings.iter().filter(|finding| finding.code.name.starts_with("parameter-"));
    about.map(|finding| format!("{} {}", finding.code.name, finding.primary.text())).collect()
}

fn given(pairs: &[(&str, &str)]) -> String {
    let items =
        pairs.iter().map(|(key, value)| format!("{{parameter_key: {key}, parameter_value: {value}}}"));
    format!("    parameters: [{}]\n", items.collect::<Vec<_>>().join(", "))
}

const FILE: &str = "    parameter_file: parameters/p.json\n";

#[test]
fn values_are_judged_as_they_arrive() {
    for (value, parameter, expected) in [
        ("012", "Type: String, AllowedValues: ['012']", "parameter-value-not-allowed 012"),
        ("'012'", "Type: String, AllowedValues: ['012']", ""),
        ("yes", "Type: String, AllowedValues: ['true', 'false']", ""),
        ("7", "Type: Number, MinValue: 7", ""),
        ("'$[alfred_ssm_/x]'", "Type: Number", ""),
        ("'{{resolve:ssm:/x}}'", "Type: Number", ""),
        ("'a'", "Type: 'AWS::SSM::Parameter::Value<Number>'", ""),
        ("'vpc-1'", "Type: 'AWS::EC2::Subnet::Id'", "parameter-value-type 'vpc-1'"),
        ("''", "Type: String, MinLength: 1", "parameter-value-range ''"),
    ] {
        let found = found(&given(&[("P", value)]), &format!("  P: {{{parameter}}}\n"), "");
        assert_eq!(found.join(";"), expected, "{value}: {parameter}");
    }
}

#[test]
fn a_default_is_judged_only_where_it_is_used() {
    let parameter = "  P: {Type: Number, Default: none}\n";
    assert_eq!(found("", parameter, ""), ["parameter-value-type none"]);
    assert_eq!(found(&given(&[("P", "1")]), parameter, ""), [""; 0]);
}

#[test]
fn every_missing_parameter_is_told_where_parameters_are_given() {
    let parameters = "  A: {Type: String}\n  B: {Type: String}\n  C: {Type: String, Default: ''}\n";
    let inline = found(&given(&[("A", "1")]), parameters, "");
    assert_eq!(inline, ["parameter-missing [{parameter_key: A, parameter_value: 1}]"]);
    let file = found(FILE, parameters, r#"[{"ParameterKey": "B", "ParameterValue": "x"}]"#);
    assert_eq!(file, ["parameter-missing parameters/p.json"]);
    assert_eq!(found("", parameters, ""), ["parameter-missing topic", "parameter-missing topic"]);
}

#[test]
fn a_parameter_file_elsewhere_leaves_the_parameters_unknown() {
    let remote = "    parameter_file: s3://bucket/p.json\n";
    assert_eq!(found(remote, "  A: {Type: String}\n", ""), [""; 0]);
}

#[test]
fn both_sources_are_one_finding() {
    let resource = format!("{FILE}{}", given(&[("A", "1")]));
    let found = found(&resource, "  A: {Type: String}\n", "[]");
    assert_eq!(found, ["parameter-file-and-parameters parameters/p.json"]);
}

#[test]
fn forms_that_cfct_cannot_load_are_each_told() {
    for (file, expected) in [
        (r#"{"Parameters": {"P": "x"}}"#, r#"parameter-file-malformed {"Parameters": {"P": "x"}}"#),
        (r#"[{"ParameterKey": "P", "ParameterValue": true}]"#, "parameter-file-malformed true"),
        (r#"[{"ParameterKey": "P", "ParameterValue": null}]"#, "parameter-file-malformed null"),
        (r#"[{"ParameterKey": "P", "ParameterValue": {"a": 1}}]"#, r#"parameter-file-malformed {"a": 1}"#),
        (
            r#"[{"ParameterKey": "P", "ParameterValues": "x"}]"#,
            r#"parameter-file-malformed "ParameterValues""#,
        ),
        (r#"["P"]"#, r#"parameter-file-malformed "P""#),
        (r#"[{"ParameterKey": "P", "ParameterValue": ["x"]}]"#, "parameter-comma \"P\""),
    ] {
        assert_eq!(found(FILE, "  P: {Type: String, Default: x}\n", file), [expected], "{file}");
    }
}

#[test]
fn a_number_in_a_parameter_file_is_quoted_by_its_fix() {
    let file = r#"[{"ParameterKey": "P", "ParameterValue": 7}]"#;
    let findings = findings(FILE, "  P: {Type: Number}\n", file);
    let finding = findings.iter().find(|finding| finding.code.name == "parameter-file-malformed").unwrap();
    assert_eq!(fixed(finding), r#"[{"ParameterKey": "P", "ParameterValue": "7"}]"#);
}

#[test]
fn only_the_last_value_of_a_key_is_judged() {
    let resource = given(&[("P", "wrong"), ("P", "7")]);
    assert_eq!(found(&resource, "  P: {Type: Number}\n", ""), ["parameter-repeated-key P"]);
}

#[test]
fn a_comma_is_told_with_what_becomes_of_the_value() {
    for (value, expected) in [
        ("'a, b'", "`P` arrives as `a,b`, not `a, b`, and in every run anew"),
        ("'a,b'", "`P` is a list, so CfCT updates the stack set in every run"),
        ("'$[alfred_ssm_/a], x'", "`P` is a list, so CfCT updates the stack set in every run"),
    ] {
        let findings = findings(&given(&[("P", value)]), "  P: {Type: CommaDelimitedList}\n", "");
        let comma = findings.iter().find(|finding| finding.code.name == "parameter-comma").unwrap();
        assert_eq!(comma.message, expected);
    }
}

#[test]
fn a_shared_parameter_file_is_reported_once() {
    let resource = |name: &str| {
        format!(
            "  - name: {name}\n    resource_file: templates/t.yaml\n    parameter_file: parameters/p.json\n    \
             deploy_method: stack_set\n    deployment_targets: {{accounts: [\"111122223333\"]}}\n"
        )
    };
    let manifest =
        format!("region: eu-central-1\nversion: 2021-03-15\nresources:\n{}{}", resource("a"), resource("b"));
    let findings = all_findings(&[
        ("manifest.yaml", &manifest),
        ("templates/t.yaml", "Parameters: {P: {Type: Number}}\nResources: {T: {Type: AWS::SNS::Topic}}\n"),
        ("parameters/p.json", r#"[{"ParameterKey": "P", "ParameterValue": "x, y"}]"#),
    ]);
    let codes: Vec<_> = findings.iter().map(|finding| finding.code.name).collect();
    assert_eq!(codes, ["parameter-comma", "parameter-value-type"]);
}

#[test]
fn no_finding_shows_a_secret_or_points_at_it() {
    let secret = "AKIAFAKEFAKEFAKEFAKE";
    for (key, parameter) in [
        ("P", "  P: {Type: String, AllowedPattern: '[a-z]+'}\n"),
        ("P", "  P: {Type: String, AllowedValues: [x]}\n"),
        ("P", "  P: {Type: Number, NoEcho: true}\n"),
        ("DbPassword", "  DbPassword: {Type: String, MaxLength: 3}\n"),
    ] {
        let findings = findings(&given(&[(key, &format!("'{secret}, x'"))]), parameter, "");
        assert!(findings.iter().any(|finding| finding.code.name == "parameter-secret"));
        let hidden = Hidden::of(&findings);
        for finding in &findings {
            let said = format!("{} {} {:?}", finding.message, finding.label, finding.help);
            assert!(!said.contains(secret), "{said}");
            assert!(!finding.primary.text().contains(secret), "{said}");
            // Whatever line is shown around a place, the secret in it is masked.
            let place = &finding.primary;
            let line = place.source.line_span(place.span.start);
            let masked = |at: usize| {
                let at = line.start + u32::try_from(at).unwrap();
                hidden.within(&place.source, line).any(|span| span.start <= at && at < span.end)
            };
            assert!(place.source.slice(line).match_indices(secret).all(|(at, _)| masked(at)), "{said}");
        }
    }
}

#[test]
fn ordinary_values_are_no_secrets() {
    let parameters = "  PasswordLength: {Type: Number}\n  SecretArn: {Type: String}\n  Key: {Type: String}\n  \
                      ApiToken: {Type: String}\n  Hidden: {Type: String, NoEcho: true}\n";
    let resource = given(&[
        ("PasswordLength", "14"),
        ("SecretArn", "'arn:aws:secretsmanager:eu-central-1:111122223333:secret:x-Ab12Cd'"),
        ("Key", "alias/org-backup"),
        ("ApiToken", "'$[alfred_ssm_/org/token]'"),
        ("Hidden", "'{{resolve:secretsmanager:x}}'"),
    ]);
    assert_eq!(found(&resource, parameters, ""), [""; 0]);
}
