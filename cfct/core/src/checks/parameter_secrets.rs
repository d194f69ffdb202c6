//! Secrets that stand in the configuration.
//!
//! Findings point at the key, never at the value, and hide the value in what is shown around it.

use super::Context;
use crate::configuration::Role;
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::parameters::{Given, GivenParameters};
use crate::secrets::{can_be_a_secret, evidence, is_reference, names_a_secret};
use crate::source::Span;
use crate::template::Template;
use crate::words::excerpt;

crate::codes! {
    /// A value that is a secret by its form.
    SECRET = "parameter-secret", Error, Silent,
        "a parameter's value is a secret",
        "whoever can read the repository, the artifact bucket or the pipeline's log can read it";
    /// A value that is probably a secret.
    SECRET_LIKELY = "parameter-secret-likely", Warning, Silent,
        "a parameter's value looks like a secret",
        "whoever can read the repository, the artifact bucket or the pipeline's log can read it";
    /// A literal value for a `NoEcho` parameter.
    NO_ECHO = "parameter-no-echo-literal", Warning, Silent,
        "a parameter with NoEcho gets a literal value",
        "NoEcho hides the value in CloudFormation only; here, in the artifact bucket and in CfCT's log it is plain";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut found = Vec::new();
    for stack_set in context.stack_sets {
        found.extend(
            stack_set.parameters.entries.iter().filter_map(|given| of_given(stack_set.template, given)),
        );
    }
    // What no stack set gets still lies in the repository.
    for (_, file) in context.configuration.of_role(Role::Parameters) {
        let given = file.document.as_ref().map(GivenParameters::in_file);
        found.extend(given.iter().flat_map(|given| &given.entries).filter_map(|given| of_given(None, given)));
    }
    for template in context.templates.values() {
        found.extend(template.parameters.iter().filter_map(|parameter| {
            judge(parameter.name, parameter.key, parameter.default?, parameter.no_echo)
        }));
    }
    // The first finding at a place knows most of it: the sort is stable.
    found.sort_by(|a, b| place(a).cmp(&place(b)));
    found.dedup_by(|b, a| place(a) == place(b));
    findings.append(&mut found);
}

fn place(finding: &Finding) -> (&str, Span) {
    (finding.primary.source.name(), finding.primary.span)
}

fn of_given(template: Option<&Template<'_>>, given: &Given<'_>) -> Option<Finding> {
    let no_echo = template
        .and_then(|template| template.parameter(given.key))
        .is_some_and(|parameter| parameter.no_echo);
    judge(given.key, given.key_node, given.value_node, no_echo)
}

fn judge(name: &str, key: NodeRef<'_>, value: NodeRef<'_>, no_echo: bool) -> Option<Finding> {
    let text = value.scalar_text()?;
    let shown = excerpt(name);
    let finding = match evidence(text) {
        Some(evidence) if evidence.is_certain() => {
            Finding::new(&SECRET, &key, format!("the value of `{shown}` is {}", evidence.what()))
        }
        _ if no_echo && !text.is_empty() && !is_reference(text) => {
            Finding::new(&NO_ECHO, &key, format!("`{shown}` has NoEcho, and its value stands here"))
        }
        Some(evidence) => Finding::new(
            &SECRET_LIKELY,
            &key,
            format!("the value of `{shown}` looks like {}", evidence.what()),
        ),
        None if names_a_secret(name) && !text.is_empty() && can_be_a_secret(text) => Finding::new(
            &SECRET_LIKELY,
            &key,
            format!("`{shown}` is the name of a secret, and its value stands here"),
        ),
        None => return None,
    };
    Some(finding.hide(&value).help(
        "keep it in Secrets Manager or as an SSM SecureString, and refer to it in the template by `{{resolve:…}}`; \
         replace a secret that was committed",
    ))
}
