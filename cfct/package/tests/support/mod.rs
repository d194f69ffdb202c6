//! A small configuration, packaged.

#![allow(
    clippy::expect_used,
    dead_code,
    reason = "a test that cannot be set up fails; not every file uses all"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use cfct_core::source::SourceFile;
use cfct_core::{checks, organization};
use cfct_package::{Accepted, PackageError, Packaged, Request, package, read_folder};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub const ZIP: &str = "custom-control-tower-configuration.zip";

pub const MANIFEST: &str = "---
# a comment that stays
region: eu-west-1
version: 2021-03-15
resources:
  - name: guardrail
    resource_file: policies/scp/guardrail.json
    deploy_method: scp
    deployment_targets: {organizational_units: [Root]}
  - name: role
    resource_file: templates/role.yaml
    parameter_file: parameters/role.json
    deploy_method: stack_set
    deployment_targets: {organizational_units: [Workloads]}
";

pub const POLICY: &str = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": []\n}\n";

pub const FILES: [(&str, &str); 9] = [
    ("manifest.yaml", MANIFEST),
    ("policies/scp/guardrail.json", POLICY),
    ("policies/scp/unused.json", POLICY),
    ("templates/role.yaml", "Resources: {}\n"),
    ("templates/deep/caf\u{e9}.template", "{}"),
    ("templates/role.yaml~", "an old one"),
    ("parameters/role.json", "[]\n"),
    ("README.md", "not for CfCT"),
    (".git/HEAD", "0123456789012345678901234567890123456789\n"),
];

pub fn write_all(root: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("file");
    }
}

/// A folder with [`FILES`].
pub fn configuration() -> TempDir {
    let folder = TempDir::new().expect("temporary folder");
    write_all(folder.path(), &FILES);
    folder
}

pub fn run(folder: &Path, out: &Path) -> Result<Packaged, PackageError> {
    run_with(folder, out, &[], &AtomicBool::new(false))
}

pub fn run_with(
    folder: &Path,
    out: &Path,
    include: &[String],
    cancelled: &AtomicBool,
) -> Result<Packaged, PackageError> {
    let folder = read_folder(folder).expect("a configuration");
    let findings = Accepted::new(&[]).expect("no findings");
    package(&Request {
        folder: &folder,
        findings,
        organization: None,
        include,
        out,
        progress: &(),
        cancelled,
    })
}

/// Packages for the organization of the examples, with the findings of the checks.
pub fn run_for_example(folder: &Path, out: &Path) -> Packaged {
    let example = repository().join("examples/organization.json");
    let source = SourceFile::new("organization.json", fs::read_to_string(example).expect("an example"));
    let reading = organization::read(&source);
    let folder = read_folder(folder).expect("a configuration");
    let findings = checks::run_to_package(&folder.configuration, Some(&reading));
    package(&Request {
        folder: &folder,
        findings: Accepted::new(&findings).expect("no error"),
        organization: reading.organization.as_ref(),
        include: &[],
        out,
        progress: &(),
        cancelled: &AtomicBool::new(false),
    })
    .expect("packaged")
}

/// The root of this repository, a configuration itself.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository").to_owned()
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bucket's objects, partial ones too.
pub fn objects(bucket: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut objects = BTreeMap::new();
    let mut folders = vec![bucket.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let key = path.strip_prefix(bucket).expect("inside").to_str().expect("UTF-8").to_owned();
                objects.insert(key, fs::read(&path).expect("a file"));
            }
        }
    }
    objects
}

pub fn members(bucket: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = File::open(bucket.join(ZIP)).expect("a zip");
    let mut zip = zip::ZipArchive::new(file).expect("a readable zip");
    (0..zip.len())
        .map(|index| {
            let mut member = zip.by_index(index).expect("a member");
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).expect("readable");
            (member.name().expect("UTF-8").to_string(), bytes)
        })
        .collect()
}

/// Asserts that the bucket is whole: each record has the name of its digest, nothing is partial, and the zip
/// is the one of some record.
pub fn assert_whole(bucket: &Path) {
    let objects = objects(bucket);
    let mut zips = Vec::new();
    for (key, bytes) in &objects {
        if let Some(digest) = key.strip_prefix("releases/").and_then(|name| name.strip_suffix(".json")) {
            assert_eq!(sha256(bytes), digest, "{key}");
            let release: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
            zips.push(release["objects"][0]["sha256"].as_str().expect("a digest").to_owned());
        } else {
            assert!(key == ZIP || key.contains(cfct_package::PARTIAL_PREFIX), "{key} in the bucket");
        }
    }
    if let Some(zip) = objects.get(ZIP) {
        assert!(zips.contains(&sha256(zip)), "the zip has a record");
        members(bucket);
    }
}

pub fn partial(bucket: &Path) -> Vec<PathBuf> {
    let keys = objects(bucket).into_keys().filter(|key| key.contains(cfct_package::PARTIAL_PREFIX));
    keys.map(PathBuf::from).collect()
}
