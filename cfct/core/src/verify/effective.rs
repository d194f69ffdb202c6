//! Effective backup policies: ours beside AWS's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Item, State};
use crate::aws::AccountId;

/// Differences that are told; a policy that is another one altogether differs everywhere.
const TOLD: usize = 3;

/// Compares what an account should get with what AWS says it gets. `is_valid` is what AWS says of it: an account
/// whose policy is invalid stays on the last valid one.
///
/// Names are compared in lower case, values as text, and lists as sets: AWS promises no order.
#[must_use]
pub fn compare(account: AccountId, ours: Option<&Value>, theirs: Option<&str>, is_valid: bool) -> Item {
    let item = |state| Item::new(state, "effective policy", "backup").of(account);
    if !is_valid {
        let why = "AWS calls it invalid, and the account stays on the last valid one: `aws organizations \
                   list-effective-policy-validation-errors` says why";
        return item(State::Incorrect).because(why);
    }
    let ours = ours.map(flat).filter(|ours| !ours.is_empty());
    let theirs = match theirs.map(serde_json::from_str::<Value>) {
        Some(Err(_)) => return item(State::Incorrect).because("what AWS answers is no JSON"),
        Some(Ok(theirs)) => Some(flat(&theirs)).filter(|theirs| !theirs.is_empty()),
        None => None,
    };
    match (ours, theirs) {
        (None, None) => item(State::Correct).because("none"),
        (Some(_), None) => item(State::Missing),
        (None, Some(_)) => item(State::Unexpected),
        (Some(ours), Some(theirs)) => {
            let differing = differing(&ours, &theirs);
            let state = if differing.is_empty() { State::Correct } else { State::Incorrect };
            item(state).because(differing)
        }
    }
}

type Flat = BTreeMap<String, BTreeSet<String>>;

/// Every setting with its values.
fn flat(value: &Value) -> Flat {
    let mut flat = Flat::new();
    let mut open = vec![(String::new(), value)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(map) => open.extend(map.iter().map(|(key, value)| {
                let dot = if path.is_empty() { "" } else { "." };
                (format!("{path}{dot}{}", key.to_lowercase()), value)
            })),
            Value::Array(items) => open.extend(items.iter().map(|item| (path.clone(), item))),
            Value::String(text) => {
                flat.entry(path).or_default().insert(text.clone());
            }
            other => {
                flat.entry(path).or_default().insert(other.to_string());
            }
        }
    }
    flat
}

fn differing(ours: &Flat, theirs: &Flat) -> String {
    let paths: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let differing: Vec<&String> =
        paths.into_iter().filter(|path| ours.get(*path) != theirs.get(*path)).collect();
    let words = |flat: &Flat, path: &String| {
        let values =
            flat.get(path).map(|values| values.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
        values.unwrap_or_else(|| "nothing".to_owned())
    };
    let mut told: Vec<String> = differing
        .iter()
        .take(TOLD)
        .map(|path| format!("{path} is {}, not {}", words(theirs, path), words(ours, path)))
        .collect();
    if differing.len() > TOLD {
        told.push(format!("{} more differences", differing.len() - TOLD));
    }
    told.join("; ")
}
