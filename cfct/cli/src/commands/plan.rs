//! `plan`: what a push would do, and what CfCT really makes of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cfct_core::deployed::Deployed;
use cfct_core::generated;
use cfct_core::manifest::Manifest;
use cfct_core::organization::{AccountIndex, Organization};
use cfct_core::plan::{self, PlanJson, Sources};
use cfct_core::source::SourceFile;
use cfct_core::stack_set_machine::duration::{OperationPreferences, Pace};
use cfct_package::{ConfigurationFolder, read_folder, read_input};
use clap::{Args, ValueEnum};

use super::{Example, account, organization};
use crate::connection::ConnectionArgs;
use crate::console::Console;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::{compact_json, plan_html, plan_text};
use crate::program::Session;

pub(super) const EXAMPLES: &[Example] = &[
    ("What a push would do", "plan --organization organization.json --deployed deployed.json"),
    ("The same on what is there now", "plan --live"),
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
    #[arg(long, value_name = "FILE", required_unless_present = "live")]
    organization: Option<PathBuf>,
    /// Take a snapshot now and plan on it
    #[arg(long, conflicts_with_all = ["organization", "deployed"])]
    live: bool,
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
    #[command(flatten)]
    connection: ConnectionArgs,
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
        let source = self.source(&folder, session)?;
        let organization = organization::of_source(&source)?;
        let deployed = organization::read_deployed(self.deployed.as_deref(), &organization)?;
        with_sources(&folder, &organization, deployed.as_ref(), |sources| {
            let mut plan = plan::make(sources);
            if self.steps {
                plan.find_ways_out(sources);
            }
            if let Some(wanted) = &self.explain {
                let accounts = account::find(wanted, &organization, Path::new(source.name()))?;
                self.explain(&plan, sources, &accounts, session)?;
                return Ok(Exit::Clean);
            }
            self.write(&plan, sources, session)?;
            confirmed(&plan, self.confirm.as_deref(), &mut session.console)?;
            Ok(Exit::Clean)
        })
    }

    /// Whether it needs AWS.
    pub(super) fn is_live(&self) -> bool {
        self.live
    }

    fn source(
        &self,
        folder: &ConfigurationFolder,
        session: &mut Session,
    ) -> Result<Arc<SourceFile>, CommandError> {
        match (&self.organization, session.live) {
            (Some(path), _) => Ok(read_input(path)?),
            (None, Some(live)) => live(&self.connection, folder, &mut session.console),
            (None, None) => Err(CommandError::usage("this binary takes no snapshots")
                .hint("use `cfct plan --live`".to_owned())),
        }
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
}

/// Gives `then` what a plan of this configuration is made from: the configuration as it is packaged, with the
/// stack sets that packaging adds.
///
/// # Errors
/// Where the manifest cannot be read, and those of `then`.
pub fn with_sources<R>(
    folder: &ConfigurationFolder,
    organization: &Organization,
    deployed: Option<&Deployed>,
    then: impl FnOnce(&Sources<'_>) -> Result<R, CommandError>,
) -> Result<R, CommandError> {
    let packaged = generated::packaged(&folder.configuration, organization);
    let configuration = packaged.as_ref().unwrap_or(&folder.configuration);
    let document = configuration.manifest().ok_or_else(|| unreadable_manifest(&folder.root))?;
    let manifest = Manifest::read(document);
    then(&Sources {
        configuration,
        manifest: &manifest,
        organization,
        deployed,
        preferences: OperationPreferences::default(),
        pace: Pace::default(),
    })
}

/// What destroys something needs the plan's own id: a plan of other inputs has another one.
///
/// # Errors
/// Where it destroys something and is not confirmed.
pub fn confirmed(plan: &plan::Plan<'_>, id: Option<&str>, console: &mut Console) -> Result<(), CommandError> {
    match id {
        Some(id) if *id == plan.id => Ok(()),
        Some(id) if plan.destroys() => {
            let message = format!("plan {id} was confirmed, and this is plan {}", plan.id);
            let hint = format!(
                "the inputs differ from those of plan {id}: read the plan again, then pass --confirm {}",
                plan.id
            );
            Err(CommandError::unconfirmed(message).hint(hint))
        }
        Some(id) => {
            let text = format!("plan {id} was confirmed; this is plan {}, which destroys nothing", plan.id);
            console.warning(&text);
            Ok(())
        }
        None if plan.destroys() => {
            let message = format!("plan {} destroys {}", plan.id, plan_text::destroyed(plan));
            let hint = format!("if that is meant, pass --confirm {}", plan.id);
            Err(CommandError::unconfirmed(message).hint(hint))
        }
        None => Ok(()),
    }
}

fn unreadable_manifest(config: &Path) -> CommandError {
    let message = format!("cannot read the manifest in {}", config.display());
    let hint = format!("see `check --config {}` for what is wrong with it", config.display());
    CommandError::unreadable(message).hint(hint)
}
