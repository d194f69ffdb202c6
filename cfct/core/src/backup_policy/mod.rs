//! Backup policies of AWS Organizations: their grammar, how they are inherited, and what every account gets.

pub mod attachments;
pub mod calendar;
pub mod codes;
pub mod cron;
pub mod effective;
pub mod grammar;
pub mod incomplete;
pub mod lock;
pub mod merge;
pub mod operator;
mod overlap;
pub mod placeholder;
pub mod placement;
pub mod policy;
pub mod questions;
pub mod report;
pub mod rules;
pub mod shape;
pub mod tree;
pub mod utc;
pub mod validation;
pub(crate) mod values;
