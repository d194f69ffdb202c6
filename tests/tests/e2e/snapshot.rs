//! Snapshots: what a run printed, kept as a file that a person can read.
//!
//! A harness of our own, because a snapshot here is one text of a few lines, and the whole of it is this file.

use std::path::Path;
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(format!("{name}.txt"));
    let expected = fs::read_to_string(&path).unwrap_or_default();
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
