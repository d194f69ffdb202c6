//! `effective`: the effective backup policy of each account, and where each value comes from.

mod text;

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use cfct_core::backup_policy::calendar::calendars;
use cfct_core::backup_policy::placement::Placement;
use cfct_core::backup_policy::report::{Report, invalid};
use cfct_core::backup_policy::utc::UtcMinute;
use cfct_core::checks;
use cfct_core::configuration::{Configuration, Role};
use cfct_core::finding::{Finding, Level};
use cfct_core::limits::Limits;
use cfct_core::organization::{AccountIndex, Organization};
use cfct_package::read_folder;
use clap::{Args, ValueEnum};

use super::{Example, account, organization};
use crate::error::CommandError;
use crate::exit::Exit;

use crate::program::Session;

pub(super) const EXAMPLES: &[Example] = &[
    ("What every account gets", "effective --organization organization.json"),
    ("One account, by id or name", "effective --organization organization.json --account shop"),
    (
        "With the runs of January, for a program to read",
        "effective --organization organization.json --format json --from 2027-01-01 --runs 31",
    ),
];

/// The arguments of `effective`.
#[derive(Debug, Args)]
pub struct Effective {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// The organization, as `cfct snapshot` writes it
    #[arg(long, value_name = "FILE")]
    organization: PathBuf,
    /// Only this account, by its id or its name
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// List runs after this time, in UTC: 2026-11-30 or 2026-11-30T05:00Z. Text lists them from now on unless
    /// told otherwise, JSON only if told
    #[arg(long, value_name = "TIME")]
    from: Option<UtcMinute>,
    /// How many runs of each rule to list
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=1000))]
    runs: u16,
}

/// How to write effective policies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    #[default]
    Text,
    /// For a program; docs/effective.md says what is in it
    Json,
}

impl Effective {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = read_folder(&self.config)?;
        let organization = organization::read(&self.organization)?;
        let placement = Placement::of(&folder.configuration, &organization);
        let unusable: Vec<&Finding> = unusable(&folder.configuration, &placement).collect();
        for finding in &unusable {
            let line = finding.primary.source.position(finding.primary.span.start).line;
            let place = finding.primary.source.name();
            session
                .console
                .warning(&format!("{place}:{line}: {}; what it says is left out", finding.message));
        }
        let effective = placement.effective(&organization);
        let accounts = self.accounts(&organization)?;
        let limits = Limits::with(&checks::settings_of(&folder.configuration).0.limits);
        let invalid = invalid(&effective, &limits.backup);
        let runs = usize::from(self.runs);
        match self.format {
            Format::Json => {
                let calendars = self.from.map(|from| calendars(&effective, from, runs));
                let report = Report {
                    effective: &effective,
                    invalid: &invalid,
                    organization: &organization,
                    accounts: &accounts,
                    calendars: calendars.as_deref(),
                };
                session.console.data(|out, _| {
                    serde_json::to_writer_pretty(&mut *out, &report)?;
                    writeln!(out)
                })?;
            }
            Format::Text => {
                let calendars = calendars(&effective, self.from.unwrap_or_else(now), runs);
                let view = text::View {
                    effective: &effective,
                    invalid: &invalid,
                    organization: &organization,
                    accounts: &accounts,
                    calendars: &calendars,
                };
                session.console.data(|out, look| view.write(out, look))?;
            }
        }
        let mut numbers = accounts.iter().filter_map(|account| effective.number_of(*account));
        let is_invalid = numbers.any(|number| !invalid[number].is_empty());
        Ok(if is_invalid || !unusable.is_empty() { Exit::Findings } else { Exit::Clean })
    }

    fn accounts(&self, organization: &Organization) -> Result<Vec<AccountIndex>, CommandError> {
        let Some(wanted) = &self.account else {
            return Ok(organization.accounts().map(|(account, _)| account).collect());
        };
        account::find(wanted, organization, &self.organization)
    }
}

/// What keeps a policy or an attachment from being taken into account.
fn unusable<'f>(
    configuration: &'f Configuration,
    placement: &'f Placement,
) -> impl Iterator<Item = &'f Finding> {
    let files =
        [Role::Attachments, Role::BackupPolicy].into_iter().flat_map(|role| configuration.of_role(role));
    let unread = files.flat_map(|(_, file)| &file.findings);
    unread.chain(&placement.findings).filter(|finding| finding.level == Level::Error)
}

/// The minute that it is.
pub(super) fn now() -> UtcMinute {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UtcMinute::from_unix_seconds(i64::try_from(since.as_secs()).unwrap_or_default())
}
