//! Parameters that a template needs and does not get, or gets and does not have.

use super::Context;
use crate::finding::Finding;
use crate::parameters::{Given, Origin};
use crate::source::{Located, Location};
use crate::stack_set_definition::StackSetDefinition;
use crate::template::Template;
use crate::words::{excerpt, head, nearest, respelled};

crate::codes! {
    /// A template's parameter without default gets no value.
    MISSING = "parameter-missing", Error, StackSet,
        "a stack set gives no value for a parameter that has no default",
        "CloudFormation refuses to create the stack set, and CfCT stops there: later resources are not deployed";
    /// A parameter that the template does not have.
    UNKNOWN = "parameter-unknown", Error, StackSet,
        "a stack set gives a parameter that its template does not have",
        "CloudFormation refuses to create the stack set, and CfCT stops there: later resources are not deployed";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for stack_set in context.stack_sets {
        let Some(template) = stack_set.template.filter(|template| template.root.is_some()) else { continue };
        // With both sources nothing is sent, and another finding says so.
        if !matches!(stack_set.parameters.origin, Origin::Both | Origin::Unknown) {
            missing(stack_set, template, findings);
            unknown(stack_set, template, findings);
        }
    }
}

fn missing(stack_set: &StackSetDefinition<'_>, template: &Template<'_>, findings: &mut Vec<Finding>) {
    let given = stack_set.parameters.effective();
    for parameter in &template.parameters {
        if parameter.default.is_some() || given.contains_key(parameter.name) {
            continue;
        }
        let (name, at) = (excerpt(parameter.name), place_of_parameters(stack_set));
        let message =
            format!("`{}` gives no value for parameter `{name}`", excerpt(stack_set.resource.display_name()));
        findings.push(
            Finding::new(&MISSING, &at, message)
                .related(&parameter.key, "has no default")
                .help(format!("give `{name}` a value here, or a default in the template")),
        );
    }
}

/// Where a missing parameter belongs: the list, the parameter file's name, or else the resource's own.
fn place_of_parameters(stack_set: &StackSetDefinition<'_>) -> Location {
    let resource = stack_set.resource;
    let list = resource.parameters_node.filter(|_| matches!(stack_set.parameters.origin, Origin::Manifest));
    let file = resource.parameter_file.filter(|_| matches!(stack_set.parameters.origin, Origin::File(_)));
    let text = file.or(resource.name).or(resource.file);
    match (list, text) {
        (Some(list), _) => head(list),
        (None, Some(text)) => text.node.location(),
        (None, None) => head(resource.node),
    }
}

fn unknown(stack_set: &StackSetDefinition<'_>, template: &Template<'_>, findings: &mut Vec<Finding>) {
    let given = stack_set.parameters.effective();
    let unknown = given.iter().filter(|(key, _)| template.parameter(key).is_none());
    for (number, (key, entry)) in unknown.enumerate() {
        // CloudFormation takes 200 parameters; of more, some are enough to look for and among.
        let free = template.parameters.iter().map(|parameter| parameter.name).take(500);
        let free = free.filter(|name| number < 100 && !given.contains_key(name));
        findings.push(unknown_key(template, entry, nearest(key, free)));
    }
}

fn unknown_key(template: &Template<'_>, entry: &Given<'_>, meant: Option<&str>) -> Finding {
    let (key, node) = (excerpt(entry.key), entry.key_node);
    let file = template.document.source().name();
    let finding = Finding::new(&UNKNOWN, &node, format!("`{file}` has no parameter `{key}`"));
    match meant {
        Some(meant) => {
            let finding = finding.help(format!("did you mean `{meant}`?"));
            if node.is_alias() {
                return finding;
            }
            finding.fix(format!("rename it to `{meant}`"), node.span(), respelled(node, meant))
        }
        None if template.parameters.is_empty() => finding.help("remove it: the template has no parameters"),
        None => {
            let names: Vec<&str> =
                template.parameters.iter().map(|parameter| parameter.name).take(12).collect();
            let more = if template.parameters.len() > names.len() { ", …" } else { "" };
            finding.help(format!("remove it; the template has {}{more}", names.join(", ")))
        }
    }
}
