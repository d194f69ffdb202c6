//! Over the cloud in memory: what is decided gets there, whatever happens on the way.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::apply::policies::{self, OWNED, PolicyType, Wanted};
use cfct_core::apply::settings::{self, Desired, Place};
use cfct_core::apply::{Decision, Step};

use super::{Outcome, act, policies as observe_policies, settings as observe_settings};
use crate::error::{AwsError, ErrorKind};
use crate::memory::{Cloud, State};
use crate::ports::{OrganizationReader, PolicyFacts};

const SCP: PolicyType = PolicyType::ServiceControlPolicy;
const BACKUP: PolicyType = PolicyType::BackupPolicy;

fn place() -> Place {
    Place { account: "111122223333".parse().unwrap(), region: "eu-central-1".to_owned() }
}

fn policy(kind: PolicyType, id: &str, targets: &[&str]) -> (PolicyFacts, String, Vec<String>) {
    let facts = PolicyFacts {
        id: id.to_owned(),
        name: id.trim_start_matches("p-").to_owned(),
        kind: kind.as_str().to_owned(),
        description: String::new(),
    };
    (facts, "{}".to_owned(), targets.iter().map(|target| (*target).to_owned()).collect())
}

/// An organization with one policy of ours that is to go, one to change, and one of somebody else.
fn cloud() -> Cloud {
    let owned: BTreeMap<String, String> = [(OWNED.0.to_owned(), OWNED.1.to_owned())].into();
    let types = [("EBS", false), ("EFS", true)].map(|(kind, is_on)| (kind.to_owned(), is_on));
    Cloud::new(State {
        caller: "111122223333".to_owned(),
        management_account: "111122223333".to_owned(),
        root: "r-acme".to_owned(),
        policy_types: vec![SCP.as_str().to_owned()],
        policies: vec![
            policy(SCP, "p-FullAWSAccess", &["r-acme", "ou-1"]),
            policy(SCP, "p-old", &["ou-1"]),
            policy(SCP, "p-kept", &["r-acme"]),
            policy(SCP, "p-foreign", &["ou-1"]),
        ],
        policy_tags: ["p-old", "p-kept"].map(|id| (id.to_owned(), owned.clone())).into(),
        resource_types: [(place(), types.into())].into(),
        ..State::default()
    })
}

fn wanted(kind: PolicyType, name: &str, targets: &[&str]) -> Wanted {
    Wanted {
        kind,
        name: name.to_owned(),
        description: "d".to_owned(),
        content: "{}".to_owned(),
        targets: targets.iter().map(|target| (*target).to_owned()).collect(),
    }
}

fn wishes() -> (Vec<Wanted>, Desired) {
    let policies = vec![
        wanted(BACKUP, "daily", &["ou-1", "r-acme"]),
        wanted(SCP, "kept", &["r-acme", "ou-1"]),
        wanted(SCP, "new", &["ou-1"]),
    ];
    let service = settings::BACKUP.to_owned();
    let settings = Desired {
        trusted_access: [service.clone()].into(),
        stack_sets: true,
        policy_types: [BACKUP.as_str().to_owned()].into(),
        administrators: [(service, "222233334444".parse().unwrap())].into(),
        global: [("isCrossAccountBackupEnabled".to_owned(), "true".to_owned())].into(),
        opt_ins: [(place(), [("EBS".to_owned(), true)].into())].into(),
    };
    (policies, settings)
}

async fn decide(cloud: &Cloud) -> Result<Decision, AwsError> {
    let (wanted, desired) = wishes();
    let root = cloud.root().await?;
    let settings = settings::decide(&desired, &observe_settings(cloud, &root, &desired).await?);
    let observed = observe_policies(cloud, &root, &wanted).await?;
    Ok(settings.then(policies::decide(&wanted, &observed, &BTreeSet::new())))
}

async fn run(cloud: &Cloud) -> Result<Vec<Outcome>, AwsError> {
    let decision = decide(cloud).await?;
    Ok(act(cloud, "r-acme", &decision.steps, |_, _| {}).await)
}

/// What is there, ids left out: they depend on how often a policy was made.
fn look(cloud: &Cloud) -> String {
    let state = cloud.state();
    let mut policies: Vec<_> = state
        .policies
        .iter()
        .map(|(facts, content, targets)| {
            let targets: BTreeSet<&String> = targets.iter().collect();
            let tags = state.policy_tags.get(&facts.id);
            format!("{} {} {} {content} {targets:?} {tags:?}", facts.kind, facts.name, facts.description)
        })
        .collect();
    policies.sort();
    format!(
        "{policies:#?} {:?} {:?} {:?} {:?} {:?} {:?}",
        state.policy_types.iter().collect::<BTreeSet<_>>(),
        state.trusted_services,
        state.administrators,
        state.stack_sets_have_access,
        state.global_settings,
        state.resource_types,
    )
}

#[tokio::test]
async fn what_is_decided_is_done_and_a_second_run_decides_nothing() {
    let cloud = cloud();
    let decision = decide(&cloud).await.unwrap();
    let steps: Vec<String> = decision.steps.iter().map(Step::to_string).collect();
    assert_eq!(
        steps,
        [
            "give backup.amazonaws.com access to the organization",
            "give stack sets access to the organization",
            "turn on policies of type BACKUP_POLICY",
            "make 222233334444 a delegated administrator of backup.amazonaws.com",
            "set isCrossAccountBackupEnabled=true for AWS Backup",
            "back up EBS in 111122223333, eu-central-1",
            "create backup policy daily",
            "update service control policy kept",
            "create service control policy new",
            "attach service control policy kept to ou-1",
            "attach service control policy new to ou-1",
            "attach backup policy daily to ou-1",
            "attach backup policy daily to r-acme",
            "detach service control policy old from ou-1",
            "delete service control policy old",
        ]
    );
    let outcomes = run(&cloud).await.unwrap();
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Done), "{outcomes:?}");
    let (before, changes) = (look(&cloud), cloud.state().changes);
    assert_eq!(decide(&cloud).await.unwrap(), Decision::default());
    assert_eq!(run(&cloud).await.unwrap(), []);
    assert_eq!((look(&cloud), cloud.state().changes), (before, changes));
    assert!(look(&cloud).contains("foreign"), "what is not ours stays");
}

/// Every call fails once before its effect, and every change once after it; the next run ends as an undisturbed
/// one.
#[tokio::test]
async fn whichever_call_fails_the_next_run_ends_the_same() {
    let undisturbed = cloud();
    run(&undisturbed).await.unwrap();
    let calls = undisturbed.state().calls.len();
    let changes = undisturbed.state().changes;
    assert!(calls >= 30 && changes == 15, "{calls} calls, {changes} changes");
    for number in 0..calls {
        let cloud = cloud();
        cloud.state().faults.insert(number, ErrorKind::Server);
        // Where it fails before the first change, there is an error; later, an outcome.
        let _ = run(&cloud).await;
        run(&cloud).await.unwrap();
        assert_eq!(look(&cloud), look(&undisturbed), "call {number}");
    }
    for number in 1..=changes {
        let cloud = cloud();
        cloud.state().lost_answers.insert(number);
        let outcomes = run(&cloud).await.unwrap();
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Failed(_))).count(), 1);
        run(&cloud).await.unwrap();
        assert_eq!(look(&cloud), look(&undisturbed), "change {number}");
    }
}

#[tokio::test]
async fn what_was_to_take_the_place_of_a_policy_fails_and_the_policy_stays() {
    let cloud = cloud();
    let decision = decide(&cloud).await.unwrap();
    cloud.state().denied.insert(crate::operation::organizations::ATTACH_POLICY);
    let outcomes = act(&cloud, "r-acme", &decision.steps, |_, _| {}).await;
    let told: Vec<String> = decision
        .steps
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| **outcome != Outcome::Done)
        .map(|(step, outcome)| match outcome {
            Outcome::NotTried(why) => format!("{step}: {why}"),
            _ => format!("{step} failed"),
        })
        .collect();
    assert_eq!(
        told,
        [
            "attach service control policy kept to ou-1 failed",
            "attach service control policy new to ou-1 failed",
            "attach backup policy daily to ou-1 failed",
            "attach backup policy daily to r-acme: an earlier step of the policy failed",
            "detach service control policy old from ou-1: a policy that may be to take its place failed",
            "delete service control policy old: a policy that may be to take its place failed",
        ]
    );
}

#[tokio::test]
async fn an_account_that_lets_nobody_in_is_one_item_and_no_end() {
    let cloud = cloud();
    cloud.state().closed_accounts.insert(place().account);
    let decision = decide(&cloud).await.unwrap();
    assert_eq!(decision.blocked.len(), 1);
    assert!(decision.blocked[0].reason.contains("access denied: sts:AssumeRole"), "{:?}", decision.blocked);
    assert_eq!(decision.steps.len(), 14);
}

#[tokio::test]
async fn expired_credentials_end_the_run() {
    let cloud = cloud();
    let before = cloud.state().calls.len();
    decide(&cloud).await.unwrap();
    let observing = cloud.state().calls.len() - before;
    cloud.state().faults.insert(2 * observing + 1, ErrorKind::ExpiredCredentials);
    let outcomes = run(&cloud).await.unwrap();
    assert_eq!(outcomes[0], Outcome::Done);
    assert!(matches!(outcomes[1], Outcome::Failed(_)));
    assert!(outcomes[2..].iter().all(|outcome| *outcome == Outcome::NotTried("the run ended before it")));
}
