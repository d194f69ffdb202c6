//! What every command on a configuration starts from: the folder, and the organization where one is given.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cfct_core::checks;
use cfct_core::configuration::Configuration;
use cfct_core::finding::Finding;
use cfct_core::organization::{self, Organization, Reading};
use cfct_core::source::SourceFile;
use cfct_package::{ConfigurationFolder, read_folder, read_input};
use clap::Args;

use crate::error::CommandError;
use crate::faces::{View, folder_of};

/// The arguments that name a configuration, and the organization it is meant for.
#[derive(Debug, Args)]
pub(super) struct ConfigurationArgs {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// The organization, as `cfct snapshot` writes it: adds the checks that need one
    #[arg(long, value_name = "FILE")]
    organization: Option<PathBuf>,
}

/// A configuration and an organization, read.
pub struct Loaded {
    /// The configuration.
    pub folder: ConfigurationFolder,
    organization: Option<(Arc<SourceFile>, Reading)>,
}

impl ConfigurationArgs {
    pub(super) fn load(&self) -> Result<Loaded, CommandError> {
        let folder = read_folder(&self.config)?;
        let organization = self.organization.as_deref().map(read_input).transpose()?;
        Ok(Loaded::new(folder, organization))
    }
}

impl Loaded {
    /// This configuration, with the organization in the text `source`.
    #[must_use]
    pub fn new(folder: ConfigurationFolder, source: Option<Arc<SourceFile>>) -> Self {
        let organization = source.map(|source| {
            let reading = organization::read(&source);
            (source, reading)
        });
        Self { folder, organization }
    }

    /// Every finding of the configuration.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.findings_of(&self.folder.configuration)
    }

    /// Every finding of the configuration, and what a package of it would lack.
    pub(super) fn findings_to_package(&self) -> Vec<Finding> {
        let reading = self.organization.as_ref().map(|(_, reading)| reading);
        checks::run_to_package(&self.folder.configuration, reading)
    }

    /// The organization, where one was given and could be read.
    pub(super) fn organization(&self) -> Option<&Organization> {
        self.organization.as_ref().and_then(|(_, reading)| reading.organization.as_ref())
    }

    /// Every finding of another state of the configuration.
    pub(super) fn findings_of(&self, configuration: &Configuration) -> Vec<Finding> {
        checks::run_with(configuration, self.organization.as_ref().map(|(_, reading)| reading))
    }

    /// The findings with what a face has to know of where they come from.
    pub(super) fn show<R>(&self, findings: &[Finding], quiet: bool, show: impl FnOnce(&View<'_>) -> R) -> R {
        let outside = self.organization.as_ref().map(|(source, _)| source);
        let files = self.folder.configuration.files.len() + usize::from(outside.is_some());
        show(&View { findings, files, folder: &folder_of(&self.folder.root), outside, quiet })
    }

    /// What was not read was not checked, so a run without it has no verdict.
    pub(super) fn require_all_read(&self) -> Result<(), CommandError> {
        match self.folder.unreadable().next() {
            Some((path, reason)) => Err(unread(&path, reason, self.folder.unreadable().count() - 1)),
            None => Ok(()),
        }
    }
}

fn unread(path: &Path, reason: &str, more: usize) -> CommandError {
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    CommandError::unreadable(format!("cannot read {}: {reason}{more}", path.display()))
        .hint("the findings are incomplete until it can be read".to_owned())
}
