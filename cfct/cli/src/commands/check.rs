//! `check`: every finding of a configuration, and with `--fix` the mends that a machine can make.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cfct_core::checks;
use cfct_core::finding::{Finding, Level};
use cfct_core::organization;
use cfct_core::source::SourceFile;
use cfct_package::{ConfigurationFolder, read_folder, read_input};
use clap::Args;

use super::Example;
use super::mending::Mending;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::{Format, View, folder_of};
use crate::program::Session;

pub(super) const EXAMPLES: &[Example] = &[
    ("Check the configuration in this folder", "check"),
    ("Check another one, for a program to read", "check --config configurations/prod --format json"),
    ("Check it against the organization too", "check --organization organization.json"),
    ("Annotate a pull request in GitHub Actions", "check --format github"),
    ("See what a machine would mend", "check --fix --dry-run"),
    ("Mend it", "check --fix"),
];

/// The arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// The organization, as `cfct snapshot` writes it: adds the checks that need one
    #[arg(long, value_name = "FILE")]
    organization: Option<PathBuf>,
    /// How to write the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// Mend what a machine can mend, then show what is left
    #[arg(long)]
    fix: bool,
    /// With --fix: show the changes as a diff and make none
    #[arg(long, requires = "fix", conflicts_with = "format")]
    dry_run: bool,
}

impl Check {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = read_folder(&self.config)?;
        let outside = self.organization.as_deref().map(read_input).transpose()?;
        let organization = outside.as_ref().map(organization::read);
        if self.fix {
            let mending = Mending::of(&folder, organization.as_ref());
            if self.dry_run {
                mending.preview(session)?;
                return Ok(verdict(mending.findings()));
            }
            mending.apply(session)?;
            return self.show(&folder, outside.as_ref(), mending.findings(), session);
        }
        let findings = checks::run_with(&folder.configuration, organization.as_ref());
        self.show(&folder, outside.as_ref(), &findings, session)
    }

    fn show(
        &self,
        folder: &ConfigurationFolder,
        outside: Option<&Arc<SourceFile>>,
        findings: &[Finding],
        session: &mut Session,
    ) -> Result<Exit, CommandError> {
        let view = View {
            findings,
            files: folder.configuration.files.len() + usize::from(outside.is_some()),
            folder: &folder_of(&folder.root),
            outside,
            quiet: session.console.is_quiet(),
        };
        session.console.data(|out, look| view.write(self.format, out, look))?;
        match folder.unreadable().next() {
            Some((path, reason)) => Err(unread(&path, reason, folder.unreadable().count() - 1)),
            None => Ok(verdict(findings)),
        }
    }
}

fn verdict(findings: &[Finding]) -> Exit {
    if findings.iter().any(|finding| finding.level == Level::Error) { Exit::Findings } else { Exit::Clean }
}

/// What was not read was not checked, so the run has no verdict.
fn unread(path: &Path, reason: &str, more: usize) -> CommandError {
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    CommandError::unreadable(format!("cannot read {}: {reason}{more}", path.display()))
        .hint("the findings are incomplete until it can be read".to_owned())
}
