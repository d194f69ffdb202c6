//! The commands at the AWS edge: built and run as the companion `cfct`, so that one tool drives everything
//! while this one has no AWS crate in its tree.

use std::ffi::OsString;
use std::process::Command;

use cfct_cli::interrupt::gracefully;
use cfct_cli::{CommandError, Exit};
use clap::{Args, Subcommand};

/// A command of the companion.
#[derive(Debug, Subcommand)]
pub enum Online {
    /// Write the organization and what is deployed in it to a file (runs cfct)
    Snapshot(Arguments),
    /// Check, plan, package, and put it where CfCT's pipeline takes it from (runs cfct)
    Publish(Arguments),
    /// Follow a run of CfCT's pipeline to its end (runs cfct)
    Watch(Arguments),
    /// Say why a run of CfCT's pipeline failed, down to the first resource (runs cfct)
    Diagnose(Arguments),
    /// Set policies and settings of the organization without CfCT (runs cfct)
    Apply(Arguments),
    /// Bring portfolios to Service Catalog, and launch, update and terminate products (runs cfct)
    Catalog(Arguments),
    /// Compare what the accounts have with what the configuration says (runs cfct)
    Verify(Arguments),
    /// Look at the ground: CfCT, its pipeline and events, trusted access, roles, other tools (runs cfct)
    Doctor(Arguments),
    /// Say what the companion would make of an event, or have it made (runs cfct)
    Event(Arguments),
    /// Give one account what the companion gives new ones (runs cfct)
    Bootstrap(Arguments),
    /// Give every account, or those below a unit, what the companion gives new ones (runs cfct)
    Reconcile(Arguments),
}

/// What is handed on as it is.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Arguments {
    /// The arguments of cfct's command of the same name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    _arguments: Vec<OsString>,
}

/// Builds the companion and runs it with the arguments of this process. It ends as the companion does.
pub fn run() -> Result<Exit, CommandError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--locked", "--package", "cfct", "--manifest-path", manifest, "--"]);
    command.args(std::env::args_os().skip(1));
    // Ctrl-C reaches the companion too, which has what to tidy up: it is waited for.
    let ended = gracefully(|_| command.status());
    let ended =
        ended.map_err(|error| CommandError::unreadable(format!("cargo cannot be started: {error}")))?;
    let exit =
        Exit::ALL.into_iter().map(|(exit, _)| exit).find(|exit| ended.code() == Some(exit.code().into()));
    Ok(exit.unwrap_or(Exit::Fault))
}
