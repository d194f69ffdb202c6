//! What a scalar means: YAML 1.1 as PyYAML resolves and constructs it, YAML 1.2's core schema, and JSON.
//!
//! The 1.1 rules are those of PyYAML 6's `Resolver` and `SafeConstructor`, quirks included, because CfCT
//! reads manifests with `yaml.safe_load`.

mod binary;
mod core_schema;
mod number;
mod text;
mod timestamp;

use super::{Format, Style};

pub use core_schema::resolve_1_2;
pub use timestamp::{TimeOfDay, Timestamp};

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
    /// A scalar with a tag that PyYAML's safe loader does not know, and that tag as written (`!Ref` of
    /// `!Ref x` in a template).
    Tagged(&'d str),
    /// A scalar that looks like a type, or is tagged as one, whose text PyYAML cannot convert to it.
    Invalid(Invalid),
}

/// The type that a scalar's text cannot be converted to; PyYAML raises an exception on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// `0x_`, `!!int ten`, more than 4,300 digits (Python's `int` limit).
    Int,
    /// `!!float x`.
    Float,
    /// `!!bool maybe`.
    Bool,
    /// `2021-13-45`.
    Timestamp,
    /// `!!binary` content that is not base64.
    Binary,
}

impl Invalid {
    /// The type's name for a message.
    #[must_use]
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Int => "an integer",
            Self::Float => "a floating-point number",
            Self::Bool => "a boolean",
            Self::Timestamp => "a date",
            Self::Binary => "base64 data",
        }
    }
}

/// A tag that PyYAML's safe loader treats in a way of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `!`: resolve the text as if it were plain, quoted or not.
    NonSpecific,
    Null,
    Bool,
    Int,
    Float,
    Binary,
    Timestamp,
    Str,
    Merge,
    /// `tag:yaml.org,2002:value`, implicit for `=`; no constructor, but allowed as a key.
    DefaultValue,
    Seq,
    Map,
    Set,
    Omap,
    Pairs,
    /// No constructor: PyYAML raises.
    Unknown,
}

impl Tag {
    /// The tag named by `uri`, every handle expanded and every escape undone.
    pub(super) fn of(uri: &str) -> Self {
        if uri == "!" {
            return Self::NonSpecific;
        }
        match uri.strip_prefix("tag:yaml.org,2002:") {
            Some("null") => Self::Null,
            Some("bool") => Self::Bool,
            Some("int") => Self::Int,
            Some("float") => Self::Float,
            Some("binary") => Self::Binary,
            Some("timestamp") => Self::Timestamp,
            Some("str") => Self::Str,
            Some("merge") => Self::Merge,
            Some("value") => Self::DefaultValue,
            Some("seq") => Self::Seq,
            Some("map") => Self::Map,
            Some("set") => Self::Set,
            Some("omap") => Self::Omap,
            Some("pairs") => Self::Pairs,
            _ => Self::Unknown,
        }
    }
}

/// The value of a scalar; `tag` is the tag's meaning and its token in the source.
pub(super) fn resolve<'d>(
    format: Format,
    style: Style,
    tag: Option<(Tag, &'d str)>,
    text: &'d str,
) -> Value<'d> {
    if format == Format::Json {
        return if style == Style::Plain { json(text) } else { Value::Str(text) };
    }
    match tag {
        None if style != Style::Plain => Value::Str(text),
        None | Some((Tag::NonSpecific, _)) => construct(implicit(text), text),
        Some((Tag::Seq | Tag::Map | Tag::Set | Tag::Omap | Tag::Pairs | Tag::Unknown, written)) => {
            Value::Tagged(written)
        }
        Some((tag, _)) => construct(tag, text),
    }
}

/// What the `SafeConstructor` makes of `text` under a scalar's tag.
fn construct(tag: Tag, text: &str) -> Value<'_> {
    match tag {
        Tag::Null => Value::Null,
        Tag::Bool => bool_of(text).map_or(Value::Invalid(Invalid::Bool), Value::Bool),
        Tag::Int => number::int(text).map_or(Value::Invalid(Invalid::Int), Value::Int),
        Tag::Float => number::float(text).map_or(Value::Invalid(Invalid::Float), Value::Float),
        Tag::Timestamp => {
            timestamp::construct(text).map_or(Value::Invalid(Invalid::Timestamp), Value::Timestamp)
        }
        Tag::Binary if binary::decodes(text) => Value::Bytes,
        Tag::Binary => Value::Invalid(Invalid::Binary),
        Tag::Merge => Value::Merge,
        _ => Value::Str(text),
    }
}

/// The tag that PyYAML's resolver gives a plain scalar. `=` is [`Tag::DefaultValue`], a string as a key.
pub(super) fn implicit(text: &str) -> Tag {
    // Python's `$` also matches before a final line break, which `! |` can bring here.
    let text = text.strip_suffix('\n').unwrap_or(text);
    let Some(first) = text.bytes().next() else { return Tag::Null };
    match first {
        b'0'..=b'9' | b'+' | b'-' | b'.' => {
            if number::looks_float(text) {
                Tag::Float
            } else if number::looks_int(text) {
                Tag::Int
            } else if timestamp::looks_timestamp(text) {
                Tag::Timestamp
            } else {
                Tag::Str
            }
        }
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => match text {
            "null" | "Null" | "NULL" => Tag::Null,
            _ if looks_bool(text) => Tag::Bool,
            _ => Tag::Str,
        },
        b'~' if text == "~" => Tag::Null,
        b'<' if text == "<<" => Tag::Merge,
        b'=' if text == "=" => Tag::DefaultValue,
        _ => Tag::Str,
    }
}

/// `yes`, `Yes` and `YES`, but not `yEs`; and not `y`, which PyYAML leaves alone.
fn looks_bool(text: &str) -> bool {
    let (first, rest) = text.split_at(1);
    bool_of(text).is_some()
        && (rest.bytes().all(|byte| byte.is_ascii_lowercase())
            || (first.bytes().chain(rest.bytes()).all(|byte| byte.is_ascii_uppercase())))
}

fn bool_of(text: &str) -> Option<bool> {
    const WORDS: [(&str, bool); 6] =
        [("yes", true), ("no", false), ("true", true), ("false", false), ("on", true), ("off", false)];
    WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, value)| *value)
}

fn json(text: &str) -> Value<'_> {
    match text {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        // Python's json takes and gives these three, though they are not JSON.
        "NaN" => Value::Float(f64::NAN),
        "Infinity" => Value::Float(f64::INFINITY),
        "-Infinity" => Value::Float(f64::NEG_INFINITY),
        _ if text.contains(['.', 'e', 'E']) => text.parse().map_or(Value::Str(text), Value::Float),
        _ => number::int_of_digits(text, 10).map_or(Value::Str(text), Value::Int),
    }
}

#[cfg(test)]
mod tests;
