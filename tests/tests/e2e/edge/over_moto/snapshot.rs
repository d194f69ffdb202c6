//! `snapshot` and what plans on it.

use super::{configuration, filled};
use crate::edge::runs;

#[test]
fn a_plan_on_a_snapshot_is_the_plan_on_what_is_there() {
    let (moto, sandbox) = (filled(), configuration());
    runs::run(&sandbox, &moto.url, "snapshot --config .").exits(0);
    let on_file = sandbox.cfct("plan --organization snapshot.json --format json");
    on_file.exits(0);
    let live = runs::run(&sandbox, &moto.url, "plan --live --format json");
    assert_eq!(live.exits(0).stdout, on_file.stdout);
    let plan = on_file.json();
    assert_eq!(plan["summary"]["changes_nothing"], true, "{plan:#}");
    assert_eq!(plan["stack_sets"][0]["execution"]["execution_started"], false, "{plan:#}");
    sandbox.edit("manifest.yaml", "        - Workloads:Prod\n", "");
    let live = runs::run(&sandbox, &moto.url, "plan --live");
    live.exits(5);
    assert!(live.stderr.contains("destroys 70 instances"), "{live:#?}");
}

#[test]
fn the_same_state_gives_the_same_bytes_wherever_they_go() {
    let (moto, sandbox) = (filled(), configuration());
    runs::run(&sandbox, &moto.url, "snapshot").exits(0);
    let first = sandbox.read("snapshot.json");
    let second = runs::run(&sandbox, &moto.url, "snapshot --out -");
    assert_eq!(second.exits(0).stdout, first);
    assert!(!sandbox.names().iter().any(|name| name.ends_with(".journal") || name.contains("partial")));
    // A file that was there is replaced as a whole.
    sandbox.write("snapshot.json", "{");
    runs::run(&sandbox, &moto.url, "snapshot").exits(0);
    assert_eq!(sandbox.read("snapshot.json"), first);
}

#[test]
fn an_anonymised_snapshot_has_the_structure_and_none_of_the_names() {
    let (moto, sandbox) = (filled(), configuration());
    runs::run(&sandbox, &moto.url, "snapshot --config .").exits(0);
    runs::run(&sandbox, &moto.url, "snapshot --config . --anonymise --out anonymous.json").exits(0);
    let (plain, anonymous) = (sandbox.read("snapshot.json"), sandbox.read("anonymous.json"));
    let count = |text: &str, what: &str| text.matches(what).count();
    for same in ["\"id\"", "\"parent\"", "\"region\": \"eu-west-1\"", "\"CURRENT\"", "CustomControlTower-"] {
        assert_eq!(count(&plain, same), count(&anonymous, same), "{same}");
    }
    for gone in ["team-1", "Workloads", "protect", "123456789012", "CustomControlTower-topic"] {
        assert!(plain.contains(gone) && !anonymous.contains(gone), "{gone}");
    }
    sandbox.cfct("check --organization anonymous.json --config .");
    let plan = sandbox.cfct("plan --organization anonymous.json");
    assert_ne!(plan.exit, Some(3), "a plan reads it: {plan:#?}");
}

#[test]
fn a_program_that_reads_the_log_gets_one_object_a_line() {
    let (moto, sandbox) = (filled(), configuration());
    let run = runs::run(&sandbox, &moto.url, "snapshot --log-format json");
    for line in run.exits(0).stderr.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(line["level"].is_string() && line["message"].is_string(), "{line}");
    }
}
