use std::collections::BTreeSet;

use super::{
    AccountAnswer, AccountRole, Answers, Architecture, Deployment, MfaEvidence, Missing, Tier, Unresolved,
};
use crate::aws::OuPath;
use crate::organization::{self, Organization};
use crate::settings;
use crate::source::SourceFile;

/// A change of the example's answers.
type Change = fn(&mut Answers);

const SETTINGS: &str = include_str!("../../../../cfct.toml");
const ORGANIZATION: &str = include_str!("../../../../examples/organization.json");

fn example() -> Answers {
    settings::read(&SourceFile::new("cfct.toml", SETTINGS)).0.deployment.unwrap()
}

fn organization() -> Organization {
    organization::read(&SourceFile::new("organization.json", ORGANIZATION)).organization.unwrap()
}

fn path(text: &str) -> OuPath {
    OuPath::new(OuPath::parts_of(text))
}

fn paths(texts: &[&str]) -> BTreeSet<OuPath> {
    texts.iter().map(|text| path(text)).collect()
}

fn deployment(change: impl FnOnce(&mut Answers)) -> Deployment {
    let mut answers = example();
    change(&mut answers);
    answers.resolve(None).unwrap()
}

fn unresolved(change: impl FnOnce(&mut Answers), organization: Option<&Organization>) -> Unresolved {
    let mut answers = example();
    change(&mut answers);
    answers.resolve(organization).unwrap_err()
}

#[test]
fn the_locks_follow_from_the_tiers() {
    let deployment = deployment(|answers| {
        answers.retention = [(Tier::Daily, 21), (Tier::Hourly, 28), (Tier::Yearly, 4000)].into();
    });
    assert_eq!(deployment.lock(), (21, 4000));
    assert_eq!(deployment.days(Tier::Weekly), 90);
}

#[test]
fn a_unit_has_a_path_of_ids_from_the_organization_down() {
    let deployment = deployment(|_| {});
    let expected = "o-acme000001/r-acme/ou-acme-w0rk5d1m/ou-acme-pr0d9x3t";
    assert_eq!(deployment.id_path(&path("Workloads:Prod")).as_deref(), Some(expected));
    assert_eq!(deployment.id_path(&path("Nowhere")), None);
}

#[test]
fn policies_go_to_the_topmost_units() {
    let units = paths(&["A", "A:B", "A:B:C", "D:E"]);
    let topmost = Deployment::topmost(&units.iter().collect());
    assert_eq!(topmost, paths(&["A", "D:E"]).iter().collect());
}

#[test]
fn application_units_are_all_but_that_of_the_central_account() {
    let example = deployment(|_| {});
    assert!(!example.application_units().contains(&path("Infrastructure")));
    assert_eq!(example.application_units().len(), 4);
    let alone = deployment(|answers| answers.backup_units = paths(&["Infrastructure"]));
    assert_eq!(alone.application_units(), paths(&["Infrastructure"]).iter().collect());
}

#[test]
fn an_account_plays_its_part_from_its_architecture_on() {
    let deployment = deployment(|answers| answers.architectures = [Architecture::LandingZone].into());
    assert!(deployment.account(AccountRole::LogArchive).is_some());
    assert!(deployment.account(AccountRole::DataBunker).is_none());
    // What is answered already is kept for later.
    assert!(deployment.answers().accounts.contains_key(&AccountRole::DataBunker));
}

#[test]
fn everything_that_nobody_said_is_named_at_once() {
    let open = Answers { architectures: [Architecture::Bunker].into(), ..Answers::default() };
    let open = open.resolve(None).unwrap_err();
    let named: Vec<String> = open.missing.iter().map(ToString::to_string).collect();
    assert_eq!(
        named.join(" "),
        "home-region recovery-region backup-units vault-units identity-center organization-id root-id management \
         log-archive audit backup-keys central-backup data-bunker"
    );
    assert!(open.wrong.is_empty());
}

#[test]
fn without_an_organization_ids_have_to_be_given() {
    let open = unresolved(
        |answers| {
            answers.unit_ids.remove(&path("Workloads"));
            answers.accounts.insert(
                AccountRole::DataBunker,
                AccountAnswer { name: Some("data-bunker".to_owned()), id: None },
            );
            answers.central_unit = None;
        },
        None,
    );
    assert_eq!(
        open.missing,
        [
            Missing::AccountId(AccountRole::DataBunker),
            Missing::Setting("central-unit"),
            Missing::UnitId(path("Workloads")),
        ]
    );
}

#[test]
fn an_organization_fills_in_what_names_stand_for() {
    let mut answers = example();
    answers.unit_ids.clear();
    (answers.central_unit, answers.organization_id, answers.root_id) = (None, None, None);
    for account in answers.accounts.values_mut() {
        account.id = None;
    }
    answers.accounts.remove(&AccountRole::Management);
    assert_eq!(answers.resolve(Some(&organization())), example().resolve(None));
}

#[test]
fn ids_that_the_organization_does_not_know_are_wrong() {
    let organization = organization();
    let of = |change: Change| {
        let wrong = unresolved(change, Some(&organization)).wrong;
        wrong.into_iter().map(|wrong| wrong.message).collect::<Vec<_>>().join("\n")
    };
    let cases: [(Change, &str); 5] = [
        (
            |answers| drop(answers.unit_ids.insert(path("Security"), "ou-acme-00000000".to_owned())),
            "the id of `Security` is `ou-acme-00000000`, and `ou-acme-s3cu4a7k` in the organization file",
        ),
        (
            |answers| answers.central_unit = Some(path("Workloads:Prod")),
            "central-backup: central-backup (120000000006) is in `Infrastructure`, not in `Workloads:Prod`",
        ),
        (|answers| answers.vault_units.extend(paths(&["Securty"])), "no unit `Securty` in the organization"),
        (
            |answers| {
                let account = AccountAnswer { name: Some("legacy-billing".to_owned()), id: None };
                answers.accounts.insert(AccountRole::Audit, account);
            },
            "audit: legacy-billing (180000000001) is suspended",
        ),
        (
            |answers| answers.backup_units = paths(&["Infrastructure", "Workloads:Prod", "Workloads:Test"]),
            "`Workloads:Prod` has accounts in units inside of it, which policies reach and stack sets do not",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(of(change), expected);
    }
}

#[test]
fn answers_that_do_not_go_together_are_wrong() {
    let of = |change: Change| {
        let wrong = unresolved(change, None).wrong;
        wrong.into_iter().map(|wrong| wrong.message).collect::<Vec<_>>().join("\n")
    };
    let cases: [(Change, &str); 5] = [
        (
            |answers| answers.recovery_region = Some("eu-central-1".to_owned()),
            "`eu-central-1` is the home Region and the one for recovery",
        ),
        (
            |answers| {
                answers.architectures = [Architecture::SingleAccount].into();
                answers.retention.insert(Tier::Yearly, 100);
            },
            "yearly backups are kept for 100 days, and the template of a single account moves them to cold storage",
        ),
        (
            |answers| answers.vault_units.extend(paths(&["Infrastructure"])),
            "`Infrastructure` is backed up and a unit of vaults",
        ),
        (
            |answers| {
                let five = ["A", "B", "C", "D", "Infrastructure"];
                answers.backup_units = paths(&five);
                answers.unit_ids.extend(five.map(|unit| (path(unit), "ou-acme-00000000".to_owned())));
            },
            "copies are to come from 5 units that are in none of the others, and a vault takes 4",
        ),
        (
            |answers| answers.central_unit = Some(path("Elsewhere")),
            "the central unit `Elsewhere` is neither backed up nor a unit of vaults",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(of(change), expected);
    }
}

#[test]
fn earlier_answers_stand_and_others_fill_the_gaps() {
    let mine = Answers {
        home_region: Some("eu-west-1".to_owned()),
        retention: [(Tier::Daily, 14)].into(),
        ..Answers::default()
    };
    let both = mine.or(example());
    assert_eq!(both.home_region.as_deref(), Some("eu-west-1"));
    assert_eq!((both.retention[&Tier::Daily], both.retention[&Tier::Weekly]), (14, 90));
    assert_eq!(both.mfa, Some(MfaEvidence::Session));
}
