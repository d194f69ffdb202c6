//! Mutants of what a template says of its resources, policies apart.

use cfct_core::document::{Entry, MappingRef, NodeRef};
use cfct_core::finding::Edit;
use cfct_core::template::intrinsic::walk;
use cfct_core::template::{Resource, Template};

use super::edits::{put_text, without_entry};
use super::mutant::{Class, Mutants};

/// Properties whose absence takes a protection away.
const NEEDED: [(&str, Class); 22] = [
    ("BucketEncryption", Class::Encryption),
    ("EncryptionKeyArn", Class::Encryption),
    ("KMSKeyId", Class::Encryption),
    ("KMSMasterKeyID", Class::Encryption),
    ("KeyPolicy", Class::Encryption),
    ("KmsKeyId", Class::Encryption),
    ("KmsMasterKeyId", Class::Encryption),
    ("PendingWindowInDays", Class::Encryption),
    ("RotationPeriodInDays", Class::Encryption),
    ("S3KmsKeyArn", Class::Encryption),
    ("AccessPolicy", Class::Locks),
    ("LockConfiguration", Class::Locks),
    ("ObjectLockConfiguration", Class::Locks),
    ("ObjectLockEnabled", Class::Locks),
    ("OwnershipControls", Class::PublicAccess),
    ("PublicAccessBlockConfiguration", Class::PublicAccess),
    ("CloudWatchLogsLogGroupArn", Class::Records),
    ("RetentionInDays", Class::Records),
    ("VersioningConfiguration", Class::Records),
    ("MaxSessionDuration", Class::Sessions),
    ("PermissionsBoundary", Class::Sessions),
    ("SessionDuration", Class::Sessions),
];

/// Flags, each with the value that protects.
const FLAGS: [(&str, &str, Class); 12] = [
    ("AllowExternalPrincipals", "false", Class::PublicAccess),
    ("BlockPublicAcls", "true", Class::PublicAccess),
    ("BlockPublicPolicy", "true", Class::PublicAccess),
    ("BucketKeyEnabled", "true", Class::Encryption),
    ("EnableKeyRotation", "true", Class::Encryption),
    ("EnableLogFileValidation", "true", Class::Records),
    ("IgnorePublicAcls", "true", Class::PublicAccess),
    ("IncludeGlobalServiceEvents", "true", Class::Records),
    ("IsLogging", "true", Class::Records),
    ("IsMultiRegionTrail", "true", Class::Records),
    ("IsOrganizationTrail", "true", Class::Records),
    ("RestrictPublicBuckets", "true", Class::PublicAccess),
];

/// Values that are weakened: the key, what protects, and what does less.
const WEAKER: [(&str, &str, &str, Class); 7] = [
    ("MaxSessionDuration", "3600", "43200", Class::Sessions),
    ("ObjectOwnership", "BucketOwnerEnforced", "ObjectWriter", Class::PublicAccess),
    ("PendingWindowInDays", "30", "7", Class::Encryption),
    ("SSEAlgorithm", "aws:kms", "AES256", Class::Encryption),
    ("SessionDuration", "PT1H", "PT12H", Class::Sessions),
    ("SessionDuration", "PT4H", "PT12H", Class::Sessions),
    ("SessionDuration", "PT8H", "PT12H", Class::Sessions),
];

/// The tag that guardrails know protected resources by.
const MARK: &str = "backup-guardrail";

/// Adds the mutants of every resource.
pub fn add(template: &Template<'_>, mutants: &mut Mutants<'_>) {
    for resource in &template.resources {
        add_kept(resource, mutants);
        let properties = resource.properties.into_iter().flat_map(walk);
        for map in properties.filter_map(NodeRef::as_mapping) {
            for entry in map.written() {
                add_entry(resource.name, map, entry, mutants);
            }
        }
    }
}

/// What stays when the stack goes: not any more, or deleted on purpose.
fn add_kept(resource: &Resource<'_>, mutants: &mut Mutants<'_>) {
    let Some(map) = resource.node.as_mapping() else { return };
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let kept = map.entry(key).filter(|entry| entry.value.scalar_text() == Some("Retain"));
        let Some(entry) = kept else { continue };
        let name = resource.name;
        mutants.add(Class::Kept, entry.key, format!("{name}: without {key}"), without_entry(map, key));
        let deleted = put_text(entry.value, "Delete");
        mutants.add(Class::Kept, entry.key, format!("{name}: {key} Delete"), [deleted]);
    }
}

fn add_entry(resource: &str, map: MappingRef<'_>, entry: Entry<'_>, mutants: &mut Mutants<'_>) {
    let Some(key) = entry.key.scalar_text() else { return };
    let mut add = |class: Class, how: String, edit: Option<Edit>| {
        mutants.add(class, entry.key, format!("{resource}: {how}"), edit);
    };
    if let Some((_, class)) = NEEDED.iter().find(|(name, _)| *name == key) {
        add(*class, format!("without {key}"), without_entry(map, key));
    }
    let text = entry.value.scalar_text().filter(|_| entry.value.tag().is_none());
    for (_, protects, class) in
        FLAGS.iter().filter(|(name, protects, _)| *name == key && text == Some(protects))
    {
        let other = if *protects == "true" { "false" } else { "true" };
        add(*class, format!("{key} {other}"), Some(put_text(entry.value, other)));
    }
    let weaker = WEAKER.iter().filter(|(name, protects, ..)| *name == key && text == Some(protects));
    for (_, _, less, class) in weaker {
        add(*class, format!("{key} {less}"), Some(put_text(entry.value, less)));
    }
    if key == "VersioningConfiguration" {
        let status = entry.value.as_mapping().and_then(|versions| versions.get("Status"));
        add(
            Class::Records,
            "versioning suspended".to_owned(),
            status.map(|node| put_text(node, "Suspended")),
        );
    }
    if key == "Tags" || key.ends_with("VaultTags") {
        let mark = walk(entry.value).find(|node| node.scalar_text() == Some(MARK));
        let other = mark.map(|mark| put_text(mark, "something-else"));
        add(Class::Marks, format!("without the mark {MARK}"), other);
    }
}
