//! The state machines that CfCT's stages start.

use cfct_core::diagnosis::FailureEvent;
use cfct_core::pipeline_run::State;

use super::Answer;

/// A state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateMachine {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

/// An execution of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineExecution {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// How it is.
    pub state: State,
    /// When it started, in seconds since 1970.
    pub started: i64,
    /// When it ended.
    pub ended: Option<i64>,
}

/// Reads state machines.
pub trait StateMachines {
    /// All there are.
    fn machines(&self) -> impl Answer<Vec<StateMachine>>;

    /// The latest executions of one, the newest first.
    fn machine_executions(&self, machine: &str) -> impl Answer<Vec<MachineExecution>>;

    /// The input of an execution.
    fn input(&self, execution: &str) -> impl Answer<String>;

    /// The failures among the last events of an execution, the newest first.
    fn failure_events(&self, execution: &str) -> impl Answer<Vec<FailureEvent>>;
}

/// Starts state machines.
pub trait StateMachineStarter {
    /// Starts a machine under a name, which makes a second start with the same input none.
    fn start_machine(&self, machine: &str, name: &str, input: &str) -> impl Answer<()>;
}
