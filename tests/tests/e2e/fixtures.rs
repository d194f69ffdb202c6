//! The fixtures of the findings: for each code a configuration that has it and a corrected twin that has not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cfct_core::{checks, organization, registry};
use cfct_package::{read_folder, read_input};

/// Codes whose page and fixtures are still to be written. Take a code out when they are there.
const PENDING: &[&str] = &[
    "byte-order-mark",
    "duplicate-key",
    "file-empty",
    "json-comment",
    "json-not-finite",
    "json-number",
    "json-string",
    "json-syntax",
    "json-trailing-comma",
    "lone-surrogate",
    "nesting-too-deep",
    "yaml-alias-expansion",
    "yaml-collection-key",
    "yaml-control-character",
    "yaml-invalid-merge",
    "yaml-invalid-value",
    "yaml-recursive-alias",
    "yaml-repeated-anchor",
    "yaml-several-documents",
    "yaml-syntax",
    "yaml-tab",
    "yaml-undefined-alias",
    "yaml-unknown-tag",
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a repository").to_owned()
}

fn fixtures() -> PathBuf {
    repository().join("tests/fixtures/findings")
}

/// The failing configuration of every code.
pub fn failing() -> impl Iterator<Item = PathBuf> {
    names_in(&fixtures()).into_iter().map(|code| fixtures().join(code).join("fails"))
}

/// The codes found in a folder.
fn codes_in(folder: &Path) -> Vec<&'static str> {
    let read = read_folder(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let organization = read_input(&folder.join("organization.json")).ok();
    let organization = organization.as_ref().map(organization::read);
    let findings = checks::run_with(&read.configuration, organization.as_ref());
    findings.iter().map(|finding| finding.code.name).collect()
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeSet::new() };
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_failing_fixture_has_its_code_and_every_passing_one_has_not() {
    let mut wrong = Vec::new();
    for code in names_in(&fixtures()) {
        let fails = codes_in(&fixtures().join(&code).join("fails"));
        if !fails.contains(&code.as_str()) {
            wrong.push(format!("{code}/fails has only {fails:?}"));
        }
        let passes = codes_in(&fixtures().join(&code).join("passes"));
        if passes.contains(&code.as_str()) {
            wrong.push(format!("{code}/passes has {code}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_code_has_a_page_and_both_fixtures_and_nothing_else_has() {
    let codes: BTreeSet<String> = registry::codes().map(|code| code.name.to_owned()).collect();
    let mut wrong = Vec::new();
    for code in codes.iter().filter(|code| !PENDING.contains(&code.as_str())) {
        let page = fs::read_to_string(repository().join(format!("docs/findings/{code}.md")));
        match page {
            Ok(page) if page.starts_with(&format!("# {code}\n")) => {}
            Ok(_) => wrong.push(format!("docs/findings/{code}.md does not start with its title")),
            Err(_) => wrong.push(format!("docs/findings/{code}.md is missing")),
        }
        for twin in ["fails", "passes"] {
            if !fixtures().join(code).join(twin).join("manifest.yaml").is_file() {
                wrong.push(format!("tests/fixtures/findings/{code}/{twin}/manifest.yaml is missing"));
            }
        }
    }
    let stray = names_in(&fixtures()).into_iter().filter(|name| !codes.contains(name));
    wrong.extend(stray.map(|name| format!("tests/fixtures/findings/{name} is for no code")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}
