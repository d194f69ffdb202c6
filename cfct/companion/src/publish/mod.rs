//! `publish`: checks, plans, packages, and puts the package where CfCT's pipeline takes it from.

mod bucket;
mod git;
mod repository;

use std::path::PathBuf;
use std::sync::Arc;

use cfct_aws::ports::{Pipeline, PipelineFacts};
use cfct_aws::watch::Lookout;
use cfct_cli::commands::{
    Example, Loaded, check, check_alone, confirmed, organization_of, package, read_deployed, with_sources,
};
use cfct_cli::connection::ConnectionArgs;
use cfct_cli::console::Console;
use cfct_cli::faces::plan_text;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::plan;
use cfct_core::source::SourceFile;
use cfct_package::{ConfigurationFolder, DEFAULT_OUT, read_folder, read_input};
use clap::{Args, ValueEnum};

use crate::edge::Edge;
use crate::snapshot;
use crate::watch::{Answer, Face, Follow, Foreseen, Pacing, started_since};

pub(crate) use bucket::default_bucket;

pub(crate) const EXAMPLES: &[Example] = &[
    ("What publishing would do", "publish --dry-run"),
    ("Publish the configuration in this folder", "publish --profile management"),
    ("Let removals pass that were looked at", "publish --confirm 1a2b3c4d5e6f"),
    ("Back to an earlier release", "publish --rollback 3f9a1c"),
    ("To a pipeline that takes a repository", "publish --source git"),
];

/// The pipeline that CfCT's stack makes.
pub(crate) const PIPELINE: &str = "Custom-Control-Tower-CodePipeline";

/// The arguments of `publish`.
#[derive(Debug, Args)]
pub(crate) struct Publish {
    /// The folder of the configuration, or one with it in custom-control-tower-configuration/
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// A snapshot to plan on, in place of one taken now
    #[arg(long, value_name = "FILE")]
    organization: Option<PathBuf>,
    /// The artifact bucket's local copy
    #[arg(long, value_name = "DIR", default_value = DEFAULT_OUT)]
    out: PathBuf,
    /// Where the pipeline takes its source from
    #[arg(long, value_enum, default_value = "s3")]
    source: From,
    /// Let the commit remove what publishing did not put on the branch; without it that exits with 5
    #[arg(long)]
    replace: bool,
    /// The bucket; `bucket` in cfct.toml, or the pipeline's source otherwise
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    /// CfCT's pipeline
    #[arg(long, value_name = "NAME", default_value = PIPELINE)]
    pipeline: String,
    /// Accept that this plan destroys something; without it such a plan exits with 5
    #[arg(long, value_name = "PLAN")]
    confirm: Option<String>,
    /// Do all but write to AWS
    #[arg(long)]
    dry_run: bool,
    /// Publish a release again that is in the bucket, by its digest or the start of it
    #[arg(long, value_name = "RELEASE")]
    rollback: Option<String>,
    /// Do not follow the pipeline afterwards
    #[arg(long)]
    no_watch: bool,
    #[command(flatten)]
    pacing: Pacing,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// Where a pipeline takes its source from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    /// The artifact bucket
    S3,
    /// A repository of CodeCommit or GitHub, by the program git
    Git,
}

/// Where a package goes.
enum Place {
    Bucket(cfct_aws::publish::Target),
    Branch(repository::Place),
}

/// What takes up what is published.
struct Taker {
    /// The pipeline, as it is.
    pipeline: Option<PipelineFacts>,
    /// Its executions so far.
    executions: Vec<String>,
}

impl Publish {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        match (&self.rollback, self.source) {
            (Some(wanted), From::S3) => self.roll_back(wanted, session),
            (Some(_), From::Git) => Err(CommandError::usage("a repository keeps its own history")
                .hint("check out the commit to go back to, and publish that".to_owned())),
            (None, _) => self.publish(session),
        }
    }

    fn publish(&self, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = read_folder(&self.config)?;
        // What is wrong with the configuration itself needs no AWS.
        let loaded = Loaded::new(folder, None);
        check_alone(&loaded, session)?;
        let mut edge = Edge::open(
            &self.connection,
            snapshot::home_region(Some(&loaded.folder)).as_deref(),
            &session.console,
        )?;
        let taker = self.taker(&edge, &mut session.console)?;
        let place = match self.source {
            From::S3 => Place::Bucket(self.bucket(&edge, &taker, Some(&loaded.folder))?),
            From::Git => Place::Branch(self.branch(&taker, &loaded.folder, &session.console)?),
        };
        let source = self.source(&edge, &loaded.folder, &mut session.console)?;
        let loaded = Loaded::new(loaded.folder, Some(Arc::clone(&source)));
        let findings = check(&loaded, session)?;
        let (verdict, foreseen) = self.plan(&edge, &loaded.folder, &source, session)?;
        let packaged = package(&loaded, &findings, &self.out, session)?;
        let starts = match &place {
            Place::Bucket(target) => self.put(&edge, target, &taker, &packaged, session)?,
            Place::Branch(place) => {
                self.push(&edge, place, &taker, &loaded.folder, &packaged, &foreseen, session)?
            }
        };
        if self.dry_run {
            return verdict;
        }
        self.follow(&mut edge, taker, foreseen, starts, session)
    }

    /// The pipeline, and what it did so far: the run that publishing starts is none of these.
    fn taker(&self, edge: &Edge, console: &mut Console) -> Result<Taker, CommandError> {
        let mut taker =
            Taker { pipeline: edge.wait(edge.aws.pipeline(&self.pipeline))?, executions: Vec::new() };
        let Some(pipeline) = &taker.pipeline else {
            let region = edge.aws.region();
            console.warning(&format!("there is no pipeline {} in {region} to take it up", self.pipeline));
            return Ok(taker);
        };
        let executions = edge.wait(edge.aws.executions(&pipeline.name))?;
        for execution in executions.iter().filter(|execution| execution.status == "InProgress") {
            console.warning(&format!(
                "the pipeline is at work (execution {}): it takes up what is published now when that is done",
                execution.id
            ));
        }
        taker.executions = executions.into_iter().map(|execution| execution.id).collect();
        Ok(taker)
    }

    /// Follows the run that publishing starts.
    fn follow(
        &self,
        edge: &mut Edge,
        taker: Taker,
        foreseen: Foreseen,
        starts: bool,
        session: &mut Session,
    ) -> Result<Exit, CommandError> {
        let pipeline = taker.pipeline.filter(|_| starts && !self.no_watch);
        let Some(pipeline) = pipeline.map(|pipeline| pipeline.name) else {
            return Ok(Exit::Clean);
        };
        let Some(execution) = started_since(&taker.executions, &pipeline, self.pacing, edge)? else {
            session.console.warning(&format!(
                "the pipeline {pipeline} has not started yet; to follow it later: cfct watch"
            ));
            return Ok(Exit::Clean);
        };
        let lookout = edge.wait(Lookout::on(&edge.aws, &pipeline, &execution))?;
        let answer = (Answer::Ask, "by cfct publish");
        let face = Face::fitting(&session.console);
        let follow = Follow::new(lookout, Some(foreseen), answer, face, self.pacing);
        follow.until_it_ends(edge, session)
    }

    fn source(
        &self,
        edge: &Edge,
        folder: &ConfigurationFolder,
        console: &mut Console,
    ) -> Result<Arc<SourceFile>, CommandError> {
        match &self.organization {
            Some(path) => Ok(read_input(path)?),
            None => snapshot::source(edge, folder, console),
        }
    }

    /// Shows the plan, and stops where it destroys something that was not confirmed: at once, or in a dry run
    /// at its end.
    fn plan(
        &self,
        edge: &Edge,
        folder: &ConfigurationFolder,
        source: &Arc<SourceFile>,
        session: &mut Session,
    ) -> Result<(Result<Exit, CommandError>, Foreseen), CommandError> {
        let organization = organization_of(source)?;
        let deployed = read_deployed(None, &organization)?;
        let is_ours =
            organization.management().is_some_and(|of| organization.account(of).id == edge.home.account);
        let Some(deployed) = deployed.filter(|_| is_ours) else {
            let why = if is_ours { "does not say what is deployed" } else { "is of another organization" };
            return Err(CommandError::unreadable(format!("{} {why}", source.name())).hint(
                "what publishing destroys is known by a snapshot alone: take one with `cfct snapshot`"
                    .to_owned(),
            ));
        };
        with_sources(folder, &organization, Some(&deployed), |sources| {
            let plan = plan::make(sources);
            let console = &mut session.console;
            if !console.is_quiet() {
                console.show(|out, look| plan_text::write(&plan, sources, out, look));
            }
            match confirmed(&plan, self.confirm.as_deref(), console) {
                Err(error) if !self.dry_run => Err(error),
                verdict => Ok((verdict.map(|()| Exit::Clean), Foreseen::of_plan(&plan, sources)?)),
            }
        })
    }
}
