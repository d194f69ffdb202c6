//! Portfolios: from a new product to its second version, and whatever may stand in a portfolio's file.

use std::fs::{self, File};
use std::path::Path;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

const PORTFOLIO: &str = "portfolios/backup.yaml";
const FIRST: &str = "portfolios/backup/vault/v1.0.0.yaml";
const SECOND: &str = "portfolios/backup/vault/v1.1.0.yaml";

/// A copy of a fixture with a sound portfolio.
fn sound() -> Sandbox {
    let sandbox = Sandbox::empty();
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/findings/portfolio-share-unknown-unit/passes");
    for name in [
        "manifest.yaml",
        "cfct.toml",
        "organization.json",
        PORTFOLIO,
        FIRST,
        "templates/launch-roles.yaml",
        "templates/vault.yaml",
    ] {
        sandbox.write(name, fs::read(root.join(name)).expect("a file of the fixture"));
    }
    sandbox
}

fn package(sandbox: &Sandbox) -> Run {
    sandbox.cfct("package --organization organization.json --out bucket")
}

/// The product templates in the bucket.
fn templates(sandbox: &Sandbox) -> Vec<String> {
    sandbox.names().into_iter().filter(|name| name.ends_with(".template")).collect()
}

fn record(sandbox: &Sandbox, run: &Run) -> Value {
    let record = run.stdout.lines().find(|line| line.starts_with("bucket/releases/")).expect("a record");
    serde_json::from_str(&sandbox.read(record)).expect("JSON")
}

/// Takes the digest away, as in a portfolio that is being written.
fn forget_digest(sandbox: &Sandbox) {
    let kept: Vec<String> = sandbox
        .read(PORTFOLIO)
        .lines()
        .filter(|line| !line.contains("sha256:"))
        .map(|line| format!("{line}\n"))
        .collect();
    sandbox.write(PORTFOLIO, kept.concat());
}

#[test]
fn a_version_is_recorded_published_and_never_changed() {
    let sandbox = sound();
    let recorded = sandbox.read(PORTFOLIO);
    forget_digest(&sandbox);
    let refused = package(&sandbox);
    refused.exits(1);
    assert!(refused.stderr.contains("error[portfolio-version-unrecorded]"), "{refused:#?}");
    assert!(!sandbox.file("bucket").exists(), "nothing is written");

    sandbox.cfct("check --fix --organization organization.json").exits(0);
    assert_eq!(sandbox.read(PORTFOLIO), recorded, "the digest is back where it was");
    package(&sandbox).exits(0);
    let published = templates(&sandbox);
    assert_eq!(published.len(), 1);
    let before = fs::read(sandbox.file(&published[0])).expect("a template");

    // The published template is changed in place: told, refused, and not mended.
    let first = sandbox.read(FIRST);
    sandbox.edit(FIRST, "Default: 35", "Default: 7");
    let refused = sandbox.cfct("check --format json");
    refused.exits(1);
    assert_eq!(refused.codes(), ["portfolio-version-changed"]);
    assert_eq!(refused.json()["findings"][0]["line"], 11);
    package(&sandbox).exits(1);
    sandbox.cfct("check --fix").exits(1);
    assert_eq!(sandbox.read(PORTFOLIO), recorded);

    // What the finding says to do.
    sandbox.write(SECOND, sandbox.read(FIRST));
    sandbox.write(FIRST, first);
    sandbox.edit(
        PORTFOLIO,
        "    launch:\n",
        &format!("      - name: v1.1.0\n        template: {SECOND}\n    launch:\n"),
    );
    sandbox.cfct("check --fix").exits(0);
    let run = package(&sandbox);
    run.exits(0);
    assert_eq!(templates(&sandbox).len(), 2);
    assert_eq!(fs::read(sandbox.file(&published[0])).expect("a template"), before);
    let record = record(&sandbox, &run);
    let objects = record["objects"].as_array().expect("objects");
    let tagged = objects.iter().filter(|object| object["tags"]["servicecatalog:provisioning"] == "true");
    assert_eq!(tagged.count(), 2);
    assert_eq!(objects.last().expect("a zip")["key"], "custom-control-tower-configuration.zip");
    assert_eq!(record["service_catalog"]["portfolios"][0]["shares"][0]["unit"], "Workloads");
}

#[test]
fn without_an_organization_portfolios_stay_out_and_that_is_told() {
    let sandbox = sound();
    let run = sandbox.cfct("package --out bucket");
    run.exits(0);
    assert!(run.stderr.contains("portfolio `Backup` is not packaged"), "{run:#?}");
    assert_eq!(templates(&sandbox), Vec::<String>::new());
    assert!(record(&sandbox, &run).get("service_catalog").is_none());
    sandbox.edit("manifest.yaml", "resources:", "enable_stack_set_deletion: true\nresources:");
    sandbox.cfct("package --out bucket").exits(1);
}

#[test]
fn a_name_that_packaging_needs_is_refused() {
    let sandbox = sound();
    sandbox.edit("manifest.yaml", "name: vault", "name: service-catalog-backup");
    let run = sandbox.cfct("check --format json");
    run.exits(1);
    assert!(run.codes().contains(&"generated-collision".to_owned()), "{run:#?}");
}

#[test]
fn the_account_is_the_one_that_is_set() {
    let sandbox = sound();
    sandbox.write("cfct.toml", "bucket = \"b\"\n[service-catalog]\naccount = \"shop\"\n");
    let run = package(&sandbox);
    run.exits(0);
    assert_eq!(record(&sandbox, &run)["service_catalog"]["account"], "200000000001");
    sandbox.write("cfct.toml", "bucket = \"b\"\n[service-catalog]\naccount = \"shopp\"\n");
    let run = package(&sandbox);
    run.exits(1);
    assert!(run.stderr.contains("error[generated-account]: there is no account `shopp`"), "{run:#?}");
}

#[test]
fn whatever_stands_in_a_portfolio_is_a_finding() {
    let deep = "[".repeat(5000);
    let bomb = format!(
        "a: &a [x, x]\n{}",
        ('b'..='z')
            .map(|c| {
                let before = char::from(c as u8 - 1);
                format!("{c}: &{c} [*{before}, *{before}, *{before}, *{before}]\n")
            })
            .collect::<String>()
    );
    for (text, code) in [
        ("", "file-empty"),
        ("# nothing yet\n", "file-empty"),
        ("- a list\n", "portfolio-wrong-shape"),
        ("just a text\n", "portfolio-wrong-shape"),
        ("{}\n", "portfolio-missing-key"),
        ("name: [unclosed\n", "yaml-syntax"),
        ("name: a\nname: b\n", "duplicate-key"),
        (deep.as_str(), "nesting-too-deep"),
        (bomb.as_str(), "yaml-alias-expansion"),
        ("products: [{name: x}, null, 7, [], {versions: {}}]\n", "portfolio-missing-key"),
        ("products:\n  - {versions: [{name: null, template: []}]}\n", "portfolio-wrong-shape"),
        ("lock: {min_days: -1, max_days: 99999999999999999999}\n", "portfolio-wrong-shape"),
        ("shares: {organizational_units: [[]], accounts: [{}]}\n", "portfolio-wrong-shape"),
        (
            "products: [{template_constraints: [{name: x, rule: {Assertions: [1, {Assert: 2}]}}]}]\n",
            "portfolio-missing-key",
        ),
    ] {
        let sandbox = sound();
        sandbox.write(PORTFOLIO, text);
        let run = sandbox.cfct("check --format json --organization organization.json");
        run.exits(1);
        assert!(run.codes().contains(&code.to_owned()), "{text:.60?}: {run:#?}");
        let refused = package(&sandbox);
        refused.exits(1);
        assert!(!sandbox.file("bucket").exists(), "{text:.60?}");
    }
}

#[test]
fn a_portfolio_that_cannot_be_read_is_a_finding_too() {
    let sandbox = sound();
    sandbox.write(PORTFOLIO, b"name: \xff\n");
    let run = sandbox.cfct("check --format json");
    run.exits(1);
    assert!(run.codes().contains(&"file-not-utf8".to_owned()), "{run:#?}");
    let portfolio = File::create(sandbox.file(PORTFOLIO)).expect("a file");
    portfolio.set_len(1 << 30).expect("a sparse file");
    let run = sandbox.cfct("check --format json");
    run.exits(1);
    assert!(run.codes().contains(&"file-too-large".to_owned()), "{run:#?}");
}

#[test]
fn the_portfolio_at_the_root_has_no_error_and_no_warning() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let sandbox = Sandbox::empty();
    let organization = root.join("examples/organization.json");
    let arguments = [
        "check",
        "--format",
        "json",
        "--config",
        root.to_str().expect("UTF-8"),
        "--organization",
        organization.to_str().expect("UTF-8"),
    ];
    let output = sandbox.command(crate::binaries::Binary::Cfct, &arguments).output().expect("cfct runs");
    let run = Run::new("check".to_owned(), &output, sandbox.path());
    let found = run.json();
    let about = |finding: &&Value| {
        let file = finding["file"].as_str().unwrap_or_default();
        let matters = finding["level"] != "note";
        matters && (file.starts_with("portfolios/") || file.contains("service-catalog"))
    };
    let found: Vec<&Value> = found["findings"].as_array().expect("findings").iter().filter(about).collect();
    assert!(found.is_empty(), "{found:#?}");
}
