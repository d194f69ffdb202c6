//! `rehearse`: the whole story without AWS, from the package to the first backup of an account that is vended.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;

use cfct_core::aws::OuPath;
use cfct_core::backup_policy::calendar::{Kept, PlanCalendar, calendars};
use cfct_core::backup_policy::placement::Placement;
use cfct_core::backup_policy::utc::UtcMinute;
use cfct_core::bootstrap::{Configuration, Place, configuration};
use cfct_core::generated;
use cfct_core::lifecycle::{self, Event, Expected, Reading};
use cfct_core::organization::Organization;
use cfct_core::plan;
use cfct_core::rehearsal::{self, NotVended, Run, Vending};
use cfct_core::source::SourceFile;
use cfct_core::words::nearest;
use cfct_package::{DEFAULT_OUT, Packaged, read_folder, read_input};
use clap::Args;

use super::configuration::Loaded;
use super::effective::now;
use super::package::{package, to_package};
use super::plan::with_sources;
use super::{Example, organization};
use crate::console::Look;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::counted;
use crate::program::Session;
use crate::shown::clean_line;

pub(super) const EXAMPLES: &[Example] = &[
    ("An account in the example organization", "rehearse"),
    (
        "An account in a unit of your own",
        "rehearse --organization organization.json --unit Workloads:Prod --name shop",
    ),
];

/// The arguments of `rehearse`.
#[derive(Debug, Args)]
pub struct Rehearse {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// The organization, as `cfct snapshot` writes it
    #[arg(long, value_name = "FILE", default_value = "examples/organization.json")]
    organization: PathBuf,
    /// The unit that the account is vended into; the last that is protected unless given
    #[arg(long, value_name = "OU")]
    unit: Option<String>,
    /// The name of the account
    #[arg(long, value_name = "NAME", default_value = "newly-vended")]
    name: String,
    /// The artifact bucket, a local folder
    #[arg(long, value_name = "DIR", default_value = DEFAULT_OUT)]
    out: PathBuf,
    /// When the account is vended, in UTC: 2026-11-30 or 2026-11-30T05:00Z; now unless given
    #[arg(long, value_name = "TIME")]
    from: Option<UtcMinute>,
}

impl Rehearse {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let source = read_input(&self.organization)?;
        let before = organization::of_source(&source)?;
        let loaded = Loaded::new(read_folder(&self.config)?, Some(source));
        let configuration = companion(&loaded, &before)?;
        let unit = match &self.unit {
            Some(unit) => OuPath::new(OuPath::parts_of(unit)),
            None => first_unit(&configuration, &before)?,
        };
        let now = self.from.unwrap_or_else(now);
        let vending =
            rehearsal::vend(&before, &self.name, &unit, now).map_err(|error| not_vended(&error, &before))?;
        let after = organization::of_source(&SourceFile::new(
            "the organization afterwards",
            vending.organization.as_str(),
        ))?;

        let findings = to_package(&loaded, session)?;
        let packaged = package(&loaded, &findings, &self.out, session)?;
        tell(session, |page| package_and_publish(&packaged, page))?;
        with_sources(&loaded.folder, &before, None, |sources| {
            let plan = plan::make(sources);
            tell(session, |page| pipeline(&plan, page))
        })?;
        let event = event(&vending, &configuration)?;
        tell(session, |page| vended(&vending, &unit, &event, page))?;
        let place = place(&after, &vending, unit)?;
        let run = rehearsal::bootstrap(&configuration, &place, now.unix_seconds());
        tell(session, |page| bootstrapped(&run, page))?;
        let placement = Placement::of(&loaded.folder.configuration, &after);
        let effective = placement.effective(&after);
        let calendars = calendars(&effective, now, 1);
        let number = after.account_by_id(vending.account).and_then(|account| effective.number_of(account));
        let plans = number.map(|number| calendars[number].as_slice()).unwrap_or_default();
        tell(session, |page| protected(plans.iter().map(AsRef::as_ref), &vending, page))?;
        Ok(if run.ready.ready { Exit::Clean } else { Exit::Findings })
    }
}

/// What the companion would go by.
fn companion(loaded: &Loaded, organization: &Organization) -> Result<Configuration, CommandError> {
    let package = &loaded.folder.configuration;
    let catalog = generated::generate(package, organization).and_then(|generated| generated.catalog);
    configuration::make(package, organization, catalog.as_ref()).ok_or_else(|| {
        CommandError::unreadable("there is nothing for the companion to go by".to_owned()).hint(
            "write `[bootstrap]` into cfct.toml, and give an organization that names its management account"
                .to_owned(),
        )
    })
}

fn first_unit(configuration: &Configuration, organization: &Organization) -> Result<OuPath, CommandError> {
    let units = configuration.protects.units.iter().map(|unit| OuPath::new(OuPath::parts_of(unit)));
    let mut known = units.filter(|unit| organization.unit_at(unit.names()).is_some());
    known.next_back().ok_or_else(|| {
        CommandError::usage("the configuration protects no unit").hint("name one with --unit".to_owned())
    })
}

fn not_vended(error: &NotVended, organization: &Organization) -> CommandError {
    let refused = CommandError::unreadable(error.to_string());
    let NotVended::NoUnit(unit) = error else { return refused };
    let units: Vec<String> =
        organization.units().skip(1).map(|(index, _)| organization.path(index).to_string()).collect();
    match nearest(&unit.to_string(), units.iter().map(String::as_str)) {
        Some(meant) => refused.hint(format!("did you mean {meant}?")),
        None => refused,
    }
}

fn event(vending: &Vending, configuration: &Configuration) -> Result<Event, CommandError> {
    let expected = Expected {
        management_account: configuration.management_account,
        home_region: configuration.home_region.clone(),
        organization: configuration.organization.clone(),
    };
    match lifecycle::read(vending.event.as_bytes(), &expected) {
        Reading::Known(event) | Reading::Unknown(event) => Ok(event),
        Reading::Rejected(rejected) => {
            Err(CommandError::unreadable(format!("the companion would not take the event: {rejected}")))
        }
    }
}

fn place(organization: &Organization, vending: &Vending, unit: OuPath) -> Result<Place, CommandError> {
    let gone = || CommandError::unreadable(format!("{} is not in the organization", vending.account));
    let index = organization.account_by_id(vending.account).ok_or_else(gone)?;
    let account = organization.account(index);
    let id = organization.id().unwrap_or_default();
    Ok(Place {
        account: account.id,
        name: account.name.to_string(),
        status: account.status,
        unit,
        id_path: organization.entity_path(id, index).unwrap_or_default(),
    })
}

fn policies(count: usize) -> String {
    if count == 1 { "1 policy".to_owned() } else { format!("{count} policies") }
}

/// A part of the story: a heading, and lines below it.
struct Page<'p> {
    out: &'p mut dyn Write,
    look: Look,
}

impl Page<'_> {
    fn heading(&mut self, text: &str) -> io::Result<()> {
        if self.look.styled {
            writeln!(self.out, "\x1b[1m{text}\x1b[0m")
        } else {
            writeln!(self.out, "{text}")
        }
    }

    fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.out, "  {}", clean_line(&text.to_string()))
    }

    fn below(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.out, "      {}", clean_line(&text.to_string()))
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }
}

fn tell(
    session: &mut Session,
    part: impl FnOnce(&mut Page<'_>) -> io::Result<()>,
) -> Result<(), CommandError> {
    session.console.data(|out, look| {
        let mut page = Page { out, look };
        part(&mut page)?;
        page.end()
    })
}

fn package_and_publish(packaged: &Packaged, page: &mut Page<'_>) -> io::Result<()> {
    page.heading("1. package and publish")?;
    page.line(format_args!(
        "release {} of {}; put in this order, the zip last, since it starts the pipeline:",
        &packaged.digest[..12.min(packaged.digest.len())],
        counted(packaged.release.files.len(), "file"),
    ))?;
    packaged.objects.iter().try_for_each(|object| page.below(&object.key))
}

fn pipeline(plan: &plan::Plan<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.heading("2. pipeline")?;
    page.line(format_args!(
        "into an organization that has none of it: {}, {}, {}, about {} minutes",
        policies(plan.policies.len()),
        counted(plan.stack_sets.len(), "stack set"),
        counted(plan.creations(), "stack instance"),
        plan.seconds().div_ceil(60),
    ))?;
    for failed in &plan.failed_stages {
        page.line(format_args!("it fails at {}: {}", failed.resource, failed.error))?;
    }
    Ok(())
}

fn vended(vending: &Vending, unit: &OuPath, event: &Event, page: &mut Page<'_>) -> io::Result<()> {
    page.heading("3. an account is vended")?;
    page.line(format_args!("Account Factory makes {} ({}) in {unit}", vending.name, vending.account))?;
    page.line(format_args!("Control Tower tells EventBridge: {} {}", event.name, event.outcome))
}

fn bootstrapped(run: &Run, page: &mut Page<'_>) -> io::Result<()> {
    page.heading("4. the companion")?;
    for (number, round) in run.rounds.iter().enumerate() {
        let decision = &round.decision;
        page.line(format_args!(
            "look {}: {} to do, {} pending, {} of others, {} as it should be",
            number + 1,
            decision.steps.len(),
            decision.pending.len(),
            decision.left_alone.len(),
            decision.done.len(),
        ))?;
        for step in &decision.steps {
            page.below(step)?;
        }
        for (stack_set, thing) in &round.deployed {
            page.below(format_args!("stack set {stack_set} makes {thing}"))?;
        }
    }
    let ready = &run.ready;
    let done = counted(ready.done.len(), "change");
    page.line(format_args!(
        "it tells the bus: {}, after {done}, with {} pending",
        ready.detail_type(),
        ready.pending.len()
    ))?;
    ready.pending.iter().try_for_each(|pending| page.below(&pending.sentence))
}

fn protected<'c>(
    plans: impl Iterator<Item = &'c PlanCalendar<'c>>,
    vending: &Vending,
    page: &mut Page<'_>,
) -> io::Result<()> {
    page.heading("5. what protects it from now on")?;
    let mut any = false;
    for plan in plans {
        for rule in &plan.rules {
            any = true;
            let first = rule.runs.first().map_or_else(|| "never".to_owned(), ToString::to_string);
            let kept = match rule.kept {
                Kept::About(points) => format!("about {points} recovery points of each resource"),
                Kept::Growing(points) => format!("{points} recovery points more each year, none deleted"),
            };
            page.line(format_args!(
                "plan {}, rule {}: first on {first} into {}; {kept}",
                plan.name,
                rule.name,
                rule.vault.unwrap_or("no vault")
            ))?;
            for copy in &rule.copies {
                let vault = copy.vault.replace("$account", &vending.account.to_string());
                page.below(format_args!("copied to {vault}"))?;
            }
        }
    }
    if any { Ok(()) } else { page.line("no backup policy reaches it") }
}
