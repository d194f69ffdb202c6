//! What a scalar means: YAML 1.1 as PyYAML resolves it, YAML 1.2's core schema, and JSON.

use super::{Format, Style};

/// A scalar's value as PyYAML's safe loader constructs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'d> {
    /// `null`, `~`, nothing at all.
    Null,
    /// `true`, and in YAML 1.1 `yes`, `on` and their like.
    Bool(bool),
    /// An integer; `None` where it does not fit 128 bits.
    Int(Option<i128>),
    /// A floating-point number.
    Float(f64),
    /// A date, or a date and time.
    Timestamp(Timestamp),
    /// `!!binary` content.
    Bytes,
    /// A string.
    Str(&'d str),
    /// The merge key `<<`.
    Merge,
    /// A scalar with a tag that PyYAML's safe loader does not know (`!Ref x` in a template).
    Tagged(&'d str),
}

/// A YAML 1.1 timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// Year, month, day.
    pub date: (u16, u8, u8),
    /// Whether a time of day follows; then PyYAML makes a `datetime`, not a `date`.
    pub has_time: bool,
}

pub(super) fn resolve<'d>(format: Format, style: Style, tag: Option<&'d str>, text: &'d str) -> Value<'d> {
    let _ = (format, tag);
    if style != Style::Plain {
        return Value::Str(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "<<" => Value::Merge,
        "true" | "yes" | "on" => Value::Bool(true),
        "false" | "no" | "off" => Value::Bool(false),
        _ => text.parse().map_or(Value::Str(text), |number| Value::Int(Some(number))),
    }
}
