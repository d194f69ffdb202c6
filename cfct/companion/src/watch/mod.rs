//! `watch`: follows a run of CfCT's pipeline to its end.

mod approval;
mod face;
mod follow;
mod foreseen;

use std::path::PathBuf;

use cfct_aws::watch::{Lookout, newest};
use cfct_cli::commands::Example;
use cfct_cli::connection::ConnectionArgs;
use cfct_cli::{CommandError, Exit, Session};
use cfct_package::read_folder;
use clap::{Args, ValueEnum};

use crate::edge::Edge;
use crate::publish::PIPELINE;
use crate::snapshot;

pub(crate) use approval::Answer;
pub(crate) use face::{Face, now};
pub(crate) use follow::{Follow, Pacing, started_since};
pub(crate) use foreseen::Foreseen;

pub(crate) const EXAMPLES: &[Example] = &[
    ("The run that started last, to its end", "watch --profile management"),
    ("One run, with the time that is left by a plan", "watch 1a2b3c4d-… --live"),
    ("For a program: one object a line", "watch --format json"),
    ("Approve what a plan was looked at for", "watch --live --approve --confirm 1a2b3c4d5e6f"),
];

/// The arguments of `watch`.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// The pipeline execution; the one that started last otherwise
    execution: Option<String>,
    /// CfCT's pipeline
    #[arg(long, value_name = "NAME", default_value = PIPELINE)]
    pipeline: String,
    /// How to write what happens: a tree on a terminal and a line for each event elsewhere, or json with one
    /// object a line
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t, hide_possible_values = true)]
    format: Format,
    #[command(flatten)]
    pacing: Pacing,
    /// Approve when the run waits for it
    #[arg(long)]
    approve: bool,
    /// Reject when the run waits for an approval
    #[arg(long, conflicts_with = "approve")]
    reject: bool,
    /// What to write beside the approval or the rejection
    #[arg(long, value_name = "TEXT", default_value = "by cfct watch")]
    comment: String,
    /// The folder of the configuration, for a plan and for its home-region
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// The organization before the run: with it there is a plan, for the approval and for the time that is left
    #[arg(long, value_name = "FILE")]
    organization: Option<PathBuf>,
    /// What was deployed before the run; that of the --organization file where it has one
    #[arg(long, value_name = "FILE", requires = "organization")]
    deployed: Option<PathBuf>,
    /// Take a snapshot now and plan on it
    #[arg(long, conflicts_with_all = ["organization", "deployed"])]
    live: bool,
    /// Accept with --approve that this plan destroys something
    #[arg(long, value_name = "PLAN")]
    confirm: Option<String>,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// How to write what happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    #[default]
    Text,
    /// For a program
    Json,
}

impl Watch {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = if self.organization.is_some() || self.live {
            Some(read_folder(&self.config)?)
        } else {
            read_folder(&self.config).ok()
        };
        let region = snapshot::home_region(folder.as_ref());
        let mut edge = Edge::open(&self.connection, region.as_deref(), &session.console)?;
        let lookout = edge.wait(async {
            let execution = match &self.execution {
                Some(execution) => Some(execution.clone()),
                None => newest(&edge.aws, &self.pipeline, |_| true).await?,
            };
            match execution {
                Some(execution) => Lookout::on(&edge.aws, &self.pipeline, &execution).await.map(Some),
                None => Ok(None),
            }
        })?;
        let Some(lookout) = lookout else {
            return Err(CommandError::unreachable(format!("the pipeline {} never ran", self.pipeline))
                .hint("publish a configuration, or push one to its repository".to_owned()));
        };
        let foreseen = match &folder {
            Some(folder) if self.live => {
                let source = snapshot::source(&edge, folder, &mut session.console)?;
                Some(Foreseen::of(folder, &source, None)?)
            }
            Some(folder) => self.foreseen(folder)?,
            None => None,
        };
        let answer = match (self.approve, self.reject) {
            (true, _) => Answer::Approve(self.confirm.clone()),
            (_, true) => Answer::Reject,
            _ => Answer::Ask,
        };
        let face = match self.format {
            Format::Text => Face::fitting(&session.console),
            Format::Json => Face::Json,
        };
        let follow = Follow::new(lookout, foreseen, (answer, &self.comment), face, self.pacing);
        follow.until_it_ends(&mut edge, session)
    }

    fn foreseen(&self, folder: &cfct_package::ConfigurationFolder) -> Result<Option<Foreseen>, CommandError> {
        let Some(organization) = &self.organization else { return Ok(None) };
        let source = cfct_package::read_input(organization)?;
        Foreseen::of(folder, &source, self.deployed.as_deref()).map(Some)
    }
}
