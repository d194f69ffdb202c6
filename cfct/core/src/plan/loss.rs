//! What holds data in the stacks that go.

use crate::document::{Document, NodeRef};
use crate::source::SourceFile;
use crate::template::Template;

/// A resource of a template whose removal is felt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Its logical id.
    pub logical_id: String,
    /// Its type: `AWS::Backup::BackupVault`.
    pub type_name: String,
    /// Whether the template retains it: it stays behind, unmanaged, when its stack goes.
    pub is_retained: bool,
    /// Whether it carries a vault lock.
    pub is_locked: bool,
}

/// Types that hold data, or without which data cannot be read.
const HOLDING: &[&str] = &[
    "AWS::Backup::BackupVault",
    "AWS::Backup::LogicallyAirGappedBackupVault",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::EC2::VPC",
    "AWS::EC2::Volume",
    "AWS::EFS::FileSystem",
    "AWS::KMS::Key",
    "AWS::KMS::ReplicaKey",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
];

/// The resources of a template that hold data.
pub(super) fn of_template(template: &Template<'_>) -> Vec<Loss> {
    let holding = template.resources.iter().filter_map(|resource| {
        let type_name = resource.type_name.filter(|name| HOLDING.contains(name))?;
        let policy = resource.deletion_policy.and_then(NodeRef::scalar_text);
        Some(Loss {
            logical_id: resource.name.to_owned(),
            type_name: type_name.to_owned(),
            is_retained: matches!(policy, Some("Retain" | "RetainExceptOnCreate")),
            is_locked: type_name == "AWS::Backup::LogicallyAirGappedBackupVault"
                || resource.property("LockConfiguration").is_some(),
        })
    });
    holding.collect()
}

/// The same from the text of a deployed template.
pub(super) fn of_text(text: &str) -> Vec<Loss> {
    let source = SourceFile::new("template", text);
    let reading = Document::read_template(&source);
    reading.document.map(|document| of_template(&Template::read(&document))).unwrap_or_default()
}
