//! Rules on what may depend on what.

use crate::failure::Failure;
use crate::repository::Repository;

/// Crates that do I/O, tell the time or talk to AWS.
const IMPURE: &[&str] =
    &["aws-", "tokio", "mio", "hyper", "reqwest", "chrono", "time ", "tempfile", "socket2"];

/// Standard library modules that the core must not name.
const IMPURE_MODULES: &[&str] = &[
    "std::fs",
    "std::net::Tcp",
    "std::net::Udp",
    "ToSocketAddrs",
    "std::env",
    "std::process",
    "std::io",
    "SystemTime",
    "Instant",
];

/// Who may depend on whom inside the workspace; see ARCHITECTURE.md.
const DIRECTION: &[(&str, &[&str])] = &[
    ("cfct-core", &[]),
    ("cfct-package", &["cfct-core"]),
    ("cfct-cli", &["cfct-core", "cfct-package"]),
    ("xtask", &["cfct-core", "cfct-package", "cfct-cli"]),
    ("cfct", &["cfct-core", "cfct-package", "cfct-cli", "cfct-aws"]),
    ("cfct-aws", &["cfct-core", "cfct-package"]),
];

/// The core's dependency tree and its sources.
pub fn core_is_pure(repository: &Repository) -> Result<Vec<String>, Failure> {
    let mut complaints: Vec<String> = tree(repository, "cfct-core")?
        .iter()
        .filter(|line| IMPURE.iter().any(|name| line.starts_with(name)))
        .map(|line| format!("cfct-core depends on {line}"))
        .collect();
    for file in repository.files_under("cfct/core/src", "rs") {
        let text = repository.read(&file)?;
        let named = IMPURE_MODULES.iter().filter(|name| text.contains(**name));
        complaints.extend(named.map(|name| format!("{file} names {name}")));
    }
    Ok(complaints)
}

/// xtask drives AWS through the companion binary only.
pub fn xtask_has_no_aws(repository: &Repository) -> Result<Vec<String>, Failure> {
    let lines = tree(repository, "xtask")?;
    Ok(lines
        .into_iter()
        .filter(|line| line.starts_with("aws-"))
        .map(|line| format!("xtask: {line}"))
        .collect())
}

/// Workspace crates against [`DIRECTION`].
pub fn direction(repository: &Repository) -> Result<Vec<String>, Failure> {
    let mut complaints = Vec::new();
    for (member, allowed) in DIRECTION {
        let Ok(lines) = tree(repository, member) else { continue };
        let ours = lines.iter().filter_map(|line| line.split(' ').next()).filter(|name| is_ours(name));
        for other in ours.filter(|name| name != member && !allowed.contains(name)) {
            complaints.push(format!("{member} depends on {other}"));
        }
    }
    Ok(complaints)
}

fn is_ours(name: &str) -> bool {
    name == "xtask" || name == "cfct" || name.starts_with("cfct-")
}

/// Every crate of `[workspace.dependencies]` has a row in ARCHITECTURE.md, and no row is left over.
pub fn reasons(repository: &Repository) -> Result<Vec<String>, Failure> {
    let manifest = repository.read("Cargo.toml")?;
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let used: Vec<&str> = section
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()))
        .filter(|name| !name.starts_with('#') && !is_ours(name))
        .collect();
    let architecture = repository.read("ARCHITECTURE.md")?;
    let table = architecture.split("## Dependencies").nth(1).unwrap_or_default();
    let rows: Vec<&str> = table
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let missing = used.iter().filter(|name| !rows.contains(name)).map(|name| format!("{name} has no row"));
    let left = rows.iter().filter(|name| !used.contains(name)).map(|name| format!("{name} is not used"));
    Ok(missing.chain(left).collect())
}

/// The normal and build dependencies of a member: one line each, `name vX.Y.Z …`.
fn tree(repository: &Repository, member: &str) -> Result<Vec<String>, Failure> {
    let arguments = [
        "tree",
        "--locked",
        "--package",
        member,
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--no-dedupe",
    ];
    let output = repository.cargo().args(arguments).output();
    let output = output.map_err(|error| Failure::new(format!("cargo tree cannot be started: {error}")))?;
    if !output.status.success() {
        return Err(Failure::new(format!("cargo tree: {}", String::from_utf8_lossy(&output.stderr).trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}
