//! `simulate`: how long the companion takes for a whole organization.

use std::io::{self, Write};

use cfct_core::bootstrap::configuration::Delivery;
use cfct_core::rates;
use cfct_core::simulation::{
    Answer, MOST_ACCOUNTS, MOST_CONCURRENT, Outlook, Overridden, Question, answer, example, regions,
};
use clap::{Args, ValueEnum};

use super::Example;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::program::Session;

pub(super) const EXAMPLES: &[Example] = &[
    (
        "How long 10,000 accounts take, what holds it up, and what concurrency to choose",
        "simulate --accounts 10000",
    ),
    ("Three Regions, fifty accounts at a time", "simulate --accounts 2500 --regions 3 --concurrency 50"),
    (
        "With a quota that AWS has raised, for a program to read",
        "simulate --accounts 10000 --quota sts=100 --format json",
    ),
];

/// The arguments of `simulate`.
#[derive(Debug, Args)]
pub struct Simulate {
    /// How many accounts
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=MOST_ACCOUNTS as i64))]
    accounts: u32,
    /// In how many Regions each is protected
    #[arg(long, value_name = "COUNT", default_value_t = 2)]
    regions: usize,
    /// How many accounts are worked on at once; what is recommended unless told otherwise
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=MOST_CONCURRENT as i64))]
    concurrency: Option<u32>,
    /// How the things of an account come about
    #[arg(long, value_enum, value_name = "DELIVERY", default_value_t)]
    delivery: How,
    /// How long a call takes, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    latency: u32,
    /// A quota that is another for you: calls a second to all operations of a service
    #[arg(long = "quota", value_name = "SERVICE=RATE", value_parser = quota)]
    quotas: Vec<Overridden>,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
}

/// `delivery` in `cfct.toml`.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum How {
    /// The companion makes them itself
    #[default]
    Direct,
    /// The account is added to stack sets
    StackSets,
}

/// How to write the answer.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// For a person
    #[default]
    Text,
    /// For a program
    Json,
}

fn quota(text: &str) -> Result<Overridden, String> {
    let (service, rate) = text.split_once('=').ok_or("write SERVICE=RATE, such as sts=100")?;
    let known = rates::RATES.iter().any(|rate| rate.service == service);
    let per_second: f64 = rate.parse().map_err(|_| "the rate is no number")?;
    match (known, per_second > 0.0 && per_second <= 1e6) {
        (false, _) => Err(format!("no quota of `{service}` is known")),
        (_, false) => Err("the rate must be above 0, and a million at most".to_owned()),
        _ => Ok(Overridden { service: service.to_owned(), per_second }),
    }
}

impl Simulate {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let delivery = match self.delivery {
            How::Direct => Delivery::Direct,
            How::StackSets => Delivery::StackSets,
        };
        let Some((configuration, place)) = example(self.regions, delivery) else {
            let most = regions().len();
            return Err(CommandError::usage(format!("`--regions {}` is not from 1 to {most}", self.regions)));
        };
        let question = Question {
            accounts: self.accounts as usize,
            concurrency: self.concurrency.map(|concurrency| concurrency as usize),
            latency: f64::from(self.latency) / 1_000.0,
            overridden: self.quotas,
        };
        let answer = answer(&question, &configuration, &place);
        session.console.data(|out, _| match self.format {
            Format::Text => write_text(out, &answer),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &answer)?;
                writeln!(out)
            }
        })?;
        Ok(Exit::Clean)
    }
}

fn write_text(out: &mut dyn Write, answer: &Answer) -> io::Result<()> {
    writeln!(
        out,
        "{} accounts, {} Regions, {} ms a call",
        answer.accounts,
        answer.regions,
        (answer.latency_seconds * 1_000.0).round()
    )?;
    write_outlook(out, "Where nothing is done yet", &answer.first)?;
    write_outlook(out, "Where everything is done", &answer.later)
}

fn write_outlook(out: &mut dyn Write, title: &str, outlook: &Outlook) -> io::Result<()> {
    writeln!(out, "\n{title}")?;
    writeln!(
        out,
        "  takes        {} with {} accounts at once; one account takes {} at most",
        duration(outlook.seconds),
        outlook.concurrency,
        duration(outlook.seconds_per_account)
    )?;
    writeln!(out, "  calls        {} for each account, {} in all", outlook.calls_per_account, outlook.calls)?;
    match &outlook.binds {
        Some(bound) => {
            let what = match &bound.operations[..] {
                [] => bound.service.clone(),
                operations => format!("{} ({})", bound.service, operations.join(", ")),
            };
            writeln!(
                out,
                "  held up by   {what} of {}: {} calls a second ({})",
                bound.of, bound.per_second, bound.source
            )?;
        }
        None => writeln!(out, "  held up by   no quota; more at once is faster")?,
    }
    writeln!(
        out,
        "  recommended  {} at once: {}",
        outlook.recommended_concurrency,
        duration(outlook.recommended_seconds)
    )?;
    let tried =
        outlook.tried.iter().map(|tried| format!("{}: {}", tried.concurrency, duration(tried.seconds)));
    writeln!(out, "  at once      {}", tried.collect::<Vec<_>>().join(", "))?;
    let marks =
        outlook.timeline.iter().map(|mark| format!("{} after {}", mark.accounts, duration(mark.seconds)));
    writeln!(out, "  done         {}", marks.collect::<Vec<_>>().join(", "))
}

fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let minutes = (seconds / 60.0).round() as u64;
    if minutes < 60 {
        format!("{minutes} min")
    } else {
        format!("{} h {:02} min", minutes / 60, minutes % 60)
    }
}
