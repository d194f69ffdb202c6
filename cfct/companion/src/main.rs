//! The `cfct` binary.

use std::process::ExitCode;

use cfct_cli::commands::{Completions, Offline};
use cfct_cli::{CommandError, Exit, Global, Program, Session, start};
use clap::{Parser, Subcommand};

/// Checks, plans and ships Customizations for AWS Control Tower
#[derive(Debug, Parser)]
#[command(name = "cfct", version, arg_required_else_help = true)]
struct Cfct {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Offline(Offline),
    /// Write a completion script for a shell
    Completions(Completions),
}

impl Program for Cfct {
    fn global(&self) -> Global {
        self.global
    }

    fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        match self.command {
            Command::Offline(command) => command.run(session),
            Command::Completions(completions) => completions.run(session),
        }
    }
}

fn main() -> ExitCode {
    start::<Cfct>()
}
