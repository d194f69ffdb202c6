//! The program `git`, in a repository of its own that is gone afterwards: the user's repository, its index, its
//! branches and its hooks are never touched, only its settings are read.
//!
//! Of the settings in force around the configuration those go along that say who commits and how servers are
//! reached, by the environment: they may hold secrets, which a command line would show to everybody. What would
//! change files on their way in, such as `core.autocrlf`, stays out.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cfct_package::reason;
use tempfile::TempDir;

/// Settings that go along, by the beginnings of their names.
const SETTINGS: [&str; 14] = [
    "author.",
    "commit.gpgsign=",
    "committer.",
    "core.askpass=",
    "core.sshcommand=",
    "credential.",
    "gpg.",
    "http.",
    "protocol.",
    "push.gpgsign=",
    "ssh.",
    "transfer.",
    "url.",
    "user.",
];

/// What git takes from its environment and has to come from here.
const OWN: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Where the branch is fetched to.
const TIP: &str = "refs/heads/tip";

/// How git failed.
#[derive(Debug)]
pub(super) enum GitError {
    /// It is not installed.
    Missing,
    /// It could not be started, or what it needs not be written.
    Unusable(String),
    /// The folder is in no repository that has this remote.
    NoRemote(String),
    /// It ended with an error.
    Failed {
        /// What it was asked for.
        command: &'static str,
        /// What it said.
        said: String,
    },
}

/// A commit that is not pushed yet.
#[derive(Debug)]
pub(super) struct Commit {
    /// Its id.
    pub(super) id: String,
    /// What it changes: a letter as of `git diff --name-status`, and a path.
    pub(super) changes: Vec<(char, String)>,
}

/// A branch of a remote repository, and a repository of our own to prepare a commit for it.
pub(super) struct Branch {
    own: TempDir,
    /// Where git runs: addresses may be relative to it.
    folder: PathBuf,
    settings: Vec<(String, String)>,
    asks: bool,
    address: String,
    name: String,
}

impl Branch {
    /// Looks the remote up around `folder`. Where nobody looks on, git is not to ask for a password.
    pub(super) fn open(folder: &Path, remote: &str, name: &str, asks: bool) -> Result<Self, GitError> {
        let own = tempfile::tempdir()
            .map_err(|error| GitError::Unusable(format!("no temporary folder: {}", reason(&error))))?;
        let mut branch = Self {
            own,
            folder: folder.to_owned(),
            settings: Vec::new(),
            asks,
            address: remote.to_owned(),
            name: name.to_owned(),
        };
        let listed =
            said(&branch.around().args(["config", "--list", "--includes", "-z"]).output(), "config")?;
        branch.settings = settings(&listed);
        if !remote.contains(['/', '\\', ':']) {
            let asked = branch.around().args(["remote", "get-url", "--push", "--", remote]).output();
            let address = said(&asked, "remote").map_err(|error| match error {
                GitError::Failed { .. } => GitError::NoRemote(remote.to_owned()),
                other => other,
            })?;
            branch.address = address.trim_end().to_owned();
            // An address of a remote is relative to the top of its repository.
            let top = said(&branch.around().args(["rev-parse", "--show-toplevel"]).output(), "rev-parse");
            if let Ok(top) = top {
                branch.folder = PathBuf::from(top.trim_end());
            }
        }
        branch.run(
            "init",
            &["--quiet", "--bare", "--template=", "--"],
            &[&branch.repository().display().to_string()],
        )?;
        Ok(branch)
    }

    /// The address without a password that may be in it.
    pub(super) fn shown(&self) -> String {
        shown(&self.address)
    }

    /// Whether the address may be that of the repository that a pipeline calls `name`.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let address = self.address.trim_end_matches('/');
        let address = address.strip_suffix(".git").unwrap_or(address);
        let rest = address.strip_suffix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', ':', '\\']))
    }

    /// The commit that the branch is at; `None` where there is no such branch.
    pub(super) fn tip(&self) -> Result<Option<String>, GitError> {
        let reference = format!("refs/heads/{}", self.name);
        let listed = self.run("ls-remote", &["--", &self.address], &[&reference])?;
        let mut lines = listed.lines().filter_map(|line| line.split_once('\t'));
        Ok(lines.find(|(_, name)| *name == reference).map(|(id, _)| id.to_owned()))
    }

    /// Fetches what the branch is at now; its commit.
    pub(super) fn fetch(&self) -> Result<String, GitError> {
        let options = ["--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--"];
        self.run("fetch", &options, &[&self.address, &format!("+refs/heads/{}:{TIP}", self.name)])?;
        self.run("rev-parse", &["--verify", "--end-of-options"], &[TIP]).map(|id| id.trim_end().to_owned())
    }

    /// The message of a commit that was fetched.
    pub(super) fn message(&self, commit: &str) -> Result<String, GitError> {
        self.run("show", &["--no-patch", "--format=%B", "--end-of-options"], &[commit])
    }

    /// A commit of exactly the files in `content`, on `parent`; `None` where that has the same.
    pub(super) fn commit(
        &self,
        content: &Path,
        parent: Option<&str>,
        message: &str,
    ) -> Result<Option<Commit>, GitError> {
        let attributes = self.repository().join("info/attributes");
        let as_they_are = "* -text -filter -ident -working-tree-encoding\n";
        std::fs::create_dir_all(self.repository().join("info"))
            .and_then(|()| std::fs::write(&attributes, as_they_are))
            .map_err(|error| GitError::Unusable(format!("{}: {}", attributes.display(), reason(&error))))?;
        let mut add = self.own("add", &["--all", "--force", "--", "."], &[]);
        said(&add.env("GIT_WORK_TREE", content).current_dir(content).output(), "add")?;
        let tree = self.run("write-tree", &[], &[])?.trim_end().to_owned();
        let mut changes = Vec::new();
        if let Some(parent) = parent {
            let options = ["-r", "-z", "--no-renames", "--name-status", "--end-of-options"];
            changes = name_status(&self.run("diff-tree", &options, &[parent, &tree])?);
            if changes.is_empty() {
                return Ok(None);
            }
        } else {
            let files = self.run("ls-tree", &["-r", "-z", "--name-only", "--end-of-options"], &[&tree])?;
            changes.extend(files.split_terminator('\0').map(|file| ('A', file.to_owned())));
        }
        let mut options = vec!["-F", "-"];
        options.extend(parent.iter().flat_map(|parent| ["-p", parent]));
        if self.signs() {
            options.push("-S");
        }
        let mut command = self.own("commit-tree", &options, &[&tree]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| cannot_start(&error))?;
        if let Some(mut input) = child.stdin.take() {
            // One that has ended says why itself.
            let _ = input.write_all(message.as_bytes());
        }
        let id = said(&child.wait_with_output(), "commit")?.trim_end().to_owned();
        Ok(Some(Commit { id, changes }))
    }

    /// Pushes a commit. What does not follow on the branch is refused by git, there and here.
    pub(super) fn push(&self, commit: &str) -> Result<(), GitError> {
        let reference = format!("{commit}:refs/heads/{}", self.name);
        self.run("push", &["--quiet", "--no-verify", "--no-follow-tags", "--"], &[&self.address, &reference])
            .map(drop)
    }

    fn signs(&self) -> bool {
        let setting = self.settings.iter().rfind(|(name, _)| name == "commit.gpgsign");
        setting.is_some_and(|(_, value)| matches!(value.as_str(), "" | "true" | "yes" | "on" | "1"))
    }

    fn repository(&self) -> PathBuf {
        self.own.path().join("repository.git")
    }

    /// git around the configuration: for its settings only.
    fn around(&self) -> Command {
        let mut command = git();
        command.arg("-C").arg(&self.folder);
        command
    }

    /// git in our own repository: `options` are ours, `arguments` may be anybody's and stand where git takes
    /// no options any more.
    fn run(&self, name: &'static str, options: &[&str], arguments: &[&str]) -> Result<String, GitError> {
        let failed = said(&self.own(name, options, arguments).output(), name);
        failed.map_err(|error| match error {
            GitError::Failed { command, said } => {
                GitError::Failed { command, said: said.replace(&self.address, &self.shown()) }
            }
            other => other,
        })
    }

    fn own(&self, name: &'static str, options: &[&str], arguments: &[&str]) -> Command {
        let mut command = git();
        command.current_dir(&self.folder).arg(name).args(options).args(arguments);
        if name != "init" {
            command.env("GIT_DIR", self.repository());
        }
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", self.own.path().join("none"));
        command.env("GIT_CONFIG_COUNT", self.settings.len().to_string());
        for (number, (key, value)) in self.settings.iter().enumerate() {
            command.env(format!("GIT_CONFIG_KEY_{number}"), key);
            command.env(format!("GIT_CONFIG_VALUE_{number}"), value);
        }
        if !self.asks {
            command.env("GIT_TERMINAL_PROMPT", "0");
        }
        command
    }
}

fn git() -> Command {
    let mut command = Command::new("git");
    for name in OWN {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// What a run of git said, or why there was none.
fn said(output: &std::io::Result<Output>, command: &'static str) -> Result<String, GitError> {
    let output = output.as_ref().map_err(cannot_start)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(GitError::Failed { command, said: complaint(&words) })
}

fn cannot_start(error: &std::io::Error) -> GitError {
    match error.kind() {
        ErrorKind::NotFound => GitError::Missing,
        _ => GitError::Unusable(format!("git cannot be started: {}", reason(error))),
    }
}

/// The line that says what is wrong, among hints and progress.
fn complaint(words: &str) -> String {
    let mut lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    let marked = lines.clone().find_map(|line| {
        [" ! ", "! ", "fatal: ", "error: ", "remote: error: "].iter().find_map(|mark| line.strip_prefix(mark))
    });
    let line = marked.or_else(|| lines.next_back()).unwrap_or("it did not say why");
    line.trim_end_matches('.').to_owned()
}

/// The settings that go along, in their order, which matters where a later one overrides.
fn settings(listed: &str) -> Vec<(String, String)> {
    let entries = listed.split_terminator('\0').map(|entry| entry.split_once('\n').unwrap_or((entry, "")));
    let goes_along = |key: &str| {
        SETTINGS.iter().any(|setting| match setting.strip_suffix('=') {
            Some(name) => key == name,
            None => key.starts_with(setting),
        })
    };
    entries
        .filter(|(key, _)| goes_along(key))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn name_status(listed: &str) -> Vec<(char, String)> {
    let mut fields = listed.split_terminator('\0');
    let mut changes = Vec::new();
    while let (Some(status), Some(path)) = (fields.next(), fields.next()) {
        changes.push((status.chars().next().unwrap_or('M'), path.to_owned()));
    }
    changes
}

/// An address without who it is for: `https://user:password@host/x` has a secret in it.
fn shown(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::{complaint, name_status, settings, shown};

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (address, expected) in [
            ("https://me:secret@example.com/a.git", "https://example.com/a.git"),
            ("https://example.com/a@b.git", "https://example.com/a@b.git"),
            ("git@example.com:a/b.git", "git@example.com:a/b.git"),
            ("/srv/a.git", "/srv/a.git"),
        ] {
            assert_eq!(shown(address), expected);
        }
    }

    #[test]
    fn settings_that_change_files_stay_behind() {
        let listed = "core.autocrlf\ntrue\0user.name\nA\nB\0core.sshcommand\nssh -i x\0core.hookspath\nx\0\
                      commit.gpgsign\0commit.template\nx\0remote.origin.url\nx\0";
        let kept = [("user.name", "A\nB"), ("core.sshcommand", "ssh -i x"), ("commit.gpgsign", "")];
        assert_eq!(settings(listed), kept.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }

    #[test]
    fn the_line_that_says_why_is_told() {
        let rejected =
            "To /x.git\n ! [remote rejected] a -> main (pre-receive hook declined)\nerror: failed\n";
        assert_eq!(complaint(rejected), "[remote rejected] a -> main (pre-receive hook declined)");
        assert_eq!(complaint("hint: x\nfatal: could not read.\n"), "could not read");
        assert_eq!(complaint(""), "it did not say why");
    }

    #[test]
    fn changes_have_any_names() {
        let expected = [('A', "a b".to_owned()), ('D', "c\nd".to_owned())];
        assert_eq!(name_status("A\0a b\0D\0c\nd\0"), expected);
    }
}
