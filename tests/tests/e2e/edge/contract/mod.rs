//! What every backend of the ports has to do: asserted of the cloud in memory (`memory`), of moto (`over_moto`)
//! and of fakecloud (`over_fakecloud`). Where an emulator does otherwise, `exceptions` says how and why.
//!
//! A scene is what a backend is filled with. Ids are the backend's own, so assertions go by names.

mod exceptions;
mod memory;
pub mod operators;
pub mod runs;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use cfct_aws::ErrorKind;
use cfct_aws::home::management_account;
use cfct_aws::ports::{
    Approvals, ArtifactStore, BackupReader, BackupSettings, Body, BuildLogs, CatalogEditor, CatalogReader,
    EffectivePolicyReader, Encryption, Identity, Immutable, Metadata, OrganizationReader,
    OrganizationSettings, ParameterReader, Pipeline, PipelineRuns, PolicyEditor, PolicyStore, Precondition,
    Put, RoleReader, StackEvents, StackSetOperations, StackSetReader, StateMachines, Surroundings, Tags,
    UnitFacts,
};
use cfct_core::catalog::{PortfolioDetails, Share, ShareTarget};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

/// The template of the scene's stack set: line breaks and blanks at the ends have to arrive as they are.
pub const TEMPLATE: &str = "AWSTemplateFormatVersion: '2010-09-09'\nDescription: A topic \nParameters:\n  Name:\n    \
                            Type: String\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      \
                            TopicName: !Ref Name\n\n";
/// Its policy.
pub const POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"backup:Delete*","Resource":"*"}]}"#;
/// Its bucket.
pub const BUCKET: &str = "custom-control-tower-configuration-123456789012-eu-central-1";
/// The key that the bucket encrypts with.
pub const KEY: &str = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
/// Its pipeline.
pub const PIPELINE: &str = "Custom-Control-Tower-CodePipeline";
/// Its stack set, which has two Regions.
pub const STACK_SET: &str = "CustomControlTower-topic";
/// The Regions of the stack set.
pub const REGIONS: [&str; 2] = ["eu-central-1", "eu-west-1"];
/// Accounts below `Workloads`: more than a page holds.
pub const ACCOUNTS: usize = 25;
/// Accounts with instances.
pub const DEPLOYED: usize = 60;
/// The management account.
pub const MANAGEMENT: &str = "123456789012";

/// Everything that a backend has to implement.
pub trait Ports:
    Approvals
    + ArtifactStore
    + BackupReader
    + BackupSettings
    + BuildLogs
    + CatalogEditor
    + CatalogReader
    + EffectivePolicyReader
    + Identity
    + OrganizationReader
    + OrganizationSettings
    + ParameterReader
    + Pipeline
    + PipelineRuns
    + PolicyEditor
    + PolicyStore
    + RoleReader
    + StackEvents
    + StackSetOperations
    + StackSetReader
    + StateMachines
    + Surroundings
{
}

impl<P> Ports for P where
    P: Approvals
        + ArtifactStore
        + BackupReader
        + BackupSettings
        + BuildLogs
        + CatalogEditor
        + CatalogReader
        + EffectivePolicyReader
        + Identity
        + OrganizationReader
        + OrganizationSettings
        + ParameterReader
        + Pipeline
        + PipelineRuns
        + PolicyEditor
        + PolicyStore
        + RoleReader
        + StackEvents
        + StackSetOperations
        + StackSetReader
        + StateMachines
        + Surroundings
{
}

/// Runs every contract over a backend that holds the scene, in this order. Each holds, unless the backend has
/// an exception to it, which then has to be one still.
pub fn hold<P: Ports>(backend: &str, runtime: &Runtime, ports: &P) {
    let mut wrong = Vec::new();
    macro_rules! each {
        ($($contract:path),* $(,)?) => {$(
            let holds = catch_unwind(AssertUnwindSafe(|| runtime.block_on($contract(ports)))).is_ok();
            wrong.extend(exceptions::judge(backend, stringify!($contract), holds));
        )*};
    }
    each!(
        organization,
        policies,
        stack_sets,
        parameters,
        pipeline,
        artifacts,
        preconditions,
        changes_of_policies,
        organization_settings,
        catalog,
        runs::pipeline_runs,
        runs::actions,
        runs::approvals,
        runs::answers,
        runs::state_machines,
        runs::failures,
        runs::stack_set_operations,
        runs::operations_that_are_not_there,
        runs::stacks_of_instances,
        runs::stack_events,
        runs::build_logs,
        operators::global_settings,
        operators::resource_types,
        operators::vaults,
        operators::failed_jobs,
        operators::roles,
        operators::effective_policies,
        operators::stack_sets_access,
        operators::surroundings,
    );
    assert_eq!(wrong, Vec::<String>::new(), "{backend}");
}

async fn organization<P: Ports>(ports: &P) {
    let home = management_account(ports).await.expect("the caller is in the management account");
    assert_eq!((home.account.to_string().as_str(), home.partition.as_str()), (MANAGEMENT, "aws"));
    assert!(home.organization.id.starts_with("o-"));
    let root = ports.root().await.expect("a root");
    assert!(root.id.starts_with("r-"), "{root:?}");
    let names = |units: Vec<UnitFacts>| {
        units.into_iter().map(|unit| (unit.name, unit.id)).collect::<BTreeMap<_, _>>()
    };
    let top = names(ports.units(&root.id).await.expect("units"));
    assert_eq!(top.keys().collect::<Vec<_>>(), ["Security", "Workloads"]);
    let below = names(ports.units(&top["Workloads"]).await.expect("units"));
    assert_eq!(below.keys().collect::<Vec<_>>(), ["Prod"]);
    assert_eq!(ports.units(&below["Prod"]).await.expect("units"), []);
    let accounts = ports.accounts(&top["Workloads"]).await.expect("accounts");
    let ids: BTreeSet<&String> = accounts.iter().map(|account| &account.id).collect();
    assert_eq!((accounts.len(), ids.len()), (ACCOUNTS, ACCOUNTS), "each account once, over several pages");
    assert!(accounts.iter().all(|account| account.status == "ACTIVE" && account.email.is_some()));
    let of_root = ports.accounts(&root.id).await.expect("accounts");
    assert!(of_root.iter().any(|account| account.id == MANAGEMENT), "{of_root:?}");
    let all = ports.all_accounts().await.expect("accounts");
    let everywhere: BTreeSet<&String> = all.iter().map(|account| &account.id).collect();
    assert_eq!(all.len(), everywhere.len(), "each account once, over several pages");
    assert!(everywhere.is_superset(&ids) && everywhere.contains(&MANAGEMENT.to_owned()), "{all:?}");
}

async fn policies<P: Ports>(ports: &P) {
    let found = ports.policies("SERVICE_CONTROL_POLICY").await.expect("policies");
    let ours = found.iter().find(|policy| policy.name == "protect").expect("the scene's policy");
    assert_eq!((ours.kind.as_str(), ours.description.as_str()), ("SERVICE_CONTROL_POLICY", "no deletions"));
    assert_eq!(ports.content(&ours.id).await.expect("content"), POLICY);
    let targets = ports.targets(&ours.id).await.expect("targets");
    assert_eq!(targets.len(), 1);
    assert!(targets[0].starts_with("ou-"), "{targets:?}");
    let backup = ports.policies("BACKUP_POLICY").await.expect("no policy of that type is no error");
    assert_eq!(backup, []);
}

async fn changes_of_policies<P: Ports>(ports: &P) {
    let kind = "SERVICE_CONTROL_POLICY";
    let tag = ("managed-by", "us");
    let id = ports.create(kind, "new", "one", POLICY, tag).await.expect("created");
    let again = ports.create(kind, "new", "one", POLICY, tag).await.expect_err("the name is taken");
    assert_eq!(again.code.as_deref(), Some("DuplicatePolicyException"), "{again}");
    let tags = async || ports.tags(&id).await.expect("tags");
    assert_eq!(tags().await, [("managed-by".to_owned(), "us".to_owned())]);
    for _ in 0..2 {
        ports.tag(&id, ("managed-by", "them")).await.expect("tagged");
    }
    assert_eq!(tags().await, [("managed-by".to_owned(), "them".to_owned())]);
    ports.update(&id, "two", "{}").await.expect("updated");
    assert_eq!(ports.content(&id).await.expect("content"), "{}");
    let listed = ports.policies(kind).await.expect("policies");
    let ours = listed.iter().find(|policy| policy.id == id).expect("it is listed");
    assert_eq!((ours.name.as_str(), ours.description.as_str()), ("new", "two"));
    let root = ports.root().await.expect("a root").id;
    for _ in 0..2 {
        ports.attach(&id, &root).await.expect("attached, or attached before");
    }
    assert_eq!(ports.targets(&id).await.expect("targets"), [root.as_str()]);
    let in_use = ports.delete(&id).await.expect_err("it is attached");
    assert_eq!(in_use.code.as_deref(), Some("PolicyInUseException"), "{in_use}");
    for _ in 0..2 {
        ports.detach(&id, &root).await.expect("detached, or detached before");
    }
    for _ in 0..2 {
        ports.delete(&id).await.expect("deleted, or deleted before");
    }
    assert_eq!(ports.content(&id).await.expect_err("it is gone").kind, ErrorKind::NotFound);
}

/// Portfolios alone: no emulator answers for what is in them, and none tells the id of a product's first version.
async fn catalog<P: Ports>(ports: &P) {
    let details = |name: &str| PortfolioDetails {
        name: name.to_owned(),
        provider: "us".to_owned(),
        description: "All of it".to_owned(),
        tags: [("a".to_owned(), "b".to_owned())].into(),
    };
    let mut ids = Vec::new();
    for name in ["one", "two"] {
        ids.push(ports.create_portfolio(&details(name), ("owner", "us")).await.expect("made"));
    }
    let facts = CatalogReader::portfolio(ports, &ids[0]).await.expect("facts");
    let tags = [("a", "b"), ("owner", "us")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(facts.details, PortfolioDetails { tags: tags.into(), ..details("one") });
    let with = ShareTarget::Account("444455556666".to_owned());
    for _ in 0..2 {
        let token = ports.share(&ids[0], &with, Share::default()).await.expect("shared, or shared before");
        assert_eq!(token, None);
    }
    let shares = ports.shares(&ids[0]).await.expect("shares");
    assert_eq!(shares, [(with.clone(), Share::default())].into());
    ports.unshare(&ids[0], &with).await.expect("no longer shared");
    assert!(ports.shares(&ids[0]).await.expect("shares").is_empty());
    for _ in 0..2 {
        ports.delete_portfolio(&ids[0]).await.expect("gone, or gone before");
    }
    let names: Vec<String> =
        ports.portfolios().await.expect("portfolios").into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["two"]);
}

async fn organization_settings<P: Ports>(ports: &P) {
    let service = "guardduty.amazonaws.com";
    for _ in 0..2 {
        ports.trust(service).await.expect("trusted, or trusted before");
    }
    assert!(ports.trusted_services().await.expect("services").contains(&service.to_owned()));
    let root = ports.root().await.expect("a root").id;
    for _ in 0..2 {
        ports.enable_policy_type(&root, "TAG_POLICY").await.expect("enabled, or enabled before");
    }
    assert!(ports.root().await.expect("a root").policy_types.contains(&"TAG_POLICY".to_owned()));
    let units = ports.units(&root).await.expect("units");
    let workloads = units.iter().find(|unit| unit.name == "Workloads").expect("a unit");
    let account = &ports.accounts(&workloads.id).await.expect("accounts")[0].id;
    let account = account.parse().expect("an id");
    for _ in 0..2 {
        ports.register_administrator(service, account).await.expect("registered, or registered before");
    }
    assert_eq!(ports.administrators(service).await.expect("administrators"), [account]);
}

async fn stack_sets<P: Ports>(ports: &P) {
    let names = ports.stack_sets().await.expect("stack sets");
    assert_eq!(names, [STACK_SET]);
    let facts = ports.stack_set(STACK_SET).await.expect("the stack set");
    assert_eq!(facts.template, TEMPLATE);
    assert_eq!(facts.parameters, [("Name".to_owned(), "topic".to_owned())].into());
    assert_eq!(facts.tags["AWS_Solutions"], "CustomControlTowerStackSet");
    let instances = ports.instances(STACK_SET).await.expect("instances");
    let places: BTreeSet<_> =
        instances.iter().map(|instance| (instance.account, instance.region.clone())).collect();
    assert_eq!(
        (instances.len(), places.len()),
        (DEPLOYED * 2, DEPLOYED * 2),
        "each once, over several pages"
    );
    let others: Vec<_> = instances.iter().filter(|instance| &*instance.status != "CURRENT").collect();
    assert!(others.is_empty(), "{others:?}");
    assert_eq!(ports.last_operation(STACK_SET).await.expect("operations").as_deref(), Some("SUCCEEDED"));
    assert_eq!(ports.stack_set("gone").await.expect_err("no such stack set").kind, ErrorKind::NotFound);
}

async fn parameters<P: Ports>(ports: &P) {
    let names: Vec<String> = (0..12).map(|number| format!("/scene/{number}")).collect();
    let found = ports.parameters(&names).await.expect("parameters");
    let found: BTreeMap<_, _> =
        found.into_iter().map(|parameter| (parameter.name, parameter.value)).collect();
    let expected = [("/scene/1", Some("topic")), ("/scene/11", Some("eleven")), ("/scene/2", None)];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.map(str::to_owned)));
    assert_eq!(found, expected.into(), "a secret has no value, and what is not there is not there");
}

async fn pipeline<P: Ports>(ports: &P) {
    assert_eq!(ports.pipeline("another").await.expect("no pipeline is no error"), None);
    let facts = ports.pipeline(PIPELINE).await.expect("an answer").expect("a pipeline");
    assert_eq!(facts.source_provider, "S3");
    let source = facts.s3.expect("a source in S3");
    assert_eq!((source.bucket.as_str(), source.key.as_str()), (BUCKET, cfct_package::ZIP));
    assert_eq!(facts.stages, ["Source", "Build"]);
    let executions = ports.executions(PIPELINE).await.expect("executions");
    assert_eq!(executions.len(), 1, "{executions:?}");
}

async fn artifacts<P: Ports>(ports: &P) {
    let bucket = ports.open(BUCKET, MANAGEMENT).await.expect("our bucket");
    assert!(
        matches!(&bucket.encryption, Encryption::Kms(Some(key)) if key.starts_with("arn:aws:kms:")),
        "{bucket:?}"
    );
    let missing = ports.open("no-such-bucket-of-anybody", MANAGEMENT).await.expect_err("no bucket");
    assert_eq!(missing.kind, ErrorKind::NotFound, "{missing}");
    assert_eq!(ports.object(&bucket, "small").await.expect("no object is no error"), None);
    // As Service Catalog's launch constraints want a product's template tagged.
    let tags = Tags::from([("servicecatalog:provisioning", "true")]);
    let put = async |body| {
        let object =
            Immutable { tags: &tags, ..Immutable::untagged("small", "text/plain", body, SHA256_OF_SMALL) };
        ports.put_immutable(&bucket, &object).await
    };
    assert_eq!(put(Body::Bytes(b"small")).await.expect("put"), Put::Written);
    assert_eq!(put(Body::Bytes(b"small")).await.expect("put"), Put::Present);
    let facts = ports.object(&bucket, "small").await.expect("an answer").expect("an object");
    assert_eq!((facts.bytes, facts.metadata["sha256"].as_str()), (5, SHA256_OF_SMALL));
    assert_eq!(ports.get(&bucket, "small", 5).await.expect("bytes"), b"small");
    assert_eq!(ports.get(&bucket, "small", 4).await.expect_err("too large").kind, ErrorKind::Refused);
    assert_eq!(ports.get(&bucket, "gone", 9).await.expect_err("no object").kind, ErrorKind::NotFound);
    let file = NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), vec![7; LARGE]).expect("a large file");
    let body = Body::File(file.path(), LARGE as u64);
    let large = Immutable::untagged("large", "application/zip", body, SHA256_OF_LARGE);
    let put = ports.put_immutable(&bucket, &large).await;
    assert_eq!(put.expect("put in parts"), Put::Written);
    let facts = ports.object(&bucket, "large").await.expect("an answer").expect("an object");
    assert_eq!((facts.bytes, facts.metadata["sha256"].as_str()), (LARGE as u64, SHA256_OF_LARGE));
    assert_eq!(ports.keys(&bucket, "").await.expect("keys"), ["large", "small"]);
    assert_eq!(ports.keys(&bucket, "sm").await.expect("keys"), ["small"]);
}

async fn preconditions<P: Ports>(ports: &P) {
    let bucket = ports.open(BUCKET, MANAGEMENT).await.expect("our bucket");
    let metadata = Metadata::from([("release".to_owned(), "one".to_owned())]);
    let replace = async |from, precondition: &Precondition| {
        ports.replace(&bucket, from, "key", &metadata, precondition).await
    };
    let now = async || ports.object(&bucket, "key").await.expect("an answer");
    replace("small", &Precondition::Absent).await.expect("there was none");
    let first = now().await.expect("an object");
    assert_eq!(first.metadata, metadata);
    let error = replace("large", &Precondition::Absent).await.expect_err("there is one");
    assert_eq!(error.kind, ErrorKind::Precondition, "{error}");
    assert_eq!(now().await.as_ref(), Some(&first), "what is refused changes nothing");
    replace("large", &Precondition::Unchanged(first.etag.clone())).await.expect("it is that one");
    let second = now().await.expect("an object");
    assert_eq!(second.bytes, LARGE as u64);
    let error = replace("small", &Precondition::Unchanged(first.etag)).await.expect_err("it was that one");
    assert_eq!(error.kind, ErrorKind::Precondition, "{error}");
    assert_eq!(now().await, Some(second));
}

/// The smallest part that S3 takes.
pub const PART: usize = 5 << 20;
/// More than goes in one request with parts of that size.
pub const LARGE: usize = PART + 5;
const SHA256_OF_SMALL: &str = "81db8ebbbbc69c6c6ad4a6aa92b76e0c08af547da236b9e2c9dbe1d8285a8130";
const SHA256_OF_LARGE: &str = "6bc8d621c7b27542899ef68848cb06ea3f7348392459240af2e71a2419adfcd1";
