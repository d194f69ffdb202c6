//! CfCT's state machines, from Step Functions.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::{ExecutionListItem, HistoryEvent};
use cfct_core::diagnosis::FailureEvent;
use cfct_core::pipeline_run::State;

use super::text;
use crate::aws::Aws;
use crate::error::AwsError;
use crate::operation::states as operation;
use crate::ports::{MachineExecution, StateMachine, StateMachineStarter, StateMachines};

/// Executions that are of interest: more than a run starts, by far.
const LATEST: i32 = 200;

/// The last events of an execution: those of its end.
const EVENTS: i32 = 100;

impl Aws {
    fn sfn(&self) -> &Client {
        self.clients.sfn.get_or_init(|| Client::new(&self.sdk))
    }
}

impl StateMachines for Aws {
    async fn machines(&self) -> Result<Vec<StateMachine>, AwsError> {
        self.pages(operation::LIST_STATE_MACHINES, "", async |token| {
            let request = self.sfn().list_state_machines().set_next_token(token).send();
            let page = self.call(operation::LIST_STATE_MACHINES, "", request).await?;
            let machines = page.state_machines().iter();
            let machines = machines.map(|machine| StateMachine {
                arn: machine.state_machine_arn().to_owned(),
                name: machine.name().to_owned(),
            });
            Ok((machines.collect(), page.next_token))
        })
        .await
    }

    async fn machine_executions(&self, machine: &str) -> Result<Vec<MachineExecution>, AwsError> {
        let request = self.sfn().list_executions().state_machine_arn(machine).max_results(LATEST).send();
        let page = self.call(operation::LIST_EXECUTIONS, machine, request).await?;
        Ok(page.executions().iter().map(execution).collect())
    }

    async fn input(&self, execution: &str) -> Result<String, AwsError> {
        let request = self.sfn().describe_execution().execution_arn(execution).send();
        let answer = self.call(operation::DESCRIBE_EXECUTION, execution, request).await?;
        Ok(text(answer.input()))
    }

    async fn failure_events(&self, execution: &str) -> Result<Vec<FailureEvent>, AwsError> {
        let request = self.sfn().get_execution_history().execution_arn(execution);
        let request = request.reverse_order(true).max_results(EVENTS).send();
        let page = self.call(operation::GET_EXECUTION_HISTORY, execution, request).await?;
        Ok(page.events().iter().filter_map(failure).collect())
    }
}

impl StateMachineStarter for Aws {
    async fn start_machine(&self, machine: &str, name: &str, input: &str) -> Result<(), AwsError> {
        let request = self.sfn().start_execution().state_machine_arn(machine).name(name).input(input).send();
        match self.call(operation::START_EXECUTION, name, request).await {
            Ok(_) => Ok(()),
            // While the first one runs, a second start is no error; after that it is this one.
            Err(error) if error.code.as_deref() == Some("ExecutionAlreadyExists") => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn execution(item: &ExecutionListItem) -> MachineExecution {
    MachineExecution {
        arn: item.execution_arn().to_owned(),
        name: item.name().to_owned(),
        state: State::of(item.status().as_str()),
        started: item.start_date().secs(),
        ended: item.stop_date().map(aws_smithy_types::DateTime::secs),
    }
}

fn failure(event: &HistoryEvent) -> Option<FailureEvent> {
    let details = [
        event.lambda_function_failed_event_details().map(|details| (details.error(), details.cause())),
        event.task_failed_event_details().map(|details| (details.error(), details.cause())),
        event.execution_failed_event_details().map(|details| (details.error(), details.cause())),
        event.lambda_function_timed_out_event_details().map(|details| (details.error(), details.cause())),
        event.execution_aborted_event_details().map(|details| (details.error(), details.cause())),
        event.execution_timed_out_event_details().map(|details| (details.error(), details.cause())),
    ];
    let (error, cause) = details.into_iter().flatten().next()?;
    Some(FailureEvent { kind: event.r#type().as_str().to_owned(), error: text(error), cause: text(cause) })
}
