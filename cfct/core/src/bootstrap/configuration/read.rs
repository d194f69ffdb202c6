//! From bytes to a [`Configuration`].

use std::fmt;

use serde::Deserialize;

use super::{Configuration, FORMAT};

/// The longest document that is read, in bytes: thousands of times what a large configuration has.
const LONGEST: usize = 16 << 20;

/// Why a document cannot be gone by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotUsable {
    /// A newer program wrote it.
    Newer {
        /// The version of its shape.
        format: u32,
    },
    /// It is longer than any configuration.
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// It is no such document.
    Malformed(String),
}

impl NotUsable {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Newer { .. } => {
                "update the companion: the configuration was packaged with a newer version of cfct than it runs"
            }
            Self::TooLong { .. } | Self::Malformed(_) => {
                "publish the configuration again; the document is written by `cfct package` and not by hand"
            }
        }
    }
}

impl fmt::Display for NotUsable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer { format } => {
                write!(
                    f,
                    "the companion's configuration has format {format}, and this version knows {FORMAT}"
                )
            }
            Self::TooLong { bytes } => {
                write!(f, "the companion's configuration has {bytes} bytes, more than {LONGEST}")
            }
            Self::Malformed(why) => write!(f, "the companion's configuration is malformed: {why}"),
        }
    }
}

impl std::error::Error for NotUsable {}

/// Reads the document.
///
/// # Errors
/// Where it is newer than this program, or not such a document.
pub fn read(bytes: &[u8]) -> Result<Configuration, NotUsable> {
    /// The one field that every version has.
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    if bytes.len() > LONGEST {
        return Err(NotUsable::TooLong { bytes: bytes.len() });
    }
    let malformed = |error: serde_json::Error| NotUsable::Malformed(error.to_string());
    // What is newer is newer, whatever else it has become.
    let Version { format } = serde_json::from_slice(bytes).map_err(malformed)?;
    if format > FORMAT {
        return Err(NotUsable::Newer { format });
    }
    if format == 0 {
        return Err(NotUsable::Malformed("there is no format 0".to_owned()));
    }
    serde_json::from_slice(bytes).map_err(malformed)
}
