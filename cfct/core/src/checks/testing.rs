//! Packages written down in tests.

use std::collections::BTreeMap;

use super::Check;
use crate::configuration::{Configuration, Content, Kind, Listed, Listing};
use crate::finding::Finding;
use crate::source::{PackagePath, SourceFile};

/// A package of these files; a text that starts with `-> ` makes a symbolic link.
pub(crate) fn package(files: &[(&str, &str)]) -> Configuration {
    let mut listing = Listing::new();
    let mut contents = BTreeMap::new();
    for (name, text) in files {
        let path = PackagePath::new(name).unwrap();
        for (at, _) in name.match_indices('/') {
            listing.insert(PackagePath::new(&name[..at]).unwrap(), Listed { kind: Kind::Folder, bytes: 0 });
        }
        if let Some(target) = text.strip_prefix("-> ") {
            listing.insert(path, Listed { kind: Kind::Symlink(target.to_owned()), bytes: 0 });
            continue;
        }
        listing.insert(path.clone(), Listed { kind: Kind::File, bytes: text.len() as u64 });
        contents.insert(path, Content::Text(SourceFile::new(*name, *text)));
    }
    Configuration::load(listing, |path| contents.get(path).cloned().unwrap_or(Content::TooLarge { bytes: 0 }))
}

/// What one check finds, in the order of its own.
pub(crate) fn findings(check: Check, files: &[(&str, &str)]) -> Vec<Finding> {
    let configuration = package(files);
    let mut findings = Vec::new();
    super::Context::with(&configuration, None, |context| check(context, &mut findings));
    findings
}

/// The codes and underlined texts of what one check finds.
pub(crate) fn found(check: Check, files: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    findings(check, files).iter().map(|found| (found.code.name, found.primary.text().to_owned())).collect()
}

/// The codes that one check finds in a v2 manifest with these resources (a YAML list, indented by two).
pub(crate) fn codes_of(check: Check, resources: &str) -> Vec<&'static str> {
    let manifest = v2(resources);
    findings(check, &[("manifest.yaml", &manifest)]).iter().map(|found| found.code.name).collect()
}

/// What one check finds in a manifest, in the organization of the recorded resolutions after `change`.
pub(crate) fn found_in_organization(
    check: Check,
    manifest: &str,
    change: impl FnOnce(&mut serde_json::Value),
) -> Vec<Finding> {
    const RECORDING: &str = include_str!("../../../../tests/fixtures/vectors/cfct/resolution.json");
    let mut recording: serde_json::Value = serde_json::from_str(RECORDING).unwrap();
    change(&mut recording["organization"]);
    let organization = SourceFile::new("organization.json", recording["organization"].to_string());
    let organization = crate::organization::read(&organization).organization.unwrap();
    let configuration = package(&[("manifest.yaml", manifest)]);
    let mut findings = Vec::new();
    super::Context::with(&configuration, Some(&organization), |context| check(context, &mut findings));
    findings
}

/// A v2 manifest with these resources (a YAML list, indented by two).
pub(crate) fn v2(resources: &str) -> String {
    format!("region: us-east-1\nversion: 2021-03-15\nresources:\n{resources}")
}

/// The text after the finding's own fix.
pub(crate) fn fixed(finding: &Finding) -> String {
    let mut text = finding.primary.source.text().to_owned();
    let mut edits = finding.fix.as_ref().unwrap().edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    for edit in edits {
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    text
}
