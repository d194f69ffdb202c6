//! `watch`: a run to its end, through faults, with its approval.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Mutex;

use serde_json::Value;

use crate::edge::loopback::Reply;
use crate::edge::pipeline::{Ending, Played, RUN, play};
use crate::edge::runs;
use crate::plan;
use crate::sandbox::{Run, Sandbox};

fn quiet(_: &str, _: usize) -> Option<Reply> {
    None
}

fn watch(played: &Played, arguments: &str) -> Run {
    runs::run(&Sandbox::clean(), &played.server.url, &format!("watch --interval 0.01 {arguments}"))
}

/// The lines without the time at their beginning.
fn lines(run: &Run) -> Vec<&str> {
    run.stdout.lines().map(|line| line.split_once(" s  ").map_or(line, |(_, rest)| rest)).collect()
}

/// Operations that change something.
fn changes(played: &Played) -> Vec<String> {
    let reads = ["Get", "List", "Describe"];
    let all = played.server.operations().into_iter();
    all.filter(|operation| !reads.iter().any(|read| operation.starts_with(read))).collect()
}

#[test]
fn a_run_is_followed_to_its_good_end_line_by_line() {
    let played = play(Ending::Succeeded, false, false, Box::new(quiet));
    let run = watch(&played, "");
    let expected = [
        &format!("Custom-Control-Tower-CodePipeline {RUN}: InProgress"),
        "Source / Source: succeeded",
        "Build / Build: running",
        "Build / Build: succeeded",
        "CloudformationResource / CloudformationResource: running",
        "CustomControlTower-vault: running",
        "CustomControlTower-vault: create running, 1 of 3 instances",
        "CustomControlTower-vault: create running, 2 of 3 instances",
        "CustomControlTower-vault: create succeeded, 3 of 3 instances",
        "CustomControlTower-vault: succeeded",
        "CloudformationResource / CloudformationResource: succeeded",
        &format!("Custom-Control-Tower-CodePipeline {RUN}: Succeeded"),
    ];
    assert_eq!(lines(run.exits(0)), expected, "{run:#?}");
    assert_eq!(changes(&played), Vec::<String>::new());
}

#[test]
fn a_failed_run_names_the_instance_and_the_way_to_its_cause() {
    let played = play(Ending::StackFailed, false, false, Box::new(quiet));
    let run = watch(&played, RUN);
    let failed = lines(run.exits(1)).into_iter().find(|line| line.contains("failed in")).expect("a failure");
    assert!(
        failed.starts_with("CustomControlTower-vault: failed in 222233334444, eu-west-1: Resource"),
        "{failed}"
    );
    assert!(failed.ends_with("refused Password=[concealed]"), "{failed}");
    assert!(!run.stdout.contains("eu-north-1"), "what was cancelled did not fail: {run:#?}");
    assert!(
        run.stderr.contains(&format!("the run ended as Failed; to see why:\n  cfct diagnose {RUN}")),
        "{run:#?}"
    );
}

#[test]
fn a_program_reads_one_object_a_line() {
    let played = play(Ending::StackFailed, false, false, Box::new(quiet));
    let run = watch(&played, "--format json");
    let events: Vec<Value> =
        run.exits(1).stdout.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert!(events.iter().all(|event| event["time"].is_u64() && event["event"].is_string()), "{events:#?}");
    let operations: Vec<(u64, u64, &str)> = events
        .iter()
        .filter(|event| event["event"] == "operation")
        .map(|event| {
            let number = |name| event[name].as_u64().expect("a number");
            (number("over"), number("failed"), event["state"].as_str().expect("a word"))
        })
        .collect();
    assert_eq!(operations, [(1, 0, "running"), (2, 1, "running"), (3, 1, "failed")]);
    assert_eq!(events.last().expect("an end")["status"], "Failed");
}

#[test]
fn what_passes_is_said_and_waited_for() {
    let cases = [
        ("have expired", Reply::json(400, r#"{"__type":"ExpiredTokenException","message":"no"}"#)),
        ("failed", Reply::json(500, r#"{"__type":"InternalFailure","message":"no"}"#)),
        ("failed", Reply::json(400, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#)),
        ("failed", Reply::Reset),
    ];
    for (words, fault) in cases {
        let fault = move |operation: &str, before: usize| {
            (operation == "ListActionExecutions" && (2..6).contains(&before)).then(|| fault.clone())
        };
        let played = play(Ending::Succeeded, false, false, Box::new(fault));
        let run = watch(&played, "");
        let lines = lines(run.exits(0));
        let trouble = lines.iter().find(|line| line.contains("next try in")).expect("it is said");
        assert!(
            trouble.contains(words) && trouble.contains("codepipeline:ListActionExecutions"),
            "{trouble}"
        );
        assert!(lines.iter().any(|line| line.starts_with("AWS answers again after")), "{run:#?}");
        assert!(lines.last().expect("an end").ends_with("Succeeded"), "{run:#?}");
    }
}

#[test]
fn credentials_are_read_anew_when_they_have_expired() {
    let sandbox = Sandbox::clean();
    let file = sandbox.path().join("credentials");
    let with = |key: &str| format!("[default]\naws_access_key_id = {key}\naws_secret_access_key = x\n");
    std::fs::write(&file, with("OLD")).expect("written");
    let (renewed, place) = (with("NEW"), file.clone());
    let looks = Mutex::new(0);
    let played = play(
        Ending::Succeeded,
        false,
        false,
        Box::new(move |operation, _| {
            // The old ones expire at the third look; somebody signs in again meanwhile.
            let mut looks = looks.lock().expect("a lock");
            *looks += usize::from(operation == "GetPipelineExecution");
            let is_old = std::fs::read_to_string(&place).expect("there").contains("OLD");
            if *looks < 3 || !is_old {
                return None;
            }
            std::fs::write(&place, &renewed).expect("written");
            Some(Reply::json(400, r#"{"__type":"ExpiredTokenException","message":"no"}"#))
        }),
    );
    let mut command = runs::command(&sandbox, &played.server.url, "watch --interval 0.01");
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    command.env("AWS_SHARED_CREDENTIALS_FILE", &file);
    let run = runs::finish(&mut command, "watch", sandbox.path());
    assert!(run.exits(0).stdout.contains("the AWS credentials have expired"), "{run:#?}");
    let requests = played.server.requests();
    let signed =
        |at: usize, key: &str| requests[at].header["authorization"].contains(&format!("Credential={key}/"));
    assert!(signed(0, "OLD") && signed(requests.len() - 1, "NEW"), "{requests:#?}");
}

#[test]
fn patience_ends_and_what_cannot_pass_is_not_waited_for() {
    let gone = |operation: &str, before: usize| {
        (operation == "ListActionExecutions" && before > 0).then_some(Reply::Reset)
    };
    let run = watch(&play(Ending::Succeeded, false, false, Box::new(gone)), "--patience 0");
    run.exits(4).complains("error: codepipeline:ListActionExecutions failed");
    let denied = |operation: &str, before: usize| {
        let denied = Reply::json(400, r#"{"__type":"AccessDeniedException","message":"no"}"#);
        (operation == "ListActionExecutions" && before > 0).then_some(denied)
    };
    let run = watch(&play(Ending::Succeeded, false, false, Box::new(denied)), "");
    run.exits(4).complains("error: access denied: codepipeline:ListActionExecutions");
}

#[test]
fn an_approval_is_given_or_refused_or_left_to_others() {
    for (arguments, status) in [("--approve --comment fine", "Approved"), ("--reject", "Rejected")] {
        let played = play(Ending::Succeeded, true, false, Box::new(quiet));
        let run = watch(&played, arguments);
        assert!(
            lines(run.exits(0)).contains(&"ManualApproval / ManualApproval waits for an approval"),
            "{run:#?}"
        );
        let answers = played.answers.lock().expect("a lock").clone();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert!(answers[0].contains("token-1") && answers[0].contains(status), "{answers:?}");
        assert_eq!(changes(&played), ["PutApprovalResult"]);
    }
}

#[test]
fn an_approval_is_brought_to_aws_however_often_that_takes() {
    let expired = |operation: &str, before: usize| {
        let expired = Reply::json(400, r#"{"__type":"ExpiredTokenException","message":"no"}"#);
        (operation == "PutApprovalResult" && before < 2).then_some(expired)
    };
    let played = play(Ending::Succeeded, true, false, Box::new(expired));
    let run = watch(&played, "--approve");
    assert!(run.exits(0).stdout.contains("have expired (codepipeline:PutApprovalResult)"), "{run:#?}");
    assert_eq!(played.answers.lock().expect("a lock").len(), 1);
    assert_eq!(run.stdout.matches("ManualApproval: approved").count(), 1, "{run:#?}");
}

#[test]
fn what_destroys_something_is_approved_by_its_plan_s_id() {
    let sandbox = plan::removing();
    let files = "--organization organization.json --deployed deployed.json";
    let id = sandbox.cfct(&format!("plan {files} --format json")).exits(5).json()["id"].clone();
    let id = id.as_str().expect("an id");
    let url = |played: &Played| played.server.url.clone();
    let arguments = format!("watch --interval 0.01 --approve {files}");
    let played = play(Ending::Succeeded, true, false, Box::new(quiet));
    let refused = runs::run(&sandbox, &url(&played), &arguments);
    assert!(
        refused.exits(5).stderr.contains(&format!("error: plan {id} destroys 1 instance\n")),
        "{refused:#?}"
    );
    assert!(refused.stderr.contains(&format!("--approve --confirm {id}")), "{refused:#?}");
    assert_eq!(changes(&played), Vec::<String>::new());
    runs::run(&sandbox, &url(&played), &format!("{arguments} --confirm {id}")).exits(0);
    assert_eq!(changes(&played), ["PutApprovalResult"]);
}

#[test]
fn bad_input_is_one_sentence_and_changes_nothing() {
    let cases = [
        ("nobody", 4, "the pipeline Custom-Control-Tower-CodePipeline has no such execution"),
        ("--pipeline another", 4, "codepipeline:GetPipeline failed for another: there is no such pipeline"),
        ("--approve --reject", 2, "cannot be used with"),
        ("--organization nowhere.json", 3, "nowhere.json"),
    ];
    for (arguments, exit, words) in cases {
        let played = play(Ending::Succeeded, true, false, Box::new(quiet));
        let run = watch(&played, arguments);
        assert!(run.exits(exit).stderr.contains(words), "{run:#?}");
        assert_eq!(changes(&played), Vec::<String>::new(), "{arguments}");
    }
    let never = Sandbox::clean().cfct("watch --interval never");
    assert!(never.exits(2).stderr.contains("a number from 0 to 3600"), "{never:#?}");
}

#[test]
fn strangers_are_told_so_and_nothing_more_is_asked() {
    let member = |operation: &str, _: usize| {
        let answer = r#"{"Organization":{"Id":"o-1234567890","MasterAccountId":"999988887777"}}"#;
        (operation == "DescribeOrganization").then(|| Reply::json(200, answer))
    };
    for command in ["watch --approve", "diagnose"] {
        let played = play(Ending::Succeeded, true, false, Box::new(member));
        let sandbox = Sandbox::clean();
        let run = runs::run(&sandbox, &played.server.url, command);
        let words = "is a member of the organization whose management account is 999988887777";
        assert!(run.exits(4).stderr.contains(words) && run.stderr.contains("hint: "), "{run:#?}");
        assert_eq!(played.server.operations(), ["GetCallerIdentity", "DescribeOrganization"]);
        let mut nobody = runs::command(&sandbox, &played.server.url, command);
        nobody.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        let run = runs::finish(&mut nobody, command, sandbox.path());
        run.exits(4)
            .complains("error: no AWS credentials for sts:GetCallerIdentity in eu-central-1\nhint: sign in");
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_leaves_the_run_and_says_how_to_come_back() {
    let played = play(Ending::Succeeded, true, false, Box::new(quiet));
    let sandbox = Sandbox::clean();
    let mut command = runs::command(&sandbox, &played.server.url, "watch --interval 3600");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut out = BufReader::new(child.stdout.take().expect("its output")).lines();
    out.next().expect("a line").expect("text");
    let id = child.id().to_string();
    let killed = std::process::Command::new("kill").args(["-INT", &id]).status().expect("kill runs");
    assert!(killed.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("hint: the run goes on; to follow it again: cfct watch {RUN}")), "{said}");
}
