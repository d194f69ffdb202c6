//! Any text as the manifest of a package, through every check.
#![no_main]

use std::collections::BTreeMap;

use cfct_core::checks;
use cfct_core::configuration::{Configuration, Content, Kind, Listed, Listing, MANIFEST};
use cfct_core::source::{PackagePath, SourceFile};
use cfct_fuzz::assert_applicable;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Some(path) = PackagePath::new(MANIFEST) else { return };
    let listing = Listing::from([(path.clone(), Listed { kind: Kind::File, bytes: text.len() as u64 })]);
    let content = Content::Text(SourceFile::new(MANIFEST, text));
    let configuration = Configuration::new(listing, BTreeMap::from([(path, content)]));
    for finding in checks::run(&configuration) {
        if finding.primary.source.name() == MANIFEST {
            assert_applicable(text, &finding);
        }
    }
});
