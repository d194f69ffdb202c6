use super::super::{Document, NodeRef, Reading, Value};
use crate::finding::Finding;
use crate::source::SourceFile;

fn read(text: &str) -> Reading {
    Document::read_json(&SourceFile::new("policy.json", text))
}

fn codes(text: &str) -> Vec<&'static str> {
    read(text).findings.iter().map(|finding| finding.code.name).collect()
}

/// The text with the fixes of all findings applied.
fn mended(text: &str) -> String {
    let mut edits: Vec<_> = read(text)
        .findings
        .into_iter()
        .filter_map(|finding: Finding| finding.fix)
        .flat_map(|fix| fix.edits)
        .collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    edits.into_iter().fold(text.to_owned(), |mut text, edit| {
        text.replace_range(edit.span.range(), &edit.replacement);
        text
    })
}

#[test]
fn values_and_their_spans_are_read() {
    let text = r#" {"a": [1, -2.5e3, true, null, "x\ny"], "é": {}} "#;
    let document = read(text).document.unwrap();
    let top = document.root().and_then(NodeRef::as_mapping).unwrap();
    let list = top.get("a").and_then(NodeRef::as_sequence).unwrap();
    let values: Vec<_> = list.items().filter_map(NodeRef::value).collect();
    assert_eq!(
        values,
        [Value::Int(Some(1)), Value::Float(-2500.0), Value::Bool(true), Value::Null, Value::Str("x\ny")]
    );
    let spans: Vec<_> = list.items().map(NodeRef::source_text).collect();
    assert_eq!(spans, ["1", "-2.5e3", "true", "null", r#""x\ny""#]);
    assert_eq!(top.get("é").map(NodeRef::source_text), Some("{}"));
    assert_eq!(document.root().map(NodeRef::source_text), Some(text.trim()));
}

#[test]
fn escapes_are_decoded() {
    for (text, value) in [
        (r#""\u0041\/\"\\\b\f\n\r\t""#, "A/\"\\\u{8}\u{c}\n\r\t"),
        (r#""\ud83d\ude00!""#, "😀!"),
        (r#""\u00e9é""#, "éé"),
        (r#""""#, ""),
    ] {
        let reading = read(text);
        assert!(reading.findings.is_empty(), "{text}: {:?}", reading.findings);
        assert_eq!(reading.document.unwrap().root().and_then(NodeRef::as_str), Some(value), "{text}");
    }
}

#[test]
fn each_mistake_has_its_code() {
    let cases: &[(&str, &[&str])] = &[
        ("", &["file-empty"]),
        (" \n// nothing\n", &["file-empty", "json-comment"]),
        ("{} {}", &["json-syntax"]),
        ("{", &["json-syntax"]),
        ("[1, 2", &["json-syntax"]),
        ("[1}", &["json-syntax"]),
        ("{\"a\" 1}", &["json-syntax"]),
        ("{a: 1}", &["json-syntax"]),
        ("{'a': 1}", &["json-syntax"]),
        ("{\"a\":}", &["json-syntax"]),
        ("\"abc", &["json-syntax"]),
        ("\"ab\nc\"", &["json-syntax"]),
        ("\"ab\\", &["json-syntax"]),
        ("[1 2]", &["json-syntax"]),
        ("[True, None]", &["json-syntax", "json-syntax"]),
        ("[1,]", &["json-trailing-comma"]),
        ("[,1]", &["json-trailing-comma"]),
        ("[1,,2]", &["json-trailing-comma"]),
        ("{\"a\": 1, // why\n \"b\": 2 /* and */}", &["json-comment"]),
        ("# x\n{}", &["json-comment"]),
        ("[\"\t\", \"\\q\", \"\\u12\"]", &["json-string", "json-string", "json-string"]),
        ("[01, +1, .5, 1., 0x1F, 1e]", &["json-number"; 6]),
        ("[NaN, -Infinity, Infinity]", &["json-not-finite"; 3]),
        ("[\"\\ud800\", \"\\udc00x\"]", &["lone-surrogate", "lone-surrogate"]),
        ("{\"a\": 1, \"a\": 2}", &["duplicate-key"]),
        ("\u{feff}{}", &["byte-order-mark"]),
    ];
    for (text, expected) in cases {
        assert_eq!(&codes(text), expected, "{text:?}");
    }
}

#[test]
fn reading_goes_on_behind_what_can_be_mended() {
    let text = "{\n  // remark\n  \"Statement\": [\n    {\"Sid\": \"A\" \"Effect\": True,},\n  ],\n}\n";
    assert_eq!(
        codes(text),
        [
            "json-syntax",
            "json-syntax",
            "json-trailing-comma",
            "json-trailing-comma",
            "json-trailing-comma",
            "json-comment"
        ]
    );
    assert!(read(text).document.is_some());
    assert_eq!(mended(text), "{\n  \"Statement\": [\n    {\"Sid\": \"A\", \"Effect\": true}\n  ]\n}\n");
    assert!(codes(&mended(text)).is_empty());
}

#[test]
fn deep_nesting_is_a_finding_and_no_crash() {
    assert_eq!(codes(&"[".repeat(200_000)), ["nesting-too-deep"]);
    assert_eq!(codes(&"{\"a\":".repeat(200_000)), ["nesting-too-deep"]);
    let depth = super::super::limits::DEPTH;
    assert!(codes(&("[".repeat(depth) + &"]".repeat(depth))).is_empty());
}
