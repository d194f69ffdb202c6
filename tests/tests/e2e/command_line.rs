//! The command line itself: help, version, completions.

use crate::binaries::Binary;
use crate::sandbox::Sandbox;
use crate::snapshot;

#[test]
fn help_is_as_documented() {
    let sandbox = Sandbox::empty();
    for arguments in ["help", "help check", "help explain", "help inputs", "help plan", "help completions"] {
        let name = format!("help/{}", arguments.replace(' ', "-"));
        snapshot::assert_run(&name, sandbox.cfct(arguments).exits(0));
    }
}

#[test]
fn help_names_the_binary_that_was_called() {
    let run = Sandbox::empty().run(Binary::Xtask, "check --help");
    run.exits(0);
    assert!(run.stdout.contains("Usage: cargo xtask check [OPTIONS]"), "{run:#?}");
    assert!(run.stdout.contains("\n    cargo xtask check --format github\n"), "{run:#?}");
}

#[test]
fn no_command_prints_the_help_and_is_a_usage_error() {
    for binary in Binary::ALL {
        let run = Sandbox::empty().run(binary, "");
        run.exits(2);
        assert!(run.stderr.contains("Usage: ") && run.stdout.is_empty(), "{run:#?}");
    }
}

#[test]
fn the_version_is_the_package_s() {
    let run = Sandbox::empty().cfct("--version");
    run.exits(0);
    assert_eq!(run.stdout, format!("cfct {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_shell_gets_a_completion_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = Sandbox::empty().cfct(&format!("completions {shell}"));
        run.exits(0);
        assert!(run.stdout.contains("check") && run.stdout.contains("explain"), "{shell}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let sandbox = Sandbox::clean();
    let output = sandbox.command(Binary::Cfct, &["check"]).stdout(full).output().expect("runs");
    assert_eq!(output.status.code(), Some(3));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr, "error: cannot write to standard output: no space left on device\n");
}
