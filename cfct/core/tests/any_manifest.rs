//! Whatever stands in a manifest, the checks end, and each mend they offer can be made.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cfct_core::checks;
use cfct_core::configuration::{Configuration, Content, Kind, Listed, Listing};
use cfct_core::finding::Stage;
use cfct_core::fix;
use cfct_core::manifest::codes;
use cfct_core::source::{PackagePath, SourceFile};
use proptest::prelude::*;

const RECORDED: &str = include_str!("../../../tests/fixtures/vectors/cfct/resolution.json");

/// What is put into a manifest somewhere: syntax, keys, names that checks look for.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    "- ",
    ": ",
    "#",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: *a",
    "é",
    "\u{feff}",
    "~",
    "$[alfred_ssm_/x]",
    "$[",
    "${x}",
    "{{x}}",
    "<x>",
    "_file: x",
    "resource_file: a b",
    "regions: []",
    "Root",
    "deployment_targets:",
    "depends_on: [x]",
    "organization_policies:",
    "cloudformation_resources:",
    "2020-01-01",
    "0123-4567-8901",
    "012345670123",
    "s3://b/k",
    "https://x",
    "..",
    "\\",
    "/",
    "|\n  x\n",
    ">-",
    "!!str ",
    "? ",
];

static MANIFESTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let recorded: serde_json::Value = serde_json::from_str(RECORDED).unwrap();
    let cases = recorded["cases"].as_array().unwrap();
    cases.iter().map(|case| case["manifest"].as_str().unwrap().to_owned()).collect()
});

fn package(manifest: &str) -> Configuration {
    let path = PackagePath::new("manifest.yaml").unwrap();
    let listing = Listing::from([(path.clone(), Listed { kind: Kind::File, bytes: manifest.len() as u64 })]);
    let content = Content::Text(SourceFile::new("manifest.yaml", manifest));
    Configuration::new(listing, BTreeMap::from([(path, content)]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_checks_end_and_their_mends_can_be_made(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..12), 1..6),
    ) {
        let mut manifest: Vec<char> = which.get(&MANIFESTS).chars().collect();
        for (place, piece, cut) in changes {
            let start = place.index(manifest.len() + 1);
            let end = (start + cut).min(manifest.len());
            manifest.splice(start..end, piece.get(PIECES).chars());
        }
        let manifest: String = manifest.into_iter().collect();
        let findings = checks::run(&package(&manifest));
        // Only the schema's own verdict decides whether CfCT rejects the manifest; other checks explain it.
        let rejected = findings.iter().any(|finding| codes::CODES.contains(&finding.code));
        let explained = findings.iter().find(|finding| finding.stage == Stage::BuildSchema);
        prop_assert!(rejected || explained.is_none(), "{:?}: {manifest:?}", explained.map(|found| found.code.name));
        for finding in findings {
            let text = finding.primary.source.text();
            prop_assert!(text.get(finding.primary.span.range()).is_some(), "{}: {manifest:?}", finding.code.name);
            if let Some(mend) = &finding.fix {
                prop_assert_eq!(fix::apply(text, &[mend]).applied, vec![0], "{}: {:?}", finding.code.name, &manifest);
            }
        }
    }
}
