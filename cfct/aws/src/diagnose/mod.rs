//! `diagnose`: asks for what tells why a run failed, level by level, each only where the one above it failed.

use cfct_core::diagnosis::{Evidence, failed_action, failed_deployment, failed_operation, first_failure};
use cfct_core::pipeline_run::{Action, Deployment};

use crate::error::{AwsError, ErrorKind};
use crate::ports::{BuildLogs, StackEvents, StackPlace};
use crate::watch::{Lookout, Sight};

/// Lines of a log that are looked through, from its end.
const TAIL: usize = 1000;

/// Where CodeBuild writes logs unless a project says otherwise, as none of CfCT's does.
///
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html>
const LOGS: &str = "/aws/codebuild/";

/// What it takes to find out why a run failed.
pub trait Insight: Sight + BuildLogs + StackEvents {}

impl<P: Sight + BuildLogs + StackEvents> Insight for P {}

/// Finds out. What the caller may not see is a gap in the evidence, not a failure.
///
/// # Errors
/// Where the run itself cannot be looked at, or this was asked to end.
pub async fn gather<P: Insight>(ports: &P, lookout: &mut Lookout) -> Result<Evidence, AwsError> {
    let mut evidence = Evidence { run: lookout.look(ports).await?, ..Evidence::default() };
    let Some(action) = failed_action(&evidence.run).cloned() else { return Ok(evidence) };
    if let Some((group, stream)) = log_of(&action) {
        let log = ports.tail(&group, &stream, TAIL).await;
        evidence.log = or_gap(log, &mut evidence.gaps)?.unwrap_or_default();
    }
    let Some(deployment) = failed_deployment(&action) else { return Ok(evidence) };
    let events = ports.failure_events(&deployment.execution).await;
    evidence.machine = or_gap(events, &mut evidence.gaps)?.unwrap_or_default();
    stack(ports, deployment, &mut evidence).await?;
    Ok(evidence)
}

/// The events of the stack of the instance that failed first, in its own account.
async fn stack<P: Insight>(
    ports: &P,
    deployment: &Deployment,
    evidence: &mut Evidence,
) -> Result<(), AwsError> {
    let failure = failed_operation(deployment).and_then(first_failure);
    let Some(failure) = failure else { return Ok(()) };
    let stack = ports.stack_of(&deployment.subject, failure.account, &failure.region).await;
    let Some(Some(stack)) = or_gap(stack, &mut evidence.gaps)? else { return Ok(()) };
    let place = StackPlace { account: failure.account, region: failure.region.clone(), stack };
    let events = ports.events(&place).await;
    evidence.stack = or_gap(events, &mut evidence.gaps)?.unwrap_or_default();
    Ok(())
}

/// The log group and stream of a build.
fn log_of(action: &Action) -> Option<(String, String)> {
    let (project, build) = action.external_id.as_deref()?.split_once(':')?;
    (action.provider == "CodeBuild").then(|| (format!("{LOGS}{project}"), build.to_owned()))
}

fn or_gap<T>(answer: Result<T, AwsError>, gaps: &mut Vec<String>) -> Result<Option<T>, AwsError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind == ErrorKind::Interrupted => Err(error),
        Err(error) => {
            gaps.push(error.to_string());
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests;
