//! Development tasks and the offline commands.
//!
//! A development task is a module here and a variant of [`Command`].

mod bench;
mod chromium;
mod companion;
mod configuration;
mod dist;
mod docs;
mod drawings;
mod failure;
mod mutation;
mod promises;
mod report;
mod repository;
mod test;
mod tidy;
mod tools;

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
    #[command(flatten)]
    Online(companion::Online),
    /// Run every test there is, with its own set-up
    Test,
    /// Check the house rules
    Tidy,
    /// Write the documents that are made from the code
    Docs,
    /// Measure the commands on generated packages, beside other tools
    Bench(bench::Bench),
    /// Build the companion for Lambda, the same bytes wherever it is built
    Dist(dist::Dist),
    /// Change the configuration in every way that weakens it, and see whether anything notices
    Mutate(mutation::Mutate),
}

impl Program for Xtask {
    fn global(&self) -> Global {
        self.global
    }

    fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let done = match self.command {
            Command::Online(_) => return companion::run(),
            Command::Offline(command) if command.is_live() => return companion::run(),
            Command::Offline(command) => return command.run(session),
            Command::Test => test::run(),
            Command::Tidy => tidy::run(),
            Command::Docs => docs::run(),
            Command::Bench(bench) => bench.run(),
            Command::Dist(dist) => dist.run(),
            Command::Mutate(arguments) => mutation::run(&arguments),
        };
        match done {
            Ok(()) => Ok(Exit::Clean),
            Err(failure) => {
                report::failure(&failure);
                Ok(Exit::Findings)
            }
        }
    }
}

fn main() -> ExitCode {
    start::<Xtask>()
}
