//! What a person is told.

use cfct_core::stack_set_machine::{
    IndexSet, Prediction, explain, predict, predict_deletion, safe_deletion_steps, safe_steps,
};

use crate::recording::{Case, cases};

fn prediction(case: &Case) -> Prediction {
    match (&case.deployed, case.is_deletion()) {
        (Some(deployed), true) => predict_deletion(deployed, &case.conditions),
        (deployed, _) => predict(&case.desired, deployed.as_ref(), &case.conditions),
    }
}

/// Everything that is said of a case: the outcomes, worst first, and the way out.
fn said(case: &Case) -> Vec<String> {
    let prediction = prediction(case);
    let worst_first = prediction.worst_first();
    let mut lines: Vec<String> =
        worst_first.iter().flat_map(|outcome| explain::outcome(&prediction, outcome, case)).collect();
    let everybody = IndexSet::below(case.accounts.len());
    let conditions = case.conditions.without_faults();
    let steps = match (&case.deployed, case.is_deletion()) {
        (Some(deployed), true) => safe_deletion_steps(deployed, &everybody, &conditions),
        (deployed, _) => safe_steps(&case.desired, deployed.as_ref(), &everybody, &conditions),
    };
    let steps = steps.expect("there is always a way");
    if !steps.is_direct() {
        lines.extend(explain::route(&steps.route, case).into_iter().map(|line| format!("- {line}")));
    }
    let alternative = steps.alternative.iter().flat_map(|route| explain::route(route, case));
    lines.extend(alternative.map(|line| format!("or {line}")));
    lines
}

#[test]
fn a_prediction_is_told_in_short_fragments() {
    for (id, expected) in [
        (
            "create-new",
            &[
                "an execution starts: there is no stack set of this name",
                "creates the stack set",
                "creates 4 instances: 111111111111, 222222222222 in us-east-1, us-west-2",
            ][..],
        ),
        ("no-change", &["no execution: nothing differs"]),
        (
            "add-accounts-add-regions-new-first",
            &[
                "if CfCT happens to list one of these accounts first: 111111111111",
                "an execution starts: the accounts or the Regions differ",
                "creates 2 instances: 222222222222 in us-east-1, us-west-2",
                "it fails: the output export looks into the first Region of the first account, where no \
                 instance is yet",
                "1 instance is missing: 111111111111 in us-west-2",
                "it stays so: no later run notices",
                "if CfCT happens to list one of these accounts first: 222222222222",
                "an execution starts: the accounts or the Regions differ",
                "creates 2 instances: 222222222222 in us-east-1, us-west-2",
                "creates 2 instances: 111111111111, 222222222222 in us-west-2",
                "- push with the Regions in this order: 111111111111, 222222222222 in us-east-1, us-west-2",
                "- push the manifest as it is (nothing is left to do)",
            ],
        ),
        (
            "remove-accounts-swap-every-region",
            &[
                "an execution starts: the accounts or the Regions differ",
                "creates instances in no account (refused)",
                "it fails: accounts and a Region go while a Region comes, so CfCT creates instances in no \
                 account",
                "1 instance is missing: 111111111111 in us-west-2",
                "2 instances are left though not desired: 111111111111 in us-east-1; 222222222222 in us-east-1",
                "it stays so: every later run fails",
                "- push the accounts, still in the deployed Regions: 111111111111 in us-east-1",
                "- push the manifest as it is",
            ],
        ),
        (
            "uneven-unnoticed",
            &[
                "no execution: CfCT compares all accounts and all Regions, not each account's Regions",
                "1 instance is missing: 222222222222 in us-west-2",
                "it stays so: no later run notices",
                "- push only accounts that hold the same Regions: 111111111111 in us-east-1, us-west-2",
                "- push the manifest as it is",
                "- 1 instance is deleted on the way and made anew: 222222222222 in us-east-1",
                "or create by hand (aws cloudformation create-stack-instances): 222222222222 in us-west-2",
                "or push the manifest as it is (nothing is left to do)",
            ],
        ),
        (
            "uneven-remove-account-endless",
            &[
                "an execution starts: the accounts or the Regions differ",
                "deletes 2 instances: 222222222222 in us-east-1, us-east-2",
                "it fails: it never ends: a removed account keeps an instance in a Region that CfCT does not \
                 look at",
                "2 instances are left though not desired: 111111111111 in us-east-2; 222222222222 in us-west-2",
                "it stays so: every later run fails",
                "- push the accounts, still in the deployed Regions: 111111111111 in us-east-1, us-east-2, \
                 us-west-2 (release it again until 2 runs are through)",
                "- push the manifest as it is",
                "- 1 instance is made on the way and deleted again: 111111111111 in us-west-2",
            ],
        ),
        (
            "parameter-with-comma",
            &[
                "an execution starts: a parameter differs",
                "updates the stack set and all its instances",
                "every later run starts an execution, though all is as desired",
            ],
        ),
    ] {
        let case = cases().into_iter().find(|case| case.id == id).unwrap();
        let said = said(&case);
        assert_eq!(said, expected, "{id}");
    }
}

#[test]
fn no_word_is_a_debug_dump_or_a_sentence_with_a_full_stop() {
    for case in cases() {
        for line in said(&case) {
            let line = line.trim_start_matches("- ").trim_start_matches("or ");
            assert!(line.starts_with(|first: char| first.is_lowercase() || first.is_ascii_digit()), "{line}");
            assert!(!line.ends_with('.') && !line.contains(['{', '[', '"']), "{line}");
        }
    }
}
