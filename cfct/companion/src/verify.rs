//! `verify`: what is expected beside what is there.

mod page;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use cfct_aws::ports::{OrganizationReader, Root};
use cfct_aws::{apply as applying, verify as verifying};
use cfct_cli::commands::{Example, Loaded, check_alone};
use cfct_cli::connection::{ConnectionArgs, RoleArgs};
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::apply::{policies, wanted_policies, wanted_settings};
use cfct_core::aws::AccountId;
use cfct_core::backup_policy::placement::Placement;
use cfct_core::checks;
use cfct_core::organization::Organization;
use cfct_core::verify::{self, Expected, Item, State};
use cfct_package::{ConfigurationFolder, read_folder};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::apply::{organization, unfit};
use crate::edge::Edge;
use crate::snapshot;

pub(crate) const EXAMPLES: &[Example] = &[
    ("What is not as the configuration says", "verify"),
    ("With what is correct", "verify --all"),
    ("As a page to pass around", "verify --format html > verify.html"),
];

const DAY: i64 = 24 * 60 * 60;

/// The arguments of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// List what is correct, too; JSON and HTML always do
    #[arg(long)]
    all: bool,
    /// Days for which failed backup jobs are looked up
    #[arg(long, value_name = "DAYS", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=30))]
    jobs: u16,
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
    /// For a person: a table
    #[default]
    Text,
    /// For a program
    Json,
    /// For a browser: one file that needs nothing else and fetches nothing
    Html,
}

impl Verify {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let loaded = Loaded::new(read_folder(&self.config)?, None);
        check_alone(&loaded, session)?;
        let folder = &loaded.folder;
        let home_region = snapshot::home_region(Some(folder));
        let edge =
            Edge::open_with(&self.connection, Some(&self.role), home_region.as_deref(), &session.console)?;
        let root = edge.wait(edge.aws.root())?;
        let organization = organization(&edge, &root, &mut session.console)?;
        let mut items = of_organization(&edge, &root, folder, &organization, session)?;
        items.extend(self.of_accounts(&edge, folder, &organization)?);
        items.sort_by(|a, b| {
            (a.state, a.kind, a.account, &a.region).cmp(&(b.state, b.kind, b.account, &b.region))
        });
        session.console.data(|out, look| match self.format {
            Format::Text => table::write(&items, self.all, out, look),
            Format::Html => page::write(&items, out),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &report(&items))?;
                writeln!(out)
            }
        })?;
        session.console.say(table::summary(&items));
        let is_correct = items.iter().all(|item| item.state == State::Correct);
        Ok(if is_correct { Exit::Clean } else { Exit::Findings })
    }

    /// Effective policies, and the vaults, roles and jobs of the accounts that have one.
    fn of_accounts(
        &self,
        edge: &Edge,
        folder: &ConfigurationFolder,
        organization: &Organization,
    ) -> Result<Vec<Item>, CommandError> {
        let placement = Placement::of(&folder.configuration, organization);
        let effective = placement.effective(organization);
        let contents: Vec<Option<Value>> =
            effective.distinct.iter().map(|shared| shared.effective.content()).map(given).collect();
        let accounts: Vec<(AccountId, Option<Value>)> = organization
            .accounts()
            .filter(|(_, account)| account.is_active())
            .map(|(index, account)| {
                let content = effective.number_of(index).and_then(|number| contents[number].clone());
                (account.id, content)
            })
            .collect();
        let mut expected = Expected::default();
        for (account, content) in &accounts {
            if let Some(content) = content {
                expected.add(*account, content);
            }
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let since = i64::try_from(since).unwrap_or_default() - i64::from(self.jobs) * DAY;
        let mut items = edge.wait(verifying::effective_policies(&edge.aws, &accounts))?;
        items.extend(edge.wait(verifying::places(&edge.aws, &expected, edge.aws.region(), since))?);
        Ok(items)
    }
}

/// A policy without plans is none.
fn given(content: Value) -> Option<Value> {
    let plans = content.get("plans").and_then(Value::as_object);
    plans.is_some_and(|plans| !plans.is_empty()).then_some(content)
}

/// Policies and settings. Who deployed a policy does not matter here, only that it is as it should be.
fn of_organization(
    edge: &Edge,
    root: &Root,
    folder: &ConfigurationFolder,
    organization: &Organization,
    session: &mut Session,
) -> Result<Vec<Item>, CommandError> {
    let console = &mut session.console;
    let wanted =
        wanted_policies(&folder.configuration, organization).map_err(|refused| unfit(&refused, console))?;
    let needed = wanted.iter().map(|policy| policy.kind).collect();
    let written = checks::settings_of(&folder.configuration).0.organization;
    let desired = wanted_settings(&written, &needed, organization, edge.aws.region())
        .map_err(|refused| unfit(&refused, console))?;
    let observed = edge.wait(applying::settings(&edge.aws, root, &desired))?;
    let mut items = verify::settings(&desired, &observed);
    let mut observed = edge.wait(applying::policies(&edge.aws, root, &wanted))?;
    let names: BTreeSet<_> = wanted.iter().map(|policy| (policy.kind, policy.name.as_str())).collect();
    for policy in &mut observed {
        policy.is_owned |= names.contains(&(policy.kind, policy.name.as_str()));
    }
    items.extend(verify::policies(&wanted, &policies::decide(&wanted, &observed, &BTreeSet::new())));
    Ok(items)
}

fn report(items: &[Item]) -> Value {
    let mut summary: BTreeMap<&str, usize> = State::ALL.iter().map(|state| (state.as_str(), 0)).collect();
    for item in items {
        *summary.entry(item.state.as_str()).or_default() += 1;
    }
    json!({ "items": items, "summary": summary })
}
