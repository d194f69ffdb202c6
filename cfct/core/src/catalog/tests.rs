use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Change, Constraint, Observed, ObservedPortfolio, ObservedProduct, ObservedVersion, OfferedParameter,
    PortfolioDetails, ProductDetails, Provisioning, Share, ShareTarget, Values, Wanted, WantedPortfolio,
    WantedProduct, WantedVersion, broken, check, decide,
};
use crate::decision::Change as _;

fn version(name: &str) -> WantedVersion {
    WantedVersion {
        name: name.to_owned(),
        description: String::new(),
        sha256: "a".repeat(64),
        key: "k".to_owned(),
        guidance: "DEFAULT".to_owned(),
        active: true,
    }
}

fn wanted() -> Wanted {
    let product = WantedProduct {
        details: ProductDetails { name: "Vault".to_owned(), ..ProductDetails::default() },
        tag_options: [].into(),
        versions: vec![version("v1"), version("v2")],
        constraints: [("LAUNCH", json!({ "LocalRoleName": "r" }))].into(),
    };
    let portfolio = WantedPortfolio {
        slug: "backup".to_owned(),
        stack_set: "CustomControlTower-service-catalog-backup".to_owned(),
        details: PortfolioDetails { name: "Backup".to_owned(), ..PortfolioDetails::default() },
        tag_options: [].into(),
        principals: ["arn:aws:iam:::role/x".to_owned()].into(),
        shares: [(ShareTarget::Unit("ou-1".to_owned()), Share::default())].into(),
        products: vec![product],
    };
    Wanted { account: "111122223333".parse().unwrap(), portfolios: vec![portfolio] }
}

/// What is there once all of it is done.
fn done() -> Observed {
    let version = |version: &WantedVersion| ObservedVersion {
        id: format!("pa-{}", version.name),
        name: version.name.clone(),
        description: version.description.clone(),
        guidance: version.guidance.clone(),
        active: version.active,
        sha256: Some(version.sha256.clone()),
        has_failed: false,
    };
    let wanted = wanted();
    let own = &wanted.portfolios[0];
    let product = ObservedProduct {
        id: "prod-1".to_owned(),
        slug: Some("backup".to_owned()),
        details: own.products[0].details.clone(),
        tag_options: BTreeMap::new(),
        versions: own.products[0].versions.iter().map(version).collect(),
    };
    let portfolio = ObservedPortfolio {
        id: "port-1".to_owned(),
        slug: Some("backup".to_owned()),
        stack_set: None,
        details: own.details.clone(),
        tag_options: BTreeMap::new(),
        principals: own.principals.clone(),
        shares: own.shares.clone(),
        products: vec![product],
        constraints: vec![Constraint {
            id: "cons-1".to_owned(),
            kind: "LAUNCH".to_owned(),
            product: "prod-1".to_owned(),
            parameters: json!({ "LocalRoleName": "r" }),
        }],
    };
    Observed { organizations_access: Some(true), portfolios: vec![portfolio], products: Vec::new() }
}

fn steps(wanted: &Wanted, observed: &Observed) -> Vec<String> {
    decide(wanted, observed).steps.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_as_it_is_wanted_is_left_alone() {
    assert_eq!(decide(&wanted(), &done()), super::Decision::default());
}

#[test]
fn from_nothing_each_thing_comes_after_what_it_needs() {
    let nothing = Observed { organizations_access: Some(false), ..Observed::default() };
    assert_eq!(
        steps(&wanted(), &nothing),
        [
            "give Service Catalog access to the organization",
            "create portfolio Backup",
            "create product Vault with version v1",
            "create version v2 of Vault",
            "put product Vault into portfolio Backup",
            "create launch constraint on Vault",
            "let arn:aws:iam:::role/x use portfolio Backup",
            "share portfolio Backup with ou-1",
        ]
    );
}

#[test]
fn a_product_that_an_interrupted_run_left_is_taken_up() {
    let mut observed = done();
    let product = observed.portfolios[0].products.remove(0);
    observed.portfolios[0].constraints.clear();
    observed.products.push(("backup".to_owned(), product.clone()));
    assert_eq!(
        steps(&wanted(), &observed),
        ["put product Vault into portfolio Backup", "create launch constraint on Vault"]
    );
    let other = ObservedProduct {
        details: ProductDetails { name: "Gone".to_owned(), ..ProductDetails::default() },
        ..product
    };
    observed.products = vec![("backup".to_owned(), other)];
    assert_eq!(steps(&wanted(), &observed).last().unwrap(), "delete product Gone");
}

#[test]
fn a_version_that_is_no_longer_wanted_goes_behind_what_takes_its_place() {
    let mut wanted = wanted();
    wanted.portfolios[0].products[0].versions = vec![version("v2"), version("v3")];
    let decision = decide(&wanted, &done());
    let told: Vec<String> = decision.steps.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["create version v3 of Vault", "delete version v1 of Vault"]);
    assert_eq!(decision.destructive().count(), 1);
    assert_ne!(decision.id(), decide(&super::tests::wanted(), &Observed::default()).id());
}

#[test]
fn another_template_under_a_published_name_is_refused() {
    let mut observed = done();
    observed.portfolios[0].products[0].versions[0].sha256 = Some("b".repeat(64));
    let decision = decide(&wanted(), &observed);
    assert!(decision.steps.is_empty());
    assert!(decision.blocked[0].reason.contains("a version never changes"), "{:?}", decision.blocked);
    observed.portfolios[0].products[0].versions[0].sha256 = None;
    let decision = decide(&wanted(), &observed);
    assert!(decision.blocked.is_empty() && decision.remarks[0].contains("does not tell the digest"));
}

#[test]
fn a_portfolio_that_is_gone_is_taken_apart_in_order() {
    let mut wanted = wanted();
    wanted.portfolios[0].slug = "other".to_owned();
    wanted.portfolios[0].details.name = "Other".to_owned();
    let told = steps(&wanted, &done());
    assert_eq!(
        told[told.len() - 6..],
        [
            "delete launch constraint on Vault",
            "take product Vault out of portfolio Backup",
            "delete product Vault",
            "no longer share portfolio Backup with ou-1",
            "no longer let arn:aws:iam:::role/x use portfolio Backup",
            "delete portfolio Backup",
        ]
    );
}

#[test]
fn what_carries_no_tag_of_ours_stays() {
    let mut observed = done();
    observed.portfolios[0].slug = None;
    let decision = decide(&wanted(), &observed);
    assert!(decision.steps.is_empty() && decision.blocked.len() == 1, "{decision:?}");
    let mut observed = done();
    observed.portfolios[0].products[0].slug = None;
    let decision = decide(&wanted(), &observed);
    assert!(decision.blocked[0].reason.contains("something else put a product of this name"));
    assert!(!decision.steps.iter().any(super::Step::is_destructive), "{decision:?}");
}

#[test]
fn to_deactivate_a_version_takes_something_away() {
    let mut wanted = wanted();
    wanted.portfolios[0].products[0].versions[0].active = false;
    let decision = decide(&wanted, &done());
    assert!(matches!(decision.steps[..], [super::Step { change: Change::UpdateVersion { .. }, .. }]));
    assert_eq!(decision.destructive().count(), 1);
    assert_eq!(decide(&wanted, &Observed::default()).destructive().count(), 0);
}

fn rule(condition: Option<Value>, assert: &Value) -> serde_json::Map<String, Value> {
    let mut rule = json!({ "Assertions": [{ "Assert": assert, "AssertDescription": "said" }] });
    if let Some(condition) = condition {
        rule["RuleCondition"] = condition;
    }
    [("R".to_owned(), rule)].into_iter().collect()
}

#[test]
fn rules_are_evaluated_as_far_as_values_are_known() {
    let reference = |name: &str| json!({ "Ref": name });
    let equals = |name: &str, value: &str| json!({ "Fn::Equals": [reference(name), value] });
    let cases = [
        (rule(None, &equals("A", "1")), false),
        (rule(None, &equals("A", "2")), true),
        (rule(None, &equals("Unknown", "2")), false),
        (rule(None, &json!({ "Fn::Not": [equals("A", "1")] })), true),
        (rule(None, &json!({ "Fn::And": [equals("A", "1"), equals("B", "x")] })), true),
        (rule(None, &json!({ "Fn::Or": [equals("A", "1"), equals("Unknown", "x")] })), false),
        (rule(None, &json!({ "Fn::Or": [equals("A", "2"), equals("Unknown", "x")] })), false),
        (rule(None, &json!({ "Fn::Contains": [["7", "35"], reference("A")] })), true),
        (rule(None, &json!({ "Fn::EachMemberIn": [reference("L"), ["a", "b"]] })), false),
        (rule(None, &json!({ "Fn::EachMemberIn": [reference("L"), ["a"]] })), true),
        (rule(None, &json!({ "Fn::EachMemberEquals": [reference("L"), "a"] })), true),
        (rule(Some(equals("A", "2")), &equals("A", "3")), false),
        (rule(Some(equals("A", "1")), &equals("A", "3")), true),
        (rule(None, &json!({ "Fn::If": [equals("A", "1"), equals("B", "x"), equals("B", "y")] })), true),
        (rule(None, &json!({ "Fn::Equals": [{ "Fn::ValueOf": ["A", "Tags.x"] }, "y"] })), false),
    ];
    let values: BTreeMap<&str, &str> = [("A", "1"), ("B", "y"), ("L", "a, b")].into();
    for (rules, is_broken) in cases {
        let found = broken(&rules, &values, &|name| name == "L");
        assert_eq!(!found.is_empty(), is_broken, "{rules:?}");
        assert!(found.iter().all(|found| found.says.as_deref() == Some("said")));
    }
}

fn parameter(name: &str, default: Option<&str>) -> OfferedParameter {
    OfferedParameter {
        name: name.to_owned(),
        kind: "Number".to_owned(),
        default: default.map(str::to_owned),
        min_value: Some("1".to_owned()),
        max_value: Some("35".to_owned()),
        ..OfferedParameter::default()
    }
}

#[test]
fn values_are_held_against_everything_that_a_product_says() {
    let mut offered = Provisioning {
        parameters: vec![parameter("Days", None), parameter("Weeks", Some("4"))],
        ..Provisioning::default()
    };
    let messages = |offered: &Provisioning, given: &[(&str, &str)], before: Option<&Values>| {
        let given: Values =
            given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let problems = check(offered, &given, before);
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert_eq!(messages(&offered, &[], None), ["`Days` needs a value"]);
    assert_eq!(messages(&offered, &[("Days", "7")], None), Vec::<String>::new());
    assert_eq!(messages(&offered, &[("Days", "36")], None), ["`Days` is `36`, above 35"]);
    assert_eq!(messages(&offered, &[("Days", "0")], None), ["`Days` is `0`, below 1"]);
    assert_eq!(messages(&offered, &[("Days", "x")], None), ["`Days` is a number, and cannot be `x`"]);
    assert_eq!(messages(&offered, &[("Day", "1"), ("Days", "1")], None), ["there is no parameter `Day`"]);
    let before: Values = [("Days".to_owned(), "7".to_owned()), ("Weeks".to_owned(), "5".to_owned())].into();
    assert_eq!(messages(&offered, &[], Some(&before)), Vec::<String>::new());
    offered.rules = rule(None, &json!({ "Fn::Equals": [{ "Ref": "Weeks" }, "4"] }));
    assert_eq!(
        messages(&offered, &[("Days", "7")], None),
        Vec::<String>::new(),
        "the default is held against it"
    );
    assert_eq!(messages(&offered, &[], Some(&before)), ["rule R is broken"], "what stays is held against it");
    offered.parameters[1].no_echo = true;
    assert_eq!(
        messages(&offered, &[], Some(&before)),
        Vec::<String>::new(),
        "a masked value is not what it is"
    );
}

#[test]
fn a_secret_is_not_repeated() {
    let offered = Provisioning {
        parameters: vec![OfferedParameter { no_echo: true, ..parameter("Days", None) }],
        ..Provisioning::default()
    };
    let given: Values = [("Days".to_owned(), "hunter2".to_owned())].into();
    assert!(!format!("{:?}", check(&offered, &given, None)).contains("hunter2"));
}
