use super::{Reading, Template, read};
use crate::organization::{self, Organization};
use crate::source::SourceFile;
use crate::stack_set_machine::OperationStatus;

const ORGANIZATION: &str = r#"{"management_account_id":"100000000001","root_id":"r-acme",
 "organizational_units":[],
 "accounts":[{"id":"100000000001","name":"management","status":"ACTIVE","parent":"r-acme"},
             {"id":"100000000002","name":"member","status":"ACTIVE","parent":"r-acme"}],
 "baseline_stack_set":{"name":"AWSControlTowerBP-BASELINE-CONFIG","accounts":["100000000002"]},
 "home_region":"eu-central-1"}"#;

fn organization() -> Organization {
    organization::read(&SourceFile::new("organization.json", ORGANIZATION)).organization.unwrap()
}

fn reading(text: &str) -> Reading {
    read(&SourceFile::new("deployed.json", text), &organization())
}

fn codes(text: &str) -> Vec<&'static str> {
    reading(text).findings.iter().map(|finding| finding.code.name).collect()
}

#[test]
fn instances_are_read_one_by_one_and_by_groups_alike() {
    let one_by_one = r#"{"stack_sets":[{"name":"s","instances":[
        {"account":"100000000002","region":"eu-central-1","status":"CURRENT"},
        {"account":"100000000009","region":"eu-central-1","status":"CURRENT"}]}]}"#;
    let listed = r#"{"stack_sets":[{"name":"s","instances":[
        {"accounts":["100000000002","100000000009"],"regions":["eu-central-1"]}]}]}"#;
    let grouped = r#"{"account_groups":{"g":["100000000002","100000000009"]},"stack_sets":[{"name":"s",
        "instances":[{"account_group":"g","regions":["eu-central-1"]}]}]}"#;
    let instances = |text| reading(text).deployed.unwrap().stack_sets["s"].instances.clone();
    let first = instances(one_by_one);
    // The account that has left the organization keeps its instance, with a number of its own.
    assert_eq!(first[&0].iter().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(first, instances(listed));
    assert_eq!(first, instances(grouped));
}

#[test]
fn a_snapshot_and_its_inner_object_read_alike() {
    let inner = r#"{"stack_sets":[{"name":"s","template_sha256":"AB","last_operation":{"status":"FAILED"},
        "instances":[]}],"policies":[],"ssm_parameters":{"/a":"b"}}"#;
    let whole = format!(r#"{{"version":1,"organization":{ORGANIZATION},"deployed":{inner}}}"#);
    for text in [inner, whole.as_str()] {
        let reading = reading(text);
        assert!(reading.findings.is_empty(), "{:?}", reading.findings);
        let deployed = reading.deployed.unwrap();
        let stack_set = &deployed.stack_sets["s"];
        assert_eq!(stack_set.template, Template::Digest("ab".into()));
        assert_eq!(stack_set.last_operation, Some(OperationStatus::Failed));
        assert_eq!(&*deployed.ssm_parameters["/a"], "b");
    }
}

#[test]
fn what_cannot_be_is_reported() {
    let instance = |instance: &str| format!(r#"{{"stack_sets":[{{"name":"s","instances":[{instance}]}}]}}"#);
    for (text, code) in [
        (r#"{"version":2,"deployed":{"stack_sets":[]}}"#.to_owned(), "snapshot-newer"),
        (
            r#"{"organization":{"management_account_id":"999999999999"},"deployed":{"stack_sets":[]}}"#
                .to_owned(),
            "deployed-other-organization",
        ),
        (instance(r#"{"account":"999999999999","region":"eu-west-1"}"#), "deployed-other-organization"),
        (instance(r#"{"account":"100000000002"}"#), "deployed-instance"),
        (instance(r#"{"account_group":"g","region":"eu-west-1"}"#), "deployed-instance"),
        (
            r#"{"stack_sets":[{"name":"s","instances":[]},{"name":"s","instances":[]}]}"#.to_owned(),
            "deployed-duplicate",
        ),
        (
            r#"{"stack_sets":[{"name":"s","last_operation":"DONE","instances":[]}]}"#.to_owned(),
            "deployed-operation",
        ),
        (r#"{"policies":[]}"#.to_owned(), "snapshot-missing-field"),
    ] {
        assert!(codes(&text).contains(&code), "{text}: {:?}", codes(&text));
    }
}

#[test]
fn troubled_instances_keep_their_reason() {
    let text = r#"{"stack_sets":[{"name":"s","instances":[
        {"account":"100000000002","region":"eu-west-1","status":"OUTDATED","status_reason":"AlreadyExists"}]}]}"#;
    let deployed = reading(text).deployed.unwrap();
    let troubled = &deployed.stack_sets["s"].troubled[0];
    assert_eq!((&*troubled.status, troubled.reason.as_deref()), ("OUTDATED", Some("AlreadyExists")));
}
