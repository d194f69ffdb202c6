//! `guardrails evaluate`: decides many requests, for a program.

use std::path::PathBuf;

use cfct_core::document::Document;
use cfct_core::guardrails::requests::{self, Asked};
use cfct_core::iam::evaluate::{Decision, Reason};
use cfct_package::read_input;
use clap::Args;
use serde::Serialize;

use super::Place;
use crate::commands::organization::sound;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::program::Session;

/// The arguments of `guardrails evaluate`.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// The requests: a JSON list; docs/guardrails.md says what is in it
    #[arg(long, value_name = "FILE")]
    requests: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    decision: Decision,
    by: &'a [Reason<'a>],
}

impl Evaluate {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let mut asked = self.requests()?;
        self.place.with(session, |_, guardrails, session| {
            for asked in &mut asked {
                guardrails.complete(&mut asked.request);
            }
            let verdicts: Vec<_> =
                asked.iter().map(|asked| guardrails.decide(&asked.request, &asked.policies)).collect();
            let answers = asked.iter().zip(&verdicts).map(|(asked, verdict)| Answer {
                id: &asked.id,
                decision: verdict.decision,
                by: &verdict.by,
            });
            let answers: Vec<Answer<'_>> = answers.collect();
            session.console.data(|out, _| {
                serde_json::to_writer_pretty(&mut *out, &answers)?;
                writeln!(out)
            })?;
            Ok(Exit::Clean)
        })
    }

    fn requests(&self) -> Result<Vec<Asked>, CommandError> {
        const HINT: &str = "a request has `id`, `principal`, `action`, `resource`; see docs/guardrails.md";
        let source = read_input(&self.requests)?;
        let reading = Document::read_json(&source);
        sound(&reading.findings, HINT.to_owned())?;
        let empty = || CommandError::unreadable(format!("{} is empty", self.requests.display()));
        let document = reading.document.ok_or_else(empty)?;
        requests::read(&document).map_err(|malformed| {
            let line = malformed.at.source.position(malformed.at.span.start).line;
            let message = format!("{}:{line}: {}", self.requests.display(), malformed.message);
            CommandError::unreadable(message).hint(HINT.to_owned())
        })
    }
}
