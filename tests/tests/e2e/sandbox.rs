//! A folder of its own for a test, and runs of the binaries in it that see nothing of the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::binaries::Binary;

/// A configuration in which nothing is to be found.
const CLEAN: &[(&str, &str)] = &[
    (
        "manifest.yaml",
        "region: eu-central-1\n\
         version: 2021-03-15\n\
         resources:\n  \
           - name: backup-role\n    \
             resource_file: templates/backup-role.yaml\n    \
             deploy_method: stack_set\n    \
             deployment_targets:\n      \
               organizational_units:\n        \
                 - Infrastructure\n    \
             regions:\n      \
               - eu-central-1\n",
    ),
    (
        "templates/backup-role.yaml",
        "AWSTemplateFormatVersion: '2010-09-09'\n\
         Description: A topic\n\
         Resources:\n  \
           Topic:\n    \
             Type: AWS::SNS::Topic\n",
    ),
];

/// A folder of its own.
pub struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// An empty one.
    pub fn empty() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder") }
    }

    /// One with a configuration in which nothing is to be found.
    pub fn clean() -> Self {
        let sandbox = Self::empty();
        for (name, text) in CLEAN {
            sandbox.write(name, text);
        }
        sandbox
    }

    /// One with a configuration with two mistakes, each of which a machine can mend.
    pub fn faulty() -> Self {
        let sandbox = Self::clean();
        sandbox.edit("manifest.yaml", "resource_file", "resorce_file");
        sandbox.edit("manifest.yaml", "stack_set", "stack_sets # the usual one");
        sandbox
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, content).expect("a file");
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).expect("a file")
    }

    /// Replaces a part of a file, which has to be there.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, text.replacen(from, to, 1));
    }

    /// Every name below it, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut open = vec![self.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    open.push(path.clone());
                }
                let name = path.strip_prefix(self.path()).expect("a path below");
                names.push(name.to_string_lossy().into_owned());
            }
        }
        names.sort();
        names
    }

    /// A run of `binary` in this folder, for further settings.
    pub fn command(&self, binary: Binary, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary.path());
        command.args(arguments).current_dir(self.path()).env_clear().env("HOME", self.path());
        command.stdin(Stdio::null());
        command
    }

    /// Runs `cfct` with `arguments`, separated by spaces.
    pub fn cfct(&self, arguments: &str) -> Run {
        self.run(Binary::Cfct, arguments)
    }

    /// Runs `binary` with `arguments`, separated by spaces.
    pub fn run(&self, binary: Binary, arguments: &str) -> Run {
        let list: Vec<&str> = arguments.split_whitespace().collect();
        let output = self.command(binary, &list).output().expect("the binary runs");
        Run::new(format!("{} {arguments}", binary.name()), &output, self.path())
    }
}

/// What a run did.
#[derive(Debug)]
pub struct Run {
    /// The command line.
    pub command: String,
    /// The exit code; `None` where a signal ended it.
    pub exit: Option<i32>,
    /// Standard output, the sandbox's path written as `[SANDBOX]`.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
}

impl Run {
    /// A run that ended.
    pub fn new(command: String, output: &Output, sandbox: &Path) -> Self {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
            text.replace(&sandbox.display().to_string(), "[SANDBOX]")
        };
        Self {
            command,
            exit: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.exit, Some(code), "{self:#?}");
        self
    }

    /// Asserts that stderr starts with these lines.
    #[track_caller]
    pub fn complains(&self, lines: &str) -> &Self {
        assert!(self.stderr.starts_with(lines), "expected {lines:?}\n{self:#?}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self:#?}"))
    }

    /// The codes of the findings in JSON output.
    #[track_caller]
    pub fn codes(&self) -> Vec<String> {
        let json = self.json();
        let findings = json["findings"].as_array().expect("a list of findings");
        findings.iter().map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
    }
}
