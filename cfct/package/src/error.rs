//! Why a package could not be written, and words for what the operating system refuses.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use cfct_core::policy::NotJson;
use cfct_core::source::PackagePath;

use crate::limits;

/// Why a package could not be written. `Display` names the operation and the path; [`PackageError::hint`]
/// says what to do. The bucket is as it was before.
#[derive(Debug)]
pub enum PackageError {
    /// The operating system refused.
    Io {
        /// What was tried, as an infinitive: "write".
        operation: &'static str,
        /// With what.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// A file is not the regular file any more that was listed.
    Changed {
        /// Its path.
        path: PathBuf,
    },
    /// A policy cannot be minified.
    Policy {
        /// Its path in the package.
        path: PackagePath,
        /// What is wrong with it.
        source: NotJson,
    },
    /// More bytes than [`limits::BYTES`].
    TooLarge {
        /// How many there are.
        bytes: u64,
        /// The largest file.
        largest: PackagePath,
    },
    /// More files than [`limits::FILES`].
    TooManyFiles {
        /// How many there are.
        files: usize,
    },
    /// The bucket would lie among the files that are packaged.
    BucketInPackage {
        /// The bucket.
        bucket: PathBuf,
    },
    /// Whoever asked for the package does not want it any more.
    Cancelled,
}

impl PackageError {
    pub(crate) fn io<'p>(
        operation: &'static str,
        path: &'p Path,
    ) -> impl FnOnce(io::Error) -> Self + use<'p> {
        move |source| Self::Io { operation, path: path.to_owned(), source }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "free some space there, or name another folder with --out; the last package is untouched"
                        .to_owned()
                }
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "check the permissions, or name another folder with --out".to_owned()
                }
                io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory => {
                    "something else stands there: move it away, or name another folder with --out".to_owned()
                }
                _ => return None,
            },
            Self::Changed { .. } => "run again when nothing writes to the configuration".to_owned(),
            Self::Policy { .. } => "`check` shows the place".to_owned(),
            Self::TooLarge { largest, .. } => {
                format!("the largest file is {largest}; keep what stacks download in a bucket of its own")
            }
            Self::TooManyFiles { .. } => {
                "keep what stacks download in a bucket of its own, not beside the templates".to_owned()
            }
            Self::BucketInPackage { .. } => {
                "name a folder outside of templates/ and the like with --out".to_owned()
            }
            Self::Cancelled => return None,
        };
        Some(hint)
    }
}

impl fmt::Display for PackageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { operation, path, source } => {
                write!(f, "cannot {operation} {}: {}", path.display(), reason(source))
            }
            Self::Changed { path } => write!(f, "{} changed while it was packaged", path.display()),
            Self::Policy { path, source } => write!(f, "cannot minify {path}: {source}"),
            Self::TooLarge { bytes, .. } => {
                write!(f, "the package has {bytes} bytes, and CodePipeline takes {}", limits::BYTES)
            }
            Self::TooManyFiles { files } => {
                write!(f, "the package has {files} files, and a zip holds {}", limits::FILES)
            }
            Self::BucketInPackage { bucket } => {
                write!(f, "{} lies among the files that are packaged", bucket.display())
            }
            Self::Cancelled => f.write_str("cancelled; the last package is untouched"),
        }
    }
}

impl std::error::Error for PackageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Policy { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Why an operation failed, as a lower-case fragment: `permission denied`, without the error's number.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    match characters.next() {
        // "I/O error" and its like stay as they are.
        Some(first) if characters.clone().next().is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::reason;
    use std::io;

    #[test]
    fn a_reason_is_a_fragment_without_a_number() {
        assert_eq!(reason(&io::Error::from_raw_os_error(13)), "permission denied");
        assert_eq!(reason(&io::Error::from_raw_os_error(28)), "no space left on device");
    }
}
