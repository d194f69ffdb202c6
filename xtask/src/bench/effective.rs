//! The effective backup policies of ten thousand accounts under two hundred policies.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use super::organization::{self, Size};
use super::{STOPWATCH, measure};
use crate::failure::Failure;
use crate::report;

const SIZE: Size = Size { accounts: 10_000, units: 1_000, stack_sets: 0 };

const POLICIES: usize = 200;

/// Policies at the root, then those at `Pool`; the others are spread over the units.
const AT_ROOT: usize = 3;
const AT_POOL: usize = 5;

/// Measures `effective` and the check, which computes the same.
pub fn run(cfct: &Path, space: &Path) -> Result<(), Failure> {
    let folder = space.join("effective");
    write(&folder)
        .map_err(|error| Failure::new(format!("{} cannot be generated: {error}", folder.display())))?;
    report::say(&format!("-- {} accounts, {POLICIES} backup policies", SIZE.accounts));
    for (name, arguments) in [
        ("effective, text", &["effective"][..]),
        ("effective, JSON", &["effective", "--format", "json"]),
        ("check", &["check", "--quiet"]),
    ] {
        let mut command = Command::new("python3");
        command.args(["-c", STOPWATCH]).arg(cfct).args(arguments).arg("--config").arg(folder.join("package"));
        measure(SIZE.accounts, name, command.arg("--organization").arg(folder.join("organization.json")))?;
    }
    Ok(())
}

fn write(folder: &Path) -> io::Result<()> {
    let package = folder.join("package");
    fs::create_dir_all(package.join("policies/backup"))?;
    let mut attachments = String::from("policies:\n");
    for policy in 0..POLICIES {
        fs::write(package.join(format!("policies/backup/p{policy:03}.json")), content(policy))?;
        let _ = write!(
            attachments,
            "  - name: policy-{policy:03}\n    description: plan {policy}\n    file: policies/backup/p{policy:03}.json\n    \
             targets:\n      organizational_units: [{}]\n",
            targets(policy).join(", ")
        );
    }
    fs::write(package.join("policies/backup/attachments.yaml"), attachments)?;
    fs::write(package.join("manifest.yaml"), "region: eu-central-1\nversion: 2021-03-15\nresources: []\n")?;
    fs::write(folder.join("organization.json"), organization::organization(SIZE))
}

fn targets(policy: usize) -> Vec<String> {
    const SPREAD: usize = POLICIES - AT_ROOT - AT_POOL;
    match policy {
        policy if policy < AT_ROOT => vec!["Root".to_owned()],
        policy if policy < AT_ROOT + AT_POOL => vec!["Pool".to_owned()],
        policy => (1..SIZE.units)
            .filter(|unit| unit % SPREAD == policy - AT_ROOT - AT_POOL)
            .map(|unit| format!("\"{}\"", organization::path(unit)))
            .collect(),
    }
}

/// A plan of its own, but for the policies of units, which change the first one at the root.
fn content(policy: usize) -> String {
    if policy >= AT_ROOT + AT_POOL {
        return format!(
            r#"{{"plans":{{"plan-0":{{"regions":{{"@@append":["eu-west-1"]}},"rules":{{"daily":{{"lifecycle":{{"delete_after_days":{{"@@assign":"{}"}}}}}}}}}}}}}}"#,
            35 + policy
        );
    }
    format!(
        r#"{{"plans":{{"plan-{policy}":{{"regions":{{"@@assign":["eu-central-1"]}},"rules":{{"daily":{{"schedule_expression":{{"@@assign":"cron(0 {} ? * * *)"}},"target_backup_vault_name":{{"@@assign":"main"}},"lifecycle":{{"delete_after_days":{{"@@assign":"35"}}}},"copy_actions":{{"arn:aws:backup:eu-west-1:$account:backup-vault:main":{{"target_backup_vault_arn":{{"@@assign":"arn:aws:backup:eu-west-1:$account:backup-vault:main"}},"lifecycle":{{"delete_after_days":{{"@@assign":"90"}}}}}}}}}}}},"selections":{{"tags":{{"tagged":{{"iam_role_arn":{{"@@assign":"arn:aws:iam::$account:role/Backup"}},"tag_key":{{"@@assign":"backup"}},"tag_value":{{"@@assign":["daily","tier-{policy}"]}}}}}}}}}}}}}}"#,
        policy % 24
    )
}
