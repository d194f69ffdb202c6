//! What became of an account, or would: for a person and for a program.

use std::io::{self, Write};

use cfct_aws::{AwsError, ErrorKind};
use cfct_cli::console::Look;
use cfct_cli::{CommandError, Exit, clean_line};
use cfct_core::aws::AccountId;
use cfct_core::bootstrap::{Decision, Place, Standing, Step, Thing};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::account::Attended;
use crate::edge::Refusal;
use crate::ground::uninterrupted;

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It has all that it is to have, and nothing was to do.
    Ready,
    /// Something was done, or would be, and nothing is left.
    Changed,
    /// Something is left that waits for time or for somebody.
    Pending,
    /// It is not to be protected.
    LeftOut,
    /// AWS did not answer, or refused.
    Failed,
}

impl State {
    /// All of them.
    const ALL: [Self; 5] = [Self::Ready, Self::Changed, Self::Pending, Self::LeftOut, Self::Failed];

    fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Changed => "changed",
            Self::Pending => "pending",
            Self::LeftOut => "left out",
            Self::Failed => "failed",
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Ready | Self::Changed => "32",
            Self::Pending => "33",
            Self::Failed => "31",
            Self::LeftOut => "2",
        }
    }

    fn styled(self, look: Look) -> String {
        let word = format!("{:8}", self.as_str());
        if look.styled { format!("\x1b[{}m{word}\x1b[0m", self.colour()) } else { word }
    }
}

/// An account, and what became of it.
#[derive(Debug, Serialize)]
pub(crate) struct Outlook {
    pub(crate) account: AccountId,
    name: String,
    unit: String,
    /// What it is to the configuration, where it could be read.
    standing: Option<Standing>,
    state: State,
    /// What was done.
    done: Vec<Said>,
    /// What is to be done: in a look, or because a step failed.
    planned: Vec<Said>,
    pending: Vec<Said>,
    left_alone: Vec<Said>,
    /// How many things are as they are wanted.
    unchanged: usize,
    #[serde(serialize_with = "as_text")]
    failures: Vec<AwsError>,
    /// Why it is left out, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Something that is said of a thing.
#[derive(Debug, Serialize)]
struct Said {
    thing: Thing,
    sentence: String,
}

impl Outlook {
    fn of(place: &Place, done: &[(Step, i64)], decision: &Decision, failures: Vec<AwsError>) -> Self {
        let reason = match &decision.standing {
            Standing::Outside => Some("it is in no unit that is protected".to_owned()),
            Standing::Gone(why) => Some(why.clone()),
            Standing::Protected | Standing::Management | Standing::NotYet(_) => None,
        };
        let said =
            |thing: &Thing, sentence: &str| Said { thing: thing.clone(), sentence: sentence.to_owned() };
        let mut outlook = Self {
            account: place.account,
            name: place.name.clone(),
            unit: place.unit.to_string(),
            standing: Some(decision.standing.clone()),
            state: State::Ready,
            done: done.iter().map(|(step, _)| said(&step.thing, &step.sentence)).collect(),
            planned: decision.steps.iter().map(|step| said(&step.thing, &step.sentence)).collect(),
            pending: decision.pending.iter().map(|left| said(&left.thing, &left.sentence)).collect(),
            left_alone: decision.left_alone.iter().map(|left| said(&left.thing, &left.sentence)).collect(),
            unchanged: decision.done.len(),
            failures,
            reason,
        };
        outlook.state = outlook.judged();
        outlook
    }

    fn judged(&self) -> State {
        if !self.failures.is_empty() {
            State::Failed
        } else if !self.pending.is_empty() {
            State::Pending
        } else if !self.done.is_empty() || !self.planned.is_empty() {
            State::Changed
        } else if self.reason.is_some() {
            State::LeftOut
        } else {
            State::Ready
        }
    }

    /// Whether the organization has such an account, as far as AWS says.
    pub(crate) fn is_there(&self) -> bool {
        self.standing.is_some() || !self.failures.is_empty()
    }

    /// The steps that a look found.
    pub(crate) fn planned(&self) -> impl ExactSizeIterator<Item = &str> {
        self.planned.iter().map(|said| said.sentence.as_str())
    }

    /// All of it, a line for each thing.
    fn write(&self, is_look: bool, out: &mut dyn Write, look: Look) -> io::Result<()> {
        let head = [self.account.to_string(), self.name.clone(), self.unit.clone()];
        let head: Vec<String> = head.into_iter().filter(|part| !part.is_empty()).collect();
        writeln!(out, "{}  {}", self.state.styled(look), clean_line(&head.join("  ")))?;
        let planned = if is_look { "would" } else { "not done:" };
        let kinds = [
            ("done:", &self.done),
            (planned, &self.planned),
            ("pending:", &self.pending),
            ("left alone:", &self.left_alone),
        ];
        for (word, said) in kinds {
            for said in said {
                writeln!(out, "  {word} {}", clean_line(&said.sentence))?;
            }
        }
        for error in &self.failures {
            writeln!(out, "  failed: {}", clean_line(&error.to_string()))?;
        }
        if let Some(reason) = &self.reason {
            writeln!(out, "  {}", clean_line(reason))?;
        }
        Ok(())
    }

    /// The first thing of note, and how many more there are.
    fn gist(&self, is_look: bool) -> String {
        let failure = self.failures.first().map(ToString::to_string);
        let first = |word: &str, said: &[Said]| {
            let first = format!("{word} {}", said.first()?.sentence);
            Some(match said.len() {
                1 => first,
                count => format!("{first} (and {} more)", count - 1),
            })
        };
        let planned = if is_look { "would" } else { "not done:" };
        failure
            .or_else(|| first("pending:", &self.pending))
            .or_else(|| first("done:", &self.done))
            .or_else(|| first(planned, &self.planned))
            .or_else(|| self.reason.clone())
            .unwrap_or_default()
    }
}

/// What would be done for an account.
pub(crate) fn foreseen(place: &Place, decision: &Decision) -> Outlook {
    Outlook::of(place, &[], decision, Vec::new())
}

/// What was done for an account.
pub(crate) fn looked_after(attended: Attended) -> Outlook {
    let bootstrapped = attended.bootstrapped;
    Outlook::of(&attended.place, &bootstrapped.done, &bootstrapped.after, bootstrapped.failures)
}

/// An account of which nothing could be read.
pub(crate) fn failed(account: AccountId, error: AwsError) -> Outlook {
    Outlook { state: State::Failed, failures: vec![error], ..nothing(account) }
}

/// An account of somebody else.
pub(crate) fn not_there(account: AccountId) -> Outlook {
    let reason = Some("it is not in the organization".to_owned());
    Outlook { state: State::LeftOut, reason, ..nothing(account) }
}

fn nothing(account: AccountId) -> Outlook {
    Outlook {
        account,
        name: String::new(),
        unit: String::new(),
        standing: None,
        state: State::Ready,
        done: Vec::new(),
        planned: Vec::new(),
        pending: Vec::new(),
        left_alone: Vec::new(),
        unchanged: 0,
        failures: Vec::new(),
        reason: None,
    }
}

/// Accounts with all there is to say of each.
pub(crate) fn list(outlooks: &[Outlook], is_look: bool, out: &mut dyn Write, look: Look) -> io::Result<()> {
    outlooks.iter().try_for_each(|outlook| outlook.write(is_look, out, look))
}

/// How many accounts are in each state, after a line for each that is not ready.
pub(crate) fn table(outlooks: &[Outlook], is_look: bool, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let shown = || outlooks.iter().filter(|outlook| outlook.state != State::Ready);
    let names = shown().map(|outlook| outlook.name.chars().count()).max().unwrap_or(0);
    for outlook in shown() {
        let (name, gist) = (clean_line(&outlook.name), outlook.gist(is_look));
        let line = format!("{}  {name:names$}  {}", outlook.account, clean_line(&gist));
        writeln!(out, "{}  {}", outlook.state.styled(look), line.trim_end())?;
    }
    if shown().next().is_some() {
        writeln!(out)?;
    }
    for state in State::ALL {
        writeln!(out, "{}  {:>5}", state.styled(look), count(outlooks, state))?;
    }
    Ok(())
}

fn count(outlooks: &[Outlook], state: State) -> usize {
    outlooks.iter().filter(|outlook| outlook.state == state).count()
}

/// Accounts for a program.
pub(crate) fn report(outlooks: &[Outlook], is_look: bool) -> Value {
    let summary: serde_json::Map<String, Value> = State::ALL
        .iter()
        .map(|state| (state.as_str().replace(' ', "-"), count(outlooks, *state).into()))
        .collect();
    json!({ "dry_run": is_look, "accounts": outlooks, "summary": summary })
}

/// How a run over these accounts ends.
pub(crate) fn verdict(outlooks: Vec<Outlook>, verbose: bool) -> Result<Exit, CommandError> {
    uninterrupted()?;
    let (count, is_pending) =
        (outlooks.len(), outlooks.iter().any(|outlook| outlook.state == State::Pending));
    let errors = outlooks.into_iter().filter_map(|outlook| outlook.failures.into_iter().next());
    let mut errors = errors.filter(|error| error.kind != ErrorKind::Interrupted);
    match (errors.next(), errors.count()) {
        (None, _) => Ok(if is_pending { Exit::Findings } else { Exit::Clean }),
        (Some(error), 0) if count == 1 => Err(error.refused(verbose)),
        (Some(error), others) => {
            let message = format!("{} of {count} accounts failed; the first: {error}", others + 1);
            let hint = "see to what failed, then run the command again: it does what is left".to_owned();
            Err(CommandError::unreachable(message).hint(hint))
        }
    }
}

fn as_text<S: Serializer>(errors: &[AwsError], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(errors.iter().map(ToString::to_string))
}
