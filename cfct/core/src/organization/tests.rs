use serde_json::{Value, json};

use super::*;
use crate::aws::OuPath;

fn read_value(value: &Value) -> Reading {
    read(&SourceFile::new("organization.json", serde_json::to_string_pretty(value).unwrap()))
}

fn base() -> Value {
    json!({
        "management_account_id": "000000000001",
        "root_id": "r-abcd",
        "organizational_units": [
            { "id": "ou-abcd-security1", "name": "Security", "parent": "r-abcd" },
            { "id": "ou-abcd-workload", "name": "Workloads", "parent": "r-abcd" },
            { "id": "ou-abcd-prodprod", "name": "Prod", "parent": "ou-abcd-workload" }
        ],
        "accounts": [
            { "id": "300000000001", "name": "App", "status": "ACTIVE", "parent": "ou-abcd-prodprod" },
            { "id": "000000000001", "name": "main", "status": "ACTIVE", "parent": "r-abcd" },
            { "id": "200000000001", "name": "app", "status": "SUSPENDED", "parent": "ou-abcd-prodprod" }
        ],
        "baseline_stack_set": { "name": BASELINE_STACK_SET, "accounts": ["300000000001"], "regions": ["eu-west-1"] },
        "home_region": "eu-west-1"
    })
}

/// The codes found in `base` after `change`.
fn codes_after(change: impl FnOnce(&mut Value)) -> Vec<&'static str> {
    let mut value = base();
    change(&mut value);
    let mut codes: Vec<_> = read_value(&value).findings.iter().map(|finding| finding.code.name).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn a_sound_file_gives_the_organization_and_no_finding() {
    for value in [base(), json!({ "organization": base(), "deployed": {} })] {
        let reading = read_value(&value);
        assert_eq!(reading.findings.len(), 0);
        let organization = reading.organization.unwrap();
        let prod = organization.unit_at(OuPath::parts_of("Workloads:Prod")).unwrap();
        assert_eq!(organization.path(prod).to_string(), "Workloads:Prod");
        assert_eq!(organization.unit(prod).level, Some(2));
        let active: Vec<_> =
            organization.active_in(prod).map(|a| organization.account(a).id.to_string()).collect();
        assert_eq!(active, ["300000000001"]);
        assert_eq!(organization.account(organization.management().unwrap()).name.as_ref(), "main");
        assert_eq!(organization.baseline().accounts.len(), 1);
        assert_eq!(organization.descendants(UnitIndex::ROOT).len(), 3);
    }
}

#[test]
fn accounts_are_numbered_by_id_and_named_in_the_order_of_the_file() {
    let organization = read_value(&base()).organization.unwrap();
    let ids: Vec<_> = organization.accounts().map(|(_, account)| account.id.to_string()).collect();
    assert_eq!(ids, ["000000000001", "200000000001", "300000000001"]);
    let named: Vec<_> =
        organization.accounts_by_name("APP").iter().map(|a| organization.account(*a).name.as_ref()).collect();
    assert_eq!(named, ["App", "app"]);
}

type Change = Box<dyn FnOnce(&mut Value)>;

#[test]
fn each_fault_of_a_file_has_its_code() {
    let unit = |id: &str, name: &str, parent: &str| json!({ "id": id, "name": name, "parent": parent });
    let cases: Vec<(&str, Change)> = vec![
        (
            "snapshot-missing-field",
            Box::new(|o| drop(o["accounts"][0].as_object_mut().unwrap().remove("status"))),
        ),
        ("snapshot-missing-field", Box::new(|o| o["home_region"] = Value::Null)),
        ("snapshot-wrong-type", Box::new(|o| o["organizational_units"][0]["name"] = json!(7))),
        (
            "organization-malformed-id",
            Box::new(|o| o["baseline_stack_set"]["accounts"][0] = json!("30000000000")),
        ),
        ("organization-duplicate-id", Box::new(|o| o["accounts"][2]["id"] = json!("300000000001"))),
        (
            "organization-duplicate-id",
            Box::new(move |o| {
                o["organizational_units"].as_array_mut().unwrap().push(unit(
                    "ou-abcd-prodprod",
                    "Other",
                    "r-abcd",
                ));
            }),
        ),
        (
            "organization-duplicate-name",
            Box::new(|o| o["organizational_units"][1]["name"] = json!("Security")),
        ),
        ("organization-unknown-parent", Box::new(|o| o["accounts"][0]["parent"] = json!("ou-abcd-nowhere1"))),
        (
            "organization-unknown-parent",
            Box::new(|o| o["organizational_units"][0]["parent"] = json!("ou-abcd-nowhere1")),
        ),
        (
            "organization-cycle",
            Box::new(|o| o["organizational_units"][1]["parent"] = json!("ou-abcd-prodprod")),
        ),
        (
            "organization-cycle",
            Box::new(|o| o["organizational_units"][0]["parent"] = json!("ou-abcd-security1")),
        ),
        (
            "organization-too-deep",
            Box::new(move |o| {
                let units = o["organizational_units"].as_array_mut().unwrap();
                let mut parent = "ou-abcd-prodprod".to_owned();
                for level in 3..8 {
                    let id = format!("ou-abcd-levelno{level}");
                    units.push(unit(&id, "Deep", &parent));
                    parent = id;
                }
            }),
        ),
        ("organization-management-account", Box::new(|o| o["management_account_id"] = json!("999999999999"))),
        ("organization-home-region", Box::new(|o| o["home_region"] = json!("eu-wset-1"))),
        ("organization-home-region", Box::new(|o| o["partition"] = json!("aws-cn"))),
        ("organization-account-status", Box::new(|o| o["accounts"][0]["status"] = json!("active"))),
        (
            "organization-baseline-account",
            Box::new(|o| o["baseline_stack_set"]["accounts"][0] = json!("999999999999")),
        ),
    ];
    for (code, change) in cases {
        assert_eq!(codes_after(change), [code]);
    }
}

#[test]
fn an_account_that_only_the_baseline_names_is_kept_for_root() {
    let mut value = base();
    value["baseline_stack_set"]["accounts"] = json!(["999999999999", "300000000001", "999999999999"]);
    let organization = read_value(&value).organization.unwrap();
    let enrolled: Vec<_> =
        organization.baseline().accounts.iter().map(|account| organization.account(account).status).collect();
    assert_eq!(enrolled, [AccountStatus::Active, AccountStatus::Unlisted]);
}

#[test]
fn the_partition_follows_from_the_home_region() {
    for (region, partition) in [("cn-north-1", "aws-cn"), ("eu-west-1", "aws")] {
        let mut value = base();
        value["home_region"] = json!(region);
        assert_eq!(read_value(&value).organization.unwrap().partition(), Some(partition));
    }
}

#[test]
fn unknown_fields_are_kept_as_written() {
    let mut value = base();
    value["features"] = json!(["ALL"]);
    value["accounts"][0]["tags"] = json!({ "tier": "gold" });
    let reading = read_value(&value);
    assert_eq!(reading.findings.len(), 0);
    let organization = reading.organization.unwrap();
    assert_eq!(organization.unknown[0].0.as_ref(), "features");
    let app = organization.account_by_id("300000000001".parse().unwrap()).unwrap();
    let tags: Value = serde_json::from_str(&organization.account(app).unknown[0].1).unwrap();
    assert_eq!(tags, json!({ "tier": "gold" }));
}

#[test]
fn a_finding_points_at_the_value_and_suggests_the_field_that_was_mistyped() {
    let text = serde_json::to_string_pretty(&base()).unwrap().replace("home_region", "home_regoin");
    let findings = read(&SourceFile::new("organization.json", text)).findings;
    assert_eq!(findings[0].message, "the organization has no `home_region`");
    assert_eq!(findings[0].help.as_deref(), Some("`home_regoin` is probably meant to be `home_region`"));
    let mut value = base();
    value["accounts"][1]["id"] = json!(123_456_789_012_u64);
    let findings = read_value(&value).findings;
    let wrong = findings.iter().find(|finding| finding.code.name == "snapshot-wrong-type").unwrap();
    assert_eq!(wrong.message, "`accounts[1].id` is a number, not a text");
    assert_eq!(wrong.fix.as_ref().unwrap().edits[0].replacement, "\"123456789012\"");
    assert_eq!(wrong.primary.text(), "123456789012");
}

#[test]
fn what_is_no_organization_gives_findings_and_never_a_panic() {
    for text in ["", "[]", "null", "7", "{", "{}", r#"{"organization":[]}"#, r#"{"accounts":{"a":1}}"#] {
        let reading = read(&SourceFile::new("organization.json", text));
        assert!(!reading.findings.is_empty() || reading.organization.is_none(), "{text}");
    }
}
