//! What the manifest asks of a stack set, and what is deployed of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::sets::IndexSet;
use crate::resolution;

/// What the manifest asks for, resolved: the state machine's input.
///
/// Accounts and Regions are numbers of the caller's tables. Number the accounts in the order of their ids:
/// the outcome that is named first is the one where CfCT happens to take its sets in that order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// `AccountList`. CfCT makes it from a Python set, so its order is unknown.
    pub accounts: IndexSet,
    /// `RegionList`, in the manifest's order: outputs are exported from the first one.
    pub regions: Vec<usize>,
    /// `Parameters`.
    pub parameters: BTreeMap<String, ParameterValue>,
}

/// The value of a parameter as CfCT holds it when it compares and sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    /// A text.
    Text(String),
    /// What becomes of a value with a comma. A list never equals the deployed text, so CfCT updates the
    /// stack set on every run.
    List(Vec<String>),
    /// A `$[alfred_…]` reference whose value only the run knows. It counts as unchanged.
    Unknown(String),
}

impl ParameterValue {
    /// The value as a run has it (`populate_ssm_params`): references to Parameter Store are looked up in
    /// `ssm`; what stays a reference is unknown.
    #[must_use]
    pub fn at_run_time(parsed: &resolution::ParameterValue, ssm: impl Fn(&str) -> Option<String>) -> Self {
        let reference = |text: &str| text.starts_with("$[alfred_") && text.ends_with(']');
        let value = |text: &String| {
            let path = text.strip_prefix("$[alfred_ssm_").and_then(|rest| rest.strip_suffix(']'));
            path.and_then(&ssm).unwrap_or_else(|| text.clone())
        };
        match parsed {
            resolution::ParameterValue::List(items) => Self::List(items.iter().map(value).collect()),
            resolution::ParameterValue::Text(text) => match value(text) {
                text if reference(&text) => Self::Unknown(text),
                text => Self::Text(text),
            },
        }
    }

    /// The text that the API call carries.
    #[must_use]
    pub fn sent(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Unknown(text) => Cow::Borrowed(text),
            Self::List(items) => Cow::Owned(items.join(",")),
        }
    }
}

/// A stack set as it is deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    /// The accounts that hold an instance, by Region.
    pub instances: BTreeMap<usize, IndexSet>,
    /// Whether its template is byte for byte the manifest's.
    pub template_matches: bool,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// How its last operation ended; `None` where it never had one.
    pub last_operation: Option<OperationStatus>,
}

/// How a stack set operation stands.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperation.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationStatus {
    /// Done.
    Succeeded,
    /// More instances failed than were tolerated.
    Failed,
    /// Somebody stopped it.
    Stopped,
    /// Somebody is stopping it.
    Stopping,
    /// Still at work.
    Running,
    /// Waiting for others.
    Queued,
}

impl OperationStatus {
    /// Reads AWS's word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "SUCCEEDED" => Self::Succeeded,
            "FAILED" => Self::Failed,
            "STOPPED" => Self::Stopped,
            "STOPPING" => Self::Stopping,
            "RUNNING" => Self::Running,
            "QUEUED" => Self::Queued,
            _ => return None,
        })
    }

    /// AWS's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Stopped => "STOPPED",
            Self::Stopping => "STOPPING",
            Self::Running => "RUNNING",
            Self::Queued => "QUEUED",
        }
    }
}

/// What CfCT is asked for (`RequestType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Create,
    Delete,
}

/// What a run is asked to do: one push of the manifest, seen from one stack set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    /// The groups of desired accounts.
    pub accounts: IndexSet,
    /// The desired Regions in the manifest's order.
    pub regions: Vec<usize>,
    /// The same as a set.
    pub region_set: IndexSet,
    /// Whether the manifest's parameters equal the ones deployed before the first run.
    pub equals_deployed: Equality,
    /// Whether they equal themselves once they have been sent: not where one is a list.
    pub equals_sent: Equality,
}

impl Target {
    pub(super) fn new(desired: &Desired, accounts: IndexSet, deployed: Option<&Deployed>) -> Self {
        let none = BTreeMap::new();
        let before = deployed.map_or(&none, |deployed| &deployed.parameters);
        Self {
            accounts,
            regions: desired.regions.clone(),
            region_set: desired.regions.iter().copied().collect(),
            equals_deployed: Equality::of(&desired.parameters, |key| before.get(key).cloned()),
            equals_sent: Equality::of(&desired.parameters, |key| {
                desired.parameters.get(key).map(|value| value.sent().into_owned())
            }),
        }
    }

    /// A deletion asks for everything that is there.
    pub(super) fn of_deletion(state: &State) -> Self {
        let region_set = state.deployed_regions();
        let nothing_to_compare = Equality { holds: true, guessed: false };
        Self {
            accounts: state.deployed_groups(),
            regions: region_set.iter().collect(),
            region_set,
            equals_deployed: nothing_to_compare,
            equals_sent: nothing_to_compare,
        }
    }

    /// The same manifest with other accounts and Regions.
    pub(super) fn aimed_at(&self, accounts: IndexSet, regions: Vec<usize>) -> Self {
        Self { accounts, region_set: regions.iter().copied().collect(), regions, ..*self }
    }
}

/// The answer of a comparison of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Equality {
    pub holds: bool,
    /// Whether a value that only the run knows was taken for unchanged.
    pub guessed: bool,
}

impl Equality {
    /// `compare_template_and_params`: only the manifest's parameters are looked at, and one that is not
    /// deployed counts as the empty text.
    fn of(manifest: &BTreeMap<String, ParameterValue>, deployed: impl Fn(&str) -> Option<String>) -> Self {
        let mut equality = Self { holds: true, guessed: false };
        for (key, value) in manifest {
            let there = deployed(key);
            equality.holds &= match value {
                ParameterValue::Text(text) => there.unwrap_or_default() == *text,
                ParameterValue::List(_) => false,
                ParameterValue::Unknown(_) => {
                    equality.guessed = true;
                    there.is_some()
                }
            };
        }
        equality
    }
}

/// A stack set between two calls, by groups of accounts that always fare alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct State {
    pub exists: bool,
    /// The Regions in which each group's accounts hold an instance.
    pub instances: Vec<IndexSet>,
    /// Whether the template is the manifest's.
    pub template_matches: bool,
    /// Whether the parameters are the manifest's as sent, no longer the ones found at first.
    pub parameters_sent: bool,
    pub last_operation: Option<OperationStatus>,
}

impl State {
    pub(super) fn new(deployed: Option<&Deployed>, instances: Vec<IndexSet>) -> Self {
        Self {
            exists: deployed.is_some(),
            instances,
            template_matches: deployed.is_none_or(|deployed| deployed.template_matches),
            parameters_sent: deployed.is_none(),
            last_operation: deployed.and_then(|deployed| deployed.last_operation),
        }
    }

    /// The groups that hold an instance anywhere.
    pub(super) fn deployed_groups(&self) -> IndexSet {
        self.instances
            .iter()
            .enumerate()
            .filter(|(_, regions)| !regions.is_empty())
            .map(|(group, _)| group)
            .collect()
    }

    /// The Regions in which anybody holds an instance.
    pub(super) fn deployed_regions(&self) -> IndexSet {
        let mut all = IndexSet::new();
        for regions in &self.instances {
            all.add(regions);
        }
        all
    }

    /// Whether the instances are the desired accounts times the desired Regions.
    pub(super) fn is_as_desired(&self, target: &Target) -> bool {
        let nowhere = IndexSet::new();
        self.instances.iter().enumerate().all(|(group, regions)| {
            *regions == *if target.accounts.contains(group) { &target.region_set } else { &nowhere }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ParameterValue, resolution};

    #[test]
    fn references_are_looked_up_when_a_run_begins() {
        let ssm = |path: &str| (path == "/known").then(|| "x,y".to_owned());
        let text = |text: &str| resolution::ParameterValue::Text(text.to_owned());
        let list = resolution::ParameterValue::List(vec!["$[alfred_ssm_/known]".to_owned(), "b".to_owned()]);
        let unknown = |text: &str| ParameterValue::Unknown(text.to_owned());
        for (parsed, held, sent) in [
            (text("small"), ParameterValue::Text("small".to_owned()), "small"),
            // A comma that comes from Parameter Store makes no list.
            (text("$[alfred_ssm_/known]"), ParameterValue::Text("x,y".to_owned()), "x,y"),
            (list, ParameterValue::List(vec!["x,y".to_owned(), "b".to_owned()]), "x,y,b"),
            (text("$[alfred_ssm_/other]"), unknown("$[alfred_ssm_/other]"), "$[alfred_ssm_/other]"),
            (text("$[alfred_genaz_2]"), unknown("$[alfred_genaz_2]"), "$[alfred_genaz_2]"),
        ] {
            let value = ParameterValue::at_run_time(&parsed, ssm);
            assert_eq!((&value, &*value.sent()), (&held, sent));
        }
    }
}
