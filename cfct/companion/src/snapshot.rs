//! `snapshot`: the organization and what is deployed in it, in a file that `plan` and its like take.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cfct_aws::snapshot::{self as taking, Journal, Subject};
use cfct_cli::commands::Example;
use cfct_cli::connection::ConnectionArgs;
use cfct_cli::console::Console;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::checks;
use cfct_core::manifest::Manifest;
use cfct_core::parameters::read_from_parameter_store;
use cfct_core::source::SourceFile;
use cfct_package::{ConfigurationFolder, read_folder, reason};
use clap::Args;

use crate::bars::Bars;
use crate::edge::Edge;

pub(crate) const EXAMPLES: &[Example] = &[
    (
        "The organization of these credentials, in Control Tower's home Region",
        "snapshot --region eu-central-1",
    ),
    ("With a profile, into another file", "snapshot --profile management --out organization.json"),
    (
        "With the parameters of Parameter Store that a configuration reads",
        "snapshot --config configurations/prod",
    ),
    ("To show around", "snapshot --anonymise --out example.json"),
];

/// The arguments of `snapshot`.
#[derive(Debug, Args)]
pub(crate) struct Snapshot {
    /// The file to write; `-` for standard output
    #[arg(long, value_name = "FILE", default_value = "snapshot.json")]
    out: PathBuf,
    /// Replace ids, names, addresses and values, each by the same everywhere; the structure stays
    #[arg(long)]
    anonymise: bool,
    /// A configuration: its home-region, and the parameters of Parameter Store that it reads
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// Ask everything anew, also what an interrupted run had learnt
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl Snapshot {
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let folder = self.config.as_deref().map(read_folder).transpose()?;
        let place = self.place()?;
        let console = &mut session.console;
        let edge = Edge::open(&self.connection, home_region(folder.as_ref()).as_deref(), console)?;
        let parameters = folder.as_ref().map(parameters).unwrap_or_default();
        let subject = Subject { home: &edge.home, region: edge.aws.region(), parameters: &parameters };
        let journal = match &place {
            Some(place) => self.journal(place, &subject, &edge, console)?,
            None => Journal::none(),
        };
        let snapshot = take(&edge, &subject, &journal, console)?;
        let snapshot = if self.anonymise { snapshot.anonymised() } else { snapshot };
        match &place {
            Some(place) => {
                write_whole(place, &snapshot)?;
                console.say(format_args!("wrote {}", place.display()));
            }
            None => console.data(|out, _| write(&snapshot, out))?,
        }
        journal.remove();
        Ok(Exit::Clean)
    }

    /// The file to write; `None` for standard output. A folder that is not there is better known now than
    /// after an hour.
    fn place(&self) -> Result<Option<PathBuf>, CommandError> {
        if self.out == Path::new("-") {
            return Ok(None);
        }
        if self.out.is_dir() || !folder_of(&self.out).is_dir() {
            let error =
                CommandError::unreadable(format!("cannot write {}: no such folder", self.out.display()));
            return Err(error.hint("name a file in a folder that exists with --out".to_owned()));
        }
        Ok(Some(self.out.clone()))
    }

    fn journal(
        &self,
        place: &Path,
        subject: &Subject<'_>,
        edge: &Edge,
        console: &mut Console,
    ) -> Result<Journal, CommandError> {
        let mut path = place.as_os_str().to_owned();
        path.push(".journal");
        let path = PathBuf::from(path);
        if self.fresh {
            // Where there is none, all the better.
            let _ = std::fs::remove_file(&path);
        }
        let journal = edge.wait(async { Journal::open(&path, subject) })?;
        if journal.resumed() > 0 {
            console.say(format_args!("going on where the last run stopped: {}", path.display()));
        }
        Ok(journal)
    }
}

/// A snapshot for a command that plans on what is there now.
pub(crate) fn live(
    connection: &ConnectionArgs,
    folder: &ConfigurationFolder,
    console: &mut Console,
) -> Result<Arc<SourceFile>, CommandError> {
    let edge = Edge::open(connection, home_region(Some(folder)).as_deref(), console)?;
    source(&edge, folder, console)
}

/// A snapshot as the text that would be in its file.
pub(crate) fn source(
    edge: &Edge,
    folder: &ConfigurationFolder,
    console: &mut Console,
) -> Result<Arc<SourceFile>, CommandError> {
    let parameters = parameters(folder);
    let subject = Subject { home: &edge.home, region: edge.aws.region(), parameters: &parameters };
    text_of(&take(edge, &subject, &Journal::none(), console)?)
}

/// A snapshot as the text of its file.
pub(crate) fn text_of(snapshot: &taking::Snapshot) -> Result<Arc<SourceFile>, CommandError> {
    let mut text = Vec::new();
    write(snapshot, &mut text).map_err(|error| CommandError::unreadable(reason(&error)))?;
    // JSON is UTF-8.
    Ok(SourceFile::new("the live snapshot", String::from_utf8(text).unwrap_or_default()))
}

/// What `cfct.toml` says, or else the manifest's own Region.
pub(crate) fn home_region(folder: Option<&ConfigurationFolder>) -> Option<String> {
    let configuration = &folder?.configuration;
    let (settings, _) = checks::settings_of(configuration);
    settings.home_region
}

fn parameters(folder: &ConfigurationFolder) -> Vec<String> {
    let configuration = &folder.configuration;
    let manifest = configuration.manifest().map(Manifest::read);
    manifest.map(|manifest| read_from_parameter_store(&manifest, configuration)).unwrap_or_default()
}

fn take(
    edge: &Edge,
    subject: &Subject<'_>,
    journal: &Journal,
    console: &mut Console,
) -> Result<taking::Snapshot, CommandError> {
    let bars = Bars::new(console);
    let taken = edge.wait(taking::take(&edge.aws, subject, journal, &bars));
    let summary = bars.summary();
    drop(bars);
    let snapshot = taken?;
    console.say(summary);
    let baseline = &snapshot.organization.baseline_stack_set;
    if baseline.accounts.is_empty() {
        console.warning(&format!(
            "no account is enrolled: {} has no stack set {}; is that Control Tower's home Region?",
            subject.region, baseline.name
        ));
    }
    Ok(snapshot)
}

/// The whole file or none of it.
fn write_whole(place: &Path, snapshot: &taking::Snapshot) -> Result<(), CommandError> {
    let refused = |error: std::io::Error| {
        CommandError::unreadable(format!("cannot write {}: {}", place.display(), reason(&error)))
            .hint("what was learnt is kept beside it: make room, then run again".to_owned())
    };
    let file = tempfile::Builder::new().prefix(cfct_package::PARTIAL_PREFIX).tempfile_in(folder_of(place));
    let file = file.map_err(refused)?;
    let mut out = BufWriter::new(file);
    write(snapshot, &mut out).map_err(refused)?;
    let file = out.into_inner().map_err(|error| refused(error.into_error()))?;
    file.as_file().sync_all().map_err(refused)?;
    file.persist(place).map_err(|error| refused(error.error))?;
    Ok(())
}

fn folder_of(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn write(snapshot: &taking::Snapshot, out: &mut dyn Write) -> std::io::Result<()> {
    cfct_cli::faces::compact_json::write(snapshot, out)
}
