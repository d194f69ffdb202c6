//! The offline commands, shared by `cfct` and `cargo xtask`: their arguments, faces, exit codes and talk.
//!
//! A binary is a [`Program`]: its own command line, in which [`commands::Offline`] is flattened. [`start`]
//! is all its `main` does. A command is one file under [`commands`].

mod blueprint;
pub mod commands;
pub mod connection;
pub mod console;
pub mod error;
pub mod exit;
pub mod faces;
pub mod interrupt;
mod pages;
mod program;
mod progress;
mod shown;

pub use error::CommandError;
pub use exit::Exit;
pub use program::{Global, Live, Program, Session, start};
pub use shown::{clean, clean_line};
