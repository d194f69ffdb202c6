//! The approval that a run waits for.

use std::io::{self, BufRead, IsTerminal};

use cfct_aws::AwsError;
use cfct_aws::ports::Approvals;
use cfct_cli::CommandError;
use cfct_cli::console::Console;
use cfct_core::pipeline_run::Run;

use super::Foreseen;
use crate::edge::Edge;

/// How to answer.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Ask whoever sits at the terminal; nobody where there is none, so somebody else answers.
    Ask,
    /// Approve, with the id of a plan that may destroy something.
    Approve(Option<String>),
    /// Reject.
    Reject,
}

/// What is to be done about an approval that is waited for.
#[derive(Clone, Copy)]
pub(super) enum Decision {
    Approved,
    Rejected,
    /// Somebody else answers.
    Left,
}

impl Answer {
    /// Decides, and asks where it has to.
    pub(super) fn decide(
        &self,
        foreseen: Option<&Foreseen>,
        console: &mut Console,
    ) -> Result<Decision, CommandError> {
        match self {
            Self::Approve(confirmed) => {
                if let Some(foreseen) = foreseen {
                    foreseen.show(console);
                    permitted(foreseen, confirmed.as_deref())?;
                }
                Ok(Decision::Approved)
            }
            Self::Reject => Ok(Decision::Rejected),
            Self::Ask if io::stdin().is_terminal() && console.draws() => Ok(ask(foreseen, console)),
            Self::Ask => Ok(Decision::Left),
        }
    }
}

/// What destroys something is approved by the plan's own id, as everywhere.
fn permitted(foreseen: &Foreseen, confirmed: Option<&str>) -> Result<(), CommandError> {
    match &foreseen.destroys {
        Some(destroyed) if confirmed != Some(&foreseen.id) => {
            let error = CommandError::unconfirmed(format!("plan {} destroys {destroyed}", foreseen.id));
            Err(error.hint(format!(
                "the run still waits; if that is meant, pass --approve --confirm {}",
                foreseen.id
            )))
        }
        _ => Ok(()),
    }
}

fn ask(foreseen: Option<&Foreseen>, console: &mut Console) -> Decision {
    let word = match foreseen {
        Some(foreseen) => {
            foreseen.show(console);
            if foreseen.destroys.is_some() { foreseen.id.as_str() } else { "yes" }
        }
        None => "yes",
    };
    console.say(format_args!(
        "the run waits for an approval: `{word}` approves, `reject` rejects, anything else leaves it to others"
    ));
    let mut line = String::new();
    // Whoever closes the input has not approved.
    let _ = io::stdin().lock().read_line(&mut line);
    match line.trim() {
        answer if answer == word => Decision::Approved,
        "reject" => Decision::Rejected,
        _ => Decision::Left,
    }
}

/// Gives the answer; `false` where the run does not wait any more, or not yet.
pub(super) fn give(edge: &Edge, run: &Run, approved: bool, comment: &str) -> Result<bool, AwsError> {
    edge.ask(async {
        let Some(approval) = edge.aws.waiting(&run.pipeline, &run.id).await? else { return Ok(false) };
        edge.aws.answer(&run.pipeline, &approval, approved, comment).await?;
        Ok(true)
    })
}
