use cfct_core::pipeline_run::{Action, InstanceResult, Operation, State};
use tokio::runtime::Builder;

use super::{Lookout, newest};
use crate::error::{AwsError, ErrorKind};
use crate::memory::{Cloud, State as Stored, StoredExecution};
use crate::operation::{cloudformation, states};
use crate::ports::{Execution, MachineExecution, PipelineFacts, RunFacts, StateMachine};

const PIPELINE: &str = "pipeline";

fn wait<T>(work: impl Future<Output = T>) -> T {
    Builder::new_current_thread().build().unwrap().block_on(work)
}

fn action(project: &str, started: i64, ended: Option<i64>) -> Action {
    Action {
        stage: "Deploy".to_owned(),
        name: project.to_owned(),
        provider: "CodeBuild".to_owned(),
        state: if ended.is_some() { State::Succeeded } else { State::Running },
        started: Some(started),
        ended,
        external_id: Some(format!("{project}:1")),
        ..Action::default()
    }
}

fn execution(name: &str, started: i64, ended: Option<i64>) -> StoredExecution {
    let input = format!(r#"{{"ResourceProperties":{{"StackSetName":"{name}"}}}}"#);
    let facts = MachineExecution {
        arn: name.to_owned(),
        name: name.to_owned(),
        state: if ended.is_some() { State::Succeeded } else { State::Running },
        started,
        ended,
    };
    (facts, input, Vec::new())
}

fn operation(id: &str, state: State, started: i64) -> (Operation, Vec<InstanceResult>) {
    let result = InstanceResult {
        account: "111122223333".parse().unwrap(),
        region: "eu-west-1".to_owned(),
        status: "SUCCEEDED".to_owned(),
        reason: None,
    };
    (Operation { id: id.to_owned(), state, started, ..Operation::default() }, vec![result])
}

/// One stack set is done, one is at work; the day before there was another run.
fn cloud() -> Cloud {
    let facts = PipelineFacts {
        name: PIPELINE.to_owned(),
        source_provider: "S3".to_owned(),
        s3: None,
        repository: None,
        stages: vec!["Build".to_owned(), "Deploy".to_owned()],
    };
    let ended = |id: &str, status: &str| Execution { id: id.to_owned(), status: status.to_owned() };
    let machine =
        |name: &str| StateMachine { arn: format!("arn:{name}"), name: format!("CustomControlTower{name}") };
    let run = RunFacts { id: "1".to_owned(), status: "InProgress".to_owned(), summary: None };
    let executions = vec![
        execution("vault", 100_200, None),
        execution("key", 100_100, Some(100_150)),
        execution("old", 10_000, Some(10_100)),
    ];
    Cloud::new(Stored {
        pipelines: vec![(facts, vec![ended("1", "InProgress"), ended("0", "Failed")])],
        runs: vec![(run, vec![action("Custom-StackSet-Build", 100_000, None)])],
        machines: vec![
            (machine("StackSetStateMachine"), executions),
            (machine("ServiceControlPolicyMachine"), vec![execution("guard", 100_120, None)]),
        ],
        operations: [
            (
                "vault".to_owned(),
                vec![operation("new", State::Running, 100_210), operation("old", State::Succeeded, 10_000)],
            ),
            ("key".to_owned(), vec![operation("done", State::Succeeded, 100_110)]),
        ]
        .into(),
        ..Stored::default()
    })
}

fn calls_of(cloud: &Cloud, operation: crate::Operation) -> Vec<String> {
    let calls = std::mem::take(&mut cloud.state().calls);
    calls.into_iter().filter(|(called, _)| *called == operation).map(|(_, subject)| subject).collect()
}

#[test]
fn a_stage_has_the_executions_of_its_own_machine_and_time_alone() {
    let cloud = cloud();
    let run = wait(async { Lookout::on(&cloud, PIPELINE, "1").await?.look(&cloud).await }).unwrap();
    let deployments = &run.stages[1].actions[0].deployments;
    let seen: Vec<(&str, usize)> = deployments
        .iter()
        .map(|deployment| (deployment.subject.as_str(), deployment.operations.len()))
        .collect();
    assert_eq!(seen, [("key", 1), ("vault", 1)], "in their order, without those of other runs and stages");
    assert_eq!(deployments[1].operations[0].counts.succeeded, 1);
}

#[test]
fn what_is_over_is_not_asked_for_again() {
    let cloud = cloud();
    let mut lookout = wait(Lookout::on(&cloud, PIPELINE, "1")).unwrap();
    wait(lookout.look(&cloud)).unwrap();
    let results = cloudformation::LIST_STACK_SET_OPERATION_RESULTS;
    assert_eq!(calls_of(&cloud, results), ["key", "vault"]);
    wait(lookout.look(&cloud)).unwrap();
    assert_eq!(calls_of(&cloud, results), ["vault"]);
    wait(lookout.look(&cloud)).unwrap();
    assert_eq!(calls_of(&cloud, states::DESCRIBE_EXECUTION), Vec::<String>::new());
}

#[test]
fn a_stack_set_that_is_not_there_yet_has_no_operations() {
    let cloud = cloud();
    cloud.state().operations.remove("vault");
    let run = wait(async { Lookout::on(&cloud, PIPELINE, "1").await?.look(&cloud).await }).unwrap();
    assert_eq!(run.stages[1].actions[0].deployments[1].operations, []);
}

#[test]
fn a_fault_leaves_the_lookout_as_it_was() {
    let undisturbed =
        wait(async { Lookout::on(&cloud(), PIPELINE, "1").await?.look(&cloud()).await }).unwrap();
    let calls = 12;
    for at in 2..calls {
        let cloud = cloud();
        let mut lookout = wait(Lookout::on(&cloud, PIPELINE, "1")).unwrap();
        cloud.state().faults.insert(at, ErrorKind::Unreachable);
        let failed = wait(lookout.look(&cloud)).err();
        assert_eq!(failed.map(|error| error.kind), Some(ErrorKind::Unreachable), "call {at}");
        assert_eq!(wait(lookout.look(&cloud)).unwrap(), undisturbed, "call {at}");
    }
    let whole = cloud();
    wait(async { Lookout::on(&whole, PIPELINE, "1").await?.look(&whole).await }).unwrap();
    assert_eq!(whole.state().calls.len(), calls, "every call was one of them");
}

#[test]
fn runs_are_found_by_id_or_by_how_they_ended() {
    let cloud = cloud();
    let failed = wait(newest(&cloud, PIPELINE, |status| status == "Failed")).unwrap();
    assert_eq!(failed.as_deref(), Some("0"));
    assert_eq!(wait(newest(&cloud, PIPELINE, |_| true)).unwrap().as_deref(), Some("1"));
    let kind = |error: AwsError| (error.kind, error.subject);
    let none = wait(newest(&cloud, "another", |_| true)).unwrap_err();
    assert_eq!(kind(none), (ErrorKind::NotFound, "another".to_owned()));
    let none = wait(Lookout::on(&cloud, PIPELINE, "7")).unwrap_err();
    assert_eq!(kind(none), (ErrorKind::NotFound, "7".to_owned()));
}
