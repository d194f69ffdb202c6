//! `diagnose`: from a failed run down to its first cause.

use serde_json::Value;

use crate::edge::loopback::Reply;
use crate::edge::pipeline::{Ending, Played, RUN, play};
use crate::edge::runs;
use crate::sandbox::{Run, Sandbox};

fn quiet(_: &str, _: usize) -> Option<Reply> {
    None
}

fn ended(ending: Ending) -> Played {
    play(ending, false, true, Box::new(quiet))
}

fn diagnose(played: &Played, arguments: &str) -> Run {
    let sandbox = Sandbox::clean();
    sandbox.write(
        "manifest.yaml",
        "region: eu-central-1\nversion: 2021-03-15\nresources:\n  - name: vault\n    resource_file: templates/topic.yaml\n",
    );
    runs::run(&sandbox, &played.server.url, &format!("diagnose {arguments}"))
}

#[test]
fn a_failed_stack_is_followed_into_its_account() {
    let played = ended(Ending::StackFailed);
    let run = diagnose(&played, "--config . --format json");
    let diagnosis: Value = serde_json::from_str(&run.exits(1).stdout).expect("JSON");
    let levels: Vec<&str> = diagnosis["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .filter_map(|step| step["level"].as_str())
        .collect();
    assert_eq!(
        levels,
        [
            "pipeline",
            "action",
            "build log",
            "state machine",
            "stack set operation",
            "stack instance",
            "resource"
        ]
    );
    let cause = diagnosis["steps"].as_array().expect("steps").last().expect("a cause");
    assert_eq!(cause["name"], "Vault (AWS::Backup::BackupVault)");
    assert!(cause["says"].as_str().expect("words").contains("explicit deny in a service control policy"));
    assert_eq!(diagnosis["signature"]["id"], "explicit-deny");
    assert_eq!(diagnosis["resource"], "CustomControlTower-vault");
    assert_eq!(diagnosis["asked_by"], "manifest.yaml:4");
    assert_eq!(diagnosis["gaps"].as_array().map(Vec::len), Some(0), "{diagnosis:#}");
    let reads = ["Get", "List", "Describe", "AssumeRole"];
    let changes = played.server.operations();
    assert!(changes.iter().all(|name| reads.iter().any(|read| name.starts_with(read))), "{changes:?}");
}

#[test]
fn a_failed_build_is_told_by_its_log_without_its_secrets() {
    for format in ["text", "json", "markdown"] {
        let run = diagnose(&ended(Ending::BuildFailed), &format!("{RUN} --format {format}"));
        let said = &run.exits(1).stdout;
        assert!(said.contains("File not found: templates/vualt.yaml"), "{run:#?}");
        assert!(said.contains("file-missing"), "{run:#?}");
        assert!(!said.contains("hunter2x") && !said.contains("AKIAFAKE"), "{run:#?}");
    }
}

#[test]
fn markdown_is_a_ticket() {
    let run = diagnose(&ended(Ending::StackFailed), "--format markdown");
    let said = &run.exits(1).stdout;
    assert!(said.starts_with("## Custom-Control-Tower-CodePipeline: Failed\n"), "{said}");
    assert!(said.contains("**First cause:** resource `` Vault (AWS::Backup::BackupVault) ``"), "{said}");
    assert!(said.contains("| stack instance | `` 222233334444, eu-west-1 `` |"), "{said}");
    assert!(said.contains("### What to do\n\n- except the execution role"), "{said}");
}

#[test]
fn what_may_not_be_seen_is_a_gap_and_the_rest_is_told() {
    let denied = |operation: &str, _: usize| {
        let denied =
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
        (operation == "AssumeRole").then(|| Reply::xml(403, denied))
    };
    let played = play(Ending::StackFailed, false, true, Box::new(denied));
    let run = diagnose(&played, "");
    let said = &run.exits(1).stdout;
    assert!(said.contains("not looked at: access denied: sts:AssumeRole for arn:aws:iam::222233334444:role/AWSControlTowerExecution"), "{said}");
    assert!(said.contains("└ stack instance 222233334444, eu-west-1"), "{said}");
}

#[test]
fn a_run_that_did_not_fail_needs_no_diagnosis() {
    let run = diagnose(&ended(Ending::Succeeded), "");
    assert!(
        run.exits(0).stderr.contains("no run of Custom-Control-Tower-CodePipeline failed lately"),
        "{run:#?}"
    );
    let run = diagnose(&ended(Ending::Succeeded), RUN);
    assert!(run.exits(0).stdout.contains("nothing: it succeeded"), "{run:#?}");
}

#[test]
fn bad_input_is_one_sentence() {
    let run = diagnose(&ended(Ending::Succeeded), "nobody");
    run.exits(4).complains("error: codepipeline:GetPipelineExecution failed for nobody");
    let run = diagnose(&ended(Ending::Succeeded), "--config nowhere");
    assert!(run.exits(3).stderr.contains("nowhere"), "{run:#?}");
}
