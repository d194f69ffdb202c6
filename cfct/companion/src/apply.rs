//! `apply`: policies and settings of the organization, for those who do not route them through CfCT.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cfct_aws::AwsError;
use cfct_aws::apply::{self as applying, Outcome};
use cfct_aws::ports::{OrganizationReader, Root};
use cfct_aws::snapshot as taking;
use cfct_cli::commands::{Example, Loaded, check_alone, organization_of};
use cfct_cli::connection::{ConnectionArgs, RoleArgs};
use cfct_cli::console::Console;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::apply::policies::{self, PolicyType, Wanted};
use cfct_core::apply::{Decision, Refused, Step, settings, wanted_policies, wanted_settings};
use cfct_core::checks;
use cfct_core::decision::Change as _;
use cfct_core::organization::Organization;
use cfct_core::settings::OrganizationSettings;
use cfct_package::{ConfigurationFolder, read_folder};
use clap::{Args, ValueEnum};

use crate::bars::Bars;
use crate::decided::{ended, told, verdict, write_report};
use crate::edge::Edge;
use crate::snapshot;

pub(crate) const EXAMPLES: &[Example] = &[
    ("What would be done", "apply --dry-run"),
    ("Settings of the organization alone", "apply --only settings --profile management"),
    (
        "Let a policy that CfCT made belong to this configuration",
        "apply --only policies --adopt protect-backups",
    ),
    ("Let removals pass that were looked at", "apply --confirm 1a2b3c4d5e6f"),
];

/// The arguments of `apply`.
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// Do one of the two
    #[arg(long, value_enum, value_name = "WHAT")]
    only: Option<Only>,
    /// Take over a policy of this name that something else made; may be given again
    #[arg(long, value_name = "NAME")]
    adopt: Vec<String>,
    /// Accept that something is detached, deleted or turned off; without it that exits with 5
    #[arg(long, value_name = "ID")]
    confirm: Option<String>,
    /// Do all but change something
    #[arg(long)]
    dry_run: bool,
    /// How to write what is done
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    role: RoleArgs,
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// Service control, resource control and backup policies
    Policies,
    /// What [organization-settings] in cfct.toml asks for
    Settings,
}

/// How to write what is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person: one step a line
    #[default]
    Text,
    /// For a program
    Json,
}

impl Apply {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = read_folder(&self.config)?;
        let loaded = Loaded::new(folder, None);
        check_alone(&loaded, session)?;
        let folder = &loaded.folder;
        let console = &mut session.console;
        let edge = Edge::open_with(
            &self.connection,
            Some(&self.role),
            snapshot::home_region(Some(folder)).as_deref(),
            console,
        )?;
        let root = edge.wait(edge.aws.root())?;
        let organization = organization(&edge, &root, console)?;
        let decision = self.decide(&edge, &root, folder, &organization, console)?;
        self.tell(&decision, console);
        if self.dry_run {
            self.foresee(&decision, session)?;
            return Ok(verdict(&decision));
        }
        self.confirmed(&decision, &mut session.console)?;
        let outcomes = self.act(&edge, &root, &decision, session)?;
        ended(&outcomes, session.console.is_verbose())?;
        Ok(verdict(&decision))
    }

    /// Carries the steps out and tells of each, as text when it is done.
    fn act(
        &self,
        edge: &Edge,
        root: &Root,
        decision: &Decision,
        session: &mut Session,
    ) -> Result<Vec<Outcome>, CommandError> {
        let (mut outcomes, mut written) = (Vec::new(), Ok(()));
        let tell = |step: &Step, outcome: &Outcome| {
            if self.format == Format::Text && written.is_ok() {
                written = session.console.data(|out, _| writeln!(out, "{}", told(step, outcome)));
            }
        };
        edge.wait(async {
            outcomes = applying::act(&edge.aws, &root.id, &decision.steps, tell).await;
            Ok::<_, AwsError>(())
        })?;
        written?;
        if self.format == Format::Json {
            write_report(decision, Some(&outcomes), session)?;
        }
        Ok(outcomes)
    }

    fn decide(
        &self,
        edge: &Edge,
        root: &Root,
        folder: &ConfigurationFolder,
        organization: &Organization,
        console: &mut Console,
    ) -> Result<Decision, CommandError> {
        let with_policies = self.only != Some(Only::Settings);
        let wanted: Vec<Wanted> = if with_policies {
            wanted_policies(&folder.configuration, organization)
                .map_err(|refused| unfit(&refused, console))?
        } else {
            Vec::new()
        };
        let needed: BTreeSet<PolicyType> = wanted.iter().map(|policy| policy.kind).collect();
        let written = match self.only {
            Some(Only::Policies) => OrganizationSettings::default(),
            _ => checks::settings_of(&folder.configuration).0.organization,
        };
        let desired = wanted_settings(&written, &needed, organization, edge.aws.region())
            .map_err(|refused| unfit(&refused, console))?;
        let observed = edge.wait(applying::settings(&edge.aws, root, &desired))?;
        let decision = settings::decide(&desired, &observed);
        if !with_policies {
            return Ok(decision);
        }
        let observed = edge.wait(applying::policies(&edge.aws, root, &wanted))?;
        let adopted: BTreeSet<String> = self.adopt.iter().cloned().collect();
        Ok(decision.then(policies::decide(&wanted, &observed, &adopted)))
    }

    /// Shows a person what is going to be done, and what is not.
    fn tell(&self, decision: &Decision, console: &mut Console) {
        for remark in &decision.remarks {
            console.say(format_args!("note: {remark}"));
        }
        for blocked in &decision.blocked {
            console.warning(&format!("{}: {}; {}", blocked.subject, blocked.reason, blocked.help));
        }
        match decision.steps.len() {
            0 => console.say("nothing to do"),
            _ if self.dry_run => console.say(format_args!("decision {}", decision.id())),
            _ => {
                console.say(format_args!("decision {}:", decision.id()));
                for step in &decision.steps {
                    let mark = if step.is_destructive() { '!' } else { ' ' };
                    console.say(format_args!("{mark} {step}"));
                }
            }
        }
    }

    /// What takes something away needs the decision's own id.
    fn confirmed(&self, decision: &Decision, console: &mut Console) -> Result<(), CommandError> {
        let (id, removals) = (decision.id(), decision.destructive().count());
        let hint = format!("if that is meant, pass --confirm {id}");
        match &self.confirm {
            Some(confirmed) if *confirmed == id => Ok(()),
            Some(confirmed) if removals > 0 => {
                let message = format!("{confirmed} was confirmed, and this is decision {id}");
                Err(CommandError::unconfirmed(message).hint(format!("read it again; {hint}")))
            }
            Some(confirmed) => {
                console
                    .warning(&format!("{confirmed} was confirmed; this is {id}, which takes nothing away"));
                Ok(())
            }
            None if removals > 0 => {
                let steps = if removals == 1 { "step takes" } else { "steps take" };
                let message = format!("{removals} {steps} something away, and nothing was done");
                Err(CommandError::unconfirmed(message).hint(hint))
            }
            None => Ok(()),
        }
    }

    /// What would be done.
    fn foresee(&self, decision: &Decision, session: &mut Session) -> Result<(), CommandError> {
        if self.format == Format::Json {
            return write_report(decision, None, session);
        }
        session.console.data(|out, _| {
            decision.steps.iter().try_for_each(|step| {
                let mark = if step.is_destructive() { " (to confirm)" } else { "" };
                writeln!(out, "would {step}{mark}")
            })
        })
    }
}

/// The tree, without what is deployed in it.
pub(crate) fn organization(
    edge: &Edge,
    root: &Root,
    console: &mut Console,
) -> Result<Organization, CommandError> {
    let bars = Bars::new(console);
    let taken = edge.wait(taking::take_tree(&edge.aws, root, &edge.home, edge.aws.region(), &bars));
    drop(bars);
    organization_of(&snapshot::text_of(&taken?)?)
}

/// What keeps a configuration from being applied to this organization.
pub(crate) fn unfit(refused: &[Refused], console: &mut Console) -> CommandError {
    for refused in refused {
        let place = refused.place.as_ref().map(|place| {
            let line = place.source.position(place.span.start).line;
            format!("{}:{line}: ", place.source.name())
        });
        console.warning(&format!("{}{}", place.unwrap_or_default(), refused.message));
    }
    let message = match refused.len() {
        1 => "the configuration does not fit the organization, and nothing was done".to_owned(),
        count => {
            format!("the configuration does not fit the organization in {count} places, and nothing was done")
        }
    };
    CommandError::refused(message)
        .hint("correct the targets, or take a look at `cfct check --organization`".to_owned())
}
