use std::collections::BTreeMap;

use super::change::{Change, plain};
use super::edits::Edits;
use super::prune::{Without, prune};
use super::update::{Record, Step, update};
use super::{Blueprint, NotABlueprint};
use crate::deployment::{Answers, Deployment};
use crate::document::{Document, Format, NodeRef, Value};
use crate::settings;
use crate::source::{PackagePath, SourceFile};

const SETTINGS: &str = include_str!("../../../../cfct.toml");

fn deployment(change: impl FnOnce(&mut Answers)) -> Deployment {
    let mut answers = settings::read(&SourceFile::new("cfct.toml", SETTINGS)).0.deployment.unwrap();
    change(&mut answers);
    answers.resolve(None).unwrap()
}

#[test]
fn words_are_replaced_all_at_once_and_whole() {
    let example = deployment(|_| {});
    let swapped = deployment(|answers| {
        std::mem::swap(&mut answers.home_region, &mut answers.recovery_region);
        answers.organization_id = Some("o-other00001".to_owned());
    });
    let change = Change::new(&example, &swapped);
    for (text, expected) in [
        ("daily-eu-central-1 copies to eu-west-1", "daily-eu-west-1 copies to eu-central-1"),
        ("eu-central-12 and xeu-central-1", "eu-central-12 and xeu-central-1"),
        ("o-acme000001/*", "o-other00001/*"),
        ("o-acme0000012", "o-acme0000012"),
        ("1200000000061 ä 120000000006", "1200000000061 ä 120000000006"),
    ] {
        assert_eq!(change.applied(text), expected);
    }
}

#[test]
fn a_text_is_plain_where_every_reader_takes_it_for_that_text() {
    for (text, expected) in [
        ("Workloads:Prod", "Workloads:Prod"),
        ("Log Archive", "Log Archive"),
        ("on", "'on'"),
        ("012345670123", "'012345670123'"),
        ("A: b", "'A: b'"),
        ("Ops #1", "'Ops #1'"),
        ("Research, Development", "'Research, Development'"),
        ("- x", "'- x'"),
        ("it's", "it's"),
        ("*x", "'*x'"),
    ] {
        assert_eq!(plain(text), expected);
        let read = Document::read_yaml(&SourceFile::new("", plain(text)));
        assert_eq!(read.document.unwrap().root().unwrap().value(), Some(Value::Str(text)));
    }
}

/// The text without what holds `x`.
fn pruned(format: Format, without: Without, text: &str) -> String {
    let source = SourceFile::new("", text);
    let reading = match format {
        Format::Yaml => Document::read_yaml(&source),
        Format::Json => Document::read_json(&source),
    };
    let mut edits = Edits::new(&source);
    let is_gone = |node: NodeRef<'_>| node.scalar_text().is_some_and(|text| text.contains('x'));
    prune(&reading.document.unwrap(), without, is_gone, &mut edits);
    edits.finish()
}

#[test]
fn what_goes_takes_its_comma_along() {
    for (text, expected) in [
        ("[\"a\", \"x\", \"b\"]", "[\"a\", \"b\"]"),
        ("[\"x\", \"b\"]", "[\"b\"]"),
        ("[\"x\", \"x2\", \"b\", \"x3\"]", "[\"b\"]"),
        ("{\n  \"a\": 1,\n  \"x\": 2\n}", "{\n  \"a\": 1\n}"),
        ("{\n  \"x\": 2,\n  \"a\": 1\n}", "{\n  \"a\": 1\n}"),
        ("{\"a\": {\"b\": [\"x\"]}, \"c\": 1}", "{\"c\": 1}"),
    ] {
        assert_eq!(pruned(Format::Json, Without::Itself, text), expected);
    }
}

#[test]
fn what_goes_takes_its_comment_and_the_space_around_it_along() {
    for (text, expected) in [
        ("a:\n  # About x.\n  - x\n  - b\n", "a:\n  - b\n"),
        (
            "l:\n  # First.\n  - k: a\n\n  # A section\n\n  # Second.\n  - k: x\n    m: 1\n\n  - k: c\n",
            "l:\n  # First.\n  - k: a\n\n  # A section\n\n  - k: c\n",
        ),
        ("a: 1\n\n# Last.\nb: x\n", "a: 1\n"),
        ("a: [b, x]\nc: [x]\n", "a: [b]\n"),
        ("a: [&b x, c]\nd: *b\n", "a: [c]\n"),
    ] {
        assert_eq!(pruned(Format::Yaml, Without::Itself, text), expected);
    }
}

#[test]
fn a_statement_is_nothing_without_its_condition_and_a_resource_something_with_fewer_targets() {
    let statement = "- s: a\n  c:\n    k: x\n- s: b\n";
    assert_eq!(pruned(Format::Yaml, Without::Nothing, statement), "- s: b\n");
    let resource = "- n: a\n  t:\n    ous:\n      - b\n    accounts:\n      - x\n- n: c\n";
    assert_eq!(
        pruned(Format::Yaml, Without::Itself, resource),
        "- n: a\n  t:\n    ous:\n      - b\n- n: c\n"
    );
    let parameter = "- k: a\n  v: x\n- k: b\n  v: c\n";
    assert_eq!(pruned(Format::Yaml, Without::Itself, parameter), "- k: b\n  v: c\n");
}

#[test]
fn what_is_no_configuration_is_no_blueprint() {
    let missing = |files: &[(&'static str, &'static str)]| Blueprint::new(files.iter().copied()).unwrap_err();
    assert_eq!(missing(&[]), NotABlueprint("the blueprint has no cfct.toml".to_owned()));
    let settings = [("cfct.toml", SETTINGS)];
    assert_eq!(missing(&settings), NotABlueprint("the blueprint has no manifest.yaml".to_owned()));
    let empty = [("cfct.toml", ""), ("manifest.yaml", "")];
    assert_eq!(missing(&empty), NotABlueprint("the blueprint has no deployment".to_owned()));
}

fn record(files: &[(&str, &str)]) -> Record {
    Record::of(texts(files).iter().map(|(path, text)| (path, text.as_str())))
}

fn texts(files: &[(&str, &str)]) -> BTreeMap<PackagePath, String> {
    files.iter().map(|(path, text)| (PackagePath::new(path).unwrap(), (*text).to_owned())).collect()
}

#[test]
fn an_update_writes_what_nobody_changed_and_keeps_what_somebody_did() {
    let record = record(&[
        ("same", "1"),
        ("stale", "1"),
        ("mine", "1"),
        ("gone", "1"),
        ("old", "1"),
        ("old-mine", "1"),
        ("settled", "2"),
    ]);
    let present = texts(&[
        ("same", "1"),
        ("stale", "1"),
        ("mine", "M"),
        ("old", "1"),
        ("old-mine", "M"),
        ("settled", "M"),
    ]);
    let rendered =
        texts(&[("same", "1"), ("stale", "2"), ("mine", "2"), ("gone", "2"), ("new", "2"), ("settled", "2")]);
    let steps = |overwrite: bool| -> Vec<(String, &'static str)> {
        let update = update(&rendered, &present, &record, overwrite);
        let word = |step: &Step| match step {
            Step::Create { .. } => "create",
            Step::Change { .. } => "change",
            Step::Remove { .. } => "remove",
            Step::Keep { wanted: Some(_) } => "keep",
            Step::Keep { wanted: None } => "keep for good",
            Step::StayAway => "stay away",
        };
        update.steps.iter().map(|(path, step)| (path.to_string(), word(step))).collect()
    };
    let expect = |list: &[(&str, &'static str)]| -> Vec<(String, &'static str)> {
        list.iter().map(|(path, word)| ((*path).to_owned(), *word)).collect()
    };
    assert_eq!(
        steps(false),
        expect(&[
            ("gone", "stay away"),
            ("mine", "keep"),
            ("new", "create"),
            ("old", "remove"),
            ("old-mine", "keep for good"),
            ("stale", "change"),
        ])
    );
    assert_eq!(
        steps(true),
        expect(&[
            ("gone", "create"),
            ("mine", "change"),
            ("new", "create"),
            ("old", "remove"),
            ("old-mine", "remove"),
            ("settled", "change"),
            ("stale", "change"),
        ])
    );
}

#[test]
fn a_record_survives_its_file() {
    let record = record(&[("manifest.yaml", "1"), ("cfct.toml", "2")]);
    assert_eq!(Record::from_json(&record.to_json()), Some(record.clone()));
    // The settings are a person's.
    assert_eq!(record.files.keys().collect::<Vec<_>>(), ["manifest.yaml"]);
    assert_eq!(Record::from_json("{}"), None);
}
