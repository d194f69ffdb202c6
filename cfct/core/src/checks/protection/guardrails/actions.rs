//! Requests that deploying and backing up come down to.

use crate::backup_policy::tree::Node;
use crate::stack_set_definition::StackSetDefinition;
use crate::template::{physical, text_of};

use super::super::usable;

/// An action, on what, and under which circumstances. `PARTITION`, `REGION` and `$account` are filled in.
pub(super) struct Wanted {
    pub(super) action: &'static str,
    pub(super) resource: String,
    pub(super) context: Vec<(&'static str, String)>,
}

impl Wanted {
    fn new(action: &'static str, resource: impl Into<String>) -> Self {
        Self { action, resource: resource.into(), context: Vec::new() }
    }

    /// Whether it copies into a vault of this account, named by its id: a central one. In that account itself the
    /// plan, which is everybody's, copies to where things already are, and nothing is lost if that is denied.
    pub(super) fn copies_to(&self, account: &str) -> bool {
        let target = format!(":{account}:backup-vault:");
        self.resource.contains(&target)
            || self.context.iter().any(|(key, value)| *key == COPY_TARGETS && value.contains(&target))
    }
}

/// The condition key that holds the vaults that a copy goes to.
const COPY_TARGETS: &str = "backup:CopyTargets";

/// Any recovery point.
const RECOVERY_POINT: &str =
    "arn:PARTITION:backup:REGION:$account:recovery-point:00000000-0000-0000-0000-000000000000";

/// What CloudFormation calls to create a resource of each type, and for which of its properties
/// (the `handlers` of the types' schemas in the CloudFormation registry, read 2026-11).
const OF_TYPE: [(&str, &[(&str, &str)]); 21] = [
    (
        "AWS::Backup::BackupVault",
        &[
            ("", "backup:CreateBackupVault"),
            ("AccessPolicy", "backup:PutBackupVaultAccessPolicy"),
            ("LockConfiguration", "backup:PutBackupVaultLockConfiguration"),
            ("Notifications", "backup:PutBackupVaultNotifications"),
        ],
    ),
    (
        "AWS::Backup::LogicallyAirGappedBackupVault",
        &[
            ("", "backup:CreateLogicallyAirGappedBackupVault"),
            ("AccessPolicy", "backup:PutBackupVaultAccessPolicy"),
        ],
    ),
    ("AWS::Backup::BackupPlan", &[("", "backup:CreateBackupPlan")]),
    ("AWS::Backup::BackupSelection", &[("", "backup:CreateBackupSelection"), ("", "iam:PassRole")]),
    ("AWS::Backup::Framework", &[("", "backup:CreateFramework")]),
    ("AWS::Backup::ReportPlan", &[("", "backup:CreateReportPlan")]),
    ("AWS::Backup::RestoreTestingPlan", &[("", "backup:CreateRestoreTestingPlan")]),
    ("AWS::Backup::RestoreTestingSelection", &[("", "backup:CreateRestoreTestingSelection")]),
    ("AWS::CloudTrail::Trail", &[("", "cloudtrail:CreateTrail")]),
    ("AWS::CloudWatch::Alarm", &[("", "cloudwatch:PutMetricAlarm")]),
    ("AWS::Config::ConfigurationRecorder", &[("", "config:PutConfigurationRecorder")]),
    ("AWS::Events::EventBus", &[("", "events:CreateEventBus")]),
    ("AWS::Events::Rule", &[("", "events:PutRule")]),
    (
        "AWS::IAM::Role",
        &[
            ("", "iam:CreateRole"),
            ("ManagedPolicyArns", "iam:AttachRolePolicy"),
            ("Policies", "iam:PutRolePolicy"),
        ],
    ),
    ("AWS::KMS::Alias", &[("", "kms:CreateAlias")]),
    (
        "AWS::KMS::Key",
        &[
            ("", "kms:CreateKey"),
            ("EnableKeyRotation", "kms:EnableKeyRotation"),
            ("KeyPolicy", "kms:PutKeyPolicy"),
        ],
    ),
    ("AWS::Lambda::Function", &[("", "lambda:CreateFunction")]),
    ("AWS::Logs::LogGroup", &[("", "logs:CreateLogGroup")]),
    ("AWS::S3::Bucket", &[("", "s3:CreateBucket")]),
    ("AWS::SNS::Topic", &[("", "sns:CreateTopic")]),
    ("AWS::SSM::Parameter", &[("", "ssm:PutParameter")]),
];

/// What CfCT's role does to create the stacks of a stack set.
pub(super) fn of_stack_set(stack_set: &StackSetDefinition<'_>) -> Vec<Wanted> {
    let mut wanted = vec![Wanted::new("cloudformation:CreateStack", "*")];
    let values = stack_set.known_values();
    let known = |name: &str| values.get(name).cloned();
    let resources = stack_set.template.map(|template| &template.resources[..]).unwrap_or_default();
    for resource in resources {
        let of_type = OF_TYPE.iter().find(|(name, _)| Some(*name) == resource.type_name);
        let Some((type_name, actions)) = of_type else { continue };
        let name = physical::named_by(type_name).and_then(|property| resource.property(property));
        let name = name.and_then(|node| text_of(node, &known));
        for (property, action) in *actions {
            let wants = Wanted::new(action, resource_of(action, name.as_deref()));
            let is_new =
                !wanted.iter().any(|known| known.action == *action && known.resource == wants.resource);
            if is_new && (property.is_empty() || resource.property(property).is_some()) {
                wanted.push(wants);
            }
        }
    }
    wanted
}

/// What an action is on. Without a name it is one that no policy has reason to single out.
fn resource_of(action: &str, name: Option<&str>) -> String {
    let name = name.unwrap_or("a-name-of-the-package");
    match action {
        "backup:CreateBackupVault"
        | "backup:PutBackupVaultAccessPolicy"
        | "backup:PutBackupVaultLockConfiguration"
        | "backup:PutBackupVaultNotifications"
        | "backup:CreateLogicallyAirGappedBackupVault" => {
            format!("arn:PARTITION:backup:REGION:$account:backup-vault:{name}")
        }
        "iam:CreateRole" | "iam:AttachRolePolicy" | "iam:PutRolePolicy" => {
            format!("arn:PARTITION:iam::$account:role/{name}")
        }
        "ssm:PutParameter" => {
            format!("arn:PARTITION:ssm:REGION:$account:parameter/{}", name.trim_start_matches('/'))
        }
        _ => "*".to_owned(),
    }
}

/// What a backup role does for a plan, whatever it backs up (`AWSBackupServiceRolePolicyForBackup`).
pub(super) fn of_plan(plan: &Node<'_>) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = [
        "backup:DescribeBackupVault",
        "dynamodb:StartAwsBackupJob",
        "ec2:CreateImage",
        "ec2:CreateSnapshot",
        "elasticfilesystem:Backup",
        "kms:CreateGrant",
        "kms:DescribeKey",
        "rds:CreateDBClusterSnapshot",
        "rds:CreateDBSnapshot",
        "tag:GetResources",
    ]
    .into_iter()
    .map(|action| Wanted::new(action, "*"))
    .collect();
    for (_, rule) in plan.entries("rules") {
        for (_, action) in rule.entries("copy_actions") {
            let Some(target) = usable(action.one("target_backup_vault_arn")) else { continue };
            let mut from = Wanted::new("backup:CopyFromBackupVault", RECOVERY_POINT);
            from.context.push((COPY_TARGETS, target.text.to_owned()));
            wanted.push(from);
            wanted.push(Wanted::new("backup:CopyIntoBackupVault", target.text));
        }
    }
    wanted
}

/// What the companion does in the accounts of plans, in each Region.
pub(super) fn of_companion() -> Vec<Wanted> {
    [
        "backup:DescribeRegionSettings",
        "backup:UpdateRegionSettings",
        "backup:ListBackupJobs",
        "backup:ListBackupVaults",
    ]
    .into_iter()
    .map(|action| Wanted::new(action, "*"))
    .collect()
}
