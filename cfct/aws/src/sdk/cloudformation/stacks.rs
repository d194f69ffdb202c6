//! Stacks of the caller's own account.

use aws_sdk_cloudformation::types::{Stack, TemplateStage};
use cfct_core::catalog::Values;
use cfct_core::diagnosis::StackEvent;

use super::{EVENTS, event};
use crate::aws::Aws;
use crate::error::AwsError;
use crate::operation::cloudformation as operation;
use crate::ports::{StackResource, Stacks};
use crate::sdk::text;

impl Stacks for Aws {
    async fn parameters(&self, stack: &str) -> Result<Values, AwsError> {
        let request = self.cloudformation().describe_stacks().stack_name(stack).send();
        let answer = self.call(operation::DESCRIBE_STACKS, stack, request).await?;
        let parameters = answer.stacks().iter().flat_map(Stack::parameters);
        Ok(parameters
            .map(|parameter| (text(parameter.parameter_key()), text(parameter.parameter_value())))
            .collect())
    }

    async fn template(&self, stack: &str) -> Result<String, AwsError> {
        let request = self.cloudformation().get_template().stack_name(stack);
        let request = request.template_stage(TemplateStage::Processed).send();
        let answer = self.call(operation::GET_TEMPLATE, stack, request).await?;
        Ok(text(answer.template_body()))
    }

    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, AwsError> {
        self.pages(operation::LIST_STACK_RESOURCES, stack, async |token| {
            let request = self.cloudformation().list_stack_resources().stack_name(stack);
            let request = request.set_next_token(token).send();
            let page = self.call(operation::LIST_STACK_RESOURCES, stack, request).await?;
            let resources = page.stack_resource_summaries().iter().map(|resource| StackResource {
                logical: text(resource.logical_resource_id()),
                physical: text(resource.physical_resource_id()),
                kind: text(resource.resource_type()),
            });
            Ok((resources.collect(), page.next_token))
        })
        .await
    }

    async fn own_events(&self, stack: &str) -> Result<Vec<StackEvent>, AwsError> {
        let mut events = Vec::new();
        let mut token = None;
        loop {
            let request = self.cloudformation().describe_stack_events().stack_name(stack);
            let request = request.set_next_token(token).send();
            let page = self.call(operation::DESCRIBE_STACK_EVENTS, stack, request).await?;
            events.extend(page.stack_events().iter().map(event));
            token = page.next_token;
            if token.is_none() || events.len() >= EVENTS {
                return Ok(events);
            }
        }
    }
}
