//! Stacks of the caller's own account.

use cfct_core::catalog::Values;
use cfct_core::diagnosis::StackEvent;

use super::Answer;

/// A resource of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackResource {
    /// Its logical id.
    pub logical: String,
    /// Its id at its service.
    pub physical: String,
    /// Its type.
    pub kind: String,
}

/// Reads stacks of the caller's own account.
pub trait Stacks {
    /// The values of its parameters; masked ones are masked.
    fn parameters(&self, stack: &str) -> impl Answer<Values>;

    /// Its template.
    fn template(&self, stack: &str) -> impl Answer<String>;

    /// Its resources.
    fn resources(&self, stack: &str) -> impl Answer<Vec<StackResource>>;

    /// Its latest events, the newest first.
    fn own_events(&self, stack: &str) -> impl Answer<Vec<StackEvent>>;
}
