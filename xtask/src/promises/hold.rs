//! Whether promises hold.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::checks::Context;
use cfct_core::document::NodeRef;
use cfct_core::stack_set_definition::StackSetDefinition;
use cfct_core::template::stack::{ACCOUNT, Place, Stack, Value};
use cfct_core::template::{Parameter, Resource, Template};

use super::{Expected, Has, OfResources, Promises};

pub(super) fn broken(promises: &Promises, context: &Context<'_>) -> Vec<String> {
    let mut broken = BTreeSet::new();
    let mut used = BTreeSet::new();
    let region = context.manifest.and_then(|manifest| manifest.region).map_or("", |region| region.value);
    for (path, template) in context.templates {
        for given in every_parameters(context, path.as_str(), template) {
            let place = Place { account: Some(ACCOUNT), region, partition: None, name: "stack" };
            let stack = Stack::new(template, &given.values, place);
            for resource in &template.resources {
                let name = format!("{path}#{}", resource.name);
                for promise in promises.resources.iter().filter(|promise| promise.is_about(&name, resource)) {
                    used.insert(&*promise.of);
                    if promise.except.contains(&name) {
                        used.extend(promise.except.iter().find(|known| **known == name).map(String::as_str));
                        continue;
                    }
                    let unkept = promise.has.iter().filter_map(|has| has.unkept(&stack, resource));
                    broken.extend(unkept.map(|unkept| format!("{name}: {unkept} {}", given.by)));
                }
            }
        }
        for (name, has) in &promises.parameters {
            let Some(parameter) = template.parameter(name) else { continue };
            used.insert(name);
            broken.extend(has.iter().filter_map(|has| {
                let unkept = has.differs(&part_of(parameter, &has.path))?;
                Some(format!("{path}: parameter {name}: {unkept}"))
            }));
        }
        for refusal in &promises.refusals {
            broken.extend(accepted(template, refusal).map(|given| format!("{path} takes {given}")));
        }
    }
    let named = promises.resources.iter().flat_map(|promise| promise.except.iter().chain([&promise.of]));
    let named = named.chain(promises.parameters.iter().map(|(name, _)| name));
    let stale = named.filter(|name| !used.contains(name.as_str()));
    broken.extend(stale.map(|name| format!("there is no {name}")));
    broken.into_iter().collect()
}

/// Values of the parameters, and whose they are.
struct Given<'d> {
    by: String,
    values: BTreeMap<&'d str, Value>,
}

/// The defaults, and what each stack set of the template gives.
fn every_parameters<'d>(context: &Context<'d>, path: &str, template: &Template<'d>) -> Vec<Given<'d>> {
    let of_it = context.stack_sets.iter();
    let of_it = of_it.filter(|stack_set| stack_set.resource.file.is_some_and(|file| file.value == path));
    let deployed = of_it.map(|stack_set: &StackSetDefinition<'d>| {
        let known = stack_set.known_values();
        let text = |parameter: &Parameter<'d>| known.get(parameter.name).cloned();
        Given { by: format!("in {}", stack_set.resource.display_name()), values: values(template, text) }
    });
    deployed.chain([Given { by: "by default".to_owned(), values: values(template, default) }]).collect()
}

fn default(parameter: &Parameter<'_>) -> Option<String> {
    parameter.default.and_then(NodeRef::scalar_text).map(str::to_owned)
}

fn values<'d>(
    template: &Template<'d>,
    text: impl Fn(&Parameter<'d>) -> Option<String>,
) -> BTreeMap<&'d str, Value> {
    let value = |parameter| text(parameter).map_or(Value::Unknown, Value::Text);
    template.parameters.iter().map(|parameter| (parameter.name, value(parameter))).collect()
}

/// The parameters of a refusal, where the template knows all of them and takes them.
fn accepted(template: &Template<'_>, refusal: &[(String, String)]) -> Option<String> {
    if !refusal.iter().all(|(name, _)| template.parameter(name).is_some()) {
        return None;
    }
    let text = |parameter: &Parameter<'_>| {
        let given = refusal.iter().find(|(name, _)| name == parameter.name);
        given.map(|(_, value)| value.clone()).or_else(|| default(parameter))
    };
    let values = values(template, text);
    let place = Place { account: Some(ACCOUNT), region: "", partition: None, name: "stack" };
    if Stack::new(template, &values, place).is_refused() == Some(true) {
        return None;
    }
    let given: Vec<String> = refusal.iter().map(|(name, value)| format!("{name} {value}")).collect();
    Some(given.join(" with "))
}

impl OfResources {
    fn is_about(&self, name: &str, resource: &Resource<'_>) -> bool {
        self.of == name || resource.type_name == Some(&*self.of)
    }
}

impl Has {
    /// What is there instead, in words.
    fn unkept<'d>(&self, stack: &Stack<'_, 'd>, resource: &Resource<'d>) -> Option<String> {
        let attribute = match self.path.as_str() {
            "DeletionPolicy" => Some(resource.deletion_policy),
            "UpdateReplacePolicy" => Some(resource.update_replace_policy),
            _ => None,
        };
        let value = match attribute {
            Some(node) => node.map_or(Value::Nothing, |node| stack.value(node)),
            None => {
                let (property, rest) = self.path.split_once('.').unwrap_or((&self.path, ""));
                below(&stack.property(resource, property), rest)
            }
        };
        self.differs(&value)
    }

    fn differs(&self, value: &Value) -> Option<String> {
        let kept = match (&self.expected, value) {
            (Expected::Given, value) => *value != Value::Nothing,
            (Expected::Absent, value) => *value == Value::Nothing,
            (Expected::OneOf(texts), Value::Text(text)) => texts.contains(text),
            (Expected::OneOf(_), _) => false,
        };
        let is = match value {
            Value::Text(text) => text,
            Value::Nothing => "absent",
            Value::Unknown => "not known",
            Value::List(_) | Value::Map(_) => "not one text",
        };
        (!kept).then(|| format!("{} is {is}", self.path))
    }
}

/// What stands at a path below a value: the entry of a map, the item of a list by its number, or the value of a
/// tag by its key.
fn below(value: &Value, path: &str) -> Value {
    let mut value = value.clone();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let next = match (&value, part.parse::<usize>()) {
            (Value::List(items), Ok(number)) => items.get(number).cloned().unwrap_or(Value::Nothing),
            (Value::List(items), Err(_)) => {
                let tag = items.iter().find(|item| item.get("Key").text() == Some(part));
                tag.map_or(Value::Nothing, |tag| tag.get("Value").clone())
            }
            _ => value.get(part).clone(),
        };
        value = next;
    }
    value
}

/// What a parameter's definition says under a key.
fn part_of(parameter: &Parameter<'_>, key: &str) -> Value {
    let node = parameter.node.as_mapping().and_then(|map| map.get(key));
    node.and_then(NodeRef::scalar_text).map_or(Value::Nothing, |text| Value::Text(text.to_owned()))
}
