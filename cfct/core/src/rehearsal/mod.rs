//! A rehearsal of what happens when an account is vended: the account in the organization, the event, and the
//! companion's run over a model of the organization's accounts.

mod run;
mod vending;

pub use run::{Round, Run, bootstrap};
pub use vending::{NotVended, Vending, vend};

#[cfg(test)]
mod tests;
