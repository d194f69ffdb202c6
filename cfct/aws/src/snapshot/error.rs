//! Why a snapshot was not taken.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::error::AwsError;

/// Why a snapshot was not taken.
#[derive(Debug)]
pub enum SnapshotError {
    /// AWS did not answer.
    Aws(AwsError),
    /// The journal cannot be written.
    Journal {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws(error) => error.fmt(f),
            Self::Journal { path, source } => {
                write!(f, "cannot write {}: {}", path.display(), cfct_package::reason(source))
            }
        }
    }
}

impl std::error::Error for SnapshotError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Aws(error) => Some(error),
            Self::Journal { source, .. } => Some(source),
        }
    }
}

impl From<AwsError> for SnapshotError {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}
