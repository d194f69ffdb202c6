//! What `cfct verify` says: what is expected beside what is there, as one item each.

mod effective;
mod expected;

use std::fmt;

use serde::Serialize;

use crate::apply::policies::{self, Change};
use crate::apply::settings::{self, Place};
use crate::apply::{Decision, Step};
use crate::aws::AccountId;

pub use effective::compare as effective_policy;
pub use expected::{Expected, Retention, RoleName, Vault, vault as compare_vault};

/// How what is there relates to what is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Something else is there.
    Incorrect,
    /// Nothing is there.
    Missing,
    /// Something is there, and nothing is expected.
    Unexpected,
    /// Nobody answered.
    Unreachable,
    /// As expected.
    Correct,
}

impl State {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] =
        [Self::Incorrect, Self::Missing, Self::Unexpected, Self::Unreachable, Self::Correct];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incorrect => "incorrect",
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
            Self::Unreachable => "unreachable",
            Self::Correct => "correct",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// How it is.
    pub state: State,
    /// What kind of thing it is: `vault`.
    pub kind: &'static str,
    /// Its name.
    pub subject: String,
    /// The account that it is in or about; `None` where it is the organization's.
    pub account: Option<AccountId>,
    /// Its Region.
    pub region: Option<String>,
    /// What differs, or what there is to know.
    pub detail: String,
}

impl Item {
    /// Something of the organization.
    #[must_use]
    pub fn new(state: State, kind: &'static str, subject: impl Into<String>) -> Self {
        Self { state, kind, subject: subject.into(), account: None, region: None, detail: String::new() }
    }

    /// In or about an account.
    #[must_use]
    pub fn of(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// In a place.
    #[must_use]
    pub fn at(self, place: &Place) -> Self {
        Self { account: Some(place.account), region: Some(place.region.clone()), ..self }
    }

    /// With a detail.
    #[must_use]
    pub fn because(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

/// What `apply` would do to policies, as items: a policy that it would not touch is correct.
#[must_use]
pub fn policies(wanted: &[policies::Wanted], decision: &Decision) -> Vec<Item> {
    let steps = || {
        decision.steps.iter().filter_map(|step| match step {
            Step::Policy(step) => Some(step),
            Step::Setting(_) => None,
        })
    };
    let mut items: Vec<Item> = wanted
        .iter()
        .map(|policy| {
            let own = || steps().filter(|step| (step.kind, &step.name) == (policy.kind, &policy.name));
            let is_missing = own().any(|step| matches!(step.change, Change::Create { .. }));
            let differs: Vec<String> = own().filter_map(difference).collect();
            let state = match (is_missing, differs.is_empty()) {
                (true, _) => State::Missing,
                (false, true) => State::Correct,
                (false, false) => State::Incorrect,
            };
            let detail = if is_missing { String::new() } else { differs.join("; ") };
            Item::new(state, policy.kind.name(), policy.name.as_str()).because(detail)
        })
        .collect();
    let unwanted = steps().filter(|step| step.change == Change::Delete);
    items.extend(unwanted.map(|step| {
        Item::new(State::Unexpected, step.kind.name(), step.name.as_str())
            .because("the configuration no longer names it")
    }));
    items
}

fn difference(step: &policies::Step) -> Option<String> {
    match &step.change {
        Change::Update { .. } => Some("its content or its description differs".to_owned()),
        Change::Attach(target) => Some(format!("it is not attached to {target}")),
        Change::Detach(target) => Some(format!("it is attached to {target}")),
        Change::Create { .. } | Change::Adopt | Change::Delete => None,
    }
}

/// Settings as items.
#[must_use]
pub fn settings(desired: &settings::Desired, observed: &settings::Observed) -> Vec<Item> {
    let presence = |is_there: bool| if is_there { State::Correct } else { State::Missing };
    let mut items = Vec::new();
    for service in &desired.trusted_access {
        items.push(Item::new(presence(observed.trusted_access.contains(service)), "trusted access", service));
    }
    if desired.stack_sets {
        items.push(Item::new(presence(observed.stack_sets), "trusted access", "stack sets"));
    }
    for kind in &desired.policy_types {
        items.push(Item::new(presence(observed.policy_types.contains(kind)), "policy type", kind));
    }
    for (service, account) in &desired.administrators {
        let is_there = observed.administrators.contains(&(service.clone(), *account));
        items.push(Item::new(presence(is_there), "delegated administrator", service).of(*account));
    }
    for (service, account) in observed.administrators.difference(&desired.administrators) {
        if desired.administrators.iter().any(|(of, _)| of == service) {
            items.push(Item::new(State::Unexpected, "delegated administrator", service).of(*account));
        }
    }
    for (name, value) in &desired.global {
        let (state, detail) = match observed.global.get(name) {
            Some(there) if there == value => (State::Correct, String::new()),
            Some(there) => (State::Incorrect, format!("it is {there}, not {value}")),
            None => (State::Missing, format!("it is not set, not {value}")),
        };
        items.push(Item::new(state, "global setting", name).because(detail));
    }
    for (place, wanted) in &desired.opt_ins {
        items.extend(opt_ins(place, wanted, observed));
    }
    items
}

fn opt_ins(
    place: &Place,
    wanted: &std::collections::BTreeMap<String, bool>,
    observed: &settings::Observed,
) -> Vec<Item> {
    let kind = "resource type";
    match observed.opt_ins.get(place) {
        None => Vec::new(),
        Some(Err(why)) => vec![Item::new(State::Unreachable, kind, "all").at(place).because(why)],
        Some(Ok(there)) => {
            let word = |is_on: bool| if is_on { "on" } else { "off" };
            let one = |(name, wanted): (&String, &bool)| {
                let (state, detail) = match there.get(name) {
                    None => (State::Missing, "AWS Backup does not know it there".to_owned()),
                    Some(now) if now == wanted => (State::Correct, String::new()),
                    Some(now) => (State::Incorrect, format!("it is {}, not {}", word(*now), word(*wanted))),
                };
                Item::new(state, kind, name).at(place).because(detail)
            };
            wanted.iter().map(one).collect()
        }
    }
}

#[cfg(test)]
mod tests;
