//! The artifact bucket as a local folder.
//!
//! It changes as the bucket in S3 does: an object is replaced as a whole or not at all, immutable objects
//! come first and the configuration's zip last. So the zip that stands there, old or new, always has its
//! record beside it, at whatever moment the process is killed.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use cfct_core::bootstrap::configuration as bootstrap;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::error::PackageError;
use crate::release;

/// How the names of objects start that are still being written. A run that was killed leaves at most these,
/// and the next one removes them.
pub const PARTIAL_PREFIX: &str = ".cfct-partial-";

/// The folder of product templates, with one for each portfolio.
const PRODUCTS: &str = "service-catalog";

/// How long a second process waits before it looks again whether the first is done.
const WAIT: Duration = Duration::from_millis(20);

/// An object of the bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BucketObject {
    /// Its key: the path in the bucket.
    pub key: String,
    /// Its media type.
    pub content_type: &'static str,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The tags that it has in S3; a local folder keeps none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<&'static str, &'static str>,
}

/// A bucket that nobody else writes to.
pub(crate) struct Bucket {
    root: PathBuf,
    /// Held open for its lock, which ends with the process however that ends.
    _lock: File,
}

impl Bucket {
    /// Opens the bucket at `root`, made where there is none, once no other process writes to it.
    pub(crate) fn open(root: &Path, cancelled: &AtomicBool) -> Result<Self, PackageError> {
        let releases = root.join(release::FOLDER);
        fs::create_dir_all(&releases).map_err(PackageError::io("create the folder", &releases))?;
        let lock = File::open(root).map_err(PackageError::io("open the folder", root))?;
        let locked = loop {
            match lock.try_lock() {
                Ok(()) => break true,
                Err(TryLockError::WouldBlock) if cancelled.load(Ordering::Relaxed) => {
                    return Err(PackageError::Cancelled);
                }
                Err(TryLockError::WouldBlock) => thread::sleep(WAIT),
                // Some network file systems have no locks. Objects are replaced whole there, too; only what
                // a killed run left cannot be told from what another one is writing.
                Err(TryLockError::Error(_)) => break false,
            }
        };
        if locked {
            let catalog = root.join(PRODUCTS);
            let products = folders_in(&catalog).map_err(PackageError::io("read the folder", &catalog))?;
            let bootstrap = root.join(bootstrap::FOLDER);
            let bootstrap = bootstrap.is_dir().then_some(bootstrap);
            for folder in [root.to_owned(), releases].into_iter().chain(products).chain(bootstrap) {
                remove_partial(&folder).map_err(PackageError::io("clean the folder", &folder))?;
            }
        }
        Ok(Self { root: root.to_owned(), _lock: lock })
    }

    /// Where the object `key` stands.
    pub(crate) fn path(&self, key: &str) -> PathBuf {
        self.root.join(key)
    }

    /// Whether the object `key` stands there with these bytes.
    pub(crate) fn holds(&self, key: &str, bytes: u64, sha256: &str) -> bool {
        let path = self.path(key);
        let same_size = fs::metadata(&path).is_ok_and(|present| present.is_file() && present.len() == bytes);
        same_size && File::open(&path).and_then(digest).is_ok_and(|(_, present)| present == sha256)
    }

    /// Starts an object, beside its place so that it can be moved there in one step.
    pub(crate) fn stage(&self, key: &str) -> Result<Staged, PackageError> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.root);
        let mut builder = tempfile::Builder::new();
        builder.prefix(PARTIAL_PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let file = builder.tempfile_in(folder).map_err(PackageError::io("write to", folder))?;
        Ok(Staged { path, file })
    }

    /// Writes a small object, unless it stands there already.
    pub(crate) fn put_immutable(&self, key: &str, bytes: &[u8]) -> Result<(), PackageError> {
        let path = self.path(key);
        if fs::read(&path).is_ok_and(|present| present == bytes) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(PackageError::io("create the folder", folder))?;
        let mut staged = self.stage(key)?;
        staged.file.write_all(bytes).map_err(PackageError::io("write", &path))?;
        staged.put()
    }
}

/// An object that is not in its place yet. Dropped, it vanishes.
pub(crate) struct Staged {
    /// Where it will be.
    pub(crate) path: PathBuf,
    /// Its bytes.
    pub(crate) file: NamedTempFile,
}

impl Staged {
    /// Size and SHA-256 of what was written.
    pub(crate) fn digest(&self) -> io::Result<(u64, String)> {
        digest(self.file.reopen()?)
    }

    /// Puts it into its place, on the disk before it is visible.
    pub(crate) fn put(self) -> Result<(), PackageError> {
        let path = self.path;
        self.file.as_file().sync_all().map_err(PackageError::io("write", &path))?;
        self.file.persist(&path).map_err(|error| PackageError::io("write", &path)(error.error))?;
        let folder = path.parent().unwrap_or(&path);
        // Without this the new name could be lost with the power, which some file systems cannot do.
        File::open(folder).and_then(|folder| folder.sync_all()).or_else(|error| match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported => Ok(()),
            _ => Err(PackageError::io("write to", folder)(error)),
        })
    }
}

fn folders_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}

fn remove_partial(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let partial = entry.file_name().to_str().is_some_and(|name| name.starts_with(PARTIAL_PREFIX));
        if partial && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn digest(mut file: File) -> io::Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((bytes, hexadecimal(hasher))),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The hash in lower-case hexadecimal.
pub(crate) fn hexadecimal(hasher: Sha256) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS[usize::from(nibble & 0xf)];
    hasher.finalize().iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
