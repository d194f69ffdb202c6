//! Packages written down in tests.

use std::collections::BTreeMap;

use cfct_core::checks;
use cfct_core::configuration::{Configuration, Content, Kind, Listed, Listing};
use cfct_core::finding::Finding;
use cfct_core::source::{PackagePath, SourceFile};

pub const MANIFEST: &str = "region: eu-central-1\nversion: 2021-03-15\nresources: []\n";
pub const ATTACHMENTS: &str = "policies:\n  - name: x\n    file: policies/backup/x.json\n    targets:\n      organizational_units: [Root]\n";

/// A package of these files.
pub fn package(files: &[(&str, &str)]) -> Configuration {
    let path = |name: &str| PackagePath::new(name).unwrap();
    let contents: BTreeMap<_, _> =
        files.iter().map(|(name, text)| (path(name), Content::Text(SourceFile::new(*name, *text)))).collect();
    let listing: Listing = files
        .iter()
        .map(|(name, text)| (path(name), Listed { kind: Kind::File, bytes: text.len() as u64 }))
        .collect();
    Configuration::load(listing, |path| contents[path].clone())
}

/// What the checks find in a package with this backup policy, attached.
pub fn findings(policy: &str) -> Vec<Finding> {
    checks::run(&package(&[
        ("manifest.yaml", MANIFEST),
        ("policies/backup/attachments.yaml", ATTACHMENTS),
        ("policies/backup/x.json", policy),
    ]))
}

/// The text of the finding's file after its fix.
pub fn fixed(finding: &Finding) -> Option<String> {
    let mut text = finding.primary.source.text().to_owned();
    let mut edits = finding.fix.as_ref()?.edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    for edit in edits {
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    Some(text)
}
