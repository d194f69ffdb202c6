//! The fixtures of the findings: for each code a configuration that has it and a corrected twin that has not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cfct_core::configuration::Content;
use cfct_core::finding::Finding;
use cfct_core::source::PackagePath;
use cfct_core::{checks, deployed, fix, organization, registry};
use cfct_package::{read_folder, read_input};
use tempfile::TempDir;

/// Files that a repository should not carry at their size: their place in the failing fixture, and the bytes
/// that they are filled up to.
const GROWN: &[(&str, &str, u64)] = &[("file-too-large", "policies/guardrail.json", (16 << 20) + 1)];

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
    let deployed = read_input(&folder.join("deployed.json")).ok();
    let model = organization.as_ref().and_then(|reading| reading.organization.as_ref());
    let deployed = deployed.zip(model).map(|(source, model)| deployed::read(&source, model).findings);
    let mut findings = checks::run_to_package(&read.configuration, organization.as_ref());
    findings.extend(deployed.into_iter().flatten());
    findings.iter().map(|finding| finding.code.name).collect()
}

/// A copy of a failing fixture with its file grown, for the codes that need one.
fn grown(code: &str) -> Option<TempDir> {
    let (_, name, bytes) = GROWN.iter().find(|(grown, _, _)| *grown == code)?;
    let copy = TempDir::new().expect("a folder");
    let original = fixtures().join(code).join("fails");
    for file in ["manifest.yaml", name] {
        let to = copy.path().join(file);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(original.join(file), to).expect("a copy");
    }
    let file = fs::File::options().write(true).open(copy.path().join(name)).expect("a file");
    file.set_len(*bytes).expect("a large file");
    Some(copy)
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeSet::new() };
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_failing_fixture_has_its_code_and_every_passing_one_has_not() {
    let mut wrong = Vec::new();
    for code in names_in(&fixtures()) {
        let fails =
            codes_in(grown(&code).as_ref().map_or(&fixtures().join(&code).join("fails"), TempDir::path));
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
fn a_fix_mends_what_it_is_offered_for() {
    let mut offered = 0;
    for folder in failing() {
        let read = read_folder(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let code = folder.parent().and_then(Path::file_name).expect("a code").to_string_lossy().into_owned();
        let fixable = checks::run(&read.configuration);
        if !fixable.iter().any(|finding| finding.code.name == code && finding.fix.is_some()) {
            continue;
        }
        offered += 1;
        let nothing = |_: &PackagePath| Content::Unreadable("not needed".to_owned());
        let mended = fix::converge(&read.configuration, nothing, checks::run);
        assert!(mended.spared.is_empty(), "{code}: the mend breaks {:?}", mended.spared);
        let left = |finding: &&Finding| finding.code.name == code && finding.fix.is_some();
        assert!(!mended.findings.iter().any(|finding| left(&finding)), "{code}: the mend leaves it");
    }
    assert!(offered > 20, "only {offered} fixtures offer a fix for their code");
}

#[test]
fn every_code_has_a_page_and_both_fixtures_and_nothing_else_has() {
    let codes: BTreeSet<String> = registry::codes().map(|code| code.name.to_owned()).collect();
    let mut wrong = Vec::new();
    for code in &codes {
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
