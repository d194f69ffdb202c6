//! What came: an event, a batch of messages, the schedule, or a task of the state machine.

use cfct_core::aws::{AccountId, is_ou_id};
use serde_json::{Map, Value};

use super::unreadable::LARGEST;

/// What came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Invocation {
    /// One thing.
    Single(Errand),
    /// Messages of a queue.
    Batch(Vec<Message>),
}

/// One thing to attend to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Errand {
    /// An event of EventBridge, as it is.
    Event(Value),
    /// Something to do.
    Task(Task),
}

/// A message of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// Its id.
    pub(crate) id: String,
    /// Its group, which a FIFO queue keeps in order.
    pub(crate) group: Option<String>,
    /// How often it was delivered, this time included.
    pub(crate) deliveries: u64,
    /// What it says.
    pub(crate) body: String,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Name the accounts that are to be looked after: those below a unit, by its id, or all.
    ListAccounts(Option<String>),
    /// Look after one account.
    BootstrapAccount(AccountId),
    /// Look after all accounts, as far as the time goes.
    Reconcile,
}

impl Task {
    /// As the state machine calls it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::ListAccounts(_) => "list-accounts",
            Self::BootstrapAccount(_) => "bootstrap-account",
            Self::Reconcile => "reconcile",
        }
    }
}

/// Reads what Lambda was invoked with.
///
/// # Errors
/// Why it is nothing that the companion knows.
pub(crate) fn read(payload: Value) -> Result<Invocation, String> {
    let object = match payload {
        Value::Object(object) => object,
        // What could not be read comes as the reason why: see `unreadable`.
        Value::String(reason) => return Err(reason),
        _ => return Err("it is no JSON object".to_owned()),
    };
    if let Some(records) = object.get("Records") {
        let records = records.as_array().ok_or("its `Records` are no list")?;
        return records.iter().map(message).collect::<Result<_, _>>().map(Invocation::Batch);
    }
    single(object).map(Invocation::Single)
}

/// Reads what a message says.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_body(body: &str) -> Result<Errand, String> {
    if body.len() > LARGEST {
        return Err(format!("it has {} bytes, and {LARGEST} are the most", body.len()));
    }
    match serde_json::from_str(body) {
        Ok(Value::Object(object)) => single(object),
        Ok(_) => Err("it is no JSON object".to_owned()),
        Err(error) => Err(format!("it is no JSON: {error}")),
    }
}

fn single(object: Map<String, Value>) -> Result<Errand, String> {
    if let Some(task) = object.get("task") {
        return task_of(task, &object).map(Errand::Task);
    }
    match (text(&object, "source"), text(&object, "detail-type")) {
        // A rule with a schedule: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
        (Some("aws.events"), Some("Scheduled Event")) => Ok(Errand::Task(Task::Reconcile)),
        (Some(_), Some(_)) => Ok(Errand::Event(Value::Object(object))),
        _ => Err("it is neither an event nor a batch of messages nor a task".to_owned()),
    }
}

fn task_of(task: &Value, object: &Map<String, Value>) -> Result<Task, String> {
    match task.as_str() {
        Some("list-accounts") => match text(object, "unit") {
            Some(unit) if !is_ou_id(unit) => Err("the task's unit is no id of a unit".to_owned()),
            unit => Ok(Task::ListAccounts(unit.map(str::to_owned))),
        },
        Some("reconcile") => Ok(Task::Reconcile),
        Some("bootstrap-account") => {
            let account = text(object, "account").ok_or("the task names no account")?;
            let account = account.parse().map_err(|_| "the task's account is no account id".to_owned())?;
            Ok(Task::BootstrapAccount(account))
        }
        _ => Err("there is no such task".to_owned()),
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>
fn message(record: &Value) -> Result<Message, String> {
    let field = |name: &str| record.get(name).and_then(Value::as_str);
    if field("eventSource") != Some("aws:sqs") {
        return Err("its records are not of a queue".to_owned());
    }
    let (Some(id), Some(body)) = (field("messageId"), field("body")) else {
        return Err("one of its messages has no id or no body".to_owned());
    };
    let attribute = |name: &str| record.pointer(&format!("/attributes/{name}")).and_then(Value::as_str);
    Ok(Message {
        id: id.to_owned(),
        group: attribute("MessageGroupId").map(str::to_owned),
        deliveries: attribute("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1),
        body: body.to_owned(),
    })
}

fn text<'o>(object: &'o Map<String, Value>, name: &str) -> Option<&'o str> {
    object.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Errand, Invocation, LARGEST, Message, Task, read, read_body};

    #[test]
    fn each_kind_is_told_by_its_shape() {
        let event =
            json!({ "source": "aws.controltower", "detail-type": "AWS Service Event via CloudTrail" });
        let schedule = json!({ "source": "aws.events", "detail-type": "Scheduled Event", "detail": {} });
        let account = "111122223333".parse().unwrap();
        let cases = [
            (event.clone(), Invocation::Single(Errand::Event(event))),
            (schedule, Invocation::Single(Errand::Task(Task::Reconcile))),
            (json!({ "task": "reconcile" }), Invocation::Single(Errand::Task(Task::Reconcile))),
            (
                json!({ "task": "list-accounts", "unit": null }),
                Invocation::Single(Errand::Task(Task::ListAccounts(None))),
            ),
            (
                json!({ "task": "list-accounts", "unit": "ou-abcd-12345678" }),
                Invocation::Single(Errand::Task(Task::ListAccounts(Some("ou-abcd-12345678".to_owned())))),
            ),
            (
                json!({ "task": "bootstrap-account", "account": "111122223333" }),
                Invocation::Single(Errand::Task(Task::BootstrapAccount(account))),
            ),
            (json!({ "Records": [] }), Invocation::Batch(Vec::new())),
        ];
        for (payload, expected) in cases {
            assert_eq!(read(payload.clone()), Ok(expected), "{payload}");
        }
    }

    #[test]
    fn a_message_keeps_its_group_and_how_often_it_came() {
        let batch = json!({ "Records": [
            { "eventSource": "aws:sqs", "messageId": "m-1", "body": "{}",
              "attributes": { "MessageGroupId": "g", "ApproximateReceiveCount": "3" } },
            { "eventSource": "aws:sqs", "messageId": "m-2", "body": "" },
        ] });
        let message = |id: &str, group: Option<&str>, deliveries, body: &str| Message {
            id: id.to_owned(),
            group: group.map(str::to_owned),
            deliveries,
            body: body.to_owned(),
        };
        let expected = vec![message("m-1", Some("g"), 3, "{}"), message("m-2", None, 1, "")];
        assert_eq!(read(batch), Ok(Invocation::Batch(expected)));
    }

    #[test]
    fn anything_else_is_refused_with_a_reason() {
        let cases = [
            (json!({}), "it is neither an event nor a batch of messages nor a task"),
            (json!([]), "it is no JSON object"),
            (Value::String("it is no JSON".to_owned()), "it is no JSON"),
            (json!({ "Records": 1 }), "its `Records` are no list"),
            (json!({ "Records": [{ "eventSource": "aws:s3" }] }), "its records are not of a queue"),
            (
                json!({ "Records": [{ "eventSource": "aws:sqs", "messageId": "m" }] }),
                "one of its messages has no id or no body",
            ),
            (json!({ "task": "drop-everything" }), "there is no such task"),
            (json!({ "task": "list-accounts", "unit": "../x" }), "the task's unit is no id of a unit"),
            (json!({ "task": "bootstrap-account" }), "the task names no account"),
            (json!({ "task": "bootstrap-account", "account": "12" }), "the task's account is no account id"),
        ];
        for (payload, expected) in cases {
            assert_eq!(read(payload.clone()), Err(expected.to_owned()), "{payload}");
        }
    }

    #[test]
    fn a_message_holds_one_thing_of_a_bounded_size() {
        assert_eq!(read_body(r#"{"task": "reconcile"}"#), Ok(Errand::Task(Task::Reconcile)));
        let nested = r#"{"Records": []}"#;
        let expected = "it is neither an event nor a batch of messages nor a task";
        assert_eq!(read_body(nested), Err(expected.to_owned()));
        assert!(read_body("{").unwrap_err().starts_with("it is no JSON: "));
        let large = format!("{{\"a\": \"{}\"}}", "x".repeat(LARGEST));
        assert_eq!(read_body(&large), Err("it has 1048585 bytes, and 1048576 are the most".to_owned()));
    }
}
