//! `cargo xtask bench`: whole commands on generated packages, beside the tools that do the same today.
//!
//! Nothing here passes or fails: the figures are printed, medians of several runs, with peak memory. The
//! parts are measured by `cargo bench -p cfct-core`.

mod companion;
mod effective;
mod evaluations;
mod generate;
mod organization;
mod snapshot;

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{Args, ValueEnum};
use organization::Size;

use crate::failure::Failure;
use crate::report;
use crate::repository::Repository;
use crate::tools::PYKWALIFY;

/// Resources of each generated package.
const SIZES: [usize; 3] = [10, 100, 1000];

/// Organizations to plan over. The largest has 25 million instances.
const ORGANIZATIONS: [Size; 3] = [
    Size { accounts: 100, units: 10, stack_sets: 50 },
    Size { accounts: 1_000, units: 100, stack_sets: 50 },
    Size { accounts: 10_000, units: 1_000, stack_sets: 500 },
];

/// Runs a command several times and prints one JSON line of medians. Peak memory is known only to whoever
/// waits for the process, so the stopwatch is a child of its own.
const STOPWATCH: &str = include_str!("stopwatch.py");

/// The same work by the tools that CfCT itself, and its users, have.
const PEERS: &str = include_str!("peers.py");

/// The arguments of `cargo xtask bench`.
#[derive(Debug, Args)]
pub struct Bench {
    /// Only these parts
    #[arg(long, value_enum, value_name = "PART", value_delimiter = ',')]
    only: Vec<Part>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// check and package
    Packages,
    /// plan
    Plans,
    /// effective, and the check of backup policies
    Effective,
    /// The IAM evaluator
    Evaluations,
    /// The companion under Lambda
    Companion,
    /// snapshot, over an emulator
    Snapshot,
}

impl Bench {
    /// Builds the release binary, generates what the parts need, measures.
    pub fn run(&self) -> Result<(), Failure> {
        let repository = Repository::open()?;
        build(&repository)?;
        let cfct = repository.root().join("target/release/cfct");
        let space = repository.root().join("target/bench");
        report::say(&format!("{:<10} {:<34} {:>9} {:>9}", "size", "command", "seconds", "MB"));
        for part in Part::value_variants() {
            if !self.only.is_empty() && !self.only.contains(part) {
                continue;
            }
            match part {
                Part::Packages => packages(&cfct, &space)?,
                Part::Plans => plans(&cfct, &space)?,
                Part::Effective => effective::run(&cfct, &space)?,
                Part::Evaluations => evaluations::run(&repository, &space)?,
                Part::Companion => companion::run(&cfct)?,
                Part::Snapshot => snapshot::run(&cfct)?,
            }
        }
        Ok(())
    }
}

/// Packages of all sizes, checked and packaged.
fn packages(cfct: &Path, space: &Path) -> Result<(), Failure> {
    for size in SIZES {
        let package = space.join(format!("package-{size}"));
        let facts = generate::package(&package, size)
            .map_err(|error| Failure::new(format!("{} cannot be generated: {error}", package.display())))?;
        report::say(&format!(
            "-- {size} resources: {} files, {:.1} MB, manifest {:.2} MB",
            facts.files,
            facts.bytes as f64 / 1e6,
            facts.manifest_bytes as f64 / 1e6
        ));
        let out = space.join(format!("bucket-{size}"));
        let check = [cfct.as_os_str(), "check".as_ref(), "--config".as_ref(), package.as_os_str()];
        measure(size, "check", Command::new("python3").args(["-c", STOPWATCH]).args(check))?;
        let pack = [cfct.as_os_str(), "package".as_ref(), "--config".as_ref(), package.as_os_str()];
        let to = ["--out".as_ref(), out.as_os_str()];
        measure(size, "package", Command::new("python3").args(["-c", STOPWATCH]).args(pack).args(to))?;
        peers(size, &package)?;
    }
    Ok(())
}

/// Plans over whole organizations: against what is deployed, and against nothing.
fn plans(cfct: &Path, space: &Path) -> Result<(), Failure> {
    for size in ORGANIZATIONS {
        let folder = space.join(format!("organization-{}", size.accounts));
        organization::write(&folder, size)
            .map_err(|error| Failure::new(format!("{} cannot be generated: {error}", folder.display())))?;
        let Size { accounts, units, stack_sets } = size;
        report::say(&format!("-- {accounts} accounts in {units} units, {stack_sets} stack sets, 5 Regions"));
        for (name, deployed, format) in [
            ("plan, text", true, "text"),
            ("plan, JSON", true, "json"),
            ("plan from nothing, text", false, "text"),
            ("plan from nothing, JSON", false, "json"),
        ] {
            let mut command = Command::new("python3");
            command.args(["-c", STOPWATCH]).arg(cfct).args(["plan", "--format", format]);
            command.arg("--config").arg(folder.join("package"));
            command.arg("--organization").arg(folder.join("organization.json"));
            if deployed {
                command.arg("--deployed").arg(folder.join("deployed.json"));
            }
            measure(accounts, name, &mut command)?;
        }
    }
    Ok(())
}

fn build(repository: &Repository) -> Result<(), Failure> {
    let status = repository.cargo().args(["build", "--release", "--locked", "--package", "cfct"]).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Failure::new("the release build failed")),
    }
}

/// PyYAML, pykwalify and zipfile on the same package.
fn peers(size: usize, package: &Path) -> Result<(), Failure> {
    let folder = PYKWALIFY.folder().map_err(|because| {
        Failure::new(format!("the peers cannot be had: {}", because.0))
            .hint("they come from PyPI by python3 -m pip")
    })?;
    for peer in ["pyyaml", "pyyaml-c", "pykwalify", "zipfile"] {
        let mut command = Command::new("python3");
        command.env("PYTHONPATH", &folder).args(["-c", STOPWATCH, "python3", "-c", PEERS, peer]).arg(package);
        measure(size, &format!("peer: {peer}"), &mut command)?;
    }
    Ok(())
}

fn measure(size: usize, name: &str, command: &mut Command) -> Result<(), Failure> {
    let output =
        command.output().map_err(|error| Failure::new(format!("python3 cannot be started: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("{name}: {}", said.trim())));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let (seconds, kilobytes) = text.trim().split_once(' ').unwrap_or(("?", "0"));
    let megabytes = kilobytes.parse::<f64>().unwrap_or(0.0) / 1000.0;
    report::say(&format!("{size:<10} {name:<34} {seconds:>9} {megabytes:>9.0}"));
    Ok(())
}

/// What was generated.
struct Facts {
    files: usize,
    bytes: u64,
    manifest_bytes: u64,
}

/// Where a package's file goes.
fn place(package: &Path, relative: &str) -> PathBuf {
    package.join(relative)
}
