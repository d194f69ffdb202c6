//! The scene in memory.

use cfct_aws::ErrorKind;
use cfct_aws::memory::{Cloud, State, StoredBucket, StoredStackSet};
use cfct_aws::ports::{
    AccountFacts, Approval, ArtifactStore, Execution, InstanceFacts, MachineExecution, ParameterFacts,
    PipelineFacts, PolicyFacts, RunFacts, S3Source, StackPlace, StackSetFacts, StateMachine, UnitFacts, Word,
};
use cfct_core::apply::settings::Place;
use cfct_core::diagnosis::{FailureEvent, StackEvent};
use cfct_core::doctor::Rule;
use cfct_core::pipeline_run::{Action, InstanceResult, Operation, State as Progress};
use cfct_core::verify::Vault;

use super::operators::{ROLE, RULE, VAULT};
use super::runs::{EXECUTION, FAILURE, INPUT, LINES, LOG, MACHINE};
use super::{
    ACCOUNTS, BUCKET, DEPLOYED, KEY, MANAGEMENT, PIPELINE, POLICY, REGIONS, STACK_SET, TEMPLATE, hold,
};
use crate::edge::runs::runtime;

fn scene() -> State {
    let account = |id: String, name: &str| AccountFacts {
        email: Some(format!("{name}@example.com")),
        id,
        name: name.to_owned(),
        status: "ACTIVE".to_owned(),
    };
    let unit = |id: &str, name: &str| UnitFacts { id: id.to_owned(), name: name.to_owned() };
    let policy = PolicyFacts {
        id: "p-12345678".to_owned(),
        name: "protect".to_owned(),
        kind: "SERVICE_CONTROL_POLICY".to_owned(),
        description: "no deletions".to_owned(),
    };
    let everything = PolicyFacts {
        id: "p-FullAWSAccess".to_owned(),
        name: "FullAWSAccess".to_owned(),
        description: "all".to_owned(),
        ..policy.clone()
    };
    let instances = (0..DEPLOYED).flat_map(|number| {
        REGIONS.map(|region| InstanceFacts {
            account: format!("{number:012}").parse().expect("an id"),
            region: Word::from(region),
            status: Word::from("CURRENT"),
            status_reason: None,
        })
    });
    let stack_set = StoredStackSet {
        facts: StackSetFacts {
            name: STACK_SET.to_owned(),
            template: TEMPLATE.to_owned(),
            parameters: [("Name".to_owned(), "topic".to_owned())].into(),
            tags: [("AWS_Solutions".to_owned(), "CustomControlTowerStackSet".to_owned())].into(),
        },
        instances: instances.collect(),
        last_operation: Some("SUCCEEDED".to_owned()),
    };
    let parameter = |number: u8, value: Option<&str>| ParameterFacts {
        name: format!("/scene/{number}"),
        value: value.map(str::to_owned),
    };
    let pipeline = PipelineFacts {
        name: PIPELINE.to_owned(),
        source_provider: "S3".to_owned(),
        s3: Some(S3Source { bucket: BUCKET.to_owned(), key: cfct_package::ZIP.to_owned() }),
        repository: None,
        stages: vec!["Source".to_owned(), "Build".to_owned()],
    };
    let execution = Execution { id: "1".to_owned(), status: "InProgress".to_owned() };
    let workloads = (0..ACCOUNTS).map(|number| account(format!("{number:012}"), &format!("team-{number}")));
    State {
        caller: MANAGEMENT.to_owned(),
        management_account: MANAGEMENT.to_owned(),
        root: "r-acme".to_owned(),
        policy_types: vec!["SERVICE_CONTROL_POLICY".to_owned()],
        units: [
            (
                "r-acme".to_owned(),
                vec![unit("ou-acme-security", "Security"), unit("ou-acme-workload", "Workloads")],
            ),
            ("ou-acme-workload".to_owned(), vec![unit("ou-acme-prodprod", "Prod")]),
        ]
        .into(),
        accounts: [
            ("r-acme".to_owned(), vec![account(MANAGEMENT.to_owned(), "management")]),
            ("ou-acme-workload".to_owned(), workloads.collect()),
        ]
        .into(),
        policies: vec![
            (policy, POLICY.to_owned(), vec!["ou-acme-workload".to_owned()]),
            (everything, POLICY.to_owned(), vec!["r-acme".to_owned()]),
        ],
        stack_sets: [(STACK_SET.to_owned(), stack_set)].into(),
        parameters: vec![parameter(1, Some("topic")), parameter(2, None), parameter(11, Some("eleven"))],
        pipelines: vec![(pipeline, vec![execution])],
        buckets: [(
            BUCKET.to_owned(),
            StoredBucket {
                owner: MANAGEMENT.to_owned(),
                kms_key: Some(KEY.to_owned()),
                ..StoredBucket::default()
            },
        )]
        .into(),
        ..of_operators()
    }
}

/// What `watch` and `diagnose` read.
fn of_runs() -> State {
    let run = RunFacts { id: "1".to_owned(), status: "InProgress".to_owned(), summary: None };
    let action = |stage: &str, name: &str, state| Action {
        stage: stage.to_owned(),
        name: name.to_owned(),
        state,
        ..Action::default()
    };
    let actions =
        vec![action("Source", "S3", Progress::Succeeded), action("Build", "Approve", Progress::Running)];
    let approval =
        Approval { stage: "Build".to_owned(), action: "Approve".to_owned(), token: "token".to_owned() };
    let machine = StateMachine { arn: "arn:machine".to_owned(), name: MACHINE.to_owned() };
    let execution = MachineExecution {
        arn: "arn:execution".to_owned(),
        name: EXECUTION.to_owned(),
        state: Progress::Failed,
        started: 1,
        ended: Some(2),
    };
    let failure = FailureEvent {
        kind: "ExecutionFailed".to_owned(),
        error: FAILURE.0.to_owned(),
        cause: FAILURE.1.to_owned(),
    };
    let operation = Operation {
        id: "op-1".to_owned(),
        action: "CREATE".to_owned(),
        state: Progress::Succeeded,
        started: 1,
        ended: Some(2),
        ..Operation::default()
    };
    let account = |number: usize| format!("{number:012}").parse().expect("an id");
    let results = (0..DEPLOYED).flat_map(|number| {
        REGIONS.map(|region| InstanceResult {
            account: account(number),
            region: region.to_owned(),
            status: "SUCCEEDED".to_owned(),
            reason: None,
        })
    });
    let stack = StackPlace {
        account: account(0),
        region: REGIONS[0].to_owned(),
        stack: format!("StackSet-{STACK_SET}-1"),
    };
    let event = |time, status: &str| StackEvent {
        time,
        resource: "Topic".to_owned(),
        kind: "AWS::SNS::Topic".to_owned(),
        status: status.to_owned(),
        reason: None,
    };
    State {
        runs: vec![(run, actions)],
        approvals: [("1".to_owned(), approval)].into(),
        machines: vec![(machine, vec![(execution, INPUT.to_owned(), vec![failure])])],
        operations: [(STACK_SET.to_owned(), vec![(operation, results.collect())])].into(),
        stacks: vec![(stack, vec![event(2, "CREATE_COMPLETE"), event(1, "CREATE_IN_PROGRESS")])],
        logs: [(format!("{}:{}", LOG.0, LOG.1), (0..LINES).map(|line| format!("line {line}")).collect())]
            .into(),
        ..State::default()
    }
}

/// What `apply`, `verify` and `doctor` read.
fn of_operators() -> State {
    let management = MANAGEMENT.parse().expect("an id");
    let place = Place { account: management, region: REGIONS[0].to_owned() };
    let vault = Vault {
        is_locked: true,
        fewest_days: Some(VAULT.1),
        most_days: Some(VAULT.2),
        key: Some(KEY.to_owned()),
    };
    let types = [("EBS".to_owned(), true), ("EFS".to_owned(), true)];
    State {
        resource_types: [(place.clone(), types.into())].into(),
        vaults: [(place, [(VAULT.0.to_owned(), vault)].into())].into(),
        roles: [(management, ROLE.to_owned())].into(),
        rules: vec![Rule { name: RULE.0.to_owned(), is_enabled: true, pattern: RULE.1.to_owned() }],
        ..of_runs()
    }
}

#[test]
fn the_cloud_in_memory_holds_the_contract() {
    hold("memory", &runtime(), &Cloud::new(scene()));
}

#[test]
fn a_bucket_of_somebody_else_is_closed() {
    let cloud = Cloud::new(scene());
    let runtime = runtime();
    // moto answers whoever asks, whatever owner is expected, so this is asserted of the fake alone.
    let error = runtime.block_on(cloud.open(BUCKET, "444455556666")).expect_err("not ours");
    assert_eq!(error.kind, ErrorKind::AccessDenied);
}
