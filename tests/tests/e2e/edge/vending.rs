//! An account is made, and the companion hears of it: the real binary, from the event to "Account Ready".

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::edge::function::{Answer, Function};
use crate::edge::loopback::{Loopback, Reply, Request};

const EVENTS: &str = include_str!("../../../fixtures/vectors/lifecycle/controltower-lifecycle-events.json");

const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws:sts::111122223333:assumed-role/companion/x</Arn><UserId>x</UserId><Account>111122223333</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

const STATE_MACHINE: &str = "arn:aws:states:us-east-1:111122223333:stateMachine:org-backup-companion";

/// An event of the vectors.
pub fn event(name: &str) -> Value {
    let vectors: Value = serde_json::from_str(EVENTS).expect("vectors");
    vectors["events"][name].clone()
}

/// What the companion goes by there.
pub fn configuration() -> Value {
    json!({
        "format": 1, "partition": "aws", "url_suffix": "amazonaws.com", "home_region": "us-east-1",
        "regions": ["us-east-1"], "organization": "o-abcde12345", "management_account": "111122223333",
        "role": "AWSControlTowerExecution", "ready_bus": "accounts", "delivery": "stack-sets",
        "protects": { "units": ["Workloads"] }, "enables_regions": false,
        "stack_sets": [{
            "name": "CustomControlTower-backup-role", "targets": { "units": ["Workloads"] },
            "regions": ["us-east-1"],
        }],
    })
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A management account with the artifact bucket, a few accounts, and one stack set that is at work for one look.
pub struct Landing {
    document: String,
    record: String,
    looks_since: AtomicUsize,
}

impl Landing {
    /// One with this published.
    pub fn with(configuration: &Value) -> Self {
        let document = configuration.to_string();
        let key = format!("companion/bootstrap/{}.json", sha256(document.as_bytes()));
        let record = json!({ "bootstrap": key }).to_string();
        Self { document, record, looks_since: AtomicUsize::new(0) }
    }

    /// Starts it.
    pub fn start(self) -> Loopback {
        self.answering(|_| None)
    }

    /// Starts it, with other answers where `other` has one.
    pub fn answering(self, other: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> Loopback {
        Loopback::start(move |request, _| other(request).unwrap_or_else(|| self.answer(request)))
    }

    fn answer(&self, request: &Request) -> Reply {
        let operation = request.operation();
        match operation.as_str() {
            "GetCallerIdentity" => Reply::xml(200, CALLER),
            "DescribeOrganization" => {
                Reply::json(200, r#"{"Organization":{"Id":"o-abcde12345","MasterAccountId":"111122223333"}}"#)
            }
            "DescribeAccount" => described(&field(request, "AccountId")),
            "ListAccounts" => listed(&ACCOUNTS),
            "ListAccountsForParent" => match field(request, "ParentId").as_str() {
                UNIT => listed(&[APP]),
                _ => listed(&[MANAGEMENT, LONELY, CLOSED_TO_US]),
            },
            "ListRoots" => Reply::json(200, r#"{"Roots":[{"Id":"r-abcd","PolicyTypes":[]}]}"#),
            "ListOrganizationalUnitsForParent" => match field(request, "ParentId").as_str() {
                UNIT => Reply::json(200, r#"{"OrganizationalUnits":[]}"#),
                _ => Reply::json(
                    200,
                    r#"{"OrganizationalUnits":[{"Id":"ou-abcd-l3zc8b3h","Name":"Workloads"}]}"#,
                ),
            },
            "ListParents" if field(request, "ChildId") == APP.0 => {
                Reply::json(200, r#"{"Parents":[{"Id":"ou-abcd-l3zc8b3h","Type":"ORGANIZATIONAL_UNIT"}]}"#)
            }
            "ListParents" => Reply::json(200, r#"{"Parents":[{"Id":"r-abcd","Type":"ROOT"}]}"#),
            "DescribeOrganizationalUnit" => {
                Reply::json(200, r#"{"OrganizationalUnit":{"Id":"ou-abcd-l3zc8b3h","Name":"Workloads"}}"#)
            }
            "CreateStackInstances" => {
                self.looks_since.store(1, Ordering::SeqCst);
                Reply::xml(200, &result("CreateStackInstances", "<OperationId>o-1</OperationId>"))
            }
            "ListStackSetOperations" => {
                let status = match self.looks_since.load(Ordering::SeqCst) {
                    0 => return Reply::xml(200, &result(&operation, "<Summaries/>")),
                    1 => "RUNNING",
                    _ => "SUCCEEDED",
                };
                if status == "RUNNING" {
                    self.looks_since.store(2, Ordering::SeqCst);
                }
                let summary = format!("<OperationId>o-1</OperationId><Status>{status}</Status>");
                let summaries = format!("<Summaries><member>{summary}</member></Summaries>");
                Reply::xml(200, &result(&operation, &summaries))
            }
            "ListStackInstances" if self.looks_since.load(Ordering::SeqCst) == 0 => {
                Reply::xml(200, &result(&operation, "<Summaries/>"))
            }
            "ListStackInstances" => {
                let instance =
                    "<Account>444455556666</Account><Region>us-east-1</Region><Status>CURRENT</Status>";
                let summaries = format!("<Summaries><member>{instance}</member></Summaries>");
                Reply::xml(200, &result(&operation, &summaries))
            }
            "PutEvents" => Reply::json(200, r#"{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}"#),
            "StartExecution" => Reply::json(200, r#"{"executionArn":"x","startDate":0}"#),
            line if line.starts_with("HEAD /artifacts/custom-control-tower-configuration.zip ") => {
                let release = sha256(self.record.as_bytes());
                Reply::Raw(
                    format!("HTTP/1.1 200 OK\r\netag: \"1\"\r\nx-amz-meta-release: {release}\r\ncontent-length: 3\r\nconnection: close\r\n\r\n")
                        .into_bytes(),
                )
            }
            line if line.starts_with("GET /artifacts/releases/") => {
                Reply::Answer(200, "application/json", self.record.clone())
            }
            line if line.starts_with("GET /artifacts/companion/bootstrap/") => {
                Reply::Answer(200, "application/json", self.document.clone())
            }
            other => panic!("nobody asks for {other}"),
        }
    }
}

/// A unit with the one account that is protected.
const UNIT: &str = "ou-abcd-l3zc8b3h";

/// Accounts: an id and a name.
const APP: (&str, &str) = ("444455556666", "app-one");
const MANAGEMENT: (&str, &str) = ("111122223333", "management");
const LONELY: (&str, &str) = ("777788889999", "lonely");
const CLOSED_TO_US: (&str, &str) = ("888899990000", "closed-to-us");
const ACCOUNTS: [(&str, &str); 4] = [APP, MANAGEMENT, LONELY, CLOSED_TO_US];

fn account((id, name): (&str, &str)) -> Value {
    json!({ "Id": id, "Name": name, "State": "ACTIVE" })
}

fn listed(accounts: &[(&str, &str)]) -> Reply {
    let accounts: Vec<Value> = accounts.iter().copied().map(account).collect();
    Reply::json(200, &json!({ "Accounts": accounts }).to_string())
}

fn described(id: &str) -> Reply {
    match ACCOUNTS.into_iter().find(|(known, _)| *known == id) {
        Some(CLOSED_TO_US) => {
            Reply::json(400, r#"{"__type":"AccessDeniedException","Message":"You don't have permissions."}"#)
        }
        Some(known) => Reply::json(200, &json!({ "Account": account(known) }).to_string()),
        None => Reply::json(400, r#"{"__type":"AccountNotFoundException","Message":"no such account"}"#),
    }
}

/// A field of a request in AWS's JSON protocol.
fn field(request: &Request, name: &str) -> String {
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    body[name].as_str().unwrap_or_default().to_owned()
}

fn result(operation: &str, body: &str) -> String {
    format!("<{operation}Response><{operation}Result>{body}</{operation}Result></{operation}Response>")
}

fn start(aws: &Loopback, settings: &[(&str, &str)]) -> Function {
    Function::start(&aws.url, &[&[("CFCT_ARTIFACT_BUCKET", "artifacts")], settings].concat())
}

/// The bodies of what was asked for by an operation.
pub fn asked(aws: &Loopback, operation: &str) -> Vec<String> {
    let requests = aws.requests().into_iter().filter(|request| request.operation() == operation);
    requests.map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
}

#[test]
fn an_account_that_was_made_gets_its_stacks_and_is_told_of_when_they_are_there() {
    let aws = Landing::with(&configuration()).start();
    let mut function = start(&aws, &[]);
    let created = event("CreateManagedAccount.SUCCEEDED");
    let (answer, lines) = function.invoke(&created);
    // The stacks are being made: it comes again.
    assert!(matches!(&answer, Answer::Error(kind, _) if kind == "Retry"), "{answer:?}");
    assert_eq!((&lines[0]["steps"], &lines[0]["account"]), (&json!(1), &json!("444455556666")));
    assert_eq!((&lines[0]["event"], &lines[0]["name"]), (&created["id"], &json!("CreateManagedAccount")));
    let made = asked(&aws, "CreateStackInstances");
    assert_eq!(made.len(), 1);
    assert!(made[0].contains("StackSetName=CustomControlTower-backup-role"), "{made:?}");
    assert!(made[0].contains("Accounts.member.1=444455556666"), "{made:?}");
    assert_eq!(asked(&aws, "PutEvents"), Vec::<String>::new(), "it is not ready yet");
    // Still at work.
    let (answer, _) = function.invoke(&created);
    assert!(matches!(&answer, Answer::Error(kind, _) if kind == "Retry"), "{answer:?}");
    // There.
    let (answer, lines) = function.invoke(&created);
    let Answer::Response(answer) = answer else { panic!("{answer:?}") };
    assert_eq!((&answer["outcome"], &answer["standing"]), (&json!("done"), &json!("protected")));
    assert_eq!((&lines[0]["steps"], &lines[1]["AccountsReady"]), (&json!(0), &json!(1)));
    assert_eq!(asked(&aws, "CreateStackInstances").len(), 1, "what took effect is not done again");
    let told: Value = serde_json::from_str(&asked(&aws, "PutEvents")[0]).expect("an event");
    let entry = &told["Entries"][0];
    assert_eq!((&entry["EventBusName"], &entry["DetailType"]), (&json!("accounts"), &json!("Account Ready")));
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().expect("a detail")).expect("JSON");
    assert_eq!((&detail["account"], &detail["ready"]), (&json!("444455556666"), &json!(true)));
    assert_eq!(detail["correlation_id"], lines[0]["request"]);
    // The configuration is read once, and looked at each time.
    let read = aws.operations().iter().filter(|line| line.starts_with("GET /artifacts/companion")).count();
    assert_eq!(read, 1);
}

#[test]
fn what_concerns_many_accounts_starts_the_state_machine_under_the_name_of_the_event() {
    let aws = Landing::with(&configuration()).start();
    let mut function = start(&aws, &[("CFCT_STATE_MACHINE", STATE_MACHINE)]);
    let registered = event("RegisterOrganizationalUnit.SUCCEEDED");
    let (answer, _) = function.invoke(&registered);
    assert!(matches!(answer, Answer::Response(_)), "{answer:?}");
    let started: Value = serde_json::from_str(&asked(&aws, "StartExecution")[0]).expect("JSON");
    assert_eq!((&started["stateMachineArn"], &started["name"]), (&json!(STATE_MACHINE), &registered["id"]));
    let input: Value = serde_json::from_str(started["input"].as_str().expect("an input")).expect("JSON");
    let unit = "/detail/serviceEventDetails/registerOrganizationalUnitStatus/organizationalUnit/organizationalUnitId";
    assert_eq!(input, json!({ "task": "list-accounts", "unit": registered.pointer(unit) }));
}

#[test]
fn events_that_are_not_ours_are_rejected_and_those_that_change_nothing_ignored() {
    let aws = Landing::with(&configuration()).start();
    let mut function = start(&aws, &[]);
    let edited = |path: &str, value: Value| {
        let mut event = event("CreateManagedAccount.SUCCEEDED");
        *event.pointer_mut(path).expect("a field") = value;
        event
    };
    let long = json!("x".repeat(300 << 10));
    let cases = [
        (edited("/account", json!("999999999999")), "rejected", Some("account")),
        (edited("/region", json!("eu-west-3")), "rejected", Some("region")),
        (edited("/source", json!("aws.backup")), "rejected", Some("source")),
        (edited("/detail/userAgent", long), "rejected", Some("too-long")),
        (event("CreateManagedAccount.FAILED"), "ignored", None),
        (event("EnableGuardrail.SUCCEEDED"), "ignored", None),
    ];
    for (event, outcome, why) in cases {
        let (answer, lines) = function.invoke(&event);
        let Answer::Response(answer) = answer else { panic!("{answer:?}") };
        assert_eq!(
            (answer["outcome"].as_str(), lines[0]["rejected"].as_str()),
            (Some(outcome), why),
            "{answer}"
        );
    }
    let looked = aws.operations().iter().filter(|operation| *operation == "DescribeAccount").count();
    assert_eq!(looked, 0);
}

#[test]
fn without_a_configuration_that_can_be_gone_by_it_comes_again() {
    let newer = {
        let mut newer = configuration();
        newer["format"] = json!(99);
        newer
    };
    let foreign = {
        let mut foreign = configuration();
        foreign["organization"] = json!("o-zzzzz99999");
        foreign
    };
    let strange = {
        let mut strange = configuration();
        strange["surprise"] = json!(1);
        strange
    };
    let cases = [
        (newer, "the companion's configuration has format 99"),
        (foreign, "the configuration is of another organization"),
        (strange, "the companion's configuration is malformed"),
    ];
    for (configuration, reason) in cases {
        let aws = Landing::with(&configuration).start();
        let mut function = start(&aws, &[]);
        let (answer, lines) = function.invoke(&event("CreateManagedAccount.SUCCEEDED"));
        let Answer::Error(kind, message) = answer else { panic!("{answer:?}") };
        assert_eq!(kind, "Retry");
        assert!(message.starts_with(reason), "{message}");
        assert_eq!((lines.len(), &lines[1]["Retried"]), (2, &json!(1)));
    }
    let aws = Landing::with(&configuration()).start();
    let mut function = Function::start(&aws.url, &[]);
    let (answer, _) = function.invoke(&event("CreateManagedAccount.SUCCEEDED"));
    assert_eq!(answer, Answer::Error("Retry".to_owned(), "CFCT_ARTIFACT_BUCKET is not set".to_owned()));
}
