//! What was done and is being done to the instances of a stack set, and to the stacks behind them.

use cfct_core::aws::AccountId;
use cfct_core::diagnosis::StackEvent;
use cfct_core::pipeline_run::{InstanceResult, Operation};

use super::Answer;

/// Where a stack is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackPlace {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: String,
    /// Its id or its name.
    pub stack: String,
}

/// Reads what is done to stack sets.
pub trait StackSetOperations {
    /// The latest operations of a stack set, the newest first, without their instances.
    fn operations(&self, stack_set: &str) -> impl Answer<Vec<Operation>>;

    /// What an operation did to each instance.
    fn results(&self, stack_set: &str, operation: &str) -> impl Answer<Vec<InstanceResult>>;

    /// The stack behind an instance; `None` where there is none (any more).
    fn stack_of(&self, stack_set: &str, account: AccountId, region: &str) -> impl Answer<Option<String>>;
}

/// Reads the stacks of any account of the organization, by taking the execution role there.
pub trait StackEvents {
    /// The latest events of a stack, the newest first.
    fn events(&self, place: &StackPlace) -> impl Answer<Vec<StackEvent>>;
}
