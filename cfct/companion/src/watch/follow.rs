//! Following a run to its end, whatever happens to the network meanwhile.

use std::time::{Duration, Instant};

use cfct_aws::ports::Pipeline;
use cfct_aws::watch::{Interval, Lookout, Patience};
use cfct_aws::{AwsError, ErrorKind};
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::pipeline_run::{Event, Run, State, between, remaining};
use clap::Args;

use super::Foreseen;
use super::approval::{self, Answer, Decision};
use super::face::{Face, now};
use crate::edge::{Edge, Refusal};

/// How often to look, and how long to bear with AWS.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Pacing {
    /// Seconds between two looks; more while nothing happens
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    interval: Duration,
    /// Minutes to go on trying while credentials are expired or the network is gone
    #[arg(long, value_name = "MINUTES", default_value = "60", value_parser = minutes)]
    patience: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    duration(text, 1.0, 3600.0)
}

fn minutes(text: &str) -> Result<Duration, String> {
    duration(text, 60.0, 24.0 * 60.0)
}

fn duration(text: &str, unit: f64, most: f64) -> Result<Duration, String> {
    let number = text.parse().ok().filter(|number| (0.0..=most).contains(number));
    number
        .map(|number: f64| Duration::from_secs_f64(number * unit))
        .ok_or_else(|| format!("a number from 0 to {most}"))
}

/// Everything that following takes.
pub(crate) struct Follow<'f> {
    lookout: Lookout,
    foreseen: Option<Foreseen>,
    answer: Answer,
    comment: &'f str,
    face: Face,
    pacing: Pacing,
    decision: Option<Decision>,
    answered: bool,
}

impl<'f> Follow<'f> {
    /// The shortest first wait after a failure.
    const SHORTEST: Duration = Duration::from_millis(10);

    /// Follows what `lookout` looks at; an approval is answered as `answer` says, with `comment`.
    pub(crate) fn new(
        lookout: Lookout,
        foreseen: Option<Foreseen>,
        (answer, comment): (Answer, &'f str),
        face: Face,
        pacing: Pacing,
    ) -> Self {
        Self { lookout, foreseen, answer, comment, face, pacing, decision: None, answered: false }
    }

    /// Follows the run until it is over.
    pub(crate) fn until_it_ends(
        mut self,
        edge: &mut Edge,
        session: &mut Session,
    ) -> Result<Exit, CommandError> {
        let ended = self.follow(edge, session);
        let run = match ended {
            Ok(run) => run,
            Err(error) => {
                self.face.clear();
                return Err(self.left(error));
            }
        };
        self.face.finish(&run, &mut session.console)?;
        if run.state() == State::Succeeded {
            return Ok(Exit::Clean);
        }
        let cfct = "to see why:\n  cfct diagnose";
        session.console.say(format_args!("the run ended as {}; {cfct} {}", run.status, run.id));
        Ok(Exit::Findings)
    }

    fn follow(&mut self, edge: &mut Edge, session: &mut Session) -> Result<Run, CommandError> {
        let start = Instant::now();
        let mut interval = Interval::new(self.pacing.interval);
        let mut patience = Patience::new(self.pacing.interval.max(Self::SHORTEST), self.pacing.patience);
        let mut seen: Option<Run> = None;
        loop {
            let asked = Instant::now();
            let looked = edge.ask(self.lookout.look(&edge.aws));
            let done = match looked {
                Ok(run) => {
                    if let Some(after) = patience.over(start.elapsed()) {
                        let recovered = Event::Recovered { after: after.as_secs() };
                        self.face.tell(&recovered, seen.as_ref(), &mut session.console)?;
                    }
                    let events = between(seen.as_ref(), &run);
                    for event in &events {
                        self.face.tell(event, Some(&run), &mut session.console)?;
                    }
                    if run.state().is_over() {
                        return Ok(run);
                    }
                    let approved = self.approve(&run, edge, session)?;
                    seen = Some(run);
                    approved.map(|()| interval.after(!events.is_empty(), asked.elapsed()))
                }
                Err(error) => Err(error),
            };
            let wait = match done {
                Ok(wait) => wait,
                Err(error) => {
                    let wait = self.bear(&error, &mut patience, start.elapsed(), seen.as_ref(), session)?;
                    if is_about_credentials(error.kind) {
                        edge.reconnect(&session.console)?;
                    }
                    wait
                }
            };
            self.pause(wait, seen.as_ref(), edge, session)?;
        }
    }

    /// Says what is wrong, and for how long to wait; ends where waiting cannot help.
    fn bear(
        &self,
        error: &AwsError,
        patience: &mut Patience,
        now: Duration,
        seen: Option<&Run>,
        session: &mut Session,
    ) -> Result<Duration, CommandError> {
        let wait = patience.after(error, now);
        let wait = wait.ok_or_else(|| error.clone().refused(session.console.is_verbose()))?;
        let hint = is_about_credentials(error.kind)
            .then(|| "sign in again beside this: it goes on by itself".to_owned());
        let trouble = Event::Trouble { message: error.to_string(), hint, retry_in: wait.as_secs() };
        self.face.tell(&trouble, seen, &mut session.console)?;
        Ok(wait)
    }

    /// Answers the approval, where the run waits for one. The decision is made once, however often it takes to
    /// bring it to AWS.
    fn approve(
        &mut self,
        run: &Run,
        edge: &Edge,
        session: &mut Session,
    ) -> Result<Result<(), AwsError>, CommandError> {
        let Some(action) = run.approval().filter(|_| !self.answered) else { return Ok(Ok(())) };
        let decision = match self.decision {
            Some(decision) => decision,
            None => {
                self.face.clear();
                self.answer.decide(self.foreseen.as_ref(), &mut session.console)?
            }
        };
        self.decision = Some(decision);
        let approved = match decision {
            Decision::Approved => true,
            Decision::Rejected => false,
            Decision::Left => return Ok(Ok(())),
        };
        self.answered = match approval::give(edge, run, approved, self.comment) {
            Ok(answered) => answered,
            Err(error) => return Ok(Err(error)),
        };
        if self.answered {
            let event = Event::ApprovalAnswered { action: action.name.clone(), approved };
            self.face.tell(&event, Some(run), &mut session.console)?;
        }
        Ok(Ok(()))
    }

    /// Waits, while the tree's clocks go on.
    fn pause(
        &self,
        wait: Duration,
        seen: Option<&Run>,
        edge: &Edge,
        session: &Session,
    ) -> Result<(), CommandError> {
        const TICK: Duration = Duration::from_secs(1);
        let until = Instant::now() + wait;
        loop {
            if let Some(run) = seen {
                let estimates = self.foreseen.as_ref().map_or(&[][..], |foreseen| &foreseen.estimates);
                self.face.draw(run, remaining(run, estimates, now()), &session.console);
            }
            let left = until.saturating_duration_since(Instant::now());
            if !edge.sleep(left.min(TICK)) {
                return Err(CommandError::interrupted("interrupted"));
            }
            if left <= TICK {
                return Ok(());
            }
        }
    }

    /// Whoever leaves a run learns how to come back to it.
    fn left(&self, error: CommandError) -> CommandError {
        if error.exit() != Exit::Interrupted {
            return error;
        }
        error.hint(format!("the run goes on; to follow it again: cfct watch {}", self.lookout.execution()))
    }
}

fn is_about_credentials(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ExpiredCredentials | ErrorKind::WrongCredentials | ErrorKind::NoCredentials)
}

/// Waits for a run that is none of `known`; `None` where none starts in time.
pub(crate) fn started_since(
    known: &[String],
    pipeline: &str,
    pacing: Pacing,
    edge: &Edge,
) -> Result<Option<String>, CommandError> {
    // The event goes through CloudTrail and EventBridge, which takes minutes at times.
    const PATIENCE: Duration = Duration::from_mins(10);
    let start = Instant::now();
    loop {
        let executions = edge.wait(edge.aws.executions(pipeline))?;
        if let Some(new) = executions.into_iter().find(|execution| !known.contains(&execution.id)) {
            return Ok(Some(new.id));
        }
        if start.elapsed() >= PATIENCE.min(pacing.patience) {
            return Ok(None);
        }
        if !edge.sleep(pacing.interval) {
            return Err(CommandError::interrupted("interrupted"));
        }
    }
}
