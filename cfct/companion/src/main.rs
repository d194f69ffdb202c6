//! The `cfct` binary: the offline commands, and those at the AWS edge, one file each; under Lambda, the companion.

mod account;
mod apply;
mod bars;
mod bootstrap;
mod call_log;
mod catalog;
mod decided;
mod diagnose;
mod doctor;
mod edge;
mod event;
mod ground;
mod lambda;
mod outlook;
mod packaged;
mod publish;
mod reconcile;
mod snapshot;
mod verify;
mod watch;

use std::process::ExitCode;

use cfct_cli::commands::{Completions, Example, Offline};
use cfct_cli::{CommandError, Exit, Global, Live, Program, Session, start};
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
    /// Write the organization and what is deployed in it to a file
    Snapshot(snapshot::Snapshot),
    /// Check, plan, package, and put it where CfCT's pipeline takes it from
    Publish(publish::Publish),
    /// Follow a run of CfCT's pipeline to its end
    Watch(watch::Watch),
    /// Say why a run of CfCT's pipeline failed, down to the first resource
    Diagnose(diagnose::Diagnose),
    /// Set policies and settings of the organization without CfCT: shown first, then done
    Apply(apply::Apply),
    /// Bring portfolios to Service Catalog, and launch, update and terminate products
    Catalog(catalog::Catalog),
    /// Compare what the accounts have with what the configuration says
    Verify(verify::Verify),
    /// Look at the ground: CfCT, its pipeline and events, trusted access, roles, other tools
    Doctor(doctor::Doctor),
    /// Say what the companion would make of an event, or have it made
    Event(event::Event),
    /// Give one account what the companion gives new ones
    Bootstrap(bootstrap::Bootstrap),
    /// Give every account, or those below a unit, what the companion gives new ones
    Reconcile(reconcile::Reconcile),
    /// Write a completion script for a shell
    Completions(Completions),
}

impl Program for Cfct {
    fn global(&self) -> Global {
        self.global
    }

    fn live() -> Option<Live> {
        Some(snapshot::live)
    }

    fn examples() -> &'static [(&'static str, &'static [Example])] {
        &[
            ("snapshot", snapshot::EXAMPLES),
            ("publish", publish::EXAMPLES),
            ("watch", watch::EXAMPLES),
            ("diagnose", diagnose::EXAMPLES),
            ("apply", apply::EXAMPLES),
            ("catalog", catalog::EXAMPLES),
            ("verify", verify::EXAMPLES),
            ("doctor", doctor::EXAMPLES),
            ("event", event::EXAMPLES),
            ("bootstrap", bootstrap::EXAMPLES),
            ("reconcile", reconcile::EXAMPLES),
        ]
    }

    fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        match self.command {
            Command::Offline(command) => command.run(session),
            Command::Snapshot(snapshot) => snapshot.run(session),
            Command::Publish(publish) => publish.run(session),
            Command::Watch(watch) => watch.run(session),
            Command::Diagnose(diagnose) => diagnose.run(session),
            Command::Apply(apply) => apply.run(session),
            Command::Catalog(catalog) => catalog.run(session),
            Command::Verify(verify) => verify.run(session),
            Command::Doctor(doctor) => doctor.run(session),
            Command::Event(event) => event.run(session),
            Command::Bootstrap(bootstrap) => bootstrap.run(session),
            Command::Reconcile(reconcile) => reconcile.run(session),
            Command::Completions(completions) => completions.run(session),
        }
    }
}

fn main() -> ExitCode {
    if lambda::started_it() { lambda::run() } else { start::<Cfct>() }
}
