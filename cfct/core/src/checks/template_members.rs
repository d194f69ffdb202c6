//! Parameters, mappings, resources and outputs that are not of the form CloudFormation takes.

use std::fmt;

use super::Context;
use super::template_shape::stage_of;
use crate::document::{MappingRef, NodeRef};
use crate::finding::Finding;
use crate::template::intrinsic::Intrinsic;
use crate::template::{Parameter, ParameterType, Resource, Template, known_types};
use crate::words::{excerpt, head, kind_of, nearest, respelled};

crate::codes! {
    /// A member of a section lacks what it needs, or has what it cannot have.
    MALFORMED = "template-malformed", Error, BuildTemplates,
        "a parameter, resource or output is not of the form CloudFormation takes",
        "validate-template rejects the whole template for one malformed member";
    /// A logical name has other characters than letters and digits.
    NAME_CHARACTERS = "template-name-characters", Error, BuildTemplates,
        "a logical name has other characters than letters and digits",
        "CloudFormation takes only letters and digits in the names of parameters, resources and outputs";
}

/// AWS CloudFormation Template Reference, "Resource attributes"; `Version` is of custom resources.
const RESOURCE_KEYS: [&str; 10] = [
    "Type",
    "Properties",
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "UpdatePolicy",
    "UpdateReplacePolicy",
    "Version",
];
/// AWS CloudFormation User Guide, "Parameters section", "Properties".
const PARAMETER_KEYS: [&str; 11] = [
    "Type",
    "Default",
    "Description",
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
];
/// AWS CloudFormation User Guide, "Outputs section".
const OUTPUT_KEYS: [&str; 4] = ["Value", "Description", "Condition", "Export"];

/// AWS CloudFormation Template Reference, "DeletionPolicy attribute".
const DELETION_POLICIES: [&str; 4] = ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"];
/// AWS CloudFormation Template Reference, "UpdateReplacePolicy attribute".
const REPLACE_POLICIES: [&str; 3] = ["Delete", "Retain", "Snapshot"];

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, template) in context.templates {
        let mut members = Members { template, findings: Vec::new() };
        members.check();
        findings.extend(members.findings.into_iter().map(|finding| finding.stage(stage_of(path))));
    }
}

/// What a message calls a member: its kind and its name.
#[derive(Clone, Copy)]
struct Member<'n>(&'static str, &'n str);

impl fmt::Display for Member<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.0, excerpt(self.1))
    }
}

struct Members<'t, 'd> {
    template: &'t Template<'d>,
    findings: Vec<Finding>,
}

impl<'d> Members<'_, 'd> {
    fn check(&mut self) {
        for parameter in &self.template.parameters {
            self.name("parameter", parameter.name, parameter.key);
            self.parameter(parameter);
        }
        // A transform brings attributes of its own, and loops bring names that are no names yet.
        let expanded = self.template.is_expanded();
        for resource in &self.template.resources {
            if resource.name.starts_with("Fn::") {
                continue;
            }
            if !expanded {
                self.name("resource", resource.name, resource.key);
            }
            self.resource(resource, expanded);
        }
        for output in &self.template.outputs {
            if output.name.starts_with("Fn::") {
                continue;
            }
            if !expanded {
                self.name("output", output.name, output.key);
            }
            let what = Member("output", output.name);
            let Some(map) = self.map(what, output.key, output.node) else { continue };
            self.known_keys(what, map, &OUTPUT_KEYS);
            if output.value.is_none() {
                self.add(output.key, format!("{what} has no `Value`"), "add `Value:`");
            }
        }
    }

    fn parameter(&mut self, parameter: &Parameter<'d>) {
        let what = Member("parameter", parameter.name);
        let Some(map) = self.map(what, parameter.key, parameter.node) else { return };
        self.known_keys(what, map, &PARAMETER_KEYS);
        match parameter.type_of {
            None => {
                self.add(
                    parameter.key,
                    format!("{what} has no `Type`"),
                    "add `Type: String` or another type",
                );
            }
            Some(ParameterType::Unknown(written)) => {
                let at = parameter.type_node.unwrap_or(parameter.key);
                let message = format!("{what} has the unknown type `{}`", excerpt(written));
                self.suggest(
                    at,
                    message,
                    nearest(written, known_types()),
                    "see the types that CloudFormation supplies",
                );
            }
            Some(_) => {}
        }
        if let Some(default) = parameter.default.filter(|default| default.scalar_text().is_none()) {
            let message = format!("the default of {what} is {}, not a text", kind_of(default));
            let help = "write a list as one text, its parts separated by commas";
            self.findings.push(Finding::new(&MALFORMED, &head(default), message).help(help));
        }
    }

    fn resource(&mut self, resource: &Resource<'d>, expanded: bool) {
        let what = Member("resource", resource.name);
        let Some(map) = self.map(what, resource.key, resource.node) else { return };
        if !expanded {
            self.known_keys(what, map, &RESOURCE_KEYS);
        }
        match (resource.type_node, resource.type_name) {
            (None, _) => self.add(resource.key, format!("{what} has no `Type`"), "add `Type: AWS::…`"),
            (Some(node), None) => {
                self.add(
                    node,
                    format!("the type of {what} is {}", kind_of(node)),
                    "write the name of a resource type",
                );
            }
            (Some(node), Some(_)) if Intrinsic::of(node).is_some() => {
                self.add(
                    node,
                    format!("the type of {what} is a call of a function"),
                    "write the name of a resource type",
                );
            }
            _ => {}
        }
        self.policy(what, "DeletionPolicy", resource.deletion_policy, &DELETION_POLICIES);
        self.policy(what, "UpdateReplacePolicy", resource.update_replace_policy, &REPLACE_POLICIES);
    }

    fn policy(&mut self, what: Member<'_>, key: &str, node: Option<NodeRef<'d>>, allowed: &[&'static str]) {
        // With the language extensions a policy can be a call.
        let Some(node) = node.filter(|node| Intrinsic::of(*node).is_none()) else { return };
        let written = node.scalar_text().unwrap_or("");
        if !allowed.contains(&written) {
            let message = format!("the {key} of {what} is `{}`", excerpt(written));
            let help = format!("allowed: {}", allowed.join(", "));
            self.suggest(node, message, nearest(written, allowed.iter().copied()), &help);
        }
    }

    fn map(&mut self, what: Member<'_>, key: NodeRef<'d>, node: NodeRef<'d>) -> Option<MappingRef<'d>> {
        let map = node.as_mapping();
        if map.is_none() {
            self.add(
                key,
                format!("{what} is {}, not a map", kind_of(node)),
                "write its attributes under it, indented",
            );
        }
        map
    }

    fn known_keys(&mut self, what: Member<'_>, map: MappingRef<'d>, known: &[&'static str]) {
        for entry in map.written() {
            let written = entry.key.scalar_text().unwrap_or("a key that is no text");
            // What a merge key brings in is judged where it is written.
            if known.contains(&written) || written.starts_with("Fn::") || written == "<<" {
                continue;
            }
            let free = known.iter().copied().filter(|key| map.get(key).is_none());
            let message = format!("{what} has an unknown key `{}`", excerpt(written));
            // The most common slip: a property one level too high.
            let help = match map.get("Properties") {
                Some(_) => "indent it under `Properties` if it is a property".to_owned(),
                None if known.contains(&"Properties") => {
                    "write it under `Properties:` if it is a property".to_owned()
                }
                None => format!("remove it; known here: {}", known.join(", ")),
            };
            self.suggest(entry.key, message, nearest(written, free), &help);
        }
    }

    fn name(&mut self, kind: &str, name: &str, key: NodeRef<'d>) {
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message =
                format!("{kind} name `{}` has other characters than letters and digits", excerpt(name));
            self.findings.push(
                Finding::new(&NAME_CHARACTERS, &key, message)
                    .help("rename it, here and wherever the template refers to it"),
            );
        }
    }

    fn add(&mut self, at: NodeRef<'d>, message: String, help: &str) {
        self.findings.push(Finding::new(&MALFORMED, &head(at), message).help(help));
    }

    fn suggest(&mut self, at: NodeRef<'d>, message: String, meant: Option<&str>, help: &str) {
        let finding = Finding::new(&MALFORMED, &head(at), message);
        self.findings.push(match meant {
            Some(meant) if at.scalar_text().is_some_and(|text| !text.is_empty()) && !at.is_alias() => finding
                .help(format!("did you mean `{meant}`?"))
                .fix(format!("write `{meant}`"), at.span(), respelled(at, meant)),
            _ => finding.help(help),
        });
    }
}
