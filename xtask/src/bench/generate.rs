//! Packages of any size, the same bytes every time: seven stack sets to three SCPs, a parameter file for each
//! stack set, and nested templates until there are three files a resource and about 6.7 kB a file.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

use super::{Facts, place};

/// Organizational units that the generated resources are aimed at, in turn.
const UNITS: [&str; 5] = ["Infrastructure", "Workloads:Prod", "Workloads:Test", "Sandbox", "Security"];

/// Writes a package of `resources` resources, unless it is there already.
pub fn package(folder: &Path, resources: usize) -> io::Result<Facts> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    for below in ["templates/nested", "parameters", "policies/scp"] {
        fs::create_dir_all(place(folder, below))?;
    }
    let mut writer = Writer { folder, files: 0, bytes: 0 };
    let mut manifest = String::from("region: eu-central-1\nversion: 2021-03-15\nresources:\n");
    for index in 0..resources {
        if index % 10 < 7 {
            stack_set(&mut manifest, index);
            let first = index / 10 * 7 + index % 10;
            let nested: Vec<usize> = (first * 2..first * 2 + 2).collect();
            writer.write(&format!("templates/r{index:04}.yaml"), &template(index, true, &nested))?;
            writer.write(&format!("parameters/r{index:04}.json"), &parameters(index))?;
        } else {
            scp(&mut manifest, index);
            writer.write(&format!("policies/scp/r{index:04}.json"), &policy(index))?;
        }
    }
    let mut nested = 0;
    while writer.files + 1 < resources * 3 {
        let text = if nested % 2 == 0 { template(nested, false, &[]) } else { json_template(nested) };
        writer.write(&nested_name(nested), &text)?;
        nested += 1;
    }
    writer.write("manifest.yaml", &manifest)?;
    Ok(Facts { files: writer.files, bytes: writer.bytes, manifest_bytes: manifest.len() as u64 })
}

struct Writer<'f> {
    folder: &'f Path,
    files: usize,
    bytes: u64,
}

impl Writer<'_> {
    fn write(&mut self, path: &str, text: &str) -> io::Result<()> {
        self.files += 1;
        self.bytes += text.len() as u64;
        fs::write(place(self.folder, path), text)
    }
}

fn stack_set(manifest: &mut String, index: usize) {
    let unit = UNITS[index % UNITS.len()];
    let _ = write!(
        manifest,
        "  # Resource {index}: a stack set with its own template, in two Regions.\n  \
         - name: resource-{index:04}\n    \
         description: Deploys the topics, queues and parameters of component {index} to {unit}\n    \
         resource_file: templates/r{index:04}.yaml\n    \
         parameter_file: parameters/r{index:04}.json\n    \
         deploy_method: stack_set\n    \
         deployment_targets:\n      organizational_units:\n        - {unit}\n        - Workloads:Prod:Payments\n    \
         regions:\n      - eu-central-1\n      - eu-west-1\n    \
         export_outputs:\n"
    );
    for output in 0..6 {
        let _ = write!(
            manifest,
            "      - name: /components/c{index:04}/topic-{output}\n        value: $[output_TopicName{output}]\n"
        );
    }
    for line in 0..4 {
        let _ = writeln!(
            manifest,
            "    # {line}: who owns component {index}, and why it stands at this place of the order"
        );
    }
}

fn scp(manifest: &mut String, index: usize) {
    let _ = write!(
        manifest,
        "  - name: guardrail-{index:04}\n    \
         description: Keeps component {index} from being changed\n    \
         resource_file: policies/scp/r{index:04}.json\n    \
         deploy_method: scp\n    \
         deployment_targets:\n      organizational_units:\n        - {}\n",
        UNITS[index % UNITS.len()]
    );
    for line in 0..12 {
        let _ = writeln!(
            manifest,
            "    # {line}: what guardrail {index} forbids, and whom to ask for an exception from it"
        );
    }
}

fn nested_name(nested: usize) -> String {
    format!("templates/nested/n{nested:04}.{}", if nested.is_multiple_of(2) { "yaml" } else { "json" })
}

fn template(index: usize, parameters: bool, nested: &[usize]) -> String {
    let mut text = format!("AWSTemplateFormatVersion: \"2010-09-09\"\nDescription: Component {index}.\n");
    if parameters {
        text.push_str("Parameters:\n");
        for parameter in 0..8 {
            let _ = write!(
                text,
                "  Setting{parameter}:\n    Type: String\n    Description: Setting {parameter} of the component.\n    \
                 AllowedPattern: ^[a-z0-9-]+$\n    Default: default-{parameter}\n"
            );
        }
    }
    text.push_str("Resources:\n");
    for topic in 0..30 {
        let _ = write!(
            text,
            "  Topic{topic}:\n    Type: AWS::SNS::Topic\n    Properties:\n      \
             TopicName: !Sub component-{index}-{topic}-${{AWS::Region}}\n      \
             KmsMasterKeyId: alias/aws/sns # the service's own key is enough here\n      \
             Tags:\n        - Key: component\n          Value: \"{index}\"\n"
        );
    }
    for number in nested {
        let _ = write!(
            text,
            "  Nested{number}:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      \
             TemplateURL: !Sub https://staging.s3.${{AWS::URLSuffix}}/{}\n",
            nested_name(*number)
        );
    }
    text.push_str("Outputs:\n");
    for output in 0..6 {
        let _ = write!(
            text,
            "  TopicName{output}:\n    Description: Name of topic {output}.\n    Value: !GetAtt Topic{output}.TopicName\n"
        );
    }
    text
}

fn json_template(index: usize) -> String {
    let mut text = String::from("{\n  \"AWSTemplateFormatVersion\": \"2010-09-09\",\n  \"Resources\": {\n");
    for topic in 0..44 {
        let comma = if topic == 43 { "" } else { "," };
        let _ = write!(
            text,
            "    \"Topic{topic}\": {{\n      \"Type\": \"AWS::SNS::Topic\",\n      \"Properties\": {{\n        \
             \"DisplayName\": \"topic {topic} of nested component {index}\",\n        \
             \"KmsMasterKeyId\": \"alias/aws/sns\"\n      }}\n    }}{comma}\n"
        );
    }
    text.push_str("  }\n}\n");
    text
}

fn parameters(index: usize) -> String {
    let rows: Vec<String> = (0..8)
        .map(|setting| {
            format!("  {{ \"ParameterKey\": \"Setting{setting}\", \"ParameterValue\": \"value-{index}-{setting}\" }}")
        })
        .collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

fn policy(index: usize) -> String {
    let statements: Vec<String> = (0..18)
        .map(|statement| {
            format!(
                "    {{\n      \"Sid\": \"Protect{index}x{statement}\",\n      \"Effect\": \"Deny\",\n      \
                 \"Action\": [\"sns:DeleteTopic\", \"sns:SetTopicAttributes\"],\n      \
                 \"Resource\": \"arn:*:sns:*:*:component-{index}-{statement}-*\",\n      \
                 \"Condition\": {{ \"ArnNotLike\": {{ \"aws:PrincipalArn\": \"arn:*:iam::*:role/AWSControlTowerExecution\" }} }}\n    }}"
            )
        })
        .collect();
    format!("{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n{}\n  ]\n}}\n", statements.join(",\n"))
}
