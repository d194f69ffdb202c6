//! Attends to one invocation: tells what came, does it within the time, logs and counts what became of it, and
//! answers in the form that its sender understands.

use std::cell::RefCell;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lambda_runtime::Context;
use serde_json::{Value, json};

use super::batch;
use super::deadline::Deadline;
use super::invocation::{self, Errand, Invocation, Message, Task};
use super::log::{self, Tally};
use super::outcome::{Failure, Outcome};
use super::work::Work;

/// Attends to invocations.
pub(crate) struct Handler {
    work: Work,
}

/// One invocation.
struct Turn<'c> {
    context: &'c Context,
    deadline: Deadline,
    tally: RefCell<Tally>,
}

impl Handler {
    /// One that is set up by the function's environment.
    pub(crate) fn of_environment() -> Self {
        Self { work: Work::of_environment() }
    }

    /// Attends to one invocation.
    ///
    /// # Errors
    /// What has to come again, for an invocation that is about one thing.
    pub(crate) async fn handle(&self, payload: Value, context: &Context) -> Result<Value, Failure> {
        let start = Instant::now();
        let turn =
            Turn { context, deadline: Deadline::of_invocation(context.deadline), tally: RefCell::default() };
        let answer = match invocation::read(payload) {
            Ok(Invocation::Batch(messages)) => Ok(self.batch(&turn, &messages).await),
            Ok(Invocation::Single(errand)) => self.attend(&turn, Ok(errand), None).await.into_answer(),
            Err(reason) => self.attend(&turn, Err(reason), None).await.into_answer(),
        };
        turn.end(start.elapsed());
        answer
    }

    /// What did not get done is named, and comes again by itself.
    async fn batch(&self, turn: &Turn<'_>, messages: &[Message]) -> Value {
        let again = batch::attend(messages, async |message| {
            let errand = invocation::read_body(&message.body);
            !self.attend(turn, errand, Some(message)).await.verdict.comes_again()
        });
        let again = again.await.into_iter().map(|id| json!({ "itemIdentifier": id }));
        json!({ "batchItemFailures": again.collect::<Vec<_>>() })
    }

    async fn attend(
        &self,
        turn: &Turn<'_>,
        errand: Result<Errand, String>,
        message: Option<&Message>,
    ) -> Outcome {
        let start = Instant::now();
        let (kind, event, outcome) = match errand {
            Err(reason) => ("unreadable", None, Outcome::rejected(reason)),
            Ok(Errand::Event(event)) => {
                let outcome = turn.deadline.within(self.work.event(&event, &turn.context.request_id)).await;
                let id = event.get("id").and_then(Value::as_str).map(str::to_owned);
                ("event", id, outcome.unwrap_or_else(Outcome::out_of_time))
            }
            Ok(Errand::Task(task)) => (task.name(), None, self.task(turn, task).await),
        };
        turn.tell(kind, event.as_deref(), message, &outcome, start.elapsed());
        outcome
    }

    async fn task(&self, turn: &Turn<'_>, task: Task) -> Outcome {
        let request = &turn.context.request_id;
        let outcome = match task {
            Task::ListAccounts(unit) => turn.deadline.within(self.work.list_accounts(unit.as_deref())).await,
            Task::BootstrapAccount(account) => {
                turn.deadline.within(self.work.account(account, request)).await
            }
            Task::Reconcile => turn.deadline.within(self.work.reconcile(request)).await,
        };
        outcome.unwrap_or_else(Outcome::out_of_time)
    }
}

impl Turn<'_> {
    /// The line of one thing that was attended to.
    fn tell(
        &self,
        kind: &str,
        event: Option<&str>,
        message: Option<&Message>,
        outcome: &Outcome,
        took: Duration,
    ) {
        self.tally.borrow_mut().count(outcome);
        let mut line = json!({
            "level": outcome.verdict.level(),
            "message": outcome.verdict.names().0,
            "request": self.context.request_id,
            "trace": self.context.xray_trace_id,
            "kind": kind,
            "event": event,
            "queued": message.map(|message| &message.id),
            "group": message.and_then(|message| message.group.as_deref()),
            "deliveries": message.map(|message| message.deliveries),
            "reason": outcome.reason,
            "milliseconds": milliseconds(took),
        });
        if let Some(line) = line.as_object_mut() {
            line.extend(outcome.said.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        log::write(&line);
    }

    /// The line of the invocation as a whole, which is also its metrics.
    fn end(&self, took: Duration) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let function = &self.context.env_config.function_name;
        let metrics = self.tally.borrow().metrics(function, milliseconds(now), milliseconds(took));
        let mut line =
            json!({ "level": "info", "message": "invocation", "request": self.context.request_id });
        if let Some(line) = line.as_object_mut() {
            line.extend(metrics);
        }
        log::write(&line);
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
