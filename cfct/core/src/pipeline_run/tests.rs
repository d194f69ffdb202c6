//! Runs as they are looked at: trees, events, what is left.

use super::{
    Action, Deployment, Estimate, Event, InstanceResult, Operation, Run, Stage, State, View, between,
    remaining, subject, tree,
};

fn result(account: u8, status: &str, reason: Option<&str>) -> InstanceResult {
    InstanceResult {
        account: format!("{account:012}").parse().unwrap(),
        region: "eu-west-1".to_owned(),
        status: status.to_owned(),
        reason: reason.map(str::to_owned),
    }
}

fn deployment(name: &str, state: State, started: i64) -> Deployment {
    Deployment {
        execution: format!("arn:{name}"),
        subject: name.to_owned(),
        is_stack_set: true,
        state,
        started,
        ended: state.is_over().then_some(started + 30),
        operations: Vec::new(),
    }
}

/// A run in its last stage: two stack sets done, one at work.
fn run() -> Run {
    let action = |name: &str, state: State, started: i64| Action {
        stage: name.to_owned(),
        name: "Run".to_owned(),
        provider: "CodeBuild".to_owned(),
        state,
        started: Some(started),
        ended: state.is_over().then_some(started + 60),
        ..Action::default()
    };
    let mut at_work = deployment("vault", State::Running, 200);
    let mut operation = Operation {
        id: "op".to_owned(),
        action: "CREATE".to_owned(),
        state: State::Running,
        started: 210,
        ..Operation::default()
    };
    operation.take_in(vec![
        result(1, "SUCCEEDED", None),
        result(2, "FAILED", Some("no role")),
        result(3, "RUNNING", None),
        result(4, "PENDING", None),
    ]);
    at_work.operations.push(operation);
    let mut last = action("Deploy", State::Running, 100);
    last.deployments =
        vec![deployment("key", State::Succeeded, 110), deployment("role", State::Succeeded, 150), at_work];
    let stage = |name: &str, actions| Stage { name: name.to_owned(), actions };
    Run {
        pipeline: "pipeline".to_owned(),
        id: "1".to_owned(),
        status: "InProgress".to_owned(),
        summary: None,
        stages: vec![
            stage("Build", vec![action("Build", State::Succeeded, 0)]),
            stage("Deploy", vec![last]),
            stage("After", Vec::new()),
        ],
    }
}

#[test]
fn the_tree_shows_what_is_at_work_and_one_line_of_what_is_over() {
    let lines = tree(&run(), &View { now: 300, remaining: Some(4000), width: 80 });
    assert_eq!(
        lines,
        [
            "▸ pipeline 1 (5 min), about 1 h 6 min to go",
            "  ✓ Build (1 min)",
            "  ▸ Deploy (3 min 20 s)",
            "    ▸ Run",
            "    ✓ key (30 s)",
            "    ✓ role (30 s)",
            "    ▸ vault (1 min 40 s)",
            "      ▸ create 2 of 4 instances, 1 failed, 1 at work (1 min 30 s)",
            "        ✗ 000000000002, eu-west-1: no role",
            "  · After",
        ]
    );
}

#[test]
fn many_stack_sets_that_are_done_are_counted() {
    let mut run = run();
    let done = (0..400).map(|number| deployment(&format!("set-{number}"), State::Succeeded, number));
    run.stages[1].actions[0].deployments.splice(0..2, done);
    let lines = tree(&run, &View { now: 300, remaining: None, width: 80 });
    assert_eq!(lines.len(), 12, "{lines:#?}");
    assert!(lines.contains(&"    ✓ 397 more".to_owned()), "{lines:#?}");
}

#[test]
fn a_line_is_never_wider_than_the_terminal() {
    let mut run = run();
    run.stages[1].actions[0].deployments[2].operations[0].failures[0].reason = "ä\n".repeat(500);
    for width in [20, 40, 200] {
        let lines = tree(&run, &View { now: 300, remaining: None, width });
        assert!(lines.iter().all(|line| line.chars().count() <= width && !line.contains('\n')), "{lines:#?}");
    }
}

#[test]
fn only_what_changed_is_an_event() {
    let before = run();
    assert_eq!(between(Some(&before), &before), []);
    let mut after = before.clone();
    let operation = &mut after.stages[1].actions[0].deployments[2].operations[0];
    operation.state = State::Failed;
    operation.take_in(vec![
        result(1, "SUCCEEDED", None),
        result(2, "FAILED", Some("no role")),
        result(3, "FAILED", Some("no role")),
        result(4, "CANCELLED", Some("Cancelled since failure tolerance has exceeded")),
    ]);
    after.stages[1].actions[0].deployments[2].state = State::Failed;
    after.stages[1].actions[0].state = State::Failed;
    after.status = "Failed".to_owned();
    let said: Vec<String> = between(Some(&before), &after).iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "vault: failed in 000000000003, eu-west-1: no role",
            "vault: create failed, 4 of 4 instances, 2 failed",
            "vault: failed",
            "Deploy / Run: failed",
            "pipeline 1: Failed",
        ]
    );
}

#[test]
fn an_approval_that_is_waited_for_is_an_event_once() {
    let mut run = run();
    let mut approval = run.stages[1].actions[0].clone();
    approval.provider = "Manual".to_owned();
    approval.deployments.clear();
    run.stages[2].actions.push(Action { stage: "After".to_owned(), ..approval });
    let needed =
        |events: Vec<Event>| events.iter().filter(|e| matches!(e, Event::ApprovalNeeded { .. })).count();
    assert_eq!(needed(between(None, &run)), 1);
    assert_eq!(needed(between(Some(&run), &run)), 0);
    assert_eq!(run.approval().map(|action| action.stage.as_str()), Some("After"));
}

#[test]
fn what_is_left_is_the_rest_of_the_plan() {
    let estimate = |name: &str, seconds| Estimate { stack_set: name.to_owned(), seconds };
    let plan = [estimate("key", 100), estimate("role", 100), estimate("vault", 150), estimate("plan", 70)];
    let mut run = run();
    assert_eq!(remaining(&run, &plan, 300), Some(50 + 70));
    assert_eq!(remaining(&run, &plan, 900), Some(70), "later than expected is no negative time");
    assert_eq!(remaining(&run, &[], 300), None);
    run.stages[1].actions[0].deployments.clear();
    assert_eq!(remaining(&run, &plan, 300), Some(420));
    run.status = "Succeeded".to_owned();
    assert_eq!(remaining(&run, &plan, 300), None);
}

#[test]
fn the_input_of_an_execution_names_its_subject() {
    let stack_set = r#"{"ResourceProperties":{"StackSetName":"CustomControlTower-vault"}}"#;
    let policy = r#"{"ResourceProperties":{"PolicyDocument":{"Name":"guard"}}}"#;
    assert_eq!(subject(stack_set), Some(("CustomControlTower-vault".to_owned(), true)));
    assert_eq!(subject(policy), Some(("guard".to_owned(), false)));
    assert_eq!(subject("{}"), None);
    assert_eq!(subject("<html>"), None);
}

#[test]
fn words_of_every_service_have_their_state() {
    for (word, state) in [
        ("InProgress", State::Running),
        ("Superseded", State::Stopped),
        ("TIMED_OUT", State::Failed),
        ("ABORTED", State::Stopped),
        ("QUEUED", State::Waiting),
        ("SUCCEEDED", State::Succeeded),
        ("SomethingNew", State::Waiting),
    ] {
        assert_eq!(State::of(word), state, "{word}");
    }
}
