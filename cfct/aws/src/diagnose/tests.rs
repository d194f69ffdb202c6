use std::collections::BTreeSet;

use cfct_core::diagnosis::{FailureEvent, StackEvent};
use cfct_core::pipeline_run::{Action, InstanceResult, Operation as StackSetOperation, State};
use tokio::runtime::Builder;

use super::gather;
use crate::Operation;
use crate::memory::{Cloud, State as Stored};
use crate::operation::{cloudformation, logs, states};
use crate::ports::{MachineExecution, PipelineFacts, RunFacts, StackPlace, StateMachine};
use crate::watch::Lookout;

fn cloud() -> Cloud {
    let account = "222233334444".parse().unwrap();
    let region = "eu-west-1".to_owned();
    let facts = PipelineFacts {
        name: "pipeline".to_owned(),
        source_provider: "S3".to_owned(),
        s3: None,
        repository: None,
        stages: vec!["Deploy".to_owned()],
    };
    let action = Action {
        stage: "Deploy".to_owned(),
        name: "Deploy".to_owned(),
        provider: "CodeBuild".to_owned(),
        state: State::Failed,
        started: Some(100),
        ended: Some(200),
        external_id: Some("StackSet-Build:7".to_owned()),
        ..Action::default()
    };
    let execution = MachineExecution {
        arn: "arn:vault".to_owned(),
        name: "vault".to_owned(),
        state: State::Failed,
        started: 110,
        ended: Some(190),
    };
    let failure =
        FailureEvent { kind: "ExecutionFailed".to_owned(), error: "x".to_owned(), cause: "y".to_owned() };
    let input = r#"{"ResourceProperties":{"StackSetName":"vault"}}"#.to_owned();
    let operation = StackSetOperation {
        id: "op".to_owned(),
        state: State::Failed,
        started: 120,
        ..StackSetOperation::default()
    };
    let result = InstanceResult {
        account,
        region: region.clone(),
        status: "FAILED".to_owned(),
        reason: Some("no".to_owned()),
    };
    let event = StackEvent {
        time: 150,
        resource: "Vault".to_owned(),
        kind: "AWS::Backup::BackupVault".to_owned(),
        status: "CREATE_FAILED".to_owned(),
        reason: Some("no".to_owned()),
    };
    let machine =
        StateMachine { arn: "arn".to_owned(), name: "CustomControlTowerStackSetStateMachine".to_owned() };
    Cloud::new(Stored {
        pipelines: vec![(facts, Vec::new())],
        runs: vec![(
            RunFacts { id: "1".to_owned(), status: "Failed".to_owned(), summary: None },
            vec![action],
        )],
        machines: vec![(machine, vec![(execution, input, vec![failure])])],
        operations: [("vault".to_owned(), vec![(operation, vec![result])])].into(),
        stacks: vec![(StackPlace { account, region, stack: "stack/vault".to_owned() }, vec![event])],
        logs: [("/aws/codebuild/StackSet-Build:7".to_owned(), vec!["ERROR".to_owned()])].into(),
        ..Stored::default()
    })
}

#[test]
fn each_level_that_may_not_be_seen_is_a_gap_of_its_own() {
    let levels: [(Option<Operation>, [usize; 4]); 5] = [
        (None, [1, 1, 1, 0]),
        (Some(logs::GET_LOG_EVENTS), [0, 1, 1, 1]),
        (Some(states::GET_EXECUTION_HISTORY), [1, 0, 1, 1]),
        (Some(cloudformation::DESCRIBE_STACK_INSTANCE), [1, 1, 0, 1]),
        (Some(cloudformation::DESCRIBE_STACK_EVENTS), [1, 1, 0, 1]),
    ];
    for (denied, expected) in levels {
        let cloud = cloud();
        cloud.state().denied = denied.into_iter().collect::<BTreeSet<_>>();
        let evidence = Builder::new_current_thread().build().unwrap().block_on(async {
            let mut lookout = Lookout::on(&cloud, "pipeline", "1").await?;
            gather(&cloud, &mut lookout).await
        });
        let evidence = evidence.unwrap();
        let found = [evidence.log.len(), evidence.machine.len(), evidence.stack.len(), evidence.gaps.len()];
        assert_eq!(found, expected, "{denied:?}: {:?}", evidence.gaps);
    }
}
