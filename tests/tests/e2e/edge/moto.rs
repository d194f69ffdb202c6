//! moto, as a process of its own on 127.0.0.1, filled with the scene of the contract tests.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use aws_config::SdkConfig;
use aws_sdk_cloudformation::types::{Parameter, Tag};
use aws_sdk_codepipeline::types::{
    ActionCategory, ActionDeclaration, ActionOwner, ActionTypeId, ArtifactStore, ArtifactStoreType,
    PipelineDeclaration, StageDeclaration,
};
use aws_sdk_organizations::types::{OrganizationFeatureSet, PolicyType};
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    VersioningConfiguration,
};
use aws_sdk_ssm::types::ParameterType;

use crate::edge::contract::{
    ACCOUNTS, BUCKET, DEPLOYED, KEY, PIPELINE, POLICY, REGIONS, STACK_SET, TEMPLATE,
};
use crate::edge::loopback::{Loopback, Reply, Request, forward};
use crate::edge::runs;

/// A running moto. It ends with its last use.
pub struct Moto {
    child: Child,
    /// Where it listens.
    pub url: String,
}

impl Moto {
    /// Starts one. `cargo xtask test` says where it is.
    pub fn start() -> Self {
        let folder =
            PathBuf::from(std::env::var_os("CFCT_MOTO").expect("CFCT_MOTO names the folder of moto"));
        let mut command = Command::new("python3");
        command.arg(folder.join("bin").join("moto_server")).args(["-H", "127.0.0.1", "-p", "0"]);
        command.env("PYTHONPATH", &folder).env("PYTHONDONTWRITEBYTECODE", "1").env("NO_COLOR", "1");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("python3 runs");
        let mut said = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        let url = said
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("Running on ").map(|(_, url)| url.trim().to_owned()))
            .expect("moto says where it listens");
        // It logs each request, and would wait for a reader.
        std::thread::spawn(move || said.for_each(drop));
        Self { child, url }
    }

    /// A server in front of it that adds what it leaves out of S3, and counts.
    pub fn like_aws(&self) -> Loopback {
        let url = self.url.clone();
        Loopback::start(move |request, _| answer(request, &url))
    }

    /// The SDK over it.
    pub fn sdk(&self) -> SdkConfig {
        runs::sdk(&self.url)
    }

    /// A client of its S3.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::config::Builder::from(&self.sdk()).force_path_style(true).build();
        aws_sdk_s3::Client::from_conf(config)
    }

    /// Fills it with the scene.
    pub async fn fill(&self) {
        let sdk = self.sdk();
        let accounts = organization(&sdk).await;
        stack_set(&sdk, STACK_SET, &accounts[..DEPLOYED], &REGIONS).await;
        bucket(&self.s3()).await;
        parameters(&sdk).await;
        pipeline(&sdk).await;
    }
}

/// The answer of the moto at `url`, as S3 would give it. What moto 5.2.5 does otherwise is mended here, so that
/// the tests over it are about what AWS documents: the preconditions of CopyObject, and the name of the answer
/// to ListParts.
pub fn answer(request: &Request, url: &str) -> Reply {
    if let Some(refused) = refused_copy(request, url) {
        return refused;
    }
    let answer = forward(request, url);
    if !(request.line.starts_with("GET /") && request.line.contains("uploadId=")) {
        return Reply::Raw(answer);
    }
    let text = String::from_utf8_lossy(&answer).into_owned();
    match text.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => {
            Reply::xml(200, &body.replace("ListPartsResponse", "ListPartsResult"))
        }
        _ => Reply::Raw(answer),
    }
}

/// CopyObject in moto looks at neither If-Match nor If-None-Match.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
fn refused_copy(request: &Request, url: &str) -> Option<Reply> {
    request.header.get("x-amz-copy-source")?;
    let (wanted, unwanted) = (request.header.get("if-match"), request.header.get("if-none-match"));
    let (_, rest) = request.line.split_once(' ')?;
    let mut header = request.header.clone();
    header.retain(|name, _| !name.starts_with("if-") && !name.starts_with("x-amz-copy"));
    let present = forward(&Request { line: format!("HEAD {rest}"), header, body: Vec::new() }, url);
    let present = String::from_utf8_lossy(&present).to_ascii_lowercase();
    let is_there = present.starts_with("http/1.1 200");
    let etag = present.lines().find_map(|line| line.strip_prefix("etag:")).map(str::trim);
    let holds = match (wanted, unwanted) {
        (Some(wanted), _) => is_there && etag == Some(wanted.as_str()),
        (None, Some(_)) => !is_there,
        (None, None) => true,
    };
    let body = "<Error><Code>PreconditionFailed</Code><Message>At least one of the preconditions you specified \
                did not hold.</Message></Error>";
    (!holds).then(|| Reply::xml(412, body))
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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
    let mut accounts = Vec::new();
    for number in 0..DEPLOYED {
        let name = format!("team-{number}");
        let request = client.create_account().account_name(&name).email(format!("{name}@example.com"));
        let made = request.send().await.expect("created");
        let id = made.create_account_status().and_then(|made| made.account_id()).expect("an id").to_owned();
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

/// A stack set with instances.
pub async fn stack_set(sdk: &SdkConfig, name: &str, accounts: &[String], regions: &[&str]) {
    let client = aws_sdk_cloudformation::Client::new(sdk);
    let parameter = Parameter::builder().parameter_key("Name").parameter_value("topic").build();
    let tag = Tag::builder().key("AWS_Solutions").value("CustomControlTowerStackSet").build();
    let request = client.create_stack_set().stack_set_name(name).template_body(TEMPLATE);
    request.parameters(parameter).tags(tag).send().await.expect("created");
    let regions = regions.iter().map(ToString::to_string).collect();
    let request = client.create_stack_instances().stack_set_name(name).set_accounts(Some(accounts.to_vec()));
    request.set_regions(Some(regions)).send().await.expect("created");
}

async fn bucket(client: &aws_sdk_s3::Client) {
    let place =
        CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuCentral1);
    let request = client.create_bucket().bucket(BUCKET).create_bucket_configuration(place.build());
    request.send().await.expect("created");
    let default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::AwsKms);
    let default = default.kms_master_key_id(KEY).build().expect("complete");
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
    let role = "arn:aws:iam::123456789012:role/pipeline";
    iam_role(sdk).await;
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

/// moto looks at the pipeline's role, and nothing else here needs IAM's client.
async fn iam_role(sdk: &SdkConfig) {
    let url = sdk.endpoint_url().expect("an address").to_owned();
    let trust = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C\
                 %22Principal%22%3A%7B%22Service%22%3A%22codepipeline.amazonaws.com%22%7D%2C%22Action%22%3A\
                 %22sts%3AAssumeRole%22%7D%5D%7D";
    let body =
        format!("Action=CreateRole&Version=2010-05-08&RoleName=pipeline&AssumeRolePolicyDocument={trust}");
    let answer = runs::post(&url, "iam", &body);
    assert!(answer.contains(" 200 "), "{answer}");
}
