//! The binaries under test, built once a run.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

/// A binary under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// The operator's tool.
    Cfct,
    /// What `cargo xtask` runs.
    Xtask,
}

impl Binary {
    /// Both: the offline commands are the same in each.
    pub const ALL: [Self; 2] = [Self::Cfct, Self::Xtask];

    /// As it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cfct => "cfct",
            Self::Xtask => "xtask",
        }
    }

    /// Where it stands, built from the sources as they are.
    pub fn path(self) -> PathBuf {
        static FOLDER: OnceLock<PathBuf> = OnceLock::new();
        FOLDER.get_or_init(build).join(self.name())
    }
}

/// Cargo builds the binaries of other packages for no test, so the tests do it themselves.
fn build() -> PathBuf {
    let test = env::current_exe().expect("the path of this test");
    // <target>/<profile>/deps/<test>
    let folder = test.ancestors().nth(2).expect("a target folder").to_owned();
    // nextest starts a process a test; one of them is enough to build.
    let run = env::var("NEXTEST_RUN_ID").ok();
    let built_in = folder.join(".cfct-tests-run");
    if run.is_some() && fs::read_to_string(&built_in).ok() == run {
        return folder;
    }
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let target = folder.parent().expect("a target folder");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "cfct", "--package", "xtask", "--profile", profile])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the binaries under test cannot be built");
    fs::write(built_in, run.unwrap_or_default()).expect("a mark");
    folder
}
