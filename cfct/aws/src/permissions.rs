//! What a command may do: an IAM policy made of the calls that tests recorded.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::operation::{ALL, Operation};

/// The operation called `service:Name`.
#[must_use]
pub fn operation(name: &str) -> Option<&'static Operation> {
    ALL.iter().find(|operation| operation.to_string() == name)
}

/// The IAM actions that `operations` need, sorted.
pub fn actions<'o>(operations: impl IntoIterator<Item = &'o Operation>) -> BTreeSet<&'static str> {
    operations.into_iter().flat_map(|operation| operation.actions).copied().collect()
}

/// A policy that allows these actions and nothing else, on nothing but the artifact bucket where they are of
/// S3, with KMS keys through S3 alone, and on nobody's role but Control Tower's.
#[must_use]
pub fn policy(actions: &BTreeSet<&str>) -> Value {
    let mut by_resource: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for action in actions {
        by_resource.entry(resource_of(action)).or_default().push(action);
    }
    let statements = by_resource.into_iter().map(|(resource, actions)| {
        let mut statement = json!({ "Effect": "Allow", "Action": actions, "Resource": resource });
        if resource == KEYS {
            statement["Condition"] = json!({ "StringLike": { "kms:ViaService": "s3.*.amazonaws.com" } });
        }
        statement
    });
    json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() })
}

const BUCKET: &str = "arn:aws:s3:::custom-control-tower-configuration-*";
const OBJECTS: &str = "arn:aws:s3:::custom-control-tower-configuration-*/*";
const ROLES: &str = "arn:aws:iam::*:role/AWSControlTowerExecution";
const KEYS: &str = "arn:aws:kms:*:*:key/*";

fn resource_of(action: &str) -> &'static str {
    match action {
        "s3:ListBucket" | "s3:GetEncryptionConfiguration" | "s3:ListBucketMultipartUploads" => BUCKET,
        _ if action.starts_with("s3:") => OBJECTS,
        _ if action.starts_with("kms:") => KEYS,
        "sts:AssumeRole" => ROLES,
        _ => "*",
    }
}

#[cfg(test)]
mod tests {
    use super::{actions, operation, policy};

    #[test]
    fn a_policy_has_each_action_once_on_what_it_is_for() {
        let operations = ["organizations:ListRoots", "s3:HeadBucket", "s3:HeadObject", "s3:GetObject"];
        let operations = operations.map(|name| operation(name).unwrap());
        let policy = policy(&actions(operations));
        let statements = policy["Statement"].as_array().unwrap();
        let said: Vec<String> =
            statements.iter().map(|s| format!("{} {}", s["Action"], s["Resource"])).collect();
        assert_eq!(
            said,
            [
                r#"["organizations:ListRoots"] "*""#,
                r#"["kms:Decrypt"] "arn:aws:kms:*:*:key/*""#,
                r#"["s3:ListBucket"] "arn:aws:s3:::custom-control-tower-configuration-*""#,
                r#"["s3:GetObject"] "arn:aws:s3:::custom-control-tower-configuration-*/*""#,
            ]
        );
    }
}
