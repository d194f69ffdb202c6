//! Whatever stands in a file, the readers end, and what they keep is the file.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cfct_core::document::{Document, NodeRef, Reading, Shape, Style, Value};
use cfct_core::fix;
use cfct_core::source::{SourceFile, Span};
use proptest::prelude::*;
use serde_json::Value as Json;

/// What texts are put together from: syntax of YAML and JSON, and what slips into it.
const PIECES: &[&str] = &[
    "a",
    "b: ",
    "c:",
    "- ",
    "-",
    "\n",
    "\n  ",
    "\n    ",
    "\n- ",
    " ",
    "  ",
    "\t",
    "? ",
    ": ",
    ":",
    ",",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "#",
    " # c\n",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    "\\u00e9",
    "\\ud83d",
    "\\x",
    "|\n",
    ">-\n  ",
    "|2+\n",
    "&x ",
    "*x",
    "*x : ",
    "<<: ",
    "<<: *x\n",
    "!!str ",
    "!!int ",
    "!!binary ",
    "!Ref ",
    "!<y> ",
    "! ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "%",
    "@",
    "`",
    "=",
    "<<",
    "~",
    "null",
    "yes",
    "012",
    "1.10",
    "0x_",
    "2021-03-15",
    "2021-13-45",
    "1:30",
    "é",
    "😀",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{7}",
    "\0",
    "\r\n",
    "\r",
    "//",
    "/* */",
    "true",
    "NaN",
    "-1.5e3",
    "01",
    "\"a\": ",
    "\"b\",",
    "key: value\n",
];

const MANIFEST: &str = "# shared\nregion: &home us-east-1\nversion: 2021-03-15\nresources:\n  - name: a   # first\n    \
    resource_file: 'templates/a.yaml'\n    description: >-\n      folded\n        text\n\n    regions: [*home, \"eu\\x2dwest-1\"]\n    \
    parameters:\n    - {parameter_key: K, parameter_value: !!str 012}\n    -\n      parameter_key: multi\n        line\n";

fn soup() -> impl Strategy<Value = String> {
    let piece = any::<prop::sample::Index>().prop_map(|index| *index.get(PIECES));
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A realistic manifest with a few pieces put into it.
fn manifest() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..6);
    prop::collection::vec(change, 0..4).prop_map(|changes| {
        let mut text: Vec<char> = MANIFEST.chars().collect();
        for (place, piece, cut) in changes {
            let start = place.index(text.len() + 1);
            let end = (start + cut).min(text.len());
            text.splice(start..end, piece.get(PIECES).chars());
        }
        text.into_iter().collect()
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![4 => soup(), 4 => manifest(), 1 => any::<String>()]
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1e9..1e9).prop_map(|number: f64| Json::from(number)),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// Every way to read a text.
fn readings(text: &str) -> [Reading; 3] {
    let source = SourceFile::new("file", text);
    [Document::read_yaml(&source), Document::read_template(&source), Document::read_json(&source)]
}

fn children(node: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    match node.shape() {
        _ if node.is_alias() => Vec::new(),
        Shape::Scalar(_) => Vec::new(),
        Shape::Sequence(list) => list.items().collect(),
        Shape::Mapping(map) => map.written().flat_map(|entry| [entry.key, entry.value]).collect(),
    }
}

/// The leaves in the order of the document, with each node inside the one around it.
fn leaves<'d>(node: NodeRef<'d>, into: &mut Vec<NodeRef<'d>>) {
    let inside = children(node);
    if inside.is_empty() && node.as_sequence().is_none() && node.as_mapping().is_none() || node.is_alias() {
        into.push(node);
    }
    let mut end = node.span().start;
    for child in inside {
        let span = child.span();
        assert!(end <= span.start && span.end <= node.span().end, "{child:?} in {node:?}");
        end = span.end;
        leaves(child, into);
    }
}

/// Prints a document back: each leaf by its own span, and between leaves the text there, which must hold
/// nothing that a value could be made of.
fn printed(document: &Document) -> String {
    let text = document.source().text();
    let mut nodes = Vec::new();
    leaves(document.root().unwrap(), &mut nodes);
    let (mut out, mut at) = (String::new(), 0);
    for leaf in nodes {
        let between = Span { start: at, end: leaf.span().start };
        assert!(is_syntax(document, between), "{:?} is lost from {text:?}", document.source().slice(between));
        out.push_str(document.source().slice(between));
        out.push_str(leaf.source_text());
        at = leaf.span().end;
    }
    out.push_str(&text[at as usize..]);
    out
}

/// Whether the bytes are comments, tags, anchors, directives, indicators and blanks only.
fn is_syntax(document: &Document, span: Span) -> bool {
    let inside = |part: &Span| span.start <= part.start && part.end <= span.end;
    let tags = document.nodes().filter(|node| !node.is_alias()).filter_map(NodeRef::tag_span);
    let known: Vec<Span> = document.comments().iter().copied().chain(tags).filter(inside).collect();
    let text = document.source().slice(span).char_indices();
    let rest: String = text
        .filter(|(at, _)| !known.iter().any(|part| part.range().contains(&(span.start as usize + at))))
        .map(|(_, c)| c)
        .collect();
    let lines = rest.split(['\n', '\r', '\u{85}', '\u{2028}']).filter(|line| !line.starts_with('%'));
    let mut words = lines.flat_map(|line| {
        line.split(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | '{' | '\u{feff}'))
    });
    words.all(|word| {
        let anchor = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let word = word.strip_prefix('&').map_or(word, |name| name.trim_start_matches(anchor));
        word.chars().all(|c| matches!(c, '-' | '?' | ':' | ']' | '}' | '.'))
    })
}

/// A JSON document as serde has it.
fn value_of(node: NodeRef<'_>) -> Json {
    match node.shape() {
        Shape::Sequence(list) => list.items().map(value_of).collect(),
        Shape::Mapping(map) => {
            let entries = map.entries().into_iter();
            entries.map(|entry| (entry.key.as_str().unwrap().to_owned(), value_of(entry.value))).collect()
        }
        Shape::Scalar(scalar) => match scalar.value().unwrap() {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::from(value),
            Value::Int(value) => Json::from(i64::try_from(value.unwrap()).unwrap()),
            Value::Float(value) => Json::from(value),
            Value::Str(text) => Json::from(text),
            other => Json::from(format!("{other:?}")),
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_reader_panic_or_point_outside_of_it(text in any_text()) {
        for reading in readings(&text) {
            prop_assert!(reading.document.is_some() || !reading.findings.is_empty(), "{:?}", text);
            for finding in reading.findings {
                let places = std::iter::once(&finding.primary).chain(finding.related.iter().map(|related| &related.location));
                for place in places {
                    prop_assert!(text.get(place.span.range()).is_some(), "{}: {:?}", finding.code.name, text);
                }
                if let Some(mend) = &finding.fix {
                    prop_assert_eq!(fix::apply(&text, &[mend]).applied, vec![0], "{}: {:?}", finding.code.name, text);
                }
            }
        }
    }

    #[test]
    fn a_document_printed_back_from_its_spans_is_the_text(text in any_text()) {
        for reading in readings(&text) {
            // A second document belongs to no node of the first.
            let several = reading.findings.iter().any(|finding| finding.code.name == "yaml-several-documents");
            if let Some(document) = reading.document.filter(|_| !several) {
                prop_assert_eq!(printed(&document), text.clone());
            }
        }
    }

    #[test]
    fn a_plain_scalar_on_one_line_is_its_own_value(text in any_text()) {
        for reading in readings(&text) {
            for node in reading.document.iter().flat_map(Document::nodes) {
                let one_line = !node.source_text().contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
                if !node.is_alias() && node.style() == Some(Style::Plain) && one_line {
                    prop_assert_eq!(node.scalar_text(), Some(node.source_text()));
                }
            }
        }
    }

    #[test]
    fn json_that_serde_writes_is_read_as_it_was(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let reading = Document::read_json(&SourceFile::new("a.json", text.as_str()));
        prop_assert!(reading.findings.is_empty(), "{:?}: {}", reading.findings, text);
        prop_assert_eq!(value_of(reading.document.unwrap().root().unwrap()), value);
    }

    #[test]
    fn what_json_takes_serde_takes(text in prop_oneof![soup(), any::<String>()]) {
        let serde = serde_json::from_str::<Json>(&text);
        // Python takes a number that fits no type of serde's, as an infinity, and lone surrogates.
        let is_python_s = |error: &serde_json::Error| {
            ["number out of range", "lone leading surrogate"].iter().any(|words| error.to_string().starts_with(words))
        };
        prop_assume!(!serde.as_ref().is_err_and(is_python_s));
        let reading = Document::read_json(&SourceFile::new("a.json", text.as_str()));
        let accepted = reading.findings.iter().all(|finding| finding.code.name == "duplicate-key");
        prop_assert_eq!(accepted, serde.is_ok(), "{:?}: {:?}", text, reading.findings);
    }
}
