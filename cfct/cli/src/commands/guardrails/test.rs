//! `guardrails test`: runs the policy tests beside the policies.

use std::io::{self, Write};

use cfct_core::configuration::{POLICY_TESTS, Role};
use cfct_core::finding::{Finding, Level};
use cfct_core::guardrails::Guardrails;
use cfct_core::guardrails::policy_tests::{self, Case, MALFORMED, Outcome};
use cfct_package::ConfigurationFolder;
use clap::Args;

use super::Place;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::{Format, View, counted, folder_of, join};
use crate::program::Session;
use crate::shown::clean_line;

/// The arguments of `guardrails test`.
#[derive(Debug, Args)]
pub struct Test {
    #[command(flatten)]
    place: Place,
}

impl Test {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        self.place.with(session, |folder, guardrails, session| {
            let (outcomes, findings) = run_all(folder, guardrails);
            let shown_folder = folder_of(&folder.root);
            if outcomes.is_empty() && findings.is_empty() {
                let tests = join(&shown_folder, POLICY_TESTS);
                return Err(CommandError::unreadable(format!("no policy tests in {tests}"))
                    .hint("write some in YAML; docs/guardrails.md says how".to_owned()));
            }
            session.console.data(|out, look| {
                if !findings.is_empty() {
                    let view = View {
                        findings: &findings,
                        files: 0,
                        folder: &shown_folder,
                        outside: None,
                        quiet: true,
                    };
                    view.write(Format::Text, &mut *out, look)?;
                }
                write(out, &shown_folder, &outcomes)
            })?;
            let failed = outcomes.iter().filter(|outcome| !outcome.passed()).count();
            let cases: usize = outcomes.iter().map(|outcome| outcome.cases.len()).sum();
            session.console.say(format!(
                "{} with {}: {failed} failed, {} cannot be run",
                counted(outcomes.len(), "test"),
                counted(cases, "request"),
                findings.len()
            ));
            let clean = failed == 0 && findings.iter().all(|finding| finding.level != Level::Error);
            Ok(if clean { Exit::Clean } else { Exit::Findings })
        })
    }
}

/// Every test of the package, and what keeps others from running.
fn run_all(folder: &ConfigurationFolder, guardrails: &Guardrails<'_>) -> (Vec<Outcome>, Vec<Finding>) {
    let (mut outcomes, mut findings) = (Vec::new(), Vec::new());
    for (_, file) in folder.configuration.of_role(Role::PolicyTests) {
        findings.extend(file.findings.iter().cloned());
        let Some(document) = &file.document else { continue };
        for test in policy_tests::read(document, &mut findings) {
            match test.run(guardrails) {
                Ok(outcome) => outcomes.push(outcome),
                Err(malformed) => findings.push(
                    Finding::new(&MALFORMED, &malformed.at, malformed.message)
                        .help("name an ARN, or a role and a unit or account of the organization"),
                ),
            }
        }
    }
    (outcomes, findings)
}

fn write(out: &mut dyn Write, folder: &str, outcomes: &[Outcome]) -> io::Result<()> {
    for outcome in outcomes {
        let name = clean_line(&outcome.name);
        if outcome.passed() {
            writeln!(out, "ok      {name}")?;
            continue;
        }
        let position = outcome.at.source.position(outcome.at.span.start);
        writeln!(out, "FAILED  {name}  {}:{}", join(folder, outcome.at.source.name()), position.line)?;
        for case in outcome.cases.iter().filter(|case| !case.passed) {
            writeln!(out, "        {}", clean_line(&failure(outcome, case)))?;
        }
    }
    Ok(())
}

/// `role/App in Workloads: backup:DeleteRecoveryPoint on * is allowed, expected denied by Sid`
fn failure(outcome: &Outcome, case: &Case) -> String {
    let expected = match outcome.by.as_slice() {
        [] => outcome.expected.as_str().to_owned(),
        by => format!("{} by {}", outcome.expected.as_str(), by.join(" and ")),
    };
    let Case { principal, action, resource, decision, by, .. } = case;
    let by = by.join(", ");
    format!("{principal}: {action} on {resource} is {}, by {by}; expected {expected}", decision.as_str())
}
