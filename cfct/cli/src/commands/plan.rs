//! `plan`: what a push would do, and what CfCT really makes of it.

use std::path::{Path, PathBuf};

use cfct_core::manifest::Manifest;
use cfct_core::organization::{AccountIndex, Organization};
use cfct_core::plan::{self, PlanJson, Sources};
use cfct_core::stack_set_machine::duration::{OperationPreferences, Pace};
use cfct_package::read_folder;
use clap::{Args, ValueEnum};

use super::{Example, account, organization};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::{compact_json, plan_html, plan_text};
use crate::program::Session;

pub(super) const EXAMPLES: &[Example] = &[
    ("What a push would do", "plan --organization organization.json --deployed deployed.json"),
    ("The same from one snapshot, for a program to read", "plan --organization snapshot.json --format json"),
    ("As a page to pass around", "plan --organization snapshot.json --format html > plan.html"),
    ("Why an account gets what it gets", "plan --organization snapshot.json --explain shop"),
    ("The way out where CfCT would leave holes or fail", "plan --organization snapshot.json --steps"),
    ("Let removals pass that were looked at", "plan --organization snapshot.json --confirm 1a2b3c4d5e6f"),
];

/// The arguments of `plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// The organization, as `cfct snapshot` writes it
    #[arg(long, value_name = "FILE")]
    organization: PathBuf,
    /// What is deployed, alone or in a snapshot; that of the --organization file where it has one
    #[arg(long, value_name = "FILE")]
    deployed: Option<PathBuf>,
    /// How to write the plan
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// Accept that this plan destroys something; without it such a plan exits with 5
    #[arg(long, value_name = "PLAN")]
    confirm: Option<String>,
    /// Add the sequence of pushes that does it safely, where one push leaves holes or fails
    #[arg(long)]
    steps: bool,
    /// Say instead why one account, by its id or its name, gets what it gets
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "steps")]
    explain: Option<String>,
}

/// How to write a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person: removals first
    #[default]
    Text,
    /// For a program: docs/schemas/plan.schema.json describes it
    Json,
    /// For a browser: one file that needs nothing else and fetches nothing
    Html,
}

impl Plan {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = read_folder(&self.config)?;
        let organization = organization::read(&self.organization)?;
        let deployed = organization::read_deployed(self.deployed.as_deref(), &organization)?;
        let Some(document) = folder.configuration.manifest() else {
            return Err(unreadable_manifest(&self.config));
        };
        let manifest = Manifest::read(document);
        let sources = Sources {
            configuration: &folder.configuration,
            manifest: &manifest,
            organization: &organization,
            deployed: deployed.as_ref(),
            preferences: OperationPreferences::default(),
            pace: Pace::default(),
        };
        let mut plan = plan::make(&sources);
        if self.steps {
            plan.find_ways_out(&sources);
        }
        if let Some(wanted) = &self.explain {
            let accounts = account::find(wanted, &organization, &self.organization)?;
            self.explain(&plan, &sources, &accounts, session)?;
            return Ok(Exit::Clean);
        }
        self.write(&plan, &sources, session)?;
        self.verdict(&plan, session)
    }

    fn write(
        &self,
        plan: &plan::Plan<'_>,
        sources: &Sources<'_>,
        session: &mut Session,
    ) -> Result<(), CommandError> {
        session.console.data(|out, look| match self.format {
            Format::Text => plan_text::write(plan, sources, out, look),
            Format::Html => plan_html::write(plan, sources, out),
            Format::Json => compact_json::write(&PlanJson(plan), out),
        })
    }

    fn explain(
        &self,
        plan: &plan::Plan<'_>,
        sources: &Sources<'_>,
        accounts: &[AccountIndex],
        session: &mut Session,
    ) -> Result<(), CommandError> {
        let organization: &Organization = sources.organization;
        session.console.data(|out, look| {
            for account in accounts {
                let account = organization.account(*account);
                let given = plan::explain(plan, sources, account.id).unwrap_or_default();
                plan_text::explain(account, &given, out, look)?;
            }
            Ok(())
        })
    }

    /// What destroys something needs the plan's own id: a plan of other inputs has another one.
    fn verdict(&self, plan: &plan::Plan<'_>, session: &mut Session) -> Result<Exit, CommandError> {
        match &self.confirm {
            Some(id) if *id == plan.id => Ok(Exit::Clean),
            Some(id) if plan.destroys() => {
                let message = format!("plan {id} was confirmed, and this is plan {}", plan.id);
                let hint = format!(
                    "the inputs differ from those of plan {id}: read the plan again, then pass --confirm {}",
                    plan.id
                );
                Err(CommandError::unconfirmed(message).hint(hint))
            }
            Some(id) => {
                let text =
                    format!("plan {id} was confirmed; this is plan {}, which destroys nothing", plan.id);
                session.console.warning(&text);
                Ok(Exit::Clean)
            }
            None if plan.destroys() => {
                let message = format!("plan {} destroys {}", plan.id, plan_text::destroyed(plan));
                let hint = format!("if that is meant, pass --confirm {}", plan.id);
                Err(CommandError::unconfirmed(message).hint(hint))
            }
            None => Ok(Exit::Clean),
        }
    }
}

fn unreadable_manifest(config: &Path) -> CommandError {
    let message = format!("cannot read the manifest in {}", config.display());
    let hint = format!("see `check --config {}` for what is wrong with it", config.display());
    CommandError::unreadable(message).hint(hint)
}
