//! A prediction as JSON, with the field names of the recordings.
//!
//! It is written straight into the serializer: nothing is built up for ten thousand accounts.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::execution::{Action, Call, Failure, Run};
use super::outcomes::Outcome;
use super::prediction::{Cells, Prediction};
use super::sets::IndexSet;

/// What the numbers of accounts and Regions stand for.
pub trait Names {
    /// The id of an account.
    fn account(&self, index: usize) -> &str;

    /// The name of a Region.
    fn region(&self, index: usize) -> &str;

    /// A parameter's value as it may be shown; a secret is not.
    fn parameter<'v>(&self, _key: &str, value: &'v str) -> Cow<'v, str> {
        Cow::Borrowed(value)
    }
}

/// A prediction to serialize: the outcome in ascending order, and the others.
#[derive(Clone, Copy, Debug)]
pub struct PredictionJson<'p, N> {
    /// The stack set's name.
    pub stack_set: &'p str,
    /// The prediction.
    pub prediction: &'p Prediction,
    /// What its numbers stand for.
    pub names: &'p N,
}

impl<N: Names> Serialize for PredictionJson<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let prediction = self.prediction;
        let mut map = serializer.serialize_map(None)?;
        if let Some((first, others)) = prediction.outcomes.split_first() {
            let execution = first.run.execution.as_ref();
            let skips = execution.map(|execution| if execution.skip_update_stack_set { "yes" } else { "no" });
            map.serialize_entry("execution_started", &execution.is_some())?;
            map.serialize_entry("skip_update_stack_set", &skips)?;
            self.write_result(&mut map, &first.run)?;
            map.serialize_entry("settles_as", prediction.settles(first).as_str())?;
            map.serialize_entry("rests_on", &RestsOn(&first.run))?;
            map.serialize_entry("outcome_depends_on_order", &prediction.depends_on_order())?;
            map.serialize_entry("decided_by", &decided_by(prediction))?;
            map.serialize_entry("other_outcomes", &Others { of: self, outcomes: others })?;
            map.serialize_entry("every_order_tried", &prediction.is_complete)?;
        }
        map.end()
    }
}

fn decided_by(prediction: &Prediction) -> Vec<&'static str> {
    let first = prediction.depends_on_first_account().then_some("the first account of the list");
    let sets = prediction
        .depends_on_set_order()
        .then_some("the order in which the Lambda iterates sets of accounts");
    first.into_iter().chain(sets).collect()
}

impl<N: Names> PredictionJson<'_, N> {
    fn write_result<M: SerializeMap>(&self, map: &mut M, run: &Run) -> Result<(), M::Error> {
        let execution = run.execution.as_ref();
        let status = execution.map(super::execution::Execution::status);
        let stage = execution.map(|_| if run.has_failed() { "FAILED" } else { "SUCCEEDED" });
        map.serialize_entry("execution_status", &status)?;
        map.serialize_entry("failure", &run.failure().map(FailureJson))?;
        map.serialize_entry("stage_status", &stage)?;
        map.serialize_entry("mutating_calls", &Calls { of: self, calls: run.calls() })?;
        map.serialize_entry("missing_afterwards", &Pairs { of: self, cells: &self.prediction.missing(run) })?;
        map.serialize_entry("extra_afterwards", &Pairs { of: self, cells: &self.prediction.extra(run) })
    }
}

struct Others<'o, N> {
    of: &'o PredictionJson<'o, N>,
    outcomes: &'o [Outcome],
}

impl<N: Names> Serialize for Others<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let labelled = self.outcomes.iter().enumerate();
        serializer.collect_seq(labelled.map(|(at, outcome)| Other {
            of: self.of,
            label: label(at + 1),
            outcome,
        }))
    }
}

/// A, B, … Z, AA, AB, …; the first outcome is A.
fn label(mut at: usize) -> String {
    let mut label = String::new();
    loop {
        let letter = char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
        label.insert(0, letter);
        if at < 26 {
            return label;
        }
        at = at / 26 - 1;
    }
}

struct Other<'o, N> {
    of: &'o PredictionJson<'o, N>,
    label: String,
    outcome: &'o Outcome,
}

impl<N: Names> Serialize for Other<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let prediction = self.of.prediction;
        let first = prediction.groups.accounts(&self.outcome.first).first();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("label", &self.label)?;
        map.serialize_entry("example_first_account", &first.map(|first| self.of.names.account(first)))?;
        map.serialize_entry("needs_set_order_other_than_sorted", &self.outcome.needs_other_set_order)?;
        map.serialize_entry("result", &OtherResult { of: self.of, run: &self.outcome.run })?;
        map.serialize_entry("settles_as", prediction.settles(self.outcome).as_str())?;
        map.serialize_entry("rests_on", &RestsOn(&self.outcome.run))?;
        map.end()
    }
}

struct OtherResult<'o, N> {
    of: &'o PredictionJson<'o, N>,
    run: &'o Run,
}

impl<N: Names> Serialize for OtherResult<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.of.write_result(&mut map, self.run)?;
        map.end()
    }
}

struct RestsOn<'r>(&'r Run);

impl Serialize for RestsOn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.rests_on.iter().map(|assumption| assumption.as_str()))
    }
}

struct FailureJson<'f>(&'f Failure);

impl Serialize for FailureJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(state) = self.0.state() {
            map.serialize_entry("state", state)?;
        }
        if let Some(function) = self.0.function() {
            map.serialize_entry("function", function)?;
        }
        map.serialize_entry("error", self.0.error())?;
        if let Failure::Endless { repeats_from_call } = self.0 {
            map.serialize_entry("repeats_from_call", repeats_from_call)?;
        }
        map.end()
    }
}

struct Calls<'c, N> {
    of: &'c PredictionJson<'c, N>,
    calls: &'c [Call],
}

impl<N: Names> Serialize for Calls<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.calls.iter().map(|call| CallJson { of: self.of, call }))
    }
}

struct CallJson<'c, N> {
    of: &'c PredictionJson<'c, N>,
    call: &'c Call,
}

impl<N: Names> Serialize for CallJson<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let PredictionJson { stack_set, prediction, names } = self.of;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", self.call.action.name())?;
        match &self.call.action {
            Action::CreateStackSet | Action::UpdateStackSet => {
                let sent = prediction.parameters_sent();
                map.serialize_entry("parameters", &Parameters { names: *names, sent })?;
            }
            Action::DeleteStackSet => map.serialize_entry("stack_set", stack_set)?,
            Action::CreateStackInstances { accounts, regions }
            | Action::DeleteStackInstances { accounts, regions } => {
                let accounts = prediction.groups.accounts(accounts);
                map.serialize_entry("accounts", &Named { set: &accounts, name: |at| names.account(at) })?;
                map.serialize_entry("regions", &Named { set: regions, name: |at| names.region(at) })?;
            }
        }
        map.serialize_entry("answer", self.call.answer.as_str())?;
        map.end()
    }
}

struct Parameters<'p, N> {
    names: &'p N,
    sent: &'p std::collections::BTreeMap<String, String>,
}

impl<N: Names> Serialize for Parameters<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.sent.iter().map(|(key, value)| (key, self.names.parameter(key, value))))
    }
}

struct Named<'n, F> {
    set: &'n IndexSet,
    name: F,
}

impl<'n, F: Fn(usize) -> &'n str> Serialize for Named<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.set.iter().map(&self.name))
    }
}

struct Pairs<'p, N> {
    of: &'p PredictionJson<'p, N>,
    cells: &'p [Cells],
}

impl<N: Names> Serialize for Pairs<'_, N> {
    /// Sorted by account, then Region, as the recordings are.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = self.of.names;
        let mut all = IndexSet::new();
        for cells in self.cells {
            all.add(&cells.accounts);
        }
        let mut seq = serializer.serialize_seq(None)?;
        for account in all.iter() {
            let cells = self.cells.iter().find(|cells| cells.accounts.contains(account));
            for region in cells.into_iter().flat_map(|cells| cells.regions.iter()) {
                seq.serialize_element(&[names.account(account), names.region(region)])?;
            }
        }
        seq.end()
    }
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn labels_go_on_after_z() {
        let labels = [(0, "A"), (1, "B"), (25, "Z"), (26, "AA"), (27, "AB"), (702, "AAA")];
        for (at, expected) in labels {
            assert_eq!(label(at), expected);
        }
    }
}
