//! Every field of the recording that says what happens.

use cfct_core::stack_set_machine::stage::{self, Certainty, Fate};
use cfct_core::stack_set_machine::{
    Conditions, Execution, Failure, Outcome, Prediction, PredictionJson, Run, predict, predict_deletion,
};
use serde_json::{Map, Value, json};

use crate::recording::{Case, cases};

fn prediction(case: &Case, conditions: &Conditions) -> Option<Prediction> {
    if !case.is_deletion() {
        return Some(predict(&case.desired, case.deployed.as_ref(), conditions));
    }
    // Which stack sets are asked to be deleted is another matter.
    let requested = case.recorded["result"]["delete_requests_for"].as_array().unwrap();
    let requested = requested.contains(&case.recorded["input"]["stack_set_name"]);
    requested.then(|| predict_deletion(case.deployed.as_ref().unwrap(), conditions))
}

fn each_predicted(check: impl Fn(&Case, &Prediction)) {
    for case in cases() {
        if let Some(prediction) = prediction(&case, &case.conditions) {
            check(&case, &prediction);
        }
    }
}

/// The outcome in the recording's form. `whole` adds what the recording says of the first outcome only.
fn written(case: &Case, prediction: &Prediction, run: &Run, whole: bool) -> Value {
    let execution = run.execution.as_ref();
    let status = execution.map(Execution::status);
    let failure = run.failure();
    let mut written = json!({
        "execution_status": status,
        "failure": failure.map(|failure| {
            let mut written = Map::new();
            let fields = [("state", failure.state()), ("function", failure.function())];
            for (key, value) in fields {
                written.extend(value.map(|value| (key.to_owned(), json!(value))));
            }
            written.insert("error".to_owned(), json!(failure.error()));
            if let Failure::Endless { repeats_from_call } = failure {
                written.insert("repeats_from_call".to_owned(), json!(repeats_from_call));
            }
            written
        }),
        "stage_status": execution.map(|_| if run.has_failed() { "FAILED" } else { "SUCCEEDED" }),
        "mutating_calls": case.calls(prediction, run.calls()),
        "stack_set_afterwards": if prediction.deployed_after(run).is_some() { "present" } else { "absent" },
        "final_instances": case.instances(&prediction.instances(run)),
        "missing_afterwards": case.instances(&prediction.missing(run)),
        "extra_afterwards": case.instances(&prediction.extra(run)),
    });
    if !case.is_deletion() {
        let matches = prediction.deployed_after(run).unwrap().template_matches;
        written["template_afterwards"] = json!(if matches { "manifest" } else { "as deployed before" });
        written["parameters_afterwards"] = json!(prediction.parameters_after(run));
    }
    if whole {
        written["execution_started"] = json!(execution.is_some());
        written["skip_update_stack_set"] =
            json!(execution.map(|execution| if execution.skip_update_stack_set { "yes" } else { "no" }));
        written["pre_check"] = json!(run.pre_check.map(|check| {
            let mut written = json!({
                "template_matched": check.template_matched,
                "parameters_matched": check.parameters_matched,
                "stack_set_exists": check.stack_set_exists,
            });
            if let Some(differ) = check.instance_lists_differ {
                written["instance_lists_differ"] = json!(differ);
            }
            written
        }));
    }
    written
}

fn without(value: &Value, keys: &[&str]) -> Value {
    let mut value = value.clone();
    for key in keys {
        value.as_object_mut().unwrap().remove(*key);
    }
    value
}

#[test]
fn the_outcome_in_ascending_order_is_the_recorded_one() {
    each_predicted(|case, prediction| {
        let recorded =
            without(&case.recorded["result"], &["delete_requests_for", "other_stack_sets_afterwards"]);
        let predicted = written(case, prediction, &prediction.outcomes[0].run, true);
        assert_eq!(predicted, recorded, "{}\n{predicted:#}\n{recorded:#}", case.id);
    });
}

#[test]
fn the_other_outcomes_are_the_recorded_ones_and_no_more() {
    each_predicted(|case, prediction| {
        let none = Vec::new();
        let recorded = case.recorded["other_outcomes"].as_array().unwrap_or(&none);
        let predicted: Vec<Value> = prediction.outcomes[1..]
            .iter()
            .map(|outcome| written(case, prediction, &outcome.run, false))
            .collect();
        let results: Vec<Value> = recorded.iter().map(|other| other["result"].clone()).collect();
        assert_eq!(predicted, results, "{}", case.id);
        for (outcome, other) in prediction.outcomes[1..].iter().zip(recorded) {
            assert_eq!(
                outcome.needs_other_set_order, other["needs_set_order_other_than_sorted"],
                "{}",
                case.id
            );
            assert_eq!(prediction.settles(outcome).as_str(), other["settles_as"], "{}", case.id);
            assert_eq!(rests_on(outcome), texts(&other["rests_on"]), "{}", case.id);
        }
    });
}

fn rests_on(outcome: &Outcome) -> Vec<String> {
    let mut texts: Vec<String> =
        outcome.run.rests_on.iter().map(|assumption| assumption.as_str().to_owned()).collect();
    texts.sort();
    texts
}

fn texts(list: &Value) -> Vec<String> {
    let mut texts: Vec<String> =
        list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect();
    texts.sort();
    texts
}

#[test]
fn the_json_holds_what_is_recorded_under_the_same_names() {
    each_predicted(|case, prediction| {
        let json = PredictionJson { stack_set: case.name(), prediction, names: case };
        let json = serde_json::to_value(json).unwrap();
        let fields = ["execution_status", "failure", "stage_status", "mutating_calls"];
        let fields = [&fields[..], &["missing_afterwards", "extra_afterwards"]].concat();
        let result = &case.recorded["result"];
        for field in fields.iter().chain(&["execution_started", "skip_update_stack_set"]) {
            assert_eq!(json[field], result[field], "{} {field}", case.id);
        }
        assert_eq!(json["settles_as"], case.recorded["later_runs"]["settles_as"], "{}", case.id);
        assert_eq!(texts(&json["rests_on"]), texts(&case.recorded["rests_on"]), "{}", case.id);
        for field in ["outcome_depends_on_order", "decided_by"] {
            assert_eq!(json[field], case.recorded["order"][field], "{} {field}", case.id);
        }
        let none = Vec::new();
        let recorded = case.recorded["other_outcomes"].as_array().unwrap_or(&none);
        let others = json["other_outcomes"].as_array().unwrap();
        assert_eq!(others.len(), recorded.len(), "{}", case.id);
        for (other, recorded) in others.iter().zip(recorded) {
            for field in &fields {
                assert_eq!(other["result"][field], recorded["result"][field], "{} {field}", case.id);
            }
            for field in ["label", "needs_set_order_other_than_sorted", "settles_as"] {
                assert_eq!(other[field], recorded[field], "{} {field}", case.id);
            }
            assert_eq!(other["example_first_account"], recorded["example_account_list"][0], "{}", case.id);
        }
    });
}

#[test]
fn deletions_are_asked_for_as_recorded() {
    for case in cases().iter().filter(|case| case.is_deletion()) {
        let input = &case.recorded["input"];
        let manifest: Vec<&str> =
            input["manifest_names"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let others = input["other_stack_sets"].as_array().into_iter().flatten();
        let names = others.filter_map(|other| other["stack_set_name"].as_str()).chain([case.name()]);
        let mut requested: Vec<&str> = names
            .filter(|name| {
                let is_tagged = input["tagged"] != false;
                stage::fate(name, is_tagged, true, |resource| manifest.contains(&resource)) == Fate::Deleted
            })
            .collect();
        requested.sort_unstable();
        assert_eq!(json!(requested), case.recorded["result"]["delete_requests_for"], "{}", case.id);
        if !requested.contains(&case.name()) {
            assert_eq!(case.recorded["result"]["execution_started"], false, "{}", case.id);
        }
    }
}

#[test]
fn a_deletion_that_fails_keeps_the_others_from_being_reached() {
    let case = cases().into_iter().find(|case| case.id == "delete-two-first-fails").unwrap();
    let fails = prediction(&case, &case.conditions).unwrap().fails();
    let (deletions, resources) = stage::reached(&[fails, Certainty::Never], &[Certainty::Never]);
    assert_eq!((deletions, resources), (vec![Certainty::Surely, Certainty::Perhaps], vec![Certainty::Never]));
    let others = &case.recorded["result"]["other_stack_sets_afterwards"];
    assert_eq!(*others, json!({"CustomControlTower-other": "present"}), "taken in the order of names");
}

#[test]
fn the_worst_outcome_comes_first() {
    let worst = |id: &str| {
        let case = cases().into_iter().find(|case| case.id == id).unwrap();
        let prediction = prediction(&case, &case.conditions).unwrap();
        prediction.settles(prediction.worst_first()[0]).as_str()
    };
    assert_eq!(worst("add-remove-accounts-add-regions"), "not as desired, no further execution");
    assert_eq!(worst("all-four-new-first"), "not as desired, an execution on every run that fails");
    assert_eq!(worst("delete-uneven"), "not as desired, an execution on every run that fails");
}

#[test]
fn outcomes_rest_on_the_recorded_assumptions() {
    each_predicted(|case, prediction| {
        assert_eq!(rests_on(&prediction.outcomes[0]), texts(&case.recorded["rests_on"]), "{}", case.id);
    });
}

#[test]
fn the_order_matters_where_the_recording_says_so() {
    each_predicted(|case, prediction| {
        let recorded = &case.recorded["order"];
        assert_eq!(prediction.depends_on_order(), recorded["outcome_depends_on_order"], "{}", case.id);
        let mut decided_by = Vec::new();
        if prediction.depends_on_first_account() {
            decided_by.push("the first account of the list");
        }
        if prediction.depends_on_set_order() {
            decided_by.push("the order in which the Lambda iterates sets of accounts");
        }
        assert_eq!(json!(decided_by), recorded["decided_by"], "{}", case.id);
        for (account, labels) in recorded["outcomes_by_first_account"].as_object().into_iter().flatten() {
            let group = prediction.groups.group_of(case.account(account)).unwrap();
            let leading = ["A", "B", "C"].iter().zip(&prediction.outcomes);
            let leading = leading.filter(|(_, outcome)| outcome.first.contains(group));
            let leading: Vec<&str> = leading.map(|(label, _)| *label).collect();
            assert_eq!(json!(leading), *labels, "{} {account}", case.id);
        }
    });
}

#[test]
fn later_runs_settle_as_recorded() {
    each_predicted(|case, prediction| {
        let recorded = &case.recorded["later_runs"];
        let (runs, settled) = prediction.later_runs(&prediction.outcomes[0]);
        assert_eq!(settled.as_str(), recorded["settles_as"], "{}", case.id);
        let results = recorded["runs_after_the_first"].as_array().unwrap();
        assert_eq!(runs.len(), results.len(), "{}", case.id);
        let beyond = ["final_instances", "stack_set_afterwards", "stage_status", "pre_check"];
        let after = ["template_afterwards", "parameters_afterwards"];
        for (run, result) in runs.iter().zip(results) {
            let predicted = written(case, prediction, run, true);
            let predicted = without(&predicted, &[&beyond[..], &after[..]].concat());
            assert_eq!(predicted, *result, "{}", case.id);
        }
    });
}

#[test]
fn later_runs_settle_as_recorded_for_each_account_list() {
    each_predicted(|case, prediction| {
        let lists = case.recorded["later_runs"]["settles_as_by_account_list"].as_array();
        for entry in lists.into_iter().flatten() {
            for list in entry["account_lists"].as_array().unwrap() {
                let first = case.account(list[0].as_str().unwrap());
                let settled = prediction.settles_with_first_account(first);
                assert_eq!(settled.as_str(), entry["settles_as"], "{} {list}", case.id);
            }
        }
    });
}

#[test]
fn accepting_empty_account_lists_leads_where_the_recording_says() {
    for case in cases() {
        let Some(recorded) = case.recorded.get("if_an_empty_account_list_were_accepted") else { continue };
        let conditions = Conditions { empty_account_lists_are_accepted: true, ..case.conditions.clone() };
        let prediction = prediction(&case, &conditions).unwrap();
        let outcome = &prediction.outcomes[0];
        let predicted = without(&written(&case, &prediction, &outcome.run, true), &["pre_check"]);
        assert_eq!(predicted, without(recorded, &["settles_as"]), "{}", case.id);
        assert_eq!(prediction.settles(outcome).as_str(), recorded["settles_as"], "{}", case.id);
    }
}
