//! Stack sets and pipelines.

use super::{Cloud, not_found};
use crate::error::AwsError;
use crate::operation::{cloudformation, codepipeline};
use crate::ports::{Execution, InstanceFacts, Pipeline, PipelineFacts, StackSetFacts, StackSetReader};

impl StackSetReader for Cloud {
    async fn stack_sets(&self) -> Result<Vec<String>, AwsError> {
        Ok(self.called(cloudformation::LIST_STACK_SETS, "")?.stack_sets.keys().cloned().collect())
    }

    async fn stack_set(&self, name: &str) -> Result<StackSetFacts, AwsError> {
        let operation = cloudformation::DESCRIBE_STACK_SET;
        let state = self.called(operation, name)?;
        state.stack_sets.get(name).map(|set| set.facts.clone()).ok_or_else(|| not_found(operation, name))
    }

    async fn instances(&self, stack_set: &str) -> Result<Vec<InstanceFacts>, AwsError> {
        let operation = cloudformation::LIST_STACK_INSTANCES;
        let state = self.called(operation, stack_set)?;
        let found = state.stack_sets.get(stack_set).map(|set| set.instances.clone());
        found.ok_or_else(|| not_found(operation, stack_set))
    }

    async fn last_operation(&self, stack_set: &str) -> Result<Option<String>, AwsError> {
        let operation = cloudformation::LIST_STACK_SET_OPERATIONS;
        let state = self.called(operation, stack_set)?;
        let found = state.stack_sets.get(stack_set).map(|set| set.last_operation.clone());
        found.ok_or_else(|| not_found(operation, stack_set))
    }
}

impl Pipeline for Cloud {
    async fn pipeline(&self, name: &str) -> Result<Option<PipelineFacts>, AwsError> {
        let state = self.called(codepipeline::GET_PIPELINE, name)?;
        Ok(state.pipelines.iter().map(|(facts, _)| facts).find(|facts| facts.name == name).cloned())
    }

    async fn executions(&self, pipeline: &str) -> Result<Vec<Execution>, AwsError> {
        let operation = codepipeline::LIST_PIPELINE_EXECUTIONS;
        let state = self.called(operation, pipeline)?;
        let found = state.pipelines.iter().find(|(facts, _)| facts.name == pipeline);
        found.map(|(_, executions)| executions.clone()).ok_or_else(|| not_found(operation, pipeline))
    }
}
