//! `--verbose`: each call to AWS, a line on standard error.

use std::io::Write;

use cfct_aws::{Call, Observer, Silent};
use cfct_cli::console::{Console, LogFormat};
use serde_json::json;

/// Who is told of calls.
pub(crate) fn observer(console: &Console) -> Box<dyn Observer> {
    if console.is_verbose() { Box::new(CallLog(console.log_format())) } else { Box::new(Silent) }
}

/// Who is told of calls under Lambda: the log, where the function's log level says so.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
pub(crate) fn of_lambda() -> Box<dyn Observer> {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default();
    let wanted = ["DEBUG", "TRACE"].iter().any(|verbose| level.eq_ignore_ascii_case(verbose));
    if wanted { Box::new(CallLog(LogFormat::Json)) } else { Box::new(Silent) }
}

struct CallLog(LogFormat);

impl Observer for CallLog {
    fn called(&self, call: &Call<'_>) {
        let line = match self.0 {
            LogFormat::Text => text(call),
            LogFormat::Json => json(call),
        };
        // Where stderr cannot be written there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

fn text(call: &Call<'_>) -> String {
    let words = [
        call.operation.to_string(),
        call.subject.to_owned(),
        call.account.unwrap_or_default().to_owned(),
        call.region.to_owned(),
        format!("{} ms", call.took.as_millis()),
        call.request_id.map(|id| format!("request {id}")).unwrap_or_default(),
        call.error
            .map(|error| format!("failed: {}", error.code.as_deref().unwrap_or("no answer")))
            .unwrap_or_default(),
    ];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn json(call: &Call<'_>) -> String {
    json!({
        "level": "debug",
        "message": "call",
        "operation": call.operation.to_string(),
        "subject": call.subject,
        "account": call.account,
        "region": call.region,
        "milliseconds": u64::try_from(call.took.as_millis()).unwrap_or(u64::MAX),
        "request_id": call.request_id,
        "error": call.error.map(ToString::to_string),
    })
    .to_string()
}
