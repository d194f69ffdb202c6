//! Parameter values that the template's constraints refuse.

use super::Context;
use crate::document::NodeRef;
use crate::finding::{Code, Finding};
use crate::limits::Limit;
use crate::parameters::{Given, Origin};
use crate::resolution::is_lost_zero;
use crate::secrets;
use crate::source::{Located, Location, Span};
use crate::stack_set_definition::StackSetDefinition;
use crate::template::constraint::{Patterns, Violation};
use crate::template::{Parameter, Template};
use crate::words::{excerpt, nearest};

crate::codes! {
    /// A value that is none of `AllowedValues`.
    NOT_ALLOWED = "parameter-value-not-allowed", Error, StackSet,
        "a parameter's value is none of the allowed ones",
        "CloudFormation refuses the value, and CfCT stops there: later resources are not deployed";
    /// A value that `AllowedPattern` does not match.
    PATTERN = "parameter-value-pattern", Error, StackSet,
        "a parameter's value does not match its pattern",
        "CloudFormation refuses the value, and CfCT stops there: later resources are not deployed";
    /// A value that cannot be of the parameter's type.
    TYPE = "parameter-value-type", Error, StackSet,
        "a parameter's value is not of its type",
        "CloudFormation refuses the value, and CfCT stops there: later resources are not deployed";
    /// A value that is too short, long, small or large.
    RANGE = "parameter-value-range", Error, StackSet,
        "a parameter's value is outside of its bounds",
        "CloudFormation refuses the value, and CfCT stops there: later resources are not deployed";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut patterns = Patterns::default();
    let mut found = Vec::new();
    for stack_set in context.stack_sets {
        let Some(template) = stack_set.template else { continue };
        let values = match stack_set.parameters.origin {
            Origin::Both | Origin::Unknown => continue,
            _ => values(stack_set, template),
        };
        for value in values {
            // What a dynamic reference comes to is not known here.
            if value.text.contains("{{resolve:") {
                continue;
            }
            let violations = value.parameter.violations(&value.text, &mut patterns);
            found.extend(violations.iter().map(|violation| value.finding(violation)));
            found.extend(value.too_long(&context.limits.template.parameter_value_bytes));
        }
    }
    // Stack sets that share a parameter file or a template share its findings.
    found.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.message.cmp(&b.message)));
    found.dedup_by(|a, b| place(a) == place(b) && a.message == b.message);
    findings.append(&mut found);
}

fn place(finding: &Finding) -> (&str, Span) {
    (finding.primary.source.name(), finding.primary.span)
}

/// A value as it arrives, and the parameter that it arrives at.
struct Value<'p, 'd> {
    parameter: &'p Parameter<'d>,
    text: String,
    /// Where the value stands.
    node: NodeRef<'d>,
    /// Where its key stands.
    key: NodeRef<'d>,
    is_default: bool,
}

fn values<'p, 'd>(stack_set: &StackSetDefinition<'d>, template: &'p Template<'d>) -> Vec<Value<'p, 'd>> {
    let given = stack_set.parameters.effective();
    template
        .parameters
        .iter()
        .filter_map(|parameter| {
            let entry = given.get(parameter.name);
            let (node, key, text) = match entry {
                // A lost zero has a finding of its own, and what is left of it needs none.
                Some(entry) if is_lost_zero(entry.value_node) => return None,
                Some(entry) => (entry.value_node, entry.key_node, entry.sent.as_ref()?.text()?),
                None => {
                    let default = parameter.default?;
                    (default, parameter.key, default.scalar_text()?.to_owned())
                }
            };
            Some(Value { parameter, text, node, key, is_default: entry.is_none() })
        })
        .collect()
}

/// Whether a given value must not be shown.
pub(super) fn is_secret(template: Option<&Template<'_>>, given: &Given<'_>) -> bool {
    secrets::names_a_secret(given.key)
        || template
            .and_then(|template| template.parameter(given.key))
            .is_some_and(|parameter| parameter.no_echo)
        || given.value_node.scalar_text().is_some_and(|text| secrets::evidence(text).is_some())
}

impl Value<'_, '_> {
    fn is_secret(&self) -> bool {
        self.parameter.no_echo
            || secrets::names_a_secret(self.parameter.name)
            || secrets::evidence(&self.text).is_some()
    }

    /// Where to point: not at a secret.
    fn place(&self) -> Location {
        if self.is_secret() { self.key.location() } else { self.node.location() }
    }

    fn finding(&self, violation: &Violation<'_>) -> Finding {
        let name = excerpt(self.parameter.name);
        let finding = |code: &'static Code, what: String| {
            let message = if self.is_default {
                format!("the default of `{name}` {what}")
            } else {
                format!("`{name}` {what}")
            };
            Finding::new(code, &self.place(), message)
        };
        match violation {
            Violation::NotAllowed(part) => {
                self.with_nearest(finding(&NOT_ALLOWED, format!("cannot be {}", self.shown(part))), part)
            }
            Violation::Pattern(part, pattern) => finding(
                &PATTERN,
                format!(
                    "cannot be {}: it must match `{}`",
                    self.shown(part),
                    excerpt(pattern.scalar_text().unwrap_or(""))
                ),
            )
            .related(pattern, "the whole value must match this")
            .help(self.described("give a value that matches")),
            Violation::NoNumber(part) => {
                finding(&TYPE, format!("is a number, and cannot be {}", self.shown(part)))
                    .help("give a number")
            }
            Violation::NoId(part, prefix) => {
                finding(&TYPE, format!("cannot be {}: it begins with `{prefix}`", self.shown(part)))
                    .help("give the id of a resource that exists in every target account, or none")
            }
            Violation::TooShort(length, least) => {
                finding(&RANGE, format!("has {length} characters, and needs {}", least.value))
                    .related(&least.node, "at least this")
                    .help(self.described("give a longer value"))
            }
            Violation::TooLong(length, most) => {
                finding(&RANGE, format!("has {length} characters, and may have {}", most.value))
                    .related(&most.node, "at most this")
                    .help(self.described("give a shorter value"))
            }
            Violation::TooSmall(least) => {
                finding(&RANGE, format!("is {}, below {}", self.shown(&self.text), least.value))
                    .related(&least.node, "at least this")
                    .help(self.described("give a larger number"))
            }
            Violation::TooLarge(most) => {
                finding(&RANGE, format!("is {}, above {}", self.shown(&self.text), most.value))
                    .related(&most.node, "at most this")
                    .help(self.described("give a smaller number"))
            }
        }
    }

    fn too_long(&self, limit: &Limit) -> Option<Finding> {
        let bytes = self.text.len();
        (bytes > limit.value).then(|| {
            let name = excerpt(self.parameter.name);
            let message = format!("`{name}` has {bytes} bytes; CloudFormation takes {}", limit.value);
            Finding::new(&RANGE, &self.place(), message).help(format!(
                "put the text into the template or a file (limit of {}: {})",
                limit.as_of, limit.source
            ))
        })
    }

    fn with_nearest(&self, finding: Finding, part: &str) -> Finding {
        let allowed: Vec<&str> =
            self.parameter.allowed_values.iter().filter_map(|node| node.scalar_text()).collect();
        let finding = match self.parameter.allowed_values.first() {
            Some(first) => finding.related(first, "the allowed values begin here"),
            None => finding,
        };
        match nearest(part, allowed.iter().copied()).filter(|_| !self.is_secret()) {
            Some(meant) => finding.help(format!("did you mean `{}`?", excerpt(meant))),
            None => finding.help(format!("allowed: {}", excerpt(&allowed.join(", ")))),
        }
    }

    /// The author's own words on the constraint, where there are any.
    fn described(&self, help: &str) -> String {
        match self.parameter.constraint_description.and_then(NodeRef::scalar_text) {
            Some(description) => format!("{help}: {}", excerpt(description)),
            None => help.to_owned(),
        }
    }

    fn shown(&self, text: &str) -> String {
        if self.is_secret() {
            return "this value".to_owned();
        }
        match self.node.scalar_text() {
            // What arrives can differ from what is written: 012 is 10 to PyYAML.
            Some(written) if !self.is_default && written != self.text && text == self.text => {
                format!("`{}` (as `{}` arrives)", excerpt(text), excerpt(written))
            }
            _ => format!("`{}`", excerpt(text)),
        }
    }
}
