//! Rules on files as text.

use crate::failure::Failure;
use crate::repository::Repository;

/// A file is one idea; past this it is two.
const LONGEST_SOURCE: usize = 600;

/// Endings of files that people read.
const TEXT: &[&str] = &["rs", "md", "toml", "yaml", "yml", "json", "py"];

/// Fixtures hold broken files on purpose.
const FIXTURES: &str = "tests/fixtures/";

/// Rust files within [`LONGEST_SOURCE`] lines.
pub fn file_lengths(repository: &Repository) -> Result<Vec<String>, Failure> {
    let mut complaints = Vec::new();
    for path in repository.tracked("rs") {
        let lines = repository.read(&path)?.lines().count();
        if lines > LONGEST_SOURCE {
            complaints.push(format!("{path} has {lines} lines, more than {LONGEST_SOURCE}"));
        }
    }
    Ok(complaints)
}

/// No trailing blanks, no tabs, a line break at the end.
pub fn cleanliness(repository: &Repository) -> Result<Vec<String>, Failure> {
    let mut complaints = Vec::new();
    for path in readable(repository) {
        let text = repository.read(&path)?;
        for (number, line) in text.lines().enumerate() {
            if line.ends_with([' ', '\t', '\r']) || line.contains('\t') {
                complaints.push(format!("{path}:{} has a tab or a trailing blank", number + 1));
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            complaints.push(format!("{path} does not end with a line break"));
        }
    }
    Ok(complaints)
}

/// A path of one machine means nothing on the next.
pub fn machine_paths(repository: &Repository) -> Result<Vec<String>, Failure> {
    // Split, so that this file does not break its own rule.
    let forbidden = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/home/", "user")];
    let mut complaints = Vec::new();
    for path in readable(repository) {
        let text = repository.read(&path)?;
        for (number, line) in text.lines().enumerate() {
            if forbidden.iter().any(|part| line.contains(part)) {
                complaints.push(format!("{path}:{} names a path of one machine", number + 1));
            }
        }
    }
    Ok(complaints)
}

/// A test that does not run proves nothing.
pub fn ignored_tests(repository: &Repository) -> Result<Vec<String>, Failure> {
    let attribute = concat!("#[ign", "ore");
    let mut complaints = Vec::new();
    for path in repository.tracked("rs") {
        let text = repository.read(&path)?;
        for (number, _) in
            text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(attribute))
        {
            complaints.push(format!("{path}:{} switches a test off", number + 1));
        }
    }
    Ok(complaints)
}

fn readable(repository: &Repository) -> impl Iterator<Item = String> {
    TEXT.iter().flat_map(|ending| repository.tracked(ending)).filter(|path| !path.starts_with(FIXTURES))
}
