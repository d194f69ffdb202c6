//! `reconcile`: every account of the organization or below a unit, looked after as the companion's schedule does it.

use cfct_aws::bootstrap::accounts;
use cfct_aws::ports::OrganizationReader;
use cfct_cli::commands::Example;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::aws::{OuPath, is_ou_id};
use cfct_core::words::nearest;
use clap::Args;

use crate::account::Occasion;
use crate::bars::AccountBar;
use crate::bootstrap::Format;
use crate::edge::Edge;
use crate::ground::{Ground, GroundArgs, Intent, correlation_id};
use crate::outlook::{self, verdict};

pub(crate) const EXAMPLES: &[Example] = &[
    ("What the accounts of the organization lack", "reconcile --dry-run"),
    ("Give those below a unit what they lack", "reconcile --ou Workloads:Prod"),
    ("For a program to read", "reconcile --dry-run --format json"),
];

/// The arguments of `reconcile`.
#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    /// Only accounts below this unit: its path, as in a manifest, or its id
    #[arg(long, value_name = "PATH")]
    ou: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// How to write what became of the accounts
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    ground: GroundArgs,
}

impl Reconcile {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let ground = Ground::open(&self.ground, &session.console)?;
        let edge = &ground.edge;
        let unit = self.ou.as_deref().map(|path| unit(edge, path)).transpose()?;
        let accounts = edge.wait(accounts(&edge.aws, unit.as_deref()))?;
        let correlation_id = correlation_id();
        let occasion = Occasion { correlation_id: &correlation_id, vended: None, is_awaited: false };
        let intent = if self.dry_run { Intent::Look } else { Intent::Act(occasion) };
        let bar = AccountBar::new(accounts.len(), &session.console);
        let outlooks = ground.round(accounts, intent, || bar.done());
        drop(bar);
        session.console.data(|out, look| match self.format {
            Format::Text => outlook::table(&outlooks, self.dry_run, out, look),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &outlook::report(&outlooks, self.dry_run))?;
                writeln!(out)
            }
        })?;
        verdict(outlooks, session.console.is_verbose())
    }
}

/// The id of the unit at a path, or of the root.
fn unit(edge: &Edge, path: &str) -> Result<String, CommandError> {
    if is_ou_id(path) {
        return Ok(path.to_owned());
    }
    let mut names = OuPath::parts_of(path).peekable();
    if names.peek().is_none() {
        return Err(CommandError::usage("the path of the unit is empty")
            .hint("leave --ou away for all accounts".to_owned()));
    }
    names.next_if_eq(&OuPath::ROOT);
    let mut at = edge.wait(edge.aws.root())?.id;
    for name in names {
        let units = edge.wait(edge.aws.units(&at))?;
        let Some(found) = units.iter().find(|unit| unit.name == name) else {
            let near = nearest(name, units.iter().map(|unit| unit.name.as_str()));
            return Err(CommandError::usage(format!("there is no unit `{name}` on the way `{path}`"))
                .hint(near.map(|near| format!("did you mean `{near}`?"))));
        };
        at.clone_from(&found.id);
    }
    Ok(at)
}
