//! Names that a template gives its resources.

/// The types whose `Ref` is the name that a property gives them (AWS CloudFormation Template Reference,
/// "Return values" of each).
const NAMED_BY: [(&str, &str); 13] = [
    ("AWS::Backup::BackupVault", "BackupVaultName"),
    ("AWS::Backup::LogicallyAirGappedBackupVault", "BackupVaultName"),
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::KMS::Alias", "AliasName"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SSM::Parameter", "Name"),
    ("AWS::Events::EventBus", "Name"),
];

/// The property that gives a resource of this type its name, where `Ref` is that name.
#[must_use]
pub fn named_by(type_name: &str) -> Option<&'static str> {
    NAMED_BY.iter().find(|(name, _)| *name == type_name).map(|(_, property)| *property)
}
