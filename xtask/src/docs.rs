//! `cargo xtask docs`: documents that are made from the code, so that they cannot go stale.

use std::fmt::Write;

use cfct_core::diagnosis::SIGNATURES;
use cfct_core::finding::{Code, Stage};
use cfct_core::{registry, schemas};

use crate::drawings;
use crate::failure::Failure;
use crate::report;
use crate::repository::Repository;

/// Every generated document: its path from the root, and its text.
pub fn generated(repository: &Repository) -> Result<Vec<(String, String)>, Failure> {
    let mut documents = vec![
        ("docs/findings/README.md".to_owned(), findings_index()),
        ("docs/diagnose.md".to_owned(), known_failures()),
        ("docs/cli.md".to_owned(), command_reference(repository)?),
        (drawings::PAGE.to_owned(), drawings::page(repository)?),
    ];
    documents.extend(schemas::all().into_iter().map(|(name, text)| (format!("docs/schemas/{name}"), text)));
    Ok(documents)
}

/// Writes what changed.
pub fn run() -> Result<(), Failure> {
    let repository = Repository::open()?;
    for (path, text) in generated(&repository)? {
        if repository.read(&path).unwrap_or_default() == text {
            continue;
        }
        let at = repository.root().join(&path);
        let written =
            at.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&at, text));
        written.map_err(|error| Failure::new(format!("{path} cannot be written: {error}")))?;
        report::say(&format!("wrote {path}"));
    }
    Ok(())
}

fn findings_index() -> String {
    let mut text = String::from(
        "# Findings\n\nEvery finding code, by the stage at which CfCT or AWS would have noticed. \
         Levels can be set and findings waived in `cfct.toml`.\n",
    );
    for stage in Stage::ALL {
        let mut codes: Vec<&Code> = registry::codes().filter(|code| code.stage == stage).collect();
        if codes.is_empty() {
            continue;
        }
        codes.sort_by_key(|code| (code.level, code.name));
        let _ = write!(
            text,
            "\n## `{}`: {}\n\n| code | level | what it says |\n|---|---|---|\n",
            stage.as_str(),
            stage.consequence()
        );
        for code in codes {
            let _ =
                writeln!(text, "| [{0}]({0}.md) | {1} | {2} |", code.name, code.level.as_str(), code.summary);
        }
    }
    text
}

fn known_failures() -> String {
    let mut text = String::from(
        "# Known failures\n\nWhat `cfct diagnose` knows of failures of CfCT's pipeline: the words it tells each by, what \
         that means, what to do, the findings of `cfct check` that tell of it before the push, and public threads about \
         it. Of several that match, the first counts.\n",
    );
    for signature in SIGNATURES {
        let _ = write!(text, "\n## `{}`\n\n{}\n\n", signature.id, signature.means);
        for advice in signature.advice {
            let _ = writeln!(text, "- {advice}");
        }
        let _ = write!(text, "\nTold by `` {} ``. ", signature.pattern);
        if !signature.findings.is_empty() {
            let pages = signature.findings.iter().map(|code| format!("[{code}](findings/{code}.md)"));
            let _ = write!(text, "Before the push: {}. ", pages.collect::<Vec<_>>().join(", "));
        }
        let _ = writeln!(text, "Seen in {}.", signature.threads.join(", "));
    }
    text
}

/// What the binary itself says of each command, so that the page and `--help` are one.
fn command_reference(repository: &Repository) -> Result<String, Failure> {
    let overview = help_of(repository, &["--help"])?;
    let mut text = format!(
        "# Commands\n\nWhat `cfct --help` and `cfct COMMAND --help` print. The offline commands are the same in \
         `cargo xtask`.\n\n```text\n{overview}```\n"
    );
    let names = commands_of(&overview);
    for name in names.iter().filter(|name| *name != "help") {
        let help = help_of(repository, &[name, "--help"])?;
        let _ = write!(text, "\n## cfct {name}\n\n```text\n{help}```\n");
        for below in commands_of(&help).iter().filter(|below| *below != "help") {
            let help = help_of(repository, &[name, below, "--help"])?;
            let _ = write!(text, "\n### cfct {name} {below}\n\n```text\n{help}```\n");
        }
    }
    Ok(text)
}

/// The commands that a help lists.
fn commands_of(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

fn help_of(repository: &Repository, arguments: &[&str]) -> Result<String, Failure> {
    let run = ["run", "--quiet", "--locked", "--package", "cfct", "--"];
    let output = repository.cargo().args(run).args(arguments).env("COLUMNS", "100").output();
    let output = output.map_err(|error| Failure::new(format!("cfct cannot be started: {error}")))?;
    if !output.status.success() {
        return Err(Failure::new(format!("cfct {}: {}", arguments.join(" "), output.status)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(|line| format!("{}\n", line.trim_end())).collect())
}
