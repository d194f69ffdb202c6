use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Converged, Mended, apply};
use crate::configuration::{Configuration, Content, Kind, Listed, MANIFEST};
use crate::document::codes::YAML_SYNTAX;
use crate::finding::{Edit, Finding, Fix};
use crate::source::{Location, PackagePath, SourceFile, Span};

fn fix(edits: &[(usize, usize, &str)]) -> Fix {
    let edits = edits
        .iter()
        .map(|(start, end, replacement)| Edit {
            span: Span::new(*start, *end),
            replacement: (*replacement).into(),
        })
        .collect();
    Fix { title: "mend it".into(), edits }
}

fn applied(text: &str, fixes: &[Fix]) -> Mended {
    apply(text, &fixes.iter().collect::<Vec<_>>())
}

#[test]
fn edits_replace_insert_and_remove_by_bytes() {
    let cases = [
        ("name: a", vec![(6, 7, "'a'")], "name: 'a'"),
        ("name: a", vec![(0, 0, "- ")], "- name: a"),
        ("name: a # why", vec![(7, 13, "")], "name: a"),
        ("a b c", vec![(4, 5, "z"), (0, 1, "x")], "x b z"),
        ("ä: ö", vec![(4, 6, "oe")], "ä: oe"),
    ];
    for (text, edits, expected) in cases {
        assert_eq!(applied(text, &[fix(&edits)]).text, expected, "{text} {edits:?}");
    }
}

#[test]
fn of_two_fixes_that_touch_the_first_wins_whole() {
    let cases: [(&str, [Fix; 2]); 4] = [
        ("overlap", [fix(&[(0, 3, "x")]), fix(&[(2, 4, "y")])]),
        ("same insertion", [fix(&[(2, 2, "x")]), fix(&[(2, 2, "y")])]),
        ("insertion at a seam", [fix(&[(0, 2, "x")]), fix(&[(2, 2, "y")])]),
        ("one of several edits overlaps", [fix(&[(0, 1, "x")]), fix(&[(4, 5, "y"), (0, 1, "y")])]),
    ];
    for (case, fixes) in cases {
        let mended = applied("abcdef", &fixes);
        assert_eq!(mended.applied, [0], "{case}");
        assert!(!mended.text.contains('y'), "{case}: {}", mended.text);
    }
    assert_eq!(applied("abcd", &[fix(&[(0, 2, "x")]), fix(&[(2, 4, "y")])]).text, "xy", "neighbours agree");
}

#[test]
fn an_unsound_fix_changes_nothing() {
    let unsound = [
        ("out of range", fix(&[(2, 99, "x")])),
        ("cuts a character", fix(&[(1, 2, "x")])),
        ("overlaps itself", fix(&[(2, 4, "x"), (3, 5, "y")])),
        ("has no edit", fix(&[])),
    ];
    for (case, fix) in unsound {
        let mended = applied("äabcdef", &[fix]);
        assert_eq!((mended.text.as_str(), mended.applied.len()), ("äabcdef", 0), "{case}");
    }
}

#[test]
fn line_breaks_and_byte_order_mark_stay_as_they_are() {
    let mended = applied("\u{feff}a: 1\r\nb: 2\r\n", &[fix(&[(9, 9, "c: 3\nd: 4\r\n")])]);
    assert_eq!(mended.text, "\u{feff}a: 1\r\nc: 3\r\nd: 4\r\nb: 2\r\n");
    let mended = applied("a: 1\nb: 2\n", &[fix(&[(5, 5, "c: 3\n")])]);
    assert_eq!(mended.text, "a: 1\nc: 3\nb: 2\n");
}

fn package(manifest: &str) -> Configuration {
    let path = PackagePath::new(MANIFEST).unwrap();
    let listed = Listed { kind: Kind::File, bytes: manifest.len() as u64 };
    let content = Content::Text(SourceFile::new(MANIFEST, manifest));
    Configuration::new(BTreeMap::from([(path.clone(), listed)]), BTreeMap::from([(path, content)]))
}

fn manifest(configuration: &Configuration) -> &Arc<SourceFile> {
    match &configuration.files.values().next().unwrap().content {
        Content::Text(source) => source,
        other => panic!("{other:?}"),
    }
}

fn found(source: &Arc<SourceFile>, from: &str, to: &str) -> Vec<Finding> {
    let Some(at) = source.text().find(from) else { return Vec::new() };
    let span = Span::new(at, at + from.len());
    vec![Finding::new(&YAML_SYNTAX, &Location::new(source, span), "it").fix("change it", span, to)]
}

/// Finds the first `from` and offers to make it `to`.
fn finds(from: &'static str, to: &'static str) -> impl Fn(&Configuration) -> Vec<Finding> {
    move |configuration| found(manifest(configuration), from, to)
}

fn converge(text: &str, check: impl Fn(&Configuration) -> Vec<Finding>) -> Converged {
    super::converge(&package(text), |path| panic!("{path} was not there before"), check)
}

#[test]
fn mending_goes_on_until_nothing_is_found() {
    let converged = converge("a: x # x\nb: [x, x]\n", finds("x", "y"));
    assert_eq!((converged.mended.len(), converged.findings.len()), (4, 0));
    let change = converged.changed.values().next().unwrap();
    assert_eq!(change.before.text(), "a: x # x\nb: [x, x]\n");
    assert_eq!(change.after.text(), "a: y # y\nb: [y, y]\n");
}

#[test]
fn mends_that_never_end_are_bounded() {
    let converged = converge("a: x\n", finds("x", "xx"));
    assert_eq!(converged.mended.len(), super::ROUNDS);
    assert_eq!(converged.findings.len(), 1);
}

#[test]
fn a_mend_that_breaks_the_document_is_taken_back() {
    let converged = converge("a: x\n", finds("x", "[{"));
    assert!(converged.changed.is_empty() && converged.mended.is_empty());
    assert_eq!((converged.spared.len(), converged.findings.len()), (1, 1));
}

#[test]
fn a_file_of_the_same_name_outside_the_package_is_not_taken_for_one_of_it() {
    let outside = SourceFile::new(MANIFEST, "a: x\n");
    let converged = converge("a: x\n", |_| found(&outside, "x", "y"));
    assert!(converged.changed.is_empty() && converged.mended.is_empty());
}

proptest! {
    #[test]
    fn no_set_of_fixes_panics_and_untouched_text_survives_in_order(
        text in "[a-fä\r\n]{0,40}",
        fixes in prop::collection::vec(
            prop::collection::vec((0usize..48, 0usize..8, "[A-F]{0,4}"), 0..4), 0..6),
    ) {
        let fixes: Vec<Fix> = fixes
            .iter()
            .map(|edits| fix(&edits.iter().map(|(at, len, to)| (*at, at + len, to.as_str())).collect::<Vec<_>>()))
            .collect();
        let mended = applied(&text, &fixes);
        let edits: Vec<&Edit> = mended.applied.iter().flat_map(|index| &fixes[*index].edits).collect();
        let removed: usize = edits.iter().map(|edit| edit.span.range().len()).sum();
        let added: usize = edits.iter().map(|edit| edit.replacement.len()).sum();
        prop_assert_eq!(mended.text.len(), text.len() - removed + added);
        // Replacements are upper case, the text is not: what is left is the text without the edited bytes.
        let untouched = text
            .char_indices()
            .filter(|(at, _)| !edits.iter().any(|edit| edit.span.range().contains(at)))
            .map(|(_, letter)| letter)
            .collect::<String>();
        prop_assert_eq!(mended.text.replace(|letter: char| letter.is_ascii_uppercase(), ""), untouched);
    }

    #[test]
    fn a_lone_sound_fix_is_always_applied(text in "[a-f]{1,40}", at in 0usize..40, length in 0usize..8) {
        let start = at.min(text.len());
        let end = (start + length).min(text.len());
        let mended = applied(&text, &[fix(&[(start, end, "X")])]);
        prop_assert_eq!(mended.text, format!("{}X{}", &text[..start], &text[end..]));
    }
}
