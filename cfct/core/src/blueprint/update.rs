//! Bringing a folder up to date: what is written anew, and what a person changed and keeps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::configuration::SETTINGS;
use crate::digest::sha256;
use crate::source::PackagePath;

/// The file that remembers what was written, in the configuration's folder. Hidden files are never packaged.
pub const RECORD: &str = ".cfct-init.json";

/// What was written, by the digest of each file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// SHA-256 in hexadecimal, by path.
    pub files: BTreeMap<String, String>,
}

impl Record {
    /// The record of files that were just written.
    #[must_use]
    pub fn of<'f>(files: impl IntoIterator<Item = (&'f PackagePath, &'f str)>) -> Self {
        // The settings are a person's: they are read, and never written again.
        let files = files.into_iter().filter(|(path, _)| path.as_str() != SETTINGS);
        Self { files: files.map(|(path, text)| (path.to_string(), sha256(text))).collect() }
    }

    /// The record as its file holds it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// What a record's file holds; `None` where it is none.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn wrote(&self, path: &PackagePath, text: &str) -> bool {
        self.files.get(path.as_str()).is_some_and(|written| *written == sha256(text))
    }
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is new.
    Create {
        /// Its text.
        after: String,
    },
    /// It is written anew.
    Change {
        /// Its text now.
        before: String,
        /// Its text then.
        after: String,
    },
    /// It belongs to nothing any more.
    Remove {
        /// Its text now.
        before: String,
    },
    /// A person changed it since it was written, so it stays as it is.
    Keep {
        /// What it would be otherwise; `None` where it would be removed.
        wanted: Option<String>,
    },
    /// A person removed it, so it stays away.
    StayAway,
}

/// What bringing a folder up to date comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The files that do not stay as they are, or would not.
    pub steps: BTreeMap<PackagePath, Step>,
    /// What the folder's record holds afterwards.
    pub record: Record,
}

/// Compares what should be with what is (`present`, by path), knowing what was written before. With `overwrite`
/// a person's changes are lost.
#[must_use]
pub fn update(
    rendered: &BTreeMap<PackagePath, String>,
    present: &BTreeMap<PackagePath, String>,
    record: &Record,
    overwrite: bool,
) -> Update {
    let mut steps = BTreeMap::new();
    let mut next = Record::of(rendered.iter().map(|(path, text)| (path, text.as_str())));
    for (path, after) in rendered.iter().filter(|(path, _)| path.as_str() != SETTINGS) {
        let step = match present.get(path) {
            Some(before) if before == after => continue,
            // There is nothing new to write over a person's changes.
            Some(_) if record.wrote(path, after) && !overwrite => continue,
            Some(before) if overwrite || record.wrote(path, before) => {
                Step::Change { before: before.clone(), after: after.clone() }
            }
            Some(_) => Step::Keep { wanted: Some(after.clone()) },
            None if overwrite || !record.files.contains_key(path.as_str()) => {
                Step::Create { after: after.clone() }
            }
            None => Step::StayAway,
        };
        if let (Step::Keep { .. } | Step::StayAway, Some(old)) = (&step, record.files.get(path.as_str())) {
            next.files.insert(path.to_string(), old.clone());
        }
        steps.insert(path.clone(), step);
    }
    let forgotten = record.files.keys().filter_map(|path| PackagePath::new(path));
    for path in forgotten.filter(|path| !rendered.contains_key(path)) {
        let Some(before) = present.get(&path) else { continue };
        let step = if overwrite || record.wrote(&path, before) {
            Step::Remove { before: before.clone() }
        } else {
            Step::Keep { wanted: None }
        };
        steps.insert(path, step);
    }
    Update { steps, record: next }
}
