//! What else is in the management account.

use aws_sdk_cloudformation::types::StackStatus;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::RuleState;

use cfct_core::doctor::{Rule, Stack};

use super::text;
use crate::aws::Aws;
use crate::error::AwsError;
use crate::operation::{cloudformation, events};
use crate::ports::Surroundings;

impl Surroundings for Aws {
    async fn stacks(&self) -> Result<Vec<Stack>, AwsError> {
        self.pages(cloudformation::DESCRIBE_STACKS, "", async |token| {
            let request = self.cloudformation().describe_stacks().set_next_token(token).send();
            let page = self.call(cloudformation::DESCRIBE_STACKS, "", request).await?;
            let stacks = page.stacks().iter().map(|stack| Stack {
                name: text(stack.stack_name()),
                description: text(stack.description()),
                status: text(stack.stack_status().map(StackStatus::as_str)),
            });
            Ok((stacks.collect(), page.next_token))
        })
        .await
    }

    async fn rules(&self) -> Result<Vec<Rule>, AwsError> {
        let client = self.clients.eventbridge.get_or_init(|| Client::new(&self.sdk));
        self.pages(events::LIST_RULES, "", async |token| {
            let page =
                self.call(events::LIST_RULES, "", client.list_rules().set_next_token(token).send()).await?;
            let rules = page.rules().iter().map(|rule| Rule {
                name: text(rule.name()),
                is_enabled: rule.state() != Some(&RuleState::Disabled),
                pattern: text(rule.event_pattern()),
            });
            Ok((rules.collect(), page.next_token))
        })
        .await
    }
}
