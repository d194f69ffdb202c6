//! Reading a file that the command line names: an organization, a deployed state, policy tests.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cfct_core::source::SourceFile;

use crate::error::reason;

/// Bytes that are read at most. A snapshot of 10,000 accounts has about 4 MB, with what is deployed in them
/// some ten times that.
pub const INPUT_BYTES: u64 = 256 << 20;

/// Reads the text at `path`, which names it as it is written. A pipe is read like a file, so that a command's
/// output can be given.
///
/// # Errors
/// Where it cannot be read, is larger than [`INPUT_BYTES`], or is not UTF-8.
pub fn read_input(path: &Path) -> Result<Arc<SourceFile>, InputError> {
    let text = read(path).map_err(|reason| InputError { path: path.to_owned(), reason })?;
    Ok(SourceFile::new(path.to_string_lossy(), text))
}

fn read(path: &Path) -> Result<String, Reason> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(Reason::Folder);
    }
    if metadata.len() > INPUT_BYTES {
        return Err(Reason::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    Read::by_ref(&mut file).take(INPUT_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > INPUT_BYTES {
        return Err(Reason::TooLarge);
    }
    String::from_utf8(bytes).map_err(|error| Reason::NotUtf8(error.utf8_error().valid_up_to()))
}

/// Why a file that the command line names could not be read.
#[derive(Debug)]
pub struct InputError {
    path: PathBuf,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Folder,
    TooLarge,
    /// The offset of the first byte that is not.
    NotUtf8(usize),
    Io(io::Error),
}

impl InputError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self.reason {
            Reason::TooLarge => Some(format!("at most {} MiB are read", INPUT_BYTES >> 20)),
            Reason::NotUtf8(_) => Some("save it as UTF-8".to_owned()),
            Reason::Folder | Reason::Io(_) => None,
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.reason {
            Reason::Folder => write!(f, "cannot read {path}: it is a folder"),
            Reason::TooLarge => write!(f, "cannot read {path}: it is too large"),
            Reason::NotUtf8(offset) => write!(f, "cannot read {path}: byte {offset} is not UTF-8"),
            Reason::Io(error) => write!(f, "cannot read {path}: {}", reason(error)),
        }
    }
}

impl std::error::Error for InputError {
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
