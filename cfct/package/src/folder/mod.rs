//! Reading a configuration folder.
//!
//! Names are listed first, and only files that the checks want are opened, so a folder with a large
//! repository around the configuration costs one listing. Symbolic links are listed and never followed,
//! pipes and devices never opened, and every read is bounded.

mod error;
mod walk;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cfct_core::configuration::{Configuration, Content, Kind, MANIFEST};
use cfct_core::document::limits;
use cfct_core::source::{PackagePath, SourceFile};

pub use error::ReadError;
pub use walk::{DEPTH, ENTRIES, SKIPPED};

use crate::error::reason;

/// Where CfCT looks for the configuration when the source's root has no manifest (`run-validation.sh`).
pub const NESTED_ROOT: &str = "custom-control-tower-configuration";

/// A configuration folder, read.
#[derive(Debug)]
pub struct ConfigurationFolder {
    /// The folder that has the manifest: the one asked for, or its sub-folder [`NESTED_ROOT`].
    pub root: PathBuf,
    /// What is in it.
    pub configuration: Configuration,
}

impl ConfigurationFolder {
    /// Reads a file of the configuration that was not wanted at first.
    #[must_use]
    pub fn read(&self, path: &PackagePath) -> Content {
        read_content(&self.root, path)
    }

    /// The files that the checks want and that the operating system refused to read, each with its reason.
    pub fn unreadable(&self) -> impl Iterator<Item = (PathBuf, &str)> {
        self.configuration.files.iter().filter_map(|(path, file)| match &file.content {
            Content::Unreadable(reason) => Some((self.root.join(path.as_str()), reason.as_str())),
            _ => None,
        })
    }
}

/// Reads the configuration in `folder`, or in its sub-folder [`NESTED_ROOT`].
///
/// # Errors
/// Where the folder or its manifest cannot be read at all. A single other file that cannot be read is
/// [`Content::Unreadable`] in the configuration.
pub fn read_folder(folder: &Path) -> Result<ConfigurationFolder, ReadError> {
    let root = find_root(folder)?;
    let manifest = read_manifest(&root.join(MANIFEST))?;
    let names = walk::list(&root)?;
    let mut configuration = Configuration::load(names.listing, |path| {
        if path.as_str() == MANIFEST { manifest.clone() } else { read_content(&root, path) }
    });
    configuration.unusable_names = names.unusable;
    Ok(ConfigurationFolder { root, configuration })
}

fn find_root(folder: &Path) -> Result<PathBuf, ReadError> {
    match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(ReadError::NotAFolder { path: folder.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ReadError::Missing { folder: folder.to_owned() });
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(ReadError::NotAFolder { path: folder.to_owned() });
        }
        Err(error) => return Err(ReadError::io("open the folder", folder)(error)),
    }
    for root in [folder.to_owned(), folder.join(NESTED_ROOT)] {
        let manifest = root.join(MANIFEST);
        match fs::symlink_metadata(&manifest) {
            Ok(_) => return Ok(root),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(ReadError::io("look at", &manifest)(error)),
        }
    }
    Err(ReadError::NoManifest { folder: folder.to_owned() })
}

fn read_manifest(path: &Path) -> Result<Content, ReadError> {
    let metadata = fs::symlink_metadata(path).map_err(ReadError::io("look at", path))?;
    let kind = walk::kind_of(metadata.file_type(), path);
    if kind != Kind::File {
        return Err(ReadError::ManifestNotAFile { path: path.to_owned(), kind });
    }
    match read_bounded(path, MANIFEST).map_err(ReadError::io("read", path))? {
        Content::TooLarge { bytes } => Err(ReadError::ManifestTooLarge { path: path.to_owned(), bytes }),
        content => Ok(content),
    }
}

pub(crate) fn read_content(root: &Path, path: &PackagePath) -> Content {
    read_bounded(&root.join(path.as_str()), path.as_str())
        .unwrap_or_else(|error| Content::Unreadable(reason(&error)))
}

/// Reads at most [`limits::BYTES`]; a larger file is refused by its size, and one that grows while it is
/// read by the byte that is one too many.
fn read_bounded(path: &Path, name: &str) -> io::Result<Content> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let limit = limits::BYTES as u64;
    if size > limit {
        return Ok(Content::TooLarge { bytes: size });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    Read::by_ref(&mut file).take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Ok(Content::TooLarge { bytes: bytes.len() as u64 });
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Content::Text(SourceFile::new(name, text)),
        Err(error) => Content::NotUtf8 { valid_up_to: error.utf8_error().valid_up_to() },
    })
}
