//! `apply`: policies and settings of the organization, without CfCT.
//!
//! What is to be done is decided in `cfct-core`. Here it is observed and carried out, one call after the other:
//! the order is what keeps accounts protected on the way. Ended anywhere, the next run observes what is there
//! and goes on; no journal is needed.

mod act;
mod observe;

use crate::error::AwsError;

pub use act::act;
pub use observe::{policies, settings};

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// AWS refused it.
    Failed(AwsError),
    /// It was not tried, for this reason.
    NotTried(&'static str),
}

#[cfg(test)]
mod tests;
