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

/// How the ARN of a resource that has a name of its own is put together.
pub struct NamedArn {
    /// The service in the ARN.
    pub service: &'static str,
    /// Whether the ARN names Region and account.
    pub is_regional: bool,
    /// What stands before the name.
    pub prefix: &'static str,
    /// What stands behind it.
    pub suffix: &'static str,
    /// The property with the name.
    pub name: &'static str,
}

/// The ARN that `Fn::GetAtt` of this attribute gives, or `Ref` where there is no attribute (AWS CloudFormation
/// Template Reference, "Return values"; Service Authorization Reference, "Resource types").
#[must_use]
pub fn arn_of(type_name: &str, attribute: Option<&str>) -> Option<NamedArn> {
    let arn = |service, prefix, suffix, name| NamedArn { service, is_regional: true, prefix, suffix, name };
    Some(match (type_name, attribute) {
        ("AWS::S3::Bucket", Some("Arn")) => {
            NamedArn { is_regional: false, ..arn("s3", "", "", "BucketName") }
        }
        ("AWS::SNS::Topic", None | Some("TopicArn")) => arn("sns", "", "", "TopicName"),
        ("AWS::SQS::Queue", Some("Arn")) => arn("sqs", "", "", "QueueName"),
        ("AWS::Events::EventBus", Some("Arn")) => arn("events", "event-bus/", "", "Name"),
        ("AWS::Lambda::Function", Some("Arn")) => arn("lambda", "function:", "", "FunctionName"),
        ("AWS::Logs::LogGroup", Some("Arn")) => arn("logs", "log-group:", ":*", "LogGroupName"),
        _ => return None,
    })
}
