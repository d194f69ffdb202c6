//! Plain scalars that do not stay what they look like: YAML 1.1 makes another text of them.

use std::borrow::Cow;

use super::scalar::{Timestamp, Value, resolve_1_2};
use super::{Format, NodeRef, Style};

/// A plain scalar whose text changes when PyYAML reads it and Python writes it out again.
#[derive(Clone, Debug, PartialEq)]
pub struct Surprise<'d> {
    /// The text as written.
    pub text: &'d str,
    /// What PyYAML takes it for: "an octal number".
    pub read_as: &'static str,
    /// The text that is left after YAML 1.1: `10` of `012`.
    pub as_1_1: Cow<'d, str>,
    /// The text that a YAML 1.2 reader would have left: `12` of `012`. Equal to `as_1_1` where the two agree.
    pub as_1_2: Cow<'d, str>,
}

/// The surprise in `node`, if it is a plain scalar without a tag and has one. Null is none: whoever needs a
/// value rejects it.
#[must_use]
pub fn surprise(node: NodeRef<'_>) -> Option<Surprise<'_>> {
    if node.document().format() != Format::Yaml || node.style() != Some(Style::Plain) || node.tag().is_some()
    {
        return None;
    }
    let (text, value) = (node.scalar_text()?, node.value()?);
    let read_as = name_of(value, text)?;
    let as_1_1 = value.python_text()?;
    let as_1_2 = resolve_1_2(text).python_text().unwrap_or(Cow::Borrowed(text));
    (as_1_1 != text).then_some(Surprise { text, read_as, as_1_1, as_1_2 })
}

/// What PyYAML takes the text for; `None` for a text and for what it cannot read.
fn name_of(value: Value<'_>, text: &str) -> Option<&'static str> {
    let magnitude = text.strip_prefix(['-', '+']).unwrap_or(text);
    Some(match value {
        Value::Bool(_) => "true or false",
        Value::Int(_) | Value::Float(_) if text.contains(':') => "a number to base 60, as in 1:30 hours",
        Value::Int(_) if magnitude.starts_with("0x") => "a hexadecimal number",
        Value::Int(_) if magnitude.starts_with("0b") => "a binary number",
        Value::Int(_) if magnitude.starts_with('0') => "an octal number",
        Value::Int(_) => "an integer",
        Value::Float(_) => "a decimal number",
        Value::Timestamp(Timestamp { has_time: true, .. }) => "a date with a time",
        Value::Timestamp(_) => "a date",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::surprise;
    use crate::document::{Document, NodeRef};
    use crate::source::SourceFile;

    #[test]
    fn a_surprise_is_a_text_that_changes() {
        for (written, expected) in [
            ("1.10", Some(("1.1", "1.1"))),
            ("012", Some(("10", "12"))),
            ("012345670123", Some(("1402433619", "12345670123"))),
            ("0x1F", Some(("31", "31"))),
            ("12:30:45", Some(("45045", "12:30:45"))),
            ("yes", Some(("true", "yes"))),
            ("on", Some(("true", "on"))),
            ("True", Some(("true", "true"))),
            ("1_000", Some(("1000", "1_000"))),
            ("+5", Some(("5", "5"))),
            ("2001-12-14t21:59:43Z", Some(("2001-12-14 21:59:43+00:00", "2001-12-14t21:59:43Z"))),
            ("true", None),
            ("12", None),
            ("1.5", None),
            ("1e3", None),
            ("2021-03-15", None),
            ("035912345678", None),
            ("'012'", None),
            ("!!str 012", None),
            ("~", None),
            ("[012]", None),
        ] {
            let source = SourceFile::new("manifest.yaml", format!("v: {written}\n"));
            let document = Document::read_yaml(&source).document.unwrap();
            let node = document.root().and_then(NodeRef::as_mapping).and_then(|top| top.get("v")).unwrap();
            let found = surprise(node).map(|found| (found.as_1_1.into_owned(), found.as_1_2.into_owned()));
            let found = found.as_ref().map(|(first, second)| (first.as_str(), second.as_str()));
            assert_eq!(found, expected, "{written}");
        }
    }
}
