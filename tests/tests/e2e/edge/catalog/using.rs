//! `catalog list`, `describe`, `provision`, `update` and `terminate`.

use serde_json::Value;

use super::{filled, says};
use crate::edge::runs;
use crate::edge::shop::{Fate, Open};
use crate::sandbox::{Run, Sandbox};

fn run(open: &Open, arguments: &str) -> Run {
    runs::run(&Sandbox::empty(), open.url(), arguments)
}

const PROVISION: &str = "catalog provision Vault --name orders --set VaultName=orders --interval 0.01";

#[test]
fn what_can_be_launched_and_what_was_is_listed() {
    let open = filled();
    run(&open, PROVISION).exits(0);
    let text = run(&open, "catalog list");
    assert_eq!(
        text.exits(0).stdout,
        "can be launched:\n  Vault  Backup team  A vault\n  Plan   Backup team\nlaunched:\n  orders  Vault  v2  AVAILABLE\n"
    );
    let json = run(&open, "catalog list --format json").json();
    assert_eq!(json["products"][1]["name"], "Plan");
    assert_eq!(json["provisioned"][0]["status"], "AVAILABLE");
    assert!(!json.to_string().contains("cfct-"), "tokens are nobody's business: {json}");
}

#[test]
fn a_product_is_described() {
    let open = filled();
    let text = run(&open, "catalog describe Vault");
    for line in [
        ", by Backup team\n",
        "* v2\n  v1 (deprecated)\n",
        "launch paths: Backup\n",
        "  RetentionDays: Number, default `35`, one of 7, 35, 365\n      How long backups are kept\n",
        "  VaultName: String, needs a value, matches `[a-z-]{2,20}`\n",
        "  GoldIsCopied: gold is copied\n",
        "tag environment: one of prod, test\n",
    ] {
        assert!(text.exits(0).stdout.contains(line), "{line}: {text:#?}");
    }
    let json = run(&open, "catalog describe Vault --version v1 --format json").json();
    assert_eq!(json["version"], "v1");
    assert_eq!(json["provisioning"]["parameters"][1]["name"], "VaultName");
}

#[test]
fn a_launch_is_followed_to_its_end_and_not_made_twice() {
    let open = filled();
    let launch = format!("{PROVISION} --set RetentionDays=7 --tag environment=prod");
    let first = run(&open, &launch);
    let told: Vec<String> = first
        .exits(0)
        .stderr
        .lines()
        .map(|line| line.split_once("  ").expect("a time").1.to_owned())
        .collect();
    let states: Vec<&str> =
        told.iter().filter_map(|line| Some(line.rsplit_once(": ")?.1.split_once(" (")?.0)).collect();
    assert_eq!(states, ["created", "in progress", "succeeded"], "{told:?}");
    assert!(first.stdout.contains("VaultArn=arn:aws:backup:eu-central-1:111122223333:backup-vault:orders\n"));
    let changes = open.shop().changes;
    {
        let shop = open.shop();
        let own = &shop.launched["orders"];
        assert_eq!(own.parameters.len(), 2, "defaults are left to the template: {own:?}");
        assert_eq!(own.tags["environment"], "prod");
    }
    let again = run(&open, &launch);
    assert_eq!(again.exits(0).stdout, first.stdout);
    let other = run(&open, &format!("{PROVISION} --set RetentionDays=35"));
    says(
        &other,
        2,
        "error: something else is launched as `orders` (AVAILABLE)\nhint: give this one another --name",
    );
    assert_eq!(open.shop().changes, changes);
}

#[test]
fn events_are_for_programs() {
    let open = filled();
    let run = run(&open, &format!("{PROVISION} --format json --quiet"));
    let events: Vec<Value> =
        run.exits(0).stdout.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(kinds, ["record", "record", "record", "succeeded"]);
    assert_eq!(
        events[3]["outputs"]["VaultArn"],
        "arn:aws:backup:eu-central-1:111122223333:backup-vault:orders"
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn every_problem_of_the_parameters_is_said_and_nothing_is_started() {
    let open = filled();
    let before = open.shop().changes;
    let bad = run(
        &open,
        "catalog provision Vault --set RetentionDay=7 --set RetentionDays=8 --set VaultName=A --set Tier=gold",
    );
    says(&bad, 2, "error: the parameters have 4 problems, and nothing was started\n");
    for line in [
        "warning: there is no parameter `RetentionDay`; did you mean `RetentionDays`?\n",
        "warning: `RetentionDays` cannot be `8`; it can be 7, 35, 365\n",
        "warning: `VaultName` cannot be `A`: it must match `[a-z-]{2,20}`; letters and hyphens\n",
        "warning: rule GoldIsCopied is broken; gold is copied\n",
    ] {
        assert!(bad.stderr.contains(line), "{line}: {bad:#?}");
    }
    says(
        &run(&open, "catalog provision Vault"),
        2,
        "error: `VaultName` needs a value\nhint: give --set VaultName=…\n",
    );
    says(
        &run(&open, &format!("{PROVISION} --tag environment=live")),
        2,
        "error: tag `environment` cannot be `live`\nhint: it is one of prod, test\n",
    );
    says(
        &run(&open, "catalog provision Vault --set VaultName"),
        2,
        "error: `--set VaultName` has no name and value",
    );
    assert_eq!(open.shop().changes, before);
}

#[test]
fn values_come_from_a_file_and_the_command_line_goes_first() {
    let (open, sandbox) = (filled(), Sandbox::empty());
    sandbox.write("map.yaml", "VaultName: orders\nRetentionDays: 7\n");
    sandbox.write(
        "list.json",
        r#"[{"ParameterKey": "VaultName", "ParameterValue": "shop"}, {"ParameterKey": "RetentionDays", "ParameterValue": 7}]"#,
    );
    sandbox.write("bad.yaml", "VaultName: orders\nTier: {gold: 1}\n");
    let launch = |arguments: &str| {
        let arguments = format!("catalog provision Vault --interval 0.01 {arguments}");
        runs::run(&sandbox, open.url(), &arguments)
    };
    launch("--name a --parameters map.yaml --set RetentionDays=35").exits(0);
    launch("--name b --parameters list.json").exits(0);
    launch("--name c --parameters bad.yaml")
        .exits(3)
        .complains("error: bad.yaml:2 is no value of a parameter");
    launch("--name c --parameters none.yaml").exits(3);
    let shop = open.shop();
    let value = |name: &str, key: &str| shop.launched[name].parameters[key].clone();
    assert_eq!((value("a", "VaultName"), value("a", "RetentionDays")), ("orders".into(), "35".into()));
    assert_eq!((value("b", "VaultName"), value("b", "RetentionDays")), ("shop".into(), "7".into()));
    assert_eq!(shop.launched.len(), 2);
}

#[test]
fn a_launch_that_fails_names_the_first_resource_that_did() {
    let open = filled();
    open.shop().fate = Fate::Fails;
    let failed = run(&open, PROVISION);
    says(
        &failed,
        4,
        "error: the launch of orders failed: Vault (AWS::Backup::BackupVault): the name is taken\nhint: Service \
         Catalog says: Resource handler returned an error (CreateFailed)\n",
    );
    let again = run(&open, &format!("{PROVISION} --format json"));
    let last: Value =
        serde_json::from_str(again.exits(4).stdout.lines().last().expect("a line")).expect("JSON");
    assert_eq!((&last["event"], &last["resource"]), (&"failed".into(), &"Vault".into()));
    assert_eq!(open.shop().records.len(), 1, "it is not launched a second time");
}

#[test]
fn names_that_are_not_there_have_a_suggestion() {
    let open = filled();
    run(&open, PROVISION).exits(0);
    for (arguments, words) in [
        ("describe Valt", "error: there is no product `Valt` for you\nhint: did you mean `Vault`?\n"),
        ("describe Vault --version v3", "error: Vault has no version `v3` that can be launched\nhint: "),
        ("describe Vault --path Bakcup", "error: Vault has no path `Bakcup`\nhint: did you mean `Backup`?\n"),
        ("update order", "error: nothing is launched as `order`\nhint: did you mean `orders`?\n"),
        ("terminate order", "error: nothing is launched as `order`\nhint: did you mean `orders`?\n"),
    ] {
        says(&run(&open, &format!("catalog {arguments}")), 2, words);
    }
}

#[test]
fn of_several_ways_to_a_product_one_is_asked_for() {
    let open = filled();
    {
        let mut shop = open.shop();
        let mut other = shop.portfolios.values().next().expect("a portfolio").clone();
        other.name = "Everything".to_owned();
        shop.portfolios.insert("port-other".to_owned(), other);
    }
    let asked = run(&open, PROVISION);
    says(
        &asked,
        2,
        "error: there are 2 ways to launch Vault\nhint: name one with --path: Backup (path-port-",
    );
    run(&open, &format!("{PROVISION} --path Everything")).exits(0);
    for portfolio in open.shop().portfolios.values_mut() {
        portfolio.products.clear();
    }
    says(
        &run(&open, "catalog describe Vault"),
        2,
        "error: there is no way to launch Vault\nhint: ask who offers it",
    );
}

#[test]
fn an_update_keeps_what_is_not_given_and_does_nothing_twice() {
    let open = filled();
    run(&open, &format!("{PROVISION} --version v1")).exits(0);
    let update = "catalog update orders --set RetentionDays=365 --interval 0.01";
    run(&open, update).exits(0);
    let newest = open.shop().products.values().next().expect("a product").versions[1].id.clone();
    {
        let shop = open.shop();
        let own = &shop.launched["orders"];
        assert_eq!((own.version.as_str(), own.status.as_str()), (newest.as_str(), "AVAILABLE"));
        assert_eq!(
            (own.parameters["VaultName"].as_str(), own.parameters["RetentionDays"].as_str()),
            ("orders", "365")
        );
    }
    let changes = open.shop().changes;
    run(&open, update).exits(0).complains("orders is so already: nothing to do\n");
    run(&open, "catalog update orders --set RetentionDays=8").exits(2);
    assert_eq!(open.shop().changes, changes);
    open.shop().fate = Fate::Fails;
    let failed = run(&open, "catalog update orders --set RetentionDays=7 --interval 0.01");
    says(
        &failed,
        4,
        "error: the update of orders failed: Vault (AWS::Backup::BackupVault): the name is taken",
    );
}

#[test]
fn what_has_a_vault_is_terminated_by_its_name_alone() {
    let open = filled();
    run(&open, PROVISION).exits(0);
    let changes = open.shop().changes;
    let refused = run(&open, "catalog terminate orders");
    refused.exits(5).complains(
        "stays: orders (Vault, AWS::Backup::BackupVault)\nerror: orders has a backup vault, and nothing was done\n\
         hint: if that is meant, pass --confirm orders\n",
    );
    says(
        &run(&open, "catalog terminate orders --confirm order"),
        5,
        "error: order was confirmed, and this is orders",
    );
    assert_eq!(open.shop().changes, changes);
    run(&open, "catalog terminate orders --confirm orders --interval 0.01").exits(0);
    assert!(open.shop().launched.is_empty());
    // The very same request, after what it made is gone, makes it anew.
    run(&open, PROVISION).exits(0);
    assert_eq!(open.shop().launched["orders"].status, "AVAILABLE");
    says(&run(&open, "catalog terminate other"), 2, "error: nothing is launched as `other`");
}

#[test]
fn without_waiting_the_next_run_follows() {
    let open = filled();
    let started = run(&open, &format!("{PROVISION} --no-wait"));
    assert_eq!(started.exits(0).stdout, "");
    assert_eq!(open.shop().launched["orders"].status, "UNDER_CHANGE");
    run(&open, PROVISION).exits(0);
    let shop = open.shop();
    assert_eq!((shop.records.len(), shop.launched["orders"].status.as_str()), (1, "AVAILABLE"));
}

#[test]
fn any_account_uses_products_and_nothing_is_asked_of_the_organization() {
    let open = filled();
    let before = open.operations().len();
    run(&open, PROVISION).exits(0);
    let asked = open.operations().split_off(before);
    assert_eq!(asked[0], "GetCallerIdentity");
    assert!(!asked.iter().any(|operation| operation.contains("Organization")), "{asked:?}");
}
