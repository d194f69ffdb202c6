use std::collections::BTreeSet;

use serde_json::json;

use super::{Expected, Item, State, Vault, compare_vault, effective_policy, policies};
use crate::apply::policies as applying;
use crate::apply::policies::{Observed, PolicyType, Wanted};
use crate::apply::settings::Place;
use crate::aws::AccountId;

fn account() -> AccountId {
    "111122223333".parse().unwrap()
}

fn place(account: &str, region: &str) -> Place {
    Place { account: account.parse().unwrap(), region: region.to_owned() }
}

#[test]
fn an_effective_policy_is_compared_as_settings_not_as_text() {
    let ours = json!({"plans": {"p": {"regions": ["a", "b"], "rules": {"r": {"n": "1"}}}}});
    let cases = [
        (
            Some(&ours),
            Some(r#"{"plans":{"P":{"rules":{"r":{"n":1}},"regions":["b","a"]}}}"#),
            true,
            State::Correct,
            "",
        ),
        (None, None, true, State::Correct, "none"),
        (None, Some(r#"{"plans":{}}"#), true, State::Correct, "none"),
        (Some(&ours), None, true, State::Missing, ""),
        (None, Some(r#"{"plans":{"p":{"n":"1"}}}"#), true, State::Unexpected, ""),
        (
            Some(&ours),
            Some(r#"{"plans":{"p":{"rules":{"r":{"n":"2"}},"regions":["a","b"]}}}"#),
            true,
            State::Incorrect,
            "plans.p.rules.r.n is 2, not 1",
        ),
        (
            Some(&ours),
            Some(r#"{"plans":{"q":{"w":"1","x":"1","y":"1"}}}"#),
            true,
            State::Incorrect,
            "plans.p.regions is nothing, not a, b; plans.p.rules.r.n is nothing, not 1; \
             plans.q.w is 1, not nothing; 2 more differences",
        ),
        (Some(&ours), Some("<html>"), true, State::Incorrect, "what AWS answers is no JSON"),
    ];
    for (ours, theirs, is_valid, state, detail) in cases {
        let item = effective_policy(account(), ours, theirs, is_valid);
        assert_eq!((item.state, item.detail.as_str()), (state, detail), "{theirs:?}");
    }
    let invalid = effective_policy(account(), Some(&ours), Some(&ours.to_string()), false);
    assert_eq!(invalid.state, State::Incorrect);
    assert!(invalid.detail.contains("last valid one"));
}

#[test]
fn vaults_and_roles_come_out_of_an_effective_policy() {
    let content = json!({"plans": {"daily": {
        "regions": ["eu-central-1"],
        "rules": {"r": {
            "target_backup_vault_name": "Local",
            "lifecycle": {"delete_after_days": "35"},
            "copy_actions": {
                "one": {"target_backup_vault_arn": "arn:aws:backup:eu-west-1:$account:backup-vault:Copy"},
                "two": {
                    "target_backup_vault_arn": "arn:aws:backup:eu-west-1:222233334444:backup-vault:Central",
                    "lifecycle": {"delete_after_days": "90"},
                },
            },
        }},
        "selections": {"tags": {"s": {"iam_role_arn": "arn:aws:iam::$account:role/service-role/Backup"}}},
    }}});
    let mut expected = Expected::default();
    expected.add(account(), &content);
    let vaults: Vec<String> = expected
        .vaults
        .iter()
        .flat_map(|(place, vaults)| {
            vaults.iter().map(move |(vault, kept)| format!("{place} {vault} {kept:?}"))
        })
        .collect();
    assert_eq!(
        vaults,
        [
            r#"111122223333, eu-central-1 Local {(Some(35), "daily.r")}"#,
            r#"111122223333, eu-west-1 Copy {(Some(35), "daily.r (copy)")}"#,
            r#"222233334444, eu-west-1 Central {(Some(90), "daily.r (copy)")}"#,
        ]
    );
    assert_eq!(expected.roles[&account()], BTreeSet::from(["Backup".to_owned()]));
}

#[test]
fn a_lock_refuses_what_is_kept_too_short_or_too_long() {
    let place = place("111122223333", "eu-central-1");
    let locked = Vault { is_locked: true, fewest_days: Some(7), most_days: Some(90), key: None };
    let open = Vault { is_locked: false, ..locked.clone() };
    for (kept, there, state) in [
        (Some(7), Some(&locked), State::Correct),
        (Some(90), Some(&locked), State::Correct),
        (Some(6), Some(&locked), State::Incorrect),
        (Some(91), Some(&locked), State::Incorrect),
        (None, Some(&locked), State::Incorrect),
        (Some(6), Some(&open), State::Correct),
        (None, Some(&open), State::Correct),
        (Some(7), None, State::Missing),
    ] {
        let item = compare_vault(&place, "v", &[(kept, "rule".to_owned())].into(), there);
        assert_eq!(item.state, state, "{kept:?} {there:?}: {}", item.detail);
    }
}

#[test]
fn a_policy_is_correct_where_nothing_would_be_done_to_it() {
    let kind = PolicyType::BackupPolicy;
    let wanted = |name: &str, target: &str| Wanted {
        kind,
        name: name.to_owned(),
        description: String::new(),
        content: "{}".to_owned(),
        targets: vec![target.to_owned()],
    };
    let there = |name: &str, target: &str| Observed {
        id: format!("p-{name}"),
        kind,
        name: name.to_owned(),
        description: String::new(),
        content: Some("{}".to_owned()),
        is_owned: true,
        targets: [target.to_owned()].into(),
    };
    let wishes = [wanted("same", "a"), wanted("moved", "a"), wanted("new", "a")];
    let observed = [there("same", "a"), there("moved", "b"), there("old", "a")];
    let items = policies(&wishes, &applying::decide(&wishes, &observed, &BTreeSet::new()));
    let told: Vec<String> = items
        .iter()
        .map(|Item { state, subject, detail, .. }| format!("{state} {subject} {detail}"))
        .collect();
    assert_eq!(
        told,
        [
            "correct same ",
            "incorrect moved it is not attached to a; it is attached to b",
            "missing new ",
            "unexpected old the configuration no longer names it",
        ]
    );
}
