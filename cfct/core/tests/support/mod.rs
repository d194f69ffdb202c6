//! Packages written down in tests, and what is found in them.

use std::collections::BTreeMap;

use cfct_core::checks;
use cfct_core::configuration::{Configuration, Content, Kind, Listed, Listing};
use cfct_core::finding::Finding;
use cfct_core::source::{PackagePath, SourceFile};

/// Every finding of a package of these files.
pub fn all_findings(files: &[(&str, &str)]) -> Vec<Finding> {
    let mut listing = Listing::new();
    let mut contents = BTreeMap::new();
    for (name, text) in files {
        let path = PackagePath::new(name).unwrap();
        listing.insert(path.clone(), Listed { kind: Kind::File, bytes: text.len() as u64 });
        contents.insert(path, Content::Text(SourceFile::new(*name, *text)));
    }
    checks::run(&Configuration::new(listing, contents))
}

/// The text after the finding's own fix.
#[allow(dead_code, reason = "not every test needs it")]
pub fn fixed(finding: &Finding) -> String {
    let mut text = finding.primary.source.text().to_owned();
    for edit in &finding.fix.as_ref().unwrap().edits {
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    text
}
