//! `catalog`: portfolios for who offers them, and products for who uses them.

mod launch;
mod portfolios;
mod products;
mod values;

use cfct_cli::commands::Example;
use cfct_cli::{CommandError, Exit, Session};
use clap::{Args, Subcommand, ValueEnum};

pub(crate) const EXAMPLES: &[Example] = &[
    ("What differs from portfolios/, removals first", "catalog diff --profile management"),
    ("Bring portfolios to Service Catalog", "catalog apply --profile management"),
    ("Let removals pass that were looked at", "catalog apply --confirm 1a2b3c4d5e6f"),
    ("What can be launched here, and what was", "catalog list --profile team"),
    ("What a product takes", "catalog describe \"Backup vault\""),
    (
        "Launch a product and follow it",
        "catalog provision \"Backup vault\" --name orders --set RetentionDays=35",
    ),
    ("With values from a file", "catalog provision \"Backup plan\" --parameters plan.yaml"),
    ("Take the newest version, and leave values as they are", "catalog update orders"),
    ("Change a value", "catalog update orders --set RetentionDays=90"),
    ("Take something with a vault away", "catalog terminate orders --confirm orders"),
];

/// The arguments of `catalog`.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Catalog {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what differs between portfolios/ and Service Catalog, removals first
    Diff(portfolios::Diff),
    /// Bring portfolios, products, versions, constraints and shares to Service Catalog
    Apply(portfolios::Apply),
    /// List the products that can be launched, and what was launched
    List(products::List),
    /// Show the versions, launch paths and parameters of a product
    Describe(products::Describe),
    /// Launch a product, and follow it to its end
    Provision(launch::Provision),
    /// Update what was launched, and follow it to its end
    Update(launch::Update),
    /// Terminate what was launched, and follow it to its end
    Terminate(launch::Terminate),
}

impl Catalog {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        match self.command {
            Command::Diff(diff) => diff.run(session),
            Command::Apply(apply) => apply.run(session),
            Command::List(list) => list.run(session),
            Command::Describe(describe) => describe.run(session),
            Command::Provision(provision) => provision.run(session),
            Command::Update(update) => update.run(session),
            Command::Terminate(terminate) => terminate.run(session),
        }
    }
}

/// How to write what a command tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    #[default]
    Text,
    /// For a program
    Json,
}
