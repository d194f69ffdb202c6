//! The commands at the AWS edge: the ports held to one contract over every backend, the real binary over an
//! emulator, and what no emulator does (throttling, failures, broken answers) over a server of our own.
//!
//! Tests in modules called `over_moto` need moto: `cargo xtask test` fetches it and runs them.

mod acme;
mod apply;
mod catalog;
mod companion;
mod contract;
mod diagnose;
mod faults;
mod function;
mod killing;
mod loopback;
#[cfg(feature = "emulators")]
mod moto;
mod offline;
#[cfg(feature = "emulators")]
mod over_moto;
mod pipeline;
mod runs;
mod shop;
mod upload;
mod vending;
mod watch;
