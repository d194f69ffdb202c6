//! What builds wrote, from CloudWatch Logs.

use aws_sdk_cloudwatchlogs::Client;

use super::text;
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::logs as operation;
use crate::ports::BuildLogs;

impl Aws {
    fn cloudwatchlogs(&self) -> &Client {
        self.clients.cloudwatchlogs.get_or_init(|| Client::new(&self.sdk))
    }
}

impl BuildLogs for Aws {
    async fn tail(&self, group: &str, stream: &str, lines: usize) -> Result<Vec<String>, AwsError> {
        let request = self.cloudwatchlogs().get_log_events().log_group_name(group).log_stream_name(stream);
        let request = request.start_from_head(false).limit(i32::try_from(lines).unwrap_or(i32::MAX)).send();
        match self.call(operation::GET_LOG_EVENTS, group, request).await {
            Ok(answer) => Ok(answer.events().iter().map(|event| text(event.message())).collect()),
            // A build that never began wrote nothing.
            Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}
