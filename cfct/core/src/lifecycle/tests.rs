use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{Event, Expected, LONGEST, Outcome, Reading, Rejected, Wake, read};

const EVENTS: &str =
    include_str!("../../../../tests/fixtures/vectors/lifecycle/controltower-lifecycle-events.json");
const VALIDATIONS: &str = include_str!(
    "../../../../tests/fixtures/vectors/lifecycle/organizations-effective-policy-validation.json"
);

fn vectors(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

fn expected() -> Expected {
    Expected {
        management_account: "111122223333".parse().unwrap(),
        home_region: "us-east-1".to_owned(),
        organization: Some("o-abcde12345".to_owned()),
    }
}

fn known(event: &Json) -> Event {
    match read(event.to_string().as_bytes(), &expected()) {
        Reading::Known(event) => event,
        other => panic!("{other:?}"),
    }
}

fn rejected(bytes: &[u8]) -> Rejected {
    match read(bytes, &expected()) {
        Reading::Rejected(rejected) => rejected,
        other => panic!("{other:?}"),
    }
}

fn one(name: &str) -> Json {
    vectors(EVENTS)["events"][name].clone()
}

#[test]
fn every_event_is_read_as_the_vectors_expect() {
    let all = vectors(EVENTS);
    let events = all["events"].as_object().unwrap();
    assert_eq!(events.len(), all["expect"].as_object().unwrap().len());
    for (key, event) in events {
        let read = known(event);
        let expect = all["expect"][key].as_object().unwrap();
        let accounts: Option<Vec<String>> =
            read.accounts.as_ref().map(|list| list.iter().map(ToString::to_string).collect());
        let found: BTreeMap<&str, Json> = BTreeMap::from([
            ("event_name", json!(read.name)),
            ("state", json!(read.outcome.to_string())),
            ("accounts", json!(accounts)),
            ("bootstrap", json!(read.wake.bootstraps())),
        ]);
        assert_eq!(found.len(), expect.len(), "{key} expects more than is asserted");
        for (field, value) in found {
            assert_eq!(&value, &expect[field], "{key}: {field}");
        }
        assert_eq!(read.unknown_fields, 0, "{key}");
        assert!(read.completed.is_some(), "{key}");
    }
}

#[test]
fn each_kind_of_event_wakes_what_it_is_about() {
    let account = Wake::Account("444455556666".parse().unwrap());
    let unit = Wake::Unit("ou-abcd-l3zc8b3h".to_owned());
    for (name, wake) in [
        ("CreateManagedAccount.SUCCEEDED", &account),
        ("UpdateManagedAccount.SUCCEEDED", &account),
        ("EnableBaseline.account.SUCCEEDED", &account),
        ("ResetEnabledBaseline.ou.SUCCEEDED", &unit),
        ("RegisterOrganizationalUnit.SUCCEEDED", &unit),
        ("SetupLandingZone.SUCCEEDED", &Wake::Organization),
        ("UpdateLandingZone.SUCCEEDED", &Wake::Organization),
    ] {
        assert_eq!(known(&one(name)).wake, *wake, "{name}");
    }
    for name in ["CreateManagedAccount.FAILED", "DisableGuardrail.SUCCEEDED", "DisableBaseline.ou.SUCCEEDED"]
    {
        assert!(matches!(known(&one(name)).wake, Wake::Nothing(_)), "{name}");
    }
}

#[test]
fn a_backup_policy_that_turns_invalid_or_valid_wakes_its_account() {
    let all = vectors(VALIDATIONS);
    for (name, remarks) in [("INVALID", 1), ("VALID", 0)] {
        let event = known(&all["events"][name]);
        assert_eq!(event.wake, Wake::Account("444455556666".parse().unwrap()), "{name}");
        assert_eq!(event.outcome, Outcome::Other(name.to_owned()));
        assert_eq!((event.remarks.len(), event.unknown_fields), (remarks, 0), "{name}");
    }
    let mut other = all["events"]["INVALID"].clone();
    other["detail"]["serviceEventDetails"]["policyType"] = json!("TAG_POLICY");
    assert!(matches!(known(&other).wake, Wake::Nothing(_)));
}

#[test]
fn a_validation_comes_from_where_organizations_is_and_not_from_the_home_region() {
    let event = vectors(VALIDATIONS)["events"]["INVALID"].clone();
    let at = |home: &str| Expected { home_region: home.to_owned(), ..expected() };
    assert!(matches!(read(event.to_string().as_bytes(), &at("eu-central-1")), Reading::Known(_)));
    let elsewhere = read(event.to_string().as_bytes(), &at("us-gov-west-1"));
    assert!(matches!(elsewhere, Reading::Rejected(Rejected::Region { .. })));
}

#[test]
fn a_time_is_read_in_either_form() {
    let z = known(&one("EnableBaseline.ou.SUCCEEDED")).completed;
    let zeros = known(&one("CreateManagedAccount.SUCCEEDED")).completed;
    assert_eq!((z, zeros), (Some(1_777_896_572), Some(1_777_896_572)));
}

#[test]
fn fields_that_are_not_known_are_counted_and_passed_over() {
    let mut event = one("CreateManagedAccount.SUCCEEDED");
    event["new"] = json!(1);
    event["detail"]["new"] = json!([]);
    event["detail"]["serviceEventDetails"]["createManagedAccountStatus"]["new"] = json!({});
    let read = known(&event);
    assert_eq!(read.unknown_fields, 3);
    assert!(read.wake.bootstraps());
}

#[test]
fn an_event_that_is_not_known_wakes_at_most_the_account_that_it_names() {
    let mut event = one("CreateManagedAccount.SUCCEEDED");
    event["detail"]["eventName"] = json!("AdoptManagedAccount");
    let Reading::Unknown(read) = read(event.to_string().as_bytes(), &expected()) else { panic!() };
    assert_eq!(read.name, "AdoptManagedAccount");
    assert_eq!(read.wake, Wake::Account("444455556666".parse().unwrap()));
    event["detail"]["serviceEventDetails"] = json!({"something": "else"});
    let Reading::Unknown(read) = super::read(event.to_string().as_bytes(), &expected()) else { panic!() };
    assert!(matches!(read.wake, Wake::Nothing(_)));
}

#[test]
fn an_event_of_another_place_is_rejected_with_a_sentence() {
    for (change, word, sentence) in [
        (("source", json!("aws.ec2")), "source", "the event is from aws.ec2, which is neither"),
        (("account", json!("999999999999")), "account", "the event is of account 999999999999, and not"),
        (("region", json!("eu-west-1")), "region", "the event is of Region eu-west-1, and such"),
        (("account", json!(7)), "malformed", "the event is malformed: it has no `account`"),
        (("detail", json!("text")), "malformed", "the event is malformed: it has no `detail`"),
    ] {
        let mut event = one("CreateManagedAccount.SUCCEEDED");
        event[change.0] = change.1;
        let rejected = rejected(event.to_string().as_bytes());
        assert_eq!(rejected.word(), word);
        assert!(rejected.to_string().starts_with(sentence), "{rejected}");
    }
    let mut event = one("CreateManagedAccount.SUCCEEDED");
    event["detail"]["eventSource"] = json!("ec2.amazonaws.com");
    assert_eq!(rejected(event.to_string().as_bytes()).word(), "source");
}

#[test]
fn an_event_that_names_another_organization_is_rejected() {
    let target = "arn:aws:organizations::111122223333:account/o-zzzzz99999/444455556666";
    let mut event = one("EnableBaseline.account.SUCCEEDED");
    event["detail"]["serviceEventDetails"]["enableBaselineStatus"]["enabledBaselineDetails"]["targetIdentifier"] =
        json!(target);
    assert_eq!(rejected(event.to_string().as_bytes()).word(), "organization");
    let mut event = vectors(VALIDATIONS)["events"]["INVALID"].clone();
    event["detail"]["serviceEventDetails"]["validationErrors"][0]["accountPath"] =
        json!("o-zzzzz99999/r-abcd/444455556666/");
    assert_eq!(rejected(event.to_string().as_bytes()).word(), "organization");
}

#[test]
fn what_is_no_event_is_rejected_and_nothing_is_too_long() {
    for bytes in [&b""[..], b"{", b"[]", b"null", b"\xff\xfe", b"{\"source\":\"aws.controltower\"}"] {
        assert_eq!(rejected(bytes).word(), "malformed");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(rejected(deep.as_bytes()).word(), "malformed");
    assert_eq!(rejected(&vec![b' '; 1 << 20]), Rejected::TooLong { bytes: 1 << 20 });
    assert_eq!(rejected(&vec![b' '; LONGEST]).word(), "malformed");
}
