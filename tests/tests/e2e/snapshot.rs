//! Snapshots: what a run printed, kept as a file that a person can read.
//!
//! A harness of our own, because a snapshot here is one text of a few lines, and the whole of it is this file.

use std::path::{Path, PathBuf};
use std::{env, fs};

use similar::TextDiff;

use crate::sandbox::Run;

/// Compares a run with `tests/snapshots/<name>.txt`.
#[track_caller]
pub fn assert_run(name: &str, run: &Run) {
    let exit = run.exit.map_or("a signal".to_owned(), |exit| exit.to_string());
    let Run { command, stdout, stderr, .. } = run;
    assert_text(name, &format!("$ {command}\nexit code: {exit}\n---- stdout\n{stdout}---- stderr\n{stderr}"));
}

/// Compares a text with `tests/snapshots/<name>.txt`.
#[track_caller]
pub fn assert_text(name: &str, actual: &str) {
    let (path, expected) = (path_of(name), read(name));
    if actual == expected {
        return;
    }
    if env::var_os("UPDATE_SNAPSHOTS").is_some_and(|update| update == "1") {
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(&path, actual).expect("a snapshot");
        return;
    }
    let diff = TextDiff::from_lines(expected.as_str(), actual);
    let diff = diff.unified_diff().header("snapshot", "now").to_string();
    panic!("snapshot {name} differs; UPDATE_SNAPSHOTS=1 accepts what is there now\n{diff}");
}

/// The text of `tests/snapshots/<name>.txt`; empty where there is none yet.
pub fn read(name: &str) -> String {
    fs::read_to_string(path_of(name)).unwrap_or_default()
}

fn path_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(format!("{name}.txt"))
}
