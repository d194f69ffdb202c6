//! Files into a folder of their own: all of them, or none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cfct_core::source::PackagePath;

use crate::bucket::PARTIAL_PREFIX;

/// Writes files into a folder that is not there yet. It comes into being with all of them in it.
///
/// # Errors
/// Where the folder exists, or cannot be written; nothing is left behind then.
pub fn write_new_folder<'f>(
    folder: &Path,
    files: impl IntoIterator<Item = (PackagePath, &'f str)>,
) -> io::Result<()> {
    if fs::symlink_metadata(folder).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    fs::create_dir_all(&parent)?;
    let partial = tempfile::Builder::new().prefix(PARTIAL_PREFIX).tempdir_in(&parent)?;
    let whole = partial.path().join("whole");
    fs::create_dir(&whole)?;
    for (path, text) in files {
        let at = whole.join(path.as_str());
        if let Some(above) = at.parent() {
            fs::create_dir_all(above)?;
        }
        fs::write(at, text)?;
    }
    fs::rename(&whole, folder)
}
