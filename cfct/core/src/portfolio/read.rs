//! From the document to a [`Portfolio`], taking whatever has the right shape.

use super::{
    Days, Launch, Lock, Portfolio, Product, Shares, StackSet, Support, Tag, TemplateConstraint, Version,
};
use crate::document::{Document, MappingRef, NodeRef, SequenceRef, Value};
use crate::manifest::Text;
use crate::snapshot::whole;

/// Reads what can be read.
#[must_use]
pub fn read(document: &Document) -> Portfolio<'_> {
    let top = document.root().and_then(NodeRef::as_mapping);
    let of = |key: &str| top.and_then(|top| field(top, key));
    Portfolio {
        document,
        name: of("name").and_then(text),
        provider: of("provider").and_then(text),
        description: of("description").and_then(text),
        tags: of("tags").map(tags).unwrap_or_default(),
        lock: of("lock").and_then(lock),
        products: of("products").map(|list| items(list).filter_map(product).collect()).unwrap_or_default(),
        tag_options: of("tag_options").map(tag_options).unwrap_or_default(),
        principals: of("principals").map(texts).unwrap_or_default(),
        shares: of("shares").and_then(shares),
    }
}

fn product(node: NodeRef<'_>) -> Option<Product<'_>> {
    let map = node.as_mapping()?;
    let support = field(map, "support").and_then(NodeRef::as_mapping);
    let of_support = |key: &str| support.and_then(|support| text_of(support, key));
    let list = |key: &str| field(map, key).map(|list| items(list).collect::<Vec<_>>()).unwrap_or_default();
    Some(Product {
        node,
        name: text_of(map, "name"),
        owner: text_of(map, "owner"),
        description: text_of(map, "description"),
        distributor: text_of(map, "distributor"),
        support: Support {
            description: of_support("description"),
            email: of_support("email"),
            url: of_support("url"),
        },
        tags: field(map, "tags").map(tags).unwrap_or_default(),
        versions_node: map.get("versions"),
        versions: list("versions").into_iter().filter_map(version).collect(),
        launch: field(map, "launch").and_then(launch),
        stack_set: field(map, "stack_set").and_then(stack_set),
        template_constraints: list("template_constraints").into_iter().filter_map(constraint).collect(),
        tag_updates: text_of(map, "tag_updates"),
        notifications: field(map, "notifications").map(texts).unwrap_or_default(),
        tag_options: field(map, "tag_options").map(tag_options).unwrap_or_default(),
    })
}

fn version(node: NodeRef<'_>) -> Option<Version<'_>> {
    let map = node.as_mapping()?;
    Some(Version {
        node,
        name: text_of(map, "name"),
        template: text_of(map, "template"),
        sha256: text_of(map, "sha256"),
        description: text_of(map, "description"),
        guidance: text_of(map, "guidance"),
        active: field(map, "active").is_none_or(is_true),
    })
}

fn launch(node: NodeRef<'_>) -> Option<Launch<'_>> {
    let map = node.as_mapping()?;
    let (local_role_name, role_arn) = (text_of(map, "local_role_name"), text_of(map, "role_arn"));
    Some(Launch { node, local_role_name, role_arn })
}

fn stack_set(node: NodeRef<'_>) -> Option<StackSet<'_>> {
    let map = node.as_mapping()?;
    Some(StackSet {
        node,
        description: text_of(map, "description"),
        accounts: field(map, "accounts").map(texts).unwrap_or_default(),
        regions: field(map, "regions").map(texts).unwrap_or_default(),
        administration_role_arn: text_of(map, "administration_role_arn"),
        execution_role_name: text_of(map, "execution_role_name"),
        instance_control: text_of(map, "instance_control"),
    })
}

fn constraint(node: NodeRef<'_>) -> Option<TemplateConstraint<'_>> {
    let map = node.as_mapping()?;
    Some(TemplateConstraint {
        node,
        name: text_of(map, "name"),
        description: text_of(map, "description"),
        parameter: text_of(map, "parameter"),
        allowed_values: field(map, "allowed_values").map(texts).unwrap_or_default(),
        within_lock: field(map, "within_lock").is_some_and(is_true),
        rule: field(map, "rule"),
    })
}

fn shares(node: NodeRef<'_>) -> Option<Shares<'_>> {
    let map = node.as_mapping()?;
    Some(Shares {
        node,
        organizational_units: field(map, "organizational_units").map(texts).unwrap_or_default(),
        accounts: field(map, "accounts").map(texts).unwrap_or_default(),
        share_principals: field(map, "share_principals").filter(|node| is_true(*node)),
        share_tag_options: field(map, "share_tag_options").is_some_and(is_true),
    })
}

fn lock(node: NodeRef<'_>) -> Option<Lock<'_>> {
    let map = node.as_mapping()?;
    let days = |key: &str| field(map, key).and_then(|node| Some(Days { value: whole(node)?, node }));
    Some(Lock {
        node,
        stack_set: text_of(map, "stack_set"),
        min_days: days("min_days"),
        max_days: days("max_days"),
    })
}

fn tags(node: NodeRef<'_>) -> Vec<Tag<'_>> {
    let entries = node.as_mapping().map(MappingRef::entries).unwrap_or_default();
    let tags = entries
        .into_iter()
        .filter_map(|entry| Some(Tag { key: text(entry.key)?, value: text(entry.value)? }));
    tags.collect()
}

/// Keys with a list of values each: every value is a tag option of its own.
fn tag_options(node: NodeRef<'_>) -> Vec<Tag<'_>> {
    let entries = node.as_mapping().map(MappingRef::entries).unwrap_or_default();
    let options = entries.into_iter().filter_map(|entry| Some((text(entry.key)?, texts(entry.value))));
    options.flat_map(|(key, values)| values.into_iter().map(move |value| Tag { key, value })).collect()
}

/// What stands under `key`; an empty value is as good as none.
fn field<'d>(map: MappingRef<'d>, key: &str) -> Option<NodeRef<'d>> {
    map.get(key).filter(|node| node.value() != Some(Value::Null))
}

fn text_of<'d>(map: MappingRef<'d>, key: &str) -> Option<Text<'d>> {
    field(map, key).and_then(text)
}

fn text(node: NodeRef<'_>) -> Option<Text<'_>> {
    node.scalar_text().filter(|_| node.value() != Some(Value::Null)).map(|value| Text { value, node })
}

fn items(node: NodeRef<'_>) -> impl Iterator<Item = NodeRef<'_>> {
    node.as_sequence().into_iter().flat_map(SequenceRef::items)
}

fn texts(node: NodeRef<'_>) -> Vec<Text<'_>> {
    items(node).filter_map(text).collect()
}

fn is_true(node: NodeRef<'_>) -> bool {
    node.value() == Some(Value::Bool(true))
}
