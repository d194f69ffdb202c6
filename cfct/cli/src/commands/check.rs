//! `check`: every finding of a configuration, and with `--fix` the mends that a machine can make.

use cfct_core::finding::{Finding, Level};
use clap::Args;

use super::Example;
use super::configuration::{ConfigurationArgs, Loaded};
use super::mending::Mending;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::Format;
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
    #[command(flatten)]
    configuration: ConfigurationArgs,
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
        let loaded = self.configuration.load()?;
        if !self.fix {
            return self.show(&loaded, &loaded.findings(), session);
        }
        let mending = Mending::of(&loaded);
        if self.dry_run {
            mending.preview(session)?;
            return Ok(verdict(mending.findings()));
        }
        mending.apply(session)?;
        self.show(&loaded, mending.findings(), session)
    }

    fn show(
        &self,
        loaded: &Loaded,
        findings: &[Finding],
        session: &mut Session,
    ) -> Result<Exit, CommandError> {
        loaded.show(findings, session.console.is_quiet(), |view| {
            session.console.data(|out, look| view.write(self.format, out, look))
        })?;
        loaded.require_all_read()?;
        Ok(verdict(findings))
    }
}

fn verdict(findings: &[Finding]) -> Exit {
    if findings.iter().any(|finding| finding.level == Level::Error) { Exit::Findings } else { Exit::Clean }
}
