//! What notices a mutant.

use std::collections::BTreeMap;

use cfct_core::checks::{self, Context};
use cfct_core::configuration::{Configuration, ConfigurationFile, Content, Role};
use cfct_core::guardrails::Guardrails;
use cfct_core::guardrails::policy_tests;
use cfct_core::organization::{self, Organization};
use cfct_core::source::PackagePath;

use super::edits::applied;
use super::mutant::Mutant;
use crate::configuration;
use crate::failure::Failure;
use crate::promises::Promises;
use crate::repository::Repository;

/// What notices a mutant first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caught {
    /// A policy test fails, or can no longer be run.
    PolicyTest,
    /// `check` finds what it did not find before.
    Check,
    /// A promise does not hold any more.
    Promise,
}

/// The code that any edit of a product raises, since it is not as it was published.
const ANY_EDIT: &str = "portfolio-version-changed";

/// The configuration, and what is known of it as it is.
pub struct Judge<'r> {
    configuration: Configuration,
    /// The policy tests, taken out of the configuration so that only those run that can say something.
    tests: BTreeMap<PackagePath, ConfigurationFile>,
    organization: &'r organization::Reading,
    promises: &'r Promises,
    findings: Counts,
}

/// Findings by code and file.
type Counts = BTreeMap<(&'static str, String), usize>;

impl<'r> Judge<'r> {
    /// Reads the configuration, which must itself be as everything here wants it.
    pub fn open(
        repository: &Repository,
        organization: &'r organization::Reading,
        promises: &'r Promises,
    ) -> Result<Self, Failure> {
        let mut configuration = configuration::read(repository)?;
        let paths: Vec<PackagePath> =
            configuration.of_role(Role::PolicyTests).map(|(path, _)| path.clone()).collect();
        let tests = paths
            .into_iter()
            .filter_map(|path| configuration.files.remove(&path).map(|file| (path, file)))
            .collect();
        let mut judge = Self { configuration, tests, organization, promises, findings: Counts::new() };
        judge.findings = judge.counts();
        let all: Vec<PackagePath> = judge.tests.keys().cloned().collect();
        if judge.breaks_promise() || judge.fails_test(&all) {
            return Err(Failure::new("the configuration itself breaks a promise or fails a policy test")
                .hint("see `cargo xtask tidy` and `cfct guardrails test`"));
        }
        Ok(judge)
    }

    /// What notices the mutant, if anything does.
    ///
    /// # Errors
    /// Where the mutant is no document any more, which is a mistake of whoever made it.
    pub fn judge(&mut self, mutant: &Mutant) -> Result<Option<Caught>, Failure> {
        let path = &mutant.path;
        let Some(Content::Text(source)) = self.configuration.file(path).map(|file| &file.content) else {
            return Err(Failure::new(format!("{path} is not there")));
        };
        let text = applied(source.text(), &mutant.edits);
        let before = self.configuration.file(path).map_or(0, |file| file.findings.len());
        let original = self.configuration.replace(path, &text);
        let verdict = match self.configuration.file(path) {
            Some(file) if file.document.is_some() && file.findings.len() == before => Ok(self.noticed(path)),
            _ => Err(Failure::new(format!(
                "{path}:{}: {}: it is no document any more",
                mutant.line, mutant.what
            ))
            .hint("mend the edit that makes this mutant in xtask/src/mutation")),
        };
        if let Some(original) = original {
            self.configuration.files.insert(path.clone(), original);
        }
        verdict
    }

    fn noticed(&mut self, path: &PackagePath) -> Option<Caught> {
        // Most likely the tests of the same name; the others only where they can say something.
        let [first, rest] = self.tests_about(path);
        if self.fails_test(&first) || self.fails_test(&rest) {
            return Some(Caught::PolicyTest);
        }
        let counts = self.counts();
        let known = |key| self.findings.get(key).copied().unwrap_or_default();
        if counts.iter().any(|(key, count)| *count > known(key)) {
            return Some(Caught::Check);
        }
        self.breaks_promise().then_some(Caught::Promise)
    }

    fn breaks_promise(&self) -> bool {
        let organization = self.organization.organization.as_ref();
        Context::with(&self.configuration, organization, |context| !self.promises.broken(context).is_empty())
    }

    /// The files of tests in the order in which they are asked.
    fn tests_about(&self, path: &PackagePath) -> [Vec<PackagePath>; 2] {
        let stem = |path: &PackagePath| path.file_name().split('.').next().unwrap_or_default().to_owned();
        let name = stem(path);
        let is_template = self.configuration.file(path).is_some_and(|file| file.role == Role::Template);
        let relevant =
            self.tests.iter().filter(|(_, file)| !is_template || text_of(file).contains(path.as_str()));
        let (first, rest): (Vec<_>, Vec<_>) =
            relevant.map(|(path, _)| path.clone()).partition(|test| stem(test) == name);
        [first, rest]
    }

    fn fails_test(&mut self, paths: &[PackagePath]) -> bool {
        let Some(organization) = &self.organization.organization else { return false };
        if paths.is_empty() {
            return false;
        }
        for path in paths {
            if let Some(file) = self.tests.remove(path) {
                self.configuration.files.insert(path.clone(), file);
            }
        }
        let fails = fails(&self.configuration, organization);
        for path in paths {
            if let Some(file) = self.configuration.files.remove(path) {
                self.tests.insert(path.clone(), file);
            }
        }
        fails
    }

    fn counts(&self) -> Counts {
        let findings = checks::run_with(&self.configuration, Some(self.organization));
        let mut counts = Counts::new();
        for finding in findings.iter().filter(|finding| finding.code.name != ANY_EDIT) {
            *counts.entry((finding.code.name, finding.primary.source.name().to_owned())).or_default() += 1;
        }
        counts
    }
}

fn fails(configuration: &Configuration, organization: &Organization) -> bool {
    let guardrails = Guardrails::of(configuration, organization, None);
    Context::with(configuration, Some(organization), |context| {
        let run = policy_tests::run(context, &guardrails);
        !run.findings.is_empty() || !run.outcomes.iter().all(policy_tests::Outcome::passed)
    })
}

fn text_of(file: &ConfigurationFile) -> &str {
    match &file.content {
        Content::Text(source) => source.text(),
        _ => "",
    }
}
