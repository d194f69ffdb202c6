use super::{Known, Settings, matches, read};
use crate::finding::{Finding, Level};
use crate::manifest::codes::UNKNOWN_KEY;
use crate::source::{Location, SourceFile};

fn settings(text: &str) -> (Settings, Vec<&'static str>) {
    let (settings, findings) = read(&SourceFile::new("cfct.toml", text));
    (settings, findings.iter().map(|finding| finding.code.name).collect())
}

fn unknown_key_in(file: &str) -> Finding {
    let at = Location::file(&SourceFile::new(file, "x: 1"));
    Finding::new(&UNKNOWN_KEY, &at, "unknown")
}

fn names(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.name).collect()
}

#[test]
fn a_complete_file_is_read_without_findings() {
    let text = "home-region = 'eu-central-1'\nbucket = 'b'\n[package]\ninclude = ['x/**']\n\
                [levels]\nmanifest-unknown-key = 'note'\n\
                [[waivers]]\ncode = 'manifest-missing-key'\nfile = 'manifest.yaml'\nreason = 'why'\n";
    let (settings, found) = settings(text);
    assert_eq!(found, Vec::<&str>::new());
    assert_eq!(settings.home_region.as_deref(), Some("eu-central-1"));
    assert_eq!(settings.include, ["x/**"]);
    assert_eq!(settings.levels["manifest-unknown-key"], Some(Level::Note));
    assert_eq!(settings.waivers[0].reason, "why");
}

#[test]
fn what_cannot_be_used_is_reported_and_left_out() {
    for (text, code) in [
        ("= 1", "settings-syntax"),
        ("home_region = 'x'", "settings-unknown-key"),
        ("home-region = 3", "settings-wrong-value"),
        ("[source]\nremote = '--upload-pack=x'", "settings-wrong-value"),
        ("[source]\nbranch = 'a b'", "settings-wrong-value"),
        ("[source]\nrepository = 'x'", "settings-unknown-key"),
        ("package = []", "settings-wrong-value"),
        ("[levels]\nmanifest-unknown-key = 'loud'", "settings-wrong-value"),
        ("[levels]\nmanifest-unknown-kee = 'off'", "settings-unknown-code"),
        ("[[waivers]]\ncode = 'manifest-unknown-key'", "waiver-without-reason"),
        ("[[waivers]]\ncode = 'manifest-unknown-key'\nreason = ' '", "waiver-without-reason"),
        ("[[waivers]]\nreason = 'x'", "settings-wrong-value"),
    ] {
        let (settings, found) = settings(text);
        assert_eq!(found, [code], "{text}");
        assert!(settings.waivers.is_empty() && settings.levels.is_empty(), "{text}");
    }
}

#[test]
fn what_the_configuration_is_written_for_is_read_with_a_finding_for_each_mistake() {
    for (text, code) in [
        ("[deployment]\narchitectures = ['bunkr']", "settings-wrong-value"),
        ("[deployment]\nregions = []", "settings-unknown-key"),
        ("[deployment]\nrecovery-region = 'eu-wset-1'", "settings-wrong-value"),
        ("[deployment]\nbackup-units = ['Root']", "settings-wrong-value"),
        ("[deployment]\nnotification-email = 'nobody'", "settings-wrong-value"),
        ("[deployment.organization]\nid = 'acme'", "settings-wrong-value"),
        ("[deployment.unit-ids]\nProd = 'r-acme'", "settings-wrong-value"),
        ("[deployment.accounts]\nbunker = {}", "settings-unknown-key"),
        ("[deployment.accounts]\naudit = { id = '12' }", "settings-wrong-value"),
        ("[deployment.retention-days]\ndayly = 1", "settings-unknown-key"),
        ("[deployment.retention-days]\ndaily = '35'", "settings-wrong-value"),
        ("[deployment.retention-days]\ndaily = 40000", "settings-wrong-value"),
        ("[deployment.identity-center]\ninstance = 'ssoins-1'", "settings-wrong-value"),
        ("[deployment.identity-center]\nmfa = 'never'", "settings-wrong-value"),
    ] {
        let (settings, found) = settings(text);
        assert_eq!(found, [code], "{text}");
        assert_eq!(settings.deployment, Some(crate::deployment::Answers::default()), "{text}");
    }
}

#[test]
fn levels_change_and_switch_off_findings() {
    let (louder, _) = settings("[levels]\nmanifest-unknown-key = 'note'");
    assert_eq!(louder.apply(vec![unknown_key_in("m")], Known::Package)[0].level, Level::Note);
    let (silent, _) = settings("[levels]\nmanifest-unknown-key = 'off'");
    assert!(silent.apply(vec![unknown_key_in("m")], Known::Package).is_empty());
}

#[test]
fn a_waiver_takes_out_what_it_covers_and_nothing_else() {
    let waiver = "[[waivers]]\ncode = 'manifest-unknown-key'\nfile = 'old/*'\nreason = 'r'\n";
    let (settings, _) = settings(waiver);
    let kept = settings.apply(vec![unknown_key_in("old/a"), unknown_key_in("new/a")], Known::Package);
    assert_eq!(names(&kept), ["manifest-unknown-key"]);
    assert_eq!(kept[0].primary.source.name(), "new/a");
}

#[test]
fn an_unused_waiver_is_a_finding() {
    let (settings, _) = settings("[[waivers]]\ncode = 'manifest-unknown-key'\nreason = 'r'\n");
    assert_eq!(names(&settings.apply(Vec::new(), Known::Package)), ["waiver-unused"]);
}

#[test]
fn patterns_match_within_and_over_folders() {
    for (pattern, path, expected) in [
        ("templates/*.yaml", "templates/a.yaml", true),
        ("templates/*.yaml", "templates/x/a.yaml", false),
        ("templates/**", "templates/x/a.yaml", true),
        ("**/*.json", "a.json", true),
        ("**/*.json", "x/y/a.json", true),
        ("**/b/*.json", "x/b/a.json", true),
        ("a*c", "abbc", true),
        ("a*c", "abb", false),
        ("*", "a/b", false),
        ("**", "a/b", true),
        ("a/b", "a/b", true),
        ("a/b", "a/bc", false),
        ("", "a", false),
        ("*a*a*", "bab", false),
    ] {
        assert_eq!(matches(pattern, path), expected, "{pattern} on {path}");
    }
}

#[test]
fn the_account_of_backup_policies_keeps_its_place() {
    let (read, codes) = settings("[backup-policies]\naccount = \"backup-admin\"\nacount = 1\n");
    let (account, place) = read.backup_policies_account.expect("an account");
    assert_eq!((account.as_str(), place.text()), ("backup-admin", "\"backup-admin\""));
    assert_eq!(codes, ["settings-unknown-key"]);
    let (read, codes) = settings("[backup-policies]\naccount = 111122223333\n");
    assert!(read.backup_policies_account.is_none());
    assert_eq!(codes, ["settings-wrong-value"]);
}

#[test]
fn a_limit_is_known_by_its_name_and_has_a_whole_number() {
    let (read, codes) = settings("[limits]\nbackup-rules-per-plan = 20\nscp-characters = 0x3000\n");
    assert_eq!(codes, Vec::<&str>::new());
    assert_eq!(read.limits, [("backup-rules-per-plan", 20), ("scp-characters", 12_288)].into());
    for (text, code) in [
        ("[limits]\nbackup-rules-per-paln = 20", "settings-unknown-limit"),
        ("[limits]\nbackup-rules-per-plan = '20'", "settings-wrong-value"),
        ("[limits]\nbackup-rules-per-plan = 0", "settings-wrong-value"),
        ("[limits]\nbackup-rules-per-plan = -1", "settings-wrong-value"),
        ("[limits]\nbackup-rules-per-plan = 99999999999999999999999", "settings-wrong-value"),
        ("limits = 3", "settings-wrong-value"),
        ("[companion]\nroles = 'x'", "settings-unknown-key"),
    ] {
        let (read, codes) = settings(text);
        assert_eq!(codes, [code], "{text}");
        assert!(read.limits.is_empty(), "{text}");
    }
}

#[test]
fn the_organization_s_settings_are_read() {
    let text = "[organization-settings]\n\
                trusted-access = ['backup.amazonaws.com']\n\
                stack-sets = true\n\
                policy-types = ['BACKUP_POLICY']\n\
                [organization-settings.delegated-administrators]\n\
                'backup.amazonaws.com' = ['central-backup']\n\
                [organization-settings.backup]\n\
                cross-account-backup = true\n\
                multi-party-approval = false\n\
                regions = ['eu-west-1']\n\
                members = true\n\
                [organization-settings.backup.opt-in]\n\
                EBS = true\n\
                'Redshift Serverless' = false\n";
    let (settings, found) = settings(text);
    assert_eq!(found, Vec::<&str>::new());
    let read = settings.organization;
    assert!(read.stack_sets && read.opt_in_members);
    assert_eq!(read.trusted_access.into_iter().collect::<Vec<_>>(), ["backup.amazonaws.com"]);
    assert_eq!(read.policy_types.into_iter().collect::<Vec<_>>(), ["BACKUP_POLICY"]);
    assert_eq!(read.delegated_administrators[0].1, "central-backup");
    assert_eq!(read.global["isCrossAccountBackupEnabled"], "true");
    assert_eq!(read.global["isMpaEnabled"], "false");
    assert_eq!(read.opt_in_regions, ["eu-west-1"]);
    assert_eq!((read.opt_in["EBS"], read.opt_in["Redshift Serverless"]), (true, false));
}

#[test]
fn a_wrong_setting_of_the_organization_is_a_finding() {
    for (text, code) in [
        ("trusted-access = ['backup']", "settings-wrong-value"),
        ("trusted-access = ['ram.amazonaws.com']", "settings-wrong-value"),
        ("policy-types = ['BACKUP_POLICIES']", "settings-wrong-value"),
        ("stack-sets = 'yes'", "settings-wrong-value"),
        ("stacksets = true", "settings-unknown-key"),
        ("delegated-administrators = { 'backup.amazonaws.com' = 'x' }", "settings-wrong-value"),
        ("backup = { cross-account = true }", "settings-unknown-key"),
        ("backup = { cross-account-backup = 'on' }", "settings-wrong-value"),
        ("backup = { regions = ['eu-centrall-1'] }", "settings-wrong-value"),
        ("backup = { opt-in = { EBS = 'on' } }", "settings-wrong-value"),
    ] {
        assert_eq!(settings(&format!("[organization-settings]\n{text}")).1, [code], "{text}");
    }
}

#[test]
fn what_the_companion_does_is_read_with_what_the_templates_call_things() {
    let text = "[bootstrap]\ndelivery = 'direct'\nunits = ['Workloads:Prod']\nready-bus = 'bus'\n\
                copy-accounts = ['120000000006']\n\
                [bootstrap.lock]\nmode = 'compliance'\nmin-retention-days = 7\nconfirm-compliance-lock = 'v1'\n";
    let (settings, found) = settings(text);
    assert_eq!(found, Vec::<&str>::new());
    let bootstrap = settings.bootstrap.unwrap();
    assert_eq!((bootstrap.vault.as_str(), bootstrap.ready_bus.as_deref()), ("org-backup-vault", Some("bus")));
    let lock = bootstrap.lock.unwrap();
    assert!(lock.is_compliance);
    assert_eq!((lock.min_retention_days, lock.max_retention_days), (Some(7), None));
    assert_eq!(lock.confirmation.as_deref(), Some("v1"));
}

#[test]
fn what_the_companion_cannot_do_is_reported() {
    for text in [
        "delivery = 'both'",
        "units = 'Workloads'",
        "regions = ['nowhere']",
        "enable-regions = 'yes'",
        "role = 'path/Role'",
        "alias = 'org-backup'",
        "alias = 'alias/aws/backup'",
        "vault = 'aws-controltower-vault'",
        "vault = 'v'",
        "copy-accounts = ['1']",
        "[bootstrap.lock]\nmin-retention-days = 7",
        "[bootstrap.lock]\nmode = 'strict'",
        "[bootstrap.lock]\nmode = 'compliance'\nchangeable-for-days = 2",
        "[bootstrap.lock]\nmode = 'governance'\nmax-retention-days = 36501",
    ] {
        let found = settings(&format!("[bootstrap]\n{text}")).1;
        assert!(found.contains(&"settings-wrong-value"), "{text}: {found:?}");
    }
    assert_eq!(settings("[bootstrap]\nspeed = 1").1, ["settings-unknown-key"]);
}
