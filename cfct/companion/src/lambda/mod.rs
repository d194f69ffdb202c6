//! The companion under Lambda: what came is told apart, attended to until the time is nearly up, and what did
//! not get done is handed back, so that its redelivery goes on from there.
//!
//! docs/companion.md says which input is rejected and which is tried again.

mod batch;
mod deadline;
mod handler;
mod invocation;
mod log;
mod outcome;
mod unreadable;
mod work;

use std::process::ExitCode;

use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};
use tokio::runtime::Builder;

use handler::Handler;

/// The address of the runtime's side of Lambda; there nowhere else.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// What else Lambda sets for every function. `lambda_runtime` ends with a panic where one is missing.
const ALWAYS_SET: [&str; 3] =
    ["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"];

/// Whether Lambda started this process.
pub(crate) fn started_it() -> bool {
    std::env::var_os(RUNTIME_API).is_some()
}

/// Attends to invocations for as long as Lambda has some.
pub(crate) fn run() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(because) => {
            log::write(
                &json!({ "level": "error", "message": "the companion cannot start", "reason": because }),
            );
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), String> {
    if let Some(missing) = ALWAYS_SET.iter().find(|name| std::env::var_os(name).is_none()) {
        return Err(format!("{RUNTIME_API} is set and {missing} is not, so this is not Lambda"));
    }
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let handler = Handler::of_environment();
    let service = service_fn(|event: LambdaEvent<Value>| async {
        let (payload, context) = event.into_parts();
        handler.handle(payload, &context).await
    });
    let served = Runtime::new(service).layer(unreadable::layer()).run();
    runtime.block_on(served).map_err(|error| error.to_string())
}
