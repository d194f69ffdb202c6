//! What CfCT hands from one stack set to the next by way of Parameter Store, and the parameters that result.

use std::collections::{BTreeMap, HashMap};

use crate::deployed::Deployed;
use crate::parameters::{Origin, Part, Sent};
use crate::stack_set_definition::StackSetDefinition;
use crate::template::ParameterType;
use crate::template::stack::{ACCOUNT, Stack, Value};

/// SSM parameters of the management account as far as they are known, by name.
pub(super) struct Exports<'e> {
    deployed: Option<&'e Deployed>,
    written: HashMap<Box<str>, Value>,
}

impl<'e> Exports<'e> {
    pub(super) fn new(deployed: Option<&'e Deployed>) -> Self {
        Self { deployed, written: HashMap::new() }
    }

    /// Adds what a stack set exports from one of its stacks. From several accounts CfCT takes one of its own
    /// choosing, so that what differs is unknown.
    pub(super) fn add<'c>(&mut self, stack_set: &StackSetDefinition<'c>, stack: &Stack<'_, 'c>) {
        let outputs = stack_set.template.map(|template| &template.outputs[..]).unwrap_or_default();
        for export in &stack_set.resource.export_outputs {
            let (Some(name), Some(value)) = (export.name, export.value) else { continue };
            let key = value.value.strip_prefix("$[output_").and_then(|rest| rest.strip_suffix(']'));
            let output =
                key.and_then(|key| outputs.iter().find(|found| found.name.eq_ignore_ascii_case(key)));
            let value =
                output.and_then(|output| output.value).map_or(Value::Unknown, |node| stack.value(node));
            let value = match value {
                Value::Text(text) if !text.contains(ACCOUNT) => Value::Text(text),
                _ => Value::Unknown,
            };
            let known = self.written.entry(name.value.into()).or_insert_with(|| value.clone());
            if *known != value {
                *known = Value::Unknown;
            }
        }
    }

    /// The values of the parameters of a stack set's template.
    pub(super) fn parameters<'c>(&self, stack_set: &StackSetDefinition<'c>) -> BTreeMap<&'c str, Value> {
        let given = stack_set.parameters.effective();
        let parameters = stack_set.template.iter().flat_map(|template| &template.parameters);
        let values = parameters.map(|parameter| {
            let value = match given.get(parameter.name) {
                Some(given) => given.sent.as_ref().map_or(Value::Unknown, |sent| self.sent(sent)),
                None if matches!(stack_set.parameters.origin, Origin::Unknown) => Value::Unknown,
                None => parameter.default.and_then(crate::document::NodeRef::scalar_text).into(),
            };
            (parameter.name, typed(parameter.type_of, value))
        });
        values.collect()
    }

    fn sent(&self, sent: &Sent) -> Value {
        let parts: Vec<Value> = sent.parts.iter().map(|part| self.part(part)).collect();
        Value::join(",", &parts)
    }

    fn part(&self, part: &Part) -> Value {
        let helper = match part {
            Part::Text(text) => return Value::Text(text.clone()),
            Part::Helper(helper) => helper,
        };
        let name = helper.strip_prefix("$[alfred_ssm_").and_then(|rest| rest.strip_suffix(']'));
        let Some(name) = name else { return Value::Unknown };
        let deployed = || self.deployed.and_then(|deployed| deployed.ssm_parameters.get(name));
        match self.written.get(name) {
            Some(value) => value.clone(),
            None => deployed().map(AsRef::as_ref).into(),
        }
    }
}

/// A value as the template sees it: lists taken apart, names of SSM parameters looked up when it deploys.
fn typed(kind: Option<ParameterType<'_>>, value: Value) -> Value {
    let Value::Text(text) = value else { return value };
    match kind {
        Some(ParameterType::SsmValue("String")) => Value::Text(format!("{{{{resolve:ssm:{text}}}}}")),
        Some(ParameterType::SsmValue(_)) => Value::Unknown,
        Some(kind) if kind.is_list() && text.is_empty() => Value::List(Vec::new()),
        Some(kind) if kind.is_list() => {
            Value::List(text.split(',').map(|part| Value::Text(part.trim().to_owned())).collect())
        }
        _ => Value::Text(text),
    }
}
