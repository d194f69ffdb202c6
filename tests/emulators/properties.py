"""Reads resources back through their services' APIs and holds them against what the templates came to."""

import json

# Types that no emulator creates, each with the reason.
UNKNOWN = {
    **{
        f"AWS::ServiceCatalog::{kind}": "it has no Service Catalog"
        for kind in (
            "CloudFormationProduct",
            "LaunchRoleConstraint",
            "LaunchTemplateConstraint",
            "Portfolio",
            "PortfolioPrincipalAssociation",
            "PortfolioProductAssociation",
            "ResourceUpdateConstraint",
            "TagOption",
            "TagOptionAssociation",
        )
    },
    "AWS::SSO::Assignment": "it has no directory with a group to assign",
}


def same(label, expected, actual):
    """A difference in words, or nothing."""
    return [] if expected == actual else [f"{label} is {actual!r}, not {expected!r}"]


def policy(text):
    """A policy document, however it is spelled: one text and a list of one are the same to IAM."""
    document = json.loads(text) if isinstance(text, str) else text

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return plain(value[0]) if len(value) == 1 else [plain(inner) for inner in value]
        return str(value).lower() if isinstance(value, bool) else str(value)

    return plain(document)


def number(value):
    return int(float(value))


def flag(value):
    return str(value).lower() == "true"


def vault(client, given, _):
    name = given["BackupVaultName"]
    there = client("backup").describe_backup_vault(BackupVaultName=name)
    found = same("the key", given.get("EncryptionKeyArn"), there.get("EncryptionKeyArn"))
    if "AccessPolicy" in given:
        document = client("backup").get_backup_vault_access_policy(BackupVaultName=name)["Policy"]
        found += same("the access policy", policy(given["AccessPolicy"]), policy(document))
    lock = given.get("LockConfiguration")
    if lock:
        # The emulator's CloudFormation passes over the lock; its own API takes it, and validates it.
        backup = client("backup")
        backup.put_backup_vault_lock_configuration(
            BackupVaultName=name, **{key: number(value) for key, value in lock.items()}
        )
        there = backup.describe_backup_vault(BackupVaultName=name)
    found += same("locked", lock is not None, bool(there.get("Locked")))
    for key in ("MinRetentionDays", "MaxRetentionDays") if lock else ():
        found += same(key, number(lock[key]) if key in lock else None, there.get(key))
    return found + same("a lock date", bool(lock and "ChangeableForDays" in lock), "LockDate" in there)


def key(client, given, physical):
    kms = client("kms")
    there = kms.describe_key(KeyId=physical)["KeyMetadata"]
    found = same("enabled", flag(given.get("Enabled", True)), there["Enabled"])
    rotates = kms.get_key_rotation_status(KeyId=physical)["KeyRotationEnabled"]
    found += same("rotation", flag(given.get("EnableKeyRotation", False)), rotates)
    document = kms.get_key_policy(KeyId=physical, PolicyName="default")["Policy"]
    return found + same("the key policy", policy(given["KeyPolicy"]), policy(document))


def alias(client, given, _):
    pages = client("kms").get_paginator("list_aliases").paginate()
    targets = [
        found.get("TargetKeyId") for page in pages for found in page["Aliases"] if found["AliasName"] == given["AliasName"]
    ]
    return same("the key", [given["TargetKeyId"].rsplit("/", 1)[-1]], [target.rsplit("/", 1)[-1] for target in targets])


def role(client, given, physical):
    iam = client("iam")
    physical = physical.rsplit("/", 1)[-1]
    there = iam.get_role(RoleName=physical)["Role"]
    found = same("trust", policy(given["AssumeRolePolicyDocument"]), policy(there["AssumeRolePolicyDocument"]))
    attached = iam.list_attached_role_policies(RoleName=physical)["AttachedPolicies"]
    found += same("managed policies", sorted(given.get("ManagedPolicyArns", [])), sorted(one["PolicyArn"] for one in attached))
    inline = {one["PolicyName"]: policy(one["PolicyDocument"]) for one in given.get("Policies", [])}
    names = iam.list_role_policies(RoleName=physical)["PolicyNames"]
    there_inline = {name: policy(iam.get_role_policy(RoleName=physical, PolicyName=name)["PolicyDocument"]) for name in names}
    found += same("inline policies", inline, there_inline)
    if "MaxSessionDuration" in given:
        found += same("the longest session", number(given["MaxSessionDuration"]), there["MaxSessionDuration"])
    return found


def schedule(client, given, physical):
    there = client("scheduler").get_schedule(Name=physical.rsplit("/", 1)[-1])
    found = same("the schedule", given["ScheduleExpression"], there["ScheduleExpression"])
    return found + same("the role", given["Target"]["RoleArn"], there["Target"]["RoleArn"])


def service_linked_role(client, given, _):
    path = f"/aws-service-role/{given['AWSServiceName']}/"
    there = client("iam").list_roles(PathPrefix=path)["Roles"]
    return same("roles of the service", 1, len(there))


def managed_policy(client, given, physical):
    iam = client("iam")
    version = iam.get_policy(PolicyArn=physical)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=physical, VersionId=version)["PolicyVersion"]["Document"]
    return same("the policy", policy(given["PolicyDocument"]), policy(document))


def parameter(client, given, physical):
    there = client("ssm").get_parameter(Name=physical)["Parameter"]
    return same("the value", given["Value"], there["Value"])


def topic(client, given, physical):
    there = client("sns").get_topic_attributes(TopicArn=physical)["Attributes"]
    return same("the key", given.get("KmsMasterKeyId"), there.get("KmsMasterKeyId"))


def topic_policy(client, given, _):
    found = []
    for arn in given["Topics"]:
        there = client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
        found += same(f"the policy of {arn}", policy(given["PolicyDocument"]), policy(there))
    return found


def subscription(client, given, physical):
    pages = client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=given["TopicArn"])
    there = [(one["Protocol"], one["Endpoint"]) for page in pages for one in page["Subscriptions"]]
    return same("subscribed", True, (given["Protocol"], given["Endpoint"]) in there)


def queue(client, given, physical):
    there = client("sqs").get_queue_attributes(QueueUrl=physical, AttributeNames=["All"])["Attributes"]
    found = same("the key", given.get("KmsMasterKeyId"), there.get("KmsMasterKeyId"))
    if "MessageRetentionPeriod" in given:
        found += same("retention", str(given["MessageRetentionPeriod"]), there.get("MessageRetentionPeriod"))
    return found


def queue_policy(client, given, _):
    found = []
    for url in given["Queues"]:
        there = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
        found += same(f"the policy of {url}", policy(given["PolicyDocument"]), policy(there))
    return found


def rule(client, given, physical):
    bus = given.get("EventBusName", "default").rsplit("/", 1)[-1]
    name = physical.split("|")[-1].rsplit("/", 1)[-1]
    there = client("events").describe_rule(Name=name, EventBusName=bus)
    found = same("state", given.get("State", "ENABLED"), there.get("State"))
    if "EventPattern" in given:
        found += same("the pattern", given["EventPattern"], json.loads(there["EventPattern"]))
    targets = client("events").list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]
    arns = lambda some: sorted(one["Arn"] for one in some)
    return found + same("targets", arns(given.get("Targets", [])), arns(targets))


def bus(client, given, _):
    there = client("events").describe_event_bus(Name=given["Name"])
    return same("the name", given["Name"], there["Name"])


def bus_policy(client, given, _):
    document = json.loads(client("events").describe_event_bus(Name=given["EventBusName"])["Policy"])
    # The emulator drops the statement's id.
    there = [policy({key: value for key, value in one.items() if key != "Sid"}) for one in document["Statement"]]
    return same("the statement", True, policy(given["Statement"]) in there)


def bucket(client, given, physical):
    s3 = client("s3")
    found = []
    if "BucketEncryption" in given:
        there = s3.get_bucket_encryption(Bucket=physical)["ServerSideEncryptionConfiguration"]["Rules"][0]
        default = given["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"]
        found += same("encryption", default.get("SSEAlgorithm"), there["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])
        found += same("the key", default.get("KMSMasterKeyID"), there["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID"))
    block = {name: flag(value) for name, value in given.get("PublicAccessBlockConfiguration", {}).items()}
    there = s3.get_public_access_block(Bucket=physical)["PublicAccessBlockConfiguration"]
    found += same("the public access block", block, there)
    versioning = given.get("VersioningConfiguration", {}).get("Status")
    return found + same("versioning", versioning, s3.get_bucket_versioning(Bucket=physical).get("Status"))


def bucket_policy(client, given, _):
    there = client("s3").get_bucket_policy(Bucket=given["Bucket"])["Policy"]
    return same("the policy", policy(given["PolicyDocument"]), policy(there))


def group_name(text):
    """A log group's name, in an ARN or alone."""
    return text.split(":log-group:")[-1].removesuffix(":*")


def log_group(client, given, physical):
    name = group_name(physical)
    groups = client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    there = next(group for group in groups if group["logGroupName"] == name)
    if "KmsKeyId" in given and "kmsKeyId" not in there:
        # The emulator's CloudFormation passes over the key; its own API takes it.
        client("logs").associate_kms_key(logGroupName=name, kmsKeyId=given["KmsKeyId"])
        there = client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
    found = same("retention", number(given["RetentionInDays"]), there.get("retentionInDays"))
    return found + same("the key", given.get("KmsKeyId"), there.get("kmsKeyId"))


def log_policy(client, given, _):
    policies = client("logs").describe_resource_policies()["resourcePolicies"]
    there = {one["policyName"]: policy(one["policyDocument"]) for one in policies}
    return same("the policy", policy(given["PolicyDocument"]), there.get(given["PolicyName"]))


def metric_filter(client, given, _):
    there = client("logs").describe_metric_filters(logGroupName=group_name(given["LogGroupName"]))["metricFilters"]
    return same("a filter with the pattern", True, given["FilterPattern"] in [one["filterPattern"] for one in there])


def alarm(client, given, physical):
    there = client("cloudwatch").describe_alarms(AlarmNames=[physical])["MetricAlarms"][0]
    found = same("actions", given.get("AlarmActions", []), there.get("AlarmActions", []))
    return found + same("missing data", given.get("TreatMissingData"), there.get("TreatMissingData"))


def dashboard(client, given, physical):
    there = client("cloudwatch").get_dashboard(DashboardName=physical)["DashboardBody"]
    return same("the body", json.loads(given["DashboardBody"]), json.loads(there))


def function(client, given, physical):
    there = client("lambda").get_function_configuration(FunctionName=physical)
    found = same("the role", given["Role"], there["Role"])
    return found + same("the runtime", given["Runtime"], there["Runtime"])


def permission(client, given, _):
    document = json.loads(client("lambda").get_policy(FunctionName=given["FunctionName"])["Policy"])
    principals = [one["Principal"].get("Service") for one in document["Statement"]]
    return same("the principal is admitted", True, given["Principal"] in principals)


def event_source(client, given, _):
    queue = given["EventSourceArn"]
    there = client("lambda").list_event_source_mappings(EventSourceArn=queue)["EventSourceMappings"]
    found = same("mappings of the queue", 1, len(there))
    for mapping in there:
        found += same("the size of a batch", number(given["BatchSize"]), mapping.get("BatchSize"))
        types = mapping.get("FunctionResponseTypes")
        found += same("the types of answers", given["FunctionResponseTypes"], types)
        name = mapping["FunctionArn"].rsplit(":", 1)[-1]
        found += same("the function", given["FunctionName"], name)
    return found


def pipe(client, given, _):
    there = client("pipes").describe_pipe(Name=given["Name"])
    found = same("the source", given["Source"], there["Source"])
    found += same("the target", given["Target"], there["Target"])
    wanted = given["TargetParameters"]["SqsQueueParameters"]["MessageGroupId"]
    group = there.get("TargetParameters", {}).get("SqsQueueParameters", {}).get("MessageGroupId")
    return found + same("the message group", wanted, group)


def state_machine(client, given, physical):
    there = client("stepfunctions").describe_state_machine(stateMachineArn=physical)
    definition = json.loads(there["definition"])
    found = same("the role", given["RoleArn"], there["roleArn"])
    return found + same("the definition", policy(given["Definition"]), policy(definition))


def invoke_config(client, given, _):
    there = client("lambda").get_function_event_invoke_config(
        FunctionName=given["FunctionName"], Qualifier=given["Qualifier"]
    )
    return same("retries", number(given["MaximumRetryAttempts"]), there.get("MaximumRetryAttempts"))


def recorder(client, given, _):
    there = client("config").describe_configuration_recorders()["ConfigurationRecorders"]
    return same("the role", [given["RoleARN"]], [one["roleARN"] for one in there])


def channel(client, given, _):
    there = client("config").describe_delivery_channels()["DeliveryChannels"]
    return same("the bucket", [given["S3BucketName"]], [one["s3BucketName"] for one in there])


def plan(client, given, physical):
    there = client("backup").get_backup_plan(BackupPlanId=physical)["BackupPlan"]
    expected = given["BackupPlan"]
    found = same("the name", expected["BackupPlanName"], there["BackupPlanName"])
    brief = lambda rules, retention: sorted((one["RuleName"], retention(one)) for one in rules)
    days = lambda one: number(one["Lifecycle"]["DeleteAfterDays"]) if "Lifecycle" in one else None
    return found + same("rules", brief(expected["BackupPlanRule"], days), brief(there["Rules"], days))


def organization_policy(client, given, physical):
    there = client("organizations").describe_policy(PolicyId=physical)["Policy"]
    found = same("the content", policy(given["Content"]), policy(there["Content"]))
    targets = client("organizations").list_targets_for_policy(PolicyId=physical)["Targets"]
    return found + same("targets", sorted(given["TargetIds"]), sorted(one["TargetId"] for one in targets))


def resource_policy(client, given, _):
    there = client("organizations").describe_resource_policy()["ResourcePolicy"]["Content"]
    return same("the policy", policy(given["Content"]), policy(there))


READERS = {
    "AWS::Backup::BackupPlan": plan,
    "AWS::Backup::BackupVault": vault,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::CloudWatch::Dashboard": dashboard,
    "AWS::Config::ConfigurationRecorder": recorder,
    "AWS::Config::DeliveryChannel": channel,
    "AWS::Events::EventBus": bus,
    "AWS::Events::EventBusPolicy": bus_policy,
    "AWS::Events::Rule": rule,
    "AWS::IAM::ManagedPolicy": managed_policy,
    "AWS::IAM::Role": role,
    "AWS::IAM::ServiceLinkedRole": service_linked_role,
    "AWS::KMS::Alias": alias,
    "AWS::KMS::Key": key,
    "AWS::Lambda::EventInvokeConfig": invoke_config,
    "AWS::Lambda::EventSourceMapping": event_source,
    "AWS::Lambda::Function": function,
    "AWS::Lambda::Permission": permission,
    "AWS::Logs::LogGroup": log_group,
    "AWS::Logs::MetricFilter": metric_filter,
    "AWS::Logs::ResourcePolicy": log_policy,
    "AWS::Organizations::Policy": organization_policy,
    "AWS::Organizations::ResourcePolicy": resource_policy,
    "AWS::Pipes::Pipe": pipe,
    "AWS::S3::Bucket": bucket,
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::Scheduler::Schedule": schedule,
    "AWS::SNS::Subscription": subscription,
    "AWS::SNS::Topic": topic,
    "AWS::SNS::TopicPolicy": topic_policy,
    "AWS::SQS::Queue": queue,
    "AWS::SQS::QueuePolicy": queue_policy,
    "AWS::SSM::Parameter": parameter,
    "AWS::StepFunctions::StateMachine": state_machine,
}
