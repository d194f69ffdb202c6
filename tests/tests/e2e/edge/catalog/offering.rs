//! `catalog diff` and `catalog apply`.

use std::sync::Mutex;

use super::{configuration, filled, id, says};
use crate::edge::acme::MEMBER;
use crate::edge::loopback::{Loopback, Reply};
use crate::edge::runs;
use crate::edge::shop::{Open, Portfolio, Shop};
use crate::sandbox::Sandbox;

/// The steps from nothing to the configuration.
const STEPS: [&str; 17] = [
    "give Service Catalog access to the organization",
    "create portfolio Backup",
    "offer tag option environment=prod with Backup",
    "offer tag option environment=test with Backup",
    "create product Vault with version v1",
    "create version v2 of Vault",
    "update version v1 of Vault: deprecated",
    "put product Vault into portfolio Backup",
    "create launch constraint on Vault",
    "create template constraint on Vault",
    "create resource update constraint on Vault",
    "create product Plan with version v1",
    "put product Plan into portfolio Backup",
    "create launch constraint on Plan",
    "let arn:aws:iam:::role/BackupOperator use portfolio Backup",
    "share portfolio Backup with 222233334444",
    "share portfolio Backup with ou-acme-workload",
];

/// Makes everything that can differ differ.
pub fn disturb(shop: &mut Shop) {
    let portfolio = shop.portfolios.values_mut().next().expect("a portfolio");
    portfolio.provider = "somebody".to_owned();
    portfolio.tags.insert("stray".to_owned(), "1".to_owned());
    for how in portfolio.shares.values_mut() {
        *how = (false, true);
    }
    for constraint in shop.constraints.values_mut() {
        constraint.parameters = "{}".to_owned();
    }
    for product in shop.products.values_mut() {
        product.says.insert("Owner".to_owned(), "somebody".to_owned());
        for version in &mut product.versions {
            version.guidance = "DEFAULT".to_owned();
        }
    }
}

/// Takes the second product and the tag options out of a configuration.
pub fn without_plan(sandbox: &Sandbox) {
    let text = sandbox.read("portfolios/backup.yaml");
    let (head, rest) = text.split_once("  - name: Plan\n").expect("a second product");
    let (_, tail) = rest.split_once("principals:\n").expect("principals");
    sandbox.write("portfolios/backup.yaml", format!("{head}principals:\n{tail}"));
}

#[test]
fn diff_says_all_and_changes_nothing() {
    let (sandbox, open) = (configuration(), Open::start(Shop::new()));
    let run = runs::run(&sandbox, open.url(), "catalog diff");
    let told: Vec<&str> = run.exits(0).stdout.lines().collect();
    assert_eq!(told, STEPS.map(|step| format!("+ {step}")));
    run.complains("decision ");
    let report = runs::run(&sandbox, open.url(), "catalog diff --format json").json();
    assert_eq!(report["steps"].as_array().map(Vec::len), Some(17));
    assert_eq!(report["steps"][0]["outcome"], "planned");
    assert_eq!(open.shop().changes, 0);
}

#[test]
fn apply_does_it_and_a_second_run_writes_nothing() {
    let (sandbox, open) = (configuration(), Open::start(Shop::new()));
    let run = runs::run(&sandbox, open.url(), "catalog apply");
    let told: Vec<&str> = run.exits(0).stdout.lines().collect();
    assert_eq!(told, STEPS.map(|step| format!("done: {step}")));
    {
        let shop = open.shop();
        let portfolio = shop.portfolios.values().next().expect("a portfolio");
        assert_eq!(portfolio.tags["cfct-catalog"], "backup");
        assert_eq!(portfolio.shares.len(), 2);
        assert_eq!(
            portfolio.shares[&("ORGANIZATIONAL_UNIT".into(), "ou-acme-workload".into())],
            (true, false)
        );
        assert_eq!(shop.objects.len(), 3, "templates are there before what names them: {:?}", shop.objects);
        for version in shop.products.values().flat_map(|product| &product.versions) {
            let key = version.address.split_once(".amazonaws.com/").expect("an address").1;
            assert!(shop.objects.contains(key), "{version:?}");
        }
    }
    let before = open.shop().clone();
    let again = runs::run(&sandbox, open.url(), "catalog apply");
    again.exits(0).complains("nothing to do");
    assert_eq!(again.stdout, "");
    assert_eq!(*open.shop(), before);
}

#[test]
fn what_takes_something_away_stands_first_and_is_confirmed() {
    let (sandbox, open) = (configuration(), filled());
    without_plan(&sandbox);
    let before = open.shop().changes;
    let run = runs::run(&sandbox, open.url(), "catalog diff");
    let told: Vec<&str> = run.exits(0).stdout.lines().collect();
    assert_eq!(
        told,
        [
            "- withdraw tag option environment=prod from Backup",
            "- withdraw tag option environment=test from Backup",
            "- delete launch constraint on Plan",
            "- take product Plan out of portfolio Backup",
            "- delete product Plan",
        ]
    );
    let refused = runs::run(&sandbox, open.url(), "catalog apply");
    says(
        &refused,
        5,
        "error: 5 steps take something away, and nothing was done\nhint: if that is meant, pass",
    );
    let other = runs::run(&sandbox, open.url(), "catalog apply --confirm 000000000000");
    says(&other, 5, "error: 000000000000 was confirmed, and this is decision ");
    assert_eq!(open.shop().changes, before);
    let id = id(&sandbox, open.url());
    runs::run(&sandbox, open.url(), &format!("catalog apply --confirm {id}")).exits(0);
    assert_eq!(open.shop().products.len(), 1);
    runs::run(&sandbox, open.url(), "catalog apply").exits(0).complains("nothing to do");
}

#[test]
fn what_differs_is_brought_back_and_a_portfolio_that_is_gone_goes() {
    let (sandbox, open) = (configuration(), filled());
    disturb(&mut open.shop());
    runs::run(&sandbox, open.url(), "catalog apply").exits(0);
    let undisturbed = filled().shop().essence();
    assert_eq!(open.shop().essence(), undisturbed);
    let other = sandbox.read("portfolios/backup.yaml").replace("name: Backup\n", "name: Other\n");
    sandbox.write("portfolios/other.yaml", other);
    std::fs::remove_file(sandbox.file("portfolios/backup.yaml")).expect("removed");
    let id = id(&sandbox, open.url());
    runs::run(&sandbox, open.url(), &format!("catalog apply --confirm {id}")).exits(0);
    let shop = open.shop();
    let names: Vec<&str> = shop.portfolios.values().map(|portfolio| portfolio.name.as_str()).collect();
    assert_eq!((names, shop.products.len()), (vec!["Other"], 2));
}

#[test]
fn what_a_stack_set_keeps_is_left_to_it() {
    let (sandbox, open) = (configuration(), filled());
    {
        let mut shop = open.shop();
        let id = shop.portfolios.keys().next().expect("a portfolio").clone();
        shop.stack_set = Some(("CustomControlTower-service-catalog-backup".to_owned(), id.clone()));
        let portfolio = shop.portfolios.get_mut(&id).expect("it");
        portfolio.provider = "somebody".to_owned();
        portfolio.tags.clear();
        portfolio.shares.clear();
        portfolio.shares.insert(("ACCOUNT".to_owned(), "333344445555".to_owned()), (false, false));
        for product in shop.products.values_mut() {
            product.tags.clear();
            product.versions[0].guidance = "DEFAULT".to_owned();
        }
    }
    let run = runs::run(&sandbox, open.url(), "catalog diff");
    let told: Vec<&str> = run.exits(0).stdout.lines().collect();
    assert_eq!(
        told,
        ["+ share portfolio Backup with ou-acme-workload", "+ update version v1 of Vault: deprecated"]
    );
    run.complains(
        "note: portfolio Backup and its products: by stack set CustomControlTower-service-catalog-backup\n",
    );
    runs::run(&sandbox, open.url(), "catalog apply").exits(0);
    runs::run(&sandbox, open.url(), "catalog apply").exits(0);
    let shop = open.shop();
    assert_eq!(shop.portfolios.values().next().expect("it").provider, "somebody");
}

#[test]
fn what_somebody_else_made_is_never_touched() {
    let (sandbox, open) = (configuration(), Open::start(Shop::new()));
    let foreign = Portfolio { name: "Backup".to_owned(), ..Portfolio::default() };
    open.shop().portfolios.insert("port-foreign".to_owned(), foreign.clone());
    let run = runs::run(&sandbox, open.url(), "catalog apply");
    says(
        &run,
        1,
        "warning: portfolio Backup: something else made a portfolio of this name; give this one another",
    );
    assert_eq!(open.shop().portfolios["port-foreign"], foreign);
    assert_eq!(open.shop().portfolios.len(), 1);
}

#[test]
fn a_published_version_never_changes() {
    let (sandbox, open) = (configuration(), filled());
    for product in open.shop().products.values_mut() {
        let address = &mut product.versions[0].address;
        *address = address.replace(&address[address.len() - 20..address.len() - 9], "00000000000");
    }
    let before = open.shop().changes;
    let run = runs::run(&sandbox, open.url(), "catalog apply");
    says(
        &run,
        1,
        "warning: version v1 of Vault: it was published with another template, and a version never",
    );
    assert_eq!(open.shop().changes, before);
}

#[test]
fn what_fails_is_told_and_the_next_run_does_what_is_left() {
    let sandbox = configuration();
    let shop = std::sync::Arc::new(Mutex::new(Shop::new()));
    let shared = std::sync::Arc::clone(&shop);
    let refusing = Loopback::start(move |request, _| match request.operation().as_str() {
        "CreateProduct" if String::from_utf8_lossy(&request.body).contains("\"Vault\"") => {
            Reply::json(400, r#"{"__type":"LimitExceededException","Message":"You have reached the limit."}"#)
        }
        _ => shared.lock().expect("a lock").answer(request),
    });
    let run = runs::run(&sandbox, &refusing.url, "catalog apply");
    says(
        &run,
        4,
        "error: servicecatalog:CreateProduct failed for Vault in 111122223333, eu-central-1: You have",
    );
    let lines = |what: &str| run.stdout.lines().filter(|line| line.starts_with(what)).count();
    assert_eq!((lines("done: "), lines("failed: "), lines("not tried: ")), (10, 1, 6), "{run:#?}");
    let open = Open::over(&shop);
    runs::run(&sandbox, open.url(), "catalog apply").exits(0);
    let undisturbed = filled().shop().essence();
    assert_eq!(open.shop().essence(), undisturbed);
}

#[test]
fn the_account_of_the_settings_offers_the_portfolios() {
    let (sandbox, open) = (configuration(), Open::start(Shop::new()));
    let text = sandbox.read("cfct.toml");
    sandbox.write("cfct.toml", format!("{text}[service-catalog]\naccount = \"{MEMBER}\"\n"));
    open.shop().organization.closed.insert(MEMBER.to_owned());
    let run = runs::run(&sandbox, open.url(), "catalog diff");
    says(&run, 4, "error: access denied: sts:AssumeRole");
    open.shop().organization.closed.clear();
    runs::run(&sandbox, open.url(), "catalog apply").exits(0);
    assert_eq!(open.shop().portfolios.len(), 1);
}

#[test]
fn bad_input_is_said_before_anything_is_changed() {
    let (sandbox, open) = (configuration(), Open::start(Shop::new()));
    let text = sandbox.read("cfct.toml");
    sandbox.write("cfct.toml", text.replace("artifacts", "of-somebody-else"));
    says(&runs::run(&sandbox, open.url(), "catalog apply"), 4, "s3:HeadBucket");
    sandbox.write("cfct.toml", text);
    sandbox.edit("portfolios/backup.yaml", "owner: Backup team", "ownr: Backup team");
    runs::run(&sandbox, open.url(), "catalog apply").exits(1);
    let none = Sandbox::clean();
    says(
        &runs::run(&none, open.url(), "catalog diff"),
        1,
        "error: the configuration has no portfolio\nhint: ",
    );
    runs::run(&none, open.url(), "catalog diff --region eu-centrall-1").exits(2);
    assert_eq!(open.shop().changes, 0);
}
