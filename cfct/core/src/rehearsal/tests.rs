use super::{NotVended, bootstrap, vend};
use crate::aws::OuPath;
use crate::backup_policy::utc::UtcMinute;
use crate::bootstrap::{Configuration, Place, configuration};
use crate::lifecycle::{self, Expected, Reading, Wake};
use crate::organization::{self, AccountStatus, Organization};
use crate::source::SourceFile;

const ORGANIZATION: &str = include_str!("../../../../examples/organization.json");
const CONFIGURATION: &[u8] = include_bytes!("../../tests/bootstrap/configuration.json");

fn read(text: &str) -> Organization {
    let reading = organization::read(&SourceFile::new("organization.json", text));
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
    reading.organization.unwrap()
}

fn retail() -> OuPath {
    OuPath::new(["Workloads", "Prod", "Retail"])
}

#[test]
fn a_vended_account_is_in_the_organization_and_its_event_wakes_it() {
    let before = read(ORGANIZATION);
    let vending = vend(&before, "till", &retail(), UtcMinute::from_unix_seconds(1_790_000_000)).unwrap();
    let after = read(&vending.organization);
    assert_eq!(after.accounts().len(), before.accounts().len() + 1);
    let account = after.account_by_id(vending.account).unwrap();
    assert_eq!(after.path(after.account(account).parent.unwrap()), retail());
    assert!(after.baseline().accounts.contains(account), "enrolled");
    let expected = Expected {
        management_account: before.account(before.management().unwrap()).id,
        home_region: before.home_region.as_ref().unwrap().value.to_string(),
        organization: None,
    };
    let Reading::Known(event) = lifecycle::read(vending.event.as_bytes(), &expected) else {
        panic!("{}", vending.event)
    };
    assert_eq!((event.wake, event.unknown_fields), (Wake::Account(vending.account), 0));
}

#[test]
fn what_cannot_be_vended_is_said() {
    let organization = read(ORGANIZATION);
    let now = UtcMinute::from_unix_seconds(0);
    let nowhere = OuPath::new(["Workloads", "Prot"]);
    assert_eq!(vend(&organization, "till", &nowhere, now), Err(NotVended::NoUnit(nowhere)));
    let taken = Err(NotVended::NameTaken("log-archive".to_owned()));
    assert_eq!(vend(&organization, "log-archive", &retail(), now), taken);
}

#[test]
fn a_run_ends_with_nothing_left_to_do() {
    let place = Place {
        account: "999999999999".parse().unwrap(),
        name: "till".to_owned(),
        status: AccountStatus::Active,
        unit: OuPath::new(["Workloads", "Prod"]),
        id_path: "o-acme000001/r-acme/ou-acme-pr0d9x3t/".to_owned(),
    };
    for delivery in [configuration::Delivery::Direct, configuration::Delivery::StackSets] {
        let configuration = Configuration { delivery, ..configuration::read(CONFIGURATION).unwrap() };
        let run = bootstrap(&configuration, &place, 1_790_000_000);
        let last = run.rounds.last().unwrap();
        assert!(last.decision.steps.is_empty(), "{:#?}", last.decision);
        assert!(run.ready.ready && !run.ready.done.is_empty(), "{:#?}", run.ready);
        assert!(run.rounds.len() <= 3, "{} rounds", run.rounds.len());
    }
}
