//! `catalog diff` and `catalog apply`, for who offers portfolios.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cfct_aws::apply::Outcome;
use cfct_aws::catalog::{self as cataloguing, Places};
use cfct_aws::ports::{ArtifactStore, Body, Immutable, OrganizationReader, Tags};
use cfct_aws::{Aws, AwsError};
use cfct_cli::commands::{Loaded, check_alone};
use cfct_cli::connection::{ConnectionArgs, RoleArgs};
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::apply::settings::Place;
use cfct_core::aws::Region;
use cfct_core::catalog::{self, Change, Decision, Step, Wanted};
use cfct_core::checks;
use cfct_core::decision::Change as _;
use cfct_core::generated::product_templates;
use cfct_package::{ConfigurationFolder, read_folder};
use clap::Args;

use super::Format;
use crate::apply::organization;
use crate::decided::{ended, told, verdict, write_report};
use crate::edge::Edge;
use crate::snapshot;

/// How often to look at what takes time.
const PAUSE: Duration = Duration::from_secs(2);

/// What both take.
#[derive(Debug, Args)]
struct Sources {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    role: RoleArgs,
}

/// The arguments of `catalog diff`.
#[derive(Debug, Args)]
pub(super) struct Diff {
    #[command(flatten)]
    sources: Sources,
}

/// The arguments of `catalog apply`.
#[derive(Debug, Args)]
pub(super) struct Apply {
    #[command(flatten)]
    sources: Sources,
    /// Accept that something is taken away; without it that exits with 5
    #[arg(long, value_name = "ID")]
    confirm: Option<String>,
}

impl Diff {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let seen = self.sources.look(session)?;
        let decision = &seen.decision;
        tell(decision, session);
        if self.sources.format == Format::Json {
            write_report(decision, None, session)?;
            return Ok(verdict(decision));
        }
        session.console.data(|out, _| {
            for step in removals_first(decision) {
                let mark = if step.is_destructive() { '-' } else { '+' };
                writeln!(out, "{mark} {step}")?;
            }
            Ok(())
        })?;
        session.console.say(match decision.steps.len() {
            0 => "nothing to do".to_owned(),
            _ => format!("decision {}", decision.id()),
        });
        Ok(verdict(decision))
    }
}

impl Apply {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let seen = self.sources.look(session)?;
        let decision = &seen.decision;
        tell(decision, session);
        if decision.steps.is_empty() {
            session.console.say("nothing to do");
        } else {
            session.console.say(format_args!("decision {}:", decision.id()));
            for step in removals_first(decision) {
                let mark = if step.is_destructive() { '!' } else { ' ' };
                session.console.say(format_args!("{mark} {step}"));
            }
        }
        self.confirmed(decision)?;
        let bucket = seen.put_templates()?;
        let outcomes = self.act(&seen, bucket.as_deref(), session)?;
        ended(&outcomes, session.console.is_verbose())?;
        Ok(verdict(decision))
    }

    /// What takes something away needs the decision's own id.
    fn confirmed(&self, decision: &Decision) -> Result<(), CommandError> {
        let (id, removals) = (decision.id(), decision.destructive().count());
        let hint = format!("if that is meant, pass --confirm {id}");
        match &self.confirm {
            _ if removals == 0 => Ok(()),
            Some(confirmed) if *confirmed == id => Ok(()),
            Some(confirmed) => {
                let message = format!("{confirmed} was confirmed, and this is decision {id}");
                Err(CommandError::unconfirmed(message).hint(format!("read it again; {hint}")))
            }
            None => {
                let steps = if removals == 1 { "step takes" } else { "steps take" };
                let message = format!("{removals} {steps} something away, and nothing was done");
                Err(CommandError::unconfirmed(message).hint(hint))
            }
        }
    }

    fn act(
        &self,
        seen: &Seen,
        bucket: Option<&str>,
        session: &mut Session,
    ) -> Result<Vec<Outcome>, CommandError> {
        let (mut outcomes, mut written) = (Vec::new(), Ok(()));
        let is_text = self.sources.format == Format::Text;
        let tell = |step: &Step, outcome: &Outcome| {
            if is_text && written.is_ok() {
                written = session.console.data(|out, _| writeln!(out, "{}", told(step, outcome)));
            }
        };
        let suffix = Region::find(&seen.region).map_or("amazonaws.com", |region| region.url_suffix);
        let (bucket, region) = (bucket.unwrap_or_default(), &seen.region);
        let address = |key: &str| format!("https://{bucket}.s3.{region}.{suffix}/{key}");
        seen.edge.wait(async {
            let steps = &seen.decision.steps;
            outcomes = cataloguing::act(&seen.places(), steps, address, PAUSE, tell).await;
            Ok::<_, AwsError>(())
        })?;
        written?;
        if !is_text {
            write_report(&seen.decision, Some(&outcomes), session)?;
        }
        Ok(outcomes)
    }
}

/// What was found, and what to do about it.
struct Seen {
    edge: Edge,
    folder: ConfigurationFolder,
    /// The account that offers the portfolios.
    offering: Arc<Aws>,
    region: String,
    decision: Decision,
}

impl Seen {
    fn places(&self) -> Places<'_, Aws, Aws> {
        Places { home: &self.edge.aws, offering: &self.offering, region: &self.region }
    }

    /// Puts the templates of versions that are made into the bucket, where they are not there; the bucket.
    fn put_templates(&self) -> Result<Option<String>, CommandError> {
        let needed: BTreeSet<&str> = self.decision.steps.iter().filter_map(template_of).collect();
        if needed.is_empty() {
            return Ok(None);
        }
        let settings = checks::settings_of(&self.folder.configuration).0;
        let Some(name) = settings.bucket else {
            return Err(CommandError::refused("no bucket is named for the templates of products")
                .hint("set `bucket` in cfct.toml".to_owned()));
        };
        let aws = &self.edge.aws;
        let tags: Tags = [("servicecatalog:provisioning", "true")].into();
        self.edge.wait(async {
            let bucket = aws.open(&name, &self.edge.home.account.to_string()).await?;
            for template in product_templates(&self.folder.configuration) {
                if !needed.contains(template.key.as_str()) {
                    continue;
                }
                let object = Immutable {
                    key: &template.key,
                    content_type: "text/plain",
                    body: Body::Bytes(template.text.as_bytes()),
                    sha256: &template.sha256,
                    tags: &tags,
                };
                aws.put_immutable(&bucket, &object).await?;
            }
            Ok::<_, AwsError>(())
        })?;
        Ok(Some(name))
    }
}

fn template_of(step: &Step) -> Option<&str> {
    match &step.change {
        Change::CreateProduct { version, .. } | Change::CreateVersion(version) => Some(&version.key),
        _ => None,
    }
}

impl Sources {
    fn look(&self, session: &mut Session) -> Result<Seen, CommandError> {
        let loaded = Loaded::new(read_folder(&self.config)?, None);
        check_alone(&loaded, session)?;
        let folder = loaded.folder;
        let console = &mut session.console;
        let home_region = snapshot::home_region(Some(&folder));
        let edge = Edge::open_with(&self.connection, Some(&self.role), home_region.as_deref(), console)?;
        let root = edge.wait(edge.aws.root())?;
        let organization = organization(&edge, &root, console)?;
        let settings = checks::settings_of(&folder.configuration).0;
        let home = &edge.home;
        let wanted = catalog::wanted(
            &folder.configuration,
            &settings,
            &organization,
            &home.organization.id,
            &home.partition,
        );
        let Some(wanted) = wanted else { return Err(nothing_wanted(&folder)) };
        let region = edge.aws.region().to_owned();
        let (offering, decision) = self.decide(&edge, &wanted, &region)?;
        Ok(Seen { edge, folder, offering, region, decision })
    }

    fn decide(
        &self,
        edge: &Edge,
        wanted: &Wanted,
        region: &str,
    ) -> Result<(Arc<Aws>, Decision), CommandError> {
        let place = Place { account: wanted.account, region: region.to_owned() };
        edge.wait(async {
            let offering = edge.aws.at(&place).await?;
            let places = Places { home: &edge.aws, offering: &*offering, region };
            let observed = cataloguing::observe(&places, wanted).await?;
            let decision = catalog::decide(wanted, &observed);
            Ok::<_, AwsError>((offering, decision))
        })
    }
}

fn nothing_wanted(folder: &ConfigurationFolder) -> CommandError {
    if cfct_core::portfolio::of_package(&folder.configuration).is_empty() {
        return CommandError::refused("the configuration has no portfolio")
            .hint("write one as portfolios/<name>.yaml; docs/portfolios.md shows how".to_owned());
    }
    CommandError::refused("the account that offers the portfolios is none of the organization")
        .hint("correct `account` under [service-catalog] in cfct.toml".to_owned())
}

/// What a person is told beside the steps.
fn tell(decision: &Decision, session: &mut Session) {
    for remark in &decision.remarks {
        session.console.say(format_args!("note: {remark}"));
    }
    for blocked in &decision.blocked {
        session.console.warning(&format!("{}: {}; {}", blocked.subject, blocked.reason, blocked.help));
    }
}

fn removals_first(decision: &Decision) -> impl Iterator<Item = &Step> {
    let others = decision.steps.iter().filter(|step| !step.is_destructive());
    decision.destructive().chain(others)
}
