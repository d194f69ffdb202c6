//! `cargo xtask dist`: the companion for Lambda, as `companion/<sha256>.zip` in the local artifact bucket, from where
//! `cfct publish` ships it.
//!
//! The same sources give the same bytes on any machine: names of folders are remapped, the C library is of one
//! version, and the zip has neither times nor owners.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cfct_package::{DEFAULT_OUT, companions, put_companion};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::report;
use crate::repository::Repository;
use crate::tools::{Unavailable, ZIGBUILD};

/// The C library of `provided.al2023`, which Lambda supports until 2029.
///
/// <https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html>
const GLIBC: &str = "2.34";

/// What the binary may have, in bytes: of a larger one, cold starts are slow.
const LARGEST: u64 = 10_000_000;

/// Where it is built, apart from what other commands build with other flags.
const TARGET: &str = "target/dist";

/// The arguments of `dist`.
#[derive(Debug, Args)]
pub struct Dist {
    /// For these architectures only
    #[arg(long, value_enum, value_name = "ARCHITECTURE", value_delimiter = ',')]
    only: Vec<Architecture>,
}

/// What Lambda runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Architecture {
    /// Graviton, as templates/companion.yaml has it
    #[value(name = "arm64")]
    Arm64,
    /// Intel and AMD
    #[value(name = "x86_64")]
    X86_64,
}

impl Architecture {
    /// As Lambda calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// As the compiler calls it.
    fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }
}

impl Dist {
    /// Builds what can be built here, and fails where that is not all.
    pub fn run(&self) -> Result<(), Failure> {
        let repository = Repository::open()?;
        let bucket = repository.root().join(DEFAULT_OUT);
        let wanted = Architecture::value_variants().iter().copied();
        let wanted = wanted.filter(|architecture| self.only.is_empty() || self.only.contains(architecture));
        forget(&bucket)?;
        let mut missing = Vec::new();
        for architecture in wanted {
            match build(&repository, architecture)? {
                Ok(binary) => ship(architecture, &binary, &bucket)?,
                Err(Unavailable(because)) => {
                    report::say(&format!("{}: not built: {because}", architecture.name()));
                    missing.push(architecture.name());
                }
            }
        }
        match missing[..] {
            [] => Ok(()),
            _ => Err(Failure::new(format!("not built: {}", missing.join(", ")))),
        }
    }
}

/// Removes the zips of earlier builds: what stands there is what is shipped.
fn forget(bucket: &Path) -> Result<(), Failure> {
    for object in companions(bucket).map_err(|error| Failure::new(error.to_string()))? {
        let path = bucket.join(object.key);
        fs::remove_file(&path)
            .map_err(|error| Failure::new(format!("{} cannot be removed: {error}", path.display())))?;
    }
    Ok(())
}

fn ship(architecture: Architecture, binary: &Path, bucket: &Path) -> Result<(), Failure> {
    let bytes = fs::metadata(binary)
        .map_err(|error| Failure::new(format!("{} is not there: {error}", binary.display())))?
        .len();
    let object = put_companion(binary, bucket).map_err(|error| Failure::new(error.to_string()))?;
    let megabytes = |bytes: u64| format!("{:.2} MB", bytes as f64 / 1e6);
    let sizes = format!("{}, unpacked {}", megabytes(object.bytes), megabytes(bytes));
    report::say(&format!("{}: {} ({sizes})", architecture.name(), object.key));
    if bytes > LARGEST {
        let error = Failure::new(format!("the binary for {} has {bytes} bytes", architecture.name()));
        return Err(error.hint("it is to have at most 10,000,000: see [profile.release] in Cargo.toml"));
    }
    Ok(())
}

/// Builds the binary; says what is missing here where that cannot be done.
fn build(
    repository: &Repository,
    architecture: Architecture,
) -> Result<Result<PathBuf, Unavailable>, Failure> {
    let target = architecture.target();
    let sysroot = sysroot(repository)?;
    if !sysroot.join("lib/rustlib").join(target).join("lib").is_dir() {
        let because = format!("the toolchain has no {target}: `rustup target add {target}`");
        return Ok(Err(Unavailable(because)));
    }
    let tools = match ZIGBUILD.folder() {
        Ok(tools) => tools,
        Err(unavailable) => return Ok(Err(unavailable)),
    };
    let home = cargo_home();
    let folders = [(repository.root(), "."), (&home, "cargo"), (&sysroot, "rust")];
    let mut cargo = Command::new(tools.join("bin/cargo-zigbuild"));
    cargo.current_dir(repository.root()).env("PYTHONPATH", &tools);
    cargo.args(["zigbuild", "--release", "--locked", "--package", "cfct", "--target-dir", TARGET]);
    cargo.arg("--target").arg(format!("{target}.{GLIBC}"));
    cargo.env("CARGO_INCREMENTAL", "0").env_remove("RUSTFLAGS");
    cargo.env("CARGO_ENCODED_RUSTFLAGS", joined(&folders, "--remap-path-prefix=", "\x1f"));
    cargo.env("CFLAGS", joined(&folders, "-ffile-prefix-map=", " "));
    match cargo.status() {
        Ok(status) if status.success() => {}
        Ok(_) => return Err(Failure::new(format!("the build for {target} failed"))),
        Err(error) => return Ok(Err(Unavailable(format!("cargo-zigbuild cannot be started: {error}")))),
    }
    Ok(Ok(repository.root().join(TARGET).join(target).join("release/cfct")))
}

/// One option for each folder, whose name is not to be seen in what is built.
fn joined(folders: &[(&Path, &str)], option: &str, separator: &str) -> OsString {
    let mut all = OsString::new();
    for (number, (folder, name)) in folders.iter().enumerate() {
        if number > 0 {
            all.push(separator);
        }
        all.push(option);
        all.push(folder);
        all.push(format!("={name}"));
    }
    all
}

fn sysroot(repository: &Repository) -> Result<PathBuf, Failure> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).args(["--print", "sysroot"]).current_dir(repository.root()).output();
    let output = output.map_err(|error| Failure::new(format!("rustc cannot be started: {error}")))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

/// Where crates are unpacked: <https://doc.rust-lang.org/cargo/guide/cargo-home.html>
fn cargo_home() -> PathBuf {
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    named.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo"))).unwrap_or_default()
}
