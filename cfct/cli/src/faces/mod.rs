//! The faces of findings: the same list as text for a person, JSON, SARIF or GitHub annotations.

pub mod compact_json;
mod github;
mod json;
pub(crate) mod plan_html;
pub mod plan_text;
mod sarif;
mod snippet;
mod text;

use std::env;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use cfct_core::finding::Finding;
use cfct_core::report::Summary;
use cfct_core::source::SourceFile;
use clap::ValueEnum;

use crate::console::Look;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person: the source line, what is wrong with it, what to do
    #[default]
    Text,
    /// For a program: docs/schemas/findings.schema.json describes it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub Actions run
    Github,
}

/// Findings with what a face has to know of the run.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    /// The findings, in the order to show them.
    pub findings: &'v [Finding],
    /// How many files were read.
    pub files: usize,
    /// Where the configuration stands, seen from where the command runs; empty if they are the same.
    pub folder: &'v str,
    /// A file that is not of the configuration, named as on the command line.
    pub outside: Option<&'v Arc<SourceFile>>,
    /// Leave out what is not a finding: the summary.
    pub quiet: bool,
}

impl View<'_> {
    /// Writes the findings in `format`.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write(&self, format: Format, out: &mut dyn Write, look: Look) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, out, look),
            Format::Json => json::write(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Github => github::write(self, out),
        }
    }

    /// How many of each level.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::of(self.findings)
    }

    /// The path of a file, seen from where the command runs.
    fn path_of(&self, file: &Arc<SourceFile>) -> String {
        let is_outside = self.outside.is_some_and(|outside| Arc::ptr_eq(outside, file));
        if is_outside { file.name().to_owned() } else { join(self.folder, file.name()) }
    }
}

/// The path of a file of the configuration in `folder`, as [`folder_of`] gives it.
pub(crate) fn join(folder: &str, file: &str) -> String {
    match folder {
        "" => file.to_owned(),
        folder if folder.ends_with('/') => format!("{folder}{file}"),
        folder => format!("{folder}/{file}"),
    }
}

/// How `root` is written before a file name: relative to the working folder where it is below that.
#[must_use]
pub fn folder_of(root: &Path) -> String {
    folder_from(root, &env::current_dir().unwrap_or_default())
}

fn folder_from(root: &Path, here: &Path) -> String {
    let shown = root.strip_prefix(here).unwrap_or(root);
    let parts = shown.components().filter(|part| *part != Component::CurDir);
    parts.collect::<PathBuf>().to_string_lossy().into_owned()
}

/// `3 errors`, `1 error`, `no errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::folder_from;

    #[test]
    fn the_folder_is_shown_from_where_the_command_runs() {
        let cases = [
            (".", ""),
            ("./a/b", "a/b"),
            ("/checkout/here", ""),
            ("/checkout/here/a", "a"),
            ("/other", "/other"),
        ];
        for (root, expected) in cases {
            assert_eq!(folder_from(Path::new(root), Path::new("/checkout/here")), expected, "{root}");
        }
        assert_eq!(folder_from(Path::new("../a"), Path::new("/checkout/here")), "../a");
    }
}
