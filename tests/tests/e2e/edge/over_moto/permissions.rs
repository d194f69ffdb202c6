//! `docs/permissions.md`: what each command may do at AWS, made of the calls that its runs made here.
//!
//! `UPDATE_SNAPSHOTS=1 cargo xtask test` writes it anew. A call that its policy lacks, and an action in it that
//! nothing calls, are a difference from what is recorded, and so a failure.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use cfct_aws::permissions::{actions, operation, policy};
use cfct_aws::{Operation, operation as operations};
use serde_json::json;

use super::{configuration, filled};
use crate::edge::acme::{Acme, MEMBER, World};
use crate::edge::apply;
use crate::edge::catalog;
use crate::edge::catalog::offering::{disturb, without_plan};
use crate::edge::contract::MANAGEMENT;
use crate::edge::function::Function;
use crate::edge::loopback::{Loopback, Reply};
use crate::edge::moto;
use crate::edge::pipeline::{self, Ending};
use crate::edge::runs;
use crate::edge::shop::{Fate, Open, Shop};
use crate::edge::vending::{self, Landing};
use crate::sandbox::{Run, Sandbox};

type Calls = BTreeSet<&'static Operation>;

#[test]
fn the_documented_permissions_are_those_that_commands_use() {
    let moto_of_scene = filled();
    let aws = moto_of_scene.like_aws();
    let sandbox = configuration();
    let record = |url: &str, arguments: &str| {
        calls_of(&runs::run(&sandbox, url, &format!("{arguments} --verbose --log-format json")))
    };
    let snapshot = record(&aws.url, "snapshot --config .");
    let plan = record(&aws.url, "plan --live");
    let mut publish = record(&aws.url, "publish --no-watch");
    // More than goes in one request, and no compressor makes it smaller.
    sandbox.write("templates/ballast.bin", noise((16 << 20) + 1));
    sandbox.write("cfct.toml", "[package]\ninclude = [\"templates/ballast.bin\"]\n");
    // The end of the upload gets no answer; the next run goes on with it.
    let url = moto_of_scene.url.clone();
    let cut = Loopback::start(move |request, _| {
        match request.line.starts_with("POST /") && request.line.contains("?uploadId=") {
            true => Reply::Reset,
            false => moto::answer(request, &url),
        }
    });
    publish.extend(record(&cut.url, "publish --no-watch"));
    publish.extend(record(&aws.url, "publish --no-watch"));
    let rollback = record(&aws.url, "publish --dry-run --rollback 0");
    publish.extend(rollback);
    let first = sandbox.names().into_iter().find_map(|name| {
        let digest = name.rsplit_once("releases/")?.1.strip_suffix(".json")?;
        Some(digest.to_owned())
    });
    publish.extend(record(&aws.url, &format!("publish --no-watch --rollback {}", first.expect("a release"))));
    let played = |ending, approval, over| pipeline::play(ending, approval, over, Box::new(|_, _| None));
    let run = played(Ending::Succeeded, true, false);
    let watch = record(&run.server.url, "watch --interval 0.01 --approve");
    let failed = played(Ending::StackFailed, false, true);
    let diagnose = record(&failed.server.url, "diagnose");
    // Publishing follows the run that it starts, by the same calls.
    publish.extend(watch.iter().copied());
    let (apply, verify, doctor) = of_operators();
    let (catalog_diff, catalog_apply, products) = of_catalog();
    let (event, bootstrap, reconcile, function) = of_companion(&sandbox, &aws.url);
    let commands = [
        ("snapshot", &snapshot),
        ("plan --live", &plan),
        ("publish", &publish),
        ("watch", &watch),
        ("diagnose", &diagnose),
        ("apply", &apply),
        ("verify", &verify),
        ("doctor", &doctor),
        ("catalog diff", &catalog_diff),
        ("catalog apply", &catalog_apply),
        ("catalog list, describe, provision, update, terminate", &products),
        ("event --do", &event),
        ("bootstrap", &bootstrap),
        ("reconcile", &reconcile),
        ("under Lambda", &function),
    ];
    let documented = document(&commands);
    let unused: Vec<String> = operations::ALL
        .iter()
        .filter(|operation| !commands.iter().any(|(_, calls)| calls.contains(operation)))
        .map(ToString::to_string)
        .collect();
    assert_eq!(unused, Vec::<String>::new(), "operations that no command calls");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/permissions.md");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &documented).expect("written");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), documented);
}

/// What `apply`, `verify` and `doctor` call, over an organization in which there is everything to do.
fn of_operators() -> (Calls, Calls, Calls) {
    let sandbox = apply::configuration();
    let acme = Acme::start(World::new());
    let record = |arguments: &str| {
        calls_of(&runs::run(&sandbox, acme.url(), &format!("{arguments} --verbose --log-format json")))
    };
    let mut applied = record("apply --only settings");
    let id = apply::id(&sandbox, acme.url());
    applied.extend(record(&format!("apply --confirm {id}")));
    // A policy of somebody else, to be adopted, and one of ours that differs.
    for policy in &mut acme.world().policies {
        policy.content = "[]".to_owned();
        if policy.name == "daily" {
            policy.tags.clear();
        }
    }
    applied.extend(record("apply --adopt daily"));
    (applied, record("verify"), record("doctor"))
}

/// What `catalog` calls: to bring everything there that a portfolio can have, to change and remove it, beside a
/// stack set, and in another account; and from launch to termination.
fn of_catalog() -> (Calls, Calls, Calls) {
    let sandbox = catalog::configuration();
    let record = |url: &str, arguments: &str| {
        calls_of(&runs::run(&sandbox, url, &format!("{arguments} --verbose --log-format json")))
    };
    let open = Open::start(Shop::new());
    let mut applied = record(open.url(), "catalog apply");
    disturb(&mut open.shop());
    applied.extend(record(open.url(), "catalog apply"));
    let mut products = Calls::new();
    for arguments in [
        "list",
        "describe Vault",
        "provision Vault --name orders --set VaultName=orders --interval 0.01",
        "provision Vault --name orders --set VaultName=orders --interval 0.01",
        "update orders --version v1 --interval 0.01",
        "update nothing",
        "terminate orders --confirm orders --interval 0.01",
    ] {
        products.extend(record(open.url(), &format!("catalog {arguments}")));
    }
    open.shop().fate = Fate::Fails;
    products.extend(record(open.url(), "catalog provision Vault --set VaultName=orders --interval 0.01"));
    let text = sandbox.read("portfolios/backup.yaml");
    sandbox.edit("portfolios/backup.yaml", "      - name: v1", "      - name: v0");
    let mut confirm = || {
        let id = catalog::id(&sandbox, open.url());
        applied.extend(record(open.url(), &format!("catalog apply --confirm {id}")));
    };
    confirm();
    without_plan(&sandbox);
    confirm();
    std::fs::remove_file(sandbox.file("portfolios/backup.yaml")).expect("removed");
    sandbox.write("portfolios/other.yaml", text.replace("name: Backup\n", "name: Other\n"));
    confirm();
    let id = open.shop().portfolios.keys().next().expect("a portfolio").clone();
    open.shop().stack_set = Some(("CustomControlTower-service-catalog-other".to_owned(), id));
    let mut diff = record(open.url(), "catalog diff");
    let settings = sandbox.read("cfct.toml");
    sandbox.write("cfct.toml", format!("{settings}[service-catalog]\naccount = \"{MEMBER}\"\n"));
    diff.extend(record(open.url(), "catalog diff"));
    applied.extend(diff.iter().copied());
    (diff, applied, products)
}

/// What the companion calls: for an account that stack sets serve, and for one whose role it makes itself, as the
/// scene in `url` has it. What is done for an account is the same whoever asks for it.
fn of_companion(scene: &Sandbox, url: &str) -> (Calls, Calls, Calls, Calls) {
    let sandbox = Sandbox::empty();
    let created = vending::event("CreateManagedAccount.SUCCEEDED");
    sandbox.write("created.json", created.to_string());
    let record = |url: &str, arguments: &str| {
        calls_of(&runs::run(&sandbox, url, &format!("{arguments} --verbose --log-format json")))
    };
    let landing = || Landing::with(&vending::configuration()).start();
    let aws = landing();
    let bootstrap = "bootstrap --account 444455556666 --bucket artifacts";
    // The stacks are asked for, on their way, and there.
    let mut done: Calls = (0..3).flat_map(|_| record(&aws.url, bootstrap)).collect();
    let snapshot: serde_json::Value = serde_json::from_str(&scene.read("snapshot.json")).expect("a snapshot");
    let accounts = snapshot["organization"]["accounts"].as_array().expect("accounts");
    let member = accounts.iter().find(|account| account["name"] == "team-0").expect("an account");
    let member = member["id"].as_str().expect("an id");
    sandbox.write("direct.json", direct(member).to_string());
    for _ in 0..2 {
        let line = format!("bootstrap --account {member} --configuration direct.json");
        done.extend(record(url, &line));
    }
    // Settings of the organization are made by the calls that `apply` makes.
    let acme = Acme::start(World::new());
    let settings =
        runs::run(&apply::configuration(), acme.url(), "apply --only settings --verbose --log-format json");
    done.extend(calls_of(&settings));
    let with = |calls: Calls| calls.into_iter().chain(done.iter().copied()).collect::<Calls>();
    let event = record(&landing().url, "event created.json --bucket artifacts --do");
    let reconcile = record(&landing().url, "reconcile --bucket artifacts");
    let aws = landing();
    let machine = "arn:aws:states:us-east-1:111122223333:stateMachine:org-backup-companion";
    let settings = [("CFCT_ARTIFACT_BUCKET", "artifacts"), ("CFCT_STATE_MACHINE", machine)];
    let mut function = Function::start(&aws.url, &settings);
    let mut invoke = |payload| drop(function.invoke(&payload));
    invoke(created);
    invoke(vending::event("RegisterOrganizationalUnit.SUCCEEDED"));
    invoke(json!({ "task": "list-accounts", "unit": null }));
    // What it asks S3 for is what `bootstrap` asks for.
    let asked = aws.operations();
    let called = operations::ALL.iter().filter(|operation| asked.iter().any(|name| name == operation.name));
    (with(event), with(Calls::new()), with(reconcile), with(called.collect()))
}

/// What the companion goes by where it makes the role of the one account itself.
fn direct(account: &str) -> serde_json::Value {
    json!({
        "format": 1, "partition": "aws", "url_suffix": "amazonaws.com", "home_region": "eu-central-1",
        "regions": ["eu-central-1"], "management_account": MANAGEMENT, "role": "AWSControlTowerExecution",
        "ready_bus": "accounts", "delivery": "direct", "protects": { "accounts": [account] },
        "enables_regions": false,
        "protection": {
            "role": "OrgBackupRole", "alias": "alias/org-backup", "vault": "org-backup-vault",
            "managed_policies": ["service-role/AWSBackupServiceRolePolicyForBackup"],
        },
    })
}

fn calls_of(run: &Run) -> Calls {
    let lines = run.stderr.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let names = lines.filter_map(|line| line["operation"].as_str().map(str::to_owned));
    names.map(|name| operation(&name).unwrap_or_else(|| panic!("{name} is not declared"))).collect()
}

fn document(commands: &[(&str, &Calls)]) -> String {
    let mut text = String::from(
        "# Permissions\n\nWhat each command needs at AWS, and nothing else: made of the calls that its tests recorded, by \
         `UPDATE_SNAPSHOTS=1 cargo xtask test`.\nThe credentials are of the management account, and for products (`catalog list` to `catalog terminate`) of any. In another partition than `aws`, \
         and for a bucket of another name, put yours\ninto the ARNs; KMS is used where the bucket encrypts with a key of \
         yours, whose own policy has to allow it too.\n",
    );
    for (command, calls) in commands {
        let names: Vec<String> = calls.iter().map(|operation| format!("`{operation}`")).collect();
        let policy = policy(&actions(calls.iter().copied()));
        let _ =
            write!(text, "\n## cfct {command}\n\nCalls {}.\n\n```json\n{policy:#}\n```\n", names.join(", "));
    }
    text
}

/// Bytes without a pattern, the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}
