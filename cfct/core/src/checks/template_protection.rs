//! Whether what a template creates to keep backups and their records is protected itself: encrypted with a key
//! of one's own, closed to the public, complete.
//!
//! No general linter: only the types that the reference architectures of AWS Backup consist of, and only in
//! templates that speak of backups. A value behind an intrinsic function counts as given, since its outcome is
//! decided elsewhere.

use super::Context;
use crate::document::NodeRef;
use crate::finding::{Code, Finding};
use crate::iam::{Effect, Policy};
use crate::template::intrinsic::{Intrinsic, calls, walk};
use crate::template::{Resource, Template};
use crate::words::excerpt;

crate::codes! {
    /// A vault that is encrypted with AWS Backup's own key.
    VAULT_KEY = "template-vault-key", Warning, Advice,
        "a backup vault has no key of its own",
        "without EncryptionKeyArn the vault uses the key aws/backup, which no other account can be given, so copies from it across accounts fail";
    /// A store or a channel without a customer managed key.
    UNENCRYPTED = "template-unencrypted", Note, Advice,
        "a resource that holds or carries records of backups is not encrypted with a customer managed key",
        "whoever may read the resource may read its contents; with a key of one's own there is a second permission, and a record of its use";
    /// A key that stays the same for ever.
    KEY_ROTATION = "template-key-rotation", Note, Advice,
        "a key does not rotate",
        "recovery points are kept for years under this key; rotation limits what one key material protects, and costs nothing in use";
    /// A bucket that a policy or an ACL could open.
    BUCKET_PUBLIC = "template-bucket-public-access", Warning, Advice,
        "a bucket does not block public access",
        "reports and trails tell what is protected, and where; one wrong policy would publish them";
    /// A bucket that answers plain HTTP.
    BUCKET_TRANSPORT = "template-bucket-transport", Note, Advice,
        "a bucket admits requests without TLS",
        "S3 answers plain HTTP unless a policy denies it, so contents and signatures can be read on the way";
    /// A trail that can be changed or has gaps.
    TRAIL = "template-trail-incomplete", Note, Advice,
        "a trail can be changed unseen, or misses Regions",
        "the trail is the evidence of who touched a backup; without validation a deleted or edited log file goes unnoticed";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for template in context.templates.values() {
        let found: Vec<Finding> =
            template.resources.iter().flat_map(|resource| of_resource(template, resource)).collect();
        if !found.is_empty() && is_about_backups(template) {
            findings.extend(found);
        }
    }
}

/// Whether the word stands anywhere: a type, an action, an event's source, a name, a comment.
fn is_about_backups(template: &Template<'_>) -> bool {
    const WORD: &[u8] = b"backup";
    let text = template.document.source().text().as_bytes();
    text.windows(WORD.len()).any(|window| window.eq_ignore_ascii_case(WORD))
}

fn of_resource(template: &Template<'_>, resource: &Resource<'_>) -> Vec<Finding> {
    match resource.type_name {
        Some("AWS::Backup::BackupVault") => {
            lacks(resource, &VAULT_KEY, "EncryptionKeyArn", "the ARN of a customer managed key")
        }
        Some("AWS::KMS::Key") if is_symmetric(resource) => {
            untrue(resource, &KEY_ROTATION, &["EnableKeyRotation"])
        }
        Some("AWS::SNS::Topic") => lacks(resource, &UNENCRYPTED, "KmsMasterKeyId", "a customer managed key"),
        Some("AWS::SQS::Queue") => lacks(resource, &UNENCRYPTED, "KmsMasterKeyId", "a customer managed key"),
        Some("AWS::CloudTrail::Trail") => {
            let complete = ["IsLogging", "IsMultiRegionTrail", "EnableLogFileValidation"];
            let mut findings = untrue(resource, &TRAIL, &complete);
            findings.extend(lacks(resource, &UNENCRYPTED, "KMSKeyId", "a customer managed key"));
            findings
        }
        Some("AWS::S3::Bucket") => bucket(template, resource),
        _ => Vec::new(),
    }
}

fn bucket(template: &Template<'_>, resource: &Resource<'_>) -> Vec<Finding> {
    const FLAGS: [&str; 4] =
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let mut findings = Vec::new();
    let name = excerpt(resource.name);
    let blocks = resource.property("PublicAccessBlockConfiguration");
    let open: Vec<&str> = FLAGS.into_iter().filter(|flag| !is_on_below(blocks, flag)).collect();
    if !open.is_empty() {
        let at = blocks.unwrap_or(resource.key);
        let message = format!("bucket `{name}` does not set {} to true", open.join(", "));
        let help = "set all four flags of PublicAccessBlockConfiguration to true";
        findings.push(Finding::new(&BUCKET_PUBLIC, &at, message).help(help));
    }
    let encryption = resource.property("BucketEncryption");
    // Without a key of one's own, S3 takes the one that AWS manages, and nobody can change its policy.
    let is_kms = |algorithm: NodeRef<'_>| {
        Intrinsic::of(algorithm).is_some()
            || matches!(algorithm.scalar_text(), Some("aws:kms" | "aws:kms:dsse"))
    };
    let with_key = |node: NodeRef<'_>| {
        let mut maps = walk(node).filter_map(NodeRef::as_mapping);
        Intrinsic::of(node).is_some()
            || maps
                .any(|map| map.get("KMSMasterKeyID").is_some() && map.get("SSEAlgorithm").is_some_and(is_kms))
    };
    if !encryption.is_some_and(with_key) {
        let at = encryption.unwrap_or(resource.key);
        let message = format!("bucket `{name}` is not encrypted with a customer managed key");
        let help = "give BucketEncryption with SSEAlgorithm aws:kms and a KMSMasterKeyID";
        findings.push(Finding::new(&UNENCRYPTED, &at, message).help(help));
    }
    if !denies_plain_http(template, resource.name) {
        let message = format!("bucket `{name}` has no policy that denies requests without TLS");
        let help = "add an AWS::S3::BucketPolicy that denies s3:* where aws:SecureTransport is false";
        findings.push(Finding::new(&BUCKET_TRANSPORT, &resource.key, message).help(help));
    }
    findings
}

/// Whether a bucket policy of the template denies everybody plain HTTP to the bucket.
fn denies_plain_http(template: &Template<'_>, bucket: &str) -> bool {
    let policies = template.resources.iter().filter(|resource| {
        resource.type_name == Some("AWS::S3::BucketPolicy")
            && resource.property("Bucket").is_some_and(|node| refers_to(node, bucket))
    });
    policies.filter_map(|policy| policy.property("PolicyDocument")?.as_mapping()).any(|document| {
        Policy::from_mapping(document).statements.iter().any(|statement| {
            let is_for_all = statement
                .principal
                .as_ref()
                .is_some_and(|principals| !principals.negated && principals.is_anyone());
            let is_whole = statement.action.as_ref().is_some_and(|action| {
                !action.negated && action.patterns.iter().any(|pattern| matches!(pattern.text, "s3:*" | "*"))
            });
            let [condition] = &statement.conditions[..] else { return false };
            statement.effect == Some(Effect::Deny)
                && is_for_all
                && is_whole
                && condition.key.text.eq_ignore_ascii_case("aws:SecureTransport")
                && condition.values.iter().all(|value| value.text.eq_ignore_ascii_case("false"))
        })
    })
}

fn refers_to(node: NodeRef<'_>, name: &str) -> bool {
    calls(node).any(|call| call.name == "Ref" && call.argument.scalar_text() == Some(name))
}

fn is_symmetric(resource: &Resource<'_>) -> bool {
    let is_default = |key, default| {
        resource.property(key).and_then(NodeRef::scalar_text).is_none_or(|text| text == default)
    };
    is_default("KeySpec", "SYMMETRIC_DEFAULT") && is_default("KeyUsage", "ENCRYPT_DECRYPT")
}

fn lacks(resource: &Resource<'_>, code: &'static Code, property: &str, what: &str) -> Vec<Finding> {
    if resource.property(property).is_some() {
        return Vec::new();
    }
    let kind = resource.type_name.unwrap_or_default();
    let message = format!("`{}` ({kind}) has no {property}", excerpt(resource.name));
    vec![Finding::new(code, &resource.key, message).help(format!("give {property}, {what}"))]
}

/// A finding for each flag that is not there or is off.
fn untrue(resource: &Resource<'_>, code: &'static Code, flags: &[&str]) -> Vec<Finding> {
    let off = flags.iter().filter(|flag| !is_on_below(resource.properties, flag));
    off.map(|flag| {
        let at = resource.property(flag).unwrap_or(resource.key);
        let message = format!("`{}` does not set {flag} to true", excerpt(resource.name));
        Finding::new(code, &at, message).help(format!("set {flag} to true"))
    })
    .collect()
}

/// Whether `flag` below `node` is true, or decided by an intrinsic function.
fn is_on_below(node: Option<NodeRef<'_>>, flag: &str) -> bool {
    let Some(node) = node else { return false };
    if Intrinsic::of(node).is_some() {
        return true;
    }
    let value = node.as_mapping().and_then(|map| map.get(flag));
    value.is_some_and(|value| {
        Intrinsic::of(value).is_some()
            || value.scalar_text().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::found;

    #[test]
    fn a_bucket_is_encrypted_with_a_key_that_it_names() {
        for (default, is_missing) in [
            ("{SSEAlgorithm: AES256}", true),
            ("{SSEAlgorithm: AES256, KMSMasterKeyID: key}", true),
            ("{SSEAlgorithm: 'aws:kms'}", true),
            ("{SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !Ref Key}", false),
            ("{SSEAlgorithm: !If [IsKms, 'aws:kms', AES256], KMSMasterKeyID: !Ref Key}", false),
            ("!If [HasKey, {SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !Ref Key}, !Ref AWS::NoValue]", false),
        ] {
            let template = format!(
                "Description: backup\nResources:\n  Reports:\n    Type: AWS::S3::Bucket\n    Properties:\n      \
                 BucketEncryption:\n        ServerSideEncryptionConfiguration:\n          - \
                 ServerSideEncryptionByDefault: {default}\n"
            );
            let found = found(check, &[("templates/reports.yaml", &template)]);
            let is_found = found.iter().any(|(code, _)| *code == "template-unencrypted");
            assert_eq!(is_found, is_missing, "{default}");
        }
    }
}
