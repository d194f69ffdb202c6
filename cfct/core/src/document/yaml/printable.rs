//! Characters that PyYAML's reader refuses before it looks at any YAML.

use std::sync::Arc;

use super::super::{codes, limits};
use crate::finding::Finding;
use crate::source::{Location, SourceFile, Span};

/// A finding for each control character and non-character (`Reader.NON_PRINTABLE`).
pub(super) fn find(source: &Arc<SourceFile>) -> Vec<Finding> {
    let text = source.text();
    // Most texts are cleared by a look at their bytes alone.
    if !text.bytes().any(suspicious) {
        return Vec::new();
    }
    let refused = text.char_indices().filter(|(_, c)| !is_printable(*c));
    refused
        .take(limits::FINDINGS)
        .map(|(at, c)| {
            let span = Span::new(at, at + c.len_utf8());
            let code = u32::from(c);
            let finding = Finding::new(
                &codes::YAML_CONTROL_CHARACTER,
                &Location::new(source, span),
                format!("the character U+{code:04X}, which YAML does not allow in a file"),
            );
            let finding = finding.help(format!("remove it, or write \\u{code:04x} in a double-quoted text"));
            finding.fix("remove the character", span, "")
        })
        .collect()
}

fn is_printable(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..
    )
}

/// Bytes that may belong to a character that is refused.
fn suspicious(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0xb | 0xc | 0xe..=0x1f | 0x7f | 0xc2 | 0xef)
}
