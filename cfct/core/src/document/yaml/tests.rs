use super::super::{Document, NodeRef, Reading, Style, Value};
use crate::finding::Stage;
use crate::source::SourceFile;

fn read(text: &str) -> Reading {
    Document::read_yaml(&SourceFile::new("manifest.yaml", text))
}

fn codes(text: &str) -> Vec<&'static str> {
    read(text).findings.iter().map(|finding| finding.code.name).collect()
}

/// The source text of every node, in order.
fn spans(text: &str) -> Vec<String> {
    let document = read(text).document.unwrap();
    document.nodes().map(|node| node.source_text().to_owned()).collect()
}

fn mended(text: &str) -> String {
    let fixes = read(text).findings.into_iter().filter_map(|finding| finding.fix);
    let mut edits: Vec<_> = fixes.flat_map(|fix| fix.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    edits.into_iter().fold(text.to_owned(), |mut text, edit| {
        text.replace_range(edit.span.range(), &edit.replacement);
        text
    })
}

#[test]
fn every_node_knows_its_bytes() {
    assert_eq!(
        spans("a: [1, 'x y']  # c\nb:\n  - k: v\n  - *n\n".replace("*n", "&n z").as_str()),
        [
            "a: [1, 'x y']  # c\nb:\n  - k: v\n  - &n z",
            "a",
            "[1, 'x y']",
            "1",
            "'x y'",
            "b",
            "- k: v\n  - &n z",
            "k: v",
            "k",
            "v",
            "z"
        ]
    );
    assert_eq!(spans("k:\nl: !!str\n"), ["k:\nl: !!str", "k", "", "l", ""]);
    assert_eq!(spans("{a, b: , ? c}"), ["{a, b: , ? c}", "a", "", "b", "", "c", ""]);
    assert_eq!(spans("[a: b]"), ["[a: b]", "a: b", "a", "b"]);
    assert_eq!(spans("t: |\n  one\n  two\n\nu: x\n")[2], "|\n  one\n  two");
}

#[test]
fn properties_are_kept_apart_from_the_node() {
    let reading = read("a: &x !!str 12\nb: *x\n");
    let document = reading.document.unwrap();
    let top = document.root().and_then(NodeRef::as_mapping).unwrap();
    let (a, b) = (top.get("a").unwrap(), top.get("b").unwrap());
    assert_eq!((a.source_text(), a.tag()), ("12", Some("!!str")));
    assert_eq!((b.source_text(), b.tag()), ("*x", Some("!!str")));
    assert!(b.is_alias() && !a.is_alias());
    assert_eq!(b.value(), Some(Value::Str("12")));
    assert_eq!(b.target().span(), a.span());
}

#[test]
fn comments_are_kept_with_their_spans() {
    let reading = read("# top\na: 1 # end\nb: | # header\n  # text\nc: [ # in\n]\n");
    let document = reading.document.unwrap();
    let comments: Vec<_> = document.comments().iter().map(|span| document.source().slice(*span)).collect();
    assert_eq!(comments, ["# top", "# end", "# header", "# in"]);
}

#[test]
fn only_texts_that_differ_from_the_source_are_copied() {
    let reading = read("a: plain text\nb: 'quoted'\nc: \"double\"\nd: 'it''s'\n");
    let document = reading.document.unwrap();
    assert_eq!(document.decoded, "it's");
    let styles: Vec<_> = document.nodes().filter_map(NodeRef::style).collect();
    assert_eq!(styles[1], Style::Plain);
    assert_eq!(styles[3], Style::SingleQuoted);
    assert_eq!(styles[5], Style::DoubleQuoted);
}

#[test]
fn each_mistake_has_its_code() {
    for (text, expected) in [
        ("", "file-empty"),
        ("# nothing\n\n", "file-empty"),
        ("a:\t1\n", "yaml-tab"),
        ("a:\n\tb: 1\n", "yaml-tab"),
        ("a: 1\t\n", "yaml-tab"),
        ("a: b: c\n", "yaml-syntax"),
        ("a: 1\nb\n", "yaml-syntax"),
        ("a: 1\nb:c\n", "yaml-syntax"),
        ("a: 'x\n", "yaml-syntax"),
        ("a: [1, 2\n", "yaml-syntax"),
        ("a: {b: 1\nc: 2\n", "yaml-syntax"),
        ("a: @x\n", "yaml-syntax"),
        ("a: \"\\d\"\n", "yaml-syntax"),
        ("a: - b\n", "yaml-syntax"),
        ("a:\n  b: 1\n c: 2\n", "yaml-syntax"),
        ("a: *.example.com\n", "yaml-syntax"),
        ("{a: 1} b\n", "yaml-syntax"),
        ("a: *x\n", "yaml-undefined-alias"),
        ("a: &x 1\nb: &x 2\n", "yaml-repeated-anchor"),
        ("a: &x [*x]\n", "yaml-recursive-alias"),
        ("a: !Ref b\n", "yaml-unknown-tag"),
        ("a: !Sub [b]\n", "yaml-unknown-tag"),
        ("[a]: b\n", "yaml-collection-key"),
        ("<<: a\n", "yaml-invalid-merge"),
        ("a: <<\n", "yaml-invalid-merge"),
        ("a: =\n", "yaml-invalid-value"),
        ("a: 2021-13-45\n", "yaml-invalid-value"),
        ("a: 0x_\n", "yaml-invalid-value"),
        ("a: !!int x\n", "yaml-invalid-value"),
        ("a: !!map x\n", "yaml-invalid-value"),
        ("a: 1\n---\nb: 2\n", "yaml-several-documents"),
        ("a: \u{7}\n", "yaml-control-character"),
        ("a: 1\na: 2\n", "duplicate-key"),
        ("1: a\ntrue: b\n", "duplicate-key"),
        ("\u{feff}a: 1\n", "byte-order-mark"),
        ("a: \"\\ud800\"\n", "lone-surrogate"),
    ] {
        assert_eq!(codes(text), [expected], "{text:?}");
    }
}

#[test]
fn what_a_template_may_hold_is_no_mistake_in_one() {
    let source = SourceFile::new("a.yaml", "a: !Ref b\nc: !Sub [&x d, &x {}]\ne: 2021-13-45\nf: =\n");
    assert!(Document::read_template(&source).findings.is_empty());
}

#[test]
fn findings_that_are_not_pyyamls_do_not_claim_its_stage() {
    for text in ["a: &x [*x]\n", "a: 1\na: 2\n", "\u{feff}a: 1\n", "a: \"\\ud800\"\n"] {
        assert!(read(text).findings.iter().all(|finding| finding.stage != Stage::BuildYaml), "{text:?}");
    }
}

#[test]
fn common_slips_are_explained_and_mended() {
    for (text, message, mended_text) in [
        ("description: foo: bar\n", "a value holds `: `, which starts a map", "description: 'foo: bar'\n"),
        ("name: a\nregion:us-east-1\n", "a key without a colon", "name: a\nregion: us-east-1\n"),
        ("name:\ta\n", "a tab where YAML takes spaces only", "name: a\n"),
        ("name: a\t\n", "a tab where YAML takes spaces only", "name: a\n"),
        ("re: \"\\d+\"\n", "\\\\d is no escape in a double-quoted text", "re: \"\\\\d+\"\n"),
        (
            "v: *.example.com\n",
            "`*.` is no alias; a plain value cannot start with `*`",
            "v: '*.example.com'\n",
        ),
        ("v: @a # c\nw: x\n", "`@` cannot start a plain value", "v: @a # c\nw: x\n"),
        ("v: @a\nw: x\n", "`@` cannot start a plain value", "v: '@a'\nw: x\n"),
        ("- -a\n-b\n", "no space behind the dash of a list item", "- -a\n- b\n"),
        ("name:a\nregion: b\n", "a key without a colon", "name: a\nregion: b\n"),
        ("v: {{ a }}\n", "a list or a map stands as a key", "v: '{{ a }}'\n"),
        ("v: =\n", "a lone `=` is a special value of YAML 1.1 that PyYAML cannot make", "v: \"=\"\n"),
        ("v: 2021-02-30\n", "`2021-02-30` looks like a date, but is none", "v: \"2021-02-30\"\n"),
    ] {
        let findings = read(text).findings;
        assert_eq!(findings.first().map(|finding| finding.message.as_str()), Some(message), "{text:?}");
        assert_eq!(mended(text), mended_text);
        assert!(mended_text == text || codes(mended_text).is_empty(), "{mended_text:?}");
    }
}

#[test]
fn a_line_that_does_not_fit_is_compared_with_what_is_around_it() {
    for (text, message, related) in [
        (
            "r:\n  - a: b\n  c: d\n",
            "a line does not fit the lines above it",
            "the list that is open is indented by 2",
        ),
        (
            "r:\n  a: b\n c: d\n",
            "a line does not fit the lines above it",
            "the map that is open is indented by 0",
        ),
        ("a: b\n  c: d\n", "a map cannot start here", "the line above has its value already"),
        ("a: [b, c\nd: e\n", "a list is never closed", "this cannot be in it"),
        ("a: 'it's'\n", "`s'` follows a value that is complete", "this text ends before it"),
        (
            "a: \"b\nc: d\ne: \"f\"\n",
            "`f\"` follows a value that is complete",
            "this text runs over several lines",
        ),
    ] {
        let found = read(text).findings;
        assert_eq!(found[0].message, message, "{text:?}");
        assert_eq!(found[0].related[0].label, related, "{text:?}");
    }
    assert_eq!(read("<<<<<<< HEAD\na: b\n").findings[0].message, "a merge conflict is left in the file");
}

#[test]
fn every_finding_says_what_to_do() {
    for text in ["a: [\n", "a: b: c", "a: 'x", "a:\t1", "- a\nb: 1", "a: *x", "%YAML 2.0\n---\n", "a: |x\n"] {
        for finding in read(text).findings {
            assert!(finding.help.is_some(), "{text:?}: {}", finding.message);
        }
    }
}

#[test]
fn deep_nesting_is_a_finding_and_no_crash() {
    let depth = super::limits::DEPTH;
    for open in ["[", "{a: ", "- ", "? ", "[? "] {
        assert_eq!(codes(&open.repeat(20_000)), ["nesting-too-deep"], "{open:?}");
    }
    assert!(codes(&("[".repeat(depth) + &"]".repeat(depth))).is_empty());
    let staircase: String = (0..600).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert_eq!(codes(&staircase), ["nesting-too-deep"]);
}

#[test]
fn aliases_may_share_but_not_explode() {
    let laughs = |levels: usize| {
        let level = |n: usize| format!("l{n}: &l{n} [{}]\n", vec![format!("*l{}", n - 1); 10].join(", "));
        "l0: &l0 [x]\n".to_owned() + &(1..levels).map(level).collect::<String>()
    };
    assert!(codes(&laughs(4)).is_empty());
    assert_eq!(codes(&laughs(9)), ["yaml-alias-expansion"]);
    // A chain of aliases is deep though no line of it is.
    let chain: String = (1..600).map(|n| format!("l{n}: &l{n} [*l{}]\n", n - 1)).collect();
    assert_eq!(codes(&("l0: &l0 x\n".to_owned() + &chain)), ["yaml-alias-expansion"]);
}

#[test]
fn a_file_full_of_mistakes_gives_a_bounded_number_of_findings() {
    let most = super::limits::FINDINGS;
    for line in ["a: 1\n", "- !x\n", "- *x\n", "- \"\\ud800\"\n", "- \u{7}\n"] {
        assert_eq!(read(&line.repeat(50_000)).findings.len(), most, "{line:?}");
    }
    let json = format!("[{}]", "\"\t\",".repeat(50_000));
    assert_eq!(Document::read_json(&SourceFile::new("a.json", json)).findings.len(), most);
}

#[test]
fn merge_keys_apply_as_in_pyyaml() {
    let text = "b: &b {x: 1, y: 1}\nc: &c {y: 2, z: 2}\nm: {<<: [*b, *c], x: 9}\n";
    let document = read(text).document.unwrap();
    let top = document.root().and_then(NodeRef::as_mapping).unwrap();
    let merged = top.get("m").and_then(NodeRef::as_mapping).unwrap();
    let entries: Vec<_> =
        merged.entries().iter().map(|e| (e.key.source_text(), e.value.source_text())).collect();
    assert_eq!(entries, [("y", "1"), ("z", "2"), ("x", "9")]);
}
