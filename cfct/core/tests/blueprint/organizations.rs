//! Organizations quite unlike the example.

use cfct_core::aws::OuPath;
use cfct_core::deployment::{AccountAnswer, AccountRole, Answers, Architecture, MfaEvidence, Tier};
use cfct_core::organization::{self, Organization};
use cfct_core::source::SourceFile;
use serde_json::{Value, json};

/// An organization and what is wanted for it.
pub struct Case {
    pub name: &'static str,
    pub organization: Organization,
    pub answers: Answers,
}

pub fn units(paths: &[&str]) -> std::collections::BTreeSet<OuPath> {
    paths.iter().map(|path| OuPath::new(OuPath::parts_of(path))).collect()
}

fn accounts(named: &[(AccountRole, &str)]) -> std::collections::BTreeMap<AccountRole, AccountAnswer> {
    let account = |name: &str| AccountAnswer { name: Some(name.to_owned()), id: None };
    named.iter().map(|(role, name)| (*role, account(name))).collect()
}

/// A snapshot in which every account is enrolled.
pub fn snapshot(home: &str, recovery: &str, units: &Value, accounts: &Value) -> Organization {
    let ids: Vec<&Value> =
        accounts.as_array().expect("a list").iter().skip(1).map(|account| &account["id"]).collect();
    let snapshot = json!({
        "organization_id": "o-zz9plural9",
        "management_account_id": accounts[0]["id"],
        "root_id": "r-zz9p",
        "organizational_units": units,
        "accounts": accounts,
        "baseline_stack_set": {
            "name": "AWSControlTowerBP-BASELINE-CONFIG",
            "accounts": ids,
            "regions": [home, recovery],
        },
        "home_region": home,
    });
    let reading = organization::read(&SourceFile::new("organization.json", snapshot.to_string()));
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
    reading.organization.expect("an organization")
}

pub fn account(id: &str, name: &str, parent: &str) -> Value {
    json!({"id": id, "name": name, "email": format!("{id}@example.com"), "status": "ACTIVE", "parent": parent})
}

pub fn unit(id: &str, name: &str, parent: &str) -> Value {
    json!({"id": id, "name": name, "parent": parent})
}

/// In GovCloud: one level of units, names with spaces, no key administrators of their own, long retention.
pub fn agency() -> Case {
    let units_of = json!([
        unit("ou-zz9p-aaaaaaaa", "Mission Systems", "r-zz9p"),
        unit("ou-zz9p-bbbbbbbb", "Core", "r-zz9p"),
        unit("ou-zz9p-cccccccc", "Custodians", "r-zz9p"),
    ]);
    let accounts_of = json!([
        account("200000000001", "Agency Root", "r-zz9p"),
        account("200000000002", "Log Archive", "ou-zz9p-cccccccc"),
        account("200000000003", "Audit", "ou-zz9p-bbbbbbbb"),
        account("200000000004", "Key Custodian", "ou-zz9p-cccccccc"),
        account("200000000005", "Vault 13", "ou-zz9p-cccccccc"),
        account("200000000006", "Backup Hub", "ou-zz9p-bbbbbbbb"),
        account("200000000007", "Mission One", "ou-zz9p-aaaaaaaa"),
    ]);
    Case {
        name: "agency",
        organization: snapshot("us-gov-west-1", "us-gov-east-1", &units_of, &accounts_of),
        answers: Answers {
            recovery_region: Some("us-gov-east-1".to_owned()),
            backup_units: units(&["Mission Systems", "Core"]),
            vault_units: units(&["Custodians"]),
            notification_email: Some("backups@agency.example".to_owned()),
            accounts: accounts(&[
                (AccountRole::LogArchive, "Log Archive"),
                (AccountRole::Audit, "Audit"),
                (AccountRole::BackupKeys, "Key Custodian"),
                (AccountRole::CentralBackup, "Backup Hub"),
                (AccountRole::DataBunker, "Vault 13"),
            ]),
            retention: [(Tier::Hourly, 14), (Tier::Weekly, 120), (Tier::Yearly, 3650)].into(),
            identity_center: Some("arn:aws-us-gov:sso:::instance/ssoins-fedcba9876543210".to_owned()),
            ..Answers::default()
        },
    }
}

/// In one partition with the example, its Regions swapped; the central account apart from what is backed up;
/// retention too short for cold storage; MFA at sign-in alone.
pub fn startup() -> Case {
    let units_of = json!([
        unit("ou-zz9p-aaaaaaaa", "Products", "r-zz9p"),
        unit("ou-zz9p-bbbbbbbb", "Shop", "ou-zz9p-aaaaaaaa"),
        unit("ou-zz9p-cccccccc", "Security", "r-zz9p"),
        unit("ou-zz9p-dddddddd", "Backup", "r-zz9p"),
        unit("ou-zz9p-eeeeeeee", "Toys", "r-zz9p"),
    ]);
    let accounts_of = json!([
        account("300000000001", "root", "r-zz9p"),
        account("300000000002", "log-archive", "ou-zz9p-cccccccc"),
        account("300000000003", "audit", "ou-zz9p-cccccccc"),
        account("300000000004", "keys", "ou-zz9p-dddddddd"),
        account("300000000005", "bunker", "ou-zz9p-dddddddd"),
        account("300000000006", "copies", "ou-zz9p-dddddddd"),
        account("300000000007", "shop-prod", "ou-zz9p-bbbbbbbb"),
        account("300000000008", "labs", "ou-zz9p-aaaaaaaa"),
        account("300000000009", "play", "ou-zz9p-eeeeeeee"),
    ]);
    Case {
        name: "startup",
        organization: snapshot("eu-west-1", "eu-central-1", &units_of, &accounts_of),
        answers: Answers {
            recovery_region: Some("eu-central-1".to_owned()),
            backup_units: units(&["Products", "Products:Shop"]),
            vault_units: units(&["Security", "Backup"]),
            accounts: accounts(&[
                (AccountRole::LogArchive, "log-archive"),
                (AccountRole::Audit, "audit"),
                (AccountRole::BackupKeys, "keys"),
                (AccountRole::CentralBackup, "copies"),
                (AccountRole::DataBunker, "bunker"),
                (AccountRole::KeyAdministrators, "audit"),
            ]),
            retention: [(Tier::Monthly, 120), (Tier::Yearly, 400)].into(),
            identity_center: Some("arn:aws:sso:::instance/ssoins-fedcba9876543210".to_owned()),
            mfa: Some(MfaEvidence::SignIn),
            ..Answers::default()
        },
    }
}

/// The example's organization, with the example's answers.
pub fn example() -> Case {
    let answers = super::root::blueprint().example().answers().clone();
    Case { name: "example", organization: super::root::example_organization(), answers }
}

impl Case {
    /// The same, for other architectures.
    pub fn with(mut self, architectures: &[Architecture]) -> Self {
        self.answers.architectures = architectures.iter().copied().collect();
        if architectures == [Architecture::SingleAccount] {
            // The template moves them to cold storage, where they have to stay.
            self.answers.retention.insert(Tier::Monthly, 200);
        }
        self
    }
}
