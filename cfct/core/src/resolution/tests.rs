//! What the recordings of CfCT do not hold: exceptions of parameter files and helpers, v1's own ways.

use super::{InputSettings, PipelineStage, StageOutcome, resolve};
use crate::checks::testing::package;
use crate::manifest::Manifest;
use crate::organization;
use crate::source::SourceFile;

const ORGANIZATION: &str = r#"{
    "management_account_id": "100000000001", "root_id": "r-aaaa",
    "organizational_units": [
        {"id": "ou-aaaa-aaaaaaa1", "name": "A", "parent": "r-aaaa"},
        {"id": "ou-aaaa-aaaaaaa2", "name": "B", "parent": "ou-aaaa-aaaaaaa1"}
    ],
    "accounts": [
        {"id": "100000000001", "name": "main", "status": "ACTIVE", "parent": "r-aaaa"},
        {"id": "200000000001", "name": "top", "status": "ACTIVE", "parent": "ou-aaaa-aaaaaaa1"},
        {"id": "300000000001", "name": "deep", "status": "ACTIVE", "parent": "ou-aaaa-aaaaaaa2"}
    ],
    "baseline_stack_set": {"name": "x", "accounts": ["200000000001", "300000000001"]},
    "home_region": "eu-west-1"
}"#;

/// The outcome of the stack set stage: its parameters and accounts as JSON, or the exception.
fn stack_sets(manifest: &str, parameter_file: &str) -> String {
    outcome(PipelineStage::StackSet, manifest, parameter_file)
}

fn outcome(stage: PipelineStage, manifest: &str, parameter_file: &str) -> String {
    let files = [
        ("manifest.yaml", manifest),
        ("templates/a.yaml", "Resources: {T: {Type: 'AWS::SNS::Topic'}}\n"),
        ("parameters/p.json", parameter_file),
    ];
    let configuration = package(&files);
    let organization =
        organization::read(&SourceFile::new("organization.json", ORGANIZATION)).organization.unwrap();
    let manifest = Manifest::read(configuration.manifest().unwrap());
    let resolution = resolve(&manifest, &organization, &configuration, &InputSettings::default());
    match resolution.stage(stage) {
        StageOutcome::Failed(_, failure) => failure.to_string(),
        StageOutcome::UnknownVersion => "unknown version".to_owned(),
        StageOutcome::Inputs(_) => {
            let inputs = serde_json::to_value(resolution.inputs(&organization)).unwrap();
            let of = |key: &str| {
                let inputs = inputs[stage.as_str()]["inputs"].as_array().unwrap();
                inputs.iter().map(|input| input["ResourceProperties"][key].to_string()).collect::<String>()
            };
            match stage {
                PipelineStage::StackSet => format!("{}{}", of("Parameters"), of("AccountList")),
                _ => of("OUList"),
            }
        }
    }
}

fn v2(rest: &str) -> String {
    format!(
        "region: eu-west-1\nversion: 2021-03-15\nresources:\n  - name: r\n    resource_file: \
         templates/a.yaml\n    deploy_method: stack_set\n{rest}"
    )
}

#[test]
fn a_parameter_file_raises_what_python_raises() {
    let manifest = v2("    parameter_file: parameters/p.json\n    deployment_targets: {accounts: [top]}\n");
    let accounts = r#"["200000000001"]"#;
    let entry = |value: &str| format!(r#"[{{"ParameterKey": "K", "ParameterValue": {value}}}]"#);
    for (file, expected) in [
        (entry(r#""a""#), format!(r#"{{"K":"a"}}{accounts}"#)),
        (entry(r#"["a", "$[b]"]"#), format!(r#"{{"K":["a","b"]}}{accounts}"#)),
        (entry(r#"["a,b", ","]"#), "AttributeError: 'list' object has no attribute 'split'".to_owned()),
        (entry("[1]"), "AttributeError: 'int' object has no attribute 'startswith'".to_owned()),
        (entry("1"), "TypeError: argument of type 'int' is not iterable".to_owned()),
        (entry("1.5"), "TypeError: argument of type 'float' is not iterable".to_owned()),
        (entry("true"), "TypeError: argument of type 'bool' is not iterable".to_owned()),
        (entry("null"), "TypeError: argument of type 'NoneType' is not iterable".to_owned()),
        (entry("{}"), "AttributeError: 'dict' object has no attribute 'startswith'".to_owned()),
        (
            r#"[{"ParameterKey": "K"}]"#.to_owned(),
            "TypeError: argument of type 'NoneType' is not iterable".to_owned(),
        ),
        (r#"[{"ParameterValue": "v"}]"#.to_owned(), format!(r#"{{"null":"v"}}{accounts}"#)),
        (r#"["K"]"#.to_owned(), "AttributeError: 'str' object has no attribute 'get'".to_owned()),
        (r#"{"K": "v"}"#.to_owned(), "AttributeError: 'str' object has no attribute 'get'".to_owned()),
        ("{}".to_owned(), format!("{{}}{accounts}")),
        ("7".to_owned(), "TypeError: 'int' object is not iterable".to_owned()),
    ] {
        assert_eq!(stack_sets(&manifest, &file), expected, "{file}");
    }
    for torn in ["[{", "[] // comment", "[1,]"] {
        assert!(stack_sets(&manifest, torn).starts_with("JSONDecodeError: "), "{torn}");
    }
    let from_s3 = manifest.replace("parameters/p.json", "s3://bucket/p.json");
    assert!(stack_sets(&from_s3, "").starts_with("Unknowable: "));
}

#[test]
fn generating_helpers_raise_where_they_cannot_run() {
    let manifest = |value: &str, accounts: &str| {
        v2(&format!(
            "    parameters: [{{parameter_key: K, parameter_value: '{value}'}}]\n    deployment_targets: \
             {{accounts: [{accounts}]}}\n"
        ))
    };
    for (value, accounts, expected) in [
        ("$[alfred_genkeypair]", "top", r#"{"K":"$[alfred_genkeypair]"}["200000000001"]"#),
        ("$[alfred_genkeypair]", "", "IndexError: list index out of range"),
        ("$[alfred_genaz_2]", "", "IndexError: list index out of range"),
        ("$[alfred_genpass_16]", "top", "TypeError: can only concatenate str (not \"NoneType\") to str"),
        ("$[alfred_genpass_x]", "top", "ValueError: invalid literal for int() with base 10: 'x'"),
        ("$[]", "top", r#"{"K":""}["200000000001"]"#),
    ] {
        assert_eq!(stack_sets(&manifest(value, accounts), "[]"), expected, "{value} [{accounts}]");
    }
    let file = r#"[{"ParameterKey": "K", "ParameterValue": "$[alfred_genpass_16]",
                    "ssm_parameters": [{"name": "/p", "value": "$[Password]"}]}]"#;
    let manifest = v2("    parameter_file: parameters/p.json\n    deployment_targets: {accounts: [top]}\n");
    assert_eq!(stack_sets(&manifest, file), r#"{"K":"_get_ssm_secure_string_/p"}["200000000001"]"#);
}

#[test]
fn v1_keeps_top_level_accounts_and_knows_one_method() {
    let manifest = |method: &str| {
        format!(
            "region: eu-west-1\nversion: 2020-01-01\ncloudformation_resources:\n  - name: r\n    template_file: \
             templates/a.yaml\n    deploy_method: {method}\n    deploy_to_account: [top, deep, main]\n"
        )
    };
    assert_eq!(stack_sets(&manifest("stack_set"), ""), r#"{}["200000000001"]"#);
    assert_eq!(stack_sets(&manifest("Stack_Set"), ""), r#"{}["200000000001"]"#);
    for method in ["scp", "other"] {
        let expected = format!("ValueError: Unsupported deploy_method: {method} found for resource r");
        assert_eq!(stack_sets(&manifest(method), ""), expected);
    }
    assert_eq!(stack_sets("version: 2022-01-01\n", ""), "unknown version");
}

#[test]
fn a_path_of_nothing_but_colons_ends_the_stage_even_of_policies() {
    let scp = |unit: &str| {
        format!(
            "region: eu-west-1\nversion: 2021-03-15\nresources:\n  - name: p\n    resource_file: \
             templates/a.yaml\n    deploy_method: scp\n    deployment_targets: {{organizational_units: [{unit}]}}\n"
        )
    };
    let policy = |unit: &str| outcome(PipelineStage::Scp, &scp(unit), "");
    assert_eq!(policy("':'"), "IndexError: list index out of range");
    assert_eq!(policy("0"), "IndexError: list index out of range");
    assert_eq!(policy("~"), "[]");
    assert_eq!(policy("' A '"), r#"[[[" A ","ou-aaaa-aaaaaaa1"],"Attach"]]"#);
    assert_eq!(
        stack_sets(&v2("    deployment_targets: {organizational_units: [':']}\n"), ""),
        "IndexError: list index out of range"
    );
    assert_eq!(stack_sets(&v2("    deployment_targets: {organizational_units: [' A ']}\n"), ""), "{}[]");
}

#[test]
fn a_file_that_is_not_there_ends_the_stage() {
    let with = |file: &str| v2("    deployment_targets: {}\n").replace("templates/a.yaml", file);
    for (file, expected) in [
        ("templates", "IsADirectoryError: [Errno 21] Is a directory: 'templates'"),
        ("../a.yaml", "FileNotFoundError: [Errno 2] No such file or directory: '../a.yaml'"),
        ("''", "FileNotFoundError: [Errno 2] No such file or directory: ''"),
        ("./templates//a.yaml", "{}[]"),
        ("httpd/a.yaml", "{}[]"),
    ] {
        assert_eq!(stack_sets(&with(file), ""), expected, "{file}");
    }
}
