//! `event`: what the companion would make of an event, or makes of it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cfct_aws::bootstrap::accounts;
use cfct_cli::commands::Example;
use cfct_cli::{CommandError, Exit, Session, clean_line};
use cfct_core::backup_policy::utc::UtcMinute;
use cfct_core::bootstrap::Configuration;
use cfct_core::lifecycle::{self, Event as Told, Expected, Reading, Wake};
use cfct_package::reason;
use clap::Args;
use serde_json::{Value, json};

use crate::account::Occasion;
use crate::bars::AccountBar;
use crate::bootstrap::Format;
use crate::ground::{Ground, GroundArgs, Intent, correlation_id, of_file};
use crate::outlook::{self, Outlook, verdict};

pub(crate) const EXAMPLES: &[Example] = &[
    ("What an event would come to", "event created.json"),
    ("What it is, without AWS", "event created.json --offline --configuration bootstrap.json"),
    ("Do what it asks for, as the companion would", "event created.json --do"),
    ("For a program to read", "event - --format json"),
];

/// Bytes that are read at most. Whatever EventBridge delivers is shorter.
const MOST: u64 = 1 << 20;

/// The arguments of `event`.
#[derive(Debug, Args)]
pub(crate) struct Event {
    /// The event, in EventBridge's envelope; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Do what it asks for; without it nothing is changed
    #[arg(long = "do")]
    acts: bool,
    /// Say what it is, and call nobody
    #[arg(long, requires = "configuration", conflicts_with = "acts")]
    offline: bool,
    /// How to write what it is and what becomes of it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    ground: GroundArgs,
}

impl Event {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let bytes = read(&self.file)?;
        if self.offline
            && let Some(file) = &self.ground.configuration
        {
            let configuration = of_file(file)?;
            let organization = configuration.organization.clone();
            let reading = lifecycle::read(&bytes, &expected(&configuration, organization));
            self.write(&reading, &[], session)?;
            return Ok(of_reading(&reading));
        }
        let ground = Ground::open(&self.ground, &session.console)?;
        let organization = ground.edge.home.organization.id.clone();
        let reading = lifecycle::read(&bytes, &expected(&ground.configuration, Some(organization)));
        let outlooks = match &reading {
            Reading::Rejected(_) => Vec::new(),
            Reading::Known(event) | Reading::Unknown(event) => self.woken(&ground, event, session)?,
        };
        self.write(&reading, &outlooks, session)?;
        match of_reading(&reading) {
            Exit::Clean => verdict(outlooks, session.console.is_verbose()),
            exit => Ok(exit),
        }
    }

    /// Whom the event wakes, looked at or looked after.
    fn woken(&self, ground: &Ground, event: &Told, session: &Session) -> Result<Vec<Outlook>, CommandError> {
        let woken = match &event.wake {
            Wake::Nothing(_) => Vec::new(),
            Wake::Account(account) => vec![*account],
            Wake::Unit(unit) => ground.edge.wait(accounts(&ground.edge.aws, Some(unit)))?,
            Wake::Organization => ground.edge.wait(accounts(&ground.edge.aws, None))?,
        };
        let correlation_id = correlation_id();
        let intent = if self.acts {
            Intent::Act(Occasion {
                correlation_id: &correlation_id,
                vended: event.completed,
                is_awaited: event.wake.bootstraps(),
            })
        } else {
            Intent::Look
        };
        let bar = AccountBar::new(woken.len(), &session.console);
        Ok(ground.round(woken, intent, || bar.done()))
    }

    fn write(
        &self,
        reading: &Reading,
        outlooks: &[Outlook],
        session: &mut Session,
    ) -> Result<(), CommandError> {
        session.console.data(|out, look| match self.format {
            Format::Text => {
                for line in lines(reading) {
                    writeln!(out, "{}", clean_line(&line))?;
                }
                outlook::list(outlooks, !self.acts, out, look)
            }
            Format::Json => {
                let mut report = outlook::report(outlooks, !self.acts);
                report["event"] = described(reading);
                serde_json::to_writer_pretty(&mut *out, &report)?;
                writeln!(out)
            }
        })
    }
}

/// The event's bytes, and no more than an event can have.
fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let is_input = path == Path::new("-");
    let name = if is_input { "standard input".to_owned() } else { path.display().to_string() };
    let refused =
        |error: io::Error| CommandError::unreadable(format!("cannot read {name}: {}", reason(&error)));
    let mut bytes = Vec::new();
    if is_input {
        io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes).map_err(refused)?;
    } else {
        File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes)).map_err(refused)?;
    }
    if bytes.len() as u64 > MOST {
        let hint = format!("an event has at most {} KiB", lifecycle::LONGEST >> 10);
        return Err(CommandError::unreadable(format!("{name} is longer than any event")).hint(hint));
    }
    Ok(bytes)
}

fn expected(configuration: &Configuration, organization: Option<String>) -> Expected {
    Expected {
        management_account: configuration.management_account,
        home_region: configuration.home_region.clone(),
        organization,
    }
}

/// How a run ends by what the event is.
fn of_reading(reading: &Reading) -> Exit {
    if matches!(reading, Reading::Rejected(_)) { Exit::Findings } else { Exit::Clean }
}

/// What the event is, and whom it wakes.
fn lines(reading: &Reading) -> Vec<String> {
    let (word, event) = match reading {
        Reading::Rejected(why) => return vec![format!("rejected: {why}")],
        Reading::Known(event) => ("known", event),
        Reading::Unknown(event) => ("unknown", event),
    };
    let wakes = match &event.wake {
        Wake::Account(account) => format!("wakes {account}"),
        Wake::Unit(unit) => format!("wakes every account inside {unit}"),
        Wake::Organization => "wakes every account".to_owned(),
        Wake::Nothing(why) => format!("wakes nobody: {why}"),
    };
    let at = event.completed.map(|at| format!(", {}", UtcMinute::from_unix_seconds(at))).unwrap_or_default();
    let mut lines = vec![format!("{word}: {}, {}{at}", event.name, event.outcome), wakes];
    if event.unknown_fields > 0 {
        lines.push(format!("fields that are not known: {}", event.unknown_fields));
    }
    lines.extend(event.remarks.iter().map(|remark| format!("says: {remark}")));
    lines
}

/// The same for a program.
fn described(reading: &Reading) -> Value {
    let (word, event) = match reading {
        Reading::Rejected(why) => {
            return json!({ "reading": "rejected", "why": why.word(), "reason": why.to_string() });
        }
        Reading::Known(event) => ("known", event),
        Reading::Unknown(event) => ("unknown", event),
    };
    json!({
        "reading": word,
        "id": event.id,
        "name": event.name,
        "state": event.outcome.to_string(),
        "completed": event.completed.map(|at| UtcMinute::from_unix_seconds(at).to_string()),
        "wakes": event.wake,
        "unknown_fields": event.unknown_fields,
        "remarks": event.remarks,
    })
}
