//! Where stack parameters come from: files that CfCT cannot load, entries that it drops, values it changes.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, parameter_values};
use crate::document::{Document, MappingRef, NodeRef, Shape};
use crate::finding::Finding;
use crate::manifest::Text;
use crate::parameters::{Given, Origin};
use crate::source::Location;
use crate::stack_set_definition::StackSetDefinition;
use crate::words::{excerpt, head, kind_of, nearest};

crate::codes! {
    /// `parameter_file` together with `parameters`.
    FILE_AND_PARAMETERS = "parameter-file-and-parameters", Error, Silent,
        "a resource has both a parameter file and parameters",
        "with both, CfCT takes neither: the stack set gets no parameters at all";
    /// A parameter file that is no list of `ParameterKey` and `ParameterValue`.
    FILE_MALFORMED = "parameter-file-malformed", Error, StackSet,
        "a parameter file is not of the form that CfCT loads",
        "CfCT loads all parameter files before it starts the first stack set, so one bad file stops them all";
    /// A key that is given twice.
    REPEATED_KEY = "parameter-repeated-key", Warning, Silent,
        "a parameter is given twice",
        "the last value counts, the others are dropped without a word";
    /// A value with a comma.
    COMMA = "parameter-comma", Warning, Silent,
        "a parameter value has a comma in it",
        "CfCT makes a list of it, which never equals the deployed text, so it updates the stack set in every run";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut files = BTreeSet::new();
    for stack_set in context.stack_sets {
        match stack_set.parameters.origin {
            Origin::Nowhere | Origin::Unknown => {}
            Origin::Both => findings.extend(both(stack_set)),
            Origin::Manifest => entries(stack_set, findings),
            // Several resources may share a file; its findings are about the file.
            Origin::File(document) => {
                if files.insert(document.source().name()) {
                    file(document, findings);
                    entries(stack_set, findings);
                }
            }
        }
    }
}

fn both(stack_set: &StackSetDefinition<'_>) -> Option<Finding> {
    let Text { node, .. } = stack_set.resource.parameter_file?;
    let finding = Finding::new(
        &FILE_AND_PARAMETERS,
        &node,
        format!(
            "`{}` has a parameter file and parameters, so it gets none of them",
            excerpt(stack_set.resource.display_name())
        ),
    )
    .label("ignored")
    .help("keep one of the two, and move the entries of the other into it");
    Some(match stack_set.resource.parameters_node {
        Some(parameters) => finding.related(&head(parameters), "ignored as well"),
        None => finding,
    })
}

fn file(document: &Document, findings: &mut Vec<Finding>) {
    const FORM: &str = "write a list: [{\"ParameterKey\": \"…\", \"ParameterValue\": \"…\"}, …]";
    let Some(root) = document.root() else {
        let start = Location::file(document.source());
        findings.push(Finding::new(&FILE_MALFORMED, &start, "the parameter file is empty").help(FORM));
        return;
    };
    let Some(list) = root.as_sequence() else {
        let message = format!("the parameter file is {}, not a list", kind_of(root));
        findings.push(Finding::new(&FILE_MALFORMED, &head(root), message).help(FORM));
        return;
    };
    for item in list.items() {
        match item.as_mapping() {
            Some(map) => findings.extend(entry(map)),
            None => {
                let message = format!("an entry of the parameter file is {}, not a map", kind_of(item));
                findings.push(Finding::new(&FILE_MALFORMED, &head(item), message).help(FORM));
            }
        }
    }
}

fn entry(map: MappingRef<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> =
        ["ParameterKey", "ParameterValue"].into_iter().filter_map(|key| missing_key(map, key)).collect();
    if let Some(key) = map.get("ParameterKey").filter(|key| key.as_str().is_none()) {
        let message = format!("a `ParameterKey` is {}, not a text", kind_of(key));
        found.push(Finding::new(&FILE_MALFORMED, &head(key), message).help("put it in quotes"));
    }
    found.extend(map.get("ParameterValue").and_then(value));
    found
}

fn missing_key(map: MappingRef<'_>, key: &str) -> Option<Finding> {
    if map.get(key).is_some() {
        return None;
    }
    let message = format!("an entry of the parameter file has no `{key}`");
    let written = map.written().filter_map(|entry| entry.key.scalar_text().map(|text| (text, entry.key)));
    let others: BTreeMap<&str, NodeRef<'_>> =
        written.filter(|(text, _)| !["ParameterKey", "ParameterValue"].contains(text)).collect();
    let meant = nearest(key, others.keys().copied()).and_then(|text| others.get(text).copied());
    Some(match meant {
        Some(node) => Finding::new(&FILE_MALFORMED, &node, message)
            .help(format!("rename `{}`", excerpt(node.scalar_text().unwrap_or(""))))
            .fix(format!("write `{key}`"), node.span(), format!("\"{key}\"")),
        None => Finding::new(&FILE_MALFORMED, &head(map.node()), message).help(format!("add \"{key}\"")),
    })
}

/// A value that is no text and no list of texts.
fn value(node: NodeRef<'_>) -> Option<Finding> {
    match node.shape() {
        Shape::Scalar(_) if node.as_str().is_some() => None,
        Shape::Scalar(_) => {
            let message = format!("a `ParameterValue` is {}, not a text", kind_of(node));
            let written = node.source_text();
            let finding = Finding::new(&FILE_MALFORMED, &node, message);
            Some(if written == "null" {
                finding.help("write \"\" for an empty value, or remove the entry for the default")
            } else {
                finding.help("put it in quotes").fix(
                    "put it in quotes",
                    node.span(),
                    format!("\"{written}\""),
                )
            })
        }
        Shape::Sequence(list) if list.items().all(|item| item.as_str().is_some()) => None,
        Shape::Sequence(_) | Shape::Mapping(_) => {
            let message = format!("a `ParameterValue` is {}, not a text", kind_of(node));
            let help = "write it as one text; the parts of a list are separated by commas";
            Some(Finding::new(&FILE_MALFORMED, &head(node), message).help(help))
        }
    }
}

fn entries(stack_set: &StackSetDefinition<'_>, findings: &mut Vec<Finding>) {
    let effective = stack_set.parameters.effective();
    for given in &stack_set.parameters.entries {
        let Some(last) = effective.get(given.key).copied() else { continue };
        if last.key_node.id() == given.key_node.id() {
            findings.extend(comma(stack_set, given));
        } else {
            let message = format!("parameter `{}` is given twice; this value is dropped", excerpt(given.key));
            findings.push(
                Finding::new(&REPEATED_KEY, &given.key_node, message)
                    .label("dropped")
                    .related(&last.key_node, "this one counts")
                    .help("remove one of the two"),
            );
        }
    }
}

fn comma(stack_set: &StackSetDefinition<'_>, given: &Given<'_>) -> Option<Finding> {
    let sent = given.sent.as_ref().filter(|sent| sent.is_list)?;
    let key = excerpt(given.key);
    let written = given.value_node.scalar_text();
    let changed = sent.text().filter(|text| written.is_some_and(|written| written != text));
    let secret = parameter_values::is_secret(stack_set.template, given);
    let message = match (changed, written) {
        (Some(_), _) if secret => {
            format!(
                "the value of `{key}` arrives without the spaces around its commas, and in every run anew"
            )
        }
        (Some(text), Some(written)) => {
            format!(
                "`{key}` arrives as `{}`, not `{}`, and in every run anew",
                excerpt(&text),
                excerpt(written)
            )
        }
        _ => format!("`{key}` is a list, so CfCT updates the stack set in every run"),
    };
    Some(Finding::new(&COMMA, &given.key_node, message).help(
        "put the value into an SSM parameter and give `$[alfred_ssm_/its/name]`, or make it the template's default",
    ))
}
