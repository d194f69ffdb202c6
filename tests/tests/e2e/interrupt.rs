//! Ctrl-C: the run ends with 130 and leaves nothing half-written.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use crate::binaries::Binary;
use crate::sandbox::Sandbox;

#[test]
fn a_run_that_waits_for_input_ends_at_once() {
    let sandbox = Sandbox::clean();
    let pipe = sandbox.file("organization.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let child = start(&sandbox, &["check", "--organization", "organization.json"]);
    // Opening the other end returns once the run waits for what will never be written.
    let _writer = OpenOptions::new().write(true).open(pipe).expect("a pipe");
    let output = interrupt(child);
    assert_eq!(output.status.code(), Some(130), "{output:?}");
}

#[test]
fn a_package_in_the_making_vanishes_and_the_old_one_stays() {
    let sandbox = Sandbox::clean();
    sandbox.cfct("package --out bucket").exits(0);
    let before = sandbox.names();
    let bucket = File::open(sandbox.file("bucket")).expect("a folder");
    bucket.lock().expect("a lock");
    let child = start(&sandbox, &["package", "--out", "bucket"]);
    wait_for_lock(child.id(), &sandbox.file("bucket"));
    let output = interrupt(child);
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: cancelled; the last package is untouched\n");
    assert_eq!(sandbox.names(), before);
}

fn start(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    let mut command = sandbox.command(Binary::Cfct, arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
}

fn interrupt(child: Child) -> Output {
    let sent = Command::new("kill").arg("-INT").arg(child.id().to_string()).status().expect("kill runs");
    assert!(sent.success());
    child.wait_with_output().expect("the run ends")
}

/// Waits until the process has opened `folder`, which it does right before it waits for the lock.
fn wait_for_lock(process: u32, folder: &Path) {
    let opened = || {
        let descriptors = fs::read_dir(format!("/proc/{process}/fd")).expect("a running process");
        descriptors.flatten().any(|entry| fs::read_link(entry.path()).is_ok_and(|target| target == folder))
    };
    while !opened() {
        thread::sleep(Duration::from_millis(5));
    }
}
