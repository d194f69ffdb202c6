//! Inheritance of management policies against AWS's worked examples, and against results worked out by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use cfct_core::backup_policy::effective::Effective;
use cfct_core::backup_policy::merge::{Level, Reason};
use cfct_core::backup_policy::policy::Policy;
use cfct_core::backup_policy::questions::Question;
use cfct_core::backup_policy::validation::{self, ErrorCode};
use cfct_core::document::Document;
use cfct_core::limits;
use cfct_core::source::SourceFile;
use serde_json::{Value, json};

const TAGS: &str = include_str!("../../../tests/fixtures/vectors/backup/inheritance-tag-documented.json");
const BACKUP: &str =
    include_str!("../../../tests/fixtures/vectors/backup/inheritance-backup-documented.json");
const DERIVED: &str = include_str!("../../../tests/fixtures/vectors/backup/inheritance-backup-derived.json");

const INVALID: &str = include_str!("../../../tests/fixtures/vectors/backup/effective-invalid.json");
const EVENT: &str =
    include_str!("../../../tests/fixtures/vectors/backup/organizations-effective-policy-validation.json");

fn cases(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

fn policy(name: &str, content: &Value) -> Policy {
    let source = SourceFile::new(format!("{name}.json"), serde_json::to_string_pretty(content).unwrap());
    Policy::read(name, &Document::read_json(&source).document.unwrap()).unwrap()
}

/// The effective policy of `levels`, written as in the vectors, handed to `check`.
fn with_effective(levels: &Value, check: impl FnOnce(&Effective<'_>)) {
    let nodes: Vec<(&str, Vec<Policy>)> = levels
        .as_array()
        .unwrap()
        .iter()
        .map(|level| {
            let node = level["node"].as_str().unwrap();
            let contents = level["policies_in_attachment_order"].as_array().unwrap();
            let named = contents.iter().enumerate();
            (node, named.map(|(index, content)| policy(&format!("{node}-{index}"), content)).collect())
        })
        .collect();
    let path: Vec<Level<'_>> =
        nodes.iter().map(|(node, policies)| Level { node, policies: policies.iter().collect() }).collect();
    check(&Effective::of(&path));
}

fn levels(nodes: &[(&str, &[Value])]) -> Value {
    nodes
        .iter()
        .map(|(node, policies)| json!({"node": node, "policies_in_attachment_order": policies}))
        .collect()
}

#[test]
fn every_worked_example_comes_out_as_recorded() {
    let cases: Vec<Value> = [TAGS, BACKUP, DERIVED].into_iter().flat_map(cases).collect();
    assert_eq!(cases.len(), 16, "the recording lost cases");
    for case in cases {
        with_effective(&case["levels"], |effective| {
            assert_eq!(effective.content(), case["effective"], "{}", case["id"]);
        });
    }
}

#[test]
fn only_the_case_that_aws_leaves_open_is_ambiguous() {
    for case in [TAGS, BACKUP, DERIVED].into_iter().flat_map(cases) {
        let open = case["id"] == "control-does-not-bind-own-level";
        with_effective(&case["levels"], |effective| {
            assert_eq!(!effective.ambiguous.is_empty(), open, "{}", case["id"]);
        });
    }
}

#[test]
fn an_ambiguity_holds_both_outcomes_and_the_lines_they_come_from() {
    let case =
        cases(DERIVED).into_iter().find(|case| case["id"] == "control-does-not-bind-own-level").unwrap();
    with_effective(&case["levels"], |effective| {
        let [ambiguity] = &*effective.ambiguous else { panic!("one, not {:?}", effective.ambiguous) };
        assert_eq!(ambiguity.path, "plans/p/regions");
        assert_eq!(ambiguity.questions, [Question::ControlBindsSiblings, Question::OrderOnNode]);
        assert_eq!(ambiguity.chosen, Some(json!(["us-east-1", "eu-west-1"])));
        assert_eq!(ambiguity.otherwise, Some(json!(["us-east-1"])));
        let [origin] = &*ambiguity.origins else { panic!("one origin") };
        assert_eq!(origin.policy.name.as_ref(), "root-1");
        assert_eq!(origin.location().text(), "\"eu-west-1\"");
    });
}

#[test]
fn every_value_knows_its_policy_node_and_line() {
    let case = cases(BACKUP).into_iter().find(|case| case["id"] == "backup-ex5-child-overrides").unwrap();
    with_effective(&case["levels"], |effective| {
        let sources = effective.sources();
        let of = |path: &str| {
            let (_, values) = sources.iter().find(|(found, _)| found == path).unwrap();
            let origin = values[0].origin;
            (values[0].text, origin.policy.name.to_string(), origin.node, origin.location().text().to_owned())
        };
        let vault = of("plans/pii_backup_plan/rules/hourly/target_backup_vault_name");
        assert_eq!(vault, ("Default", "ou-0".to_owned(), "ou", "\"Default\"".to_owned()));
        let tag = of("plans/pii_backup_plan/selections/tags/datatype/tag_key");
        assert_eq!(tag, ("dataType", "root-0".to_owned(), "root", "\"dataType\"".to_owned()));
        for (path, values) in sources {
            for value in values {
                assert!(value.origin.location().text().contains(value.text), "{path}: {}", value.text);
            }
        }
    });
}

#[test]
fn a_refused_operator_names_the_control_that_refuses_it() {
    let case = cases(TAGS).into_iter().find(|case| case["id"] == "tag-ex4-restrict").unwrap();
    with_effective(&case["levels"], |effective| {
        let [ignored] = &*effective.ignored else { panic!("one, not {:?}", effective.ignored) };
        assert_eq!(ignored.path, "tags/project/tag_key");
        assert_eq!(ignored.origin.node, "ou");
        let Reason::OperatorRefused { by, .. } = &ignored.reason else { panic!("{:?}", ignored.reason) };
        assert_eq!(by[0].origin.node, "root");
        assert_eq!(by[0].origin.location().text().split_whitespace().collect::<String>(), "[\"@@none\"]");
    });
}

#[test]
fn what_has_no_effect_is_told_with_its_reason() {
    let assign = |value: Value| json!({"plans": {"p": {"regions": {"@@assign": value}}}});
    let append = |value: Value| json!({"plans": {"p": {"regions": {"@@append": value}}}});
    let remove = json!({"plans": {"p": {"regions": {"@@remove": ["us-east-1"]}}}});
    let locked = json!({"plans": {"@@operators_allowed_for_child_policies": ["@@none"]}});
    let narrow = json!({"plans": {"p": {"regions": {
        "@@operators_allowed_for_child_policies": ["@@append"], "@@assign": ["us-east-1"]}}}});
    let wide = json!({"plans": {"p": {"regions": {"@@operators_allowed_for_child_policies": ["@@all"]}}}});
    let cases = [
        ("a new key", levels(&[("root", &[locked]), ("ou", &[assign(json!(["a"]))])]), "key-refused"),
        ("nothing there", levels(&[("root", &[remove])]), "nothing-to-remove"),
        (
            "one value",
            levels(&[("root", &[assign(json!("a"))]), ("ou", &[append(json!(["b"]))])]),
            "not-a-list",
        ),
        ("first", levels(&[("root", &[assign(json!("a")), assign(json!("b"))])]), "first-attached"),
        ("widen", levels(&[("root", &[narrow]), ("ou", &[wide])]), "cannot-widen"),
        ("equal", levels(&[("root", &[assign(json!("a")), assign(json!("a"))])]), ""),
    ];
    for (name, levels, expected) in cases {
        with_effective(&levels, |effective| {
            let reasons: Vec<_> = effective.ignored.iter().map(|ignored| ignored.reason.as_str()).collect();
            assert_eq!(reasons.join(" "), expected, "{name}");
        });
    }
}

#[test]
fn what_aws_leaves_open_is_asked_only_where_the_answer_matters() {
    let control = "@@operators_allowed_for_child_policies";
    let plan = |name: &str, regions: Value| json!({"plans": {name: {"regions": regions}}});
    let assign = |list: Value| plan("p", json!({"@@assign": list}));
    let append = |list: Value| plan("p", json!({"@@append": list}));
    let locked = json!({"plans": {control: ["@@none"], "p": {"regions": {"@@assign": ["a"]}}}});
    let assign_only = json!({"plans": {control: ["@@assign"], "p": {"regions": {"@@assign": ["a"]}}}});
    let (a, b) = (json!(["a"]), json!(["b"]));
    let cases = [
        (
            "cascade",
            levels(&[("root", std::slice::from_ref(&locked)), ("ou", &[assign(b.clone())])]),
            "control-cascades",
        ),
        ("cascade, equal", levels(&[("root", &[locked]), ("ou", &[assign(a.clone())])]), ""),
        ("two assigns", levels(&[("root", &[assign(a.clone()), assign(b.clone())])]), "order-on-node"),
        ("two appends", levels(&[("root", &[append(a.clone()), append(b.clone())])]), ""),
        ("append, assign", levels(&[("root", &[append(a.clone()), assign(b.clone())])]), "order-on-node"),
        ("assign, append", levels(&[("root", &[assign(a.clone()), append(b.clone())])]), "order-on-node"),
        ("repeat", levels(&[("root", &[append(a.clone())]), ("ou", &[append(a.clone())])]), "append-repeats"),
        (
            "assign adds",
            levels(&[("root", &[assign_only]), ("ou", &[plan("q", json!({"@@assign": b}))])]),
            "assign-adds-keys",
        ),
    ];
    for (name, levels, expected) in cases {
        with_effective(&levels, |effective| {
            let all = effective.ambiguous.iter().flat_map(|ambiguity| &ambiguity.questions);
            let questions: Vec<_> = all.map(|question| question.as_str()).collect();
            assert_eq!(questions.join(" "), expected, "{name}");
            for ambiguity in &effective.ambiguous {
                assert!(!ambiguity.origins.is_empty(), "{name}");
                assert_ne!(ambiguity.chosen, ambiguity.otherwise, "{name}");
            }
        });
    }
}

#[test]
fn invalid_effective_policies_have_the_codes_and_paths_of_aws() {
    let cases = cases(INVALID);
    assert_eq!(cases.len(), 3, "the recording lost cases");
    for case in cases {
        with_effective(&case["levels"], |effective| {
            let violations = validation::check(&effective.root, &limits::PUBLISHED.backup);
            let found: Vec<_> =
                violations.iter().map(|found| (found.code.as_str(), found.path.as_str())).collect();
            let expected =
                (case["expect"]["error_code"].as_str().unwrap(), case["expect"]["path"].as_str().unwrap());
            assert_eq!(found, [expected], "{}", case["id"]);
        });
    }
}

#[test]
fn the_codes_of_validation_events_are_known() {
    let event: Value = serde_json::from_str(EVENT).unwrap();
    let error = &event["events"]["INVALID"]["detail"]["serviceEventDetails"]["validationErrors"][0];
    assert_eq!(ErrorCode::parse(error["errorCode"].as_str().unwrap()), Some(ErrorCode::ElementsTooMany));
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("exceeds the allowed maximum limit 10"));
}

#[test]
fn limits_are_those_of_the_account() {
    let mut limits = limits::PUBLISHED.backup;
    limits.rules.value = 20;
    let case = &cases(INVALID)[0];
    with_effective(&case["levels"], |effective| {
        assert!(validation::check(&effective.root, &limits).is_empty());
    });
}

#[test]
fn the_documented_backup_examples_are_valid_once_merged() {
    for case in cases(BACKUP) {
        with_effective(&case["levels"], |effective| {
            let violations = validation::check(&effective.root, &limits::PUBLISHED.backup);
            assert!(violations.is_empty(), "{}: {violations:?}", case["id"]);
        });
    }
}
