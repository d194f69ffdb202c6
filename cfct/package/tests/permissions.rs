//! What is said where the operating system refuses. Root is refused nothing, so each case runs in a process
//! of its own, as nobody in particular where the tests run as root.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use cfct_package::read_folder;
use support::{configuration, objects, run};
use tempfile::TempDir;

const CHILD_FOLDER: &str = "CFCT_TEST_CHILD_FOLDER";
const CHILD_OUT: &str = "CFCT_TEST_CHILD_OUT";
const NOBODY: u32 = 65534;

/// What [`in_child`] runs in a process of its own.
#[test]
fn child_packages_once() {
    let (Some(folder), Some(out)) = (std::env::var_os(CHILD_FOLDER), std::env::var_os(CHILD_OUT)) else {
        return;
    };
    let (message, hint) = match read_folder(Path::new(&folder)) {
        Err(error) => (error.to_string(), error.hint()),
        Ok(read) => match (read.unreadable().next(), run(Path::new(&folder), Path::new(&out))) {
            (Some((path, reason)), _) => (format!("unreadable {}: {reason}", path.display()), None),
            (None, Err(error)) => (error.to_string(), error.hint()),
            (None, Ok(_)) => ("packaged".to_owned(), None),
        },
    };
    println!("\nREPORT {message}|{}", hint.unwrap_or_default());
}

/// What the child says, with a hint behind `|`; `None` where no process can be started as somebody else.
fn in_child(folder: &Path, out: &Path) -> Option<String> {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child
        .args(["--exact", "child_packages_once", "--nocapture"])
        .env(CHILD_FOLDER, folder)
        .env(CHILD_OUT, out);
    if fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
        child.uid(NOBODY).gid(NOBODY);
    }
    let output = child.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let report = text.lines().find_map(|line| line.strip_prefix("REPORT ")).map(str::to_owned);
    Some(report.expect("the child reports"))
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("mode");
}

#[test]
fn a_refusal_names_the_operation_and_the_path() {
    let permissions = "check the permissions";
    // What to close, with which mode, and what is said of it.
    let cases = [
        ("conf", 0o000, "cannot look at ROOT/conf/manifest.yaml: permission denied"),
        ("conf", 0o311, "cannot list the folder ROOT/conf: permission denied"),
        ("conf/templates", 0o000, "cannot list the folder ROOT/conf/templates: permission denied"),
        ("conf/manifest.yaml", 0o000, "cannot read ROOT/conf/manifest.yaml: permission denied"),
        ("conf/templates/role.yaml", 0o000, "unreadable ROOT/conf/templates/role.yaml: permission denied"),
        ("conf/templates/notes.txt", 0o000, "cannot read ROOT/conf/templates/notes.txt: permission denied"),
        ("out", 0o555, "cannot create the folder ROOT/out/releases: permission denied"),
        ("out/releases", 0o555, "cannot write to ROOT/out/releases: permission denied"),
    ];
    for (closed, mode, expected) in cases {
        let place = TempDir::new().expect("folder");
        set_mode(place.path(), 0o755);
        let (conf, out) = (place.path().join("conf"), place.path().join("out"));
        fs::rename(configuration().keep(), &conf).expect("moved");
        fs::write(conf.join("templates/notes.txt"), "not wanted by the checks").expect("file");
        set_mode(&conf, 0o755);
        fs::create_dir(&out).expect("folder");
        set_mode(&out, 0o777);
        if closed == "out/releases" {
            fs::create_dir(place.path().join(closed)).expect("folder");
        }
        set_mode(&place.path().join(closed), mode);
        let said = in_child(&conf, &out);
        set_mode(&place.path().join(closed), 0o755);
        let Some(said) = said else {
            eprintln!("not run: no process can be started as somebody else");
            return;
        };
        let said = said.replace(&place.path().display().to_string(), "ROOT");
        let (message, hint) = said.split_once('|').expect("two parts");
        assert_eq!(message, expected, "{closed}");
        assert!(message.starts_with("unreadable") || hint.starts_with(permissions), "{closed}: {hint:?}");
        assert!(objects(&out).is_empty(), "{closed}: something was written");
    }
}
