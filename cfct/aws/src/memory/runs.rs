//! What pipelines, state machines and stack sets did.

use cfct_core::aws::AccountId;
use cfct_core::diagnosis::{FailureEvent, StackEvent};
use cfct_core::pipeline_run::{Action, InstanceResult, Operation};

use super::{Cloud, not_found};
use crate::error::AwsError;
use crate::operation::{cloudformation, codepipeline, logs, states};
use crate::ports::{
    Approval, Approvals, BuildLogs, MachineExecution, PipelineRuns, RunFacts, StackEvents, StackPlace,
    StackSetOperations, StateMachine, StateMachines,
};

impl PipelineRuns for Cloud {
    async fn run(&self, _: &str, execution: &str) -> Result<Option<RunFacts>, AwsError> {
        let state = self.called(codepipeline::GET_PIPELINE_EXECUTION, execution)?;
        Ok(state.runs.iter().map(|(facts, _)| facts).find(|facts| facts.id == execution).cloned())
    }

    async fn actions(&self, _: &str, execution: &str) -> Result<Vec<Action>, AwsError> {
        let state = self.called(codepipeline::LIST_ACTION_EXECUTIONS, execution)?;
        let found = state.runs.iter().find(|(facts, _)| facts.id == execution);
        Ok(found.map(|(_, actions)| actions.clone()).unwrap_or_default())
    }
}

impl Approvals for Cloud {
    async fn waiting(&self, pipeline: &str, execution: &str) -> Result<Option<Approval>, AwsError> {
        let state = self.called(codepipeline::GET_PIPELINE_STATE, pipeline)?;
        Ok(state.approvals.get(execution).cloned())
    }

    async fn answer(
        &self,
        _: &str,
        approval: &Approval,
        approved: bool,
        comment: &str,
    ) -> Result<(), AwsError> {
        let mut state = self.called(codepipeline::PUT_APPROVAL_RESULT, &approval.action)?;
        let is_waited_for = state.approvals.values().any(|waiting| waiting == approval);
        if !is_waited_for {
            return Err(not_found(codepipeline::PUT_APPROVAL_RESULT, &approval.action));
        }
        state.approvals.retain(|_, waiting| waiting != approval);
        state.answers.push((approved, comment.to_owned()));
        Ok(())
    }
}

impl StateMachines for Cloud {
    async fn machines(&self) -> Result<Vec<StateMachine>, AwsError> {
        let state = self.called(states::LIST_STATE_MACHINES, "")?;
        Ok(state.machines.iter().map(|(machine, _)| machine.clone()).collect())
    }

    async fn machine_executions(&self, machine: &str) -> Result<Vec<MachineExecution>, AwsError> {
        let state = self.called(states::LIST_EXECUTIONS, machine)?;
        let found = state.machines.iter().find(|(facts, _)| facts.arn == machine);
        let found = found.ok_or_else(|| not_found(states::LIST_EXECUTIONS, machine))?;
        Ok(found.1.iter().map(|(execution, ..)| execution.clone()).collect())
    }

    async fn input(&self, execution: &str) -> Result<String, AwsError> {
        let state = self.called(states::DESCRIBE_EXECUTION, execution)?;
        let mut executions = state.machines.iter().flat_map(|(_, executions)| executions);
        let found = executions.find(|(facts, ..)| facts.arn == execution);
        found
            .map(|(_, input, _)| input.clone())
            .ok_or_else(|| not_found(states::DESCRIBE_EXECUTION, execution))
    }

    async fn failure_events(&self, execution: &str) -> Result<Vec<FailureEvent>, AwsError> {
        let state = self.called(states::GET_EXECUTION_HISTORY, execution)?;
        let mut executions = state.machines.iter().flat_map(|(_, executions)| executions);
        let found = executions.find(|(facts, ..)| facts.arn == execution);
        found
            .map(|(_, _, events)| events.clone())
            .ok_or_else(|| not_found(states::GET_EXECUTION_HISTORY, execution))
    }
}

impl StackSetOperations for Cloud {
    async fn operations(&self, stack_set: &str) -> Result<Vec<Operation>, AwsError> {
        let operation = cloudformation::LIST_STACK_SET_OPERATIONS;
        let state = self.called(operation, stack_set)?;
        let found = state.operations.get(stack_set).ok_or_else(|| not_found(operation, stack_set))?;
        Ok(found.iter().map(|(operation, _)| operation.clone()).collect())
    }

    async fn results(&self, stack_set: &str, id: &str) -> Result<Vec<InstanceResult>, AwsError> {
        let operation = cloudformation::LIST_STACK_SET_OPERATION_RESULTS;
        let state = self.called(operation, stack_set)?;
        let found = state.operations.get(stack_set).and_then(|all| all.iter().find(|(o, _)| o.id == id));
        found.map(|(_, results)| results.clone()).ok_or_else(|| not_found(operation, stack_set))
    }

    async fn stack_of(
        &self,
        stack_set: &str,
        account: AccountId,
        region: &str,
    ) -> Result<Option<String>, AwsError> {
        let state = self.called(cloudformation::DESCRIBE_STACK_INSTANCE, stack_set)?;
        let stacks = state.stacks.iter().map(|(place, _)| place);
        let mut stacks = stacks.filter(|place| place.account == account && place.region == region);
        Ok(stacks.find(|place| place.stack.contains(stack_set)).map(|place| place.stack.clone()))
    }
}

impl StackEvents for Cloud {
    async fn events(&self, place: &StackPlace) -> Result<Vec<StackEvent>, AwsError> {
        let state = self.called(cloudformation::DESCRIBE_STACK_EVENTS, &place.stack)?;
        let found = state.stacks.iter().find(|(stack, _)| stack == place);
        found
            .map(|(_, events)| events.clone())
            .ok_or_else(|| not_found(cloudformation::DESCRIBE_STACK_EVENTS, &place.stack))
    }
}

impl BuildLogs for Cloud {
    async fn tail(&self, group: &str, stream: &str, lines: usize) -> Result<Vec<String>, AwsError> {
        let state = self.called(logs::GET_LOG_EVENTS, group)?;
        let all = state.logs.get(&format!("{group}:{stream}")).cloned().unwrap_or_default();
        Ok(all[all.len().saturating_sub(lines)..].to_vec())
    }
}
