//! Settings, vaults, roles and what else is there: what `apply`, `verify` and `doctor` read and change.

use std::collections::BTreeMap;

use cfct_core::apply::settings::Place;

use super::{MANAGEMENT, Ports, REGIONS};

/// A vault, and the days that its lock takes.
pub const VAULT: (&str, i64, i64) = ("local", 7, 70);
/// A role.
pub const ROLE: &str = "Backup";
/// A rule on events, and what it takes.
pub const RULE: (&str, &str) = ("lifecycle", r#"{"source":["aws.controltower"]}"#);

fn here() -> Place {
    Place { account: MANAGEMENT.parse().expect("an id"), region: REGIONS[0].to_owned() }
}

pub async fn global_settings<P: Ports>(ports: &P) {
    let set = async |name: &str, value: &str| {
        let settings = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        ports.set_global_settings(&settings).await.expect("set");
    };
    set("isMpaEnabled", "true").await;
    for _ in 0..2 {
        set("isCrossAccountBackupEnabled", "true").await;
    }
    let now = ports.global_settings().await.expect("settings");
    assert_eq!(now["isCrossAccountBackupEnabled"], "true");
    assert_eq!(now["isMpaEnabled"], "true", "what is not named stays");
}

pub async fn resource_types<P: Ports>(ports: &P) {
    let before = ports.resource_types(&here()).await.expect("types");
    assert!(before.contains_key("EBS") && before.contains_key("EFS"), "{before:?}");
    let wanted = !before["EBS"];
    for _ in 0..2 {
        let types = BTreeMap::from([("EBS".to_owned(), wanted)]);
        ports.set_resource_types(&here(), &types).await.expect("set");
    }
    let expected = BTreeMap::from_iter(before.into_iter().chain([("EBS".to_owned(), wanted)]));
    assert_eq!(ports.resource_types(&here()).await.expect("types"), expected, "what is not named stays");
}

pub async fn vaults<P: Ports>(ports: &P) {
    let vaults = ports.vaults(&here()).await.expect("vaults");
    let vault = vaults.get(VAULT.0).expect("the scene's vault");
    assert_eq!((vault.is_locked, vault.fewest_days, vault.most_days), (true, Some(VAULT.1), Some(VAULT.2)));
}

pub async fn failed_jobs<P: Ports>(ports: &P) {
    assert_eq!(ports.failed_jobs(&here(), 1_700_000_000).await.expect("none is no error"), []);
}

pub async fn roles<P: Ports>(ports: &P) {
    let has = async |name| ports.has_role(here().account, REGIONS[0], name).await.expect("an answer");
    assert!(has(ROLE).await);
    assert!(!has("Nobody").await);
}

pub async fn effective_policies<P: Ports>(ports: &P) {
    let policy = ports.effective_backup_policy(here().account).await.expect("none is no error");
    assert_eq!(policy, None);
    assert_eq!(ports.invalid_backup_policies().await.expect("accounts"), []);
}

pub async fn stack_sets_access<P: Ports>(ports: &P) {
    assert!(!ports.stack_sets_have_access().await.expect("an answer"));
    for _ in 0..2 {
        ports.activate_stack_sets().await.expect("activated, or activated before");
    }
    assert!(ports.stack_sets_have_access().await.expect("an answer"));
}

pub async fn surroundings<P: Ports>(ports: &P) {
    let rules = ports.rules().await.expect("rules");
    let rule = rules.iter().find(|rule| rule.name == RULE.0).expect("the scene's rule");
    assert_eq!((rule.is_enabled, rule.pattern.as_str()), (true, RULE.1));
    assert_eq!(ports.stacks().await.expect("no stack is no error"), []);
}
