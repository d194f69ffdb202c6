//! The recorded cases, read into the model's terms.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::resolution;
use cfct_core::stack_set_machine::{
    Call, Cells, Conditions, Deployed, Desired, Fault, FaultEffect, IndexSet, Names, OperationStatus,
    ParameterValue, Prediction,
};
use serde_json::{Value, json};

/// The 82 cases.
pub fn cases() -> Vec<Case> {
    let file: Value = serde_json::from_str(include_str!(
        "../../../../tests/fixtures/vectors/cfct/stack-set-operations.json"
    ))
    .unwrap();
    let cases: Vec<Case> = file["cases"].as_array().unwrap().iter().map(Case::read).collect();
    assert_eq!(cases.len(), 82, "the recording lost its cases");
    cases
}

/// One recorded case.
pub struct Case {
    pub id: String,
    pub recorded: Value,
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    pub desired: Desired,
    pub deployed: Option<Deployed>,
    pub conditions: Conditions,
}

impl Case {
    fn read(recorded: &Value) -> Self {
        let input = &recorded["input"];
        let pairs = pairs(&input["existing_instances"]);
        let accounts = table(pairs.iter().map(|pair| &pair.0), &input["desired_accounts"]);
        let regions = table(pairs.iter().map(|pair| &pair.1), &input["desired_regions"]);
        let number = |table: &[String], name: &str| table.iter().position(|entry| entry == name).unwrap();
        let mut instances: BTreeMap<usize, IndexSet> = BTreeMap::new();
        for (account, region) in &pairs {
            instances.entry(number(&regions, region)).or_default().insert(number(&accounts, account));
        }
        let ssm = |path: &str| input["ssm"][path].as_str().map(str::to_owned);
        let manifest = texts(&input["manifest_parameters"]);
        Self {
            id: recorded["id"].as_str().unwrap().to_owned(),
            desired: Desired {
                accounts: strings(&input["desired_accounts"]).map(|name| number(&accounts, name)).collect(),
                regions: strings(&input["desired_regions"]).map(|name| number(&regions, name)).collect(),
                parameters: manifest
                    .into_iter()
                    .map(|(key, text)| (key, ParameterValue::at_run_time(&parsed(&text), ssm)))
                    .collect(),
            },
            deployed: (input["stack_set"] == "present").then(|| Deployed {
                instances,
                template_matches: input["template"] == "same",
                parameters: texts(&input["deployed_parameters"]),
                last_operation: input["last_operation"]
                    .as_str()
                    .map(|word| OperationStatus::from_word(word).unwrap()),
            }),
            conditions: Conditions {
                faults: input["faults"].as_array().into_iter().flatten().map(fault).collect(),
                ..Conditions::default()
            },
            recorded: recorded.clone(),
            accounts,
            regions,
        }
    }

    /// Whether a deletion is asked for.
    pub fn is_deletion(&self) -> bool {
        self.recorded["input"]["request"] == "Delete"
    }

    /// The recording's form of calls.
    pub fn calls(&self, prediction: &Prediction, calls: &[Call]) -> Value {
        calls.iter().map(|call| self.call(prediction, call)).collect()
    }

    fn call(&self, prediction: &Prediction, call: &Call) -> Value {
        let mut written = json!({"name": call.action.name(), "answer": call.answer.as_str()});
        match call.action.name() {
            "CreateStackSet" | "UpdateStackSet" => {
                written["parameters"] = json!(prediction.parameters_sent());
            }
            "DeleteStackSet" => written["stack_set"] = self.recorded["input"]["stack_set_name"].clone(),
            _ => {}
        }
        if let Some((accounts, regions)) = call.action.instances() {
            written["accounts"] = named(&prediction.groups.accounts(accounts), &self.accounts);
            written["regions"] = named(regions, &self.regions);
        }
        written
    }

    /// The stack set's name.
    pub fn name(&self) -> &str {
        self.recorded["input"]["stack_set_name"].as_str().unwrap()
    }

    /// The recording's form of instances.
    pub fn instances(&self, cells: &[Cells]) -> Value {
        let mut pairs = BTreeSet::new();
        for cell in cells {
            for account in cell.accounts.iter() {
                pairs.extend(
                    cell.regions.iter().map(|region| [&self.accounts[account], &self.regions[region]]),
                );
            }
        }
        json!(pairs)
    }

    /// The number of an account.
    pub fn account(&self, id: &str) -> usize {
        self.accounts.iter().position(|account| account == id).unwrap()
    }
}

fn named(set: &IndexSet, table: &[String]) -> Value {
    set.iter().map(|index| json!(table[index])).collect()
}

fn fault(recorded: &Value) -> Fault {
    let actions = ["CreateStackSet", "UpdateStackSet", "CreateStackInstances", "DeleteStackInstances"];
    Fault {
        action: actions.into_iter().find(|action| recorded["call"] == *action).unwrap(),
        nth: recorded["nth"].as_u64().unwrap() as usize,
        effect: match recorded["effect"].as_str().unwrap() {
            "OperationInProgressException" => FaultEffect::OperationInProgress,
            "operation FAILED" => FaultEffect::Fails,
            "operation STOPPED" => FaultEffect::IsStopped,
            "gone FAILED" => FaultEffect::FailsWhenDone,
            other => panic!("an unknown fault: {other}"),
        },
    }
}

fn pairs(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().unwrap().iter().map(|name| name.as_str().unwrap())
}

fn texts(object: &Value) -> BTreeMap<String, String> {
    let entries = object.as_object().unwrap().iter();
    entries.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect()
}

/// A value as the parser leaves it: a comma makes a list.
fn parsed(text: &str) -> resolution::ParameterValue {
    if text.contains(',') {
        let items = text.split(',').map(|item| item.trim().to_owned());
        return resolution::ParameterValue::List(items.collect());
    }
    resolution::ParameterValue::Text(text.to_owned())
}

/// Names in ascending order, as the recording takes its sets.
fn table<'a>(deployed: impl Iterator<Item = &'a String>, desired: &'a Value) -> Vec<String> {
    let names: BTreeSet<&str> = deployed.map(String::as_str).chain(strings(desired)).collect();
    names.into_iter().map(str::to_owned).collect()
}

impl Names for Case {
    fn account(&self, index: usize) -> &str {
        &self.accounts[index]
    }

    fn region(&self, index: usize) -> &str {
        &self.regions[index]
    }
}
