//! Where Chromium is, for the tests that need a browser.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::report;
use crate::tools::{Unavailable, in_ci};

/// What it is called on Debian, on others, and as Google ships it.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Its path: what `CFCT_CHROMIUM` says, or the first that is installed. In CI, and as root, it is installed
/// where there is none; on a developer's machine nothing is.
pub fn path() -> Result<PathBuf, Unavailable> {
    if let Some(named) = env::var_os("CFCT_CHROMIUM") {
        return Ok(named.into());
    }
    if let Some(found) = installed() {
        return Ok(found);
    }
    if !in_ci() || !is_root() {
        let names = NAMES.join(", ");
        return Err(Unavailable(format!("none of {names} is installed, and CFCT_CHROMIUM names no other")));
    }
    report::detail("installing chromium");
    for arguments in [&["update", "-q"][..], &["install", "-q", "-y", "--no-install-recommends", "chromium"]]
    {
        let mut apt = Command::new("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        match apt.status() {
            Ok(status) if status.success() => {}
            Ok(status) => return Err(Unavailable(format!("apt-get {}: {status}", arguments.join(" ")))),
            Err(error) => return Err(Unavailable(format!("apt-get cannot be started: {error}"))),
        }
    }
    installed().ok_or_else(|| Unavailable("apt-get has installed no chromium".to_owned()))
}

fn installed() -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let mut candidates =
        NAMES.iter().flat_map(|name| env::split_paths(&folders).map(move |folder| folder.join(name)));
    candidates.find(|path| Path::is_file(path))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
