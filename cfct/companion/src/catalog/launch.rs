//! `catalog provision`, `update` and `terminate`: started once, and followed to their end.

use std::time::{Duration, Instant};

use cfct_aws::AwsError;
use cfct_aws::catalog::{self as cataloguing, Launched};
use cfct_aws::ports::{
    Launch, OfferedProduct, ProvisionedProduct, Provisioner, Record, StackResource, Stacks,
};
use cfct_cli::connection::ConnectionArgs;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::catalog::{Provisioning, Values, check};
use cfct_core::secrets::conceal;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::Format;
use super::products::{Which, launched, product};
use super::values::{ValueArgs, pairs};
use crate::edge::{Anywhere, Edge};
use crate::watch::now;

/// How what was started is followed.
#[derive(Debug, Args)]
struct Following {
    /// How often to look, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0)]
    interval: f64,
    /// Start it, and do not wait for its end
    #[arg(long)]
    no_wait: bool,
    /// How to write what happens
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// The arguments of `catalog provision`.
#[derive(Debug, Args)]
pub(super) struct Provision {
    /// The product, by its name or id
    #[arg(value_name = "PRODUCT")]
    product: String,
    /// What to call it, once in an account; the product's name with hyphens otherwise
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    values: ValueArgs,
    /// Give it a tag, one of its tag options among them; may be given again
    #[arg(long = "tag", value_name = "KEY=VALUE")]
    tags: Vec<String>,
    #[command(flatten)]
    following: Following,
}

/// The arguments of `catalog update`.
#[derive(Debug, Args)]
pub(super) struct Update {
    /// What it is called
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    values: ValueArgs,
    #[command(flatten)]
    following: Following,
}

/// The arguments of `catalog terminate`.
#[derive(Debug, Args)]
pub(super) struct Terminate {
    /// What it is called
    #[arg(value_name = "NAME")]
    name: String,
    /// Accept that something with a vault goes, by its name; without it that exits with 5
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    #[command(flatten)]
    following: Following,
}

impl Provision {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let given = self.values.values()?;
        let tags = pairs(&self.tags, "--tag")?;
        let edge = self.following.open(session)?;
        let product = product(&edge, &self.product)?;
        let (launch, offered) = prepared(&edge, &product, &self.which)?;
        fitting(&offered, &given, None, session)?;
        fitting_tags(&offered, &tags)?;
        let launch =
            Launch { parameters: given.into_iter().collect(), tags: tags.into_iter().collect(), ..launch };
        let name = self.name.clone().unwrap_or_else(|| named_after(&product.name));
        let place = format!("{} {}", edge.home.account, edge.aws.region());
        let record = match edge.wait(cataloguing::provision(&edge.aws, &place, &name, &launch))? {
            Launched::Started(record) => record,
            Launched::Taken(there) => return Err(taken(&there)),
        };
        self.following.follow(&edge, &name, "launch", record, session)
    }
}

impl Update {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let given = self.values.values()?;
        let edge = self.following.open(session)?;
        let there = launched(&edge, &self.name)?;
        let product = product(&edge, &there.product_id)?;
        let (launch, offered) = prepared(&edge, &product, &self.which)?;
        let now = match edge.wait(cataloguing::stack_of(&edge.aws, &there))? {
            Some(stack) => edge.wait(edge.aws.parameters(&stack))?,
            None => Values::new(),
        };
        fitting(&offered, &given, Some(&now), session)?;
        if cataloguing::is_same(&there, &launch.version, &given, &now) {
            session.console.say(format_args!("{} is so already: nothing to do", self.name));
            return Ok(Exit::Clean);
        }
        let stays = |name: &&String| now.contains_key(*name) && !given.contains_key(*name);
        let names = offered.parameters.iter().map(|parameter| &parameter.name);
        let launch = Launch {
            unchanged: names.filter(stays).cloned().collect(),
            parameters: given.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            ..launch
        };
        let record = edge.wait(cataloguing::update(&edge.aws, &there, &launch))?;
        self.following.follow(&edge, &self.name, "update", record, session)
    }
}

impl Terminate {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let edge = self.following.open(session)?;
        let there = launched(&edge, &self.name)?;
        self.confirmed(&edge, &there, session)?;
        let record = edge.wait(cataloguing::terminate(&edge.aws, &there))?;
        self.following.follow(&edge, &self.name, "termination", record, session)
    }

    /// What has a vault is terminated by its name only; what stays is named.
    fn confirmed(
        &self,
        edge: &Edge<Anywhere>,
        there: &ProvisionedProduct,
        session: &mut Session,
    ) -> Result<(), CommandError> {
        let Some(stack) = edge.wait(cataloguing::stack_of(&edge.aws, there))? else { return Ok(()) };
        let kept = edge.wait(cataloguing::kept(&edge.aws, &stack))?;
        let listed = |own: &StackResource| format!("{} ({}, {})", own.physical, own.logical, own.kind);
        for resource in &kept.retained {
            session.console.say(format_args!("stays: {}", listed(resource)));
        }
        if kept.vaults.is_empty() || self.confirm.as_ref() == Some(&self.name) {
            return Ok(());
        }
        for vault in kept.vaults.iter().filter(|vault| !kept.retained.contains(vault)) {
            session.console.say(format_args!("goes, if it is empty: {}", listed(vault)));
        }
        let message = match &self.confirm {
            Some(other) => format!("{other} was confirmed, and this is {}", self.name),
            None => format!("{} has a backup vault, and nothing was done", self.name),
        };
        let hint = format!("if that is meant, pass --confirm {}", self.name);
        Err(CommandError::unconfirmed(message).hint(hint))
    }
}

/// A launch without values, and what it takes.
fn prepared(
    edge: &Edge<Anywhere>,
    product: &OfferedProduct,
    which: &Which,
) -> Result<(Launch, Provisioning), CommandError> {
    let (versions, paths) = edge.wait(edge.aws.offer(&product.id))?;
    let version = which.version_of(product, &versions)?;
    let path = which.path_of(product, &paths)?;
    let offered = edge.wait(edge.aws.provisioning(&product.id, &version.id, Some(&path.id)))?;
    let launch = Launch {
        product: product.id.clone(),
        version: version.id.clone(),
        path: Some(path.id.clone()),
        ..Launch::default()
    };
    Ok((launch, offered))
}

/// Everything that is wrong with values, before anything is started.
fn fitting(
    offered: &Provisioning,
    given: &Values,
    before: Option<&Values>,
    session: &mut Session,
) -> Result<(), CommandError> {
    let problems = check(offered, given, before);
    let Some(first) = problems.first() else { return Ok(()) };
    if problems.len() == 1 {
        return Err(CommandError::usage(first.message.clone()).hint(first.help.clone()));
    }
    for problem in &problems {
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        session.console.warning(&format!("{}{help}", problem.message));
    }
    let message = format!("the parameters have {} problems, and nothing was started", problems.len());
    Err(CommandError::usage(message).hint("`cfct catalog describe` shows what the product takes".to_owned()))
}

/// A tag option is chosen from its values.
fn fitting_tags(offered: &Provisioning, tags: &Values) -> Result<(), CommandError> {
    for (key, value) in tags {
        let Some(values) = offered.tag_options.get(key).filter(|values| !values.is_empty()) else { continue };
        if !values.contains(value) {
            return Err(CommandError::usage(format!("tag `{key}` cannot be `{value}`"))
                .hint(format!("it is one of {}", values.join(", "))));
        }
    }
    Ok(())
}

/// `Backup vault` as `backup-vault`.
fn named_after(product: &str) -> String {
    let words = product.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

fn taken(there: &ProvisionedProduct) -> CommandError {
    let message = format!("something else is launched as `{}` ({})", there.name, there.status);
    let hint =
        format!("give this one another --name, or change that one: cfct catalog update {}", there.name);
    CommandError::usage(message).hint(hint)
}

impl Following {
    fn open(&self, session: &Session) -> Result<Edge<Anywhere>, CommandError> {
        if !(self.interval.is_finite() && self.interval >= 0.0) {
            return Err(CommandError::usage(format!("{} is no number of seconds", self.interval)));
        }
        Edge::open_anywhere(&self.connection, &session.console)
    }

    /// Follows a record to its end, and tells of it.
    fn follow(
        &self,
        edge: &Edge<Anywhere>,
        name: &str,
        what: &str,
        mut record: Record,
        session: &mut Session,
    ) -> Result<Exit, CommandError> {
        let (started, mut told) = (Instant::now(), None);
        let bar = bar(session).filter(|_| self.format == Format::Text);
        loop {
            if told.as_ref() != Some(&record.status) {
                self.tell(name, what, &record, started, bar.as_ref(), session)?;
                told = Some(record.status.clone());
            }
            if record.is_over() || self.no_wait {
                break;
            }
            if !edge.sleep(Duration::from_secs_f64(self.interval)) {
                return Err(CommandError::interrupted("interrupted")
                    .hint(format!("the {what} goes on; run the same command to follow it")));
            }
            record = edge.wait(edge.aws.record(&record.id))?;
        }
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        if !record.is_over() {
            return Ok(Exit::Clean);
        }
        // What was over when it was started has no outputs yet.
        let record = edge.wait(edge.aws.record(&record.id))?;
        if record.status == "SUCCEEDED" {
            return self.succeeded(&record, session);
        }
        self.failed(edge, name, what, &record, session)
    }

    fn tell(
        &self,
        name: &str,
        what: &str,
        record: &Record,
        started: Instant,
        bar: Option<&ProgressBar>,
        session: &mut Session,
    ) -> Result<(), CommandError> {
        if self.format == Format::Json {
            let event = json!({
                "event": "record",
                "time": now(),
                "name": name,
                "record": record.id,
                "type": record.kind,
                "status": record.status,
            });
            return event_line(&event, session);
        }
        let status = record.status.to_lowercase().replace('_', " ");
        match bar {
            Some(bar) => bar.set_message(format!("{what} of {name}: {status}")),
            None => session.console.say(format_args!(
                "{:>6} s  {what} of {name}: {status} ({})",
                started.elapsed().as_secs(),
                record.id
            )),
        }
        Ok(())
    }

    fn succeeded(&self, record: &Record, session: &mut Session) -> Result<Exit, CommandError> {
        if self.format == Format::Json {
            let outputs: serde_json::Map<String, Value> =
                record.outputs.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
            let event = json!({
                "event": "succeeded",
                "time": now(),
                "record": record.id,
                "outputs": outputs,
            });
            event_line(&event, session)?;
            return Ok(Exit::Clean);
        }
        session.console.data(|out, _| {
            record.outputs.iter().try_for_each(|(key, value)| {
                writeln!(out, "{}", cfct_cli::clean_line(&format!("{key}={value}")))
            })
        })?;
        Ok(Exit::Clean)
    }

    fn failed(
        &self,
        edge: &Edge<Anywhere>,
        name: &str,
        what: &str,
        record: &Record,
        session: &mut Session,
    ) -> Result<Exit, CommandError> {
        let cause = edge.ask(cataloguing::cause(&edge.aws, record));
        let resource = cause.as_ref().ok().and_then(Option::as_ref);
        let of_record = record.errors.first().map(|(code, says)| format!("{says} ({code})"));
        let says = match resource {
            Some(event) => {
                let reason = event.reason.as_deref().unwrap_or(&event.status);
                format!("{} ({}): {reason}", event.resource, event.kind)
            }
            None => of_record.clone().unwrap_or_else(|| "nothing says why".to_owned()),
        };
        let says = conceal(&says.split_whitespace().collect::<Vec<_>>().join(" "));
        if self.format == Format::Json {
            let event = json!({
                "event": "failed",
                "time": now(),
                "record": record.id,
                "says": says,
                "resource": resource.map(|event| event.resource.as_str()),
                "resource_type": resource.map(|event| event.kind.as_str()),
                "errors": record.errors.iter().map(|(_, says)| conceal(says)).collect::<Vec<_>>(),
            });
            event_line(&event, session)?;
        }
        let hint = match (&cause, resource) {
            (Err(error), _) => Some(unseen(error)),
            (_, Some(_)) => of_record.map(|says| format!("Service Catalog says: {}", conceal(&says))),
            (_, None) => None,
        };
        Err(CommandError::unreachable(format!("the {what} of {name} failed: {says}")).hint(hint))
    }
}

fn unseen(error: &AwsError) -> String {
    format!("the resource that failed first cannot be seen: {error}")
}

fn event_line(event: &Value, session: &mut Session) -> Result<(), CommandError> {
    session.console.data(|out, _| writeln!(out, "{event}"))
}

/// What lives on a terminal.
fn bar(session: &Session) -> Option<ProgressBar> {
    if !session.console.draws() {
        return None;
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    Some(bar)
}
