//! `guardrails pack`: fewer, shorter policies that come to the same, as a proposal.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use cfct_core::checks;
use cfct_core::guardrails::packing::{Counted, Group, Options, Packing, Size};
use cfct_core::limits::Limits;
use cfct_core::source::PackagePath;
use cfct_package::{reason, write_new_folder};
use clap::{Args, ValueEnum};

use super::Place;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::{compact_json, counted};
use crate::program::Session;
use crate::shown::clean_line;

/// The arguments of `guardrails pack`.
#[derive(Debug, Args)]
pub struct Pack {
    #[command(flatten)]
    place: Place,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// Write the proposed policies into this new folder, at their places in the configuration
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// Give every statement a short Sid; policy tests that name statements have to follow
    #[arg(long)]
    shorten_sids: bool,
    /// Hold the files as they are to the quota, not minified: for a repository that is pushed without `package`
    #[arg(long)]
    as_sent: bool,
}

/// How to write a proposal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    #[default]
    Text,
    /// For a program; docs/guardrails.md says what is in it
    Json,
}

impl Pack {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let counted = if self.as_sent { Counted::AsSent } else { Counted::Minified };
        let options = Options { counted, shorten_sids: self.shorten_sids };
        self.place.with(session, |folder, guardrails, session| {
            let limits = Limits::with(&checks::settings_of(&folder.configuration).0.limits);
            let packing = Packing::of(&folder.configuration, guardrails, &limits.policy, options);
            if let Some(at) = &self.write {
                write(at, &packing, session)?;
            }
            session.console.data(|out, _| match self.format {
                Format::Text => show(out, &packing),
                Format::Json => compact_json::write(&packing, out),
            })?;
            Ok(Exit::Clean)
        })
    }
}

/// Writes what is worth it into a new folder.
fn write(at: &Path, packing: &Packing, session: &mut Session) -> Result<(), CommandError> {
    let worth_it = packing.groups.iter().filter(|group| group.is_worth_it());
    let files: Vec<(PackagePath, &str)> = worth_it
        .flat_map(Group::proposals)
        .filter_map(|proposal| Some((PackagePath::new(&proposal.file)?, proposal.text.as_str())))
        .collect();
    if files.is_empty() {
        session.console.say("nothing to write: no policy would be shorter");
        return Ok(());
    }
    let count = files.len();
    write_new_folder(at, files).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CommandError::unreadable(format!("{} exists already", at.display()))
            .hint("name a folder that is not there yet, and compare before you copy".to_owned()),
        _ => CommandError::unreadable(format!("cannot write {}: {}", at.display(), reason(&error))),
    })?;
    session.console.say(format_args!("wrote {} to {}", counted_policies(count), at.display()));
    Ok(())
}

fn counted_policies(count: usize) -> String {
    if count == 1 { "1 policy".to_owned() } else { format!("{count} policies") }
}

fn show(out: &mut dyn Write, packing: &Packing) -> io::Result<()> {
    if packing.groups.is_empty() {
        return writeln!(out, "the manifest attaches no service or resource control policy");
    }
    for group in &packing.groups {
        show_group(out, group)?;
    }
    writeln!(out, "{:<42} {:>8} {:>8} {:>8} {:>8}", "slots", "before", "after", "left", "of")?;
    for slots in &packing.slots {
        let unit = format!("{} {}", slots.kind.as_str(), slots.unit);
        let left = slots.limit.saturating_sub(slots.after);
        writeln!(
            out,
            "  {:<40} {:>8} {:>8} {left:>8} {:>8}",
            clean_line(&unit),
            slots.before,
            slots.after,
            slots.limit
        )?;
    }
    Ok(())
}

fn show_group(out: &mut dyn Write, group: &Group) -> io::Result<()> {
    let targets = group.targets.join(", ");
    writeln!(out, "{} at {}; quota {}", group.kind.as_str(), clean_line(&targets), group.quota)?;
    writeln!(out, "  {:<40} {:>8} {:>8} {:>10}", "before", "as sent", "minified", "statements")?;
    for (name, _, size) in &group.before {
        show_policy(out, name, *size)?;
    }
    let combined = match &group.outcome {
        Err(reason) => return writeln!(out, "  left alone: {}\n", clean_line(reason)),
        Ok(_) if !group.is_worth_it() => return writeln!(out, "  nothing to gain\n"),
        Ok(combined) => combined,
    };
    writeln!(out, "  after")?;
    for proposal in &combined.policies {
        show_policy(out, &proposal.name, proposal.size)?;
    }
    for change in &combined.changes {
        writeln!(out, "  - {}", clean_line(change))?;
    }
    for name in group.superfluous() {
        let said = format!(
            "`{name}` is no longer needed: remove it from the manifest, then detach and delete it by hand, since CfCT does neither"
        );
        writeln!(out, "  - {}", clean_line(&said))?;
    }
    if !combined.lost_sids.is_empty() {
        let sids = combined.lost_sids.join(", ");
        writeln!(out, "  - gone as a Sid, so policy tests cannot name it: {}", clean_line(&sids))?;
    }
    writeln!(out, "  {} decided alike before and after\n", counted(combined.compared, "request"))
}

fn show_policy(out: &mut dyn Write, name: &str, size: Size) -> io::Result<()> {
    writeln!(
        out,
        "    {:<38} {:>8} {:>8} {:>10}",
        clean_line(name),
        size.as_sent,
        size.minified,
        size.statements
    )
}
