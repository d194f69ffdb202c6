//! `diagnose`: why a run of CfCT's pipeline failed.

use std::path::PathBuf;

use cfct_aws::AwsError;
use cfct_aws::diagnose::gather;
use cfct_aws::watch::{Lookout, newest};
use cfct_cli::commands::Example;
use cfct_cli::connection::ConnectionArgs;
use cfct_cli::{CommandError, Exit, Session, clean};
use cfct_core::diagnosis::{conclude, markdown, text};
use cfct_core::manifest::Manifest;
use cfct_core::pipeline_run::State;
use cfct_package::read_folder;
use clap::{Args, ValueEnum};

use crate::edge::Edge;
use crate::publish::PIPELINE;
use crate::snapshot;

pub(crate) const EXAMPLES: &[Example] = &[
    ("Why the last run that failed did", "diagnose --profile management"),
    (
        "One run, with the line of the manifest that asked for it",
        "diagnose 1a2b3c4d-… --config configurations/prod",
    ),
    ("For a ticket", "diagnose --format markdown"),
];

/// The arguments of `diagnose`.
#[derive(Debug, Args)]
pub(crate) struct Diagnose {
    /// The pipeline execution; the one that failed last otherwise
    execution: Option<String>,
    /// CfCT's pipeline
    #[arg(long, value_name = "NAME", default_value = PIPELINE)]
    pipeline: String,
    /// The folder of the configuration, for the line that asked and for its home-region
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// How to write what was found
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// How to write what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    #[default]
    Text,
    /// For a program
    Json,
    /// For a ticket
    Markdown,
}

impl Diagnose {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = self.config.as_deref().map(read_folder).transpose()?;
        let region = snapshot::home_region(folder.as_ref());
        let edge = Edge::open(&self.connection, region.as_deref(), &session.console)?;
        let evidence = edge.wait(async {
            let execution = match &self.execution {
                Some(execution) => Some(execution.clone()),
                None => {
                    newest(&edge.aws, &self.pipeline, |status| State::of(status) == State::Failed).await?
                }
            };
            let Some(execution) = execution else { return Ok(None) };
            let mut lookout = Lookout::on(&edge.aws, &self.pipeline, &execution).await?;
            let evidence = gather(&edge.aws, &mut lookout).await?;
            Ok::<_, AwsError>(Some(evidence))
        })?;
        let Some(evidence) = evidence else {
            session.console.say(format_args!("no run of {} failed lately", self.pipeline));
            return Ok(Exit::Clean);
        };
        let mut diagnosis = conclude(&evidence);
        if let Some(manifest) = folder.as_ref().and_then(|folder| folder.configuration.manifest()) {
            diagnosis.find_in(&Manifest::read(manifest));
        }
        session.console.data(|out, _| match self.format {
            Format::Text => write!(out, "{}", clean(&text(&diagnosis))),
            Format::Markdown => write!(out, "{}", clean(&markdown(&diagnosis))),
            Format::Json => cfct_cli::faces::compact_json::write(&diagnosis, out),
        })?;
        Ok(if evidence.run.state() == State::Failed { Exit::Findings } else { Exit::Clean })
    }
}
