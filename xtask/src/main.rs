//! Development tasks and the offline commands.
//!
//! A development task is a module here and a variant of [`Command`].

use std::process::ExitCode;

use cfct_cli::commands::Offline;
use cfct_cli::{CommandError, Exit, Global, Program, Session, start};
use clap::{Parser, Subcommand};

/// The offline commands of cfct, and what it takes to develop it
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", version, arg_required_else_help = true)]
struct Xtask {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Offline(Offline),
}

impl Program for Xtask {
    fn global(&self) -> Global {
        self.global
    }

    fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        match self.command {
            Command::Offline(command) => command.run(session),
        }
    }
}

fn main() -> ExitCode {
    start::<Xtask>()
}
