//! `check`: what it finds, in each of its faces, and how it ends.

use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::binaries::Binary;
use crate::sandbox::Sandbox;
use crate::snapshot;

#[test]
fn a_clean_configuration_ends_with_0_and_a_line() {
    let run = Sandbox::clean().cfct("check");
    run.exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("no findings in 2 files\n", ""));
}

#[test]
fn both_binaries_say_the_same() {
    let sandbox = Sandbox::faulty();
    for format in ["text", "json", "sarif", "github"] {
        let runs = Binary::ALL.map(|binary| sandbox.run(binary, &format!("check --format {format}")));
        let [cfct, xtask] = &runs;
        assert_eq!((&cfct.stdout, cfct.exit), (&xtask.stdout, xtask.exit), "{format}");
        cfct.exits(1);
        assert_eq!(cfct.stderr, "", "{format}");
    }
}

#[test]
fn text_shows_the_line_what_is_wrong_and_what_to_do() {
    snapshot::assert_run("check/text", &Sandbox::faulty().cfct("check"));
}

#[test]
fn github_gets_an_annotation_a_finding() {
    snapshot::assert_run("check/github", &Sandbox::faulty().cfct("check --format github"));
}

#[test]
fn json_has_the_shape_of_the_contract() {
    let run = Sandbox::faulty().cfct("check --format json");
    run.exits(1);
    let report = run.json();
    assert_eq!(keys(&report), ["findings", "summary"]);
    assert_eq!(report["summary"], json!({"errors": 2, "warnings": 0, "notes": 0}));
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 2);
    for finding in findings {
        assert_eq!(
            keys(finding),
            [
                "code",
                "level",
                "stage",
                "message",
                "file",
                "line",
                "column",
                "end_line",
                "end_column",
                "help",
                "docs",
                "why",
                "related",
                "fix"
            ]
        );
    }
    let expected = json!({
        "code": "manifest-unknown-key", "level": "error", "stage": "build-schema", "file": "manifest.yaml",
        "line": 5, "column": 5, "end_line": 5, "end_column": 17, "docs": "docs/findings/manifest-unknown-key.md",
    });
    for (key, value) in expected.as_object().expect("a map") {
        assert_eq!(&findings[0][key], value, "{key}");
    }
}

#[test]
fn files_are_named_from_the_configuration_in_json_and_from_here_elsewhere() {
    let outer = Sandbox::empty();
    let inner = Sandbox::faulty();
    for name in ["manifest.yaml", "templates/backup-role.yaml"] {
        outer.write(&format!("a/b/{name}"), inner.read(name));
    }
    let run = |format: &str| outer.cfct(&format!("check --config a/b --format {format}"));
    assert_eq!(run("json").json()["findings"][0]["file"], "manifest.yaml");
    assert!(run("text").stdout.contains("--> a/b/manifest.yaml:5:5\n"));
    assert!(run("github").stdout.starts_with("::error file=a/b/manifest.yaml,line=5,"));
    let sarif = run("sarif").json();
    let location = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "a/b/manifest.yaml");
}

#[test]
fn the_sub_folder_that_cfct_knows_is_found() {
    let sandbox = Sandbox::empty();
    let faulty = Sandbox::faulty();
    sandbox.write("custom-control-tower-configuration/manifest.yaml", faulty.read("manifest.yaml"));
    let run = sandbox.cfct("check");
    run.exits(1);
    assert!(run.stdout.contains("--> custom-control-tower-configuration/manifest.yaml:5:5\n"), "{run:#?}");
}

#[test]
fn levels_of_the_settings_decide_over_the_exit_code() {
    let sandbox = Sandbox::faulty();
    sandbox.write(
        "cfct.toml",
        "[levels]\nmanifest-unknown-key = \"off\"\nmanifest-value-not-allowed = \"warning\"\n",
    );
    let run = sandbox.cfct("check --format json");
    run.exits(0);
    assert_eq!(run.codes(), ["manifest-value-not-allowed"]);
    assert_eq!(run.json()["summary"], json!({"errors": 0, "warnings": 1, "notes": 0}));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let sandbox = Sandbox::faulty();
    for format in ["text", "json", "sarif", "github"] {
        let run = || sandbox.cfct(&format!("check --format {format}")).stdout;
        assert_eq!(run(), run(), "{format}");
    }
}

#[test]
fn colours_appear_only_where_they_are_asked_for() {
    let sandbox = Sandbox::faulty();
    let coloured = |arguments: &str| sandbox.cfct(arguments).stdout.contains('\u{1b}');
    assert!(!coloured("check"));
    assert!(!coloured("check --color never"));
    assert!(coloured("check --color always"));
    let forced = |name: &str, value: &str| {
        let output = sandbox.command(Binary::Cfct, &["check"]).env(name, value).output().expect("runs");
        output.stdout.contains(&0x1b)
    };
    assert!(forced("CLICOLOR_FORCE", "1"));
    assert!(!forced("NO_COLOR", "1"));
}

#[test]
fn control_characters_of_a_file_never_reach_the_terminal() {
    let sandbox = Sandbox::faulty();
    sandbox.edit("manifest.yaml", "resorce_file", "\"resorce\\e[31m\\u009b31m\\a_file\"");
    sandbox.edit("manifest.yaml", "backup-role\n", "backup-role # \u{202e}\u{85}x\n");
    for format in ["text", "github"] {
        let run = sandbox.cfct(&format!("check --format {format}"));
        run.exits(1);
        let raw = run.stdout.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(raw, None, "{format}: {}", run.stdout);
    }
}

#[test]
fn quiet_leaves_the_findings() {
    let run = Sandbox::faulty().cfct("check --quiet");
    run.exits(1);
    assert!(run.stdout.starts_with("error[") && !run.stdout.contains("2 errors"), "{run:#?}");
    assert_eq!(Sandbox::clean().cfct("check --quiet").stdout, "");
}

#[test]
fn a_reader_that_leaves_early_is_no_fault() {
    let sandbox = Sandbox::faulty();
    let item = "  - name: x\n    nam: y\n";
    let manifest = format!("region: eu-central-1\nversion: 2021-03-15\nresources:\n{}", item.repeat(5_000));
    sandbox.write("manifest.yaml", manifest);
    let mut child = sandbox
        .command(Binary::Cfct, &["check"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut first = [0; 5];
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut first).expect("some output");
    drop(stdout);
    let output = child.wait_with_output().expect("ends");
    assert_eq!((&first, output.status.code()), (b"error", Some(1)));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("a map").keys().map(String::as_str).collect()
}
