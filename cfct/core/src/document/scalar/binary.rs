//! `!!binary`: whether Python's lenient base64 decoder takes the text.

/// Whether `base64.decodebytes` accepts `text`: characters outside the alphabet are skipped, the padding
/// must be right, and everything after a complete padding is ignored (`binascii.a2b_base64`).
pub(super) fn decodes(text: &str) -> bool {
    if !text.is_ascii() {
        return false;
    }
    let (mut in_quad, mut pads) = (0, 0);
    for byte in text.bytes() {
        match byte {
            b'=' if in_quad >= 2 => {
                pads += 1;
                if in_quad + pads >= 4 {
                    return true;
                }
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                pads = 0;
                in_quad = (in_quad + 1) % 4;
            }
            _ => {}
        }
    }
    in_quad == 0
}
