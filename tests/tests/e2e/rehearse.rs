//! `rehearse`: the whole story over the repository's own configuration.

use std::path::Path;

use crate::binaries::Binary;
use crate::sandbox::{Run, Sandbox};

fn rehearse(arguments: &str) -> Run {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let organization = root.join("examples/organization.json");
    let (root, organization) = (root.display(), organization.display());
    let arguments =
        format!("rehearse --config {root} --organization {organization} --out bucket {arguments}");
    Sandbox::empty().run(Binary::Xtask, &arguments)
}

#[test]
fn an_account_is_vended_bootstrapped_and_backed_up() {
    let run = rehearse("--from 2026-11-24T20:00Z --unit Workloads:Prod --name shop-two");
    let story = &run.exits(0).stdout;
    let headings: Vec<&str> =
        story.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).collect();
    assert_eq!(
        headings,
        [
            "1. package and publish",
            "2. pipeline",
            "3. an account is vended",
            "4. the companion",
            "5. what protects it from now on"
        ]
    );
    for line in [
        "      custom-control-tower-configuration.zip\n\n2. pipeline",
        "Account Factory makes shop-two (999999999999) in Workloads:Prod",
        "Control Tower tells EventBridge: CreateManagedAccount SUCCEEDED",
        "add 999999999999 to the stack set CustomControlTower-backup-vault in eu-central-1, eu-west-1",
        "look 2: 0 to do, 0 pending",
        "it tells the bus: Account Ready",
        "plan hourly, rule hourly: first on 2026-11-24T21:00Z into org-backup-vault",
        "copied to arn:aws:backup:eu-west-1:999999999999:backup-vault:org-backup-vault",
    ] {
        assert!(story.contains(line), "{line}\n{story}");
    }
    assert_eq!(run.stdout, rehearse("--from 2026-11-24T20:00Z --unit Workloads:Prod --name shop-two").stdout);
}

#[test]
fn what_cannot_be_rehearsed_is_one_sentence() {
    for (arguments, words) in [
        ("--unit Workloads:Prot", "the organization has no unit Workloads:Prot"),
        ("--name log-archive", "the organization has an account log-archive already"),
    ] {
        let run = rehearse(arguments);
        assert!(run.exits(3).stderr.contains(words), "{run:#?}");
        assert_eq!(run.stdout, "");
    }
}
