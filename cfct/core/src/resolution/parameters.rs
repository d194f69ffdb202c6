//! Stack parameters and exported outputs, as `CFNParamsHandler.update_params` makes them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::failure::{Exception, Failure, repr};
use super::files::Files;
use super::text::text_of;
use crate::manifest::{Resource, Text};
use crate::organization::AccountSet;

/// A parameter's value: a text with a comma in it has become a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    /// One text.
    Text(String),
    /// The parts between commas, stripped. CfCT joins them with `,` when it calls CloudFormation.
    List(Vec<String>),
}

impl ParameterValue {
    /// The text that CloudFormation gets.
    #[must_use]
    pub fn as_sent(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::List(parts) => parts.join(","),
        }
    }
}

impl Serialize for ParameterValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(parts) => serializer.collect_seq(parts),
        }
    }
}

/// Keys and values in the order in which the keys first occur; a repeated key keeps its last value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    entries: Vec<(String, ParameterValue)>,
}

impl Parameters {
    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &ParameterValue)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.entries.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// The parameters in the manifest.
pub(super) fn inline(resource: &Resource<'_>, accounts: &AccountSet) -> Result<Parameters, Failure> {
    let given = resource.parameters.iter().map(|parameter| {
        let value = parameter.value.map_or_else(String::new, |value| text_of(value).into_owned());
        (key_of(parameter.key), Value::String(value), None)
    });
    update(given, Some(accounts))
}

/// The outputs to export: the key is the SSM parameter's name, the value names the output.
///
/// CfCT hands each through the parameter handler, which strips `$[output_X]` to `output_X`.
pub(super) fn exports(resource: &Resource<'_>) -> Result<Parameters, Failure> {
    let given = resource
        .export_outputs
        .iter()
        .map(|export| (key_of(export.name), Value::String(key_of(export.value)), None));
    update(given, None)
}

fn key_of(text: Option<Text<'_>>) -> String {
    text.map_or_else(String::new, |text| text_of(text.node).into_owned())
}

/// Parameter files, parsed once each however many resources share one.
#[derive(Debug, Default)]
pub(super) struct ParameterFiles {
    parsed: HashMap<String, Result<Value, Failure>>,
}

impl ParameterFiles {
    /// The parameters in a file.
    pub(super) fn read(
        &mut self,
        file: &str,
        files: &Files<'_>,
        accounts: &AccountSet,
    ) -> Result<Parameters, Failure> {
        let parsed = match self.parsed.entry(file.to_owned()) {
            Entry::Occupied(parsed) => parsed.into_mut(),
            Entry::Vacant(place) => place.insert(files.text(file).and_then(parse)),
        };
        let entries = match parsed {
            Ok(Value::Array(entries)) => entries.as_slice(),
            // Python walks a map's keys, which are texts and have no `get`.
            Ok(Value::Object(map)) if map.is_empty() => &[],
            Ok(Value::Object(_) | Value::String(_)) => return Err(no_attribute("str", "get")),
            Ok(other) => {
                let message = format!("'{}' object is not iterable", python_type(other));
                return Err(Failure::new(Exception::TypeError, message));
            }
            Err(failure) => return Err(failure.clone()),
        };
        let mut given = Vec::with_capacity(entries.len());
        for entry in entries {
            let Value::Object(map) = entry else {
                return Err(no_attribute(python_type(entry), "get"));
            };
            let key = match map.get("ParameterKey") {
                Some(Value::String(key)) => key.clone(),
                // What `json.dumps` makes of the key None.
                None => "null".to_owned(),
                Some(other) => other.to_string(),
            };
            given.push((key, map.get("ParameterValue").cloned().unwrap_or_default(), Some(map)));
        }
        update(given.into_iter(), Some(accounts))
    }
}

/// Strict, as Python's `json.loads` is: no comments, no trailing comma.
fn parse(text: &str) -> Result<Value, Failure> {
    let result = serde_json::from_str(text);
    result.map_err(|error| Failure::new(Exception::JSONDecodeError, error.to_string()))
}

/// A parameter on its way in: key, value, and the whole entry where it comes from a file.
type Given<'g> = (String, Value, Option<&'g Map<String, Value>>);

fn update<'g>(
    given: impl Iterator<Item = Given<'g>>,
    accounts: Option<&AccountSet>,
) -> Result<Parameters, Failure> {
    let mut parameters = Parameters::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (key, value, entry) in given {
        let helpers = Helpers { key: &key, entry, accounts };
        let value = helpers.value(value)?;
        match places.entry(key.clone()) {
            Entry::Occupied(place) => parameters.entries[*place.get()].1 = value,
            Entry::Vacant(place) => {
                place.insert(parameters.entries.len());
                parameters.entries.push((key, value));
            }
        }
    }
    Ok(parameters)
}

/// The `$[alfred_…]` helpers, for one parameter.
struct Helpers<'g> {
    key: &'g str,
    entry: Option<&'g Map<String, Value>>,
    /// The accounts that a key pair or availability zones are taken from; `None` for exported outputs.
    accounts: Option<&'g AccountSet>,
}

impl Helpers<'_> {
    fn value(&self, value: Value) -> Result<ParameterValue, Failure> {
        match value {
            Value::String(text) if text.contains(',') => text
                .split(',')
                .map(|part| self.text(part.trim()))
                .collect::<Result<_, _>>()
                .map(ParameterValue::List),
            Value::String(text) => self.text(&text).map(ParameterValue::Text),
            Value::Array(items) if items.iter().any(|item| item == ",") => Err(no_attribute("list", "split")),
            Value::Array(items) => {
                let texts = items.iter().map(|item| match item {
                    Value::String(text) => self.text(text),
                    other => Err(no_attribute(python_type(other), "startswith")),
                });
                texts.collect::<Result<_, _>>().map(ParameterValue::List)
            }
            Value::Object(map) if map.contains_key(",") => Err(no_attribute("dict", "split")),
            Value::Object(_) => Err(no_attribute("dict", "startswith")),
            other => {
                let message = format!("argument of type '{}' is not iterable", python_type(&other));
                Err(Failure::new(Exception::TypeError, message))
            }
        }
    }

    /// One text through `_process_alfred_helper`. What CfCT would look up or generate at run time stays as
    /// it is written.
    fn text(&self, text: &str) -> Result<String, Failure> {
        let Some(keyword) = text.strip_prefix("$[").and_then(|rest| rest.strip_suffix(']')) else {
            return Ok(text.to_owned());
        };
        if let Some(name) = keyword.strip_prefix("alfred_ssm_") {
            if name.is_empty() {
                let message =
                    format!("Missing SSM parameter name for: {} in the parameters JSON file.", self.key);
                return Err(Failure::new(Exception::KeyError, repr(&message)));
            }
            return Ok(text.to_owned());
        }
        if keyword.starts_with("alfred_genkeypair") || keyword.starts_with("alfred_genaz_") {
            // The first of the accounts; a stored value would be looked up before.
            let none = self.accounts.is_some_and(AccountSet::is_empty);
            let stored = self.entry.is_some_and(|entry| entry.contains_key("ssm_parameters"));
            return if none && !stored { Err(Failure::empty_list()) } else { Ok(text.to_owned()) };
        }
        match keyword.strip_prefix("alfred_genpass_") {
            Some(length) => self.password(length),
            None => Ok(keyword.to_owned()),
        }
    }

    /// `$[alfred_genpass_N]` needs the name of an SSM parameter beside it, which only a parameter file can
    /// give; without one it raises.
    fn password(&self, length: &str) -> Result<String, Failure> {
        if !length.is_empty() && length.trim().parse::<i64>().is_err() {
            let message = format!("invalid literal for int() with base 10: {}", repr(length));
            return Err(Failure::new(Exception::ValueError, message));
        }
        let stored = self.entry.and_then(|entry| entry.get("ssm_parameters")).and_then(Value::as_array);
        let is_password = |item: &&Value| {
            item["value"].as_str().is_some_and(|value| {
                let value = value.get(2..value.len().saturating_sub(1)).unwrap_or_default();
                value.eq_ignore_ascii_case("password")
            })
        };
        match stored.and_then(|items| items.iter().rfind(is_password)).and_then(|item| item["name"].as_str())
        {
            Some(name) => Ok(format!("_get_ssm_secure_string_{name}")),
            None => {
                let message = "can only concatenate str (not \"NoneType\") to str";
                Err(Failure::new(Exception::TypeError, message))
            }
        }
    }
}

fn no_attribute(kind: &str, attribute: &str) -> Failure {
    Failure::new(Exception::AttributeError, format!("'{kind}' object has no attribute '{attribute}'"))
}

/// The name of the type that Python's `json` reads a value as.
fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}
