//! Whether promises hold.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use cfct_core::checks::Context;
use cfct_core::document::NodeRef;
use cfct_core::manifest::Text;
use cfct_core::source::PackagePath;
use cfct_core::template::stack::{ACCOUNT, Place, Stack, Value};
use cfct_core::template::{Parameter, Resource, Template};

use super::{Deployed, Expected, Has, OfResources, Promises, Texts};

pub(super) fn broken(promises: &Promises, context: &Context<'_>) -> Vec<String> {
    let holder = Holder { context, seen: RefCell::default() };
    let mut broken = BTreeSet::new();
    for (path, template) in context.templates {
        for promise in &promises.resources {
            broken.extend(holder.of_resources(promise, path, template));
        }
        for (name, has) in &promises.parameters {
            broken.extend(holder.of_parameter(name, has, path, template));
        }
        let accepted = promises.refusals.iter().filter_map(|refusal| holder.accepted(template, refusal));
        broken.extend(accepted.map(|given| format!("{path} takes {given}")));
    }
    for promise in &promises.deployed {
        broken.extend(holder.of_stack_sets(promise));
    }
    let named = promises.resources.iter().flat_map(|promise| promise.except.iter().chain([&promise.of]));
    let named = named.chain(promises.parameters.iter().map(|(name, _)| name));
    let seen = holder.seen.borrow();
    let stale = named.filter(|name| !seen.contains(name.as_str()));
    broken.extend(stale.map(|name| format!("there is no {name}")));
    broken.into_iter().collect()
}

/// Holds what there is against promises.
struct Holder<'h, 'c> {
    context: &'h Context<'c>,
    /// Names in promises that something is known by.
    seen: RefCell<BTreeSet<String>>,
}

/// Values of the parameters, and whose they are.
struct Given<'d> {
    by: String,
    values: BTreeMap<&'d str, Value>,
}

impl<'c> Holder<'_, 'c> {
    fn of_resources(
        &self,
        promise: &OfResources,
        path: &PackagePath,
        template: &Template<'c>,
    ) -> Vec<String> {
        let named = |resource: &Resource<'c>| format!("{path}#{}", resource.name);
        let about = template
            .resources
            .iter()
            .filter(|resource| promise.of == named(resource) || resource.type_name == Some(&*promise.of));
        let about: Vec<&Resource<'c>> = about
            .inspect(|_| self.see(&promise.of))
            .filter(|resource| match promise.except.iter().find(|name| **name == named(resource)) {
                Some(name) => {
                    self.see(name);
                    false
                }
                None => true,
            })
            .collect();
        let mut broken = Vec::new();
        if about.is_empty() {
            return broken;
        }
        for given in self.given(promise, path, template) {
            let stack = Stack::new(template, &given.values, self.place());
            for resource in &about {
                let unkept = promise.has.iter().filter_map(|has| has.unkept(&stack, resource));
                broken.extend(unkept.map(|unkept| format!("{}: {unkept} {}", named(resource), given.by)));
            }
        }
        broken
    }

    fn see(&self, name: &str) {
        self.seen.borrow_mut().insert(name.to_owned());
    }

    /// The parameters of the promise; without any the defaults, and what each stack set of the template gives.
    fn given(&self, promise: &OfResources, path: &PackagePath, template: &Template<'c>) -> Vec<Given<'c>> {
        if !promise.with.is_empty() {
            return vec![Given {
                by: format!("with {}", words(&promise.with)),
                values: over(template, &promise.with),
            }];
        }
        let of_it = self.context.stack_sets.iter();
        let of_it = of_it.filter(|found| found.resource.file.is_some_and(|file| file.value == path.as_str()));
        let deployed = of_it.map(|stack_set| {
            let known = stack_set.known_values();
            let text = |parameter: &Parameter<'c>| known.get(parameter.name).cloned();
            Given { by: format!("in {}", stack_set.resource.display_name()), values: values(template, text) }
        });
        let defaults = Given { by: "by default".to_owned(), values: over(template, &[]) };
        deployed.chain([defaults]).collect()
    }

    fn place(&self) -> Place<'c> {
        let region = self.context.manifest.and_then(|manifest| manifest.region);
        let region = region.map_or("", |region| region.value);
        Place { account: Some(ACCOUNT), region, partition: None, name: "stack" }
    }

    fn of_parameter(
        &self,
        name: &str,
        has: &[Has],
        path: &PackagePath,
        template: &Template<'c>,
    ) -> Vec<String> {
        let (file, short) = name.split_once('#').unwrap_or(("", name));
        let is_here = file.is_empty() || file == path.as_str();
        let Some(parameter) = template.parameter(short).filter(|_| is_here) else { return Vec::new() };
        self.see(name);
        let unkept = has.iter().filter_map(|has| has.differs(&part_of(parameter, &has.path)));
        unkept.map(|unkept| format!("{path}: {short}: {unkept}")).collect()
    }

    /// The parameters of a refusal, where the template knows all of them and takes them.
    fn accepted(&self, template: &Template<'c>, refusal: &Texts) -> Option<String> {
        if !refusal.iter().all(|(name, _)| template.parameter(name).is_some()) {
            return None;
        }
        let values = over(template, refusal);
        let refusals = Stack::new(template, &values, self.place()).refusals();
        refusals.is_empty().then(|| words(refusal))
    }

    fn of_stack_sets(&self, promise: &Deployed) -> Vec<String> {
        let mut broken = Vec::new();
        for name in &promise.stack_sets {
            let mut found = self.context.stack_sets.iter();
            let Some(stack_set) = found.find(|found| found.resource.display_name() == name) else {
                broken.push(format!("there is no stack set {name}"));
                continue;
            };
            let resource = stack_set.resource;
            for (wanted, there) in [
                (&promise.organizational_units, &resource.organizational_units),
                (&promise.accounts, &resource.accounts),
                (&promise.regions, &resource.regions),
            ] {
                let is_there = |wanted: &String| there.iter().any(|text: &Text<'_>| text.value == wanted);
                let missing = wanted.iter().filter(|wanted| !is_there(wanted));
                broken.extend(missing.map(|wanted| format!("{name} does not go to {wanted}")));
            }
            let given = stack_set.parameters.effective();
            let missing = promise.given.iter().filter(|parameter| !given.contains_key(parameter.as_str()));
            broken.extend(missing.map(|parameter| format!("{name} is not given {parameter}")));
        }
        broken
    }
}

/// The defaults, but for what is given.
fn over<'d>(template: &Template<'d>, given: &[(String, String)]) -> BTreeMap<&'d str, Value> {
    values(template, |parameter| {
        let given = given.iter().find(|(name, _)| name == parameter.name).map(|(_, value)| value.clone());
        given.or_else(|| parameter.default.and_then(NodeRef::scalar_text).map(str::to_owned))
    })
}

fn values<'d>(
    template: &Template<'d>,
    text: impl Fn(&Parameter<'d>) -> Option<String>,
) -> BTreeMap<&'d str, Value> {
    let value = |parameter| text(parameter).map_or(Value::Unknown, Value::Text);
    template.parameters.iter().map(|parameter| (parameter.name, value(parameter))).collect()
}

fn words(given: &[(String, String)]) -> String {
    let given: Vec<String> = given.iter().map(|(name, value)| format!("{name} `{value}`")).collect();
    given.join(" and ")
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
        value = match (&value, part.parse::<usize>()) {
            (Value::List(items), Ok(number)) => items.get(number).cloned().unwrap_or(Value::Nothing),
            (Value::List(items), Err(_)) => {
                let tag = items.iter().find(|item| item.get("Key").text() == Some(part));
                tag.map_or(Value::Nothing, |tag| tag.get("Value").clone())
            }
            _ => value.get(part).clone(),
        };
    }
    value
}

/// What a parameter's definition says under a key.
fn part_of(parameter: &Parameter<'_>, key: &str) -> Value {
    let node = parameter.node.as_mapping().and_then(|map| map.get(key));
    node.and_then(NodeRef::scalar_text).map_or(Value::Nothing, |text| Value::Text(text.to_owned()))
}
