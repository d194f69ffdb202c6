//! `bootstrap`: one account, looked after as the companion does it.

use cfct_cli::commands::Example;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::aws::AccountId;
use clap::{Args, ValueEnum};

use crate::account::Occasion;
use crate::ground::{Ground, GroundArgs, Intent, correlation_id};
use crate::outlook::{self, Outlook, verdict};

pub(crate) const EXAMPLES: &[Example] = &[
    ("What an account lacks", "bootstrap --account 444455556666 --dry-run"),
    ("Give it what it lacks", "bootstrap --account 444455556666"),
    (
        "By a configuration that is packaged and not yet published",
        "bootstrap --account 444455556666 --dry-run --configuration target/cfct/artifact-bucket/companion/bootstrap/3f9a1c….json",
    ),
];

/// The arguments of `bootstrap`.
#[derive(Debug, Args)]
pub(crate) struct Bootstrap {
    /// The account
    #[arg(long, value_name = "ID")]
    account: AccountId,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// How to write what became of it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    ground: GroundArgs,
}

/// How to write what became of accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    #[default]
    Text,
    /// For a program
    Json,
}

impl Bootstrap {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let ground = Ground::open(&self.ground, &session.console)?;
        let mut outlooks = ground.round(vec![self.account], Intent::Look, || ());
        if !outlooks.iter().all(Outlook::is_there) {
            let message = format!("there is no account {} in the organization", self.account);
            return Err(CommandError::usage(message).hint("`cfct snapshot` lists the accounts".to_owned()));
        }
        if !self.dry_run {
            for step in outlooks.iter().flat_map(Outlook::planned) {
                session.console.say(step);
            }
            let correlation_id = correlation_id();
            let occasion = Occasion { correlation_id: &correlation_id, vended: None, is_awaited: true };
            outlooks = ground.round(vec![self.account], Intent::Act(occasion), || ());
        }
        session.console.data(|out, look| match self.format {
            Format::Text => outlook::list(&outlooks, self.dry_run, out, look),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &outlook::report(&outlooks, self.dry_run))?;
                writeln!(out)
            }
        })?;
        verdict(outlooks, session.console.is_verbose())
    }
}
