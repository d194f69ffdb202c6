//! The stacks of a stack set in an account, seen from the management account.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::types::{StackInstanceStatus, StackSetOperationStatus, StackSetOperationSummary};
use cfct_core::bootstrap::{Content, Owner, Present, State, Step, Thing};

use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::cloudformation as operation;

impl Aws {
    pub(super) async fn stack_instances(&self, thing: &Thing) -> Result<State, AwsError> {
        let (name, account) = (thing.name.as_str(), thing.account.to_string());
        // The newest comes first.
        let last =
            self.cloudformation().list_stack_set_operations().stack_set_name(name).max_results(1).send();
        let last = match self.call(operation::LIST_STACK_SET_OPERATIONS, name, last).await {
            Ok(page) => page.summaries.unwrap_or_default().into_iter().next(),
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(State::Absent),
            Err(error) => return Err(error),
        };
        if let Some(running) = last.as_ref().and_then(running) {
            return Ok(State::Changing(format!("the stack set {name} is at work: operation {running}")));
        }
        let instances = self
            .pages(operation::LIST_STACK_INSTANCES, name, async |token| {
                let request = self.cloudformation().list_stack_instances().stack_set_name(name);
                let request = request.stack_instance_account(&account).set_next_token(token).send();
                let page = self.call(operation::LIST_STACK_INSTANCES, name, request).await?;
                Ok((page.summaries.unwrap_or_default(), page.next_token))
            })
            .await?;
        let mut regions = BTreeSet::new();
        for instance in instances {
            let region = instance.region.unwrap_or_default();
            match instance.status {
                Some(StackInstanceStatus::Current) => regions.insert(region),
                status => {
                    let status = status.map(|status| status.as_str().to_lowercase()).unwrap_or_default();
                    let reason = instance.status_reason.unwrap_or_default();
                    return Ok(State::Failed(format!("its stack in {region} is {status}: {reason}")));
                }
            };
        }
        Ok(State::Present(Present {
            owner: Owner::Settings,
            content: Content::Regions(regions),
            id: last.and_then(|last| last.operation_id),
            since: None,
        }))
    }

    /// CloudFormation takes an operation of the same id once.
    pub(super) async fn add_stacks(&self, step: &Step, regions: &BTreeSet<String>) -> Result<(), AwsError> {
        let name = step.thing.name.as_str();
        let request = self.cloudformation().create_stack_instances().stack_set_name(name);
        let request = request.accounts(step.thing.account.to_string());
        let request = request.set_regions(Some(regions.iter().cloned().collect())).operation_id(&step.token);
        match self.call(operation::CREATE_STACK_INSTANCES, name, request.send()).await {
            Ok(_) => Ok(()),
            Err(error) if error.code.as_deref() == Some("OperationIdAlreadyExistsException") => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn running(operation: &StackSetOperationSummary) -> Option<&str> {
    let status = operation.status()?;
    let at_work = [
        StackSetOperationStatus::Running,
        StackSetOperationStatus::Queued,
        StackSetOperationStatus::Stopping,
    ];
    at_work.contains(status).then(|| operation.operation_id().unwrap_or_default())
}
