//! What else is in the management account: stacks, and rules on events.

use cfct_core::doctor::{Rule, Stack};

use super::Answer;

/// Reads what else is in the management account.
pub trait Surroundings {
    /// The stacks of the Region.
    fn stacks(&self) -> impl Answer<Vec<Stack>>;

    /// The rules of the Region's default event bus.
    fn rules(&self) -> impl Answer<Vec<Rule>>;
}
