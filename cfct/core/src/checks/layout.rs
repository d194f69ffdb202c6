//! Where a package and CfCT's own files meet.
//!
//! Each stage unpacks CfCT's scripts over the package and copies them to its root, and runs Python there.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Context;
use crate::configuration::{Configuration, Kind};
use crate::finding::Finding;
use crate::source::PackagePath;

crate::codes! {
    /// A file where CfCT unpacks one of its own.
    OVERWRITTEN = "layout-overwritten", Warning, Silent,
        "CfCT overwrites a file of the package",
        "every stage unpacks CfCT's own scripts over the package before it does anything else";
    /// `json.py` at the root.
    SHADOWS_MODULE = "layout-shadows-module", Error, BuildFiles,
        "a Python file at the root takes the place of a module that CfCT imports",
        "CfCT runs Python scripts at the root of the package, where a file of yours is found before the library";
    /// A manifest in the sub-folder beside one at the root.
    SECOND_MANIFEST = "layout-second-manifest", Warning, Silent,
        "there is a second manifest, which CfCT does not read",
        "CfCT looks into the sub-folder custom-control-tower-configuration only if the root has no manifest";
    /// Files under `add-on/`.
    ADD_ONS = "layout-add-ons", Note, Advice,
        "add-ons change the package before CfCT checks it",
        "what an add-on merges into the manifest and beside the files is not seen by this check";
}

/// CfCT's own files, by where they arrive.
#[derive(Default, Deserialize)]
struct OwnFiles {
    cfct_version: &'static str,
    at_the_root: Vec<&'static str>,
    in_codebuild_scripts: Vec<&'static str>,
    in_cfct: Vec<&'static str>,
}

static OWN_FILES: LazyLock<OwnFiles> = LazyLock::new(|| {
    // A test reads the file, so the default is never used.
    serde_json::from_str(include_str!("../../data/cfct-files.json")).unwrap_or_default()
});

/// Where the manifest may be instead of at the root.
const SECOND_MANIFEST_PATH: &str = "custom-control-tower-configuration/manifest.yaml";

/// What CfCT's scripts and the libraries behind them import.
const IMPORTED: [&str; 48] = [
    "argparse",
    "base64",
    "boto3",
    "botocore",
    "cfct",
    "codecs",
    "collections",
    "copy",
    "csv",
    "datetime",
    "decimal",
    "docopt",
    "email",
    "enum",
    "filecmp",
    "functools",
    "hashlib",
    "html",
    "http",
    "importlib",
    "inspect",
    "io",
    "jinja2",
    "json",
    "logging",
    "markupsafe",
    "os",
    "pathlib",
    "pykwalify",
    "queue",
    "random",
    "re",
    "requests",
    "secrets",
    "shutil",
    "signal",
    "socket",
    "ssl",
    "string",
    "subprocess",
    "sys",
    "tempfile",
    "time",
    "types",
    "typing",
    "urllib",
    "uuid",
    "yaml",
];

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let package = context.configuration;
    let files =
        package.listing.iter().filter(|(_, listed)| listed.kind != Kind::Folder).map(|(path, _)| path);
    let mut add_ons = 0;
    let mut first_add_on = None;
    for path in files {
        if path.as_str() == SECOND_MANIFEST_PATH {
            findings.push(second_manifest(package, path));
        } else if path.is_under("add-on") {
            add_ons += 1;
            first_add_on = first_add_on.or(Some(path));
        } else if is_overwritten(path) {
            findings.push(overwritten(package, path));
        } else if let Some(module) = shadowed_module(path) {
            findings.push(shadows(package, path, module));
        }
    }
    findings.extend(first_add_on.map(|path| self::add_ons(package, path, add_ons)));
}

fn is_overwritten(path: &PackagePath) -> bool {
    let path = path.as_str();
    let (folder, rest) = path.split_once('/').unwrap_or(("", path));
    match folder {
        "" => OWN_FILES.at_the_root.contains(&rest),
        "codebuild_scripts" => OWN_FILES.in_codebuild_scripts.contains(&rest),
        "cfct" => OWN_FILES.in_cfct.contains(&rest),
        _ => false,
    }
}

/// The module that a Python file or package at the root is taken for.
fn shadowed_module(path: &PackagePath) -> Option<&str> {
    let module = path.as_str().strip_suffix(".py")?;
    let module = module.strip_suffix("/__init__").unwrap_or(module);
    IMPORTED.contains(&module).then_some(module)
}

fn overwritten(package: &Configuration, path: &PackagePath) -> Finding {
    let message = format!("CfCT {} puts its own `{path}` in place of this file", OWN_FILES.cfct_version);
    Finding::new(&OVERWRITTEN, &package.location(path), message)
        .help("rename the file, or move it into a folder of your own")
}

fn shadows(package: &Configuration, path: &PackagePath, module: &str) -> Finding {
    Finding::new(
        &SHADOWS_MODULE,
        &package.location(path),
        format!("CfCT's scripts import this file instead of `{module}`"),
    )
    .help("move it into a folder of your own, such as `scripts/`")
}

fn second_manifest(package: &Configuration, path: &PackagePath) -> Finding {
    Finding::new(
        &SECOND_MANIFEST,
        &package.location(path),
        "CfCT reads the manifest at the root instead of this one",
    )
    .help("keep one of the two: remove this folder, or the manifest at the root")
}

fn add_ons(package: &Configuration, first: &PackagePath, count: usize) -> Finding {
    let files = if count == 1 { "a file".to_owned() } else { format!("{count} files") };
    Finding::new(
        &ADD_ONS,
        &package.location(first),
        format!("{files} under add-on/ are merged into the package by the build"),
    )
    .help("merge the add-on by hand into the manifest and the folders, to have it checked here")
}

#[cfg(test)]
mod tests {
    use super::{OWN_FILES, check};
    use crate::checks::testing::findings;

    fn places(files: &[&str]) -> Vec<(&'static str, String)> {
        let files: Vec<(&str, &str)> = files.iter().map(|path| (*path, "")).collect();
        let found = findings(check, &files);
        found.iter().map(|found| (found.code.name, found.primary.source.name().to_owned())).collect()
    }

    #[test]
    fn the_data_names_its_version_and_sources() {
        assert!(OWN_FILES.cfct_version.starts_with("2."));
        assert!(OWN_FILES.in_cfct.len() > 40);
        let data: serde_json::Value =
            serde_json::from_str(include_str!("../../data/cfct-files.json")).unwrap();
        assert!(data["sources"].as_array().is_some_and(|sources| !sources.is_empty()));
    }

    #[test]
    fn files_in_the_place_of_cfcts_own_are_found() {
        let found = places(&[
            "merge_manifest.py",
            "run-validation.sh",
            "codebuild_scripts/run-validation.sh",
            "cfct/manifest/manifest_parser.py",
            "cfct/core/src/lib.rs",
            "codebuild_scripts/mine.sh",
            "scripts/merge_manifest.py",
            "deploy.sh",
        ]);
        let paths: Vec<_> = found.iter().map(|(_, path)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "cfct/manifest/manifest_parser.py",
                "codebuild_scripts/run-validation.sh",
                "merge_manifest.py",
                "run-validation.sh"
            ]
        );
        assert!(found.iter().all(|(code, _)| *code == "layout-overwritten"));
    }

    #[test]
    fn python_files_at_the_root_must_not_take_a_librarys_place() {
        let found = places(&["json.py", "yaml/__init__.py", "tools/json.py", "report.py", "yaml/notes.md"]);
        assert_eq!(
            found,
            [
                ("layout-shadows-module", "json.py".to_owned()),
                ("layout-shadows-module", "yaml/__init__.py".to_owned())
            ]
        );
    }

    #[test]
    fn a_manifest_in_the_sub_folder_is_not_read_beside_one_at_the_root() {
        let found = places(&[
            "manifest.yaml",
            "custom-control-tower-configuration/manifest.yaml",
            "other/manifest.yaml",
        ]);
        assert_eq!(
            found,
            [("layout-second-manifest", "custom-control-tower-configuration/manifest.yaml".to_owned())]
        );
    }

    #[test]
    fn add_ons_are_noted_once() {
        let found = places(&["add-on/one.zip", "add-on/two/templates/a.yaml"]);
        assert_eq!(found, [("layout-add-ons", "add-on/one.zip".to_owned())]);
    }
}
