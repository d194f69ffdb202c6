//! Tools from PyPI in a per-user cache, keyed by name and version: nothing is installed globally, and a
//! clean checkout finds what an earlier one fetched.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report;

/// A Python package, pinned.
pub struct Tool {
    /// Its name on PyPI.
    pub name: &'static str,
    /// The version we test with.
    pub version: &'static str,
    /// Further pinned packages that its version range leaves open.
    pub with: &'static [&'static str],
}

/// CloudFormation's linter.
pub const CFN_LINT: Tool = Tool { name: "cfn-lint", version: "1.58.0", with: &[] };

/// CfCT's schema checker and the YAML library it stands on: the peers of the benchmark.
pub const PYKWALIFY: Tool = Tool { name: "pykwalify", version: "1.8.0", with: &["pyyaml==6.0.2"] };

/// An emulator of AWS, run as a process of its own.
pub const MOTO: Tool = Tool { name: "moto", version: "5.2.5", with: &["moto[server]==5.2.5"] };

/// Why a tool cannot be had: reported as "not run", which fails in CI.
pub struct Unavailable(pub String);

impl Tool {
    /// The folder with the tool in it; fetched on first use.
    pub fn folder(&self) -> Result<PathBuf, Unavailable> {
        let folder = cache_folder()?.join(format!("{}-{}", self.name, self.version));
        if folder.join(".complete").exists() {
            return Ok(folder);
        }
        report::detail(&format!("fetching {} {} from PyPI, once for this user", self.name, self.version));
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

    fn install(&self, folder: &Path) -> Result<(), Unavailable> {
        let refused = |error: std::io::Error| Unavailable(format!("{}: {error}", folder.display()));
        // Beside its final place and renamed when whole, so that a killed run leaves nothing half-installed.
        let partial = folder.with_extension(format!("partial-{}", std::process::id()));
        std::fs::create_dir_all(&partial).map_err(refused)?;
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
        pip.args(["--root-user-action", "ignore", "--target"]).arg(&partial);
        pip.arg(format!("{}=={}", self.name, self.version)).args(self.with);
        let output =
            pip.output().map_err(|error| Unavailable(format!("python3 cannot be started: {error}")))?;
        if !output.status.success() {
            let _ = std::fs::remove_dir_all(&partial);
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("pip failed").to_owned();
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
