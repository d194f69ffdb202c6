//! What holds for the files at the root.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cfct_core::blueprint::Blueprint;
use cfct_core::blueprint::architectures::{RESOURCES, TESTS, is_examples_own};
use cfct_core::deployment::Architecture;
use cfct_core::document::Document;
use cfct_core::manifest::{Manifest, Resource};
use cfct_core::organization::{self, Organization};
use cfct_core::settings;
use cfct_core::source::SourceFile;

/// The folders and files of the configuration.
const PARTS: [&str; 6] = ["cfct.toml", "manifest.yaml", "parameters", "policies", "portfolios", "templates"];

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file of the configuration, by path from the root.
pub fn files() -> BTreeMap<String, String> {
    let root = repository();
    let mut open: Vec<String> = PARTS.iter().map(|part| (*part).to_owned()).collect();
    let mut files = BTreeMap::new();
    while let Some(path) = open.pop() {
        let at = root.join(&path);
        if at.is_dir() {
            let entries =
                fs::read_dir(at).expect("a folder").map(|entry| entry.expect("an entry").file_name());
            open.extend(entries.map(|name| format!("{path}/{}", name.to_str().expect("UTF-8"))));
        } else {
            files.insert(path, fs::read_to_string(at).expect("a file"));
        }
    }
    files
}

pub fn blueprint() -> Blueprint {
    let files = files();
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Blueprint::new(files).unwrap_or_else(|error| panic!("{error:?}"))
}

pub fn example_organization() -> Organization {
    let text = fs::read_to_string(repository().join("examples/organization.json")).expect("a file");
    organization::read(&SourceFile::new("organization.json", text)).organization.expect("an organization")
}

#[test]
fn the_example_s_own_deployment_changes_no_byte() {
    let blueprint = blueprint();
    let rendered = blueprint.render(blueprint.example());
    let rendered: BTreeMap<String, String> =
        rendered.into_iter().map(|(path, text)| (path.to_string(), text)).collect();
    let files: BTreeMap<String, String> =
        files().into_iter().filter(|(path, _)| !is_examples_own(path)).collect();
    assert_eq!(rendered.keys().collect::<Vec<_>>(), files.keys().collect::<Vec<_>>());
    for (path, text) in &files {
        assert_eq!(&rendered[path], text, "{path}");
    }
}

#[test]
fn the_example_s_organization_says_the_same_as_its_settings() {
    let settings = SourceFile::new("cfct.toml", files().remove("cfct.toml").expect("settings"));
    let answers = settings::read(&settings).0.deployment.expect("a deployment");
    let organization = example_organization();
    assert_eq!(answers.resolve(Some(&organization)).as_ref(), Ok(blueprint().example()));
}

/// Resource and file; the page's rows that name the file say which architectures it is part of.
#[test]
fn the_architecture_of_each_resource_is_one_whose_rows_name_its_file() {
    let page = fs::read_to_string(repository().join("docs/reference-architectures.md")).expect("a page");
    let mut rows: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let Some((number, _)) = cells[1].split_once('.') else { continue };
        let Ok(number) = number.parse() else { continue };
        for file in cells[3].split('`').skip(1).step_by(2) {
            rows.entry(file).or_default().insert(number);
        }
    }
    let text = files().remove("manifest.yaml").expect("a manifest");
    let document = Document::read_yaml(&SourceFile::new("manifest.yaml", text)).document.expect("YAML");
    let manifest = Manifest::read(&document);
    let named: BTreeSet<&str> = manifest.resources.iter().map(Resource::display_name).collect();
    let known: BTreeSet<&str> = RESOURCES.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, known);
    for resource in &manifest.resources {
        let file = resource.file.expect("a file").value;
        let (_, architecture) =
            RESOURCES.iter().find(|(name, _)| *name == resource.display_name()).expect("a resource");
        let number = Architecture::ALL.iter().position(|one| one == architecture).expect("one of four") + 1;
        let of_file = rows.get(file).unwrap_or_else(|| panic!("no row names {file}"));
        // What only the first architecture names, which has a template of its own, comes with the second.
        let of_first_alone = of_file.iter().all(|number| *number == 1) && number == 2;
        assert!(of_file.contains(&number) || of_first_alone, "{file} is of {of_file:?}, not of {number}");
    }
}

#[test]
fn every_file_of_policy_tests_has_its_architecture() {
    let files = files();
    let tests = files.keys().map(String::as_str).filter(|path| path.starts_with("policies/tests/"));
    let files: BTreeSet<&str> = tests.filter(|path| !is_examples_own(path)).collect();
    let known: BTreeSet<&str> = TESTS.iter().map(|(path, _)| *path).collect();
    assert_eq!(files, known);
}
