//! Stack sets, what is done to them, and stacks.

mod stacks;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{
    ResourceStatus, StackInstanceSummary, StackSetOperationAction, StackSetOperationResultStatus,
    StackSetOperationResultSummary, StackSetOperationSummary, StackSetStatus,
};
use cfct_core::apply::settings::Place;
use cfct_core::aws::AccountId;
use cfct_core::diagnosis::StackEvent;
use cfct_core::pipeline_run::{InstanceResult, Operation, State};

use super::text;
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::cloudformation as operation;
use crate::ports::{
    InstanceFacts, StackEvents, StackPlace, StackSetFacts, StackSetOperations, StackSetReader, Word,
};

/// The most a page may hold.
const PAGE: i32 = 100;

/// Operations that are of interest: what ran lately.
const LATEST: i32 = 20;

/// Events of a stack that are looked through for the first failure: its last update, but not its whole life.
const EVENTS: usize = 1000;

impl Aws {
    pub(super) fn cloudformation(&self) -> &Client {
        self.clients.cloudformation.get_or_init(|| Client::new(&self.sdk))
    }
}

impl StackSetReader for Aws {
    async fn stack_sets(&self) -> Result<Vec<String>, AwsError> {
        self.pages(operation::LIST_STACK_SETS, "", async |token| {
            let request = self.cloudformation().list_stack_sets().status(StackSetStatus::Active);
            let request = request.max_results(PAGE).set_next_token(token).send();
            let page = self.call(operation::LIST_STACK_SETS, "", request).await?;
            let names = page.summaries().iter().map(|stack_set| text(stack_set.stack_set_name()));
            Ok((names.collect(), page.next_token))
        })
        .await
    }

    async fn stack_set(&self, name: &str) -> Result<StackSetFacts, AwsError> {
        let request = self.cloudformation().describe_stack_set().stack_set_name(name).send();
        let answer = self.call(operation::DESCRIBE_STACK_SET, name, request).await?;
        let Some(stack_set) = answer.stack_set() else { return Ok(StackSetFacts::default()) };
        let parameters = stack_set.parameters().iter();
        let tags = stack_set.tags().iter();
        Ok(StackSetFacts {
            name: name.to_owned(),
            template: text(stack_set.template_body()),
            parameters: parameters
                .map(|parameter| (text(parameter.parameter_key()), text(parameter.parameter_value())))
                .collect(),
            tags: tags.map(|tag| (text(tag.key()), text(tag.value()))).collect(),
        })
    }

    async fn instances(&self, stack_set: &str) -> Result<Vec<InstanceFacts>, AwsError> {
        self.pages(operation::LIST_STACK_INSTANCES, stack_set, async |token| {
            let request = self.cloudformation().list_stack_instances().stack_set_name(stack_set);
            let request = request.max_results(PAGE).set_next_token(token).send();
            let page = self.call(operation::LIST_STACK_INSTANCES, stack_set, request).await?;
            let instances: Option<Vec<_>> = page.summaries().iter().map(instance).collect();
            let instances = instances.ok_or_else(|| {
                let error = AwsError::new(ErrorKind::BadAnswer, operation::LIST_STACK_INSTANCES, stack_set);
                self.place(error.because("an instance is of no account"))
            })?;
            Ok((instances, page.next_token))
        })
        .await
    }

    async fn last_operation(&self, stack_set: &str) -> Result<Option<String>, AwsError> {
        // The newest comes first.
        let request = self.cloudformation().list_stack_set_operations().stack_set_name(stack_set);
        let request = request.max_results(1).send();
        let page = self.call(operation::LIST_STACK_SET_OPERATIONS, stack_set, request).await?;
        let newest = page.summaries().first();
        Ok(newest.and_then(|operation| operation.status()).map(|status| status.as_str().to_owned()))
    }
}

impl StackSetOperations for Aws {
    async fn operations(&self, stack_set: &str) -> Result<Vec<Operation>, AwsError> {
        let request = self.cloudformation().list_stack_set_operations().stack_set_name(stack_set);
        let request = request.max_results(LATEST).send();
        let page = self.call(operation::LIST_STACK_SET_OPERATIONS, stack_set, request).await?;
        Ok(page.summaries().iter().map(of_operation).collect())
    }

    async fn results(&self, stack_set: &str, id: &str) -> Result<Vec<InstanceResult>, AwsError> {
        self.pages(operation::LIST_STACK_SET_OPERATION_RESULTS, stack_set, async |token| {
            let request = self.cloudformation().list_stack_set_operation_results().stack_set_name(stack_set);
            let request = request.operation_id(id).max_results(PAGE).set_next_token(token).send();
            let page = self.call(operation::LIST_STACK_SET_OPERATION_RESULTS, stack_set, request).await?;
            Ok((page.summaries().iter().filter_map(result).collect(), page.next_token))
        })
        .await
    }

    async fn stack_of(
        &self,
        stack_set: &str,
        account: AccountId,
        region: &str,
    ) -> Result<Option<String>, AwsError> {
        let request = self.cloudformation().describe_stack_instance().stack_set_name(stack_set);
        let request =
            request.stack_instance_account(account.to_string()).stack_instance_region(region).send();
        match self.call(operation::DESCRIBE_STACK_INSTANCE, stack_set, request).await {
            Ok(answer) => {
                let stack = answer.stack_instance().and_then(|instance| instance.stack_id());
                Ok(stack.filter(|stack| !stack.is_empty()).map(str::to_owned))
            }
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl StackEvents for Aws {
    async fn events(&self, place: &StackPlace) -> Result<Vec<StackEvent>, AwsError> {
        let there = self.at(&Place { account: place.account, region: place.region.clone() }).await?;
        let mut events = Vec::new();
        let mut token = None;
        loop {
            let request = there.cloudformation().describe_stack_events().stack_name(&place.stack);
            let request = request.set_next_token(token).send();
            let page = there.call(operation::DESCRIBE_STACK_EVENTS, &place.stack, request).await?;
            events.extend(page.stack_events().iter().map(event));
            token = page.next_token;
            if token.is_none() || events.len() >= EVENTS {
                return Ok(events);
            }
        }
    }
}

fn of_operation(summary: &StackSetOperationSummary) -> Operation {
    Operation {
        id: text(summary.operation_id()),
        action: text(summary.action().map(StackSetOperationAction::as_str)),
        state: State::of(summary.status().map_or("", |status| status.as_str())),
        reason: summary.status_reason().filter(|reason| !reason.is_empty()).map(str::to_owned),
        started: summary.creation_timestamp().map_or(0, aws_smithy_types::DateTime::secs),
        ended: summary.end_timestamp().map(aws_smithy_types::DateTime::secs),
        ..Operation::default()
    }
}

fn result(summary: &StackSetOperationResultSummary) -> Option<InstanceResult> {
    Some(InstanceResult {
        account: summary.account()?.parse().ok()?,
        region: text(summary.region()),
        status: text(summary.status().map(StackSetOperationResultStatus::as_str)),
        reason: summary.status_reason().filter(|reason| !reason.is_empty()).map(str::to_owned),
    })
}

fn event(event: &aws_sdk_cloudformation::types::StackEvent) -> StackEvent {
    StackEvent {
        time: event.timestamp().map_or(0, aws_smithy_types::DateTime::secs),
        resource: text(event.logical_resource_id()),
        kind: text(event.resource_type()),
        status: text(event.resource_status().map(ResourceStatus::as_str)),
        reason: event.resource_status_reason().filter(|reason| !reason.is_empty()).map(str::to_owned),
    }
}

fn instance(instance: &StackInstanceSummary) -> Option<InstanceFacts> {
    Some(InstanceFacts {
        account: instance.account()?.parse().ok()?,
        region: Word::from(instance.region().unwrap_or_default()),
        status: Word::from(instance.status().map_or("", |status| status.as_str())),
        status_reason: instance.status_reason().filter(|reason| !reason.is_empty()).map(Box::from),
    })
}
