//! `check --fix`: what is mended, what stays as it was.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::sandbox::Sandbox;
use crate::snapshot;

#[test]
fn what_a_machine_can_mend_is_mended_and_told() {
    let sandbox = Sandbox::faulty();
    let before = sandbox.names();
    let run = sandbox.cfct("check --fix");
    snapshot::assert_run("fix/mended", &run);
    let expected = Sandbox::clean().read("manifest.yaml");
    let expected = expected.replacen("stack_set\n", "stack_set # the usual one\n", 1);
    assert_eq!(sandbox.read("manifest.yaml"), expected, "comments and layout stay");
    assert_eq!(sandbox.names(), before, "nothing else is left behind");
    sandbox.cfct("check").exits(0);
}

#[test]
fn a_dry_run_shows_a_diff_and_changes_nothing() {
    let sandbox = Sandbox::faulty();
    let before = sandbox.read("manifest.yaml");
    snapshot::assert_run("fix/dry-run", &sandbox.cfct("check --fix --dry-run"));
    assert_eq!(sandbox.read("manifest.yaml"), before);
}

#[test]
fn line_breaks_byte_order_mark_and_permissions_stay() {
    let sandbox = Sandbox::faulty();
    let with_crlf = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    sandbox.write("manifest.yaml", with_crlf(&sandbox.read("manifest.yaml")));
    let path = sandbox.file("manifest.yaml");
    fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("permissions");
    sandbox.cfct("check --fix").exits(0);
    let expected =
        Sandbox::clean().read("manifest.yaml").replacen("stack_set\n", "stack_set # the usual one\n", 1);
    assert_eq!(sandbox.read("manifest.yaml"), with_crlf(&expected));
    assert_eq!(fs::metadata(path).expect("a file").permissions().mode() & 0o777, 0o600);
}

#[test]
fn nothing_to_mend_writes_nothing() {
    let sandbox = Sandbox::clean();
    let modified =
        || fs::metadata(sandbox.file("manifest.yaml")).and_then(|file| file.modified()).expect("a file");
    let before = modified();
    let run = sandbox.cfct("check --fix");
    run.exits(0).complains("nothing to mend\n");
    assert_eq!(modified(), before);
}

#[test]
fn a_read_only_file_is_left_alone() {
    let sandbox = Sandbox::faulty();
    let before = sandbox.read("manifest.yaml");
    fs::set_permissions(sandbox.file("manifest.yaml"), Permissions::from_mode(0o444)).expect("permissions");
    sandbox
        .cfct("check --fix")
        .exits(3)
        .complains("error: cannot change ./manifest.yaml: it is read-only\nhint: make the file writable");
    assert_eq!(sandbox.read("manifest.yaml"), before);
}

#[test]
fn waived_findings_are_not_mended() {
    let sandbox = Sandbox::faulty();
    sandbox.write(
        "cfct.toml",
        "[[waivers]]\ncode = \"manifest-unknown-key\"\nreason = \"a test\"\n\n[levels]\nmanifest-value-not-allowed = \"off\"\n",
    );
    let before = sandbox.read("manifest.yaml");
    sandbox.cfct("check --fix").exits(0);
    assert_eq!(sandbox.read("manifest.yaml"), before);
}

#[test]
fn a_dry_run_without_fix_and_a_diff_as_json_are_usage_errors() {
    let sandbox = Sandbox::faulty();
    sandbox.cfct("check --dry-run").exits(2);
    sandbox.cfct("check --fix --dry-run --format json").exits(2);
}
