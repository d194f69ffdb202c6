//! What goes wrong at AWS: said in one sentence with what to do, tried again where that helps, and without
//! another call.

use std::process::{Command, Stdio};
use std::time::Duration;

use cfct_aws::ports::{Identity, OrganizationReader};
use cfct_aws::{AwsError, ErrorKind, Settings};

use crate::edge::loopback::{Loopback, Reply, Request};
use crate::edge::runs;
use crate::sandbox::Sandbox;

const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::111122223333:user/x</Arn><UserId>x</UserId><Account>111122223333</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

fn of_management(request: &Request) -> Reply {
    match request.operation().as_str() {
        "GetCallerIdentity" => Reply::xml(200, CALLER),
        "DescribeOrganization" => {
            Reply::json(200, r#"{"Organization":{"Id":"o-1234567890","MasterAccountId":"111122223333"}}"#)
        }
        _ => {
            Reply::json(400, r#"{"__type":"AccessDeniedException","Message":"You don't have permissions."}"#)
        }
    }
}

fn refusal(code: &str) -> String {
    format!("<ErrorResponse><Error><Code>{code}</Code><Message>no.</Message></Error></ErrorResponse>")
}

/// Tried again at once.
fn retrying(attempt_timeout: Duration) -> Settings {
    Settings {
        attempts: Some(4),
        adaptive: false,
        first_backoff: Duration::from_millis(1),
        attempt_timeout,
        ..Settings::default()
    }
}

fn units(url: &str) -> Result<usize, AwsError> {
    let (runtime, aws) = runs::ports_with(url, retrying(Duration::from_secs(20)));
    runtime.block_on(aws.units("r-acme")).map(|units| units.len())
}

#[test]
fn what_passes_is_tried_again() {
    let faults = [
        Reply::json(400, r#"{"__type":"TooManyRequestsException","Message":"Rate exceeded"}"#),
        Reply::json(500, r#"{"__type":"ServiceException","Message":"oops"}"#),
        Reply::Answer(503, "text/html", "<html>busy</html>".to_owned()),
        Reply::Reset,
        Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"Organi".to_vec()),
    ];
    for fault in faults {
        let shown = format!("{fault:?}");
        let server = Loopback::start(move |_, number| match number {
            0 | 1 => fault.clone(),
            _ => Reply::json(200, r#"{"OrganizationalUnits":[{"Id":"ou-acme-12345678","Name":"x"}]}"#),
        });
        assert_eq!(units(&server.url).ok(), Some(1), "{shown}");
        assert_eq!(server.operations().len(), 3, "{shown}");
    }
}

#[test]
fn what_does_not_pass_has_its_kind() {
    let cases = [
        (Reply::json(400, r#"{"__type":"TooManyRequestsException","Message":"x"}"#), ErrorKind::Throttled, 4),
        (Reply::json(500, r#"{"__type":"ServiceException","Message":"x"}"#), ErrorKind::Server, 4),
        (Reply::Reset, ErrorKind::Unreachable, 4),
        (Reply::json(400, r#"{"__type":"AccessDeniedException","Message":"x"}"#), ErrorKind::AccessDenied, 1),
        (
            Reply::json(400, r#"{"__type":"ExpiredTokenException","Message":"x"}"#),
            ErrorKind::ExpiredCredentials,
            1,
        ),
        (Reply::json(400, r#"{"__type":"UnrecognizedClientException"}"#), ErrorKind::WrongCredentials, 1),
        (Reply::json(400, r#"{"__type":"AWSOrganizationsNotInUseException"}"#), ErrorKind::NoOrganization, 1),
        (Reply::json(400, r#"{"__type":"ParentNotFoundException"}"#), ErrorKind::NotFound, 1),
        (Reply::Answer(200, "text/html", "<html>a portal</html>".to_owned()), ErrorKind::BadAnswer, 1),
    ];
    for (reply, kind, tries) in cases {
        let shown = format!("{reply:?}");
        let server = Loopback::start(move |_, _| reply.clone());
        let error = units(&server.url).expect_err(&shown);
        assert_eq!(error.kind, kind, "{shown}: {error}");
        assert_eq!(server.operations().len(), tries, "{shown}");
        assert!(error.to_string().contains("organizations:ListOrganizationalUnitsForParent"), "{error}");
    }
}

#[test]
fn pages_that_never_end_are_an_error() {
    let server =
        Loopback::start(|_, _| Reply::json(200, r#"{"OrganizationalUnits":[],"NextToken":"again"}"#));
    let error = units(&server.url).expect_err("the same page for ever");
    assert_eq!(error.kind, ErrorKind::BadAnswer);
    assert_eq!(server.operations().len(), 2);
}

#[test]
fn an_answer_that_does_not_come_ends_in_time() {
    let server = Loopback::start(|_, _| {
        std::thread::sleep(Duration::from_secs(30));
        Reply::Reset
    });
    let (runtime, aws) = runs::ports_with(&server.url, retrying(Duration::from_millis(50)));
    let error = runtime.block_on(aws.caller()).expect_err("no answer");
    assert_eq!(error.kind, ErrorKind::TimedOut, "{error}");
}

#[test]
fn ctrl_c_ends_a_run_that_waits_for_an_answer() {
    let server = Loopback::start(|request, _| match request.operation().as_str() {
        "GetCallerIdentity" | "DescribeOrganization" => of_management(request),
        _ => {
            std::thread::sleep(Duration::from_secs(30));
            Reply::Reset
        }
    });
    let sandbox = Sandbox::clean();
    let mut command = runs::command(&sandbox, &server.url, "snapshot");
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    while server.requests().len() < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = Command::new("kill").arg("-INT").arg(child.id().to_string()).status().expect("kill runs");
    assert!(sent.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: interrupted\n");
}

#[test]
fn a_person_is_told_what_happened_and_what_to_do() {
    let sandbox = Sandbox::clean();
    let cases = [
        (
            Reply::xml(403, &refusal("ExpiredToken")),
            "error: the AWS credentials have expired (sts:GetCallerIdentity) in eu-central-1: no (ExpiredToken)\n\
             hint: sign in again",
        ),
        (
            Reply::xml(403, &refusal("InvalidClientTokenId")),
            "error: AWS does not take the credentials (sts:GetCallerIdentity)",
        ),
        (
            Reply::xml(200, &CALLER.replace("111122223333", "444455556666")),
            "error: organizations:DescribeOrganization failed: 444455556666 is a member of the organization whose \
             management account is 111122223333\nhint: use credentials of the management account",
        ),
        (
            Reply::xml(200, CALLER),
            "error: access denied: organizations:ListRoots in 111122223333, eu-central-1: You don't have permissions \
             (AccessDeniedException)\nhint: the caller needs organizations:ListRoots; see docs/permissions.md",
        ),
    ];
    for (caller, expected) in cases {
        let server = Loopback::start(move |request, _| match request.operation().as_str() {
            "GetCallerIdentity" => caller.clone(),
            _ => of_management(request),
        });
        runs::run(&sandbox, &server.url, "snapshot").exits(4).complains(expected);
        assert!(!sandbox.names().contains(&"snapshot.json".to_owned()));
    }
}

#[test]
fn no_credentials_are_said_to_be_missing() {
    let sandbox = Sandbox::clean();
    let mut command = runs::command(&sandbox, "http://127.0.0.1:9", "snapshot");
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let run = runs::finish(&mut command, "snapshot", sandbox.path());
    run.exits(4).complains(
        "error: no AWS credentials for sts:GetCallerIdentity in eu-central-1\nhint: sign in (`aws sso login`)",
    );
}

#[test]
fn nobody_at_the_address_is_said_so() {
    let sandbox = Sandbox::clean();
    let run = runs::run(&sandbox, "http://127.0.0.1:9", "snapshot");
    run.exits(4).complains("error: sts:GetCallerIdentity failed in eu-central-1: ");
    assert!(run.stderr.contains("refused") && run.stderr.contains("--endpoint-url"), "{run:#?}");
}

#[test]
fn verbose_runs_show_request_ids_and_a_program_can_read_them() {
    let sandbox = Sandbox::clean();
    let server = Loopback::start(|request, _| of_management(request));
    let text = runs::run(&sandbox, &server.url, "snapshot --verbose");
    assert!(text.exits(4).stderr.contains("sts:GetCallerIdentity eu-central-1"), "{text:#?}");
    assert!(text.stderr.contains("(request request-1)"), "{text:#?}");
    let json = runs::run(&sandbox, &server.url, "snapshot --verbose --log-format json");
    let lines: Vec<serde_json::Value> = json
        .exits(4)
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    let calls: Vec<&str> = lines.iter().filter_map(|line| line["operation"].as_str()).collect();
    assert_eq!(calls[..2], ["sts:GetCallerIdentity", "organizations:DescribeOrganization"]);
    assert_eq!(lines.last().expect("a line")["level"], "error");
}
