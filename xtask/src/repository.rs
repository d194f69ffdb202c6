//! The checkout that xtask works on.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;

/// The repository's root and the files in it.
pub struct Repository {
    root: PathBuf,
    files: Vec<String>,
}

/// Folders that hold no source of ours.
const SKIPPED: &[&str] = &[".git", "target", "node_modules", "corpus", "artifacts"];

impl Repository {
    /// Opens the checkout that this binary was built from.
    pub fn open() -> Result<Self, Failure> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default();
        let mut files = Vec::new();
        collect(&root, "", &mut files)?;
        files.sort();
        Ok(Self { root, files })
    }

    /// The root folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> Result<String, Failure> {
        std::fs::read_to_string(self.root.join(path))
            .map_err(|error| Failure::new(format!("{path} cannot be read: {error}")))
    }

    /// Whether a file or folder exists.
    pub fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// Every file with this ending, by path from the root.
    pub fn tracked(&self, ending: &str) -> Vec<String> {
        let ending = format!(".{ending}");
        self.files.iter().filter(|path| path.ends_with(&ending)).cloned().collect()
    }

    /// The files with this ending below a folder.
    pub fn files_under(&self, folder: &str, ending: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        self.tracked(ending).into_iter().filter(|path| path.starts_with(&prefix)).collect()
    }

    /// The names of the folders directly inside a folder.
    pub fn folders_in(&self, folder: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        let mut names: Vec<String> = self
            .files
            .iter()
            .filter_map(|path| path.strip_prefix(&prefix)?.split_once('/').map(|(name, _)| name.to_owned()))
            .collect();
        names.dedup();
        names
    }

    /// A binary of the workspace, built beside ours.
    pub fn binary(&self, name: &str) -> Option<PathBuf> {
        let path = std::env::current_exe().ok()?.with_file_name(name);
        path.is_file().then_some(path)
    }

    /// The cargo that runs us, at work in the root.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        command
    }
}

fn collect(root: &Path, below: &str, files: &mut Vec<String>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| Failure::new(format!("{below:?} cannot be listed: {error}"));
    for entry in std::fs::read_dir(root.join(below)).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
            collect(root, &path, files)?;
        } else if kind.is_file() {
            files.push(path);
        }
    }
    Ok(())
}
