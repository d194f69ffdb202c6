//! `publish` into the artifact bucket, and back to an earlier release in it.

use std::fs;
use std::path::Path;

use cfct_aws::ports::{PipelineFacts, Put};
use cfct_aws::publish::{self as publishing, Earlier, NamedObject, Release, Step, Target};
use cfct_cli::console::Console;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::checks;
use cfct_package::{ConfigurationFolder, Packaged, ZIP, companions, read_folder, reason, unpack};

use super::{Publish, Taker};
use crate::edge::Edge;
use crate::snapshot;

impl Publish {
    /// The bucket that the pipeline takes its source from, as it is.
    pub(super) fn bucket(
        &self,
        edge: &Edge,
        taker: &Taker,
        folder: Option<&ConfigurationFolder>,
    ) -> Result<Target, CommandError> {
        let bucket = match &taker.pipeline {
            Some(pipeline) => bucket_of(pipeline, self.named_bucket(folder).as_deref())?,
            None => self.named_bucket(folder).unwrap_or_else(|| default_bucket(edge)),
        };
        look(edge, &bucket)
    }

    /// The bucket that templates name, where the package goes another way.
    pub(super) fn bucket_of_products(
        &self,
        edge: &Edge,
        folder: &ConfigurationFolder,
    ) -> Result<Target, CommandError> {
        look(edge, &self.named_bucket(Some(folder)).unwrap_or_else(|| default_bucket(edge)))
    }

    fn named_bucket(&self, folder: Option<&ConfigurationFolder>) -> Option<String> {
        let of_settings = || checks::settings_of(&folder?.configuration).0.bucket;
        self.bucket.clone().or_else(of_settings)
    }

    /// Puts the package where it is taken from; whether the pipeline starts by that.
    pub(super) fn put(
        &self,
        edge: &Edge,
        target: &Target,
        taker: &Taker,
        packaged: &Packaged,
        session: &mut Session,
    ) -> Result<bool, CommandError> {
        let record_key = publishing::record_key(&packaged.digest);
        let record_path = packaged.bucket.join(&record_key);
        let record = fs::read(&record_path).map_err(|error| {
            CommandError::unreadable(format!("cannot read {}: {}", record_path.display(), reason(&error)))
        })?;
        let zip_path = packaged.bucket.join(ZIP);
        let Some(zip) = packaged.zip() else {
            return Err(CommandError::unreadable(format!("{} is not packaged", zip_path.display())));
        };
        let named = named(packaged)?;
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
        Ok(tell(target, taker, &packaged.digest, last.as_ref(), &mut session.console))
    }

    pub(super) fn roll_back(&self, wanted: &str, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = read_folder(&self.config).ok();
        let mut edge = Edge::open(
            &self.connection,
            snapshot::home_region(folder.as_ref()).as_deref(),
            &session.console,
        )?;
        let taker = self.taker(&edge, &mut session.console)?;
        let target = &self.bucket(&edge, &taker, folder.as_ref())?;
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
        let starts = tell(target, &taker, &earlier.digest, Some(&step), &mut session.console);
        self.follow(&mut edge, taker, foreseen, starts, session)
    }
}

/// The bucket that CfCT's stack makes by default.
pub(crate) fn default_bucket(edge: &Edge) -> String {
    format!("custom-control-tower-configuration-{}-{}", edge.home.account, edge.aws.region())
}

fn look(edge: &Edge, bucket: &str) -> Result<Target, CommandError> {
    edge.wait(publishing::look(&edge.aws, bucket, &edge.home.account.to_string()))
}

/// What the package's templates name by its key: everything but the zip and the record, and what `cargo xtask dist`
/// left there.
pub(super) fn named(packaged: &Packaged) -> Result<Vec<NamedObject>, CommandError> {
    let record = publishing::record_key(&packaged.digest);
    let objects = packaged.objects.iter().filter(|object| object.key != ZIP && object.key != record);
    let companions = companions(&packaged.bucket)?;
    Ok(objects
        .chain(&companions)
        .map(|object| NamedObject { path: packaged.bucket.join(&object.key), object: object.clone() })
        .collect())
}

/// Says what is published; whether the pipeline starts by that.
fn tell(target: &Target, taker: &Taker, digest: &str, last: Option<&Step>, console: &mut Console) -> bool {
    if last.is_some_and(|step| step.put == Put::Present) {
        console.say("the same was published before: nothing starts");
        return false;
    }
    console.say(format_args!("published release {digest}"));
    if let Some(pipeline) = &taker.pipeline {
        console.say(format_args!("the pipeline {} starts by itself", pipeline.name));
    }
    if let Some(before) = target.release() {
        console.say(format_args!(
            "to go back:\n  cfct publish --rollback {}",
            before.get(..12).unwrap_or(before)
        ));
    }
    true
}

/// The bucket that a pipeline takes its source from, which has to be the one that is `named`.
fn bucket_of(pipeline: &PipelineFacts, named: Option<&str>) -> Result<String, CommandError> {
    let name = &pipeline.name;
    let refused = |message: String, hint: &str| Err(CommandError::unreachable(message).hint(hint.to_owned()));
    match &pipeline.s3 {
        None => refused(
            format!("the pipeline {name} takes its source from {}", pipeline.source_provider),
            "publish to it with --source git",
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
pub(super) fn list(
    step: &Step,
    target: &Target,
    verb: &str,
    session: &mut Session,
) -> Result<(), CommandError> {
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
