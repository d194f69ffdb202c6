//! The scene of the contract, made in an emulator by the SDK.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cloudformation::types::{Parameter, StackSetOperationStatus, Tag};
use aws_sdk_codepipeline::types::{
    ActionCategory, ActionDeclaration, ActionOwner, ActionTypeId, ArtifactStore, ArtifactStoreType,
    PipelineDeclaration, StageDeclaration,
};
use aws_sdk_organizations::types::{CreateAccountState, OrganizationFeatureSet, PolicyType};
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    VersioningConfiguration,
};
use aws_sdk_ssm::types::ParameterType;

use crate::edge::contract::operators::{ROLE, RULE, VAULT};
use crate::edge::contract::runs::{EXECUTION, FAILURE, INPUT, LINES, LOG, MACHINE};
use crate::edge::contract::{
    ACCOUNTS, BUCKET, DEPLOYED, MANAGEMENT, PIPELINE, POLICY, REGIONS, STACK_SET, TEMPLATE,
};

/// Who may take the scene's role: moto asks, for a pipeline.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"codepipeline.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// All of it; the accounts that were made.
pub async fn scene(sdk: &SdkConfig, s3: &aws_sdk_s3::Client, key: &str) -> Vec<String> {
    let accounts = organization(sdk).await;
    stack_set(sdk, STACK_SET, &accounts[..DEPLOYED], &REGIONS).await;
    bucket(s3, key).await;
    parameters(sdk).await;
    role(sdk).await;
    pipeline(sdk).await;
    state_machine(sdk).await;
    log(sdk).await;
    backup(sdk).await;
    rule(sdk).await;
    accounts
}

/// A client of S3.
pub fn s3(sdk: &SdkConfig) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true).build();
    aws_sdk_s3::Client::from_conf(config)
}

/// The tree, with enough accounts for the stack set; those of `Workloads` come first.
async fn organization(sdk: &SdkConfig) -> Vec<String> {
    let client = aws_sdk_organizations::Client::new(sdk);
    client.create_organization().feature_set(OrganizationFeatureSet::All).send().await.expect("created");
    let roots = client.list_roots().send().await.expect("roots");
    let root = roots.roots()[0].id().expect("an id").to_owned();
    let unit = async |parent: &str, name: &str| {
        let made =
            client.create_organizational_unit().parent_id(parent).name(name).send().await.expect("created");
        made.organizational_unit().and_then(|unit| unit.id()).expect("an id").to_owned()
    };
    unit(&root, "Security").await;
    let workloads = unit(&root, "Workloads").await;
    let prod = unit(&workloads, "Prod").await;
    let mut requests = Vec::new();
    for number in 0..DEPLOYED {
        let name = format!("team-{number}");
        let request = client.create_account().account_name(&name).email(format!("{name}@example.com"));
        let made = request.send().await.expect("created");
        requests.push(made.create_account_status().and_then(|made| made.id()).expect("an id").to_owned());
    }
    let mut accounts = Vec::new();
    for (number, request) in requests.iter().enumerate() {
        let id = made(&client, request).await;
        let to = if number < ACCOUNTS { &workloads } else { &prod };
        let request = client.move_account().account_id(&id).source_parent_id(&root).destination_parent_id(to);
        request.send().await.expect("moved");
        accounts.push(id);
    }
    let request = client.create_policy().name("protect").description("no deletions").content(POLICY);
    let made = request.r#type(PolicyType::ServiceControlPolicy).send().await.expect("created");
    let id = made
        .policy()
        .and_then(|policy| policy.policy_summary())
        .and_then(|policy| policy.id())
        .expect("an id");
    client.attach_policy().policy_id(id).target_id(&workloads).send().await.expect("attached");
    accounts
}

/// The id of an account once it is made: AWS takes its time, and so does fakecloud.
async fn made(client: &aws_sdk_organizations::Client, request: &str) -> String {
    loop {
        let answer = client.describe_create_account_status().create_account_request_id(request).send().await;
        let answer = answer.expect("an answer");
        let status = answer.create_account_status().expect("a status");
        match status.state() {
            Some(CreateAccountState::InProgress) => tokio::time::sleep(Duration::from_millis(20)).await,
            _ => return status.account_id().expect("an id").to_owned(),
        }
    }
}

/// A stack set with instances.
pub async fn stack_set(sdk: &SdkConfig, name: &str, accounts: &[String], regions: &[&str]) {
    let client = aws_sdk_cloudformation::Client::new(sdk);
    let parameter = Parameter::builder().parameter_key("Name").parameter_value("topic").build();
    let tag = Tag::builder().key("AWS_Solutions").value("CustomControlTowerStackSet").build();
    let request = client.create_stack_set().stack_set_name(name).template_body(TEMPLATE);
    request.parameters(parameter).tags(tag).send().await.expect("created");
    let regions = regions.iter().map(ToString::to_string).collect();
    let request = client.create_stack_instances().stack_set_name(name).set_accounts(Some(accounts.to_vec()));
    let made = request.set_regions(Some(regions)).send().await.expect("created");
    let operation = made.operation_id().expect("an operation");
    loop {
        let request = client.describe_stack_set_operation().stack_set_name(name).operation_id(operation);
        let answer = request.send().await.expect("an answer");
        match answer.stack_set_operation().and_then(|operation| operation.status()) {
            Some(StackSetOperationStatus::Running | StackSetOperationStatus::Queued) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            _ => return,
        }
    }
}

async fn bucket(client: &aws_sdk_s3::Client, key: &str) {
    let place =
        CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuCentral1);
    let request = client.create_bucket().bucket(BUCKET).create_bucket_configuration(place.build());
    request.send().await.expect("created");
    let default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::AwsKms);
    let default = default.kms_master_key_id(key).build().expect("complete");
    let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default).build();
    let rules = ServerSideEncryptionConfiguration::builder().rules(rule).build().expect("complete");
    let request = client.put_bucket_encryption().bucket(BUCKET).server_side_encryption_configuration(rules);
    request.send().await.expect("encrypted");
    let versions = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    let request = client.put_bucket_versioning().bucket(BUCKET).versioning_configuration(versions);
    request.send().await.expect("versioned");
}

async fn parameters(sdk: &SdkConfig) {
    let client = aws_sdk_ssm::Client::new(sdk);
    for (number, value, kind) in [
        (1, "topic", ParameterType::String),
        (2, "hush", ParameterType::SecureString),
        (11, "eleven", ParameterType::String),
    ] {
        let request = client.put_parameter().name(format!("/scene/{number}")).value(value).r#type(kind);
        request.send().await.expect("put");
    }
}

async fn pipeline(sdk: &SdkConfig) {
    let client = aws_sdk_codepipeline::Client::new(sdk);
    let role = format!("arn:aws:iam::{MANAGEMENT}:role/{ROLE}");
    let action = |category, provider: &str, configuration: &[(&str, &str)]| {
        let kind = ActionTypeId::builder().category(category).owner(ActionOwner::Aws).provider(provider);
        let mut action = ActionDeclaration::builder()
            .name(provider)
            .action_type_id(kind.version("1").build().expect("complete"));
        for (key, value) in configuration {
            action = action.configuration(*key, *value);
        }
        action.build().expect("complete")
    };
    let source = [("S3Bucket", BUCKET), ("S3ObjectKey", cfct_package::ZIP)];
    let stages = [
        ("Source", action(ActionCategory::Source, "S3", &source)),
        ("Build", action(ActionCategory::Build, "CodeBuild", &[("ProjectName", "build")])),
    ];
    let store = ArtifactStore::builder().r#type(ArtifactStoreType::S3).location("artifacts");
    let mut pipeline = PipelineDeclaration::builder().name(PIPELINE).role_arn(role);
    pipeline = pipeline.artifact_store(store.build().expect("complete"));
    for (name, action) in stages {
        pipeline = pipeline
            .stages(StageDeclaration::builder().name(name).actions(action).build().expect("complete"));
    }
    client.create_pipeline().pipeline(pipeline.build().expect("complete")).send().await.expect("created");
    client.start_pipeline_execution().name(PIPELINE).send().await.expect("started");
}

async fn role(sdk: &SdkConfig) {
    let client = aws_sdk_iam::Client::new(sdk);
    let request = client.create_role().role_name(ROLE).assume_role_policy_document(TRUST);
    request.send().await.expect("created");
}

async fn state_machine(sdk: &SdkConfig) {
    let client = aws_sdk_sfn::Client::new(sdk);
    let (error, cause) = FAILURE;
    let definition = format!(
        r#"{{"StartAt":"No","States":{{"No":{{"Type":"Fail","Error":"{error}","Cause":"{cause}"}}}}}}"#
    );
    let request = client.create_state_machine().name(MACHINE).definition(definition);
    let made =
        request.role_arn(format!("arn:aws:iam::{MANAGEMENT}:role/{ROLE}")).send().await.expect("created");
    let request = client.start_execution().state_machine_arn(made.state_machine_arn());
    request.name(EXECUTION).input(INPUT).send().await.expect("started");
}

async fn log(sdk: &SdkConfig) {
    use aws_sdk_cloudwatchlogs::types::InputLogEvent;
    let client = aws_sdk_cloudwatchlogs::Client::new(sdk);
    client.create_log_group().log_group_name(LOG.0).send().await.expect("created");
    let request = client.create_log_stream().log_group_name(LOG.0).log_stream_name(LOG.1);
    request.send().await.expect("created");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let now = i64::try_from(now.as_millis()).expect("before the end of time");
    let events = (0..LINES).map(|line| {
        let event = InputLogEvent::builder().message(format!("line {line}")).timestamp(now + line as i64);
        event.build().expect("complete")
    });
    let request = client.put_log_events().log_group_name(LOG.0).log_stream_name(LOG.1);
    request.set_log_events(Some(events.collect())).send().await.expect("put");
}

async fn backup(sdk: &SdkConfig) {
    let client = aws_sdk_backup::Client::new(sdk);
    client.create_backup_vault().backup_vault_name(VAULT.0).send().await.expect("created");
    let request = client.put_backup_vault_lock_configuration().backup_vault_name(VAULT.0);
    let request = request.min_retention_days(VAULT.1).max_retention_days(VAULT.2);
    request.send().await.expect("locked");
}

async fn rule(sdk: &SdkConfig) {
    let client = aws_sdk_eventbridge::Client::new(sdk);
    client.put_rule().name(RULE.0).event_pattern(RULE.1).send().await.expect("put");
}
