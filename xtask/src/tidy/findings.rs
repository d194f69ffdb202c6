//! Rules on finding codes and what is generated from them.

use std::collections::BTreeSet;

use crate::docs;
use crate::failure::Failure;
use crate::repository::Repository;

/// Each code has `docs/findings/<code>.md` and a failing and a passing fixture; nothing is left over.
pub fn pages_and_fixtures(repository: &Repository) -> Result<Vec<String>, Failure> {
    let names: BTreeSet<&str> = cfct_core::registry::codes().map(|code| code.name).collect();
    let mut complaints = Vec::new();
    for name in &names {
        let page = format!("docs/findings/{name}.md");
        match repository.read(&page) {
            Err(_) => complaints.push(format!("{page} is missing")),
            Ok(text) => complaints.extend(missing_headings(&page, name, &text)),
        }
        for kind in ["fails", "passes"] {
            let folder = format!("tests/fixtures/findings/{name}/{kind}");
            if !repository.has(&folder) {
                complaints.push(format!("{folder}/ is missing"));
            }
        }
    }
    let pages = repository
        .files_under("docs/findings", "md")
        .into_iter()
        .filter_map(|path| path.strip_prefix("docs/findings/")?.strip_suffix(".md").map(str::to_owned));
    let folders = repository.folders_in("tests/fixtures/findings");
    for name in pages.chain(folders).filter(|name| name != "README" && !names.contains(name.as_str())) {
        complaints.push(format!("{name} has a page or fixtures, but no such code exists"));
    }
    Ok(complaints)
}

fn missing_headings(page: &str, name: &str, text: &str) -> Vec<String> {
    let title = format!("# {name}\n");
    let headings = ["## What is wrong\n", "## What to do\n"];
    let missing = headings.iter().filter(|heading| !text.contains(**heading)).copied();
    let missing = missing.chain((!text.starts_with(&title)).then_some(title.as_str()));
    missing.map(|heading| format!("{page} has no `{}`", heading.trim())).collect()
}

/// `cargo xtask docs` would change nothing.
pub fn generated_documents(repository: &Repository) -> Result<Vec<String>, Failure> {
    let mut complaints = Vec::new();
    for (path, text) in docs::generated(repository)? {
        if repository.read(&path).unwrap_or_default() != text {
            complaints.push(format!("{path} is out of date; run `cargo xtask docs`"));
        }
    }
    Ok(complaints)
}
