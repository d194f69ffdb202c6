//! `init`: writes a configuration for an organization, from this repository's own, or brings one up to date.

mod answers;
mod questions;
mod updating;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use cfct_core::deployment::{Answers, Deployment, Missing, Unresolved};
use cfct_core::settings;
use cfct_package::{create, read_input};
use clap::Args;

use super::{Example, organization};
use crate::blueprint::blueprint;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faces::counted;
use crate::program::Session;

use answers::AnswerArgs;

pub(super) const EXAMPLES: &[Example] = &[
    (
        "Answer questions, with what the organization says as defaults",
        "init backup --organization organization.json",
    ),
    (
        "Without a terminal: one architecture after the other",
        "init backup --organization organization.json --architecture organization \\\n      \
         --recovery-region eu-west-1 --backup-unit Workloads:Prod --backup-unit Workloads:Test \\\n      \
         --vault-unit Security --central-backup central-backup --backup-keys backup-keys",
    ),
    ("With the answers of another configuration", "init backup --from ../other/cfct.toml"),
    ("After a change of [deployment] in cfct.toml: see what it comes to", "init --update --dry-run"),
    ("Carry it into the other files", "init --update"),
];

/// The arguments of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder of the configuration: empty, or not there yet
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// The organization, as `cfct snapshot` writes it: names are looked up in it
    #[arg(long, value_name = "FILE")]
    organization: Option<PathBuf>,
    /// Take the answers that no option gives from the table [deployment] of this cfct.toml
    #[arg(long, value_name = "FILE", conflicts_with = "update")]
    from: Option<PathBuf>,
    /// Bring a configuration up to date with [deployment] in its cfct.toml, and show what changes
    #[arg(long)]
    update: bool,
    /// With --update: write files anew that were changed by hand since
    #[arg(long, requires = "update")]
    overwrite: bool,
    /// With --update: show what would change, and change nothing
    #[arg(long, requires = "update")]
    dry_run: bool,
    #[command(flatten)]
    answers: AnswerArgs,
}

impl Init {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let organization = self.organization.as_deref().map(organization::read).transpose()?;
        if self.update {
            if self.answers.answers() != Answers::default() {
                return Err(CommandError::usage(
                    "an update takes its answers from cfct.toml, not from options",
                )
                .hint("change the table [deployment] there".to_owned()));
            }
            return updating::run(&self, organization.as_ref(), session);
        }
        let mut answers = self.answers.answers();
        if let Some(file) = &self.from {
            answers = answers.or(read_answers(file)?);
        }
        if io::stdin().is_terminal() && io::stderr().is_terminal() {
            questions::ask(
                &mut answers,
                organization.as_ref(),
                &mut io::stdin().lock(),
                &mut session.console,
            )?;
        }
        let deployment = answers.resolve(organization.as_ref()).map_err(|error| unresolved(&error))?;
        let blueprint = blueprint()?;
        let files = blueprint.render(&deployment);
        create(&self.folder, &files)?;
        let files = counted(files.len(), "file");
        session.console.say(format_args!("wrote {files} into {}", self.folder.display()));
        tell_of_products(&blueprint.refused_products(&deployment), &deployment, session);
        let next = self.next_steps(&deployment, session);
        session.console.say(format_args!("next, once you have read manifest.yaml and cfct.toml:\n{next}"));
        Ok(Exit::Clean)
    }

    fn next_steps(&self, deployment: &Deployment, session: &Session) -> String {
        let binary = session.command.get_bin_name().unwrap_or_else(|| session.command.get_name());
        let config = if self.folder == Path::new(".") {
            String::new()
        } else {
            format!(" --config {}", self.folder.display())
        };
        let organization = self.organization.as_ref().map_or_else(
            || " --organization FILE".to_owned(),
            |file| format!(" --organization {}", file.display()),
        );
        let has_tests = deployment.answers().spans_the_organization();
        let steps = ["check", "guardrails test", "package"].into_iter();
        let steps = steps.filter(|step| has_tests || *step != "guardrails test");
        steps.map(|step| format!("  {binary} {step}{config}{organization}")).collect::<Vec<_>>().join("\n")
    }
}

/// The answers in a `cfct.toml`; an error in it is one of the command.
fn read_answers(file: &Path) -> Result<Answers, CommandError> {
    let source = read_input(file)?;
    let (settings, findings) = settings::read(&source);
    organization::sound(&findings, format!("`check` shows every mistake in {}", file.display()))?;
    settings.deployment.ok_or_else(|| {
        CommandError::unreadable(format!("{} has no table [deployment]", file.display()))
            .hint("`init` writes one into an empty folder".to_owned())
    })
}

fn tell_of_products(refused: &[String], deployment: &Deployment, session: &mut Session) {
    if refused.is_empty() {
        return;
    }
    let (least, most) = deployment.lock();
    session.console.warning(&format!(
        "left out of portfolios/backup.yaml: {}; their templates keep backups for other days than the locks take, \
         which is {least} to {most}",
        refused.join(", ")
    ));
}

/// Everything that is wrong, and everything that is missing.
fn unresolved(error: &Unresolved) -> CommandError {
    let missing = options(&error.missing).join(", ");
    match &error.wrong[..] {
        [] => CommandError::usage(format!("missing: {missing}")).hint(GIVE_THEM.to_owned()),
        [only] if missing.is_empty() => CommandError::usage(only.message.clone()).hint(only.help.clone()),
        several => {
            let mut message = format!("{} cannot be used", counted(several.len(), "answer"));
            for wrong in several {
                message.push_str(&format!("\n  {}; {}", wrong.message, wrong.help));
            }
            if !missing.is_empty() {
                message.push_str(&format!("\n  missing: {missing}"));
            }
            CommandError::usage(message)
        }
    }
}

const GIVE_THEM: &str = "give them as options, or in the table [deployment] of a file with --from; on a terminal they are asked for";

/// The options that give what is missing.
fn options(missing: &[Missing]) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for one in missing {
        let option = match one {
            one if one.is_in_organization() => "--organization FILE".to_owned(),
            Missing::Setting("architectures") => "--architecture".to_owned(),
            Missing::Setting("backup-units") => "--backup-unit".to_owned(),
            Missing::Setting("vault-units") => "--vault-unit".to_owned(),
            other => format!("--{other}"),
        };
        if !options.contains(&option) {
            options.push(option);
        }
    }
    options
}
