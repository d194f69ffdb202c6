//! Scratch files beside the files they will replace: gone when the run ends, however it ends.
//!
//! A value dropped removes its file. A run that is interrupted drops nothing, so every scratch file is also
//! on one list that [`remove_all`] works through.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

static OPEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A file that is removed unless it takes the place of another.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Creates an empty file beside `target`, in the same folder and so on the same file system.
    ///
    /// # Errors
    /// Where the folder takes no file.
    pub fn beside(target: &Path) -> io::Result<(Self, File)> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.{}.cfct-new", std::process::id()));
        // On the list before it exists: an interrupt in between finds nothing to remove, and that is fine.
        OPEN.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
        let scratch = Self { path };
        let file = OpenOptions::new().write(true).create_new(true).open(&scratch.path)?;
        Ok((scratch, file))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it in the place of `target`, in one step.
    ///
    /// # Errors
    /// Where the system refuses; `target` is as it was then.
    pub fn replace(self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        // After `replace` there is nothing here to remove.
        let _ = fs::remove_file(&self.path);
        open.remove(&self.path);
    }
}

/// Removes every scratch file of this process: for a run that is about to end without dropping anything.
pub fn remove_all() {
    for path in OPEN.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let _ = fs::remove_file(path);
    }
}
