//! `init --update`: what a change of the table `[deployment]` comes to in all other files.

use std::collections::BTreeSet;
use std::io::{self, Write};

use cfct_core::blueprint::update::{RECORD, Step, Update, update};
use cfct_core::configuration::SETTINGS;
use cfct_core::organization::Organization;
use cfct_core::source::PackagePath;
use cfct_package::{apply, read_record, read_texts};
use similar::TextDiff;

use super::{Init, read_answers, tell_of_products, unresolved};
use crate::blueprint::blueprint;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::{counted, folder_of, join};
use crate::interrupt::gracefully;
use crate::program::Session;
use crate::shown::{clean, clean_line};

pub(super) fn run(
    init: &Init,
    organization: Option<&Organization>,
    session: &mut Session,
) -> Result<Exit, CommandError> {
    let answers = read_answers(&init.folder.join(SETTINGS))?;
    let deployment = answers.resolve(organization).map_err(|error| unresolved(&error))?;
    let blueprint = blueprint()?;
    let rendered = blueprint.render(&deployment);
    let record = read_record(&init.folder)?;
    if record.is_none() {
        session.console.warning(&format!(
            "no {RECORD} says what init wrote: files that are not as they come with {} are left alone",
            env!("CARGO_PKG_VERSION")
        ));
    }
    // Without one it may be a copy of the repository.
    let record = record.unwrap_or_else(|| blueprint.record());
    let known: BTreeSet<PackagePath> = record
        .files
        .keys()
        .filter_map(|path| PackagePath::new(path))
        .chain(rendered.keys().cloned())
        .collect();
    let present = read_texts(&init.folder, &known)?;
    let update = update(&rendered, &present, &record, init.overwrite);
    let shown = folder_of(&init.folder);
    session.console.data(|out, _| show(&update, &shown, out))?;
    if !init.dry_run {
        gracefully(|cancelled| apply(&init.folder, &update, cancelled))?;
    }
    tell(&update, &shown, init.dry_run, session);
    tell_of_products(&blueprint.refused_products(&deployment), &deployment, session);
    Ok(Exit::Clean)
}

/// What is written, as a diff.
fn show(update: &Update, folder: &str, out: &mut dyn Write) -> io::Result<()> {
    update.steps.iter().try_for_each(|(path, step)| {
        let path = join(folder, path.as_str());
        let path = clean_line(&path);
        let (before, after, from, to) = match step {
            Step::Create { after } => ("", after.as_str(), "/dev/null", &*path),
            Step::Change { before, after } => (before.as_str(), after.as_str(), &*path, &*path),
            Step::Remove { before } => (before.as_str(), "", &*path, "/dev/null"),
            Step::Keep { .. } | Step::StayAway => return Ok(()),
        };
        let diff = TextDiff::from_lines(before, after).unified_diff().header(from, to).to_string();
        out.write_all(clean(&diff.replace("\r\n", "\n")).as_bytes())
    })
}

fn tell(update: &Update, folder: &str, dry_run: bool, session: &mut Session) {
    let mut written = 0;
    for (path, step) in &update.steps {
        let path = join(folder, path.as_str());
        match step {
            Step::Create { .. } | Step::Change { .. } | Step::Remove { .. } => written += 1,
            Step::Keep { wanted: Some(_) } => session.console.warning(&format!(
                "left {path} alone: it was changed by hand, and would change too; --overwrite writes it anew"
            )),
            Step::Keep { wanted: None } => session.console.warning(&format!(
                "left {path} alone: it was changed by hand, and belongs to nothing any more; --overwrite removes it"
            )),
            Step::StayAway => session
                .console
                .warning(&format!("left {path} away: it was removed by hand; --overwrite writes it again")),
        }
    }
    let text = match (written, dry_run) {
        (0, _) => "up to date".to_owned(),
        (written, true) => format!("would change {}", counted(written, "file")),
        (written, false) => format!("changed {}", counted(written, "file")),
    };
    session.console.say(text);
}
