//! From a document to the typed manifest, taking whatever has the right shape.

use super::{DeployMethod, ExportOutput, Manifest, Parameter, Resource, Text, Version};
use crate::document::{Document, MappingRef, NodeRef, Value};

impl<'d> Manifest<'d> {
    /// Reads what can be read. Values of the wrong shape are left out; [`super::schema`] reports them.
    #[must_use]
    pub fn read(document: &'d Document) -> Self {
        let top = document.root().and_then(NodeRef::as_mapping);
        let version_node = top.and_then(|top| top.get("version"));
        let version = version_node.map_or(Version::Unknown, version_of);
        let get = |key: &str| top.and_then(|top| top.get(key));
        let resources = match version {
            Version::V1 => {
                let policies = maps(get("organization_policies")).map(v1_policy);
                policies.chain(maps(get("cloudformation_resources")).map(v1_resource)).collect()
            }
            // An unknown version is most likely a v2 manifest with a typo; its checks are worth running.
            Version::V2 | Version::Unknown => maps(get("resources")).map(v2_resource).collect(),
        };
        Self {
            document,
            version,
            version_node,
            region: get("region").and_then(text),
            enable_stack_set_deletion: get("enable_stack_set_deletion").and_then(NodeRef::value)
                == Some(Value::Bool(true)),
            resources,
        }
    }
}

/// CfCT compares `str(version)` with the two dates, so a quoted date counts here; the schema rejects it.
fn version_of(node: NodeRef<'_>) -> Version {
    match (node.value(), node.scalar_text()) {
        (Some(Value::Timestamp(stamp)), _) if !stamp.has_time => match stamp.date {
            (2020, 1, 1) => Version::V1,
            (2021, 3, 15) => Version::V2,
            _ => Version::Unknown,
        },
        (Some(Value::Str(_)), Some("2020-01-01")) => Version::V1,
        (Some(Value::Str(_)), Some("2021-03-15")) => Version::V2,
        _ => Version::Unknown,
    }
}

fn v2_resource(entry: MappingRef<'_>) -> Resource<'_> {
    let targets_node = entry.get("deployment_targets");
    let target = |key: &str| targets_node.and_then(NodeRef::as_mapping).and_then(|map| map.get(key));
    let parameters_node = entry.get("parameters");
    Resource {
        method: method_of(entry.get("deploy_method")),
        file: field(entry, "resource_file"),
        parameters: maps(parameters_node)
            .map(|item| Parameter {
                node: item.node(),
                key: field(item, "parameter_key"),
                value: item.get("parameter_value"),
            })
            .collect(),
        parameters_node,
        organizational_units: texts(target("organizational_units")),
        accounts: texts(target("accounts")),
        targets_node,
        export_outputs: outputs(entry.get("export_outputs")),
        ..common(entry)
    }
}

fn v1_resource(entry: MappingRef<'_>) -> Resource<'_> {
    Resource {
        method: method_of(entry.get("deploy_method")),
        file: field(entry, "template_file"),
        organizational_units: texts(entry.get("deploy_to_ou")),
        accounts: texts(entry.get("deploy_to_account")),
        export_outputs: outputs(entry.get("ssm_parameters")),
        depends_on: texts(entry.get("depends_on")),
        ..common(entry)
    }
}

fn v1_policy(entry: MappingRef<'_>) -> Resource<'_> {
    Resource {
        method: DeployMethod::Scp,
        file: field(entry, "policy_file"),
        organizational_units: texts(entry.get("apply_to_accounts_in_ou")),
        ..common(entry)
    }
}

/// The fields that every kind of resource has.
fn common(entry: MappingRef<'_>) -> Resource<'_> {
    Resource {
        node: entry.node(),
        name: field(entry, "name"),
        description: field(entry, "description"),
        method: DeployMethod::Unknown,
        method_node: entry.get("deploy_method"),
        file: None,
        parameter_file: field(entry, "parameter_file"),
        parameters: Vec::new(),
        parameters_node: None,
        organizational_units: Vec::new(),
        accounts: Vec::new(),
        targets_node: None,
        regions: texts(entry.get("regions")),
        regions_node: entry.get("regions"),
        export_outputs: Vec::new(),
        depends_on: Vec::new(),
    }
}

fn method_of(node: Option<NodeRef<'_>>) -> DeployMethod {
    match node.and_then(NodeRef::as_str) {
        Some("stack_set") => DeployMethod::StackSet,
        Some("scp") => DeployMethod::Scp,
        Some("rcp") => DeployMethod::Rcp,
        _ => DeployMethod::Unknown,
    }
}

fn outputs(node: Option<NodeRef<'_>>) -> Vec<ExportOutput<'_>> {
    maps(node)
        .map(|item| ExportOutput {
            node: item.node(),
            name: field(item, "name"),
            value: field(item, "value"),
        })
        .collect()
}

fn maps(node: Option<NodeRef<'_>>) -> impl Iterator<Item = MappingRef<'_>> {
    node.and_then(NodeRef::as_sequence)
        .into_iter()
        .flat_map(super::super::document::SequenceRef::items)
        .filter_map(NodeRef::as_mapping)
}

fn field<'d>(entry: MappingRef<'d>, key: &str) -> Option<Text<'d>> {
    entry.get(key).and_then(text)
}

fn texts(node: Option<NodeRef<'_>>) -> Vec<Text<'_>> {
    node.and_then(NodeRef::as_sequence)
        .into_iter()
        .flat_map(super::super::document::SequenceRef::items)
        .filter_map(text)
        .collect()
}

fn text(node: NodeRef<'_>) -> Option<Text<'_>> {
    node.scalar_text().map(|value| Text { value, node })
}
