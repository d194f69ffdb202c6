//! Reading folders: what is listed, what is opened, and what is said of bad ones.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use cfct_core::configuration::{Content, Kind};
use cfct_core::document::limits;
use cfct_core::source::PackagePath;
use cfct_package::{ReadError, read_folder};
use tempfile::TempDir;

const MANIFEST: &str = "region: eu-west-1\nversion: 2021-03-15\nresources:\n  - name: a\n    resource_file: other/a.yaml\n    deploy_method: stack_set\n    deployment_targets: {accounts: []}\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("temporary folder");
    for (name, text) in files {
        write(folder.path(), name, text);
    }
    folder
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    fs::write(path, text).expect("file");
}

fn path(name: &str) -> PackagePath {
    PackagePath::new(name).expect("a package path")
}

#[test]
fn only_what_the_checks_want_is_read_and_everything_is_listed() {
    let folder = folder(&[
        ("manifest.yaml", MANIFEST),
        ("other/a.yaml", "Resources: {}\n"),
        ("templates/b.template", "{}"),
        ("parameters/b.json", "[]"),
        ("notes.txt", "not wanted"),
    ]);
    let read = read_folder(folder.path()).expect("readable");
    let names: Vec<&str> = read.configuration.files.keys().map(PackagePath::as_str).collect();
    assert_eq!(names, ["manifest.yaml", "other/a.yaml", "parameters/b.json", "templates/b.template"]);
    assert_eq!(read.configuration.listing[&path("notes.txt")].bytes, 10);
    assert_eq!(read.configuration.listing[&path("templates")].kind, Kind::Folder);
    assert_eq!(read.root, folder.path());
    assert_eq!(read.unreadable().count(), 0);
}

#[test]
fn the_sub_folder_of_cfct_is_the_root_where_the_folder_has_no_manifest() {
    let folder = folder(&[("custom-control-tower-configuration/manifest.yaml", MANIFEST), ("README.md", "")]);
    let read = read_folder(folder.path()).expect("readable");
    assert_eq!(read.root, folder.path().join("custom-control-tower-configuration"));
    assert!(!read.configuration.listing.contains_key(&path("README.md")));
}

#[test]
fn folders_of_other_tools_are_not_looked_into() {
    let folder = folder(&[
        ("manifest.yaml", MANIFEST),
        (".git/config", ""),
        ("sub/node_modules/x.json", ""),
        ("target/x.json", ""),
        ("build/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55"),
        ("build/x.json", ""),
        ("templates/target/kept.yaml", "{}"),
    ]);
    let read = read_folder(folder.path()).expect("readable");
    let listed = |name: &str| read.configuration.listing.contains_key(&path(name));
    for skipped in [".git/config", "sub/node_modules/x.json", "target/x.json", "build/x.json"] {
        assert!(!listed(skipped), "{skipped}");
    }
    assert!(listed("templates/target/kept.yaml"));
}

#[test]
fn links_and_pipes_are_listed_and_never_opened() {
    let folder = folder(&[("manifest.yaml", MANIFEST), ("real.yaml", "{}")]);
    fs::create_dir(folder.path().join("templates")).expect("folder");
    symlink("../real.yaml", folder.path().join("templates/link.yaml")).expect("link");
    symlink(folder.path(), folder.path().join("templates/loop")).expect("link");
    let pipe = folder.path().join("templates/pipe.yaml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let read = read_folder(folder.path()).expect("readable");
    let listing = &read.configuration.listing;
    assert_eq!(listing[&path("templates/link.yaml")].kind, Kind::Symlink("../real.yaml".to_owned()));
    assert_eq!(listing[&path("templates/pipe.yaml")].kind, Kind::Other);
    assert!(matches!(listing[&path("templates/loop")].kind, Kind::Symlink(_)));
    assert_eq!(read.configuration.files.len(), 1);
}

#[test]
fn names_that_no_package_can_carry_are_named_lossily() {
    let folder = folder(&[("manifest.yaml", MANIFEST), ("templates/a\\b.yaml", "{}")]);
    let name = std::ffi::OsStr::from_bytes(b"templates/caf\xe9.yaml");
    fs::write(folder.path().join(name), "{}").expect("file");
    let read = read_folder(folder.path()).expect("readable");
    assert_eq!(read.configuration.unusable_names, ["templates/a\\b.yaml", "templates/caf\u{fffd}.yaml"]);
}

#[test]
fn large_files_are_refused_by_their_size_without_being_read() {
    let folder = folder(&[("manifest.yaml", MANIFEST), ("templates/large.yaml", "")]);
    let large = fs::File::create(folder.path().join("templates/large.yaml")).expect("file");
    large.set_len(limits::BYTES as u64 + 1).expect("sparse");
    let read = read_folder(folder.path()).expect("readable");
    let content = &read.configuration.files[&path("templates/large.yaml")].content;
    assert!(
        matches!(content, Content::TooLarge { bytes } if *bytes == limits::BYTES as u64 + 1),
        "{content:?}"
    );
}

#[test]
fn text_that_is_not_utf_8_is_told_from_text() {
    let folder = folder(&[("manifest.yaml", MANIFEST)]);
    fs::create_dir(folder.path().join("templates")).expect("folder");
    fs::write(folder.path().join("templates/latin.yaml"), b"a: caf\xe9").expect("file");
    let read = read_folder(folder.path()).expect("readable");
    let content = &read.configuration.files[&path("templates/latin.yaml")].content;
    assert!(matches!(content, Content::NotUtf8 { valid_up_to: 6 }), "{content:?}");
}

#[test]
fn a_bad_folder_is_an_error_with_the_path_and_a_hint() {
    type Spoil = fn(&Path);
    let cases: &[(&str, Spoil, &str)] = &[
        ("no manifest", |_| {}, "no manifest.yaml in ROOT"),
        (
            "a folder",
            |root| fs::create_dir(root.join("manifest.yaml")).expect("folder"),
            "ROOT/manifest.yaml is a folder",
        ),
        (
            "a link",
            |root| symlink("other", root.join("manifest.yaml")).expect("link"),
            "ROOT/manifest.yaml is a symbolic link",
        ),
        (
            "1 GB",
            |root| {
                let file = fs::File::create(root.join("manifest.yaml")).expect("file");
                file.set_len(1 << 30).expect("sparse");
            },
            "ROOT/manifest.yaml is too large for a manifest: 1073741824 bytes",
        ),
        (
            "too deep",
            |root| {
                write(root, "manifest.yaml", MANIFEST);
                write(root, &format!("{}x", "d/".repeat(66)), "");
            },
            "folders are nested too deep: ROOT/",
        ),
    ];
    for (case, spoil, expected) in cases {
        let folder = folder(&[]);
        spoil(folder.path());
        let error = read_folder(folder.path()).expect_err(case);
        let message = error.to_string().replace(&folder.path().display().to_string(), "ROOT");
        assert!(message.starts_with(expected), "{case}: {message}");
        assert!(error.hint().is_some(), "{case}");
    }
}

#[test]
fn a_missing_folder_and_a_file_in_its_place_are_told_apart() {
    let folder = folder(&[("file", "")]);
    assert!(matches!(read_folder(&folder.path().join("absent")), Err(ReadError::Missing { .. })));
    assert!(matches!(read_folder(&folder.path().join("file")), Err(ReadError::NotAFolder { .. })));
    assert!(matches!(read_folder(&folder.path().join("file/below")), Err(ReadError::NotAFolder { .. })));
}
