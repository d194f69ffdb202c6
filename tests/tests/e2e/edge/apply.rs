//! `apply`, `verify` and `doctor`: the real binary over an organization of our own.

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::edge::acme::{Acme, MANAGEMENT, MEMBER, World};
use crate::edge::killing::killed;
use crate::edge::loopback::{Loopback, Reply, Request};
use crate::edge::runs;
use crate::sandbox::{Run, Sandbox};

const BACKUP: &str = r#"{
  "plans": {"daily": {
    "regions": {"@@assign": ["eu-central-1"]},
    "rules": {"nightly": {
      "schedule_expression": {"@@assign": "cron(0 3 ? * * *)"},
      "target_backup_vault_name": {"@@assign": "local"},
      "lifecycle": {"delete_after_days": {"@@assign": "35"}}
    }},
    "selections": {"tags": {"tagged": {
      "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
      "tag_key": {"@@assign": "backup"},
      "tag_value": {"@@assign": ["daily"]}
    }}}
  }}
}"#;

/// What AWS makes of it.
const EFFECTIVE: &str = r#"{"plans":{"daily":{"regions":["eu-central-1"],"rules":{"nightly":{
    "schedule_expression":"cron(0 3 ? * * *)","target_backup_vault_name":"local",
    "lifecycle":{"delete_after_days":"35"}}},"selections":{"tags":{"tagged":{
    "iam_role_arn":"arn:aws:iam::$account:role/Backup","tag_key":"backup","tag_value":["daily"]}}}}}}"#;

/// A configuration with a backup policy, a service control policy and settings.
pub fn configuration() -> Sandbox {
    let sandbox = Sandbox::clean();
    sandbox.write("policies/backup/daily.json", BACKUP);
    sandbox.write(
        "policies/backup/attachments.yaml",
        "policies:\n  - name: daily\n    description: every night\n    file: policies/backup/daily.json\n    targets:\n      \
         organizational_units: [Workloads]\n",
    );
    sandbox.write(
        "policies/scp/protect.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "backup:DeleteBackupVault", "Resource": "*"}]}"#,
    );
    sandbox.edit(
        "manifest.yaml",
        "resources:\n",
        "resources:\n  - name: protect\n    resource_file: policies/scp/protect.json\n    deploy_method: scp\n    \
         deployment_targets:\n      organizational_units: [Workloads]\n",
    );
    sandbox.write(
        "cfct.toml",
        "home-region = \"eu-central-1\"\n\
         [organization-settings]\nstack-sets = true\n\
         [organization-settings.delegated-administrators]\n\"backup.amazonaws.com\" = [\"team\"]\n\
         [organization-settings.backup]\ncross-account-backup = true\nmembers = true\n\
         [organization-settings.backup.opt-in]\nEBS = true\n",
    );
    sandbox
}

/// The steps that `World::new` needs to become what `configuration` wants.
const STEPS: [&str; 13] = [
    "give backup.amazonaws.com access to the organization",
    "give stack sets access to the organization",
    "turn on policies of type BACKUP_POLICY",
    "make 222233334444 a delegated administrator of backup.amazonaws.com",
    "set isCrossAccountBackupEnabled=true for AWS Backup",
    "back up EBS in 111122223333, eu-central-1",
    "back up EBS in 222233334444, eu-central-1",
    "create backup policy daily",
    "create service control policy protect",
    "attach service control policy protect to ou-acme-workload",
    "attach backup policy daily to ou-acme-workload",
    "detach service control policy old from ou-acme-workload",
    "delete service control policy old",
];

/// What is said among the rest.
fn says(run: &Run, exit: i32, words: &str) {
    assert!(run.exits(exit).stderr.contains(words), "{words}: {run:#?}");
}

/// The id that has to be confirmed.
pub fn id(sandbox: &Sandbox, url: &str) -> String {
    let run = runs::run(sandbox, url, "apply --dry-run --format json");
    let report: serde_json::Value = serde_json::from_str(&run.exits(0).stdout).expect("JSON");
    report["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_dry_run_says_all_and_does_nothing() {
    let (sandbox, acme) = (configuration(), Acme::start(World::new()));
    let run = runs::run(&sandbox, acme.url(), "apply --dry-run");
    let told: Vec<&str> = run.exits(0).stdout.lines().collect();
    let expected: Vec<String> = STEPS
        .iter()
        .map(|step| {
            let is_removal = step.starts_with("detach") || step.starts_with("delete");
            format!("would {step}{}", if is_removal { " (to confirm)" } else { "" })
        })
        .collect();
    assert_eq!(told, expected);
    assert_eq!(acme.world().changes, 0);
}

#[test]
fn what_takes_something_away_is_confirmed_first_and_a_second_run_does_nothing() {
    let (sandbox, acme) = (configuration(), Acme::start(World::new()));
    let refused = runs::run(&sandbox, acme.url(), "apply");
    says(
        &refused,
        5,
        "error: 2 steps take something away, and nothing was done\nhint: if that is meant, pass --confirm ",
    );
    let other = runs::run(&sandbox, acme.url(), "apply --confirm 000000000000");
    says(&other, 5, "error: 000000000000 was confirmed, and this is decision ");
    assert_eq!(acme.world().changes, 0);
    let id = id(&sandbox, acme.url());
    let done = runs::run(&sandbox, acme.url(), &format!("apply --confirm {id}"));
    let told: Vec<&str> = done.exits(0).stdout.lines().collect();
    assert_eq!(told, STEPS.map(|step| format!("done: {step}")));
    let world = acme.world().clone();
    assert_eq!(world.changes, STEPS.len());
    let names: Vec<&str> = world.policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, ["FullAWSAccess", "foreign", "daily", "protect"]);
    let again = runs::run(&sandbox, acme.url(), "apply");
    again.exits(0).complains("nothing to do");
    assert_eq!(again.stdout, "");
    assert_eq!(*acme.world(), world);
}

#[test]
fn each_half_goes_alone() {
    let (sandbox, acme) = (configuration(), Acme::start(World::new()));
    let settings = runs::run(&sandbox, acme.url(), "apply --only settings");
    let told: Vec<String> = settings.exits(0).stdout.lines().map(str::to_owned).collect();
    // Backup policies are none of the settings, and nothing asks for their type here.
    let expected: Vec<&str> =
        STEPS[..7].iter().copied().filter(|step| !step.starts_with("turn on")).collect();
    assert_eq!(told, expected.iter().map(|step| format!("done: {step}")).collect::<Vec<_>>());
    let policies = runs::run(&sandbox, acme.url(), "apply --only policies --dry-run");
    let told: Vec<&str> = policies.exits(0).stdout.lines().collect();
    assert_eq!(
        told[..2],
        ["would turn on policies of type BACKUP_POLICY", "would create backup policy daily"]
    );
}

#[test]
fn a_policy_of_somebody_else_is_taken_over_only_when_told_so() {
    let (sandbox, acme) = (configuration(), Acme::start(World::new()));
    sandbox.edit("manifest.yaml", "name: protect\n", "name: foreign\n");
    let run = runs::run(&sandbox, acme.url(), "apply --only policies --dry-run");
    run.exits(1).complains("warning: service control policy foreign: p-22222222 has that name");
    let run = runs::run(&sandbox, acme.url(), "apply --only policies --dry-run --adopt foreign");
    let told = &run.exits(0).stdout;
    assert!(told.contains("would adopt service control policy foreign\n"), "{told}");
    assert!(told.contains("would update service control policy foreign\n"), "{told}");
}

#[test]
fn a_target_that_is_not_there_ends_the_run_before_it_begins() {
    let (sandbox, acme) = (configuration(), Acme::start(World::new()));
    sandbox.edit("policies/backup/attachments.yaml", "[Workloads]", "[Worklods]");
    let run = runs::run(&sandbox, acme.url(), "apply");
    says(&run, 1, "error: the configuration does not fit the organization, and nothing was done\nhint: ");
    assert!(
        run.stderr.contains("policies/backup/attachments.yaml:6: there is no organizational unit `Worklods`"),
        "{run:#?}"
    );
    assert_eq!(acme.world().changes, 0);
}

#[test]
fn what_fails_is_told_and_what_would_be_taken_away_stays() {
    let (sandbox, acme) = (configuration(), Acme::start(World::new()));
    let id = id(&sandbox, acme.url());
    let inner = Mutex::new(World::new());
    let refusing = Loopback::start(move |request, _| match request.operation().as_str() {
        "AttachPolicy" => Reply::json(
            400,
            r#"{"__type":"ConstraintViolationException","Message":"You have attached the maximum number."}"#,
        ),
        _ => inner.lock().expect("a lock").answer(request),
    });
    let run = runs::run(&sandbox, &refusing.url, &format!("apply --confirm {id}"));
    says(&run, 4, "error: 2 of 13 steps failed, and 9 are done: organizations:AttachPolicy failed");
    let last: Vec<&str> = run.stdout.lines().skip(11).collect();
    let why = "a policy that may be to take its place failed";
    assert_eq!(last, STEPS[11..].iter().map(|step| format!("not tried: {step}: {why}")).collect::<Vec<_>>());
}

#[test]
fn a_member_account_and_closed_accounts_are_said() {
    let sandbox = configuration();
    let inner = Mutex::new(World::new());
    let server = Loopback::start(move |request, _| match request.operation().as_str() {
        "DescribeOrganization" => {
            Reply::json(200, r#"{"Organization":{"Id":"o-1234567890","MasterAccountId":"999988887777"}}"#)
        }
        _ => inner.lock().expect("a lock").answer(request),
    });
    for command in ["apply", "verify", "doctor"] {
        let run = runs::run(&sandbox, &server.url, command);
        run.exits(4).complains(&format!(
            "error: organizations:DescribeOrganization failed: {MANAGEMENT} is a member of the organization whose \
             management account is 999988887777\nhint: use credentials of the management account"
        ));
    }
    assert_eq!(server.operations(), ["GetCallerIdentity", "DescribeOrganization"].repeat(3));
    let acme = Acme::start(World { closed: [MEMBER.to_owned()].into(), ..World::new() });
    let run = runs::run(&sandbox, acme.url(), "apply --only settings");
    run.exits(1)
        .complains("warning: resource types in 222233334444, eu-central-1: access denied: sts:AssumeRole");
    assert_eq!(run.stdout.lines().count(), 5, "the others are done: {run:#?}");
}

#[test]
fn no_credentials_and_no_such_region_are_said_before_any_change() {
    let (sandbox, acme) = (configuration(), Acme::start(World::new()));
    for name in ["apply", "verify", "doctor"] {
        let run = runs::run(&sandbox, acme.url(), &format!("{name} --region eu-centrall-1"));
        run.exits(2)
            .complains("error: there is no Region `eu-centrall-1`\nhint: did you mean `eu-central-1`?\n");
        let mut command = runs::command(&sandbox, acme.url(), name);
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        runs::finish(&mut command, name, sandbox.path()).exits(4).complains("error: no AWS credentials for ");
    }
    assert_eq!(acme.world().changes, 0);
}

/// kill -9 at every call; whoever runs the command again has to confirm what is left.
#[test]
fn a_killed_run_ends_the_same_when_it_is_run_again() {
    let sandbox = configuration();
    let run = |world: &Arc<Mutex<World>>| {
        let shared = Arc::clone(world);
        let server = Loopback::start(move |request, _| shared.lock().expect("a lock").answer(request));
        let id = id(&sandbox, &server.url);
        let before = server.operations().len();
        runs::run(&sandbox, &server.url, &format!("apply --confirm {id}")).exits(0);
        server.operations().len() - before
    };
    let undisturbed = Arc::new(Mutex::new(World::new()));
    let arguments = {
        let acme = Acme::start(World::new());
        format!("apply --confirm {}", id(&sandbox, acme.url()))
    };
    let calls = run(&undisturbed);
    for at in 0..calls {
        for after in [false, true] {
            let world = Arc::new(Mutex::new(World::new()));
            let shared = Arc::clone(&world);
            let answer = move |request: &Request| shared.lock().expect("a lock").answer(request);
            killed(answer, &sandbox, &arguments, at, after);
            run(&world);
            let (now, wanted) = (world.lock().expect("a lock"), undisturbed.lock().expect("a lock"));
            assert_eq!(now.essence(), wanted.essence(), "killed at call {at}, after: {after}");
        }
    }
    println!("apply: {} boundaries of {calls} calls", calls * 2);
    assert!(calls >= 35, "{calls}");
}

#[test]
fn verify_tells_the_five_states_apart() {
    let (sandbox, acme) = (configuration(), Acme::start(World::new()));
    let run = runs::run(&sandbox, acme.url(), "verify");
    assert!(run.exits(1).stdout.contains("missing      effective policy"), "{run:#?}");
    let id = id(&sandbox, acme.url());
    runs::run(&sandbox, acme.url(), &format!("apply --confirm {id}")).exits(0);
    {
        let mut world = acme.world();
        world.effective =
            [(MEMBER.to_owned(), EFFECTIVE.to_owned()), (MANAGEMENT.to_owned(), EFFECTIVE.to_owned())].into();
        world.vaults = vec![json!({
            "BackupVaultName": "local", "Locked": true, "MinRetentionDays": 60, "EncryptionKeyArn": "arn:aws:kms:x",
        })];
        world.jobs =
            vec![json!({ "BackupJobId": "job-1", "ResourceArn": "arn:aws:ec2:x", "StatusMessage": "no" })];
    }
    let run = runs::run(&sandbox, acme.url(), "verify --format json");
    let report: serde_json::Value = serde_json::from_str(&run.exits(1).stdout).expect("JSON");
    let items = report["items"].as_array().expect("items").iter();
    let wrong: Vec<String> = items
        .filter(|item| item["state"] != "correct")
        .map(|item| format!("{} {} {}", item["state"], item["kind"], item["account"]).replace('"', ""))
        .collect();
    assert_eq!(
        wrong,
        [
            "incorrect backup job 222233334444",
            "incorrect vault 222233334444",
            "missing role 222233334444",
            "unexpected effective policy 111122223333",
        ]
    );
    assert_eq!(report["summary"]["incorrect"], 2);
    acme.world().closed.insert(MEMBER.to_owned());
    let text = runs::run(&sandbox, acme.url(), "verify --all");
    let unreachable = text.exits(1).stdout.lines().filter(|line| line.starts_with("unreachable"));
    assert_eq!(unreachable.count(), 3, "{text:#?}");
    let page = runs::run(&sandbox, acme.url(), "verify --format html");
    let page = &page.exits(1).stdout;
    assert!(page.starts_with("<!doctype html>") && page.contains("<td class=\"unexpected\">unexpected</td>"));
}

#[test]
fn an_organization_as_it_should_be_is_correct() {
    let sandbox = Sandbox::clean();
    let acme = Acme::start(World::new());
    acme.world().policies.truncate(1);
    let run = runs::run(&sandbox, acme.url(), "verify");
    assert_eq!(run.exits(0).stdout, "");
    run.complains("2 correct");
}

#[test]
fn doctor_says_what_to_do() {
    let (sandbox, acme) = (configuration(), Acme::start(World::new()));
    let run = runs::run(&sandbox, acme.url(), "doctor");
    for line in [
        "ok         identity: 111122223333, the management account\n",
        "failed     CfCT's stack: there is none in this Region\n           deploy Customizations",
        "failed     pipeline source: ",
        "failed     lifecycle events: no rule takes CreateManagedAccount or UpdateManagedAccount\n",
        "attention  trusted access: not AWS Backup\n",
        "attention  execution role: AWSControlTowerExecution is not in the management account\n",
        "attention  other controllers: Landing Zone Accelerator on AWS (rule AWSAccelerator-x)\n",
    ] {
        assert!(run.exits(1).stdout.contains(line), "{line}: {run:#?}");
    }
    let json = runs::run(&sandbox, acme.url(), "doctor --format json");
    let report: serde_json::Value = serde_json::from_str(&json.exits(1).stdout).expect("JSON");
    assert_eq!(report["checks"].as_array().map(Vec::len), Some(12));
    assert_eq!(acme.world().changes, 0);
}
