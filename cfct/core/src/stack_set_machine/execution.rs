//! What one run of the pipeline does to one stack set: the pre-check, the execution and its calls.

use std::collections::BTreeSet;

use super::sets::IndexSet;
use super::stack_set::State;

/// One run of the pipeline, seen from one stack set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// What the execution manager found; `None` for a deletion, which is not compared.
    pub pre_check: Option<PreCheck>,
    /// The state machine's execution; `None` where none was started.
    pub execution: Option<Execution>,
    /// What had to be assumed of AWS on the way.
    pub rests_on: BTreeSet<Assumption>,
    /// The Regions in which each group's accounts gained an instance and have it at the end or lost it again.
    pub(super) created: Vec<IndexSet>,
    /// The Regions in which each group's accounts lost an instance, stack and all.
    pub(super) removed: Vec<IndexSet>,
    /// What is left behind.
    pub(super) after: State,
}

impl Run {
    /// The failure, if the execution failed or never ended.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.execution.as_ref()?.failure.as_ref()
    }

    /// Whether an execution was started and did not succeed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failure().is_some()
    }

    /// Whether an update goes to every instance, so that instances that failed before are tried again. Where
    /// it does not, a failed instance stays as it is until something changes.
    #[must_use]
    pub fn reaches_every_instance(&self) -> bool {
        let mut calls = self.calls().iter();
        calls.any(|call| call.action == Action::UpdateStackSet && call.answer == Answer::Accepted)
    }

    /// The calls that change something, in order; none where no execution was started.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        self.execution.as_ref().map_or(&[], |execution| &execution.calls)
    }
}

/// What the execution manager compares before it starts anything (`SMExecutionManager`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PreCheck {
    /// The template's bytes are the deployed ones.
    pub template_matched: bool,
    /// Every parameter of the manifest equals the deployed one.
    pub parameters_matched: bool,
    /// There is a stack set of the name.
    pub stack_set_exists: bool,
    /// The union of accounts or the union of Regions differs; `None` where it did not come to that.
    pub instance_lists_differ: Option<bool>,
}

/// An execution of the stack set state machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Execution {
    /// `SkipUpdateStackSet`: the template and the parameters are left alone.
    pub skip_update_stack_set: bool,
    /// The calls that change something, in order.
    pub calls: Vec<Call>,
    /// How it failed; `None` where it succeeded.
    pub failure: Option<Failure>,
}

impl Execution {
    /// `SUCCEEDED`, `FAILED`, or `ENDLESS` where the state machine goes round for ever.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.failure {
            None => "SUCCEEDED",
            Some(Failure::Endless { .. }) => "ENDLESS",
            Some(_) => "FAILED",
        }
    }
}

/// A call that changes something. Accounts are numbers of groups (see [`Groups`](super::Groups)).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// What is called.
    pub action: Action,
    /// What CloudFormation says to it.
    pub answer: Answer,
}

/// A CloudFormation action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Makes the stack set, without instances.
    CreateStackSet,
    /// Sends the template and the manifest's parameters, and updates every instance.
    UpdateStackSet,
    /// Makes instances.
    CreateStackInstances {
        /// The groups of accounts.
        accounts: IndexSet,
        /// The Regions.
        regions: IndexSet,
    },
    /// Deletes instances and their stacks.
    DeleteStackInstances {
        /// The groups of accounts.
        accounts: IndexSet,
        /// The Regions.
        regions: IndexSet,
    },
    /// Deletes the stack set, which must be empty.
    DeleteStackSet,
}

impl Action {
    /// The name of the API action.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CreateStackSet => "CreateStackSet",
            Self::UpdateStackSet => "UpdateStackSet",
            Self::CreateStackInstances { .. } => "CreateStackInstances",
            Self::DeleteStackInstances { .. } => "DeleteStackInstances",
            Self::DeleteStackSet => "DeleteStackSet",
        }
    }

    /// The groups of accounts and the Regions that it names.
    #[must_use]
    pub fn instances(&self) -> Option<(&IndexSet, &IndexSet)> {
        match self {
            Self::CreateStackInstances { accounts, regions }
            | Self::DeleteStackInstances { accounts, regions } => Some((accounts, regions)),
            _ => None,
        }
    }
}

/// CloudFormation's answer to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Accepted; the operation may still fail.
    Accepted,
    /// Another operation on the stack set is at work; CfCT waits 30 seconds and calls again.
    OperationInProgress,
    /// Refused.
    ValidationError,
}

impl Answer {
    /// AWS's word, or `accepted`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::OperationInProgress => "OperationInProgressException",
            Self::ValidationError => "ValidationError",
        }
    }
}

/// How an execution fails. Each variant is one place in CfCT's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// The stack set has no instance: `list_stack_instances` takes the first of no deployed account
    /// (public issues 192 and 220).
    NoDeployedAccount,
    /// `create_stack_instances` takes the list of new accounts, which is empty.
    CreatesWithoutAccounts,
    /// `delete_stack_instances` takes the list of removed accounts, which is empty.
    DeletesWithoutAccounts,
    /// `delete_stack_instances` takes a list of removed accounts that was never made.
    DeletesWithoutAccountList,
    /// `export_cfn_output` asks the first account in the first Region, where there is no instance yet.
    ExportFindsNoInstance,
    /// The operation that creates instances did not succeed.
    CreateOperation,
    /// The operation that updates the stack set did not succeed.
    UpdateOperation,
    /// The operation that deletes instances did not succeed.
    DeleteOperation,
    /// The update was stopped, so the state machine skips the instances and then reads what they would have
    /// set.
    UpdateStopped,
    /// The state machine comes back to the same situation for ever, until Step Functions or the build ends
    /// it.
    Endless {
        /// The 1-based call from which the listed calls repeat.
        repeats_from_call: usize,
    },
}

impl Failure {
    /// The state of CfCT's state machine where it ends; `None` where it does not.
    #[must_use]
    pub fn state(self) -> Option<&'static str> {
        Some(match self {
            Self::NoDeployedAccount => "Check Instance",
            Self::CreatesWithoutAccounts => "Deploy Stack Instance",
            Self::DeletesWithoutAccounts | Self::DeletesWithoutAccountList => {
                "Delete Stack Instance Function"
            }
            Self::ExportFindsNoInstance => "Export Stack Output",
            Self::CreateOperation => "Create Task Failed",
            Self::UpdateOperation => "Update Task Failed",
            Self::DeleteOperation => "Delete Task Failed",
            Self::UpdateStopped => "Delete Stack Instance or Finish?",
            Self::Endless { .. } => return None,
        })
    }

    /// The function of CfCT's handler that raises; `None` where the state machine itself ends.
    #[must_use]
    pub fn function(self) -> Option<&'static str> {
        Some(match self {
            Self::NoDeployedAccount => "list_stack_instances",
            Self::CreatesWithoutAccounts => "create_stack_instances",
            Self::DeletesWithoutAccounts | Self::DeletesWithoutAccountList => "delete_stack_instances",
            Self::ExportFindsNoInstance => "export_cfn_output",
            _ => return None,
        })
    }

    /// The error as Step Functions shows it.
    #[must_use]
    pub fn error(self) -> &'static str {
        match self {
            Self::NoDeployedAccount => "IndexError",
            Self::CreatesWithoutAccounts | Self::DeletesWithoutAccounts => "ValidationError",
            Self::DeletesWithoutAccountList => "ParamValidationError",
            Self::ExportFindsNoInstance => "StackInstanceNotFoundException",
            Self::CreateOperation | Self::UpdateOperation | Self::DeleteOperation => {
                "operation did not succeed"
            }
            Self::UpdateStopped => "States.Runtime",
            Self::Endless { .. } => "endless loop",
        }
    }
}

/// Something of AWS that an outcome rests on and that nobody has documented or observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assumption {
    /// Creating an instance twice does no harm.
    CreatingTwiceIsAccepted,
    /// Deleting an instance that is not there does no harm.
    DeletingNothingSucceeds,
    /// CreateStackInstances wants an account.
    CreatingForNobodyIsRejected,
    /// DeleteStackInstances wants an account.
    DeletingForNobodyIsRejected,
    /// Instances of a failed creation exist.
    FailedCreationLeavesInstances,
    /// A failed deletion deletes nothing.
    FailedDeletionKeepsInstances,
    /// A deletion can report failure though it is done.
    FailedDeletionIsDone,
    /// A failed or stopped update changes nothing.
    FailedUpdateKeepsTheOldTemplate,
    /// Step Functions ends an execution whose Choice reads a missing field.
    MissingFieldEndsTheExecution,
    /// Values that only the run knows are the deployed ones.
    UnknownParametersAreUnchanged,
    /// An account in more than 20 Regions is read as if all came on one page.
    RegionsComeOnOnePage,
}

impl Assumption {
    /// The assumption in words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreatingTwiceIsAccepted => {
                "creating an instance that already exists is accepted and leaves it in place"
            }
            Self::DeletingNothingSucceeds => {
                "deleting an instance that does not exist is accepted, succeeds and does nothing"
            }
            Self::CreatingForNobodyIsRejected => {
                "CreateStackInstances with an empty account list is rejected (AWS's reference asks for at \
                 least one account or target)"
            }
            Self::DeletingForNobodyIsRejected => {
                "DeleteStackInstances with an empty account list is rejected (AWS's reference does not say)"
            }
            Self::FailedCreationLeavesInstances => {
                "instances of a failed create operation are listed afterwards"
            }
            Self::FailedDeletionKeepsInstances => "a failed delete operation leaves every instance in place",
            Self::FailedDeletionIsDone => {
                "the delete operation reports FAILED although the instance records are gone"
            }
            Self::FailedUpdateKeepsTheOldTemplate => {
                "a failed or stopped update leaves the old template and parameters in place"
            }
            Self::MissingFieldEndsTheExecution => {
                "a Choice that reads a missing field ends the execution with a runtime error"
            }
            Self::RegionsComeOnOnePage => {
                "an account's Regions are read at once, though CfCT reads 20 at a time and after a deletion \
                 only the first 20"
            }
            Self::UnknownParametersAreUnchanged => {
                "a parameter value that only the run knows is the deployed one"
            }
        }
    }
}
