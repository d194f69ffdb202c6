//! Any text as a manifest and as a template.
#![no_main]

use cfct_core::document::Document;
use cfct_core::source::SourceFile;
use cfct_fuzz::assert_sound;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let source = SourceFile::new("manifest.yaml", text);
    assert_sound(text, &Document::read_yaml(&source));
    assert_sound(text, &Document::read_template(&source));
});
