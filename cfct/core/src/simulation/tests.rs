use super::{MOST_CONCURRENT, Overridden, Placed, Question, Work, answer, outlook, simulate};
use crate::aws::OuPath;
use crate::bootstrap::{Configuration, Place, configuration};
use crate::organization::AccountStatus;

fn configuration() -> Configuration {
    configuration::read(include_bytes!("../../tests/bootstrap/configuration.json")).unwrap()
}

fn place() -> Place {
    Place {
        account: "444455556666".parse().unwrap(),
        name: "shop".to_owned(),
        status: AccountStatus::Active,
        unit: OuPath::new(["Workloads", "Prod"]),
        id_path: String::new(),
    }
}

fn one_call(service: &'static str, shared: bool) -> Work {
    let shared = shared.then(|| "100000000001".parse().unwrap());
    Work { waves: vec![vec![Placed { call: (service, "AssumeRole"), region: String::new(), shared }]] }
}

fn question(accounts: usize) -> Question {
    Question { accounts, concurrency: None, latency: 0.05, overridden: Vec::new() }
}

#[test]
fn a_shared_quota_sets_the_time_however_many_work_at_once() {
    // Ten a second after a burst of twenty.
    let work = one_call("sts", true);
    for concurrency in [50, 100, 1_000] {
        let simulated = simulate(&work, 1_000, concurrency, 0.05, &[]);
        assert!((98.0..98.2).contains(&simulated.tried.seconds), "{:?}", simulated.tried);
        let binds = simulated.binds.unwrap();
        assert_eq!((binds.service.as_str(), binds.of.as_str()), ("sts", "100000000001"));
        assert!(binds.utilization > 0.99, "{binds:?}");
    }
}

#[test]
fn without_a_quota_in_the_way_latency_and_concurrency_set_it() {
    let work = one_call("sts", false);
    for (concurrency, seconds) in [(1, 5.0), (10, 0.5), (100, 0.05)] {
        let simulated = simulate(&work, 100, concurrency, 0.05, &[]);
        assert!((simulated.tried.seconds - seconds).abs() < 1e-9, "{:?}", simulated.tried);
        assert_eq!(simulated.binds, None);
        assert_eq!(simulated.ends.len(), 100);
    }
}

#[test]
fn no_more_is_recommended_than_helps() {
    let outlook = outlook(&question(1_000), &one_call("sts", true));
    assert_eq!(outlook.recommended_concurrency, 1);
    let outlook = super::outlook(&question(1_000), &one_call("sts", false));
    assert_eq!(outlook.recommended_concurrency, MOST_CONCURRENT);
}

#[test]
fn a_run_over_accounts_in_which_all_is_done_makes_reads_only() {
    let answer = answer(&question(100), &configuration(), &place());
    assert!(answer.later.calls_per_account < answer.first.calls_per_account);
    assert!(answer.later.seconds < answer.first.seconds);
    let writes = ["CreateKey", "CreateBackupVault", "PutParameter", "AssociateResourceShare"];
    let (_, later) = Work::first_and_later(&configuration(), &place());
    let made = later.waves.iter().flatten().filter(|placed| writes.contains(&placed.call.1)).count();
    assert_eq!(made, 0);
}

#[test]
fn the_same_question_has_the_same_answer_and_the_timeline_ends_with_all_accounts() {
    let (one, other) = (
        answer(&question(500), &configuration(), &place()),
        answer(&question(500), &configuration(), &place()),
    );
    assert_eq!(one, other);
    let last = one.first.timeline.last().unwrap();
    assert_eq!(last.accounts, 500);
    assert!(one.first.timeline.windows(2).all(|pair| pair[0].accounts <= pair[1].accounts));
}

#[test]
fn a_quota_can_be_given_another_value() {
    let overridden = [Overridden { service: "sts".to_owned(), per_second: 600.0 }];
    let simulated = simulate(&one_call("sts", true), 1_000, 1_000, 0.05, &overridden);
    assert!(simulated.tried.seconds < 1.0, "{:?}", simulated.tried);
}

#[test]
fn no_accounts_take_no_time() {
    let answer = answer(&question(0), &configuration(), &place());
    assert_eq!((answer.first.calls, answer.first.binds.is_none()), (0, true));
    assert!(answer.first.seconds.abs() < 1e-9);
}

#[test]
fn every_call_has_a_quota() {
    let (first, later) = Work::first_and_later(&configuration(), &place());
    for placed in first.waves.iter().chain(&later.waves).flatten() {
        assert!(crate::rates::of(placed.call.0, placed.call.1).is_some(), "{placed:?}");
    }
}
