//! What is the first cause, what is known, and what is never said.

use super::signature::of;
use super::{
    Evidence, FailureEvent, SIGNATURES, StackEvent, conclude, first_event, first_failure, machine_failure,
};
use crate::pipeline_run::{Action, InstanceFailure, Operation, Run, Stage, State};
use crate::registry;

/// For each known failure words as services write them.
const WORDS: &[(&str, &str)] = &[
    (
        "execution-role-missing",
        "Account 222233334444 should have 'AWSControlTowerExecution' role with trust relationship to Role 'x'",
    ),
    ("account-suspended", "The account 222233334444 is suspended"),
    ("history-limit", "The execution reached the maximum number of history events (25000)."),
    ("no-instances", "IndexError: list index out of range"),
    ("operation-in-progress", "OperationInProgressException: Another Operation on StackSet x is in progress"),
    (
        "explicit-deny",
        "is not authorized to perform: kms:CreateKey with an explicit deny in a service control policy",
    ),
    (
        "ssm-parameter-missing",
        "An error occurred (ParameterNotFound) when calling the GetParameter operation",
    ),
    (
        "ssm-parameter-missing",
        "AccessDeniedException: role x is not authorized to perform: ssm:GetParameter on /org/x",
    ),
    ("policy-too-large", "ConstraintViolationException: POLICY_CONTENT_LIMIT_EXCEEDED"),
    ("policy-too-large", "You have exceeded the maximum policy size"),
    ("policy-slots", "ConstraintViolationException: MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"),
    (
        "policy-malformed",
        "MalformedPolicyDocumentException: The provided policy document does not meet the requirements",
    ),
    ("unit-unknown", "OU name Workloads:Prd is not found"),
    ("manifest-schema", "pykwalify.errors.SchemaError: <SchemaError: error code 2>"),
    ("manifest-yaml", "yaml.scanner.ScannerError: mapping values are not allowed here"),
    ("template-invalid", "An error occurred (ValidationError) when calling the ValidateTemplate operation"),
    ("cfn-nag", "| FAIL F3"),
    ("cfn-nag", "Failures count: 2"),
    ("file-missing", "ERROR: File not found: templates/vualt.yaml"),
    (
        "toolchain",
        "W: GPG error: InRelease: The following signatures were invalid: EXPKEYSIG 23E7166788B63E1E",
    ),
    ("toolchain", "ERROR:  Error installing cfn-nag:"),
    ("build-queue", "AccountLimitExceededException: Cannot have more than 0 builds in queue for the account"),
    ("build-timeout", "Build terminated with state: TIMED_OUT"),
    ("backup-lifecycle", "Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart"),
    ("backup-role", "IAM Role arn:aws:iam::222233334444:role/x cannot be assumed by AWS Backup"),
    ("vault-policy", "The specified vault policy is invalid"),
    ("key-access", "is not authorized to perform: kms:GenerateDataKey on this resource"),
    ("export-in-use", "Export VaultArn cannot be deleted as it is in use by plan"),
    ("already-exists", "Backup vault with the same name already exists"),
    ("stack-stuck", "Stack:arn is in ROLLBACK_COMPLETE state and can not be updated."),
    ("region-not-enabled", "The security token included in the request is invalid"),
    ("quota", "LimitExceededException: too many vaults"),
    ("throttled", "Rate exceeded"),
    ("access-denied", "is not authorized to perform: backup:CreateBackupVault"),
];

#[test]
fn each_known_failure_is_told_by_its_words() {
    for (id, words) in WORDS {
        assert_eq!(of(words).map(|signature| signature.id), Some(*id), "{words}");
    }
    for signature in SIGNATURES {
        assert!(WORDS.iter().any(|(id, _)| *id == signature.id), "{} has no words", signature.id);
    }
}

#[test]
fn other_words_are_no_known_failure() {
    for words in ["", "Build terminated with state: FAILED", "Cancelled since failure tolerance has exceeded"]
    {
        assert_eq!(of(words), None, "{words}");
    }
}

#[test]
fn each_known_failure_says_what_to_do_and_names_findings_that_exist() {
    let ids: std::collections::BTreeSet<_> = SIGNATURES.iter().map(|signature| signature.id).collect();
    assert_eq!(ids.len(), SIGNATURES.len());
    for signature in SIGNATURES {
        assert!(regex_lite::Regex::new(signature.pattern).is_ok(), "{}", signature.id);
        assert!(!signature.advice.is_empty() && !signature.threads.is_empty(), "{}", signature.id);
        for code in signature.findings {
            assert!(registry::codes().any(|known| known.name == *code), "{}: {code}", signature.id);
        }
    }
}

#[test]
fn an_instance_that_failed_because_others_did_is_not_the_cause() {
    let failure = |account: u8, reason: &str| InstanceFailure {
        account: format!("{account:012}").parse().unwrap(),
        region: "eu-west-1".to_owned(),
        reason: reason.to_owned(),
    };
    let tolerance = "Cancelled since failure tolerance has exceeded";
    for (reasons, first) in [
        (vec!["", tolerance, "no role", "another"], Some("no role")),
        (vec!["no role"], Some("no role")),
        (vec![tolerance, ""], Some(tolerance)),
        (vec![], None),
    ] {
        let failures = reasons.iter().zip(1..).map(|(reason, account)| failure(account, reason)).collect();
        let operation = Operation { failures, ..Operation::default() };
        assert_eq!(first_failure(&operation).map(|failure| failure.reason.as_str()), first, "{reasons:?}");
    }
}

#[test]
fn the_first_resource_of_the_last_change_is_the_cause() {
    let event = |resource: &str, status: &str, reason: &str| StackEvent {
        time: 0,
        resource: resource.to_owned(),
        kind: if resource == "stack" { "AWS::CloudFormation::Stack" } else { "AWS::SNS::Topic" }.to_owned(),
        status: status.to_owned(),
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
    };
    let mut events = vec![
        event("stack", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [B, A]."),
        event("c", "UPDATE_FAILED", "Resource update cancelled"),
        event("b", "UPDATE_FAILED", "second"),
        event("a", "UPDATE_FAILED", "first"),
        event("stack", "UPDATE_IN_PROGRESS", "User Initiated"),
        event("old", "CREATE_FAILED", "long ago"),
        event("stack", "CREATE_IN_PROGRESS", "User Initiated"),
    ];
    assert_eq!(first_event(&events).map(|event| event.resource.as_str()), Some("a"));
    events.drain(..4);
    assert_eq!(first_event(&events), None, "the last change did not fail");
    assert_eq!(first_event(&[]), None);
}

#[test]
fn an_execution_fails_of_what_its_function_says() {
    let event = |kind: &str, error: &str, cause: &str| FailureEvent {
        kind: kind.to_owned(),
        error: error.to_owned(),
        cause: cause.to_owned(),
    };
    let json = r#"{"errorMessage": "list index out of range", "errorType": "IndexError", "stackTrace": []}"#;
    for (events, says) in [
        (
            vec![
                event("ExecutionFailed", "Failed", "see above"),
                event("LambdaFunctionFailed", "IndexError", json),
            ],
            Some("IndexError: list index out of range"),
        ),
        (
            vec![event("ExecutionFailed", "States.Runtime", "too many events")],
            Some("States.Runtime: too many events"),
        ),
        (vec![event("ExecutionFailed", "", "only this")], Some("only this")),
        (vec![], None),
    ] {
        assert_eq!(machine_failure(&events).as_deref(), says);
    }
}

fn failed_in_build(log: &[&str]) -> Evidence {
    let action = Action {
        stage: "Build".to_owned(),
        name: "Build".to_owned(),
        provider: "CodeBuild".to_owned(),
        state: State::Failed,
        external_id: Some("project:1".to_owned()),
        says: Some("Build terminated with state: FAILED".to_owned()),
        ..Action::default()
    };
    let run = Run {
        status: "Failed".to_owned(),
        stages: vec![Stage { name: "Build".to_owned(), actions: vec![action] }],
        ..Run::default()
    };
    Evidence { run, log: log.iter().map(|&line| line.to_owned()).collect(), ..Evidence::default() }
}

#[test]
fn a_build_s_cause_is_the_first_telling_line_of_its_log() {
    for (log, cause, known) in [
        (
            vec![
                "ERROR: pip's dependency resolver does not currently take into account all the packages",
                "Phase complete: INSTALL State: SUCCEEDED",
                "Failures count: 0",
                "| FAIL F3",
                "Phase context status code: COMMAND_EXECUTION_ERROR Message: exit status 1",
            ],
            "| FAIL F3",
            Some("cfn-nag"),
        ),
        (vec!["all is well"], "Build terminated with state: FAILED", None),
        (vec![], "Build terminated with state: FAILED", None),
    ] {
        let diagnosis = conclude(&failed_in_build(&log));
        assert_eq!(diagnosis.steps.last().unwrap().says, cause, "{log:?}");
        assert_eq!(diagnosis.signature.map(|signature| signature.id), known, "{log:?}");
        assert!(!diagnosis.advice.is_empty());
    }
}

#[test]
fn a_log_of_any_length_gives_little_and_no_secret() {
    let line = format!("ERROR Password=hunter2x {}", "x y ".repeat(10_000));
    let lines: Vec<&str> = std::iter::repeat_n(line.as_str(), 1000).collect();
    let diagnosis = conclude(&failed_in_build(&lines));
    assert_eq!(diagnosis.log.len(), 8);
    assert!(diagnosis.log.iter().all(|line| line.len() < 700 && !line.contains("hunter2x")));
}

#[test]
fn words_of_others_are_no_markup_in_a_ticket() {
    let mut evidence = failed_in_build(&["ERROR | @team ``code`` ![x](https://example.com/x) ```"]);
    evidence.gaps.push("denied for <script>".to_owned());
    let ticket = super::markdown(&conclude(&evidence));
    assert!(ticket.contains("`` ERROR \\| @team ''code'' ![x](https://example.com/x) ''` ``"), "{ticket}");
    assert!(ticket.contains("- `` denied for <script> ``"), "{ticket}");
    assert_eq!(ticket.matches("```").count(), 2, "one fence, opened and closed: {ticket}");
}

#[test]
fn a_run_that_was_overtaken_says_so() {
    let run = Run { status: "Superseded".to_owned(), ..Run::default() };
    let diagnosis = conclude(&Evidence { run, ..Evidence::default() });
    assert!(diagnosis.advice[0].contains("later run overtook"), "{:?}", diagnosis.advice);
}
