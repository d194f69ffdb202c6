//! `guardrails`: what the service and resource control policies of a package come to.

mod evaluate;
mod explain;
mod pack;
mod test;

use std::path::PathBuf;

use cfct_core::guardrails;
use cfct_core::organization::Organization;
use cfct_package::{ConfigurationFolder, read_folder};
use clap::{Args, Subcommand};

use super::{Example, organization};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::program::Session;

pub(super) const EXAMPLES: &[Example] = &[
    ("Run the policy tests of this folder", "guardrails test --organization organization.json"),
    (
        "Ask who may delete recovery points",
        "guardrails explain --organization organization.json --principal \"role/App in Workloads:Prod\" --action backup:DeleteRecoveryPoint",
    ),
    (
        "Decide many requests, for a program",
        "guardrails evaluate --organization organization.json --requests requests.json",
    ),
    (
        "See what fewer, shorter policies would say the same",
        "guardrails pack --organization organization.json --write packed",
    ),
];

/// The commands of `guardrails`.
#[derive(Debug, Subcommand)]
pub enum Guardrails {
    /// Run the policy tests: policies/tests/*.yaml
    Test(test::Test),
    /// Say whether a request is allowed, level by level, and which statement decides
    Explain(explain::Explain),
    /// Decide the requests of a JSON file
    Evaluate(evaluate::Evaluate),
    /// Propose fewer, shorter policies that come to the same
    Pack(pack::Pack),
}

impl Guardrails {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        match self {
            Self::Test(test) => test.run(session),
            Self::Explain(explain) => explain.run(session),
            Self::Evaluate(evaluate) => evaluate.run(session),
            Self::Pack(pack) => pack.run(session),
        }
    }
}

/// The arguments that say which policies there are.
#[derive(Debug, Args)]
struct Place {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// The organization, as `cfct snapshot` writes it
    #[arg(long, value_name = "FILE")]
    organization: PathBuf,
    /// What is deployed, alone or in a snapshot; that of the --organization file where it has one
    #[arg(long, value_name = "FILE")]
    deployed: Option<PathBuf>,
}

impl Place {
    /// Reads what the arguments name, and hands the guardrails to `use_them`.
    fn with<R>(
        &self,
        session: &mut Session,
        use_them: impl FnOnce(
            &ConfigurationFolder,
            &guardrails::Guardrails<'_>,
            &mut Session,
        ) -> Result<R, CommandError>,
    ) -> Result<R, CommandError> {
        let folder = read_folder(&self.config)?;
        let organization: Organization = organization::read(&self.organization)?;
        let deployed = organization::read_deployed(self.deployed.as_deref(), &organization)?;
        let guardrails = guardrails::Guardrails::of(&folder.configuration, &organization, deployed.as_ref());
        for unread in guardrails.unread() {
            session.console.warning(&format!("{unread}; what it says is left out"));
        }
        use_them(&folder, &guardrails, session)
    }
}
