//! The words that the Build stage's file check reads, held against recordings of the real shell pipeline.

use cfct_core::checks::grep::words;

const RESOLUTION: &str = include_str!("../../../tests/fixtures/vectors/cfct/resolution.json");
const RANDOM: &str = include_str!("../../../tests/fixtures/vectors/cfct/resolution-random.json");

#[test]
fn the_build_checks_the_recorded_words() {
    let mut compared = 0;
    for recording in [RESOLUTION, RANDOM] {
        let recording: serde_json::Value = serde_json::from_str(recording).unwrap();
        for case in recording["cases"].as_array().unwrap() {
            let manifest = case["manifest"].as_str().unwrap();
            let found = words(manifest);
            let texts: Vec<&str> = found.iter().map(|word| word.text.as_str()).collect();
            assert_eq!(serde_json::json!(texts), case["files_checked_by_build"], "{}", case["id"]);
            for word in &found {
                assert_eq!(manifest[word.span.range()], word.text, "{}", case["id"]);
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 117);
}
