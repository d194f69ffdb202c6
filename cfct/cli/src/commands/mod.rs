//! The offline commands: one file a command.
//!
//! A command is a struct of arguments with a `run`, a variant of [`Offline`], and an entry in [`EXAMPLES`].

mod account;
mod check;
mod completions;
mod configuration;
mod effective;
mod explain;
mod guardrails;
mod init;
mod inputs;
mod mending;
mod organization;
mod package;
mod plan;
mod rehearse;
mod simulate;

use clap::Subcommand;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::program::Session;

pub use completions::Completions;
pub use configuration::Loaded;
pub use organization::{of_source as organization_of, read_deployed};
pub use package::{check, check_alone, package};
pub use plan::{confirmed, with_sources};

/// A command that needs no AWS account. Both binaries have them.
#[derive(Debug, Subcommand)]
pub enum Offline {
    /// Find what is wrong with a configuration, and mend what a machine can mend
    Check(check::Check),
    /// Check a configuration, then write it into the artifact bucket
    Package(package::Package),
    /// Write a configuration for an organization, or bring one up to date
    Init(Box<init::Init>),
    /// Say what the policies allow and deny: test them, or ask
    #[command(subcommand)]
    Guardrails(guardrails::Guardrails),
    /// Explain a finding code, or list them all
    Explain(explain::Explain),
    /// Print what CfCT would send to its state machines, as JSON
    Inputs(inputs::Inputs),
    /// Show what a push would do, removals first, and what CfCT really makes of it
    Plan(plan::Plan),
    /// Print the effective backup policy of each account, and where each value comes from
    Effective(effective::Effective),
    /// Rehearse the vending of an account, from package to first backup
    Rehearse(rehearse::Rehearse),
    /// Say how long the companion takes for a whole organization
    Simulate(simulate::Simulate),
}

impl Offline {
    /// Whether it needs AWS all the same.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Plan(plan) if plan.is_live())
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// Where it cannot be done.
    pub fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        match self {
            Self::Check(check) => check.run(session),
            Self::Package(package) => package.run(session),
            Self::Init(init) => init.run(session),
            Self::Guardrails(guardrails) => guardrails.run(session),
            Self::Explain(explain) => explain.run(session),
            Self::Inputs(inputs) => inputs.run(session),
            Self::Plan(plan) => plan.run(session),
            Self::Effective(effective) => effective.run(session),
            Self::Rehearse(rehearse) => rehearse.run(session),
            Self::Simulate(simulate) => simulate.run(session),
        }
    }
}

/// What an example does, and its arguments.
pub type Example = (&'static str, &'static str);

/// The examples of each command's help.
pub const EXAMPLES: &[(&str, &[Example])] = &[
    ("check", check::EXAMPLES),
    ("package", package::EXAMPLES),
    ("init", init::EXAMPLES),
    ("guardrails", guardrails::EXAMPLES),
    ("explain", explain::EXAMPLES),
    ("inputs", inputs::EXAMPLES),
    ("plan", plan::EXAMPLES),
    ("effective", effective::EXAMPLES),
    ("rehearse", rehearse::EXAMPLES),
    ("simulate", simulate::EXAMPLES),
    ("completions", completions::EXAMPLES),
];
