//! Any text as a policy.
#![no_main]

use cfct_core::document::Document;
use cfct_core::source::SourceFile;
use cfct_fuzz::assert_sound;

libfuzzer_sys::fuzz_target!(|text: &str| {
    assert_sound(text, &Document::read_json(&SourceFile::new("policy.json", text)));
});
