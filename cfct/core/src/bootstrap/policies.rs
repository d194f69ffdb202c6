//! The policies of what the companion makes: the same as those of the templates, so that it does not matter which of
//! the two an account is protected by.

use serde_json::{Map, Value as Json, json};

use super::configuration::{Configuration, Protection};
use crate::aws::AccountId;

/// The events of a vault that its topic is told of: what did not work, and what somebody did by hand.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultNotifications.html>
pub(super) const EVENTS: [&str; 4] =
    ["BACKUP_JOB_FAILED", "COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED", "RECOVERY_POINT_MODIFIED"];

/// Services that use the key in requests that they make for the role.
const VIA: [&str; 4] = ["backup", "ec2", "fsx", "rds"];

/// What those services do with the key.
const USE: [&str; 5] = [
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
];

/// The trust policy of the backup role.
pub(super) fn trust() -> Json {
    document(&[json!({
        "Sid": "AllowAwsBackup",
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
        "Action": "sts:AssumeRole",
    })])
}

/// The policy of the key: of the account's administrators, of the backup role, and of the accounts that copies go
/// to, which read with it what arrives there.
pub(super) fn key(
    configuration: &Configuration,
    protection: &Protection,
    account: AccountId,
    region: &str,
) -> Json {
    let arn = |account: &str, resource: &str| configuration.arn("iam", "", account, resource);
    let id = account.to_string();
    let role = json!({"AWS": arn(&id, &format!("role/{}", protection.role))});
    let via = |region: &str| VIA.map(|service| format!("{service}.{region}.{}", configuration.url_suffix));
    let statement = |sid: &str, principal: &Json, action: Json, condition: Option<Json>| {
        let mut statement = json!({
            "Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*",
        });
        if let Some(condition) = condition {
            statement["Condition"] = condition;
        }
        statement
    };
    let granted = || Some(json!({"Bool": {"kms:GrantIsForAWSResource": "true"}}));
    let through = |operator: &str, region: &str| Some(json!({operator: {"kms:ViaService": via(region)}}));
    let root = json!({"AWS": arn(&id, "root")});
    let mut statements = vec![
        statement("AllowAccountAdministration", &root, json!("kms:*"), None),
        statement("AllowBackupRoleToDescribe", &role, json!("kms:DescribeKey"), None),
        statement("AllowBackupRoleThroughServices", &role, json!(USE), through("StringEquals", region)),
        statement("AllowBackupRoleToGrantToServices", &role, json!("kms:CreateGrant"), granted()),
    ];
    if !protection.copy_accounts.is_empty() {
        let copies = roots(configuration, protection);
        statements.extend([
            statement("AllowCopyAccountsToDescribe", &copies, json!("kms:DescribeKey"), None),
            statement("AllowCopyAccountsThroughServices", &copies, json!(USE), through("StringLike", "*")),
            statement("AllowCopyAccountsToGrantToServices", &copies, json!("kms:CreateGrant"), granted()),
        ]);
    }
    document(&statements)
}

/// The access policy of the vault: nobody tampers with it, recovery points are deleted in emergencies alone, and
/// copies go and come where they are meant to.
pub(super) fn vault(configuration: &Configuration, protection: &Protection, account: AccountId) -> Json {
    let id = account.to_string();
    let arn = |resource: &str| configuration.arn("iam", "", &id, resource);
    let deny = |sid: &str, actions: &[&str], condition: Option<Json>| {
        let mut statement = json!({
            "Sid": sid, "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": actions, "Resource": "*",
        });
        if let Some(condition) = condition {
            statement["Condition"] = condition;
        }
        statement
    };
    let emergency =
        protection.break_glass.iter().map(|set| arn(&format!("role/aws-reserved/*/AWSReservedSSO_{set}_*")));
    let emergency: Vec<String> = emergency.collect();
    let ours = [arn(&format!("role/{}", configuration.role))];
    let spared: Vec<&String> = ours.iter().chain(&emergency).collect();
    let mut targets =
        vec![configuration.arn("backup", "*", &id, &format!("backup-vault:{}", protection.vault))];
    targets.extend(protection.copy_targets.iter().cloned());
    // Without a permission set for emergencies it is nobody at all.
    let loss = (!emergency.is_empty()).then(|| json!({"ArnNotLike": {"aws:PrincipalArn": emergency}}));
    let mut statements = vec![
        deny(
            "DenyTampering",
            &[
                "backup:DeleteBackupVault",
                "backup:DeleteBackupVaultAccessPolicy",
                "backup:DeleteBackupVaultLockConfiguration",
                "backup:DeleteRecoveryPoint",
                "backup:PutBackupVaultAccessPolicy",
                "backup:PutBackupVaultLockConfiguration",
                "backup:UpdateRecoveryPointLifecycle",
            ],
            Some(json!({"ArnNotLike": {"aws:PrincipalArn": spared}})),
        ),
        deny(
            "DenyLossOfRecoveryPoints",
            &[
                "backup:DeleteRecoveryPoint",
                "backup:DisassociateRecoveryPoint",
                "backup:UpdateRecoveryPointLifecycle",
            ],
            loss,
        ),
        deny(
            "DenyCopiesElsewhere",
            &["backup:CopyFromBackupVault"],
            Some(json!({"ForAnyValue:ArnNotLike": {"backup:CopyTargets": targets}})),
        ),
        // The one before is not true of a request that names no target.
        deny(
            "DenyCopiesToNowhere",
            &["backup:CopyFromBackupVault"],
            Some(json!({"Null": {"backup:CopyTargets": "true"}})),
        ),
    ];
    if !protection.copy_accounts.is_empty() {
        statements.push(json!({
            "Sid": "AllowCopiesBack", "Effect": "Allow", "Principal": roots(configuration, protection),
            "Action": "backup:CopyIntoBackupVault", "Resource": "*",
        }));
    }
    document(&statements)
}

fn roots(configuration: &Configuration, protection: &Protection) -> Json {
    let roots = protection.copy_accounts.iter();
    let roots: Vec<String> =
        roots.map(|account| configuration.arn("iam", "", &account.to_string(), "root")).collect();
    json!({"AWS": roots})
}

fn document(statements: &[Json]) -> Json {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// Whether two policies say the same. AWS gives lists back in an order of its own, and a list of one as its item;
/// order matters nowhere in a policy.
pub(super) fn same(one: &Json, other: &Json) -> bool {
    one == other || canonical(one) == canonical(other)
}

fn canonical(value: &Json) -> Json {
    match value {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(canonical).collect();
            items.sort_by_cached_key(Json::to_string);
            items.dedup();
            match <[Json; 1]>::try_from(items) {
                Ok([only]) => only,
                Err(items) => Json::Array(items),
            }
        }
        Json::Object(fields) => {
            let mut sorted: Vec<(String, Json)> =
                fields.iter().map(|(key, value)| (key.clone(), canonical(value))).collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(Map::from_iter(sorted))
        }
        // Conditions are texts to IAM.
        Json::Bool(_) | Json::Number(_) => Json::String(value.to_string()),
        Json::Null | Json::String(_) => value.clone(),
    }
}
