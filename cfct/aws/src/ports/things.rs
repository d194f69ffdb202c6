//! What accounts have or lack, thing by thing, for the companion.

use cfct_core::bootstrap::{State, Step, Thing};

use super::Answer;

/// Reads and makes what an account is to have.
pub trait Things {
    /// What is there of a thing. It is not an error that there is nothing.
    fn observe(&self, thing: &Thing) -> impl Answer<State>;

    /// Does one step, which `uses` what has this id. Returns what AWS calls the thing, where AWS names it.
    ///
    /// [`crate::ErrorKind::Conflict`] is that somebody else was faster.
    fn act(&self, step: &Step, uses: Option<&str>) -> impl Answer<Option<String>>;
}
