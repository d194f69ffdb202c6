//! Any text as two backup policies that inherit from each other, and as a schedule.
#![no_main]

use cfct_core::backup_policy::cron::Schedule;
use cfct_core::backup_policy::effective::Effective;
use cfct_core::backup_policy::merge::Level;
use cfct_core::backup_policy::policy::Policy;
use cfct_core::backup_policy::utc::UtcMinute;
use cfct_core::backup_policy::{rules, shape, validation};
use cfct_core::document::Document;
use cfct_core::limits::PUBLISHED;
use cfct_core::source::SourceFile;

libfuzzer_sys::fuzz_target!(|text: &str| {
    match Schedule::parse(text) {
        Ok(schedule) => {
            let from = UtcMinute::from_unix_seconds(0);
            assert!(schedule.next_after(from).is_none_or(|run| run > from));
        }
        Err(error) => assert!(text.get(error.range).is_some()),
    }
    let (above, below) = text.split_at(text.floor_char_boundary(text.len() / 2));
    let policies: Vec<Policy> = [text, above, below]
        .into_iter()
        .filter_map(|text| {
            let document = Document::read_json(&SourceFile::new("policy.json", text)).document?;
            let _ = shape::check(&document);
            Policy::read("policy", &document)
        })
        .collect();
    let levels: Vec<Level<'_>> =
        policies.iter().map(|policy| Level { node: "node", policies: vec![policy, policy] }).collect();
    let effective = Effective::of(&levels);
    let _ = (effective.content(), rules::check(&effective.root));
    let _ = validation::check(&effective.root, &PUBLISHED.backup);
});
