//! `watch`: looks at a run of CfCT's pipeline, again and again, down to the instances of its stack sets.

mod pacing;

use std::collections::BTreeMap;

use cfct_core::pipeline_run::{Action, Deployment, Operation, Run, Stage, State, subject};
use cfct_core::secrets::conceal;

use crate::error::{AwsError, ErrorKind};
use crate::operation::codepipeline;
use crate::ports::{
    MachineExecution, Pipeline, PipelineRuns, StackSetOperations, StateMachine, StateMachines,
};

pub use pacing::{Interval, Patience};

/// What it takes to look at a run.
pub trait Sight: Pipeline + PipelineRuns + StateMachines + StackSetOperations {}

impl<P: Pipeline + PipelineRuns + StateMachines + StackSetOperations> Sight for P {}

/// Which state machines a stage starts, by a word in the name of its CodeBuild project (or of the stage) and
/// one in the names of the machines. Another stage may be at work for another run at the same time.
///
/// CfCT: `custom-control-tower-initiation.template`.
const MACHINES: [(&str, &str); 3] =
    [("scp", "servicecontrolpolicy"), ("rcp", "resourcecontrolpolicy"), ("stackset", "stackset")];

/// CfCT's own state machines start so.
const MACHINE_PREFIX: &str = "CustomControlTower";

/// How far clocks of several services may be apart, in seconds.
const SKEW: i64 = 5;

/// A place to look at one run from. It remembers what is over, and does not ask for it again.
#[derive(Debug)]
pub struct Lookout {
    pipeline: String,
    execution: String,
    stages: Vec<String>,
    machines: Option<Vec<StateMachine>>,
    /// Deployments by their execution.
    known: BTreeMap<String, Deployment>,
}

impl Lookout {
    /// One on the run called `execution`.
    ///
    /// # Errors
    /// Where there is no such pipeline or run, or AWS does not answer.
    pub async fn on<P: Pipeline + PipelineRuns>(
        ports: &P,
        pipeline: &str,
        execution: &str,
    ) -> Result<Self, AwsError> {
        let facts = ports.pipeline(pipeline).await?.ok_or_else(|| no_pipeline(pipeline))?;
        let run = ports.run(pipeline, execution).await?.ok_or_else(|| no_run(pipeline, execution))?;
        Ok(Self {
            pipeline: facts.name,
            execution: run.id,
            stages: facts.stages,
            machines: None,
            known: BTreeMap::new(),
        })
    }

    /// The id of the run.
    #[must_use]
    pub fn execution(&self) -> &str {
        &self.execution
    }

    /// Looks.
    ///
    /// # Errors
    /// Where AWS does not answer.
    pub async fn look<P: Sight>(&mut self, ports: &P) -> Result<Run, AwsError> {
        let facts = ports.run(&self.pipeline, &self.execution).await?;
        let facts = facts.ok_or_else(|| no_run(&self.pipeline, &self.execution))?;
        let stage = |name: &String| Stage { name: name.clone(), actions: Vec::new() };
        let mut run = Run {
            pipeline: self.pipeline.clone(),
            id: facts.id,
            status: facts.status,
            summary: facts.summary,
            stages: self.stages.iter().map(stage).collect(),
        };
        for mut action in ports.actions(&self.pipeline, &self.execution).await? {
            action.says = action.says.as_deref().map(conceal);
            if let Some(machine) = machine_of(&action) {
                action.deployments = self.deployments(ports, &action, machine).await?;
            }
            match run.stages.iter_mut().find(|stage| stage.name == action.stage) {
                Some(stage) => put(&mut stage.actions, action),
                // The pipeline was changed since the run.
                None => run.stages.push(Stage { name: action.stage.clone(), actions: vec![action] }),
            }
        }
        Ok(run)
    }

    async fn deployments<P: Sight>(
        &mut self,
        ports: &P,
        action: &Action,
        machine: &str,
    ) -> Result<Vec<Deployment>, AwsError> {
        let Some(from) = action.started else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for machine in self.machines(ports, machine).await? {
            let executions = ports.machine_executions(&machine).await?;
            found.extend(executions.into_iter().filter(|execution| {
                execution.started >= from - SKEW
                    && action.ended.is_none_or(|ended| execution.started <= ended + SKEW)
            }));
        }
        found.sort_by_key(|execution| execution.started);
        let mut deployments = Vec::new();
        for execution in found {
            deployments.push(self.deployment(ports, execution).await?);
        }
        Ok(deployments)
    }

    async fn machines<P: Sight>(&mut self, ports: &P, word: &str) -> Result<Vec<String>, AwsError> {
        let all = match self.machines.take() {
            Some(all) => all,
            None => ports.machines().await?,
        };
        let ours = all.iter().filter(|machine| {
            machine.name.starts_with(MACHINE_PREFIX) && machine.name.to_ascii_lowercase().contains(word)
        });
        let arns = ours.map(|machine| machine.arn.clone()).collect();
        self.machines = Some(all);
        Ok(arns)
    }

    async fn deployment<P: Sight>(
        &mut self,
        ports: &P,
        execution: MachineExecution,
    ) -> Result<Deployment, AwsError> {
        let known = self.known.get(&execution.arn).cloned();
        if let Some(known) = known.as_ref().filter(|known| known.state.is_over()) {
            return Ok(known.clone());
        }
        let mut deployment = match known {
            Some(known) => known,
            None => {
                let subject = subject(&ports.input(&execution.arn).await?);
                let (subject, is_stack_set) = subject.unwrap_or((execution.name, false));
                Deployment { execution: execution.arn, subject, is_stack_set, ..Deployment::default() }
            }
        };
        deployment.state = execution.state;
        deployment.started = execution.started;
        deployment.ended = execution.ended;
        if deployment.is_stack_set {
            operations(ports, &mut deployment).await?;
        }
        self.known.insert(deployment.execution.clone(), deployment.clone());
        Ok(deployment)
    }
}

/// Brings the stack set operations of a deployment up to date.
async fn operations<P: StackSetOperations>(ports: &P, deployment: &mut Deployment) -> Result<(), AwsError> {
    let mut latest = match ports.operations(&deployment.subject).await {
        Ok(latest) => latest,
        // Not created yet, or deleted meanwhile.
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    latest.retain(|operation| {
        operation.started >= deployment.started - SKEW
            && deployment.ended.is_none_or(|ended| operation.started <= ended + SKEW)
    });
    latest.sort_by_key(|operation| operation.started);
    for operation in &mut latest {
        let seen = deployment.operations.iter().find(|seen| seen.id == operation.id);
        match seen.filter(|seen| seen.state.is_over()) {
            Some(seen) => operation.clone_from(seen),
            None => instances(ports, &deployment.subject, operation).await?,
        }
    }
    deployment.operations = latest;
    Ok(())
}

async fn instances<P: StackSetOperations>(
    ports: &P,
    stack_set: &str,
    operation: &mut Operation,
) -> Result<(), AwsError> {
    if operation.state != State::Waiting {
        operation.take_in(ports.results(stack_set, &operation.id).await?);
    }
    Ok(())
}

/// A retried action is there several times; the last one counts.
fn put(actions: &mut Vec<Action>, action: Action) {
    match actions.iter_mut().find(|earlier| earlier.name == action.name) {
        Some(earlier) => *earlier = action,
        None => actions.push(action),
    }
}

/// The word in the names of the state machines that an action starts.
fn machine_of(action: &Action) -> Option<&'static str> {
    if action.provider != "CodeBuild" {
        return None;
    }
    let project = action.external_id.as_deref().and_then(|id| id.split(':').next());
    let name = project.map_or_else(|| format!("{} {}", action.stage, action.name), str::to_owned);
    let name = name.to_ascii_lowercase();
    MACHINES.iter().find(|(stage, _)| name.contains(stage)).map(|(_, machine)| *machine)
}

/// The id of the newest run, or of the newest of those that `wanted` picks by their status.
///
/// # Errors
/// Where there is no such pipeline or no such run, or AWS does not answer.
pub async fn newest<P: Pipeline>(
    ports: &P,
    pipeline: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<Option<String>, AwsError> {
    // The list of a pipeline that is not there is refused with less clear words.
    ports.pipeline(pipeline).await?.ok_or_else(|| no_pipeline(pipeline))?;
    let executions = ports.executions(pipeline).await?;
    Ok(executions.into_iter().find(|execution| wanted(&execution.status)).map(|execution| execution.id))
}

fn no_pipeline(name: &str) -> AwsError {
    AwsError::new(ErrorKind::NotFound, codepipeline::GET_PIPELINE, name).because("there is no such pipeline")
}

fn no_run(pipeline: &str, execution: &str) -> AwsError {
    let error = AwsError::new(ErrorKind::NotFound, codepipeline::GET_PIPELINE_EXECUTION, execution);
    error.because(format!("the pipeline {pipeline} has no such execution"))
}

#[cfg(test)]
mod tests;
