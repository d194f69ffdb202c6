//! Which files of a configuration folder travel to CfCT, and in what form.
//!
//! CfCT reads the manifest, the files it names, everything under [`FOLDERS`] and nothing else, so nothing
//! else belongs into the package: sources of other tools, editors' leftovers and keys stay at home.

pub mod codes;
mod unfit;

use std::collections::BTreeMap;

use crate::checks::Context;
use crate::configuration::{Kind, Listing, MANIFEST};
use crate::finding::Finding;
use crate::manifest::{DeployMethod, Manifest};
use crate::settings;
use crate::source::{Location, PackagePath, SourceFile};

pub use unfit::Unfit;

/// Folders whose files CfCT reads, named by the manifest or not: `run-validation.sh` validates all of
/// `templates` and `parameters`, `merge_directories.sh` unpacks and merges all of `add-on`.
pub const FOLDERS: [&str; 3] = ["templates", "parameters", "add-on"];

/// What CfCT's find-and-replace of `*.j2` files reads (`find_replace.py`).
pub const USER_INPUT: &str = "user-input.yaml";

/// The form in which a file travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Byte for byte.
    Verbatim,
    /// Through [`policy::minify`](crate::policy::minify): it is a service or resource control policy.
    Minified,
}

/// Which files travel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those that do, in the order of their paths.
    pub files: BTreeMap<PackagePath, Form>,
    /// Those in CfCT's folders, or under an `include`, that do not, and why.
    pub left_out: BTreeMap<PackagePath, Unfit>,
    /// The `include` patterns of the settings that match no file.
    pub unmatched: Vec<String>,
}

/// Selects from `listing`. `include` are the patterns of `[package] include` in the settings; they add
/// files, but none that are [`Unfit`]. A file that the manifest names always travels.
#[must_use]
pub fn select(listing: &Listing, manifest: Option<&Manifest<'_>>, include: &[String]) -> Selection {
    let mut selection = Selection { files: named(listing, manifest), ..Selection::default() };
    let mut matched = vec![false; include.len()];
    for (path, _) in listing.iter().filter(|(_, listed)| listed.kind == Kind::File) {
        let mut included = false;
        for (pattern, matched) in include.iter().zip(&mut matched) {
            if settings::matches(pattern, path.as_str()) {
                (*matched, included) = (true, true);
            }
        }
        if selection.files.contains_key(path) || !(included || is_read_by_place(path)) {
            continue;
        }
        if let Some(unfit) = Unfit::of(path) {
            selection.left_out.insert(path.clone(), unfit);
        } else {
            selection.files.insert(path.clone(), Form::Verbatim);
        }
    }
    let unmatched = include.iter().zip(matched).filter(|(_, matched)| !matched);
    selection.unmatched = unmatched.map(|(pattern, _)| pattern.clone()).collect();
    selection
}

/// Whether CfCT reads the file wherever the manifest is silent about it.
#[must_use]
pub fn is_read_by_place(path: &PackagePath) -> bool {
    matches!(path.as_str(), MANIFEST | USER_INPUT) || FOLDERS.iter().any(|folder| path.is_under(folder))
}

/// The manifest and the files it names.
fn named(listing: &Listing, manifest: Option<&Manifest<'_>>) -> BTreeMap<PackagePath, Form> {
    let mut files = BTreeMap::new();
    let mut name = |written: &str, form: Form| {
        let path = PackagePath::new(written);
        let is_file = |path: &PackagePath| listing.get(path).is_some_and(|listed| listed.kind == Kind::File);
        let Some(path) = path.filter(is_file) else { return };
        // A policy that is also somebody's template or parameters keeps its bytes.
        let known = files.entry(path).or_insert(form);
        if form == Form::Verbatim {
            *known = form;
        }
    };
    name(MANIFEST, Form::Verbatim);
    for resource in manifest.iter().flat_map(|manifest| &manifest.resources) {
        let form = match resource.method {
            DeployMethod::Scp | DeployMethod::Rcp => Form::Minified,
            DeployMethod::StackSet | DeployMethod::Unknown => Form::Verbatim,
        };
        if let Some(file) = resource.file {
            name(file.value, form);
        }
        if let Some(file) = resource.parameter_file {
            name(file.value, Form::Verbatim);
        }
    }
    files
}

/// Finds keys and the like where CfCT's files lie, and names that cannot travel.
pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let configuration = context.configuration;
    let selection = select(&configuration.listing, context.manifest, &[]);
    let secrets = selection.left_out.iter().filter(|(_, unfit)| **unfit == Unfit::Secret);
    findings.extend(secrets.map(|(path, _)| {
        let place = Location::file(&SourceFile::new(path.as_str(), ""));
        Finding::new(&codes::SECRET_FILE, &place, format!("`{path}` looks like a secret"))
            .help("move it out of the configuration, and revoke it if it was ever pushed")
    }));
    let travelling = |name: &&String| FOLDERS.iter().any(|folder| name.starts_with(&format!("{folder}/")));
    findings.extend(configuration.unusable_names.iter().filter(travelling).map(|name| {
        let place = Location::file(&SourceFile::new(name.as_str(), ""));
        Finding::new(&codes::FILE_NAME, &place, format!("`{name}` is no name that a package can carry"))
            .help("rename the file: UTF-8, without backslashes")
    }));
}

#[cfg(test)]
mod tests;
