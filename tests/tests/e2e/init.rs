//! `init`: what it writes, what it refuses, and how it brings a configuration up to date.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::binaries::Binary;
use crate::sandbox::{Run, Sandbox};

/// An organization quite unlike the example: in GovCloud, with one level of units and names with spaces.
fn agency() -> Value {
    let account = |id: &str, name: &str, parent: &str| json!({"id": id, "name": name, "email": format!("{id}@example.com"), "status": "ACTIVE", "parent": parent});
    let unit = |id: &str, name: &str, parent: &str| json!({"id": id, "name": name, "parent": parent});
    json!({
        "organization_id": "o-zz9plural9",
        "management_account_id": "200000000001",
        "root_id": "r-zz9p",
        "home_region": "us-gov-west-1",
        "organizational_units": [
            unit("ou-zz9p-aaaaaaaa", "Mission Systems", "r-zz9p"),
            unit("ou-zz9p-bbbbbbbb", "Core", "r-zz9p"),
            unit("ou-zz9p-cccccccc", "Custodians", "r-zz9p"),
            unit("ou-zz9p-dddddddd", "Field", "ou-zz9p-aaaaaaaa"),
        ],
        "accounts": [
            account("200000000001", "Agency Root", "r-zz9p"),
            account("200000000002", "Log Archive", "ou-zz9p-cccccccc"),
            account("200000000003", "Audit", "ou-zz9p-bbbbbbbb"),
            account("200000000004", "Key Custodian", "ou-zz9p-cccccccc"),
            account("200000000005", "Vault 13", "ou-zz9p-cccccccc"),
            account("200000000006", "Backup Hub", "ou-zz9p-bbbbbbbb"),
            account("200000000007", "Mission One", "ou-zz9p-aaaaaaaa"),
            account("200000000008", "Outpost", "ou-zz9p-dddddddd"),
        ],
        "baseline_stack_set": {
            "name": "AWSControlTowerBP-BASELINE-CONFIG",
            "accounts": [
                "200000000002", "200000000003", "200000000004", "200000000005", "200000000006", "200000000007",
                "200000000008",
            ],
            "regions": ["us-gov-west-1", "us-gov-east-1"],
        },
    })
}

/// The options that answer everything for it.
const ANSWERS: [(&str, &str); 11] = [
    ("--recovery-region", "us-gov-east-1"),
    ("--backup-unit", "Mission Systems"),
    ("--backup-unit", "Mission Systems:Field"),
    ("--backup-unit", "Core"),
    ("--vault-unit", "Custodians"),
    ("--log-archive", "Log Archive"),
    ("--audit", "Audit"),
    ("--backup-keys", "200000000004"),
    ("--central-backup", "Backup Hub"),
    ("--data-bunker", "Vault 13"),
    ("--identity-center", "arn:aws-us-gov:sso:::instance/ssoins-fedcba9876543210"),
];

/// A folder with the organization's file.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("organization.json", agency().to_string());
    sandbox
}

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    let output = sandbox.command(Binary::Cfct, arguments).output().expect("cfct runs");
    Run::new(format!("cfct {}", arguments.join(" ")), &output, sandbox.path())
}

/// `init` into `backup`, with the answers but for what `changed` names, which gets another value or none.
fn init(sandbox: &Sandbox, architecture: &str, changed: &[(&str, Option<&str>)]) -> Run {
    let mut arguments =
        vec!["init", "backup", "--organization", "organization.json", "--architecture", architecture];
    let kept = ANSWERS.iter().filter(|(option, _)| !changed.iter().any(|(other, _)| other == option));
    arguments.extend(kept.flat_map(|(option, value)| [*option, *value]));
    arguments.extend(changed.iter().filter_map(|(option, value)| Some([*option, (*value)?])).flatten());
    run(sandbox, &arguments)
}

/// Checks, tests and packages what was written.
#[track_caller]
fn works(sandbox: &Sandbox, folder: &str, organization: &str) {
    let with = |command: &str| {
        let mut arguments: Vec<&str> = command.split(' ').collect();
        arguments.extend(["--config", folder, "--organization", organization]);
        let run = run(sandbox, &arguments);
        run.exits(0);
        run
    };
    let check = with("check --format json").json();
    let summary = &check["summary"];
    assert_eq!((&summary["errors"], &summary["warnings"]), (&json!(0), &json!(0)), "{check:#}");
    if sandbox.file(folder).join("policies").exists() {
        with("guardrails test --require-coverage");
    }
    with("package --out bucket");
}

#[test]
fn each_architecture_is_a_configuration_that_passes() {
    for architecture in ["single-account", "organization", "landing-zone", "bunker"] {
        let sandbox = sandbox();
        init(&sandbox, architecture, &[]).exits(0);
        works(&sandbox, "backup", "organization.json");
    }
}

#[test]
fn the_repository_s_own_answers_give_its_own_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let (settings, organization) = (root.join("cfct.toml"), root.join("examples/organization.json"));
    let path = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    for binary in Binary::ALL {
        let sandbox = Sandbox::empty();
        let arguments = ["init", "own", "--from", &path(&settings)];
        let output = sandbox.command(binary, &arguments).output().expect("it runs");
        Run::new("init".to_owned(), &output, sandbox.path()).exits(0);
        for file in
            ["cfct.toml", "manifest.yaml", "policies/backup/daily.json", "templates/backup-vault.yaml"]
        {
            let own = fs::read_to_string(root.join(file)).expect("a file");
            assert_eq!(sandbox.read(&format!("own/{file}")), own, "{file}");
        }
        if binary == Binary::Cfct {
            works(&sandbox, "own", &path(&organization));
        }
    }
}

#[test]
fn what_is_missing_is_named_and_nothing_is_asked_or_written() {
    let sandbox = sandbox();
    for (arguments, missing) in [
        ("init backup", "--architecture, --home-region, --backup-unit"),
        (
            "init backup --architecture organization --home-region eu-west-1",
            "--recovery-region, --backup-unit, --vault-unit, --organization FILE, --backup-keys, --central-backup",
        ),
        (
            "init backup --architecture bunker --organization organization.json --recovery-region us-gov-east-1 \
             --backup-unit Core --vault-unit Custodians --backup-keys 200000000004 --central-backup 200000000006",
            "--identity-center, --log-archive, --audit, --data-bunker",
        ),
    ] {
        let run = sandbox.cfct(arguments);
        run.exits(2).complains(&format!("error: missing: {missing}\nhint: give them as options"));
    }
    assert_eq!(sandbox.names(), ["organization.json"]);
}

#[test]
fn bad_answers_are_errors_and_nothing_is_written() {
    let sandbox = sandbox();
    let cases: &[(&str, &str, &str)] = &[
        (
            "--backup-unit",
            "Mission Sistems",
            "error: no unit `Mission Sistems` in the organization\nhint: did you mean `Mission Systems`?\n",
        ),
        (
            "--backup-unit",
            "Mission Systems",
            "error: `Mission Systems` has accounts in units inside of it, which policies reach and stack sets do not\nhint: add `Mission Systems:Field` to the units",
        ),
        (
            "--vault-unit",
            "Core",
            "error: 4 answers cannot be used\n  log-archive: Log Archive (200000000002) is in `Custodians`, which is none of the units of vaults; add `Custodians` to them: ",
        ),
        (
            "--data-bunker",
            "Vault 31",
            "error: data-bunker: no account `Vault 31` in the organization\nhint: did you mean `Vault 13`?\n",
        ),
        (
            "--data-bunker",
            "299999999999",
            "error: data-bunker: no account `299999999999` in the organization\n",
        ),
        (
            "--data-bunker",
            "Vault 13=200000000007",
            "error: data-bunker: Mission One (200000000007) and Vault 13 (200000000005) are two accounts\n",
        ),
        (
            "--data-bunker",
            "Key Custodian",
            "error: backup-keys and data-bunker are the same account, 200000000004\n",
        ),
        (
            "--data-bunker",
            "Mission One",
            "error: data-bunker: Mission One (200000000007) is in `Mission Systems`, which is backed up\nhint: move the account",
        ),
        (
            "--recovery-region",
            "us-gov-west-1",
            "error: `us-gov-west-1` is the home Region and the one for recovery\n",
        ),
        (
            "--recovery-region",
            "eu-west-1",
            "error: `us-gov-west-1` and `eu-west-1` are in different partitions\n",
        ),
        (
            "--recovery-region",
            "us-gov-esat-1",
            "error: invalid value 'us-gov-esat-1' for '--recovery-region <REGION>': `us-gov-esat-1` is no Region; did you mean `us-gov-east-1`?\n",
        ),
        (
            "--home-region",
            "us-gov-east-1",
            "error: 2 answers cannot be used\n  the home Region is `us-gov-east-1`, and `us-gov-west-1` in the organization file;",
        ),
        (
            "--retention",
            "daily=0",
            "error: invalid value 'daily=0' for '--retention <TIER=DAYS>': `0` is no retention; a vault lock takes 1 to 36500 days\n",
        ),
        (
            "--retention",
            "daily=40000",
            "error: invalid value 'daily=40000' for '--retention <TIER=DAYS>': `40000` is no retention;",
        ),
        (
            "--retention",
            "dayly=35",
            "error: invalid value 'dayly=35' for '--retention <TIER=DAYS>': the tiers are hourly,",
        ),
        (
            "--retention",
            "hourly=3",
            "error: hourly backups are kept for 3 days, and an air-gapped vault takes 7 at least\n",
        ),
        (
            "--organization-id",
            "o-short",
            "error: invalid value 'o-short' for '--organization-id <ID>': `o-short` is no organization's id;",
        ),
        (
            "--organization-id",
            "o-otherother",
            "error: the organization's id is `o-otherother`, and `o-zz9plural9` in the organization file\n",
        ),
        (
            "--unit-id",
            "Core=ou-1",
            "error: invalid value 'Core=ou-1' for '--unit-id <PATH=ID>': `ou-1` is no id of an organizational unit;",
        ),
        (
            "--notification-email",
            "nobody",
            "error: invalid value 'nobody' for '--notification-email <ADDRESS>': `nobody` is no mail address;",
        ),
        (
            "--identity-center",
            "arn:aws:sso:::instance/ssoins-fedcba9876543210",
            "error: the instance of IAM Identity Center is not in the partition aws-us-gov of `us-gov-west-1`\n",
        ),
        (
            "--group",
            "operators=me",
            "error: invalid value 'operators=me' for '--group <GROUP=ID>': `me` is no id of a group",
        ),
        ("--architecture", "bunkr", "error: invalid value 'bunkr' for '--architecture <NAME>'\n"),
        (
            "--backup-unit",
            "Root",
            "error: invalid value 'Root' for '--backup-unit <PATH>': `Root` is no organizational unit;",
        ),
    ];
    for (option, value, error) in cases {
        init(&sandbox, "bunker", &[(option, Some(value))]).exits(2).complains(error);
    }
    assert_eq!(sandbox.names(), ["organization.json"]);
}

#[test]
fn a_table_that_cannot_be_used_is_an_error_with_its_line() {
    let sandbox = sandbox();
    for (text, error) in [
        ("", "error: answers.toml has no table [deployment]\n"),
        (
            "[deployment]\narchitectures = ['bunkr']\n",
            "error: answers.toml:2: `bunkr` is not an architecture\nhint: did you mean `bunker`?\n",
        ),
        (
            "[deployment]\nbackup-unit = ['Core']\n",
            "error: answers.toml:2: unknown key `backup-unit`\nhint: did you mean `backup-units`?\n",
        ),
        ("[deployment.retention-days]\ndaily = 0\n", "error: answers.toml:2: `0` is no retention\n"),
        ("[deployment.accounts]\naudit = { id = '12' }\n", "error: answers.toml:2: `12` is no account id\n"),
    ] {
        sandbox.write("answers.toml", text);
        sandbox.cfct("init backup --from answers.toml").exits(3).complains(error);
    }
    sandbox.cfct("init backup --from absent.toml").exits(3).complains("error: cannot read absent.toml: ");
    sandbox.cfct("init backup --organization absent.json").exits(3);
    assert_eq!(sandbox.names(), ["answers.toml", "organization.json"]);
}

#[test]
fn a_folder_that_holds_something_is_refused() {
    let sandbox = sandbox();
    sandbox.write("backup/README.md", "mine\n");
    let before = sandbox.names();
    init(&sandbox, "bunker", &[])
        .exits(3)
        .complains("error: the folder backup is not empty: it has README.md\nhint: name another folder");
    assert_eq!(sandbox.names(), before);
    sandbox.write("file", "");
    sandbox
        .cfct("init file --architecture single-account --home-region eu-west-1 --backup-unit Core")
        .exits(3);
}

#[test]
fn a_new_repository_is_as_good_as_an_empty_folder() {
    let sandbox = sandbox();
    sandbox.write("backup/.git/HEAD", "ref: refs/heads/main\n");
    init(&sandbox, "organization", &[]).exits(0);
    assert!(sandbox.file("backup/manifest.yaml").is_file());
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let sandbox = sandbox();
    sandbox.write("file", "");
    let run = run(
        &sandbox,
        &[
            "init",
            "file/backup",
            "--architecture",
            "single-account",
            "--home-region",
            "eu-west-1",
            "--backup-unit",
            "Core",
        ],
    );
    run.exits(3);
    assert!(run.stderr.starts_with("error: "), "{run:#?}");
}

#[test]
fn what_is_next_is_said() {
    let sandbox = sandbox();
    let run = init(&sandbox, "organization", &[]);
    let next = "next, once you have read manifest.yaml and cfct.toml:\n  \
                cfct check --config backup --organization organization.json\n";
    assert!(run.stderr.contains(next), "{run:#?}");
    assert_eq!(run.stdout, "");
}

#[test]
fn products_that_the_locks_do_not_take_are_left_out_with_a_word() {
    let sandbox = sandbox();
    let run = init(&sandbox, "landing-zone", &[("--retention", Some("hourly=14"))]);
    run.exits(0);
    assert!(
        run.stderr.contains("warning: left out of portfolios/backup.yaml: Backup plan, Vault;"),
        "{run:#?}"
    );
    assert!(!sandbox.file("backup/portfolios/backup/vault").exists());
    works(&sandbox, "backup", "organization.json");
}

/// A folder that `init` wrote for the second architecture.
fn written() -> Sandbox {
    let sandbox = sandbox();
    init(&sandbox, "organization", &[]).exits(0);
    sandbox
}

#[test]
fn an_update_carries_a_change_of_the_table_into_all_files() {
    let sandbox = written();
    let up_to_date = sandbox.cfct("init backup --update");
    up_to_date.exits(0);
    assert_eq!((up_to_date.stdout.as_str(), up_to_date.stderr.as_str()), ("", "up to date\n"));

    sandbox.edit("backup/cfct.toml", "\"organization\"", "\"bunker\"");
    sandbox.edit("backup/cfct.toml", "daily = 35", "daily = 40");
    let before = sandbox.read("backup/manifest.yaml");
    let preview = sandbox.cfct("init backup --update --dry-run");
    preview.exits(0);
    assert_eq!(sandbox.read("backup/manifest.yaml"), before);
    assert!(preview.stdout.contains("+  - name: air-gapped-vault\n"), "{preview:#?}");
    assert!(preview.stderr.starts_with("would change "), "{preview:#?}");

    let update = sandbox.cfct("init backup --update");
    update.exits(0);
    assert_eq!(update.stdout, preview.stdout);
    assert!(sandbox.read("backup/policies/backup/daily.json").contains("\"40\""));
    works(&sandbox, "backup", "organization.json");
    assert_eq!(sandbox.cfct("init backup --update").stderr, "up to date\n");

    // And back: what belongs to the bunker goes.
    sandbox.edit("backup/cfct.toml", "\"bunker\"", "\"organization\"");
    sandbox.edit("backup/cfct.toml", "daily = 40", "daily = 35");
    sandbox.cfct("init backup --update").exits(0);
    let written = written();
    let names = |sandbox: &Sandbox| -> Vec<String> {
        sandbox.names().into_iter().filter(|name| name.starts_with("backup")).collect()
    };
    assert_eq!(names(&sandbox), names(&written));
    for name in names(&written).iter().filter(|name| written.file(name).is_file()) {
        assert_eq!(sandbox.read(name), written.read(name), "{name}");
    }
}

#[test]
fn what_a_person_changed_since_is_left_alone_unless_it_is_overwritten() {
    let sandbox = written();
    let mine = "backup/policies/backup/daily.json";
    sandbox.edit(mine, "cron(0 1 ? * * *)", "cron(0 2 ? * * *)");
    // Nothing new is to be written over it.
    assert_eq!(sandbox.cfct("init backup --update").stderr, "up to date\n");

    sandbox.edit("backup/cfct.toml", "daily = 35", "daily = 40");
    fs::remove_file(sandbox.file("backup/policies/backup/weekly.json")).expect("a file");
    let before = sandbox.read(mine);
    let update = sandbox.cfct("init backup --update");
    update.exits(0);
    let left = format!("warning: left {mine} alone: it was changed by hand, and would change too;");
    assert!(update.stderr.contains(&left), "{update:#?}");
    assert!(update.stderr.contains("warning: left backup/policies/backup/weekly.json away: "), "{update:#?}");
    assert_eq!(sandbox.read(mine), before);

    let overwritten = sandbox.cfct("init backup --update --overwrite");
    overwritten.exits(0);
    assert!(
        overwritten
            .stdout
            .contains("-          \"schedule_expression\": { \"@@assign\": \"cron(0 2 ? * * *)\" },\n"),
        "{overwritten:#?}"
    );
    assert!(sandbox.read(mine).contains("cron(0 1 ? * * *)"));
    works(&sandbox, "backup", "organization.json");
}

#[test]
fn an_update_needs_a_table_and_a_sound_record() {
    let sandbox = written();
    sandbox.cfct("init --update").exits(3).complains("error: cannot read ./cfct.toml: ");
    sandbox.cfct("init backup --update --recovery-region eu-west-1").exits(2).complains(
        "error: an update takes its answers from cfct.toml, not from options\nhint: change the table",
    );
    sandbox.write("backup/.cfct-init.json", "{");
    sandbox
        .cfct("init backup --update")
        .exits(3)
        .complains("error: backup/.cfct-init.json does not say what was written\n");
    fs::remove_file(sandbox.file("backup/.cfct-init.json")).expect("a file");
    sandbox.edit("backup/cfct.toml", "daily = 35", "daily = 40");
    let before = sandbox.read("backup/policies/backup/daily.json");
    let update = sandbox.cfct("init backup --update");
    update.exits(0);
    assert!(update.stderr.starts_with("warning: no .cfct-init.json says what init wrote"), "{update:#?}");
    assert_eq!(sandbox.read("backup/policies/backup/daily.json"), before);
}

#[test]
fn a_copy_of_the_repository_is_made_over_in_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let own = Sandbox::empty();
    let settings = root.join("cfct.toml");
    run(&own, &["init", "copy", "--from", settings.to_str().expect("UTF-8")]).exits(0);
    fs::remove_file(own.file("copy/.cfct-init.json")).expect("a file");
    let example = fs::read_to_string(root.join("policies/tests/elsewhere.yaml")).expect("a file");
    own.write("copy/policies/tests/elsewhere.yaml", example);

    let other = sandbox();
    init(&other, "bunker", &[]).exits(0);
    own.write("copy/cfct.toml", other.read("backup/cfct.toml"));
    own.write("organization.json", agency().to_string());
    own.cfct("init copy --update").exits(0);
    assert!(!own.file("copy/policies/tests/elsewhere.yaml").exists());
    assert_eq!(own.read("copy/manifest.yaml"), other.read("backup/manifest.yaml"));
    works(&own, "copy", "organization.json");
}

/// A link would lead an update out of the folder.
#[cfg(unix)]
#[test]
fn an_update_writes_through_no_link() {
    let sandbox = written();
    let name = "backup/policies/backup/daily.json";
    let text = sandbox.read(name);
    sandbox.write("elsewhere.json", &text);
    fs::remove_file(sandbox.file(name)).expect("a file");
    std::os::unix::fs::symlink(sandbox.file("elsewhere.json"), sandbox.file(name)).expect("a link");
    sandbox.edit("backup/cfct.toml", "daily = 35", "daily = 40");
    sandbox
        .cfct("init backup --update")
        .exits(3)
        .complains(&format!("error: cannot change {name}: a symbolic link"));
    assert_eq!(sandbox.read("elsewhere.json"), text);
}
