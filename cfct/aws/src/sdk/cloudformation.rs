//! Stack sets.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{StackInstanceSummary, StackSetStatus};

use super::text;
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::cloudformation as operation;
use crate::ports::{InstanceFacts, StackSetFacts, StackSetReader, Word};

/// The most a page may hold.
const PAGE: i32 = 100;

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

fn instance(instance: &StackInstanceSummary) -> Option<InstanceFacts> {
    Some(InstanceFacts {
        account: instance.account()?.parse().ok()?,
        region: Word::from(instance.region().unwrap_or_default()),
        status: Word::from(instance.status().map_or("", |status| status.as_str())),
        status_reason: instance.status_reason().filter(|reason| !reason.is_empty()).map(Box::from),
    })
}
