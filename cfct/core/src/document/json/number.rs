//! JSON numbers.

use super::super::Style;
use super::super::arena::Text;
use super::Reader;
use crate::source::Span;

impl Reader<'_> {
    /// A number, or what was meant as one: that is reported and kept as it is written.
    pub(super) fn number(&mut self) {
        let span = Span::new(self.at, self.at + self.token_length());
        let text = &self.text[span.range()];
        if text == "-Infinity" {
            self.report.not_finite(span);
        } else if let Some(reason) = fault(text) {
            self.report.bad_number(span, text, reason);
        }
        self.scalar(Style::Plain, Text::Source, span);
    }
}

/// Why `text` is no JSON number (RFC 8259, section 6); `None` where it is one.
fn fault(text: &str) -> Option<&'static str> {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    if magnitude.starts_with('+') {
        return Some("a number has no plus sign");
    }
    let (mantissa, exponent) = match magnitude.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (magnitude, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let power = exponent.map(|power| power.strip_prefix(['-', '+']).unwrap_or(power));
    if whole.len() > 1 && whole.starts_with('0') && digits(whole) {
        return Some("a number does not start with a zero");
    }
    if (whole.is_empty() && fraction.is_some()) || fraction == Some("") {
        return Some("a digit must stand on each side of the point");
    }
    let valid = digits(whole) && fraction.is_none_or(digits) && power.is_none_or(digits);
    (!valid).then_some("these characters are no number")
}
