//! Resources that hold data or keys and go with their stack.

use super::Context;
use crate::document::NodeRef;
use crate::finding::{Finding, Level};
use crate::template::Resource;
use crate::words::excerpt;

crate::codes! {
    /// No `DeletionPolicy` on a resource that holds something.
    DELETION = "template-stateful-deletion", Warning, Silent,
        "a resource that holds data or keys has no DeletionPolicy",
        "CfCT deletes the stacks of an account that leaves the resource's targets, and what is in them with the stacks";
    /// No `UpdateReplacePolicy` on a resource that its stack must not delete.
    REPLACEMENT = "template-stateful-replacement", Note, Silent,
        "a resource that is kept when its stack goes is not kept when it is replaced",
        "an update that replaces the resource deletes the old one; DeletionPolicy does not hold for it";
}

/// How bad it is when the resource goes.
enum Loss {
    /// Recovery points, or everything that a key encrypted.
    Grave,
    /// Data of one application; an empty bucket or vault only can be deleted.
    Data,
}

fn loss(resource: &Resource<'_>) -> Option<Loss> {
    Some(match resource.type_name? {
        "AWS::Backup::BackupVault"
        | "AWS::Backup::LogicallyAirGappedBackupVault"
        | "AWS::KMS::Key"
        | "AWS::KMS::ReplicaKey" => Loss::Grave,
        "AWS::Cognito::UserPool"
        | "AWS::DynamoDB::GlobalTable"
        | "AWS::DynamoDB::Table"
        | "AWS::EC2::Volume"
        | "AWS::EFS::FileSystem"
        | "AWS::FSx::FileSystem"
        | "AWS::OpenSearchService::Domain"
        | "AWS::S3::Bucket" => Loss::Data,
        // RDS takes a snapshot unless told otherwise (DeletionPolicy attribute, "Snapshot").
        _ => return None,
    })
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for template in context.templates.values() {
        for resource in &template.resources {
            findings.extend(loss(resource).and_then(|loss| finding(resource, &loss)));
        }
    }
}

/// A policy that is written, `Delete` too, is a decision and not questioned.
fn finding(resource: &Resource<'_>, loss: &Loss) -> Option<Finding> {
    let name = excerpt(resource.name);
    let kind = excerpt(resource.type_name?);
    let Some(policy) = resource.deletion_policy else {
        let finding = Finding::new(
            &DELETION,
            &resource.key,
            format!("`{name}` ({kind}) is deleted with its stack"),
        )
        .help("add `DeletionPolicy: Retain` and `UpdateReplacePolicy: Retain`, or `Delete` if that is meant");
        return Some(match loss {
            Loss::Grave => finding,
            Loss::Data => finding.level(Level::Note),
        });
    };
    let keeps = matches!(policy.scalar_text(), Some("Retain" | "RetainExceptOnCreate" | "Snapshot"));
    (keeps && resource.update_replace_policy.is_none()).then(|| {
        Finding::new(&REPLACEMENT, &resource.key, format!("`{name}` ({kind}) is deleted when it is replaced"))
            .related(&policy, "holds for the deletion of the stack only")
            .help(format!("add `UpdateReplacePolicy: {}`", replace_policy(policy)))
    })
}

fn replace_policy(deletion: NodeRef<'_>) -> &'static str {
    if deletion.scalar_text() == Some("Snapshot") { "Snapshot" } else { "Retain" }
}
