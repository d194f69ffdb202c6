//! From a document to the typed template, taking whatever has the right shape.

use super::{Bound, Named, Output, Parameter, ParameterType, Resource, Template};
use crate::document::{Document, MappingRef, NodeRef, SequenceRef, Shape, Value};

impl<'d> Template<'d> {
    /// Reads what can be read.
    #[must_use]
    pub fn read(document: &'d Document) -> Self {
        let root = document.root().and_then(NodeRef::as_mapping);
        let section = |key: &str| named(root.and_then(|root| root.get(key)));
        let parameters: Vec<_> = section("Parameters").map(parameter).collect();
        Self {
            document,
            root,
            places: parameters.iter().enumerate().map(|(place, found)| (found.name, place)).collect(),
            parameters,
            mappings: section("Mappings").collect(),
            conditions: section("Conditions").collect(),
            resources: section("Resources").map(resource).collect(),
            outputs: section("Outputs").map(output).collect(),
        }
    }
}

fn named(section: Option<NodeRef<'_>>) -> impl Iterator<Item = Named<'_>> {
    let entries = section.and_then(NodeRef::as_mapping).map(MappingRef::entries).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|entry| Some(Named { name: entry.key.scalar_text()?, key: entry.key, node: entry.value }))
}

fn parameter(entry: Named<'_>) -> Parameter<'_> {
    let get = |key: &str| entry.node.as_mapping().and_then(|map| map.get(key));
    let type_node = get("Type");
    Parameter {
        name: entry.name,
        key: entry.key,
        node: entry.node,
        type_of: type_node.and_then(NodeRef::scalar_text).map(ParameterType::of),
        type_node,
        default: get("Default"),
        allowed_values: get("AllowedValues").map(items).unwrap_or_default(),
        allowed_pattern: get("AllowedPattern"),
        min_length: get("MinLength").and_then(bound),
        max_length: get("MaxLength").and_then(bound),
        min_value: get("MinValue").and_then(bound),
        max_value: get("MaxValue").and_then(bound),
        no_echo: get("NoEcho").is_some_and(is_true),
        description: get("Description"),
        constraint_description: get("ConstraintDescription"),
    }
}

fn resource(entry: Named<'_>) -> Resource<'_> {
    let get = |key: &str| entry.node.as_mapping().and_then(|map| map.get(key));
    let type_node = get("Type");
    Resource {
        name: entry.name,
        key: entry.key,
        node: entry.node,
        type_name: type_node.and_then(NodeRef::scalar_text),
        type_node,
        deletion_policy: get("DeletionPolicy"),
        update_replace_policy: get("UpdateReplacePolicy"),
        condition: get("Condition"),
        depends_on: get("DependsOn").map(one_or_many).unwrap_or_default(),
        metadata: get("Metadata"),
        properties: get("Properties"),
    }
}

fn output(entry: Named<'_>) -> Output<'_> {
    let get = |key: &str| entry.node.as_mapping().and_then(|map| map.get(key));
    Output {
        name: entry.name,
        key: entry.key,
        node: entry.node,
        value: get("Value"),
        export_name: get("Export").and_then(NodeRef::as_mapping).and_then(|export| export.get("Name")),
        condition: get("Condition"),
    }
}

fn items(node: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    node.as_sequence().map(|list| SequenceRef::items(list).collect()).unwrap_or_default()
}

fn one_or_many(node: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    match node.shape() {
        Shape::Sequence(list) => list.items().collect(),
        _ => vec![node],
    }
}

fn bound(node: NodeRef<'_>) -> Option<Bound<'_>> {
    // CloudFormation takes `MinValue: "1"` as well as `MinValue: 1`.
    let value = node.scalar_text()?.trim().parse().ok().filter(|value: &f64| value.is_finite())?;
    Some(Bound { value, node })
}

/// CloudFormation takes booleans as such and as text.
fn is_true(node: NodeRef<'_>) -> bool {
    node.value() == Some(Value::Bool(true))
        || node.scalar_text().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}
