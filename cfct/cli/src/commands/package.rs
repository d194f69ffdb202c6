//! `package`: checks a configuration, then writes the artifact bucket.

use std::io::{self, Write};
use std::path::PathBuf;

use cfct_core::checks;
use cfct_package::{Accepted, DEFAULT_OUT, Packaged, Request, package};
use clap::Args;

use super::Example;
use super::configuration::ConfigurationArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::{Format, counted};
use crate::interrupt::gracefully;
use crate::program::Session;
use crate::progress::PackingBar;
use crate::shown::clean_line;

pub(super) const EXAMPLES: &[Example] = &[
    ("Package the configuration in this folder", "package"),
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
        let findings = loaded.findings();
        if !findings.is_empty() {
            loaded.show(&findings, session.console.is_quiet(), |view| {
                session.console.show(|out, look| view.write(Format::Text, out, look));
            });
        }
        loaded.require_all_read()?;
        let accepted =
            Accepted::new(&findings).map_err(|refused| CommandError::refused(refused.to_string()))?;
        let (settings, _) = checks::settings_of(&loaded.folder.configuration);
        let progress = PackingBar::new(&session.console);
        let packaged = gracefully(|cancelled| {
            package(&Request {
                folder: &loaded.folder,
                findings: accepted,
                include: &settings.include,
                out: &self.out,
                progress: &progress,
                cancelled,
            })
        });
        drop(progress);
        let packaged = packaged?;
        session.console.data(|out, _| list(out, &packaged))?;
        tell(&packaged, session);
        Ok(Exit::Clean)
    }
}

/// The objects of the bucket, one a line, in the order in which they were put.
fn list(out: &mut dyn Write, packaged: &Packaged) -> io::Result<()> {
    packaged.objects.iter().try_for_each(|object| {
        writeln!(out, "{}", clean_line(&packaged.bucket.join(&object.key).to_string_lossy()))
    })
}

fn tell(packaged: &Packaged, session: &mut Session) {
    let console = &mut session.console;
    for (path, unfit) in &packaged.selection.left_out {
        console.say(format_args!("left out {path}: {unfit}"));
    }
    for pattern in &packaged.selection.unmatched {
        console.warning(&format!("`include` of cfct.toml has `{pattern}`, which matches no file"));
    }
    let files = counted(packaged.release.files.len(), "file");
    let same = if packaged.unchanged { ", the same as before" } else { "" };
    console.say(format_args!("packaged {files}, {} bytes{same}", packaged.bytes()));
}
