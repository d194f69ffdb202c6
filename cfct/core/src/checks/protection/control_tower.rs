//! Names and tags that Control Tower keeps for its own backups.
//!
//! <https://docs.aws.amazon.com/controltower/latest/userguide/backup-resources.html>

use super::super::{Context, backup_policies};
use crate::backup_policy::policy::{Item, Policy, Value};
use crate::document::{MappingRef, NodeRef, SequenceRef};
use crate::finding::Finding;
use crate::template::{Resource, Template, text_of};
use crate::words::excerpt;

crate::codes! {
    /// A name or tag of Control Tower's.
    CLASH = "backup-control-tower-clash", Warning, Silent,
        "a name or tag is one that Control Tower uses for its own backups",
        "Control Tower manages what has its names and tags: its guardrails lock others out of it, and a resource with both sets of tags is backed up twice";
}

/// The key of the tag on everything that Control Tower manages.
const MANAGED: &str = "aws-control-tower";
/// What the tags begin with that its plans select resources by: hourly, daily, weekly, monthly.
const TIER: &str = "aws-control-tower-backup";
/// What the names of its plans, vaults and roles begin with.
const NAME: &str = "aws-controltower-";

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for policy in backup_policies::read(context.configuration) {
        for plan in
            policy.root.children.iter().filter(|item| *item.key == *"plans").flat_map(|item| &item.children)
        {
            if plan.key.starts_with(NAME) {
                let at = policy.location(plan.key_span);
                findings.push(
                    Finding::new(&CLASH, &at, "the plan has a name of Control Tower's").help(OTHER_NAME),
                );
            }
            item(&policy, plan, findings);
        }
    }
    for template in context.templates.values() {
        for resource in &template.resources {
            of_resource(template, resource, findings);
        }
    }
}

const OTHER_NAME: &str = "begin the name with something other than aws-controltower-";

fn item(policy: &Policy, at: &Item, findings: &mut Vec<Finding>) {
    let values = at.operations.iter().flat_map(|operation| operation.values.as_slice());
    for value in values {
        findings.extend(of_value(&at.key, &value.text).map(|(message, help)| {
            let Value { span, .. } = value;
            Finding::new(&CLASH, &policy.location(*span), message).help(help)
        }));
    }
    for child in &at.children {
        item(policy, child, findings);
    }
}

fn of_value(key: &str, text: &str) -> Option<(String, &'static str)> {
    let tag = match key {
        "tag_key" => Some(text),
        "condition_key" => text.strip_prefix("aws:ResourceTag/"),
        _ => None,
    };
    if let Some(tag) = tag {
        let is_tier = tag.starts_with(TIER);
        let help = if is_tier {
            "select by a tag of your own: Control Tower's plans already back up what has this one"
        } else {
            "use a tag of your own: Control Tower's guardrails protect everything with this one"
        };
        return (is_tier || tag == MANAGED)
            .then(|| (format!("`{}` is a tag of Control Tower's", excerpt(tag)), help));
    }
    let name = match key {
        "target_backup_vault_name" => text,
        "target_backup_vault_arn" | "target_logically_air_gapped_backup_vault_arn" => {
            text.rsplit(':').next()?
        }
        "iam_role_arn" => text.rsplit('/').next()?,
        _ => return None,
    };
    let message = || format!("`{}` is a name of Control Tower's", excerpt(name));
    name.starts_with(NAME).then(|| (message(), "name what a stack set of this package creates"))
}

fn of_resource(template: &Template<'_>, resource: &Resource<'_>, findings: &mut Vec<Finding>) {
    let (name, tags) = match resource.type_name {
        Some("AWS::Backup::BackupVault" | "AWS::Backup::LogicallyAirGappedBackupVault") => {
            (resource.property("BackupVaultName"), resource.property("BackupVaultTags"))
        }
        Some("AWS::Backup::BackupPlan") => {
            let plan = resource.property("BackupPlan").and_then(NodeRef::as_mapping);
            (plan.and_then(|plan| plan.get("BackupPlanName")), resource.property("BackupPlanTags"))
        }
        Some("AWS::IAM::Role") => (resource.property("RoleName"), resource.property("Tags")),
        _ => return,
    };
    let default = |name: &str| template.parameter(name)?.default?.scalar_text().map(str::to_owned);
    let named = name.and_then(|node| Some((node, text_of(node, &default)?)));
    if let Some((node, text)) = named.filter(|(_, text)| text.starts_with(NAME)) {
        let message = format!("`{}` is a name of Control Tower's", excerpt(&text));
        findings.push(Finding::new(&CLASH, &node, message).help(OTHER_NAME));
    }
    for key in tags.map(tag_keys).unwrap_or_default() {
        if key.scalar_text() == Some(MANAGED) {
            let message = format!("`{MANAGED}` is a tag of Control Tower's");
            let help = "take the tag out: Control Tower's guardrails would lock you out of the resource";
            findings.push(Finding::new(&CLASH, &key, message).help(help));
        }
    }
}

/// The keys of tags, as a map or as a list of `Key` and `Value`.
fn tag_keys(node: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    if let Some(map) = node.as_mapping() {
        return map.entries().into_iter().map(|entry| entry.key).collect();
    }
    let items = node.as_sequence().into_iter().flat_map(SequenceRef::items).filter_map(NodeRef::as_mapping);
    items.filter_map(|item: MappingRef<'_>| item.get("Key")).collect()
}
