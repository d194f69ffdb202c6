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
//! ```
//! use cfct_core::stack_set_machine::{Conditions, Deployed, Desired, IndexSet, predict, safe_steps};
//! use std::collections::BTreeMap;
//!
//! // Account 0 holds Region 0; account 1 and Region 1 come in, and Region 1 is listed first.
//! let desired = Desired { accounts: IndexSet::below(2), regions: vec![1, 0], ..Desired::default() };
//! let instances = BTreeMap::from([(0, IndexSet::of(0))]);
//! let deployed = Deployed { instances, template_matches: true, ..Deployed::default() };
//!
//! let prediction = predict(&desired, Some(&deployed), &Conditions::default());
//! assert!(prediction.depends_on_first_account());
//! let worst = prediction.worst_first()[0];
//! assert_eq!(prediction.settles(worst).as_str(), "not as desired, no further execution");
//!
//! let steps = safe_steps(&desired, Some(&deployed), &desired.accounts, &Conditions::default()).unwrap();
//! assert_eq!(steps.route.steps.len(), 2, "the old Region first, then as desired");
//! ```
//!
//! Not modelled: the pages in which CfCT reads an account with instances in more than 20 Regions (a prediction
//! says so in `rests_on`), parameter overrides (the manifest has none), instances whose stack was never made
//! (the output export fails on one), and `EnforceSuccessfulStackInstances`, which fails the stage where an
//! instance has failed.

mod choices;
mod cloud;
pub mod duration;
mod execution;
pub mod explain;
mod future;
mod groups;
mod json;
mod machine;
mod outcomes;
mod prediction;
mod sets;
mod stack_set;
pub mod stage;
mod steps;
mod trial;

pub use cloud::{Conditions, Fault, FaultEffect};
pub use execution::{Action, Answer, Assumption, Call, Execution, Failure, PreCheck, Run};
pub use future::{Executions, Future, Settled};
pub use groups::Groups;
pub use json::{Names, PredictionJson};
pub use outcomes::Outcome;
pub use prediction::{Cells, Prediction, predict, predict_deletion};
pub use sets::IndexSet;
pub use stack_set::{Deployed, Desired, OperationStatus, ParameterValue};
pub use steps::{Aim, ByHand, Push, Route, SafeSteps, Step, safe_deletion_steps, safe_steps};
