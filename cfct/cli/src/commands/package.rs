//! `package`: checks a configuration, then writes the artifact bucket.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cfct_core::checks;
use cfct_core::configuration::MANIFEST;
use cfct_core::finding::Finding;
use cfct_core::selection::Unfit;
use cfct_package::{Accepted, DEFAULT_OUT, Packaged, Request};
use clap::Args;

use super::Example;
use super::configuration::{ConfigurationArgs, Loaded};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::{Format, counted};
use crate::interrupt::gracefully;
use crate::program::Session;
use crate::progress::PackingBar;
use crate::shown::clean_line;

pub(super) const EXAMPLES: &[Example] = &[
    ("Package the configuration in this folder", "package"),
    ("Package it with its backup policies", "package --organization organization.json"),
    (
        "Package another one, into a bucket of its own",
        "package --config configurations/prod --out build/prod",
    ),
];

/// The arguments of `package`.
#[derive(Debug, Args)]
pub struct Package {
    #[command(flatten)]
    configuration: ConfigurationArgs,
    /// The artifact bucket, a local folder
    #[arg(long, value_name = "DIR", default_value = DEFAULT_OUT)]
    out: PathBuf,
}

impl Package {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let loaded = self.configuration.load()?;
        let findings = check(&loaded, session)?;
        let packaged = package(&loaded, &findings, &self.out, session)?;
        session.console.data(|out, _| list(out, &packaged))?;
        session.console.say("next: `publish` puts it where the pipeline takes it from");
        Ok(Exit::Clean)
    }
}

/// Checks a configuration and shows what was found.
///
/// # Errors
/// Where something is found that forbids packaging, or could not be read.
pub fn check(loaded: &Loaded, session: &mut Session) -> Result<Vec<Finding>, CommandError> {
    let findings = loaded.findings_to_package();
    show(loaded, &findings, session);
    loaded.require_all_read()?;
    accepted(&findings)?;
    Ok(findings)
}

/// Checks a configuration, and shows what was found where that forbids packaging.
///
/// # Errors
/// Where it does, or something could not be read.
pub(super) fn to_package(loaded: &Loaded, session: &mut Session) -> Result<Vec<Finding>, CommandError> {
    let findings = loaded.findings_to_package();
    let verdict = loaded.require_all_read().and_then(|()| accepted(&findings).map(drop));
    if verdict.is_err() {
        show(loaded, &findings, session);
    }
    verdict.map(|()| findings)
}

/// Checks what needs no organization, and shows what was found where that forbids packaging.
///
/// # Errors
/// Where it does, or something could not be read.
pub fn check_alone(loaded: &Loaded, session: &mut Session) -> Result<(), CommandError> {
    let findings = loaded.findings();
    let verdict = loaded.require_all_read().and_then(|()| accepted(&findings).map(drop));
    if verdict.is_err() {
        show(loaded, &findings, session);
    }
    verdict
}

fn show(loaded: &Loaded, findings: &[Finding], session: &mut Session) {
    if !findings.is_empty() {
        loaded.show(findings, session.console.is_quiet(), |view| {
            session.console.show(|out, look| view.write(Format::Text, out, look));
        });
    }
}

fn accepted(findings: &[Finding]) -> Result<Accepted<'_>, CommandError> {
    Accepted::new(findings).map_err(|refused| CommandError::refused(refused.to_string()))
}

/// Packages a configuration whose `findings` are known into the bucket at `out`, and tells of it.
///
/// # Errors
/// Where findings forbid it, or a file cannot be read or written.
pub fn package(
    loaded: &Loaded,
    findings: &[Finding],
    out: &Path,
    session: &mut Session,
) -> Result<Packaged, CommandError> {
    let (settings, _) = checks::settings_of(&loaded.folder.configuration);
    let findings = accepted(findings)?;
    let progress = PackingBar::new(&session.console);
    let packaged = gracefully(|cancelled| {
        cfct_package::package(&Request {
            folder: &loaded.folder,
            findings,
            organization: loaded.organization(),
            include: &settings.include,
            out,
            progress: &progress,
            cancelled,
        })
    });
    drop(progress);
    let packaged = packaged?;
    tell(&packaged, session);
    Ok(packaged)
}

/// The objects of the bucket, one a line, in the order in which they were put.
fn list(out: &mut dyn Write, packaged: &Packaged) -> io::Result<()> {
    packaged.objects.iter().try_for_each(|object| {
        writeln!(out, "{}", clean_line(&packaged.bucket.join(&object.key).to_string_lossy()))
    })
}

fn tell(packaged: &Packaged, session: &mut Session) {
    let console = &mut session.console;
    let left_out = packaged.selection.left_out.iter().filter(|(_, unfit)| **unfit != Unfit::Hidden);
    for (path, unfit) in left_out {
        console.say(format_args!("left out {path}: {unfit}"));
    }
    for pattern in &packaged.selection.unmatched {
        console.warning(&format!("`include` of cfct.toml has `{pattern}`, which matches no file"));
    }
    let generated = packaged.release.files.iter().filter(|file| file.generated);
    for file in generated.filter(|file| file.path != MANIFEST) {
        console.say(format_args!("generated {}, and a resource for it in the manifest", file.path));
    }
    let files = counted(packaged.release.files.len(), "file");
    let zip = packaged.zip().map_or(0, |zip| zip.bytes);
    let (bytes, zip) = (size(packaged.bytes()), size(zip));
    let same = if packaged.unchanged { ", the same as before" } else { "" };
    console.say(format_args!("packaged {files}, {bytes}, into a zip of {zip}{same}"));
}

/// `512 bytes`, `4.2 kB`, `13.0 MB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["kB", "MB", "GB"];
    if bytes < 1000 {
        return counted(usize::try_from(bytes).unwrap_or(usize::MAX), "byte");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        let cases = [
            (0, "no bytes"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (999_999, "999.9 kB"),
            (1_000_000, "1.0 MB"),
            (20_641_218, "20.6 MB"),
            (1_000_000_000, "1.0 GB"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(size(bytes), expected, "{bytes}");
        }
    }
}
