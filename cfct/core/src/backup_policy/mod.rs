//! Backup policies of AWS Organizations: their grammar, how they are inherited, and what every account gets.

pub mod cron;
pub mod effective;
pub mod merge;
pub mod operator;
pub mod policy;
pub mod questions;
pub mod tree;
pub mod utc;
