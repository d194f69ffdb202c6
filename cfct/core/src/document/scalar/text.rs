//! What CfCT's text of a value is, once Python has read it.

use std::borrow::Cow;

use super::{TimeOfDay, Timestamp, Value};

impl<'d> Value<'d> {
    /// The text that CfCT hands to CloudFormation for the value: `1.10` has become `1.1`, `012` is `10`,
    /// `yes` is `true`, null is empty, floats are Python's `repr`. `None` where there is no such text: bytes,
    /// tagged and invalid scalars, integers beyond 128 bits.
    #[must_use]
    pub fn python_text(self) -> Option<Cow<'d, str>> {
        Some(match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
            Self::Int(value) => Cow::Owned(value?.to_string()),
            Self::Float(value) => Cow::Owned(float_repr(value)),
            Self::Timestamp(stamp) => Cow::Owned(timestamp_text(stamp)),
            Self::Str(text) => Cow::Borrowed(text),
            Self::Merge => Cow::Borrowed("<<"),
            Self::Bytes | Self::Tagged(_) | Self::Invalid(_) => return None,
        })
    }
}

/// Python's `repr(float)`: the shortest digits that read back the same, with an exponent below 1e-4 and
/// from 1e16 on.
pub(super) fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&power) {
        let plain = format!("{value}");
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", power.abs())
}

/// Python's `str` of a `date` or `datetime`.
fn timestamp_text(stamp: Timestamp) -> String {
    use std::fmt::Write as _;
    let (year, month, day) = stamp.date;
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    // Writing to a string cannot fail.
    if let Some(TimeOfDay { clock: (hour, minute, second), micros, offset_minutes }) = stamp.time {
        let _ = write!(text, " {hour:02}:{minute:02}:{second:02}");
        if micros > 0 {
            let _ = write!(text, ".{micros:06}");
        }
        if let Some(offset) = offset_minutes {
            let (sign, offset) = (if offset < 0 { '-' } else { '+' }, offset.abs());
            let _ = write!(text, "{sign}{:02}:{:02}", offset / 60, offset % 60);
        }
    }
    text
}
