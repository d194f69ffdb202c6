use cfct_core::apply::settings::Place;
use cfct_core::aws::AccountId;
use cfct_core::verify::{Expected, Item, State as Verdict, Vault};
use serde_json::json;

use super::{effective_policies, places};
use crate::error::ErrorKind;
use crate::memory::{Cloud, State};
use crate::operation::organizations;
use crate::ports::FailedJob;

fn account(text: &str) -> AccountId {
    text.parse().unwrap()
}

fn told(items: &[Item]) -> Vec<String> {
    let account = |item: &Item| item.account.map(|account| account.to_string()).unwrap_or_default();
    items
        .iter()
        .map(|item| format!("{} {} {} {}", item.state, item.kind, item.subject, account(item)))
        .collect()
}

#[tokio::test]
async fn every_account_has_its_verdict() {
    let policy = json!({"plans": {"p": {"x": "1"}}});
    let [one, two, three] = ["111122223333", "222233334444", "333344445555"].map(account);
    let cloud = Cloud::new(State {
        effective_policies: [(one, policy.to_string()), (three, policy.to_string())].into(),
        invalid_policies: [three].into(),
        ..State::default()
    });
    let accounts = [one, two, three].map(|account| (account, Some(policy.clone())));
    let items = effective_policies(&cloud, &accounts).await.unwrap();
    assert_eq!(
        told(&items),
        [
            "correct effective policy backup 111122223333",
            "missing effective policy backup 222233334444",
            "incorrect effective policy backup 333344445555",
        ]
    );
    cloud.state().denied.insert(organizations::DESCRIBE_EFFECTIVE_POLICY);
    let items = effective_policies(&cloud, &accounts).await.unwrap();
    assert!(items.iter().all(|item| item.state == Verdict::Unreachable), "{items:?}");
}

#[tokio::test]
async fn an_account_that_lets_nobody_in_stops_nobody_else() {
    let [open, closed] = ["111122223333", "222233334444"].map(account);
    let [here, there] = [open, closed].map(|account| Place { account, region: "eu-central-1".to_owned() });
    let mut expected = Expected::default();
    for account in [open, closed] {
        expected.add(
            account,
            &json!({"plans": {"p": {
                "regions": ["eu-central-1"],
                "rules": {"r": {"target_backup_vault_name": "v", "lifecycle": {"delete_after_days": "3"}}},
                "selections": {"tags": {"s": {"iam_role_arn": "arn:aws:iam::$account:role/Backup"}}},
            }}}),
        );
    }
    let vault = Vault { is_locked: true, fewest_days: Some(7), ..Vault::default() };
    let job = FailedJob { id: "job".to_owned(), resource: "arn".to_owned(), message: "no access".to_owned() };
    let cloud = Cloud::new(State {
        vaults: [(here.clone(), [("v".to_owned(), vault)].into())].into(),
        failed_jobs: [(here, vec![job])].into(),
        roles: [(open, "Backup".to_owned())].into(),
        closed_accounts: [closed].into(),
        ..State::default()
    });
    let items = places(&cloud, &expected, "eu-central-1", 0).await.unwrap();
    assert_eq!(
        told(&items),
        [
            "incorrect vault v 111122223333",
            "incorrect backup job job 111122223333",
            "unreachable vault v 222233334444",
            "correct role Backup 111122223333",
            "unreachable role Backup 222233334444",
        ]
    );
    assert_eq!(items[2].region.as_deref(), Some(there.region.as_str()));
    let calls = cloud.state().calls.len();
    cloud.state().faults.insert(calls, ErrorKind::ExpiredCredentials);
    places(&cloud, &expected, "eu-central-1", 0).await.unwrap_err();
}
