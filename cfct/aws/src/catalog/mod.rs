//! `catalog`: portfolios as they are and as they are wanted, and products from launch to termination.

mod act;
mod observe;
mod provision;

pub use act::act;
pub use observe::{Places, observe};
pub use provision::{Kept, Launched, cause, is_same, kept, provision, stack_of, terminate, update};

#[cfg(test)]
mod tests;
