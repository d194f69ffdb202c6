//! What else is in the management account, and events of our own.

use aws_sdk_cloudformation::types::StackStatus;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, RuleState};
use cfct_core::doctor::{Rule, Stack};

use super::text;
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::{cloudformation, events};
use crate::ports::{EventSender, Surroundings};

impl Aws {
    fn eventbridge(&self) -> &Client {
        self.clients.eventbridge.get_or_init(|| Client::new(&self.sdk))
    }
}

impl EventSender for Aws {
    async fn send(&self, bus: &str, source: &str, kind: &str, detail: &str) -> Result<(), AwsError> {
        let entry = PutEventsRequestEntry::builder().event_bus_name(bus).source(source);
        let entry = entry.detail_type(kind).detail(detail).build();
        let request = self.eventbridge().put_events().entries(entry).send();
        let answer = self.call(events::PUT_EVENTS, bus, request).await?;
        // What is refused is in an answer that is well.
        match answer.entries().iter().find_map(|entry| entry.error_code()) {
            None => Ok(()),
            Some(code) => {
                Err(self.place(AwsError::new(ErrorKind::Refused, events::PUT_EVENTS, bus).because(code)))
            }
        }
    }
}

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
        let client = self.eventbridge();
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
