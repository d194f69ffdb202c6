//! Writing a mended file back: the whole new text or none of it, never through a link.

use std::fmt;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cfct_core::source::PackagePath;

use crate::bucket::PARTIAL_PREFIX;
use crate::error::reason;

/// Replaces `before`, the text of the file at `path` in the configuration folder `root`, by `after`.
/// Permissions and owner stay.
///
/// # Errors
/// Where the file is not a regular one below `root`, is read-only, no longer holds `before`, or cannot be
/// written. It is as it was then.
pub fn rewrite(root: &Path, path: &PackagePath, before: &str, after: &str) -> Result<(), RewriteError> {
    let refused = |reason| RewriteError { path: root.join(path.as_str()), reason };
    let metadata = regular_file(root, path).map_err(refused)?;
    replace(&root.join(path.as_str()), &metadata, before, after).map_err(refused)
}

/// The file, if no part of its path is a link: one would lead out of the folder, or to a file that
/// another name stands for.
fn regular_file(root: &Path, path: &PackagePath) -> Result<Metadata, Reason> {
    let mut at = root.to_owned();
    for part in path.as_str().split('/') {
        at.push(part);
        if fs::symlink_metadata(&at)?.is_symlink() {
            return Err(Reason::Link);
        }
    }
    let metadata = fs::symlink_metadata(&at)?;
    match () {
        () if !metadata.is_file() => Err(Reason::NotAFile),
        () if metadata.permissions().readonly() => Err(Reason::ReadOnly),
        () => Ok(metadata),
    }
}

fn replace(target: &Path, metadata: &Metadata, before: &str, after: &str) -> Result<(), Reason> {
    let folder = target.parent().unwrap_or(target);
    let mut file = tempfile::Builder::new().prefix(PARTIAL_PREFIX).tempfile_in(folder)?;
    file.write_all(after.as_bytes())?;
    file.as_file().set_permissions(metadata.permissions())?;
    keep_owner(file.path(), metadata);
    file.as_file().sync_all()?;
    // As late as possible: an editor may have saved the file since it was checked.
    if fs::read(target)? != before.as_bytes() {
        return Err(Reason::Changed);
    }
    file.persist(target).map_err(|error| error.error)?;
    Ok(())
}

/// Only root can give files away, and only root needs to.
#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Metadata) {}

/// Why a file was not rewritten.
#[derive(Debug)]
pub struct RewriteError {
    path: PathBuf,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Link,
    NotAFile,
    ReadOnly,
    Changed,
    Io(io::Error),
}

impl RewriteError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self.reason {
            Reason::Link => "only files of the configuration itself are changed: mend the link's target",
            Reason::ReadOnly => "make the file writable, or mend it by hand",
            Reason::Changed => "check again: what was found may not be there any more",
            Reason::NotAFile | Reason::Io(_) => return None,
        };
        Some(hint.to_owned())
    }
}

impl fmt::Display for RewriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.reason {
            Reason::Link => write!(f, "cannot change {path}: a symbolic link leads to it"),
            Reason::NotAFile => write!(f, "cannot change {path}: it is no regular file"),
            Reason::ReadOnly => write!(f, "cannot change {path}: it is read-only"),
            Reason::Changed => write!(f, "cannot change {path}: it changed since it was read"),
            Reason::Io(error) => write!(f, "cannot change {path}: {}", reason(error)),
        }
    }
}

impl std::error::Error for RewriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            Reason::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
