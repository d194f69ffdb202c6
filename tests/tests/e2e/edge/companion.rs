//! The companion under Lambda: every kind of invocation, bad input, and the end of its time.

use std::time::Duration;

use serde_json::{Value, json};

use crate::edge::function::{Answer, Function};
use crate::edge::loopback::{Loopback, Reply, Request};
use crate::edge::runs;
use crate::sandbox::Sandbox;

const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws:sts::111122223333:assumed-role/companion/x</Arn><UserId>x</UserId><Account>111122223333</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

/// An organization with two members in use, one suspended, and the management account.
fn organization(request: &Request) -> Reply {
    match request.operation().as_str() {
        "GetCallerIdentity" => Reply::xml(200, CALLER),
        "DescribeOrganization" => {
            Reply::json(200, r#"{"Organization":{"Id":"o-abcde12345","MasterAccountId":"111122223333"}}"#)
        }
        "ListAccounts" => {
            let account = |id: &str, state: &str| json!({ "Id": id, "Name": id, "State": state });
            let accounts = [
                account("444455556666", "ACTIVE"),
                account("111122223333", "ACTIVE"),
                account("222233334444", "SUSPENDED"),
                account("333344445555", "ACTIVE"),
            ];
            Reply::json(200, &json!({ "Accounts": accounts }).to_string())
        }
        other => panic!("nobody asks for {other}"),
    }
}

/// The line about what was attended to, of an invocation about one thing.
fn only(lines: &[Value]) -> &Value {
    assert_eq!(lines.len(), 2, "{lines:#?}");
    &lines[0]
}

#[test]
fn the_accounts_in_use_are_listed() {
    let aws = Loopback::start(|request, _| organization(request));
    let mut function = Function::start(&aws.url, &[]);
    assert_eq!(aws.operations(), Vec::<String>::new(), "starting calls nobody");
    let (answer, lines) = function.invoke(&json!({ "task": "list-accounts" }));
    let accounts = json!(["111122223333", "333344445555", "444455556666"]);
    assert_eq!(answer, Answer::Response(json!({ "count": 3, "accounts": accounts, "outcome": "done" })));
    assert_eq!(only(&lines)["message"], "done");
    assert_eq!(only(&lines).get("accounts"), None, "ten thousand ids are no line of a log");
    assert_eq!(only(&lines)["trace"], "Root=1-5bef4de7-ad49b0e8");
    let (again, _) = function.invoke(&json!({ "task": "list-accounts" }));
    assert_eq!(again, answer);
    let identified = aws.operations().iter().filter(|operation| *operation == "GetCallerIdentity").count();
    assert_eq!(identified, 1, "who calls is asked once");
}

#[test]
fn what_cannot_be_read_is_rejected_with_a_line_and_a_metric() {
    let aws = Loopback::start(|_, _| Reply::Reset);
    let mut function = Function::start(&aws.url, &[]);
    let large = format!("{{\"secret\": \"{}\"}}", "s".repeat(6 << 20));
    let cases: [(&[u8], &str); 5] = [
        (b"{\"secret\": ", "it is no JSON: "),
        (b"", "it is no JSON: "),
        (b"[]", "it is no JSON object"),
        (b"{\"secret\": 1}", "it is neither an event nor a batch of messages nor a task"),
        (large.as_bytes(), "it has 6291470 bytes, and 6291456 are the most"),
    ];
    for (payload, reason) in cases {
        let (answer, lines) = function.invoke_bytes(payload, Duration::from_secs(60));
        let Answer::Response(answer) = answer else { panic!("{answer:?}") };
        assert_eq!(answer["outcome"], "rejected");
        let line = only(&lines);
        assert_eq!((&line["message"], &line["level"]), (&json!("rejected"), &json!("error")));
        assert!(line["reason"].as_str().is_some_and(|said| said.starts_with(reason)), "{line}");
        assert_eq!((&lines[1]["Rejected"], &lines[1]["Done"]), (&json!(1), &json!(0)));
        assert_eq!(lines[1]["_aws"]["CloudWatchMetrics"][0]["Namespace"], "cfct/companion");
    }
    assert!(!function.log().contains("secret"), "{}", function.log());
    assert_eq!(aws.operations(), Vec::<String>::new());
}

#[test]
fn a_failure_of_aws_comes_again() {
    let refused = r#"{"__type":"AccessDeniedException","Message":"You don't have permissions."}"#;
    let aws = Loopback::start(|request, number| match (request.operation().as_str(), number) {
        ("ListAccounts", 0..3) => Reply::json(400, refused),
        _ => organization(request),
    });
    let mut function = Function::start(&aws.url, &[]);
    let task = json!({ "task": "list-accounts" });
    let (answer, lines) = function.invoke(&task);
    let Answer::Error(kind, message) = answer else { panic!("{answer:?}") };
    assert_eq!(kind, "Retry");
    assert!(message.contains("organizations:ListAccounts"), "{message}");
    assert_eq!((&only(&lines)["level"], &lines[1]["Retried"]), (&json!("warn"), &json!(1)));
    let (answer, _) = function.invoke(&task);
    assert!(matches!(answer, Answer::Response(_)), "{answer:?}");
}

#[test]
fn what_is_not_done_by_the_deadline_is_said_before_it() {
    let aws = Loopback::start(|request, _| match request.operation().as_str() {
        "ListAccounts" => {
            std::thread::sleep(Duration::from_secs(3600));
            Reply::Reset
        }
        _ => organization(request),
    });
    let mut function = Function::start(&aws.url, &[]);
    let task = json!({ "task": "list-accounts" }).to_string();
    let (answer, lines) = function.invoke_bytes(task.as_bytes(), Duration::from_millis(1500));
    assert_eq!(answer, Answer::Error("OutOfTime".to_owned(), "the time was up".to_owned()));
    assert_eq!((&only(&lines)["message"], &lines[1]["OutOfTime"]), (&json!("out-of-time"), &json!(1)));
    // Time that is up already begins nothing.
    let calls = aws.operations().len();
    let (answer, _) = function.invoke_bytes(task.as_bytes(), Duration::ZERO);
    assert_eq!(answer, Answer::Error("OutOfTime".to_owned(), "the time was up".to_owned()));
    assert_eq!(aws.operations().len(), calls);
}

/// A batch of `(group, body)`, numbered from 1.
fn batch(messages: &[(&str, &str)]) -> Value {
    let records = messages.iter().enumerate().map(|(number, (group, body))| {
        json!({
            "eventSource": "aws:sqs", "messageId": format!("m-{}", number + 1), "body": body,
            "attributes": { "MessageGroupId": group, "ApproximateReceiveCount": "2" },
        })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

#[test]
fn a_failed_message_takes_the_rest_of_its_group_along_and_the_others_are_done() {
    let aws = Loopback::start(|request, number| match request.operation().as_str() {
        // The first of group a; the second try is the SDK's.
        "ListAccounts" if number < 4 => Reply::json(500, r#"{"__type":"ServiceException","Message":"oops"}"#),
        _ => organization(request),
    });
    let mut function = Function::start(&aws.url, &[]);
    let list = r#"{"task": "list-accounts"}"#;
    let batch = batch(&[("a", list), ("b", "not JSON"), ("a", list), ("a", list)]);
    let (answer, lines) = function.invoke(&batch);
    let failed = ["m-1", "m-3", "m-4"].map(|id| json!({ "itemIdentifier": id }));
    assert_eq!(answer, Answer::Response(json!({ "batchItemFailures": failed })));
    let said: Vec<_> = lines.iter().map(|line| (line["queued"].as_str(), line["message"].as_str())).collect();
    let expected =
        [(Some("m-2"), Some("rejected")), (Some("m-1"), Some("retry")), (None, Some("invocation"))];
    assert_eq!(said, expected, "one line for each that was attended to");
    assert_eq!((&lines[1]["deliveries"], &lines[1]["group"]), (&json!(2), &json!("a")));
    let (answer, _) = function.invoke(&batch);
    assert_eq!(answer, Answer::Response(json!({ "batchItemFailures": [] })));
}

#[test]
fn a_batch_that_runs_out_of_time_comes_again_but_for_what_is_done() {
    let aws = Loopback::start(|request, _| match request.operation().as_str() {
        "ListAccounts" => {
            std::thread::sleep(Duration::from_secs(3600));
            Reply::Reset
        }
        _ => organization(request),
    });
    let mut function = Function::start(&aws.url, &[]);
    let list = r#"{"task": "list-accounts"}"#;
    let batch = batch(&[("a", list), ("b", "not JSON"), ("a", list), ("c", list)]);
    let (answer, _) = function.invoke_bytes(batch.to_string().as_bytes(), Duration::from_millis(1500));
    let failed = ["m-1", "m-3", "m-4"].map(|id| json!({ "itemIdentifier": id }));
    assert_eq!(answer, Answer::Response(json!({ "batchItemFailures": failed })));
}

#[test]
fn outside_lambda_it_says_what_is_missing() {
    let sandbox = Sandbox::empty();
    let mut command = runs::command(&sandbox, "http://127.0.0.1:9", "");
    let run = runs::finish(command.env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9"), "", sandbox.path());
    run.exits(1);
    assert!(run.stdout.contains("AWS_LAMBDA_FUNCTION_NAME is not, so this is not Lambda"), "{run:#?}");
}
