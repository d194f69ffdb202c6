//! Intrinsic functions that do not exist, or are given what they do not take.

use super::Context;
use super::template_shape::stage_of;
use crate::document::{NodeRef, Shape};
use crate::finding::Finding;
use crate::template::Template;
use crate::template::intrinsic::{Intrinsic, calls};
use crate::words::{excerpt, head, nearest};

crate::codes! {
    /// A function that CloudFormation does not have.
    UNKNOWN = "template-unknown-function", Error, BuildTemplates,
        "a template calls a function that CloudFormation does not have",
        "validate-template rejects the whole template for one unknown function";
    /// A function with the wrong number or kind of arguments.
    ARGUMENTS = "template-function-arguments", Error, BuildTemplates,
        "a function in a template gets arguments that it does not take",
        "validate-template rejects the whole template for one wrong call";
}

/// AWS CloudFormation Template Reference, "Intrinsic functions" and "Rule functions", with the number of
/// items of those that take a list.
const FUNCTIONS: [(&str, Option<(usize, usize)>); 27] = [
    ("And", Some((2, 10))),
    ("Base64", None),
    ("Cidr", Some((2, 3))),
    ("Condition", None),
    ("Contains", Some((2, 2))),
    ("EachMemberEquals", Some((2, 2))),
    ("EachMemberIn", Some((2, 2))),
    ("Equals", Some((2, 2))),
    ("FindInMap", Some((3, 4))),
    ("GetAZs", None),
    ("GetAtt", None),
    ("GetStackOutput", None),
    ("If", Some((3, 3))),
    ("ImportValue", None),
    ("Join", Some((2, 2))),
    ("Length", None),
    ("Not", Some((1, 1))),
    ("Or", Some((2, 10))),
    ("Ref", None),
    ("RefAll", None),
    ("Select", Some((2, 2))),
    ("Split", Some((2, 2))),
    ("Sub", None),
    ("ToJsonString", None),
    ("Transform", None),
    ("ValueOf", Some((2, 2))),
    ("ValueOfAll", Some((2, 2))),
];

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, template) in context.templates {
        // A transform may bring functions, and take functions as arguments where CloudFormation does not.
        if template.is_expanded() {
            continue;
        }
        let found = nodes(template).flat_map(calls).filter_map(of_call);
        findings.extend(found.map(|finding| finding.stage(stage_of(path))));
    }
}

/// What functions are called in. Metadata is left alone: much of it belongs to other tools.
fn nodes<'d>(template: &Template<'d>) -> impl Iterator<Item = NodeRef<'d>> {
    let properties = template.resources.iter().filter_map(|resource| resource.properties);
    let outputs = template.outputs.iter().map(|output| output.node);
    properties.chain(outputs).chain(template.conditions.iter().map(|condition| condition.node))
}

fn of_call(call: Intrinsic<'_>) -> Option<Finding> {
    let name = call.name;
    let Some((_, items)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
        return (!name.starts_with("ForEach::")).then(|| unknown(call));
    };
    let problem = match name {
        "Ref" => text(call),
        "GetAtt" => attribute(call),
        "Sub" => substitution(call),
        _ => items.and_then(|(least, most)| list(call, least, most)),
    }?;
    let spelled = spelled(name);
    Some(Finding::new(&ARGUMENTS, &head(call.argument), format!("{spelled} {}", problem.0)).help(problem.1))
}

/// What is wrong with the arguments, and what to write.
type Problem = (String, &'static str);

fn unknown(call: Intrinsic<'_>) -> Finding {
    let known = FUNCTIONS.iter().map(|(name, _)| *name);
    let message = format!("there is no function {}", spelled(&excerpt(call.name)));
    let finding = Finding::new(&UNKNOWN, &head(call.node), message);
    match nearest(call.name, known) {
        Some(meant) => finding.help(format!("did you mean {}?", spelled(meant))),
        None => finding
            .help("write a function of CloudFormation, or put quotes around a text that begins with `!`"),
    }
}

fn spelled(name: &str) -> String {
    if matches!(name, "Ref" | "Condition") { format!("`{name}`") } else { format!("`Fn::{name}`") }
}

fn text(call: Intrinsic<'_>) -> Option<Problem> {
    let is_text = call.argument.scalar_text().is_some_and(|name| !name.is_empty()) && call.inner().is_none();
    (!is_text).then(|| ("takes one name".to_owned(), "write the name of a parameter or resource"))
}

fn attribute(call: Intrinsic<'_>) -> Option<Problem> {
    const FORM: &str = "write `LogicalId.Attribute`, or a list of both";
    match call.argument.shape() {
        Shape::Scalar(node) => {
            let text = node.scalar_text().unwrap_or("");
            let has_both = text.split_once('.').is_some_and(|(id, name)| !id.is_empty() && !name.is_empty());
            (!has_both).then(|| (format!("has no attribute in `{}`", excerpt(text)), FORM))
        }
        Shape::Sequence(list) if list.len() == 2 => None,
        Shape::Sequence(list) => Some((format!("takes two parts, and has {}", list.len()), FORM)),
        Shape::Mapping(_) => Some(("takes a resource and its attribute".to_owned(), FORM)),
    }
}

fn substitution(call: Intrinsic<'_>) -> Option<Problem> {
    const FORM: &str = "write one text, or a list of a text and a map of its variables";
    let is_right = match call.argument.shape() {
        Shape::Scalar(_) => true,
        Shape::Sequence(list) => {
            let parts: Vec<NodeRef<'_>> = list.items().collect();
            matches!(parts.as_slice(), [text, variables]
                if text.scalar_text().is_some() && variables.as_mapping().is_some())
        }
        Shape::Mapping(_) => false,
    };
    (!is_right).then(|| ("takes a text, or a text and a map".to_owned(), FORM))
}

fn list(call: Intrinsic<'_>, least: usize, most: usize) -> Option<Problem> {
    const FORM: &str = "see the function's page in the CloudFormation Template Reference";
    let number = if least == most { least.to_string() } else { format!("{least} to {most}") };
    match call.argument.shape() {
        Shape::Sequence(list) if (least..=most).contains(&list.len()) => None,
        Shape::Sequence(list) => Some((format!("takes a list of {number}, and has {}", list.len()), FORM)),
        _ => Some((format!("takes a list of {number}"), FORM)),
    }
}
