//! Listing names: bounded, without following links.

use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use cfct_core::configuration::{Kind, Listed, Listing};
use cfct_core::source::PackagePath;

use super::ReadError;

/// Names that are listed at most. The largest public configurations have a few hundred.
pub const ENTRIES: usize = 200_000;

/// Folders inside one another.
pub const DEPTH: usize = 64;

/// Folders that are never looked into, wherever they stand: version control, dependencies and caches of
/// other tools. Beside them, any folder marked by a `CACHEDIR.TAG` (Cargo's `target` is), and a folder
/// `target` at the root, where packages are written by default.
pub const SKIPPED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".terraform",
    ".aws-sam",
    ".venv",
    ".tox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "__pycache__",
    "cdk.out",
    "node_modules",
];

/// The mark of a folder whose content can be made again (<https://bford.info/cachedir/>).
const CACHE_TAG: &str = "CACHEDIR.TAG";

pub(super) struct Names {
    pub listing: Listing,
    pub unusable: Vec<String>,
}

pub(super) fn list(root: &Path) -> Result<Names, ReadError> {
    let mut names = Names { listing: Listing::new(), unusable: Vec::new() };
    let mut seen = 0;
    let mut open = vec![Folder { path: root.to_owned(), name: String::new(), depth: 0 }];
    while let Some(folder) = open.pop() {
        if folder.depth > DEPTH {
            return Err(ReadError::TooDeep { folder: folder.path });
        }
        if folder.depth > 0 && folder.path.join(CACHE_TAG).is_file() {
            continue;
        }
        for entry in fs::read_dir(&folder.path).map_err(ReadError::io("list the folder", &folder.path))? {
            let entry = entry.map_err(ReadError::io("list the folder", &folder.path))?;
            seen += 1;
            if seen > ENTRIES {
                return Err(ReadError::TooManyEntries { folder: root.to_owned() });
            }
            let path = entry.path();
            let kind = kind_of(entry.file_type().map_err(ReadError::io("look at", &path))?, &path);
            let file_name = entry.file_name();
            let name = format!("{}{}", folder.name, file_name.to_string_lossy());
            let usable = file_name.to_str().and_then(|_| PackagePath::new(&name));
            let Some(package_path) = usable else {
                names.unusable.push(name);
                continue;
            };
            let bytes = match kind {
                Kind::File => entry.metadata().map_err(ReadError::io("look at", &path))?.len(),
                _ => 0,
            };
            if kind == Kind::Folder && !is_skipped(package_path.file_name(), folder.depth) {
                open.push(Folder { path, name: format!("{name}/"), depth: folder.depth + 1 });
            }
            names.listing.insert(package_path, Listed { kind, bytes });
        }
    }
    names.unusable.sort_unstable();
    Ok(names)
}

struct Folder {
    path: PathBuf,
    /// The package path with a slash behind it; empty for the root.
    name: String,
    depth: usize,
}

fn is_skipped(name: &str, depth: usize) -> bool {
    SKIPPED.contains(&name) || (depth == 0 && name == "target")
}

pub(super) fn kind_of(kind: FileType, path: &Path) -> Kind {
    if kind.is_file() {
        Kind::File
    } else if kind.is_dir() {
        Kind::Folder
    } else if kind.is_symlink() {
        let target = fs::read_link(path).map(|target| target.to_string_lossy().into_owned());
        Kind::Symlink(target.unwrap_or_default())
    } else {
        Kind::Other
    }
}
