//! CfCT's pipeline.

use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::{
    ActionCategory, ActionDeclaration, ActionTypeId, PipelineDeclaration, PipelineExecutionStatus,
    StageDeclaration,
};

use super::text;
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::codepipeline as operation;
use crate::ports::{Execution, Pipeline, PipelineFacts, S3Source};

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
