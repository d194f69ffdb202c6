//! `publish --source git`: the package as one commit on the branch that the pipeline takes.
//!
//! The commit has exactly the files that the zip would have, so what was checked and planned is what arrives. It
//! follows on what the branch was at before the plan was made; git itself refuses it where that has moved on.

use std::fs;

use cfct_aws::ports::Put;
use cfct_aws::publish::{self as publishing, Step};
use cfct_cli::console::Console;
use cfct_cli::{CommandError, Session};
use cfct_core::checks;
use cfct_core::settings::source::{is_branch, is_remote};
use cfct_package::{ConfigurationFolder, Packaged, ZIP, reason, unpack};

use super::bucket::{list, named};
use super::git::{Branch, Commit, GitError};
use super::{Publish, Taker};
use crate::edge::Edge;
use crate::watch::Foreseen;

/// The remote where nothing names one.
const REMOTE: &str = "origin";

/// The branch where nothing, and no pipeline, names one.
const BRANCH: &str = "main";

/// The line of a commit's message that names its release.
const RELEASE: &str = "Cfct-Release: ";

/// Files that are named where a commit would remove them.
const SHOWN: usize = 3;

/// A branch, and what it was at before the plan was made.
pub(super) struct Place {
    branch: Branch,
    name: String,
    tip: Option<String>,
}

impl Publish {
    /// The branch that the pipeline takes its source from, as it is.
    pub(super) fn branch(
        &self,
        taker: &Taker,
        folder: &ConfigurationFolder,
        console: &Console,
    ) -> Result<Place, CommandError> {
        let settings = checks::settings_of(&folder.configuration).0.source;
        let wanted = match &taker.pipeline {
            None => None,
            Some(pipeline) => Some(pipeline.repository.as_ref().ok_or_else(|| {
                let (name, provider) = (&pipeline.name, &pipeline.source_provider);
                CommandError::unreachable(format!("the pipeline {name} takes its source from {provider}"))
                    .hint("leave out --source git, or name CfCT's pipeline with --pipeline".to_owned())
            })?),
        };
        let remote = settings.remote.as_deref().unwrap_or(REMOTE);
        let of_pipeline = wanted.map(|source| source.branch.as_str());
        let name = settings.branch.as_deref().or(of_pipeline).unwrap_or(BRANCH);
        if !is_remote(remote) || !is_branch(name) {
            return Err(CommandError::unreachable(format!("`{name}` names no branch of git")));
        }
        let branch = Branch::open(&self.config, remote, name, console.draws()).map_err(refused)?;
        if let Some(source) = wanted {
            let pipeline = &self.pipeline;
            if !branch.is_called(&source.name) {
                let (theirs, ours) = (&source.name, branch.shown());
                let message =
                    format!("the pipeline {pipeline} takes its source from {theirs}, not from {ours}");
                return Err(CommandError::unreachable(message).hint(
                    "correct `remote` of [source] in cfct.toml, or name the pipeline with --pipeline"
                        .to_owned(),
                ));
            }
            if name != source.branch {
                let theirs = &source.branch;
                let message = format!("the pipeline {pipeline} takes the branch {theirs}, not {name}");
                return Err(CommandError::unreachable(message)
                    .hint("correct `branch` of [source] in cfct.toml, or leave it out".to_owned()));
            }
        }
        let tip = branch.tip().map_err(refused)?;
        Ok(Place { branch, name: name.to_owned(), tip })
    }

    /// Pushes the package as a commit; whether the pipeline starts by that.
    #[expect(clippy::too_many_arguments, reason = "what a publication consists of")]
    pub(super) fn push(
        &self,
        edge: &Edge,
        place: &Place,
        taker: &Taker,
        folder: &ConfigurationFolder,
        packaged: &Packaged,
        foreseen: &Foreseen,
        session: &mut Session,
    ) -> Result<bool, CommandError> {
        let message = format!(
            "Publish release {}\n\n{RELEASE}{}\nCfct-Plan: {}\n",
            packaged.digest.get(..12).unwrap_or(&packaged.digest),
            packaged.digest,
            foreseen.id
        );
        let commit = place.commit(packaged, &message, self.replace)?;
        self.put_products(edge, folder, packaged, session)?;
        let Some(commit) = commit else {
            session.console.say("the same was published before: nothing starts");
            return Ok(false);
        };
        session.console.data(|out, _| {
            for (letter, path) in &commit.changes {
                let word = match letter {
                    'A' => "add",
                    'D' => "remove",
                    _ => "change",
                };
                writeln!(out, "{}{word} {path}", if self.dry_run { "would " } else { "" })?;
            }
            Ok(())
        })?;
        if !self.dry_run {
            place.push(&commit)?;
        }
        let verb = if self.dry_run { "would push" } else { "push" };
        session.console.data(|out, _| writeln!(out, "{verb} {} {}", place.branch.shown(), place.name))?;
        if self.dry_run {
            return Ok(false);
        }
        session.console.say(format_args!("published release {} as commit {}", packaged.digest, commit.id));
        if let Some(pipeline) = &taker.pipeline {
            session.console.say(format_args!("the pipeline {} starts by itself", pipeline.name));
        }
        Ok(true)
    }

    /// Product templates are in the bucket that others name, whichever way the package goes.
    fn put_products(
        &self,
        edge: &Edge,
        folder: &ConfigurationFolder,
        packaged: &Packaged,
        session: &mut Session,
    ) -> Result<(), CommandError> {
        let named = named(packaged)?;
        if named.is_empty() {
            return Ok(());
        }
        let target = self.bucket_of_products(edge, folder)?;
        let mut steps: Vec<Step> = Vec::new();
        if self.dry_run {
            steps = edge.wait(publishing::foresee_named(&edge.aws, &target.bucket, &named))?;
        } else {
            edge.wait(publishing::put_named(&edge.aws, &target.bucket, &named, |step| steps.push(step)))?;
        }
        let verb = if self.dry_run { "would put" } else { "put" };
        steps.retain(|step| step.put == Put::Written);
        steps.iter().try_for_each(|step| list(step, &target, verb, session))
    }
}

impl Place {
    /// The commit, which is not pushed yet; `None` where the branch has the same files.
    fn commit(
        &self,
        packaged: &Packaged,
        message: &str,
        replace: bool,
    ) -> Result<Option<Commit>, CommandError> {
        let content = tempfile::tempdir()
            .map_err(|error| CommandError::unreadable(format!("no temporary folder: {}", reason(&error))))?;
        let zip = packaged.bucket.join(ZIP);
        let unpacked = fs::read(&zip).and_then(|zip| unpack(&zip, content.path()));
        unpacked.map_err(|error| {
            CommandError::unreadable(format!("cannot unpack {}: {}", zip.display(), reason(&error)))
        })?;
        let mut is_ours = true;
        if let Some(tip) = &self.tip {
            let fetched = self.branch.fetch().map_err(refused)?;
            if fetched != *tip {
                return Err(self.overtaken(&fetched));
            }
            let message = self.branch.message(tip).map_err(refused)?;
            is_ours = message.lines().any(|line| line.starts_with(RELEASE));
        }
        let commit = self.branch.commit(content.path(), self.tip.as_deref(), message).map_err(refused)?;
        let removed = commit.iter().flat_map(|commit| &commit.changes).filter(|(letter, _)| *letter == 'D');
        let removed: Vec<&str> = removed.map(|(_, path)| path.as_str()).collect();
        if !removed.is_empty() && !is_ours && !replace {
            return Err(self.would_lose(&removed));
        }
        Ok(commit)
    }

    /// Pushes it. An answer that was lost on the way is looked for on the branch.
    fn push(&self, commit: &Commit) -> Result<(), CommandError> {
        let Err(error) = self.branch.push(&commit.id) else { return Ok(()) };
        match self.branch.tip() {
            Ok(Some(now)) if now == commit.id => Ok(()),
            Ok(Some(now)) if Some(&now) != self.tip.as_ref() => Err(self.overtaken(&now)),
            _ => Err(refused(error)),
        }
    }

    fn overtaken(&self, now: &str) -> CommandError {
        let now = now.get(..12).unwrap_or(now);
        let message = format!(
            "somebody else pushed to {} since the plan was made (commit {now}); theirs stands",
            self.name
        );
        CommandError::unreachable(message).hint("publish again: the plan is made anew".to_owned())
    }

    fn would_lose(&self, removed: &[&str]) -> CommandError {
        let more = removed.len().saturating_sub(SHOWN);
        let mut names = removed.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
        if more > 0 {
            names.push_str(&format!(" and {more} more"));
        }
        let message =
            format!("the commit would remove from {} what publishing did not put there: {names}", self.name);
        CommandError::unconfirmed(message).hint(
            "give the pipeline a branch of its own, or let the package replace what is there with --replace"
                .to_owned(),
        )
    }
}

fn refused(error: GitError) -> CommandError {
    match error {
        GitError::Missing => CommandError::unreadable("git is not installed").hint(
            "install git, or put the package where the pipeline takes it from by hand (`cfct package`)"
                .to_owned(),
        ),
        GitError::Unusable(message) => CommandError::unreadable(message),
        GitError::NoRemote(name) => {
            CommandError::unreadable(format!("there is no remote `{name}` around the configuration"))
                .hint("name a remote or an address as `remote` of [source] in cfct.toml".to_owned())
        }
        GitError::Failed { command, said } => {
            let hint = match command {
                "commit" => "git has to know who commits: set user.name and user.email",
                _ => "git reaches the repository with its own credentials: try `git ls-remote` on it",
            };
            CommandError::unreachable(format!("git {command} failed: {said}")).hint(hint.to_owned())
        }
    }
}
