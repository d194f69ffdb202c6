//! What a package holds, and that it is the same bytes from the same files.

mod support;

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use cfct_core::document::codes::YAML_SYNTAX;
use cfct_core::finding::{Finding, Level};
use cfct_core::source::{Location, SourceFile};
use cfct_package::{Accepted, PackageError, Request, package, read_folder};
use support::{
    FILES, MANIFEST, ZIP, configuration, members, objects, partial, run, run_with, sha256, write_all,
};
use tempfile::TempDir;

/// The zip of [`FILES`]. It changes with the compressor's version (Cargo.lock) and with nothing else: where
/// an update of a crate changes it, every configuration's next package differs from its last.
const GOLDEN: &str = "cacf2987b62f9cd6e2b2361d5d0a8f97d33949cc66103c48996cc3dc3513ebb7";

#[test]
fn the_same_files_give_the_same_bytes_everywhere() {
    let bucket = TempDir::new().expect("folder");
    run(configuration().path(), bucket.path()).expect("packaged");
    assert_eq!(sha256(&objects(bucket.path())[ZIP]), GOLDEN);
}

#[test]
fn times_modes_owners_order_and_the_folder_do_not_matter() {
    let one = configuration();
    let other = TempDir::new().expect("folder");
    let other = other.path().join("another name");
    let mut files = FILES;
    files.reverse();
    write_all(&other, &files);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for (name, _) in FILES {
        let path = other.join(name);
        File::options().write(true).open(&path).and_then(|file| file.set_modified(old)).expect("time");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("mode");
        // Only root may; for others the owner differs from machine to machine anyway.
        let _ = std::os::unix::fs::chown(&path, Some(12345), Some(12345));
    }
    let (bucket, other_bucket) = (TempDir::new().expect("folder"), TempDir::new().expect("folder"));
    run(one.path(), bucket.path()).expect("packaged");
    run(&other, other_bucket.path()).expect("packaged");
    assert_eq!(objects(bucket.path()), objects(other_bucket.path()));
}

#[test]
fn the_zip_holds_what_cfct_reads_and_policies_are_minified() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    run(folder.path(), bucket.path()).expect("packaged");
    let members = members(bucket.path());
    let names: Vec<&str> = members.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "manifest.yaml",
            "parameters/role.json",
            "policies/scp/guardrail.json",
            "templates/deep/caf\u{e9}.template",
            "templates/role.yaml",
        ]
    );
    assert_eq!(members["manifest.yaml"], MANIFEST.as_bytes());
    assert_eq!(members["policies/scp/guardrail.json"], br#"{"Version":"2012-10-17","Statement":[]}"#);
    assert_eq!(members["templates/role.yaml"], b"Resources: {}\n");
}

#[test]
fn settings_add_files() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    let packaged = run_with(
        folder.path(),
        bucket.path(),
        &["*.md".to_owned(), "absent/**".to_owned()],
        &AtomicBool::new(false),
    )
    .expect("packaged");
    assert!(members(bucket.path()).contains_key("README.md"));
    assert_eq!(packaged.selection.unmatched, ["absent/**"]);
}

#[test]
fn python_reads_the_zip_and_sees_nothing_but_names_and_bytes() {
    let script = "import sys, zipfile\n\
        zip = zipfile.ZipFile(sys.argv[1])\n\
        assert zip.testzip() is None\n\
        for i in zip.infolist():\n\
        \x20   print(i.filename, i.date_time, oct(i.external_attr >> 16), i.flag_bits & 0x800, i.extra, i.comment, i.compress_type)\n";
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    run(folder.path(), bucket.path()).expect("packaged");
    let Ok(python) =
        Command::new("python3").args(["-X", "utf8", "-c", script]).arg(bucket.path().join(ZIP)).output()
    else {
        eprintln!("not run: there is no python3");
        return;
    };
    let line = |name: &str, utf8: u32| format!("{name} (1980, 1, 1, 0, 0, 0) 0o100644 {utf8} b'' b'' 8\n");
    let expected = [
        line("manifest.yaml", 0),
        line("parameters/role.json", 0),
        line("policies/scp/guardrail.json", 0),
        line("templates/deep/caf\u{e9}.template", 0x800),
        line("templates/role.yaml", 0),
    ];
    assert_eq!(String::from_utf8_lossy(&python.stdout), expected.concat());
}

#[test]
fn the_record_says_what_was_packaged() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    let configuration = read_folder(folder.path()).expect("readable");
    let place = Location::file(&SourceFile::new("templates/role.yaml", "x"));
    let findings = [Finding::new(&YAML_SYNTAX, &place, "an example").level(Level::Warning)];
    let packaged = package(&Request {
        folder: &configuration,
        findings: Accepted::new(&findings).expect("no error"),
        organization: None,
        include: &[],
        out: bucket.path(),
        progress: &(),
        cancelled: &AtomicBool::new(false),
    })
    .expect("packaged");
    let objects = objects(bucket.path());
    let keys: Vec<&String> = objects.keys().collect();
    let record = format!("releases/{}.json", packaged.digest);
    assert_eq!(keys, [ZIP, &record]);
    assert_eq!(sha256(&objects[&record]), packaged.digest);
    let release: serde_json::Value = serde_json::from_slice(&objects[&record]).expect("JSON");
    let keys: Vec<&String> = release.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["format", "tool", "source", "objects", "files", "checks"]);
    assert_eq!(release["source"]["commit"], "0123456789012345678901234567890123456789");
    assert_eq!(release["objects"][0]["sha256"], sha256(&objects[ZIP]));
    assert_eq!(release["files"][0]["path"], "manifest.yaml");
    assert_eq!(release["files"][0]["sha256"], sha256(MANIFEST.as_bytes()));
    assert_eq!(release["checks"]["summary"]["warnings"], 1);
    assert_eq!(release["checks"]["findings"][0]["file"], "templates/role.yaml");
}

#[test]
fn a_second_run_changes_nothing_and_an_edit_keeps_the_old_record() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    let first = run(folder.path(), bucket.path()).expect("packaged");
    let before = objects(bucket.path());
    let second = run(folder.path(), bucket.path()).expect("packaged");
    assert_eq!((first.unchanged, second.unchanged), (false, true));
    assert_eq!(objects(bucket.path()), before);
    fs::write(folder.path().join("templates/role.yaml"), "Resources: {A: {}}\n").expect("edit");
    let third = run(folder.path(), bucket.path()).expect("packaged");
    assert!(!third.unchanged);
    let after = objects(bucket.path());
    assert!(after.len() == 3 && after.contains_key(&format!("releases/{}.json", first.digest)));
    support::assert_whole(bucket.path());
}

#[test]
fn errors_forbid_packaging() {
    let place = Location::file(&SourceFile::new("manifest.yaml", ""));
    let findings = [Finding::new(&YAML_SYNTAX, &place, "x"), Finding::new(&YAML_SYNTAX, &place, "y")];
    let refused = Accepted::new(&findings).expect_err("refused");
    assert_eq!(refused.to_string(), "nothing is packaged: 2 errors");
}

#[test]
fn a_file_too_large_for_memory_is_streamed() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    let bytes: Vec<u8> = (0..5_u32 << 18).flat_map(u32::to_le_bytes).collect();
    fs::create_dir(folder.path().join("add-on")).expect("folder");
    fs::write(folder.path().join("add-on/large.zip"), &bytes).expect("file");
    let packaged = run(folder.path(), bucket.path()).expect("packaged");
    assert!(members(bucket.path())["add-on/large.zip"] == bytes);
    assert_eq!(packaged.release.files[0].sha256, sha256(&bytes));
}

#[test]
fn what_aws_would_not_take_is_refused_before_any_work() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    let large = File::create(folder.path().join("templates/large.bin")).expect("file");
    large.set_len(1_000_000_000).expect("sparse");
    let error = run(folder.path(), bucket.path()).expect_err("too large");
    assert!(
        matches!(&error, PackageError::TooLarge { largest, .. } if largest.as_str() == "templates/large.bin")
    );
    assert!(error.hint().expect("a hint").contains("templates/large.bin"));
    assert!(objects(bucket.path()).is_empty());
}

#[test]
fn a_policy_that_is_no_strict_json_is_refused_with_its_place() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    fs::write(folder.path().join("policies/scp/guardrail.json"), "{\n  // none\n}\n").expect("file");
    let error = run(folder.path(), bucket.path()).expect_err("no JSON");
    assert_eq!(
        error.to_string(),
        "cannot minify policies/scp/guardrail.json: key must be a string, at line 2, column 3"
    );
    assert!(objects(bucket.path()).is_empty());
}

#[test]
fn a_link_that_replaces_a_listed_file_is_not_followed() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    let path = folder.path().join("templates/page.txt");
    fs::write(&path, "text").expect("file");
    let read = read_folder(folder.path()).expect("readable");
    fs::remove_file(&path).expect("removed");
    symlink("/etc/hostname", &path).expect("link");
    let findings = Accepted::new(&[]).expect("none");
    let cancelled = AtomicBool::new(false);
    let request = Request {
        folder: &read,
        findings,
        organization: None,
        include: &[],
        out: bucket.path(),
        progress: &(),
        cancelled: &cancelled,
    };
    let error = package(&request).expect_err("changed");
    assert!(matches!(&error, PackageError::Changed { path: changed } if *changed == path), "{error}");
    assert!(objects(bucket.path()).is_empty());
}

#[test]
fn a_cancelled_run_leaves_the_bucket_as_it_was() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    run(folder.path(), bucket.path()).expect("packaged");
    let before = objects(bucket.path());
    fs::write(folder.path().join("templates/role.yaml"), "Resources: {A: {}}\n").expect("edit");
    let error = run_with(folder.path(), bucket.path(), &[], &AtomicBool::new(true)).expect_err("cancelled");
    assert!(matches!(error, PackageError::Cancelled));
    assert_eq!(objects(bucket.path()), before);
    assert!(partial(bucket.path()).is_empty());
}
