//! `guardrails test`: runs the policy tests beside the policies.

use std::io::{self, Write};

use cfct_core::checks::Context;
use cfct_core::configuration::{POLICY_TESTS, Role};
use cfct_core::finding::Level;
use cfct_core::guardrails::policy_tests::coverage::{Coverage, Share};
use cfct_core::guardrails::policy_tests::{self, Case, Outcome, Run};
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
    /// Fail too where no test would notice if a Deny statement, a part of one or an exception were gone
    #[arg(long)]
    require_coverage: bool,
    #[command(flatten)]
    place: Place,
}

impl Test {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        self.place.with(session, |folder, guardrails, session| {
            let Run { outcomes, findings: unrun, coverage } =
                Context::with(&folder.configuration, Some(guardrails.organization()), |context| {
                    policy_tests::run(context, guardrails)
                });
            let files = folder.configuration.of_role(Role::PolicyTests);
            let unread = files.flat_map(|(_, file)| file.findings.iter().cloned());
            let mut findings: Vec<_> = unread.chain(unrun).collect();
            let shown_folder = folder_of(&folder.root);
            if outcomes.is_empty() && findings.is_empty() {
                let tests = join(&shown_folder, POLICY_TESTS);
                return Err(CommandError::unreadable(format!("no policy tests in {tests}"))
                    .hint("write some in YAML; docs/guardrails.md says how".to_owned()));
            }
            let cannot_run = findings.len();
            let uncovered = coverage.findings();
            let all_covered = uncovered.is_empty();
            findings.extend(uncovered);
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
                "{} with {}: {failed} failed, {cannot_run} cannot be run",
                counted(outcomes.len(), "test"),
                counted(cases, "request"),
            ));
            session.console.say(summary(&coverage));
            let clean = failed == 0 && findings.iter().all(|finding| finding.level != Level::Error);
            let enough = all_covered || !self.require_coverage;
            Ok(if clean && enough { Exit::Clean } else { Exit::Findings })
        })
    }
}

/// `covered: 5 of 6 Deny statements, 21 of 21 of their parts, 7 of 8 exceptions`
fn summary(coverage: &Coverage) -> String {
    let share = |Share { covered, of }| format!("{covered} of {of}");
    format!(
        "covered: {} Deny statements, {} of their parts, {} exceptions",
        share(coverage.statements()),
        share(coverage.parts()),
        share(coverage.exceptions())
    )
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
