//! What CfCT will really do with a stack set, as opposed to what the user wants.
//!
//! CfCT 2.8.4 hands each stack set of the manifest to a Step Functions state machine, whose handlers compare
//! what is deployed with what is desired by looking at ONE account. So an execution can leave holes that no
//! later run notices, fail on every run, or go round for ever; and since account lists come from Python
//! sets, which of these happens can depend on an order that nobody knows. This module is that state machine,
//! call by call: [`predict`] gives every outcome of a push, [`Prediction::future`] what the next runs will
//! make of it.
//!
//! It agrees with recordings of the real code (`tests/fixtures/vectors/cfct/stack-set-operations.json`).
//! Accounts that nothing can tell apart are one [group](Groups), so its cost does not grow with the number
//! of accounts but with the number of different sets of Regions that they hold.
//!
//! Not modelled: an account with instances in more than 20 Regions (CfCT then reads page by page), parameter
//! overrides (the manifest has none), and `EnforceSuccessfulStackInstances`.

mod choices;
mod cloud;
pub mod duration;
mod execution;
pub mod explain;
mod future;
mod groups;
mod json;
mod machine;
mod prediction;
mod sets;
mod stack_set;
pub mod stage;
mod steps;

pub use cloud::{Conditions, Fault, FaultEffect};
pub use execution::{Action, Answer, Assumption, Call, Execution, Failure, PreCheck, Run};
pub use future::{Executions, Future, Settled};
pub use groups::Groups;
pub use json::{Names, PredictionJson};
pub use prediction::{Cells, Outcome, Prediction, predict, predict_deletion};
pub use sets::IndexSet;
pub use stack_set::{Deployed, Desired, OperationStatus, ParameterValue};
pub use steps::{Aim, ByHand, Push, Route, SafeSteps, Step, safe_deletion_steps, safe_steps};
