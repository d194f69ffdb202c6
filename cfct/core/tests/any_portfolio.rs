//! Whatever stands in a portfolio, checking it ends, points into the file, and mends it soundly.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cfct_core::fix::is_sound;
use cfct_core::source::Location;
use proptest::prelude::*;
use support::all_findings;

const SOUND: &str = include_str!(
    "../../../tests/fixtures/findings/portfolio-share-unknown-unit/passes/portfolios/backup.yaml"
);
const TEMPLATE: &str = include_str!(
    "../../../tests/fixtures/findings/portfolio-share-unknown-unit/passes/portfolios/backup/vault/v1.0.0.yaml"
);

/// Pieces that a sound portfolio is cut up with.
const PIECES: &[&str] = &[
    "",
    "~",
    "''",
    "[]",
    "{}",
    "[",
    "}",
    "- ",
    ": ",
    "\n",
    "  ",
    "#",
    "&a ",
    "*a",
    "!Ref x",
    "é",
    "\u{feff}",
    "\t",
    "99999999999999999999",
    "-1",
    "7",
    "true",
    "{Ref: RetentionDays}",
    "rule: {Assertions: [{Assert: {'Fn::Contains': [[a], {Ref: RetentionDays}]}}]}",
    "arn:aws:iam::200000000001:role/x",
    "versions:",
    "template: ../../x",
    "launch:",
    "shares:",
    "lock:",
];

fn is_inside(place: &Location) -> bool {
    place.source.text().get(place.span.range()).is_some()
}

/// The sound portfolio with pieces in the place of some of its words.
fn portfolio() -> impl Strategy<Value = String> {
    let cut = (0..SOUND.split_inclusive(' ').count(), prop::sample::select(PIECES));
    prop::collection::vec(cut, 1..6).prop_map(|cuts| {
        let mut words: Vec<&str> = SOUND.split_inclusive(' ').collect();
        for (at, piece) in cuts {
            words[at] = piece;
        }
        words.concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn findings_point_into_their_files(portfolio in portfolio()) {
        let manifest = "region: eu-central-1\nversion: 2021-03-15\nresources: []\n";
        let files = [
            ("manifest.yaml", manifest),
            ("portfolios/backup.yaml", portfolio.as_str()),
            ("portfolios/backup/vault/v1.0.0.yaml", TEMPLATE),
        ];
        for finding in all_findings(&files) {
            prop_assert!(is_inside(&finding.primary), "{}", finding.message);
            prop_assert!(finding.related.iter().all(|related| is_inside(&related.location)), "{}", finding.message);
            if let Some(fix) = &finding.fix {
                prop_assert!(is_sound(finding.primary.source.text(), fix), "{}", finding.message);
            }
        }
    }
}
