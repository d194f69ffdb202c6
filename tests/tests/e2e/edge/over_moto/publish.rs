//! `publish`.

use std::thread;

use super::{configuration, filled, objects};
use crate::edge::runs;
use crate::sandbox::{Run, Sandbox};

fn release_of(run: &Run) -> String {
    let line = run.stderr.lines().find_map(|line| line.strip_prefix("published release "));
    line.unwrap_or_else(|| panic!("{run:#?}")).to_owned()
}

#[test]
fn a_release_is_published_once_and_comes_back_when_it_is_asked_for() {
    let (moto, sandbox) = (filled(), configuration());
    let aws = moto.like_aws();
    let dry = runs::run(&sandbox, &aws.url, "publish --dry-run");
    assert_eq!(dry.exits(0).stdout.matches("would put s3://").count(), 3, "{dry:#?}");
    assert_eq!(objects(&moto), []);
    let first = runs::run(&sandbox, &aws.url, "publish");
    assert_eq!(first.exits(0).stdout.replace("put ", "would put "), dry.stdout);
    let before = objects(&moto);
    assert_eq!(before.len(), 3, "{before:#?}");
    let again = runs::run(&sandbox, &aws.url, "publish");
    assert_eq!(again.exits(0).stdout.matches("present s3://").count(), 3, "{again:#?}");
    assert_eq!(objects(&moto), before, "a second run writes nothing");
    sandbox.edit("templates/topic.yaml", "A topic", "Another topic");
    let second = runs::run(&sandbox, &aws.url, "publish");
    second.exits(0);
    let first = release_of(&first);
    assert!(second.stderr.contains(&format!("cfct publish --rollback {}", &first[..12])), "{second:#?}");
    let back = runs::run(&sandbox, &aws.url, &format!("publish --rollback {}", &first[..12]));
    assert_eq!(release_of(back.exits(0)), first);
    let zips: Vec<_> = objects(&moto).into_iter().filter(|(key, ..)| key == cfct_package::ZIP).collect();
    assert_eq!(zips.len(), 3, "{zips:#?}");
}

#[test]
fn what_destroys_something_needs_its_plan_s_id() {
    let (moto, sandbox) = (filled(), configuration());
    let aws = moto.like_aws();
    runs::run(&sandbox, &aws.url, "publish").exits(0);
    let before = objects(&moto);
    sandbox.edit("manifest.yaml", "        - Workloads:Prod\n", "");
    let refused = runs::run(&sandbox, &aws.url, "publish");
    refused.exits(5);
    runs::run(&sandbox, &aws.url, "publish --dry-run").exits(5);
    runs::run(&sandbox, &aws.url, "publish --confirm 000000000000").exits(5);
    assert_eq!(objects(&moto), before);
    let id = refused.stderr.rsplit("--confirm ").next().expect("an id").trim().to_owned();
    runs::run(&sandbox, &aws.url, &format!("publish --confirm {id}")).exits(0);
    assert_eq!(objects(&moto).len(), before.len() + 3);
}

#[test]
fn a_file_that_cannot_tell_what_is_destroyed_is_no_ground_to_publish_on() {
    let (moto, sandbox) = (filled(), configuration());
    runs::run(&sandbox, &moto.url, "snapshot").exits(0);
    let snapshot: serde_json::Value = serde_json::from_str(&sandbox.read("snapshot.json")).expect("JSON");
    sandbox.write("alone.json", snapshot["organization"].to_string());
    let theirs = sandbox.read("snapshot.json").replace("\"123456789012\"", "\"999999999999\"");
    sandbox.write("theirs.json", theirs);
    for (file, words) in
        [("alone.json", "does not say what is deployed"), ("theirs.json", "is of another organization")]
    {
        let run = runs::run(&sandbox, &moto.url, &format!("publish --organization {file}"));
        assert!(run.exits(3).stderr.contains(words), "{run:#?}");
    }
    assert_eq!(objects(&moto), []);
}

#[test]
fn of_two_publishers_at_once_one_is_refused_or_both_agree() {
    let moto = filled();
    let aws = moto.like_aws();
    for round in 0..3 {
        let sandboxes: Vec<Sandbox> = (0..2)
            .map(|number| {
                let sandbox = configuration();
                sandbox.edit("templates/topic.yaml", "A topic", &format!("Topic {number} of round {round}"));
                sandbox
            })
            .collect();
        let runs: Vec<Run> = thread::scope(|scope| {
            let started: Vec<_> = sandboxes
                .iter()
                .map(|sandbox| scope.spawn(|| runs::run(sandbox, &aws.url, "publish")))
                .collect();
            started.into_iter().map(|run| run.join().expect("it ends")).collect()
        });
        let published: Vec<String> = runs.iter().filter(|run| run.exit == Some(0)).map(release_of).collect();
        for run in runs.iter().filter(|run| run.exit != Some(0)) {
            run.exits(4);
            assert!(run.stderr.contains("somebody else published since the plan was made"), "{run:#?}");
        }
        assert!(!published.is_empty(), "{runs:#?}");
    }
}

#[test]
fn what_is_wrong_with_the_place_is_said_and_changes_nothing() {
    let (moto, sandbox) = (filled(), configuration());
    let cases = [
        ("publish --bucket another-bucket", 4, "takes its source from custom-control-tower-configuration-"),
        ("publish --pipeline other --bucket no-such-bucket-anywhere", 4, "there is no such bucket"),
        (
            "publish --pipeline other --region eu-west-3",
            4,
            "custom-control-tower-configuration-123456789012-eu-west-3",
        ),
        ("publish --rollback 0123456789", 2, "the bucket has no release 0123456789"),
    ];
    for (arguments, exit, words) in cases {
        let run = runs::run(&sandbox, &moto.url, arguments);
        assert!(run.exits(exit).stderr.contains(words), "{run:#?}");
        assert!(run.stderr.contains("hint: "), "{run:#?}");
    }
    assert_eq!(objects(&moto), []);
}
