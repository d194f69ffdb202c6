//! Manifest values as CfCT's typed model holds them.

use std::borrow::Cow;

use crate::document::{NodeRef, Shape, Value};

/// The text that CfCT has for a manifest value: PyYAML's value through yorm's `String` converter.
///
/// Booleans become `true` and `false`, null becomes empty, and so does every number that Python takes for
/// false: an unquoted `0` is lost ([`is_lost_zero`]). Lists are joined with `, `, maps become their keys.
#[must_use]
pub fn text_of(node: NodeRef<'_>) -> Cow<'_, str> {
    match node.shape() {
        Shape::Scalar(scalar) if is_lost_zero(scalar) => Cow::Borrowed(""),
        Shape::Scalar(scalar) => scalar_text(scalar),
        Shape::Sequence(list) => Cow::Owned(joined(list.items())),
        Shape::Mapping(map) => Cow::Owned(joined(map.entries().into_iter().map(|entry| entry.key))),
    }
}

/// Whether a value is a number that yorm turns into the empty text: `0`, `0.0`, `0x0`, `0:00`.
#[must_use]
pub fn is_lost_zero(node: NodeRef<'_>) -> bool {
    match node.value() {
        Some(Value::Int(Some(number))) => number == 0,
        Some(Value::Float(number)) => number == 0.0,
        _ => false,
    }
}

/// The text of a list's item; `None` for null, which yorm's lists leave out.
pub(super) fn item(node: NodeRef<'_>) -> Option<Cow<'_, str>> {
    (node.value() != Some(Value::Null)).then(|| text_of(node))
}

fn scalar_text(node: NodeRef<'_>) -> Cow<'_, str> {
    node.python_text().unwrap_or_else(|| Cow::Borrowed(node.scalar_text().unwrap_or_default()))
}

fn joined<'d>(items: impl Iterator<Item = NodeRef<'d>>) -> String {
    items.map(str_of).collect::<Vec<_>>().join(", ")
}

/// Python's `str` of a value within a collection.
fn str_of(node: NodeRef<'_>) -> Cow<'_, str> {
    match node.value() {
        Some(Value::Null) => Cow::Borrowed("None"),
        Some(Value::Bool(value)) => Cow::Borrowed(if value { "True" } else { "False" }),
        Some(_) => scalar_text(node),
        // A collection in a collection: no one writes it, and Python's repr of it helps no one.
        None => Cow::Borrowed(node.source_text()),
    }
}

#[cfg(test)]
mod tests {
    use super::{item, text_of};
    use crate::document::{Document, NodeRef};
    use crate::source::SourceFile;

    #[test]
    fn values_become_the_texts_that_yorm_makes_of_them() {
        let cases = [
            ("text", "text"),
            ("yes", "true"),
            ("1.10", "1.1"),
            ("012", "10"),
            ("~", ""),
            ("0", ""),
            ("0.0", ""),
            ("-0x0", ""),
            ("'0'", "0"),
            ("[a, 1, yes, ~]", "a, 1, True, None"),
            ("{a: 1, b: 2}", "a, b"),
            ("2021-03-15", "2021-03-15"),
        ];
        for (written, expected) in cases {
            let source = SourceFile::new("manifest.yaml", format!("value: {written}\n"));
            let document = Document::read_yaml(&source).document.unwrap();
            let value =
                document.root().and_then(NodeRef::as_mapping).and_then(|map| map.get("value")).unwrap();
            assert_eq!(text_of(value), expected, "{written}");
            assert_eq!(item(value).is_none(), written == "~");
        }
    }
}
