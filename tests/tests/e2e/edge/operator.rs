//! `event`, `bootstrap` and `reconcile`: what a person uses of the companion, over the account that is vended.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::edge::loopback::{Loopback, Reply};
use crate::edge::runs;
use crate::edge::vending::{Landing, asked, configuration, event};
use crate::sandbox::{Run, Sandbox};

const ADD: &str = "add 444455556666 to the stack set CustomControlTower-backup-role in us-east-1";

/// A folder with events and the configuration that they are read by.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::empty();
    for name in [
        "CreateManagedAccount.SUCCEEDED",
        "CreateManagedAccount.FAILED",
        "RegisterOrganizationalUnit.SUCCEEDED",
    ] {
        sandbox.write(&format!("{name}.json"), event(name).to_string());
    }
    let mut foreign = event("CreateManagedAccount.SUCCEEDED");
    foreign["account"] = json!("999999999999");
    sandbox.write("foreign.json", foreign.to_string());
    let mut unknown = event("CreateManagedAccount.SUCCEEDED");
    unknown["detail"]["eventName"] = json!("InventManagedAccount");
    sandbox.write("unknown.json", unknown.to_string());
    sandbox.write("bootstrap.json", configuration().to_string());
    sandbox
}

fn landing() -> Loopback {
    Landing::with(&configuration()).start()
}

fn changes(aws: &Loopback) -> usize {
    ["CreateStackInstances", "PutEvents", "StartExecution"].iter().map(|name| asked(aws, name).len()).sum()
}

/// One sentence, and what to do about it.
fn says(run: &Run, exit: i32, error: &str) {
    let errors = run.exits(exit).stderr.lines().filter(|line| line.starts_with("error: ")).count();
    assert!(errors == 1 && run.stderr.contains(error), "{error}: {run:#?}");
}

#[test]
fn an_event_is_said_to_be_what_it_is_without_a_call() {
    let (sandbox, aws) = (sandbox(), landing());
    let cases = [
        (
            "CreateManagedAccount.SUCCEEDED",
            0,
            "known: CreateManagedAccount, SUCCEEDED",
            "wakes 444455556666\n",
        ),
        ("CreateManagedAccount.FAILED", 0, "known: CreateManagedAccount, FAILED", "wakes nobody: "),
        (
            "RegisterOrganizationalUnit.SUCCEEDED",
            0,
            "known: RegisterOrganizationalUnit",
            "wakes every account inside ou-",
        ),
        ("unknown", 0, "unknown: InventManagedAccount", "wakes "),
        ("foreign", 1, "rejected: the event is of account 999999999999", ""),
    ];
    for (name, exit, first, then) in cases {
        let line = format!("event {name}.json --offline --configuration bootstrap.json");
        let run = runs::run(&sandbox, &aws.url, &line);
        assert!(run.exits(exit).stdout.starts_with(first) && run.stdout.contains(then), "{run:#?}");
        let json = runs::run(&sandbox, &aws.url, &format!("{line} --format json")).exits(exit).json();
        let word = first.split(':').next();
        assert_eq!(json["event"]["reading"].as_str(), word, "{json}");
    }
    assert_eq!(aws.operations(), Vec::<String>::new());
}

#[test]
fn an_event_shows_what_it_comes_to_and_does_it_only_where_that_is_asked_for() {
    let (sandbox, aws) = (sandbox(), landing());
    let line = "event CreateManagedAccount.SUCCEEDED.json --bucket artifacts";
    let shown = runs::run(&sandbox, &aws.url, line);
    assert!(
        shown.exits(0).stdout.contains(&format!("444455556666  app-one  Workloads\n  would {ADD}\n")),
        "{shown:#?}"
    );
    let json = runs::run(&sandbox, &aws.url, &format!("{line} --format json")).exits(0).json();
    assert_eq!(json["event"]["wakes"], json!({ "account": "444455556666" }));
    let account = &json["accounts"][0];
    assert_eq!((&account["state"], &account["planned"][0]["sentence"]), (&json!("changed"), &json!(ADD)));
    assert_eq!(changes(&aws), 0);
    // The stacks are on their way afterwards.
    let done = runs::run(&sandbox, &aws.url, &format!("{line} --do"));
    assert!(done.exits(1).stdout.contains(&format!("  done: {ADD}\n  pending: ")), "{done:#?}");
    assert_eq!(asked(&aws, "CreateStackInstances").len(), 1);
    // Whom a unit means is asked of the organization.
    let unit =
        runs::run(&sandbox, &aws.url, "event RegisterOrganizationalUnit.SUCCEEDED.json --bucket artifacts");
    assert!(unit.stdout.contains("444455556666  app-one"), "{unit:#?}");
    let rejected = runs::run(&sandbox, &aws.url, "event foreign.json --bucket artifacts --do");
    assert!(rejected.exits(1).stdout.starts_with("rejected: "), "{rejected:#?}");
    assert_eq!(changes(&aws), 1);
}

#[test]
fn an_event_comes_through_a_pipe_too() {
    let (sandbox, aws) = (sandbox(), landing());
    let line = "event - --offline --configuration bootstrap.json";
    let mut command = runs::command(&sandbox, &aws.url, line);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary runs");
    let bytes = event("CreateManagedAccount.SUCCEEDED").to_string();
    child.stdin.take().expect("its input").write_all(bytes.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("known: CreateManagedAccount, SUCCEEDED"));
}

#[test]
fn an_account_gets_what_it_lacks_and_is_told_of_when_it_is_ready() {
    let (sandbox, aws) = (sandbox(), landing());
    let line = "bootstrap --account 444455556666 --bucket artifacts";
    let dry = runs::run(&sandbox, &aws.url, &format!("{line} --dry-run"));
    assert_eq!(dry.exits(0).stdout, format!("changed   444455556666  app-one  Workloads\n  would {ADD}\n"));
    assert_eq!(changes(&aws), 0);
    let begun = runs::run(&sandbox, &aws.url, line);
    begun.exits(1).complains(ADD);
    assert!(begun.stdout.starts_with("pending   444455556666"), "{begun:#?}");
    assert_eq!((asked(&aws, "CreateStackInstances").len(), asked(&aws, "PutEvents").len()), (1, 0));
    let ready = runs::run(&sandbox, &aws.url, line);
    assert_eq!(ready.exits(0).stdout, "ready     444455556666  app-one  Workloads\n");
    let told: Value = serde_json::from_str(&asked(&aws, "PutEvents")[0]).expect("an event");
    assert_eq!(told["Entries"][0]["DetailType"], "Account Ready");
    assert_eq!(asked(&aws, "CreateStackInstances").len(), 1, "what took effect is not done again");
    // The configuration may be a file.
    let local = "bootstrap --account 444455556666 --configuration bootstrap.json --format json";
    let json = runs::run(&sandbox, &aws.url, local).exits(0).json();
    assert_eq!((&json["accounts"][0]["state"], &json["summary"]["ready"]), (&json!("ready"), &json!(1)));
}

#[test]
fn accounts_are_looked_after_side_by_side_and_each_that_is_not_ready_has_a_line() {
    let (sandbox, aws) = (sandbox(), landing());
    let dry = runs::run(&sandbox, &aws.url, "reconcile --bucket artifacts --dry-run");
    let lines: Vec<&str> = dry.stdout.lines().collect();
    assert_eq!(lines.len(), 3 + 1 + 5, "{dry:#?}");
    assert_eq!(lines[0], format!("changed   444455556666  app-one  would {ADD}"));
    assert_eq!(lines[1], "left out  777788889999  lonely   it is in no unit that is protected");
    assert!(lines[2].starts_with("failed    888899990000           access denied: "), "{dry:#?}");
    let counts =
        ["ready         1", "changed       1", "pending       0", "left out      1", "failed        1"];
    assert_eq!(lines[4..], counts);
    says(&dry, 4, "organizations:DescribeAccount");
    assert_eq!(changes(&aws), 0);
    // Below a unit, by its path or its id.
    let begun =
        runs::run(&sandbox, &aws.url, "reconcile --bucket artifacts --ou Root:Workloads --format json");
    let json = begun.exits(1).json();
    assert_eq!(
        (&json["summary"]["pending"], json["accounts"].as_array().map(Vec::len)),
        (&json!(1), Some(1))
    );
    assert_eq!(json["accounts"][0]["done"][0]["sentence"], ADD);
    let line = "reconcile --bucket artifacts --ou ou-abcd-l3zc8b3h";
    runs::run(&sandbox, &aws.url, line).exits(1);
    let ready = runs::run(&sandbox, &aws.url, line);
    ready.exits(0);
    assert_eq!(ready.stdout.lines().next(), Some("ready         1"), "{ready:#?}");
    assert_eq!(asked(&aws, "CreateStackInstances").len(), 1);
    assert_eq!(asked(&aws, "PutEvents").len(), 0, "nobody waits for an account that was ready");
}

#[test]
fn bad_input_is_one_sentence_and_changes_nothing() {
    let sandbox = sandbox();
    sandbox.write("long.json", vec![b' '; (1 << 20) + 1]);
    sandbox.write("broken.json", "{");
    sandbox.write("newer.json", r#"{"format": 99}"#);
    std::fs::create_dir(sandbox.file("folder")).expect("a folder");
    let aws = landing();
    let cases = [
        ("event missing.json", 3, "cannot read missing.json: "),
        ("event folder", 3, "cannot read folder: "),
        ("event long.json", 3, "long.json is longer than any event"),
        ("event broken.json --offline", 2, "--configuration <FILE>"),
        (
            "event broken.json --offline --configuration newer.json",
            3,
            "newer.json: the companion's configuration has format 99",
        ),
        (
            "bootstrap --account 999988887777 --bucket artifacts",
            2,
            "there is no account 999988887777 in the organization",
        ),
        ("bootstrap --account 44", 2, "an account id has exactly twelve digits"),
        (
            "bootstrap --account 444455556666 --configuration broken.json",
            3,
            "broken.json: the companion's configuration is malformed",
        ),
        (
            "reconcile --ou Worklods --bucket artifacts --dry-run",
            2,
            "there is no unit `Worklods` on the way `Worklods`\nhint: did you mean `Workloads`?",
        ),
        ("reconcile --ou : --bucket artifacts", 2, "the path of the unit is empty"),
    ];
    for (line, exit, error) in cases {
        says(&runs::run(&sandbox, &aws.url, line), exit, error);
    }
    let broken = runs::run(&sandbox, &aws.url, "event broken.json --offline --configuration bootstrap.json");
    assert!(broken.exits(1).stdout.starts_with("rejected: the event is malformed: "), "{broken:#?}");
    assert_eq!(changes(&aws), 0);
}

#[test]
fn without_a_configuration_of_this_organization_nothing_is_done() {
    let sandbox = sandbox();
    let mut foreign = configuration();
    foreign["organization"] = json!("o-zzzzz99999");
    sandbox.write("foreign-bootstrap.json", foreign.to_string());
    let aws = Landing::with(&foreign).start();
    for command in
        ["event CreateManagedAccount.SUCCEEDED.json --do", "bootstrap --account 444455556666", "reconcile"]
    {
        for from in ["--bucket artifacts", "--configuration foreign-bootstrap.json"] {
            let run = runs::run(&sandbox, &aws.url, &format!("{command} {from}"));
            says(&run, 3, "error: the configuration is of another organization");
        }
    }
    assert_eq!(changes(&aws), 0);
    let empty = Landing::with(&configuration()).answering(|request| {
        request.line.starts_with("HEAD ").then(|| Reply::Answer(404, "text/plain", String::new()))
    });
    let run = runs::run(&sandbox, &empty.url, "reconcile");
    says(
        &run,
        3,
        "nothing is published in custom-control-tower-configuration-111122223333-eu-central-1\nhint: publish",
    );
}
