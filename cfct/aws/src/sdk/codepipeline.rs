//! CfCT's pipeline.

use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::{
    ActionCategory, ActionDeclaration, ActionExecutionDetail, ActionExecutionFilter, ActionTypeId,
    ApprovalResult, ApprovalStatus, ErrorDetails, PipelineDeclaration, PipelineExecutionStatus,
    StageDeclaration,
};
use cfct_core::pipeline_run::{Action, State};

use super::text;
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::codepipeline as operation;
use crate::ports::{
    Approval, Approvals, Execution, Pipeline, PipelineFacts, PipelineRuns, RepositorySource, RunFacts,
    S3Source,
};

/// Executions that are of interest: what ran lately.
const LATEST: i32 = 20;

impl Aws {
    fn codepipeline(&self) -> &Client {
        self.clients.codepipeline.get_or_init(|| Client::new(&self.sdk))
    }
}

impl Pipeline for Aws {
    async fn pipeline(&self, name: &str) -> Result<Option<PipelineFacts>, AwsError> {
        let request = self.codepipeline().get_pipeline().name(name).send();
        match self.call(operation::GET_PIPELINE, name, request).await {
            Ok(answer) => Ok(answer.pipeline().map(facts)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn executions(&self, pipeline: &str) -> Result<Vec<Execution>, AwsError> {
        let request = self.codepipeline().list_pipeline_executions().pipeline_name(pipeline);
        let request = request.max_results(LATEST).send();
        let page = self.call(operation::LIST_PIPELINE_EXECUTIONS, pipeline, request).await?;
        let executions = page.pipeline_execution_summaries().iter();
        Ok(executions
            .map(|execution| Execution {
                id: text(execution.pipeline_execution_id()),
                status: text(execution.status().map(PipelineExecutionStatus::as_str)),
            })
            .collect())
    }
}

impl PipelineRuns for Aws {
    async fn run(&self, pipeline: &str, execution: &str) -> Result<Option<RunFacts>, AwsError> {
        let request = self.codepipeline().get_pipeline_execution().pipeline_name(pipeline);
        let request = request.pipeline_execution_id(execution).send();
        let answer = match self.call(operation::GET_PIPELINE_EXECUTION, execution, request).await {
            Ok(answer) => answer,
            // An id of another form than AWS's own is refused before it is looked for.
            Err(error)
                if error.kind == ErrorKind::NotFound
                    || error.code.as_deref() == Some("ValidationException") =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        Ok(answer.pipeline_execution().map(|run| RunFacts {
            id: text(run.pipeline_execution_id()),
            status: text(run.status().map(PipelineExecutionStatus::as_str)),
            summary: run.status_summary().filter(|summary| !summary.is_empty()).map(str::to_owned),
        }))
    }

    async fn actions(&self, pipeline: &str, execution: &str) -> Result<Vec<Action>, AwsError> {
        let mut actions = self
            .pages(operation::LIST_ACTION_EXECUTIONS, execution, async |token| {
                let filter = ActionExecutionFilter::builder().pipeline_execution_id(execution).build();
                let request = self.codepipeline().list_action_executions().pipeline_name(pipeline);
                let request = request.filter(filter).set_next_token(token).send();
                let page = self.call(operation::LIST_ACTION_EXECUTIONS, execution, request).await?;
                Ok((page.action_execution_details().iter().map(action).collect(), page.next_token))
            })
            .await?;
        // The newest comes first.
        actions.reverse();
        actions.sort_by_key(|action: &Action| action.started);
        Ok(actions)
    }
}

impl Approvals for Aws {
    async fn waiting(&self, pipeline: &str, execution: &str) -> Result<Option<Approval>, AwsError> {
        let request = self.codepipeline().get_pipeline_state().name(pipeline).send();
        let state = self.call(operation::GET_PIPELINE_STATE, pipeline, request).await?;
        let stages = state.stage_states().iter().filter(|stage| {
            stage.latest_execution().is_some_and(|latest| latest.pipeline_execution_id() == execution)
        });
        let mut approvals = stages.flat_map(|stage| {
            stage.action_states().iter().filter_map(|action| {
                let latest = action.latest_execution()?;
                let waits = State::of(latest.status()?.as_str()) == State::Running;
                Some(Approval {
                    stage: text(stage.stage_name()),
                    action: text(action.action_name()),
                    token: latest.token().filter(|_| waits)?.to_owned(),
                })
            })
        });
        Ok(approvals.next())
    }

    async fn answer(
        &self,
        pipeline: &str,
        approval: &Approval,
        approved: bool,
        comment: &str,
    ) -> Result<(), AwsError> {
        let status = if approved { ApprovalStatus::Approved } else { ApprovalStatus::Rejected };
        let result = ApprovalResult::builder().status(status).summary(comment).build();
        let request = self.codepipeline().put_approval_result().pipeline_name(pipeline);
        let request = request.stage_name(&approval.stage).action_name(&approval.action);
        let request = request.token(&approval.token).set_result(result.ok()).send();
        self.call(operation::PUT_APPROVAL_RESULT, &approval.action, request).await?;
        Ok(())
    }
}

fn action(detail: &ActionExecutionDetail) -> Action {
    let kind = detail.input().and_then(|input| input.action_type_id());
    let result = detail.output().and_then(|output| output.execution_result());
    let state = State::of(detail.status().map_or("", |status| status.as_str()));
    let ended = detail.last_update_time().filter(|_| state.is_over());
    let error = result.and_then(|result| result.error_details()).and_then(ErrorDetails::message);
    let says = error.or_else(|| result.and_then(|result| result.external_execution_summary()));
    Action {
        stage: text(detail.stage_name()),
        name: text(detail.action_name()),
        provider: text(kind.map(ActionTypeId::provider)),
        state,
        started: detail.start_time().map(aws_smithy_types::DateTime::secs),
        ended: ended.map(aws_smithy_types::DateTime::secs),
        external_id: result.and_then(|result| result.external_execution_id()).map(str::to_owned),
        says: says.filter(|says| !says.is_empty()).map(str::to_owned),
        deployments: Vec::new(),
    }
}

fn facts(pipeline: &PipelineDeclaration) -> PipelineFacts {
    let actions = pipeline.stages().iter().flat_map(StageDeclaration::actions);
    let source = actions.into_iter().find(|action| {
        action.action_type_id().is_some_and(|kind| *kind.category() == ActionCategory::Source)
    });
    let provider = source.and_then(|action| action.action_type_id()).map(ActionTypeId::provider);
    PipelineFacts {
        name: pipeline.name().to_owned(),
        source_provider: text(provider),
        s3: source.filter(|_| provider == Some("S3")).and_then(s3),
        repository: source.and_then(repository),
        stages: pipeline.stages().iter().map(|stage| stage.name().to_owned()).collect(),
    }
}

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html>
fn s3(action: &ActionDeclaration) -> Option<S3Source> {
    let configuration = action.configuration()?;
    Some(S3Source {
        bucket: configuration.get("S3Bucket")?.clone(),
        key: configuration.get("S3ObjectKey")?.clone(),
    })
}

/// CodeCommit and connections name their repository and its branch so.
///
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html>
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html>
fn repository(action: &ActionDeclaration) -> Option<RepositorySource> {
    let configuration = action.configuration()?;
    let name = configuration.get("RepositoryName").or_else(|| configuration.get("FullRepositoryId"))?;
    Some(RepositorySource { name: name.clone(), branch: configuration.get("BranchName")?.clone() })
}
