//! What pipelines, state machines, stack sets and builds did: what `watch` and `diagnose` read.

use std::collections::BTreeSet;

use cfct_aws::ErrorKind;
use cfct_aws::ports::{Approval, StackPlace};
use cfct_core::pipeline_run::State;

use super::{DEPLOYED, PIPELINE, Ports, REGIONS, STACK_SET};

/// The state machine of the scene, whose one execution fails.
pub const MACHINE: &str = "CustomControlTowerStackSetStateMachine";
/// The name of that execution.
pub const EXECUTION: &str = "one";
/// Its input.
pub const INPUT: &str = r#"{"RequestType":"Create"}"#;
/// Its error and cause.
pub const FAILURE: (&str, &str) = ("Broken", "it is");
/// The log of a build.
pub const LOG: (&str, &str) = ("/aws/codebuild/build", "0a1b");
/// Its lines.
pub const LINES: usize = 20;

pub async fn pipeline_runs<P: Ports>(ports: &P) {
    let started = ports.executions(PIPELINE).await.expect("executions");
    let run = ports.run(PIPELINE, &started[0].id).await.expect("an answer").expect("a run");
    assert_eq!((&run.id, &run.status), (&started[0].id, &started[0].status));
    for nobody in ["11111111-2222-3333-4444-555555555555", "nobody"] {
        assert_eq!(ports.run(PIPELINE, nobody).await.expect("no such run is no error"), None);
    }
}

pub async fn actions<P: Ports>(ports: &P) {
    let started = ports.executions(PIPELINE).await.expect("executions");
    let actions = ports.actions(PIPELINE, &started[0].id).await.expect("actions");
    assert!(!actions.is_empty(), "a run that has started has done something");
    let names: Vec<_> = actions.iter().map(|action| (action.stage.as_str(), action.name.as_str())).collect();
    assert_eq!(names[0], ("Source", "S3"), "in the order in which they started");
}

pub async fn approvals<P: Ports>(ports: &P) {
    let started = ports.executions(PIPELINE).await.expect("executions");
    let waiting = ports.waiting(PIPELINE, &started[0].id).await.expect("an answer").expect("an approval");
    ports.answer(PIPELINE, &waiting, true, "fine").await.expect("answered");
    assert_eq!(ports.waiting(PIPELINE, &started[0].id).await.expect("an answer"), None);
    ports.answer(PIPELINE, &waiting, true, "fine").await.expect_err("it is answered");
}

pub async fn answers<P: Ports>(ports: &P) {
    let nothing = ports.waiting(PIPELINE, "11111111-2222-3333-4444-555555555555").await.expect("an answer");
    assert_eq!(nothing, None);
    let stale = Approval { stage: "Build".to_owned(), action: "None".to_owned(), token: "stale".to_owned() };
    let error = ports.answer(PIPELINE, &stale, true, "").await.expect_err("nobody waits for that");
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
}

pub async fn state_machines<P: Ports>(ports: &P) {
    let machines = ports.machines().await.expect("machines");
    let machine = machines.iter().find(|machine| machine.name == MACHINE).expect("the scene's machine");
    let executions = ports.machine_executions(&machine.arn).await.expect("executions");
    let [execution] = executions.as_slice() else { panic!("{executions:?}") };
    assert_eq!((execution.name.as_str(), execution.state), (EXECUTION, State::Failed));
    assert!(execution.ended.is_some_and(|ended| ended >= execution.started));
    assert_eq!(ports.input(&execution.arn).await.expect("its input"), INPUT);
    let gone = format!("{}x", machine.arn);
    let error = ports.machine_executions(&gone).await.expect_err("no such machine");
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
    let error = ports.input(&format!("{}x", execution.arn)).await.expect_err("no such execution");
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
}

pub async fn failures<P: Ports>(ports: &P) {
    let machines = ports.machines().await.expect("machines");
    let machine = machines.iter().find(|machine| machine.name == MACHINE).expect("the scene's machine");
    let executions = ports.machine_executions(&machine.arn).await.expect("executions");
    let events = ports.failure_events(&executions[0].arn).await.expect("events");
    let events: Vec<_> = events
        .iter()
        .map(|event| (event.kind.as_str(), event.error.as_str(), event.cause.as_str()))
        .collect();
    assert_eq!(events, [("ExecutionFailed", FAILURE.0, FAILURE.1)]);
}

pub async fn stack_set_operations<P: Ports>(ports: &P) {
    let operations = ports.operations(STACK_SET).await.expect("operations");
    let [operation] = operations.as_slice() else { panic!("{operations:?}") };
    assert_eq!((operation.action.as_str(), operation.state), ("CREATE", State::Succeeded));
    assert!(operation.ended.is_some_and(|ended| ended >= operation.started), "{operation:?}");
    let results = ports.results(STACK_SET, &operation.id).await.expect("results");
    let places: BTreeSet<_> = results.iter().map(|result| (result.account, result.region.clone())).collect();
    assert_eq!((results.len(), places.len()), (DEPLOYED * REGIONS.len(), DEPLOYED * REGIONS.len()));
    assert!(results.iter().all(|result| result.status == "SUCCEEDED"), "{:?}", results[0]);
    assert_eq!(ports.operations("gone").await.expect_err("no such stack set").kind, ErrorKind::NotFound);
}

pub async fn operations_that_are_not_there<P: Ports>(ports: &P) {
    let id = "11111111-2222-3333-4444-555555555555";
    let error = ports.results(STACK_SET, id).await.expect_err("no such operation");
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
}

pub async fn stacks_of_instances<P: Ports>(ports: &P) {
    let account = ports.instances(STACK_SET).await.expect("instances")[0].account;
    let stack = ports.stack_of(STACK_SET, account, REGIONS[0]).await.expect("an answer").expect("a stack");
    assert!(stack.contains("StackSet-CustomControlTower-topic"), "{stack}");
    let nobody = "999988887777".parse().expect("an id");
    assert_eq!(ports.stack_of(STACK_SET, nobody, REGIONS[0]).await.expect("no instance is no error"), None);
}

pub async fn stack_events<P: Ports>(ports: &P) {
    let account = ports.instances(STACK_SET).await.expect("instances")[0].account;
    let stack = ports.stack_of(STACK_SET, account, REGIONS[0]).await.expect("an answer").expect("a stack");
    let place = StackPlace { account, region: REGIONS[0].to_owned(), stack };
    let events = ports.events(&place).await.expect("events");
    let of_topic: Vec<&str> =
        events.iter().filter(|event| event.resource == "Topic").map(|event| event.status.as_str()).collect();
    assert_eq!(of_topic, ["CREATE_COMPLETE", "CREATE_IN_PROGRESS"], "the newest first");
    assert!(events.iter().all(|event| event.reason.as_deref() != Some("")), "{events:?}");
}

pub async fn build_logs<P: Ports>(ports: &P) {
    let tail = ports.tail(LOG.0, LOG.1, 3).await.expect("lines");
    let last: Vec<String> = (LINES - 3..LINES).map(|number| format!("line {number}")).collect();
    assert_eq!(tail, last);
    assert_eq!(ports.tail(LOG.0, LOG.1, 100).await.expect("lines").len(), LINES);
    let nothing = ports.tail("/aws/codebuild/other", LOG.1, 3).await.expect("no log is no error");
    assert_eq!(nothing, Vec::<String>::new());
}
