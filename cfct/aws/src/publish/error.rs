//! Why nothing was published.

use std::fmt;

use crate::error::AwsError;

/// Why nothing was published.
#[derive(Debug)]
pub enum PublishError {
    /// AWS did not do what it was asked.
    Aws(AwsError),
    /// No release is called so.
    NoRelease {
        /// What was asked for.
        wanted: String,
    },
    /// Several releases start so.
    SeveralReleases {
        /// What was asked for.
        wanted: String,
        /// Which there are.
        digests: Vec<String>,
    },
    /// A record, or the zip that it names, is not what its name says.
    Damaged {
        /// Its key.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The release was published without a copy of its zip.
    NoPackage {
        /// The release.
        digest: String,
    },
}

impl PublishError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Aws(error) => error.hint(),
            Self::NoRelease { .. } => Some(
                "name a record under releases/ of the bucket by its digest, or by the first digits of it"
                    .to_owned(),
            ),
            Self::SeveralReleases { digests, .. } => Some(format!("there are {}", digests.join(", "))),
            Self::Damaged { .. } => Some(
                "look into the bucket's versions of this object: it was written by something else".to_owned(),
            ),
            Self::NoPackage { .. } => {
                Some("check out the commit that its record names, and publish that".to_owned())
            }
        }
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws(error) => error.fmt(f),
            Self::NoRelease { wanted } => write!(f, "the bucket has no release {wanted}"),
            Self::SeveralReleases { wanted, digests } => {
                write!(f, "{} releases start with {wanted}", digests.len())
            }
            Self::Damaged { key, reason } => write!(f, "{key} {reason}"),
            Self::NoPackage { digest } => write!(f, "the bucket has no zip of release {digest}"),
        }
    }
}

impl std::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Aws(error) => Some(error),
            _ => None,
        }
    }
}

impl From<AwsError> for PublishError {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}
