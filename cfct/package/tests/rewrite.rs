//! Rewriting files: atomically, in place of the old text, and only where that is safe.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use cfct_core::source::PackagePath;
use cfct_package::rewrite;
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = TempDir::new().expect("temporary folder");
    fs::create_dir(folder.path().join("templates")).expect("folder");
    fs::write(folder.path().join("templates/a.yaml"), "before\r\n").expect("file");
    folder
}

fn path(name: &str) -> PackagePath {
    PackagePath::new(name).expect("a package path")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn the_new_text_takes_the_place_of_the_old_with_its_permissions() {
    let folder = folder();
    let file = folder.path().join("templates/a.yaml");
    fs::set_permissions(&file, Permissions::from_mode(0o751)).expect("permissions");
    rewrite(folder.path(), &path("templates/a.yaml"), "before\r\n", "after\r\n").expect("rewritten");
    assert_eq!(fs::read_to_string(&file).expect("file"), "after\r\n");
    assert_eq!(fs::metadata(&file).expect("file").permissions().mode() & 0o777, 0o751);
    assert_eq!(names(&folder.path().join("templates")), ["a.yaml"]);
}

#[test]
fn what_is_not_safe_to_write_is_left_alone() {
    type Spoil = fn(&Path);
    let cases: &[(&str, &str, Spoil, &str)] = &[
        (
            "changed meanwhile",
            "templates/a.yaml",
            |root| fs::write(root.join("templates/a.yaml"), "other").expect("file"),
            "cannot change ROOT/templates/a.yaml: it changed since it was read",
        ),
        (
            "a link",
            "link.yaml",
            |root| symlink("templates/a.yaml", root.join("link.yaml")).expect("link"),
            "cannot change ROOT/link.yaml: a symbolic link leads to it",
        ),
        (
            "below a link",
            "link/a.yaml",
            |root| symlink("templates", root.join("link")).expect("link"),
            "cannot change ROOT/link/a.yaml: a symbolic link leads to it",
        ),
        (
            "read-only",
            "templates/a.yaml",
            |root| {
                let permissions = Permissions::from_mode(0o444);
                fs::set_permissions(root.join("templates/a.yaml"), permissions).expect("permissions");
            },
            "cannot change ROOT/templates/a.yaml: it is read-only",
        ),
        ("a folder", "templates", |_| {}, "cannot change ROOT/templates: it is no regular file"),
        ("gone", "b.yaml", |_| {}, "cannot change ROOT/b.yaml: no such file or directory"),
    ];
    for (case, name, spoil, expected) in cases {
        let folder = folder();
        spoil(folder.path());
        let before = fs::read(folder.path().join("templates/a.yaml")).expect("file");
        let error = rewrite(folder.path(), &path(name), "before\r\n", "after\r\n").expect_err(case);
        assert_eq!(error.to_string().replace(&folder.path().display().to_string(), "ROOT"), *expected);
        assert_eq!(fs::read(folder.path().join("templates/a.yaml")).expect("file"), before, "{case}");
        assert_eq!(names(&folder.path().join("templates")), ["a.yaml"], "{case}");
    }
}
