//! Policies in as few characters as they need, and in a form that CfCT does not change on the way.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Why a text is no policy: it is not JSON, or a key stands twice in an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJson {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong, as a fragment.
    pub reason: String,
}

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at line {}, column {}", self.reason, self.line, self.column)
    }
}

impl std::error::Error for NotJson {}

/// The JSON in `text` without its layout; keys keep their order, numbers and strings their spelling.
///
/// [`as_sent`](super::as_sent) leaves the result as it is: where a string has several spaces in a row, every
/// second one is written `\u0020`, since CfCT would remove pairs.
///
/// # Errors
/// Where the text is not strict JSON (comments and trailing commas included), or an object repeats a key:
/// which of the two values Organizations would take is nobody's promise.
pub fn minify(text: &str) -> Result<String, NotJson> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<Strict>(text).map_err(|error| NotJson {
        line: error.line(),
        column: error.column(),
        reason: without_place(&error.to_string()).to_owned(),
    })?;
    Ok(without_layout(text))
}

/// Takes JSON that was checked before, so a quote always opens or closes a string.
fn without_layout(json: &str) -> String {
    let mut compact = String::with_capacity(json.len());
    let (mut in_string, mut escaped, mut after_space) = (false, false, false);
    for character in json.chars() {
        if !in_string {
            if !character.is_ascii_whitespace() {
                compact.push(character);
            }
            in_string = character == '"';
            continue;
        }
        if character == ' ' && after_space {
            compact.push_str("\\u0020");
            after_space = false;
            continue;
        }
        compact.push(character);
        after_space = character == ' ';
        in_string = escaped || character != '"';
        escaped = !escaped && character == '\\';
    }
    compact
}

fn without_place(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message)
}

/// Any JSON value whose objects have no key twice.
struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` stands twice")));
            }
            seen.insert(key);
            map.next_value::<Strict>()?;
        }
        Ok(Strict)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Strict, A::Error> {
        while list.next_element::<Strict>()?.is_some() {}
        Ok(Strict)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_str<E>(self, _: &str) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict)
    }
}

#[cfg(test)]
mod tests {
    use super::minify;
    use crate::policy::as_sent;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn layout_goes_and_everything_else_stays() {
        let cases = [
            ("{ \"b\" : 1.10 ,\n\t\"a\" : [ true , null ] }\r\n", r#"{"b":1.10,"a":[true,null]}"#),
            (r#"{"Sid": "a \" b", "x": "\\"}"#, r#"{"Sid":"a \" b","x":"\\"}"#),
            (r#"{ "n": 123456789012345678901234567890 }"#, r#"{"n":123456789012345678901234567890}"#),
            ("\u{feff}{ \"caf\u{e9}\": \"\\u00e9\" }", "{\"caf\u{e9}\":\"\\u00e9\"}"),
        ];
        for (text, expected) in cases {
            assert_eq!(minify(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn spaces_in_strings_survive_the_way_through_cfct() {
        let text = "{\n  \"Description\": \"two  three   four    \",\n  \"odd  key\": \"\\\"  \\\"\"\n}\n";
        let minified = minify(text).expect("JSON");
        assert_eq!(as_sent(&minified), minified);
        let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        assert_eq!(read(&minified), read(text));
        assert_ne!(read(&as_sent(text)), read(text), "CfCT would have changed the source");
    }

    #[test]
    fn what_is_not_strict_json_is_refused_with_its_place() {
        let cases = [
            ("{\n  \"a\": 1,\n  \"a\": 2\n}", 3, "the key `a` stands twice"),
            ("{\"x\": {\"a\": 1, \"\\u0061\": 2}}", 1, "the key `a` stands twice"),
            ("{\n  // note\n}", 2, "key must be a string"),
            ("{\"a\": [1,]}", 1, "trailing comma"),
            ("{} {}", 1, "trailing characters"),
            ("", 1, "EOF while parsing a value"),
        ];
        for (text, line, reason) in cases {
            let error = minify(text).expect_err(text);
            assert_eq!((error.line, error.reason.as_str()), (line, reason), "{text}");
        }
        assert!(minify(&"[".repeat(100_000)).is_err());
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[ a\"\\\\\n]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("[ a-c\"]{0,6}", inner), 0..5)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_minified_policy_means_the_same_and_is_sent_unchanged(value in json()) {
            let text = serde_json::to_string_pretty(&value).expect("printable");
            let minified = minify(&text).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Value>(&minified).expect("JSON"), value);
            prop_assert_eq!(as_sent(&minified), minified);
        }
    }
}
