//! `check --fix`: mending files, or showing as a diff what that would change.

use std::sync::atomic::Ordering;

use cfct_core::finding::Finding;
use cfct_core::fix::{Converged, converge};
use cfct_core::report::Place;
use cfct_package::{ConfigurationFolder, rewrite};
use similar::TextDiff;

use super::configuration::Loaded;
use crate::error::CommandError;
use crate::faces::{counted, folder_of, join};
use crate::interrupt::gracefully;
use crate::program::Session;
use crate::shown::{clean, clean_line};

/// Mends that are worked out and not made yet.
pub(super) struct Mending<'f> {
    folder: &'f ConfigurationFolder,
    converged: Converged,
}

impl<'f> Mending<'f> {
    pub(super) fn of(loaded: &'f Loaded) -> Self {
        let folder = &loaded.folder;
        let check = |configuration: &_| loaded.findings_of(configuration);
        Self { folder, converged: converge(&folder.configuration, |path| folder.read(path), check) }
    }

    /// What is left to find once they are made.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.converged.findings
    }

    /// Shows them as a diff.
    pub(super) fn preview(&self, session: &mut Session) -> Result<(), CommandError> {
        let shown = folder_of(&self.folder.root);
        session.console.data(|out, _| {
            self.converged.changed.iter().try_for_each(|(path, change)| {
                let path = join(&shown, path.as_str());
                let path = clean_line(&path);
                let diff = TextDiff::from_lines(change.before.text(), change.after.text());
                let diff = diff.unified_diff().header(&path, &path).to_string();
                // Carriage returns belong to the files; on a terminal they would only blur the lines.
                out.write_all(clean(&diff.replace("\r\n", "\n")).as_bytes())
            })
        })?;
        self.summarise("would mend", session);
        Ok(())
    }

    /// Makes them, file by file; a file is written whole or not at all.
    pub(super) fn apply(&self, session: &mut Session) -> Result<(), CommandError> {
        gracefully(|asked_to_end| {
            for (path, change) in &self.converged.changed {
                if asked_to_end.load(Ordering::Relaxed) {
                    return Err(CommandError::interrupted("interrupted: not every file is mended"));
                }
                rewrite(&self.folder.root, path, change.before.text(), change.after.text())?;
            }
            Ok(())
        })?;
        let shown = folder_of(&self.folder.root);
        for finding in &self.converged.mended {
            let Place { file, start, .. } = Place::of(&finding.primary);
            let title = finding.fix.as_ref().map_or("", |fix| fix.title.as_str());
            let place = format!("{}:{}:{}", join(&shown, file), start.line, start.column);
            session.console.say(format_args!("mended {place}: {title} [{}]", finding.code.name));
        }
        self.summarise("mended", session);
        Ok(())
    }

    fn summarise(&self, done: &str, session: &mut Session) {
        if self.converged.changed.is_empty() {
            session.console.say("nothing to mend");
        } else {
            let mended = counted(self.converged.mended.len(), "finding");
            let files = counted(self.converged.changed.len(), "file");
            session.console.say(format_args!("{done} {mended} in {files}"));
        }
        for path in &self.converged.spared {
            let path = join(&folder_of(&self.folder.root), path.as_str());
            session.console.warning(&format!("left {path} alone: mended, it could no longer be read"));
        }
    }
}
