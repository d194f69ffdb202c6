//! A configuration that works, made over for another organization.
//!
//! The blueprint is this repository's own configuration, with the example organization in it. Rendering replaces
//! what is the example's (ids, Regions, units, accounts, retention) by what is another's, and takes out what
//! belongs to architectures that are not wanted. All of it is edits of the original texts, so comments and layout
//! come along; for the example's own deployment there is nothing to edit, and every byte stays.

pub mod architectures;
mod attachments;
mod backup_policies;
mod change;
mod edits;
mod guardrails;
mod manifest;
mod parameters;
mod policy_tests;
mod portfolios;
mod prune;
mod settings;
mod units;
pub mod update;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::backup_policy::attachments as attached;
use crate::configuration::{ATTACHMENTS, MANIFEST, POLICY_TESTS, SETTINGS};
use crate::deployment::{Architecture, Deployment};
use crate::document::Document;
use crate::manifest::Manifest;
use crate::source::{PackagePath, SourceFile};

use change::Change;
use update::Record;

/// The template of an account that stands alone.
const SINGLE_ACCOUNT: &str = "templates/single-account.yaml";

/// What is deployed where every account protects itself: the one file that the repository's own configuration
/// does not have.
const SINGLE_ACCOUNT_MANIFEST: &str = include_str!("single_account.yaml");

/// A configuration to be made over.
#[derive(Debug)]
pub struct Blueprint {
    files: BTreeMap<PackagePath, Arc<SourceFile>>,
    example: Deployment,
}

/// Why a set of files is no blueprint: a fault of whoever put them together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotABlueprint(pub String);

impl Blueprint {
    /// A configuration by its files, which say in `cfct.toml` what they are written for.
    ///
    /// # Errors
    /// Where they do not, or have no manifest.
    pub fn new<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Result<Self, NotABlueprint> {
        let files: BTreeMap<PackagePath, Arc<SourceFile>> = files
            .into_iter()
            .filter_map(|(path, text)| Some((PackagePath::new(path)?, SourceFile::new(path, text))))
            .collect();
        let missing = |what: &str| NotABlueprint(format!("the blueprint has no {what}"));
        let settings =
            files.iter().find(|(path, _)| path.as_str() == SETTINGS).ok_or_else(|| missing(SETTINGS))?;
        if !files.keys().any(|path| path.as_str() == MANIFEST) {
            return Err(missing(MANIFEST));
        }
        let answers = crate::settings::read(settings.1).0.deployment.ok_or_else(|| missing("deployment"))?;
        let example = answers.resolve(None).map_err(|open| NotABlueprint(format!("{open:?}")))?;
        Ok(Self { files, example })
    }

    /// What the files are written for.
    #[must_use]
    pub fn example(&self) -> &Deployment {
        &self.example
    }

    /// The record of a copy of the blueprint, in which nobody has changed anything yet.
    #[must_use]
    pub fn record(&self) -> Record {
        Record::of(self.files.iter().map(|(path, source)| (path, source.text())))
    }

    /// The files of a configuration for `deployment`.
    #[must_use]
    pub fn render(&self, deployment: &Deployment) -> BTreeMap<PackagePath, String> {
        let change = Change::new(&self.example, deployment);
        let mut rendered = BTreeMap::new();
        if let Some((path, source)) = self.file(SETTINGS) {
            rendered.insert(path.clone(), settings::render(source, &change));
        }
        if deployment.answers().includes(Architecture::SingleAccount) {
            self.copy(SINGLE_ACCOUNT, &change, &mut rendered);
        }
        if deployment.answers().spans_the_organization() {
            self.render_organization(&change, &mut rendered);
        } else if let Some((path, _)) = self.file(MANIFEST) {
            let source = SourceFile::new(MANIFEST, SINGLE_ACCOUNT_MANIFEST);
            rendered.insert(path.clone(), manifest::render(&source, &change));
        }
        rendered
    }

    /// The products of portfolios that are left out, by name: published templates keep backups for days that the
    /// locks of this deployment do not take.
    #[must_use]
    pub fn refused_products(&self, deployment: &Deployment) -> Vec<String> {
        if !deployment.answers().includes(Architecture::LandingZone) {
            return Vec::new();
        }
        portfolios::refused(&self.files, &Change::new(&self.example, deployment))
    }

    fn render_organization(&self, change: &Change<'_>, rendered: &mut BTreeMap<PackagePath, String>) {
        self.copy(MANIFEST, change, rendered);
        self.copy(ATTACHMENTS, change, rendered);
        let named: BTreeSet<String> =
            [MANIFEST, ATTACHMENTS].iter().flat_map(|path| names_in(path, rendered)).collect();
        let tests = self.files.keys().filter(|path| path.is_under(POLICY_TESTS));
        let tests = tests.filter(|path| {
            architectures::of_tests(path.as_str()).is_some_and(|from| change.wanted.answers().includes(from))
        });
        for path in named.iter().map(String::as_str).chain(tests.map(PackagePath::as_str)) {
            self.copy(path, change, rendered);
        }
        if change.wanted.answers().includes(Architecture::LandingZone) {
            rendered.extend(portfolios::render(&self.files, change));
        }
    }

    fn copy(&self, path: &str, change: &Change<'_>, rendered: &mut BTreeMap<PackagePath, String>) {
        if let Some((path, source)) = self.file(path) {
            rendered.insert(path.clone(), render_file(path, source, change));
        }
    }

    fn file(&self, path: &str) -> Option<(&PackagePath, &Arc<SourceFile>)> {
        self.files.iter().find(|(other, _)| other.as_str() == path)
    }
}

/// A file made over, by what it is.
fn render_file(path: &PackagePath, source: &Arc<SourceFile>, change: &Change<'_>) -> String {
    match path.as_str() {
        MANIFEST => manifest::render(source, change),
        ATTACHMENTS => attachments::render(source, change),
        _ if path.is_under(POLICY_TESTS) => policy_tests::render(source, change),
        _ if path.is_under("policies/backup") => backup_policies::render(source, change),
        _ if path.is_under("policies") => guardrails::render(source, change),
        _ if path.is_under("parameters") => parameters::render(source, change),
        // Templates say by parameters what differs.
        _ => source.text().to_owned(),
    }
}

/// The files that a rendered manifest or list of attachments names.
fn names_in(path: &str, rendered: &BTreeMap<PackagePath, String>) -> Vec<String> {
    let Some(text) = PackagePath::new(path).and_then(|path| rendered.get(&path)) else { return Vec::new() };
    let Some(document) = Document::read_yaml(&SourceFile::new(path, text.as_str())).document else {
        return Vec::new();
    };
    if path == ATTACHMENTS {
        return attached::read(&document)
            .0
            .policies
            .iter()
            .filter_map(|policy| Some(policy.file?.value.to_owned()))
            .collect();
    }
    let manifest = Manifest::read(&document);
    let files = manifest.resources.iter().flat_map(|resource| [resource.file, resource.parameter_file]);
    files.flatten().map(|file| file.value.to_owned()).collect()
}

#[cfg(test)]
mod tests;
