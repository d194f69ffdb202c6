//! What packaging adds to the configuration of this repository, in the organization of the examples.

mod support;

use std::fs;

use cfct_core::checks::grep;
use cfct_core::configuration::{Content, Kind, Listed, Listing, MANIFEST};
use cfct_core::document::Document;
use cfct_core::finding::Level;
use cfct_core::manifest::{Manifest, schema};
use cfct_core::source::{PackagePath, SourceFile};
use cfct_core::{checks, generated};
use serde_json::Value;
use support::{members, objects, repository, run, run_for_example};
use tempfile::TempDir;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_packaged_manifest_has_one_more_resource_and_is_valid_for_cfct() {
    let bucket = TempDir::new().expect("folder");
    run_for_example(&repository(), bucket.path());
    let members = members(bucket.path());
    let packaged = text(&members[MANIFEST]);
    let source = fs::read_to_string(repository().join(MANIFEST)).expect("a manifest");
    assert!(packaged.starts_with(&source), "the source's lines stay as they are");

    let reading = Document::read_yaml(&SourceFile::new(MANIFEST, packaged.as_str()));
    let document = reading.document.expect("a manifest");
    assert!(reading.findings.is_empty() && schema::check(&document).is_empty(), "{packaged}");
    let manifest = Manifest::read(&document);
    let added = manifest.resources.last().expect("a resource");
    assert_eq!(added.display_name(), generated::RESOURCE);
    assert_eq!(added.file.map(|file| file.value), Some(generated::TEMPLATE));
    for word in grep::words(&packaged) {
        assert!(members.contains_key(&word.text), "the build would miss {}", word.text);
    }
}

#[test]
fn the_package_is_a_configuration_without_an_error() {
    let bucket = TempDir::new().expect("folder");
    run_for_example(&repository(), bucket.path());
    let members = members(bucket.path());
    let mut listing = Listing::new();
    for (name, bytes) in &members {
        for (at, _) in name.match_indices('/') {
            let folder = PackagePath::new(&name[..at]).expect("a path");
            listing.insert(folder, Listed { kind: Kind::Folder, bytes: 0 });
        }
        let listed = Listed { kind: Kind::File, bytes: bytes.len() as u64 };
        listing.insert(PackagePath::new(name).expect("a path"), listed);
    }
    let configuration = cfct_core::configuration::Configuration::load(listing, |path| {
        Content::Text(SourceFile::new(path.as_str(), text(&members[path.as_str()])))
    });
    let findings = checks::run(&configuration);
    let errors: Vec<_> = findings.iter().filter(|finding| finding.level == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_generated_template_has_each_policy_as_it_is_attached() {
    let bucket = TempDir::new().expect("folder");
    let packaged = run_for_example(&repository(), bucket.path());
    let template: Value = serde_json::from_slice(&members(bucket.path())[generated::TEMPLATE]).expect("JSON");
    let resources = template["Resources"].as_object().expect("resources");
    let daily = &resources["Daily"]["Properties"];
    let policy = fs::read(repository().join("policies/backup/daily.json")).expect("a policy");
    assert_eq!(daily["Content"], serde_json::from_slice::<Value>(&policy).expect("JSON"));
    let targets = ["ou-acme-nf8r2w6q", "ou-acme-pr0d9x3t", "ou-acme-t3st1b5z"];
    assert_eq!(daily["TargetIds"], Value::from(targets.to_vec()));

    let made = packaged.release.files.iter().filter(|file| file.generated);
    let made: Vec<&str> = made.map(|file| file.path.as_str()).collect();
    assert_eq!(made, [MANIFEST, generated::TEMPLATE]);
}

#[test]
fn the_same_configuration_and_organization_give_the_same_bytes() {
    let (one, other) = (TempDir::new().expect("folder"), TempDir::new().expect("folder"));
    run_for_example(&repository(), one.path());
    run_for_example(&repository(), other.path());
    assert_eq!(objects(one.path()), objects(other.path()));
}

#[test]
fn without_an_organization_the_manifest_travels_as_it_is() {
    let bucket = TempDir::new().expect("folder");
    let packaged = run(&repository(), bucket.path()).expect("packaged");
    let source = fs::read(repository().join(MANIFEST)).expect("a manifest");
    assert_eq!(members(bucket.path())[MANIFEST], source);
    assert!(packaged.release.files.iter().all(|file| !file.generated));
}
