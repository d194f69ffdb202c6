//! A configuration folder that is written for the first time, or brought up to date.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use cfct_core::blueprint::update::{RECORD, Record, Step, Update};
use cfct_core::configuration::{Content, MANIFEST};
use cfct_core::source::PackagePath;

use crate::bucket::PARTIAL_PREFIX;
use crate::error::reason;
use crate::folder::read_content;
use crate::rewrite::{RewriteError, rewrite};

/// What a folder may hold that a configuration is written into: what version control keeps there.
const ALLOWED: [&str; 4] = [".git", ".gitattributes", ".gitignore", ".hg"];

/// Writes a configuration into an empty folder, which is made where there is none: everything, or nothing.
///
/// # Errors
/// Where the folder holds something, or cannot be written.
pub fn create(folder: &Path, files: &BTreeMap<PackagePath, String>) -> Result<(), CreateError> {
    let is_new = make_room(folder)?;
    let created = fill(folder, files);
    if created.is_err() && is_new {
        // It is empty again, so nothing is lost.
        let _ = fs::remove_dir(folder);
    }
    created
}

/// Whether the folder had to be made.
fn make_room(folder: &Path) -> Result<bool, CreateError> {
    match fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                let name = entry.map_err(CreateError::io("list the folder", folder))?.file_name();
                if !ALLOWED.iter().any(|allowed| *allowed == name) {
                    let name = name.to_string_lossy().into_owned();
                    return Err(CreateError::NotEmpty { folder: folder.to_owned(), name });
                }
            }
            Ok(false)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder).map_err(CreateError::io("create the folder", folder))?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(CreateError::NotAFolder { path: folder.to_owned() })
        }
        Err(error) => Err(CreateError::io("open the folder", folder)(error)),
    }
}

/// Writes the files beside their places, and moves them there when all are written; the manifest last, since
/// only with it a folder is a configuration.
fn fill(folder: &Path, files: &BTreeMap<PackagePath, String>) -> Result<(), CreateError> {
    let stage = tempfile::Builder::new().prefix(PARTIAL_PREFIX).tempdir_in(folder);
    let stage = stage.map_err(CreateError::io("write into", folder))?;
    let record = Record::of(files.iter().map(|(path, text)| (path, text.as_str()))).to_json();
    let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    for (path, text) in texts.chain([(RECORD, record.as_str())]) {
        let at = stage.path().join(path);
        let parent = at.parent().map_or(Ok(()), fs::create_dir_all);
        parent.and_then(|()| fs::write(&at, text)).map_err(CreateError::io("write", &folder.join(path)))?;
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(stage.path()).map_err(CreateError::io("list the folder", stage.path()))? {
        names.push(entry.map_err(CreateError::io("list the folder", stage.path()))?.file_name());
    }
    names.sort_by_key(|name| (name == MANIFEST, name.clone()));
    for (moved, name) in names.iter().enumerate() {
        let to = folder.join(name);
        if let Err(error) = fs::rename(stage.path().join(name), &to) {
            for name in &names[..moved] {
                // Back to where the stage is, which goes as a whole.
                let _ = fs::rename(folder.join(name), stage.path().join(name));
            }
            return Err(CreateError::io("write", &to)(error));
        }
    }
    Ok(())
}

/// What the folder remembers of the files that were written there; `None` where it remembers nothing.
///
/// # Errors
/// Where the record is there and cannot be read.
pub fn read_record(folder: &Path) -> Result<Option<Record>, CreateError> {
    let path = folder.join(RECORD);
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CreateError::io("look at", &path)(error)),
        Ok(_) => {}
    }
    let text = PackagePath::new(RECORD).map(|record| read_content(folder, &record));
    let record = match &text {
        Some(Content::Text(source)) => Record::from_json(source.text()),
        _ => None,
    };
    record.map(Some).ok_or(CreateError::NoRecord { path })
}

/// The texts of those of `paths` that are files in the folder.
///
/// # Errors
/// Where one is there and cannot be read as text.
pub fn read_texts<'p>(
    folder: &Path,
    paths: impl IntoIterator<Item = &'p PackagePath>,
) -> Result<BTreeMap<PackagePath, String>, CreateError> {
    let mut texts = BTreeMap::new();
    for path in paths {
        let at = folder.join(path.as_str());
        match fs::symlink_metadata(&at) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(CreateError::io("look at", &at)(error)),
            Ok(_) => match read_content(folder, path) {
                Content::Text(source) => {
                    texts.insert(path.clone(), source.text().to_owned());
                }
                Content::Unreadable(reason) => return Err(CreateError::Unreadable { path: at, reason }),
                _ => return Err(CreateError::Unreadable { path: at, reason: "it is no text".to_owned() }),
            },
        }
    }
    Ok(texts)
}

/// Brings a folder up to date, file by file, each whole or not at all; the record last.
///
/// # Errors
/// Where a file cannot be written, changed since it was read, or `cancelled` was set in between.
pub fn apply(folder: &Path, update: &Update, cancelled: &AtomicBool) -> Result<(), CreateError> {
    for (path, step) in &update.steps {
        if cancelled.load(Ordering::Relaxed) {
            return Err(CreateError::Cancelled);
        }
        match step {
            Step::Create { after } => write_new(folder, path.as_str(), after)?,
            Step::Change { before, after } => rewrite(folder, path, before, after)?,
            Step::Remove { before } => remove(folder, path, before)?,
            Step::Keep { .. } | Step::StayAway => {}
        }
    }
    let record = folder.join(RECORD);
    write_over(&record, &update.record.to_json()).map_err(CreateError::io("write", &record))
}

fn write_new(folder: &Path, path: &str, text: &str) -> Result<(), CreateError> {
    let at = folder.join(path);
    let parent = at.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(CreateError::io("create the folder", parent))?;
    let written = partial(parent, text).and_then(|file| {
        file.persist_noclobber(&at).map_err(|error| error.error)?;
        Ok(())
    });
    written.map_err(CreateError::io("write", &at))
}

fn write_over(path: &Path, text: &str) -> io::Result<()> {
    partial(path.parent().unwrap_or(path), text)?.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn partial(folder: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PARTIAL_PREFIX);
    readable(&mut builder);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// As other programs make files: for everybody to read, as far as the process allows. A temporary file is its
/// owner's alone otherwise.
#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut tempfile::Builder<'_, '_>) {}

/// Removes a file that is still what was read, and the folders that are empty without it.
fn remove(folder: &Path, path: &PackagePath, before: &str) -> Result<(), CreateError> {
    let at = folder.join(path.as_str());
    if fs::read(&at).map_err(CreateError::io("read", &at))? != before.as_bytes() {
        return Err(CreateError::Changed { path: at });
    }
    fs::remove_file(&at).map_err(CreateError::io("remove", &at))?;
    for parent in at.ancestors().skip(1).take_while(|parent| *parent != folder) {
        if fs::remove_dir(parent).is_err() {
            break;
        }
    }
    Ok(())
}

/// Why a configuration folder was not written.
#[derive(Debug)]
pub enum CreateError {
    /// The folder holds something.
    NotEmpty {
        /// The folder.
        folder: PathBuf,
        /// A name in it.
        name: String,
    },
    /// Something else stands in the place of the folder.
    NotAFolder {
        /// Its path.
        path: PathBuf,
    },
    /// The record of what was written is none.
    NoRecord {
        /// Its path.
        path: PathBuf,
    },
    /// A file cannot be read as text.
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file changed since it was read.
    Changed {
        /// Its path.
        path: PathBuf,
    },
    /// A file could not be written anew.
    Rewrite(RewriteError),
    /// The operating system refused.
    Io {
        /// What was tried, as an infinitive.
        operation: &'static str,
        /// With what.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// Whoever asked for it does not want it any more.
    Cancelled,
}

impl CreateError {
    fn io<'p>(operation: &'static str, path: &'p Path) -> impl FnOnce(io::Error) -> Self + use<'p> {
        move |source| Self::Io { operation, path: path.to_owned(), source }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotEmpty { .. } => {
                Some("name another folder, or bring one that init wrote up to date with --update".to_owned())
            }
            Self::NotAFolder { .. } => Some("name a folder that is empty or not there yet".to_owned()),
            Self::NoRecord { .. } => Some(
                "restore it, or delete it: then every file that differs is taken for changed by hand"
                    .to_owned(),
            ),
            Self::Changed { .. } => Some("run again when nothing writes to the configuration".to_owned()),
            Self::Rewrite(error) => error.hint(),
            Self::Cancelled => Some("run again: what is up to date already is left alone".to_owned()),
            Self::Unreadable { .. } | Self::Io { .. } => None,
        }
    }
}

impl fmt::Display for CreateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEmpty { folder, name } => {
                write!(f, "the folder {} is not empty: it has {name}", folder.display())
            }
            Self::NotAFolder { path } => write!(f, "not a folder: {}", path.display()),
            Self::NoRecord { path } => write!(f, "{} does not say what was written", path.display()),
            Self::Unreadable { path, reason } => write!(f, "cannot read {}: {reason}", path.display()),
            Self::Changed { path } => write!(f, "{} changed since it was read", path.display()),
            Self::Rewrite(error) => error.fmt(f),
            Self::Io { operation, path, source } => {
                write!(f, "cannot {operation} {}: {}", path.display(), reason(source))
            }
            Self::Cancelled => f.write_str("interrupted: not every file is up to date"),
        }
    }
}

impl std::error::Error for CreateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Rewrite(error) => Some(error),
            _ => None,
        }
    }
}

impl From<RewriteError> for CreateError {
    fn from(error: RewriteError) -> Self {
        Self::Rewrite(error)
    }
}
