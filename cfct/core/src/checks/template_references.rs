//! Names in a template that nothing in it has.

use std::collections::HashSet;

use super::Context;
use super::template_shape::stage_of;
use crate::finding::Finding;
use crate::template::Template;
use crate::template::reference::{Reference, Wanted};
use crate::words::{excerpt, nearest};

crate::codes! {
    /// A `Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn` or condition names nothing in the template.
    UNRESOLVED_REFERENCE = "template-unresolved-reference", Error, BuildTemplates,
        "a template refers to a name that it does not declare",
        "validate-template rejects a template with an unresolved name";
}

/// AWS CloudFormation Template Reference, "Pseudo parameters".
const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, template) in context.templates {
        // What is expanded later declares names that are not written here.
        if template.is_expanded() {
            continue;
        }
        findings.extend(unresolved(template).into_iter().map(|finding| finding.stage(stage_of(path))));
    }
}

/// The names that a template declares.
struct Declared<'d> {
    parameters: Vec<&'d str>,
    resources: Vec<&'d str>,
    conditions: Vec<&'d str>,
}

fn unresolved(template: &Template<'_>) -> Vec<Finding> {
    let declared = Declared {
        parameters: template.parameters.iter().map(|parameter| parameter.name).collect(),
        resources: template.resources.iter().map(|resource| resource.name).collect(),
        conditions: template.conditions.iter().map(|condition| condition.name).collect(),
    };
    let resources: HashSet<_> = declared.resources.iter().copied().collect();
    let values: HashSet<_> = declared
        .parameters
        .iter()
        .copied()
        .chain(PSEUDO_PARAMETERS)
        .chain(resources.iter().copied())
        .collect();
    let conditions: HashSet<_> = declared.conditions.iter().copied().collect();
    let mut reported = HashSet::new();
    template
        .references()
        .into_iter()
        .filter(|reference| {
            let known = match reference.wanted {
                Wanted::Value => &values,
                Wanted::Resource => &resources,
                Wanted::Condition => &conditions,
            };
            !known.contains(reference.name)
        })
        // One name, one finding: the first place stands for the others.
        .filter(|reference| reported.insert((reference.name, reference.wanted)))
        .enumerate()
        .map(|(number, reference)| finding(&reference, (number < SUGGESTIONS).then_some(&declared)))
        .collect()
}

/// Names that a nearest one is looked for, in one template: of hundreds the first show what is wrong.
const SUGGESTIONS: usize = 100;

/// As many names as a template that CloudFormation takes can have resources; a larger one has other troubles.
fn some<'d>(names: &[&'d str]) -> impl Iterator<Item = &'d str> {
    names.iter().copied().take(500)
}

fn finding(reference: &Reference<'_>, declared: Option<&Declared<'_>>) -> Finding {
    let name = excerpt(reference.name);
    let what = match reference.wanted {
        Wanted::Value => "parameter or resource",
        Wanted::Resource => "resource",
        Wanted::Condition => "condition",
    };
    let meant = declared.and_then(|declared| match reference.wanted {
        Wanted::Value => {
            let values = some(&declared.parameters).chain(some(&declared.resources)).chain(PSEUDO_PARAMETERS);
            nearest(reference.name, values)
        }
        Wanted::Resource => nearest(reference.name, some(&declared.resources)),
        Wanted::Condition => nearest(reference.name, some(&declared.conditions)),
    });
    let finding =
        Finding::new(&UNRESOLVED_REFERENCE, reference, format!("the template has no {what} called `{name}`"));
    match meant {
        Some(meant) => {
            let span = reference.span();
            let fixable = span.range().len() == reference.name.len();
            let finding = finding.help(format!("did you mean `{meant}`?"));
            if fixable { finding.fix(format!("write `{meant}`"), span, meant) } else { finding }
        }
        None => finding.help(format!("declare it, or refer to a {what} that there is")),
    }
}
