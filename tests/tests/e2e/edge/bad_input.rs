//! What cannot be, for every command at the AWS edge: one sentence with a hint, the exit code that is promised, and
//! no call that changes anything.

use crate::edge::loopback::Reply;
use crate::edge::pipeline::{Ending, play};
use crate::edge::runs;
use crate::sandbox::{Run, Sandbox};

/// Every command that calls AWS.
const COMMANDS: [&str; 13] = [
    "snapshot",
    "plan --live",
    "publish --no-watch",
    "publish --source git --no-watch",
    "publish --rollback 0123",
    "watch --approve",
    "diagnose",
    "apply",
    "verify",
    "doctor",
    "event -",
    "bootstrap --account 444455556666",
    "reconcile",
];

/// What cannot be, and how a run ends because of it.
struct Case {
    what: &'static str,
    exit: i32,
    error: &'static str,
    hint: &'static str,
}

const CASES: [Case; 5] = [
    Case {
        what: "a Region that is none",
        exit: 2,
        error: "there is no Region `eu-centrall-1`",
        hint: "did you mean `eu-central-1`?",
    },
    Case {
        what: "no credentials",
        exit: 4,
        error: "no AWS credentials for sts:GetCallerIdentity",
        hint: "sign in",
    },
    Case {
        what: "a member account",
        exit: 4,
        error: "111122223333 is a member of the organization whose management account is 999988887777",
        hint: "use credentials of the management account",
    },
    Case {
        what: "no organization",
        exit: 4,
        error: "organizations:DescribeOrganization",
        hint: "use credentials of the organization's management account",
    },
    Case {
        what: "credentials of somebody else",
        exit: 4,
        error: "AWS does not take the credentials (sts:GetCallerIdentity)",
        hint: "",
    },
];

fn answer(what: &str, operation: &str) -> Option<Reply> {
    match (what, operation) {
        ("a member account", "DescribeOrganization") => Some(Reply::json(
            200,
            r#"{"Organization":{"Id":"o-1234567890","MasterAccountId":"999988887777"}}"#,
        )),
        ("no organization", "DescribeOrganization") => {
            Some(Reply::json(400, r#"{"__type":"AWSOrganizationsNotInUseException","Message":"no"}"#))
        }
        ("credentials of somebody else", "GetCallerIdentity") => Some(Reply::xml(
            403,
            "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no</Message></Error></ErrorResponse>",
        )),
        _ => None,
    }
}

fn is_change(operation: &str) -> bool {
    !["Get", "List", "Describe", "GET ", "HEAD "].iter().any(|read| operation.starts_with(read))
}

/// One sentence, with what to do about it.
fn says(run: &Run, exit: i32, error: &str, hint: &str) {
    let lines: Vec<&str> = run.exits(exit).stderr.lines().collect();
    let errors = lines.iter().filter(|line| line.starts_with("error: ")).count();
    assert!(errors == 1 && run.stderr.contains(error), "{error}: {run:#?}");
    assert!(lines.iter().any(|line| line.starts_with("hint: ") && line.contains(hint)), "{hint}: {run:#?}");
}

#[test]
fn who_asks_wrongly_is_told_so_by_every_command_and_nothing_changes() {
    for case in &CASES {
        for command in COMMANDS {
            let what = case.what;
            let fault = move |operation: &str, _: usize| answer(what, operation);
            let played = play(Ending::Succeeded, true, false, Box::new(fault));
            let sandbox = Sandbox::clean();
            let region = if what == "a Region that is none" { " --region eu-centrall-1" } else { "" };
            let line = format!("{command}{region}");
            let mut prepared = runs::command(&sandbox, &played.server.url, &line);
            if what == "no credentials" {
                prepared.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
            }
            let run = runs::finish(&mut prepared, &line, sandbox.path());
            says(&run, case.exit, case.error, case.hint);
            let changes: Vec<String> =
                played.server.operations().into_iter().filter(|operation| is_change(operation)).collect();
            assert_eq!(changes, Vec::<String>::new(), "{command}: {what}");
            let written = sandbox.names().into_iter().filter(|name| name.starts_with("snapshot.json"));
            assert_eq!(written.count(), 0, "{command}: {what}");
        }
    }
}

#[test]
fn a_bucket_of_somebody_else_gets_nothing() {
    let sandbox = Sandbox::clean();
    for command in ["publish --no-watch", "publish --dry-run", "publish --rollback 0123"] {
        let closed = |operation: &str, _: usize| {
            operation.starts_with("HEAD /b").then(|| Reply::Answer(403, "text/plain", String::new()))
        };
        let played = play(Ending::Succeeded, true, false, Box::new(closed));
        let run = runs::run(&sandbox, &played.server.url, command);
        says(&run, 4, "access denied: s3:HeadBucket for b in 111122223333", "s3:ListBucket");
        assert!(played.server.operations().iter().all(|operation| !is_change(operation)), "{command}");
    }
}
