//! The commands at the AWS edge: the ports held to one contract over every backend, the real binary over an
//! emulator, and what no emulator does (throttling, failures, broken answers) over a server of our own.
//!
//! Tests in modules called `over_moto` and `over_fakecloud` need these: `cargo xtask test` fetches and runs them.

mod acme;
mod apply;
mod bad_input;
mod catalog;
mod companion;
mod contract;
mod diagnose;
#[cfg(feature = "emulators")]
mod fakecloud;
mod faults;
#[cfg(feature = "emulators")]
mod fill;
mod function;
mod killing;
mod loopback;
mod matrix;
#[cfg(feature = "emulators")]
mod moto;
mod offline;
mod operator;
#[cfg(feature = "emulators")]
mod over_fakecloud;
#[cfg(feature = "emulators")]
mod over_moto;
mod pipeline;
#[cfg(unix)]
mod repository;
mod runs;
mod shop;
#[cfg(target_os = "linux")]
mod terminal;
mod upload;
mod vending;
mod watch;
