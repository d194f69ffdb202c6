use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{Count, Counted, Journal, Snapshot, SnapshotError, Subject, take};
use crate::error::ErrorKind;
use crate::home::{Home, management_account};
use crate::memory::{Cloud, State, StoredStackSet};
use crate::operation::{cloudformation, organizations};
use crate::ports::{
    AccountFacts, InstanceFacts, ParameterFacts, PolicyFacts, StackSetFacts, UnitFacts, Word,
};

const BASELINE: &str = "AWSControlTowerBP-BASELINE-CONFIG";

fn cloud() -> Cloud {
    let unit = |id: &str, name: &str| UnitFacts { id: id.to_owned(), name: name.to_owned() };
    let account = |id: &str, name: &str| AccountFacts {
        id: id.to_owned(),
        name: name.to_owned(),
        email: None,
        status: "ACTIVE".to_owned(),
    };
    let stack_set = |name: &str| {
        let instances = ["444455556666", "111122223333"].map(|account| InstanceFacts {
            account: account.parse().unwrap(),
            region: Word::from("eu-central-1"),
            status: Word::from("CURRENT"),
            status_reason: None,
        });
        let facts =
            StackSetFacts { name: name.to_owned(), template: "{}".to_owned(), ..StackSetFacts::default() };
        let stored = StoredStackSet { facts, instances: instances.into(), last_operation: None };
        (name.to_owned(), stored)
    };
    let policy = |id: &str, kind: &str| {
        let (id, kind) = (id.to_owned(), kind.to_owned());
        (PolicyFacts { name: id.clone(), id, kind, description: String::new() }, "{}".to_owned(), Vec::new())
    };
    Cloud::new(State {
        caller: "111122223333".to_owned(),
        management_account: "111122223333".to_owned(),
        root: "r-acme".to_owned(),
        policy_types: vec!["SERVICE_CONTROL_POLICY".to_owned(), "TAG_POLICY".to_owned()],
        units: [("r-acme".to_owned(), vec![unit("ou-acme-bbbbbbbb", "B"), unit("ou-acme-aaaaaaaa", "A")])]
            .into(),
        accounts: [
            ("r-acme".to_owned(), vec![account("111122223333", "management")]),
            ("ou-acme-aaaaaaaa".to_owned(), vec![account("444455556666", "member")]),
        ]
        .into(),
        policies: vec![policy("p-tagtagta", "TAG_POLICY"), policy("p-scpscpsc", "SERVICE_CONTROL_POLICY")],
        stack_sets: ["CustomControlTower-a", "AWSControlTowerLoggingResources", BASELINE, "mine"]
            .map(stack_set)
            .into(),
        parameters: vec![
            ParameterFacts { name: "/a".to_owned(), value: Some("b".to_owned()) },
            ParameterFacts { name: "/secret".to_owned(), value: None },
        ],
        ..State::default()
    })
}

async fn home(cloud: &Cloud) -> Home {
    let home = management_account(cloud).await.unwrap();
    cloud.state().calls.clear();
    home
}

async fn taken(cloud: &Cloud, journal: &Journal) -> Result<Snapshot, SnapshotError> {
    taken_at(cloud, &home(cloud).await, journal).await
}

async fn taken_at(cloud: &Cloud, home: &Home, journal: &Journal) -> Result<Snapshot, SnapshotError> {
    let parameters = ["/a".to_owned(), "/secret".to_owned()];
    let subject = Subject { home, region: "eu-central-1", parameters: &parameters };
    take(cloud, &subject, journal, &Count::default()).await
}

#[tokio::test]
async fn a_snapshot_is_sorted_and_leaves_out_what_is_control_tower_s_own() {
    let snapshot = taken(&cloud(), &Journal::none()).await.unwrap();
    let (organization, deployed) = (&snapshot.organization, &snapshot.deployed);
    let units: Vec<&str> = organization.organizational_units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(units, ["A", "B"]);
    let stack_sets: Vec<&str> = deployed.stack_sets.iter().map(|stack_set| stack_set.name.as_str()).collect();
    assert_eq!(stack_sets, ["CustomControlTower-a", "mine"]);
    let enrolled: Vec<String> =
        organization.baseline_stack_set.accounts.iter().map(ToString::to_string).collect();
    assert_eq!(enrolled, ["111122223333", "444455556666"]);
    let policies: Vec<&str> = deployed.policies.iter().map(|policy| policy.id.as_str()).collect();
    assert_eq!(policies, ["p-scpscpsc", "p-tagtagta"]);
    assert_eq!(deployed.ssm_parameters, [("/a".to_owned(), "b".to_owned())].into());
}

#[tokio::test]
async fn what_is_written_is_read_without_a_finding() {
    let snapshot = taken(&cloud(), &Journal::none()).await.unwrap();
    for snapshot in [snapshot.clone(), snapshot.anonymised()] {
        let text = serde_json::to_string(&snapshot).unwrap();
        let source = cfct_core::source::SourceFile::new("snapshot.json", text);
        let reading = cfct_core::organization::read(&source);
        assert!(reading.findings.is_empty(), "{:?}", reading.findings);
        let deployed = cfct_core::deployed::read_beside(&source, &reading.organization.unwrap()).unwrap();
        assert!(deployed.findings.is_empty(), "{:?}", deployed.findings);
        assert_eq!(deployed.deployed.unwrap().stack_sets.len(), 2);
    }
}

#[tokio::test]
async fn progress_counts_what_is_there() {
    let (cloud, count) = (cloud(), Count::default());
    let home = home(&cloud).await;
    let subject = Subject { home: &home, region: "eu-central-1", parameters: &[] };
    take(&cloud, &subject, &Journal::none(), &count).await.unwrap();
    assert_eq!(Counted::ALL.map(|what| count.of(what)), [2, 2, 2, 3, 6]);
}

#[tokio::test]
async fn a_stack_set_that_went_meanwhile_is_not_there() {
    let cloud = cloud();
    let listed = cloud.state().stack_sets.len();
    let numbered = taken(&cloud, &Journal::none()).await.map(|_| cloud.state().calls.clone()).unwrap();
    let describes = |(operation, subject): &(_, String)| {
        *operation == cloudformation::DESCRIBE_STACK_SET && subject == "mine"
    };
    let at = numbered.iter().position(describes).unwrap();
    cloud.state().faults.insert(at, ErrorKind::NotFound);
    let snapshot = taken(&cloud, &Journal::none()).await.unwrap();
    assert_eq!((listed, snapshot.deployed.stack_sets.len()), (4, 1));
}

#[tokio::test]
async fn a_policy_type_that_is_neither_enabled_nor_known_is_left_out() {
    let cloud = cloud();
    let calls = taken(&cloud, &Journal::none()).await.map(|_| cloud.state().calls.clone()).unwrap();
    let lists = |kind: &str| {
        let call = (organizations::LIST_POLICIES, kind.to_owned());
        calls.iter().position(|made| *made == call).unwrap()
    };
    cloud.state().faults.insert(lists("BACKUP_POLICY"), ErrorKind::Refused);
    taken(&cloud, &Journal::none()).await.unwrap();
    cloud.state().faults.insert(lists("TAG_POLICY"), ErrorKind::Refused);
    taken(&cloud, &Journal::none()).await.unwrap_err();
}

#[tokio::test]
async fn a_unit_in_two_places_ends_the_walk() {
    let cloud = cloud();
    let itself = vec![UnitFacts { id: "ou-acme-aaaaaaaa".to_owned(), name: "A".to_owned() }];
    cloud.state().units.insert("ou-acme-aaaaaaaa".to_owned(), itself);
    let error = taken(&cloud, &Journal::none()).await.unwrap_err();
    assert!(error.to_string().contains("the unit stands in two places"), "{error}");
}

#[tokio::test]
async fn a_member_account_is_told_apart() {
    let cloud = cloud();
    cloud.state().caller = "444455556666".to_owned();
    assert_eq!(management_account(&cloud).await.unwrap_err().kind, ErrorKind::MemberAccount);
}

fn journal(path: &Path, home: &Home, region: &str) -> Journal {
    Journal::open(path, &Subject { home, region, parameters: &[] }).unwrap()
}

/// Every call fails once; with the journal, the next run asks only for what is missing.
#[tokio::test]
async fn whichever_call_fails_the_next_run_goes_on_from_there() {
    let undisturbed = taken(&cloud(), &Journal::none()).await.unwrap();
    let calls = {
        let cloud = cloud();
        taken(&cloud, &Journal::none()).await.unwrap();
        cloud.state().calls.len()
    };
    let mut asked = 0;
    for at in 0..calls {
        let (folder, cloud) = (TempDir::new().unwrap(), cloud());
        let path = folder.path().join("journal");
        let home = home(&cloud).await;
        cloud.state().faults.insert(at, ErrorKind::Server);
        taken_at(&cloud, &home, &journal(&path, &home, "eu-central-1")).await.unwrap_err();
        cloud.state().faults.clear();
        cloud.state().calls.clear();
        let again = journal(&path, &home, "eu-central-1");
        assert_eq!(taken_at(&cloud, &home, &again).await.unwrap(), undisturbed, "call {at}");
        asked += cloud.state().calls.len();
        again.remove();
        assert!(!path.exists());
    }
    assert!(asked < calls * calls * 3 / 4, "{asked} of {}", calls * calls);
}

#[tokio::test]
async fn a_journal_of_somewhere_else_or_long_ago_or_in_tatters_is_not_believed() {
    let (folder, cloud) = (TempDir::new().unwrap(), cloud());
    let (path, home) = (folder.path().join("journal"), home(&cloud).await);
    let fill = async || {
        taken(&cloud, &journal(&path, &home, "eu-central-1")).await.unwrap();
        fs::read_to_string(&path).unwrap()
    };
    let whole = fill().await;
    assert!(journal(&path, &home, "eu-central-1").resumed() > 5);
    assert_eq!(journal(&path, &home, "eu-west-1").resumed(), 0);
    let (head, _) = whole.split_once('\n').unwrap();
    let began = head.split("\"began\":").nth(1).unwrap().trim_end_matches('}');
    fs::write(&path, whole.replace(began, "1700000000")).unwrap();
    assert_eq!(journal(&path, &home, "eu-central-1").resumed(), 0);
    let all = {
        fs::write(&path, &whole).unwrap();
        journal(&path, &home, "eu-central-1").resumed()
    };
    fs::write(&path, &whole[..whole.len() - 20]).unwrap();
    assert_eq!(journal(&path, &home, "eu-central-1").resumed(), all - 1, "the line that was cut off");
    fs::write(&path, "not a journal").unwrap();
    assert_eq!(journal(&path, &home, "eu-central-1").resumed(), 0);
}
