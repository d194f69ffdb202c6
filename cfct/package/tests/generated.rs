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
use cfct_package::PARTIAL_PREFIX;
use serde_json::Value;
use support::{members, objects, repository, run, run_for_example, sha256};
use tempfile::TempDir;

const PORTFOLIO: &str = "templates/generated/service-catalog-backup.json";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_packaged_manifest_has_the_resources_at_its_end_and_is_valid_for_cfct() {
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
    let added = manifest.resources.iter().rev().take(2);
    let added: Vec<_> =
        added.map(|added| (added.display_name(), added.file.map(|file| file.value))).collect();
    let portfolio = ("service-catalog-backup", Some(PORTFOLIO));
    assert_eq!(added, [portfolio, (generated::RESOURCE, Some(generated::TEMPLATE))]);
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
    assert_eq!(made, [MANIFEST, generated::TEMPLATE, PORTFOLIO]);
}

#[test]
fn product_templates_lie_under_keys_that_never_change() {
    let bucket = TempDir::new().expect("folder");
    let packaged = run_for_example(&repository(), bucket.path());
    let template = text(&members(bucket.path())[PORTFOLIO]);
    let products: Vec<_> =
        packaged.release.objects.iter().filter(|object| object.key.starts_with("service-catalog/")).collect();
    assert_eq!(products.len(), 6);
    for object in products {
        assert_eq!(object.key, format!("service-catalog/backup/{}.template", object.sha256));
        let bytes = fs::read(bucket.path().join(&object.key)).expect("the object");
        assert_eq!((sha256(&bytes), bytes.len() as u64), (object.sha256.clone(), object.bytes));
        assert!(template.contains(&object.key), "the portfolio does not use {}", object.key);
        assert_eq!(object.tags.get("servicecatalog:provisioning"), Some(&"true"));
    }
    // What a killed run left is removed, and what stands there is not written again.
    let before = objects(bucket.path());
    let left = bucket.path().join("service-catalog/backup").join(format!("{PARTIAL_PREFIX}x"));
    fs::write(&left, "half").expect("a file");
    run_for_example(&repository(), bucket.path());
    assert!(objects(bucket.path()) == before, "something is left, or has changed");
}

#[test]
fn the_record_lists_what_only_the_api_can_do() {
    let bucket = TempDir::new().expect("folder");
    let packaged = run_for_example(&repository(), bucket.path());
    let record =
        fs::read(bucket.path().join(format!("releases/{}.json", packaged.digest))).expect("a record");
    let record: Value = serde_json::from_slice(&record).expect("JSON");
    let catalog = &record["service_catalog"];
    assert_eq!((&catalog["account"], &catalog["region"]), (&"100000000001".into(), &"eu-central-1".into()));
    let shares = catalog["portfolios"][0]["shares"].as_array().expect("shares");
    let units: Vec<_> = shares.iter().map(|share| &share["organization_node"]["value"]).collect();
    assert_eq!(units, [&Value::from("ou-acme-pr0d9x3t"), &Value::from("ou-acme-t3st1b5z")]);
    // Without an organization nothing of the portfolios travels.
    let bare = TempDir::new().expect("folder");
    let packaged = run(&repository(), bare.path()).expect("packaged");
    assert!(packaged.release.service_catalog.is_none() && !bare.path().join("service-catalog").exists());
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
