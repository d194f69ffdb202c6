//! `publish`: checks, plans, packages, and puts the package where CfCT's pipeline takes it from.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cfct_aws::ports::{Pipeline, PipelineFacts, Put};
use cfct_aws::publish::{self as publishing, Earlier, NamedObject, Release, Step, Target};
use cfct_aws::watch::Lookout;
use cfct_cli::commands::{
    Example, Loaded, check, check_alone, confirmed, organization_of, package, read_deployed, with_sources,
};
use cfct_cli::connection::ConnectionArgs;
use cfct_cli::console::Console;
use cfct_cli::faces::plan_text;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::checks;
use cfct_core::plan;
use cfct_core::source::SourceFile;
use cfct_package::{
    ConfigurationFolder, DEFAULT_OUT, Packaged, ZIP, companions, read_folder, read_input, reason, unpack,
};
use clap::Args;

use crate::edge::Edge;
use crate::snapshot;
use crate::watch::{Answer, Face, Follow, Foreseen, Pacing, started_since};

pub(crate) const EXAMPLES: &[Example] = &[
    ("What publishing would do", "publish --dry-run"),
    ("Publish the configuration in this folder", "publish --profile management"),
    ("Let removals pass that were looked at", "publish --confirm 1a2b3c4d5e6f"),
    ("Back to an earlier release", "publish --rollback 3f9a1c"),
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

impl Publish {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        match &self.rollback {
            Some(wanted) => self.roll_back(wanted, session),
            None => self.publish(session),
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
        let place = self.place(&edge, Some(&loaded.folder), &mut session.console)?;
        let source = self.source(&edge, &loaded.folder, &mut session.console)?;
        let loaded = Loaded::new(loaded.folder, Some(Arc::clone(&source)));
        let findings = check(&loaded, session)?;
        let (verdict, foreseen) = self.plan(&edge, &loaded.folder, &source, session)?;
        let packaged = package(&loaded, &findings, &self.out, session)?;
        let starts = self.put(&edge, &place, &packaged, session)?;
        if self.dry_run {
            return verdict;
        }
        self.follow(&mut edge, place, foreseen, starts, session)
    }

    /// Puts the package where it is taken from; whether the pipeline starts by that.
    fn put(
        &self,
        edge: &Edge,
        place: &Place,
        packaged: &Packaged,
        session: &mut Session,
    ) -> Result<bool, CommandError> {
        let target = &place.target;
        let record_key = publishing::record_key(&packaged.digest);
        let record_path = packaged.bucket.join(&record_key);
        let record = fs::read(&record_path).map_err(|error| {
            CommandError::unreadable(format!("cannot read {}: {}", record_path.display(), reason(&error)))
        })?;
        let zip_path = packaged.bucket.join(ZIP);
        let Some(zip) = packaged.zip() else {
            return Err(CommandError::unreadable(format!("{} is not packaged", zip_path.display())));
        };
        let objects =
            packaged.objects.iter().filter(|object| object.key != zip.key && object.key != record_key);
        // What `cargo xtask dist` left there; the manifest's template names one of them.
        let companions = companions(&packaged.bucket)?;
        let named: Vec<NamedObject> = objects
            .chain(&companions)
            .map(|object| NamedObject { path: packaged.bucket.join(&object.key), object: object.clone() })
            .collect();
        let release = Release {
            digest: &packaged.digest,
            record: &record,
            zip: &zip_path,
            bytes: zip.bytes,
            sha256: &zip.sha256,
            named: &named,
        };
        if self.dry_run {
            let steps = edge.wait(publishing::foresee(&edge.aws, target, &release))?;
            for step in &steps {
                list(step, target, "would put", session)?;
            }
            return Ok(false);
        }
        let (mut last, mut listed) = (None, Ok(()));
        let done = |step: Step| {
            let shown = list(&step, target, "put", session);
            listed = std::mem::replace(&mut listed, Ok(())).and(shown);
            last = Some(step);
        };
        edge.wait(publishing::publish(&edge.aws, target, &release, done))?;
        listed?;
        Ok(place.tell(&packaged.digest, last.as_ref(), &mut session.console))
    }

    /// Follows the run that publishing starts.
    fn follow(
        &self,
        edge: &mut Edge,
        place: Place,
        foreseen: Foreseen,
        starts: bool,
        session: &mut Session,
    ) -> Result<Exit, CommandError> {
        let Some(pipeline) = place.pipeline.filter(|_| starts && !self.no_watch) else {
            return Ok(Exit::Clean);
        };
        let Some(execution) = started_since(&place.executions, &pipeline, self.pacing, edge)? else {
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

    fn roll_back(&self, wanted: &str, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = read_folder(&self.config).ok();
        let mut edge = Edge::open(
            &self.connection,
            snapshot::home_region(folder.as_ref()).as_deref(),
            &session.console,
        )?;
        let place = self.place(&edge, folder.as_ref(), &mut session.console)?;
        let target = &place.target;
        let earlier = edge.wait(publishing::earlier(&edge.aws, &target.bucket, wanted))?;
        let unpacked = unpacked(&earlier)?;
        let source = self.source(&edge, &unpacked.1, &mut session.console)?;
        let (verdict, foreseen) = self.plan(&edge, &unpacked.1, &source, session)?;
        if self.dry_run {
            let trigger = Step { key: ZIP.to_owned(), put: publishing::trigger(target, &earlier.sha256) };
            list(&trigger, target, "would put", session)?;
            return verdict;
        }
        let step = edge.wait(publishing::publish_again(&edge.aws, target, &earlier))?;
        list(&step, target, "put", session)?;
        let starts = place.tell(&earlier.digest, Some(&step), &mut session.console);
        self.follow(&mut edge, place, foreseen, starts, session)
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

    /// The bucket that the pipeline takes its source from.
    fn place(
        &self,
        edge: &Edge,
        folder: Option<&ConfigurationFolder>,
        console: &mut Console,
    ) -> Result<Place, CommandError> {
        let of_settings = folder.and_then(|folder| checks::settings_of(&folder.configuration).0.bucket);
        let named = self.bucket.clone().or(of_settings);
        let pipeline = edge.wait(edge.aws.pipeline(&self.pipeline))?;
        let bucket = match &pipeline {
            Some(pipeline) => bucket_of(pipeline, named.as_deref())?,
            None => {
                let region = edge.aws.region();
                console.warning(&format!("there is no pipeline {} in {region} to take it up", self.pipeline));
                named.unwrap_or_else(|| {
                    format!("custom-control-tower-configuration-{}-{region}", edge.home.account)
                })
            }
        };
        let mut known = Vec::new();
        if let Some(pipeline) = &pipeline {
            let executions = edge.wait(edge.aws.executions(&pipeline.name))?;
            known.extend(executions.iter().map(|execution| execution.id.clone()));
            for execution in executions.iter().filter(|execution| execution.status == "InProgress") {
                console.warning(&format!(
                    "the pipeline is at work (execution {}): it takes up what is published now when that is done",
                    execution.id
                ));
            }
        }
        let owner = edge.home.account.to_string();
        let target = edge.wait(publishing::look(&edge.aws, &bucket, &owner))?;
        Ok(Place { target, pipeline: pipeline.map(|pipeline| pipeline.name), executions: known })
    }
}

/// Where it is published.
struct Place {
    target: Target,
    /// The pipeline that takes it up.
    pipeline: Option<String>,
    /// Its executions so far.
    executions: Vec<String>,
}

impl Place {
    /// Says what is published; whether the pipeline starts by that.
    fn tell(&self, digest: &str, last: Option<&Step>, console: &mut Console) -> bool {
        if last.is_some_and(|step| step.put == Put::Present) {
            console.say("the same was published before: nothing starts");
            return false;
        }
        console.say(format_args!("published release {digest}"));
        if let Some(pipeline) = &self.pipeline {
            console.say(format_args!("the pipeline {pipeline} starts by itself"));
        }
        if let Some(before) = self.target.release() {
            console.say(format_args!(
                "to go back:\n  cfct publish --rollback {}",
                before.get(..12).unwrap_or(before)
            ));
        }
        true
    }
}

/// The bucket that a pipeline takes its source from, which has to be the one that is `named`.
fn bucket_of(pipeline: &PipelineFacts, named: Option<&str>) -> Result<String, CommandError> {
    let name = &pipeline.name;
    let refused = |message: String, hint: &str| Err(CommandError::unreachable(message).hint(hint.to_owned()));
    match &pipeline.s3 {
        None => refused(
            format!("the pipeline {name} takes its source from {}", pipeline.source_provider),
            "push the configuration to that repository, with manifest.yaml at its root",
        ),
        Some(source) if source.key != ZIP => refused(
            format!("the pipeline {name} waits for {}, not for {ZIP}", source.key),
            "name CfCT's pipeline with --pipeline",
        ),
        Some(source) if named.is_some_and(|named| named != source.bucket) => refused(
            format!(
                "the pipeline {name} takes its source from {}, not from {}",
                source.bucket,
                named.unwrap_or_default()
            ),
            "correct --bucket or `bucket` in cfct.toml, or name the pipeline with --pipeline",
        ),
        Some(source) => Ok(source.bucket.clone()),
    }
}

/// One object a line, as data.
fn list(step: &Step, target: &Target, verb: &str, session: &mut Session) -> Result<(), CommandError> {
    let word = match step.put {
        Put::Written => verb,
        Put::Present => "present",
    };
    session.console.data(|out, _| writeln!(out, "{word} s3://{}/{}", target.bucket.name, step.key))
}

/// The files of an earlier release, to plan on.
fn unpacked(earlier: &Earlier) -> Result<(tempfile::TempDir, ConfigurationFolder), CommandError> {
    let refused = |error: std::io::Error| {
        CommandError::unreadable(format!("cannot unpack release {}: {}", earlier.digest, reason(&error)))
    };
    let folder = tempfile::tempdir().map_err(refused)?;
    unpack(&earlier.zip, folder.path()).map_err(refused)?;
    let configuration = read_folder(Path::new(folder.path()))?;
    Ok((folder, configuration))
}
