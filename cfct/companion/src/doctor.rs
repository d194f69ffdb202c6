//! `doctor`: the ground that everything else stands on.

use std::path::PathBuf;

use cfct_aws::doctor::{Subject, look};
use cfct_cli::commands::Example;
use cfct_cli::connection::{ConnectionArgs, RoleArgs};
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::doctor::{Level, Line, judge};
use cfct_core::manifest::Manifest;
use cfct_package::read_folder;
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::edge::Edge;
use crate::publish::PIPELINE;
use crate::snapshot;

pub(crate) const EXAMPLES: &[Example] = &[
    ("The ground under the configuration in this folder", "doctor"),
    ("Without a configuration", "doctor --region eu-central-1 --profile management"),
    ("For a program to read", "doctor --format json"),
];

/// The arguments of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// A configuration: its home-region, and the Region of its manifest
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// CfCT's pipeline
    #[arg(long, value_name = "NAME", default_value = PIPELINE)]
    pipeline: String,
    /// How to write what was found
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    role: RoleArgs,
}

/// How to write what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person: one thing a line, with what to do
    #[default]
    Text,
    /// For a program
    Json,
}

impl Doctor {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        // The ground is looked at before there is a configuration, too.
        let folder = read_folder(&self.config).ok();
        let manifest = folder.as_ref().and_then(|folder| folder.configuration.manifest()).map(Manifest::read);
        let manifest_region =
            manifest.as_ref().and_then(|manifest| manifest.region).map(|region| region.value);
        let home_region = snapshot::home_region(folder.as_ref()).or(manifest_region.map(str::to_owned));
        let edge =
            Edge::open_with(&self.connection, Some(&self.role), home_region.as_deref(), &session.console)?;
        let subject = Subject {
            home: &edge.home,
            region: edge.aws.region(),
            manifest_region,
            pipeline: &self.pipeline,
            execution_role: &self.role.execution_role,
        };
        let lines = judge(&edge.wait(look(&edge.aws, &subject))?);
        let worst = lines.iter().map(|line| line.level).max();
        session.console.data(|out, look| match self.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &json!({ "checks": lines }))?;
                writeln!(out)
            }
            Format::Text => lines.iter().try_for_each(|line| {
                writeln!(out, "{:9}  {}: {}", level(line, look.styled), line.subject, line.found)?;
                line.advice.iter().try_for_each(|advice| writeln!(out, "           {advice}"))
            }),
        })?;
        Ok(if worst == Some(Level::Failed) { Exit::Findings } else { Exit::Clean })
    }
}

fn level(line: &Line, styled: bool) -> String {
    let word = format!("{:9}", line.level.as_str());
    let colour = match line.level {
        _ if !styled => return word,
        Level::Ok => "32",
        Level::Attention => "33",
        Level::Failed => "31",
    };
    format!("\x1b[{colour}m{word}\x1b[0m")
}
