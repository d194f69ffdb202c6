//! Why a configuration folder could not be read.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use cfct_core::configuration::{Kind, MANIFEST};
use cfct_core::document::limits;

use super::{ENTRIES, NESTED_ROOT};
use crate::error::reason;

/// Why a configuration folder could not be read. `Display` names the operation and the path;
/// [`ReadError::hint`] says what to do.
#[derive(Debug)]
pub enum ReadError {
    /// Nothing stands at the path.
    Missing {
        /// The folder that was asked for.
        folder: PathBuf,
    },
    /// Something else than a folder stands at the path.
    NotAFolder {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// Neither the folder nor its sub-folder [`NESTED_ROOT`] has a manifest.
    NoManifest {
        /// The folder that was asked for.
        folder: PathBuf,
    },
    /// A folder, a link or a pipe is called `manifest.yaml`.
    ManifestNotAFile {
        /// Its path.
        path: PathBuf,
        /// What it is.
        kind: Kind,
    },
    /// The manifest is larger than the toolkit reads.
    ManifestTooLarge {
        /// Its path.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// The folder holds more names than any configuration does.
    TooManyEntries {
        /// The folder that was asked for.
        folder: PathBuf,
    },
    /// Folders are nested deeper than in any configuration.
    TooDeep {
        /// The folder that is too deep.
        folder: PathBuf,
    },
    /// The operating system refused.
    Io {
        /// What was tried, as an infinitive: "list the folder".
        operation: &'static str,
        /// With what.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
}

impl ReadError {
    pub(super) fn io<'p>(
        operation: &'static str,
        path: &'p Path,
    ) -> impl FnOnce(io::Error) -> Self + use<'p> {
        move |source| Self::Io { operation, path: path.to_owned(), source }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing { .. } | Self::NotAFolder { .. } => {
                "--config takes the folder that holds manifest.yaml".to_owned()
            }
            Self::NoManifest { folder } => format!(
                "CfCT looks for {} and then for {}; --config names another folder",
                folder.join(MANIFEST).display(),
                folder.join(NESTED_ROOT).join(MANIFEST).display()
            ),
            Self::ManifestNotAFile { kind: Kind::Symlink(target), .. } => {
                format!("the pipeline's source holds no symbolic links: put the file `{target}` itself there")
            }
            Self::ManifestNotAFile { .. } => "put the manifest there as a regular file".to_owned(),
            Self::ManifestTooLarge { .. } => {
                format!("a manifest may have {} MiB here; is it another file's content?", limits::BYTES >> 20)
            }
            Self::TooManyEntries { .. } => {
                "--config takes the configuration's own folder, not one above it".to_owned()
            }
            Self::TooDeep { .. } => "move the folder out of the configuration".to_owned(),
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied => {
                    "check the permissions of the path and of the folders above it".to_owned()
                }
                _ => return None,
            },
        };
        Some(hint)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { folder } => write!(f, "no such folder: {}", folder.display()),
            Self::NotAFolder { path } => write!(f, "not a folder: {}", path.display()),
            Self::NoManifest { folder } => write!(f, "no {MANIFEST} in {}", folder.display()),
            Self::ManifestNotAFile { path, kind } => {
                let kind = match kind {
                    Kind::Folder => "a folder",
                    Kind::Symlink(_) => "a symbolic link",
                    _ => "no regular file",
                };
                write!(f, "{} is {kind}", path.display())
            }
            Self::ManifestTooLarge { path, bytes } => {
                write!(f, "{} is too large for a manifest: {bytes} bytes", path.display())
            }
            Self::TooManyEntries { folder } => {
                write!(f, "{} holds more than {ENTRIES} files and folders", folder.display())
            }
            Self::TooDeep { folder } => write!(f, "folders are nested too deep: {}", folder.display()),
            Self::Io { operation, path, source } => {
                write!(f, "cannot {operation} {}: {}", path.display(), reason(source))
            }
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
