//! The companion's work, decided: what a new account is to have, what it lacks, and in which order it gets it.
//!
//! [`wanted()`] says what an account is to have, from the [`Configuration`] that was packaged and from the account's
//! [`Place`] in the organization; [`Observed`] is what was read of it, thing by thing; [`decide()`] compares the two and
//! gives [`Step`]s, what is pending, and what is not ours. Whoever acts does the steps in order, takes down what each
//! one left ([`Step::leaves`]), and at the end, or whenever something goes otherwise than expected, observes again.
//!
//! Nothing is remembered between runs. A call that takes effect twice where it is made twice is preceded by a
//! [`claim`]; everything else has a name of its own, so that AWS itself refuses or accepts it a second time without
//! effect.

mod apply;
pub mod claim;
pub mod configuration;
mod decide;
mod observed;
mod place;
mod policies;
pub mod ready;
mod sentence;
mod thing;
mod wanted;

pub use apply::apply;
pub use configuration::Configuration;
pub use decide::{Change, Decision, LeftAlone, Pending, Step, Why, decide};
pub use observed::{Observed, Owner, Present, State, TAG};
pub use place::{Place, Standing};
pub use thing::{Content, Kind, LockContent, Thing};
pub use wanted::{Wanted, to_observe, wanted};
