//! Service control policies of every form, small enough that their statements meet.

use cfct_core::iam::evaluate::{Context, Request};
use proptest::prelude::*;

/// Actions to ask for; patterns are made of them.
const ACTIONS: &[&str] = &[
    "backup:DeleteBackupVault",
    "backup:DeleteRecoveryPoint",
    "backup:StartCopyJob",
    "Backup:startcopyjob",
    "kms:Decrypt",
    "kms:DeleteAlias",
    "s3:DeleteBucket",
    "s3:GetObject",
    "s3-outposts:DeleteBucket",
    "ec2:DeleteVolume",
];

/// Patterns of actions.
const PATTERNS: &[&str] = &[
    "*",
    "*:*",
    "backup:*",
    "backup:Delete*",
    "BACKUP:StartCopyJob",
    "backup:DeleteBackupVault",
    "kms:De*",
    "kms:decrypt",
    "kms:DeleteAlias",
    "s3*",
    "s3:*",
    "s?:GetObject",
    "s3:DeleteBucket",
    "*:Delete*",
    "*Bucket",
    "ec2:DeleteVolume",
    "ec2:Delete?olume",
    "b*:Delete*Point",
];

/// Resources to ask for, and patterns of them.
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:backup:eu-central-1:111122223333:backup-vault:main",
    "arn:aws:backup:eu-central-1:111122223333:backup-vault:other",
    "arn:aws:kms:eu-central-1:111122223333:key/1",
    "arn:aws:s3:::data",
];

const RESOURCE_PATTERNS: &[&str] = &[
    "*",
    "*",
    "*",
    "arn:aws:backup:*:*:backup-vault:*",
    "arn:aws:backup:*:*:backup-vault:main",
    "arn:aws:s3:::*",
    "arn:aws:kms:*:*:key/*",
    "arn:aws:*:*:${aws:PrincipalAccount}:*",
];

const CONDITIONS: &[&str] = &[
    "",
    "",
    "",
    r#","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:*:iam::*:role/Admin"}}"#,
    r#","Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:*:iam::*:role/Admin","arn:*:iam::*:role/Backup"]}}"#,
    r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#,
];

prop_compose! {
    fn statement()(
        deny in prop::bool::weighted(0.6),
        not_action in prop::bool::weighted(0.2),
        not_resource in prop::bool::weighted(0.1),
        actions in prop::collection::vec(prop::sample::select(PATTERNS), 1..4),
        resources in prop::collection::vec(prop::sample::select(RESOURCE_PATTERNS), 1..3),
        condition in prop::sample::select(CONDITIONS),
    ) -> String {
        format!(
            r#"{{"Effect":"{}","{}":{},"{}":{}{condition}}}"#,
            if deny { "Deny" } else { "Allow" },
            if not_action { "NotAction" } else { "Action" },
            serde_json::Value::from(actions),
            if not_resource { "NotResource" } else { "Resource" },
            serde_json::Value::from(resources),
        )
    }
}

/// A policy as JSON.
pub fn policy() -> impl Strategy<Value = String> {
    prop::collection::vec(statement(), 1..5).prop_map(|statements| {
        format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
    })
}

prop_compose! {
    /// A request that such policies may speak of.
    pub fn request()(
        action in prop::sample::select(ACTIONS),
        resource in prop::sample::select(RESOURCES),
        mfa in any::<bool>(),
        role in prop::sample::select(&["App", "Admin", "Backup"][..]),
    ) -> Request {
        let mut context = Context::default();
        context.set("aws:MultiFactorAuthPresent", [if mfa { "true" } else { "false" }]);
        let principal = format!("arn:aws:iam::111122223333:role/{role}").parse().unwrap();
        Request::new(principal, action, resource, context)
    }
}
