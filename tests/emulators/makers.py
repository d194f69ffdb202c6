"""Creates, through their services' APIs, resources of types that the emulator's CloudFormation does not know.

The properties are those that the template came to. The names of CloudFormation and of the API are the same but
for their case and a wrapper here and there; texts become the numbers and booleans that the API's model wants."""


def cast(value, shape):
    """The value as the API's model has it; properties that the API does not know are an error there."""
    if shape.type_name == "structure":
        members = {name.lower(): name for name in shape.members}
        known = {members.get(name.lower(), name): inner for name, inner in value.items()}
        return {
            name: cast(inner, shape.members[name]) if name in shape.members else inner
            for name, inner in known.items()
        }
    if shape.type_name == "list":
        return [cast(inner, shape.member) for inner in value]
    if shape.type_name == "map":
        pairs = {one["Key"]: one["Value"] for one in value} if isinstance(value, list) else value
        return {name: str(inner) for name, inner in pairs.items()}
    if shape.type_name in ("integer", "long"):
        return int(float(value))
    if shape.type_name == "boolean":
        return str(value).lower() == "true"
    return value


def call(client, operation, given):
    model = client.meta.service_model.operation_model(operation)
    method = next(name for name, found in client.meta.method_to_api_mapping.items() if found == operation)
    return getattr(client, method)(**cast(given, model.input_shape))


def without(given, *names):
    """The properties but for `names`: tags have another shape in the API, and prove nothing here."""
    return {key: value for key, value in given.items() if key not in names}


def framework(client, given):
    backup = client("backup")
    controls = []
    for control in given["FrameworkControls"]:
        scope = dict(control.get("ControlScope", {}))
        if "Tags" in scope:
            scope["Tags"] = {one["Key"]: one["Value"] for one in scope["Tags"]}
        controls.append({**control, **({"ControlScope": scope} if scope else {})})
    call(backup, "CreateFramework", {**without(given, "FrameworkTags"), "FrameworkControls": controls})
    there = backup.describe_framework(FrameworkName=given["FrameworkName"])
    names = sorted(control["ControlName"] for control in given["FrameworkControls"])
    return names == sorted(control["ControlName"] for control in there["FrameworkControls"])


def report_plan(client, given):
    backup = client("backup")
    call(backup, "CreateReportPlan", without(given, "ReportPlanTags"))
    there = backup.describe_report_plan(ReportPlanName=given["ReportPlanName"])["ReportPlan"]
    return there["ReportSetting"]["ReportTemplate"] == given["ReportSetting"]["ReportTemplate"]


def restore_testing_plan(client, given):
    backup = client("backup")
    call(backup, "CreateRestoreTestingPlan", {"RestoreTestingPlan": without(given, "Tags")})
    name = given["RestoreTestingPlanName"]
    there = backup.get_restore_testing_plan(RestoreTestingPlanName=name)["RestoreTestingPlan"]
    return there["ScheduleExpression"] == given["ScheduleExpression"]


def restore_testing_selection(client, given):
    backup = client("backup")
    name = given["RestoreTestingPlanName"]
    inner = {key: value for key, value in given.items() if key != "RestoreTestingPlanName"}
    call(
        backup,
        "CreateRestoreTestingSelection",
        {"RestoreTestingPlanName": name, "RestoreTestingSelection": inner},
    )
    selection = given["RestoreTestingSelectionName"]
    there = backup.get_restore_testing_selection(
        RestoreTestingPlanName=name, RestoreTestingSelectionName=selection
    )["RestoreTestingSelection"]
    return there["IamRoleArn"] == given["IamRoleArn"]


def selection(client, given):
    backup = client("backup")
    made = call(backup, "CreateBackupSelection", given)
    there = backup.get_backup_selection(BackupPlanId=given["BackupPlanId"], SelectionId=made["SelectionId"])
    return there["BackupSelection"]["IamRoleArn"] == given["BackupSelection"]["IamRoleArn"]


def air_gapped_vault(client, given):
    backup = client("backup")
    wanted = ("BackupVaultName", "MinRetentionDays", "MaxRetentionDays", "EncryptionKeyArn")
    call(
        backup,
        "CreateLogicallyAirGappedBackupVault",
        {key: value for key, value in given.items() if key in wanted},
    )
    there = backup.describe_backup_vault(BackupVaultName=given["BackupVaultName"])
    return all(str(there[key]) == str(int(float(given[key]))) for key in wanted[1:3])


def trail(client, given):
    cloudtrail = client("cloudtrail")
    wanted = ("TrailName", "S3BucketName", "S3KeyPrefix", "IsMultiRegionTrail", "IsOrganizationTrail")
    wanted += ("IncludeGlobalServiceEvents", "EnableLogFileValidation", "KMSKeyId")
    named = {"TrailName": "Name", "EnableLogFileValidation": "EnableLogFileValidation", "KMSKeyId": "KmsKeyId"}
    call(cloudtrail, "CreateTrail", {named.get(key, key): given[key] for key in wanted if key in given})
    there = cloudtrail.describe_trails(trailNameList=[given["TrailName"]])["trailList"][0]
    flags = [("IsMultiRegionTrail",) * 2, ("EnableLogFileValidation", "LogFileValidationEnabled")]
    return all(str(there[name]).lower() == str(given[key]).lower() for key, name in flags)


def resource_share(client, given):
    ram = client("ram")
    call(ram, "CreateResourceShare", without(given, "Tags", "PermissionArns", "ResourceArns"))
    there = ram.get_resource_shares(resourceOwner="SELF", name=given["Name"])["resourceShares"]
    outside = str(given.get("AllowExternalPrincipals", True)).lower() == "true"
    return [share["allowExternalPrincipals"] for share in there] == [outside]


def permission_set(client, given):
    admin = client("sso-admin")
    instances = admin.list_instances()["Instances"] or [admin.create_instance(Name="example")]
    arn = instances[0]["InstanceArn"]
    made = call(admin, "CreatePermissionSet", {**permission_set_properties(given), "InstanceArn": arn})
    made_arn = made["PermissionSet"]["PermissionSetArn"]
    there = admin.describe_permission_set(InstanceArn=arn, PermissionSetArn=made_arn)["PermissionSet"]
    return there.get("SessionDuration") == given.get("SessionDuration")


def permission_set_properties(given):
    return {key: given[key] for key in ("Name", "Description", "SessionDuration") if key in given}


MAKERS = {
    "AWS::Backup::BackupSelection": selection,
    "AWS::Backup::Framework": framework,
    "AWS::Backup::LogicallyAirGappedBackupVault": air_gapped_vault,
    "AWS::Backup::ReportPlan": report_plan,
    "AWS::Backup::RestoreTestingPlan": restore_testing_plan,
    "AWS::Backup::RestoreTestingSelection": restore_testing_selection,
    "AWS::CloudTrail::Trail": trail,
    "AWS::RAM::ResourceShare": resource_share,
    "AWS::SSO::PermissionSet": permission_set,
}
