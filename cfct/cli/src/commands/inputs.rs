//! `inputs`: what CfCT's parser would send to its state machines.

use std::path::PathBuf;

use cfct_core::manifest::Manifest;
use cfct_core::resolution::{InputSettings, resolve};
use cfct_package::read_folder;
use clap::Args;

use super::{Example, organization};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::program::Session;

pub(super) const EXAMPLES: &[Example] = &[
    ("See what a push would send", "inputs --organization organization.json"),
    (
        "With the bucket of the real pipeline",
        "inputs --organization organization.json --staging-bucket cfct-1a2b3c",
    ),
];

/// The arguments of `inputs`.
#[derive(Debug, Args)]
pub struct Inputs {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// The organization, as `cfct snapshot` writes it
    #[arg(long, value_name = "FILE")]
    organization: PathBuf,
    /// The bucket that CfCT stages templates in: CustomControlTowerPipelineArtifactS3Bucket of its stack,
    /// whose real name ends in letters that CloudFormation chose
    #[arg(long, value_name = "BUCKET", default_value_t = InputSettings::default().staging_bucket)]
    staging_bucket: String,
    /// The folder in that bucket
    #[arg(long, value_name = "PREFIX", default_value_t = InputSettings::default().key_prefix)]
    key_prefix: String,
}

impl Inputs {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = read_folder(&self.config)?;
        let organization = organization::read(&self.organization)?;
        let Some(document) = folder.configuration.manifest() else {
            let message = format!("cannot read the manifest in {}", self.config.display());
            let hint = format!("see `check --config {}` for what is wrong with it", self.config.display());
            return Err(CommandError::unreadable(message).hint(hint));
        };
        let settings = InputSettings {
            staging_bucket: self.staging_bucket,
            key_prefix: self.key_prefix,
            ..InputSettings::default()
        };
        let manifest = Manifest::read(document);
        let resolution = resolve(&manifest, &organization, &folder.configuration, &settings);
        session.console.data(|out, _| {
            serde_json::to_writer_pretty(&mut *out, &resolution.inputs(&organization))?;
            writeln!(out)
        })?;
        Ok(Exit::Clean)
    }
}
