//! Bad input: a clear error with the path and the documented exit code, whatever stands there.

use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;

use crate::binaries::Binary;
use crate::sandbox::{Run, Sandbox};

#[test]
fn a_missing_folder_is_named() {
    Sandbox::empty()
        .cfct("check --config absent")
        .exits(3)
        .complains("error: no such folder: absent\nhint: --config takes the folder");
}

#[test]
fn a_folder_without_a_manifest_is_told_from_a_missing_one() {
    Sandbox::empty().cfct("check").exits(3).complains("error: no manifest.yaml in .\nhint: ");
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let sandbox = Sandbox::clean();
    sandbox.cfct("check --config manifest.yaml").exits(3).complains("error: not a folder: manifest.yaml\n");
}

#[test]
fn a_folder_called_manifest_yaml_is_no_manifest() {
    let sandbox = Sandbox::empty();
    fs::create_dir(sandbox.file("manifest.yaml")).expect("a folder");
    sandbox.cfct("check").exits(3).complains("error: ./manifest.yaml is a folder\nhint: ");
}

#[test]
fn a_link_called_manifest_yaml_is_not_followed() {
    let sandbox = Sandbox::empty();
    symlink("/dev/zero", sandbox.file("manifest.yaml")).expect("a link");
    sandbox.cfct("check").exits(3).complains("error: ./manifest.yaml is a symbolic link\nhint: ");
}

#[test]
fn a_gigabyte_called_manifest_yaml_is_refused_by_its_size() {
    let sandbox = Sandbox::empty();
    File::create(sandbox.file("manifest.yaml"))
        .and_then(|file| file.set_len(1 << 30))
        .expect("a sparse file");
    sandbox.cfct("check").exits(3).complains("error: ./manifest.yaml is too large for a manifest");
}

#[test]
fn a_gigabyte_called_template_is_a_finding() {
    let sandbox = Sandbox::clean();
    let template = File::create(sandbox.file("templates/backup-role.yaml")).expect("a file");
    template.set_len(1 << 30).expect("a sparse file");
    let run = sandbox.cfct("check --format json");
    run.exits(1);
    assert!(run.codes().contains(&"file-too-large".to_owned()), "{run:#?}");
}

#[test]
fn a_file_that_may_not_be_read_is_an_error_beside_the_findings() {
    let sandbox = Sandbox::faulty();
    fs::set_permissions(sandbox.file("templates/backup-role.yaml"), Permissions::from_mode(0o000))
        .expect("permissions");
    let Some(run) = run_as_nobody_special(&sandbox, &["check"]) else { return };
    run.exits(3).complains("error: cannot read ./templates/backup-role.yaml: permission denied\nhint: ");
    assert!(run.stdout.contains("manifest-unknown-key"), "{run:#?}");
}

#[test]
fn a_folder_that_may_not_be_looked_into_is_an_error() {
    let sandbox = Sandbox::clean();
    fs::set_permissions(sandbox.file("templates"), Permissions::from_mode(0o000)).expect("permissions");
    let run = run_as_nobody_special(&sandbox, &["check"]);
    fs::set_permissions(sandbox.file("templates"), Permissions::from_mode(0o755)).expect("permissions");
    let Some(run) = run else { return };
    run.exits(3).complains("error: cannot list the folder ./templates: permission denied\nhint: ");
}

/// Runs `cfct` as a user to whom permissions matter. `None` where root's files, the binary among them, are
/// closed to everybody else.
fn run_as_nobody_special(sandbox: &Sandbox, arguments: &[&str]) -> Option<Run> {
    const NOBODY: u32 = 65_534;
    let mut command = sandbox.command(Binary::Cfct, arguments);
    if fs::metadata("/proc/self").expect("a process").uid() == 0 {
        fs::set_permissions(sandbox.path(), Permissions::from_mode(0o755)).expect("permissions");
        command.uid(NOBODY).gid(NOBODY);
    }
    match command.output() {
        Ok(output) => Some(Run::new(format!("cfct {}", arguments.join(" ")), &output, sandbox.path())),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => None,
        Err(error) => panic!("the binary does not run: {error}"),
    }
}

#[test]
fn bytes_that_are_no_text_are_findings() {
    let cases: &[(&str, &[u8])] = &[
        ("not UTF-8", b"region: caf\xe9\n"),
        ("binary", b"\x7fELF\x02\x01\x01\x00\x00\x00\xff\xfe\x00garbage\x00"),
        ("NUL bytes", &[0; 4096]),
        ("empty", b""),
        ("UTF-16", b"\xff\xfer\x00e\x00g\x00"),
    ];
    for (case, bytes) in cases {
        let sandbox = Sandbox::clean();
        sandbox.write("manifest.yaml", bytes);
        for format in ["text", "json", "sarif", "github"] {
            let run = sandbox.cfct(&format!("check --format {format}"));
            assert!(matches!(run.exit, Some(1)), "{case}: {run:#?}");
        }
    }
}

#[test]
fn an_unusable_command_line_is_a_usage_error_with_a_hint() {
    let sandbox = Sandbox::clean();
    let cases = [
        ("chekc", "error: unrecognized subcommand 'chekc'\n\n  tip: a similar subcommand exists: 'check'"),
        (
            "check --formt json",
            "error: unexpected argument '--formt' found\n\n  tip: a similar argument exists: '--format'",
        ),
        ("check --format yaml", "error: invalid value 'yaml' for '--format <FORMAT>'"),
        ("check --config", "error: a value is required for '--config <DIR>'"),
    ];
    for (arguments, complaint) in cases {
        sandbox.cfct(arguments).exits(2).complains(complaint);
    }
}
