//! A policy's size as Organizations will count it, and what CfCT's transform does to texts inside it.

use super::{PolicyKind, policy_files};
use crate::checks::Context;
use crate::document::{NodeRef, Shape};
use crate::finding::{Finding, Level};
use crate::policy::{as_sent, minify};
use crate::source::Location;

crate::codes! {
    /// Too long for the quota as CfCT sends it.
    TOO_LARGE = "policy-too-large", Error, Policy,
        "a policy is larger than the quota as CfCT sends it",
        "CfCT sends every line break as two characters, and the quota counts what is sent";
    /// A pair of spaces inside a text.
    DOUBLE_SPACE = "policy-double-space", Error, Silent,
        "a text in a policy has two spaces in a row",
        "CfCT removes every pair of spaces, inside texts too, so the policy that arrives is another one";
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let limits = &context.limits.policy;
    for file in policy_files(context) {
        let quota = match file.kind {
            PolicyKind::Scp => limits.scp_characters.value,
            PolicyKind::Rcp => limits.rcp_characters.value,
        };
        let source = file.document.source();
        let sent = as_sent(source.text()).chars().count();
        if sent > quota {
            let least = minify(source.text()).map_or(sent, |text| text.chars().count());
            let at = Location::new(source, source.line_span(0));
            let message =
                format!("the {} has {sent} characters as sent, the quota is {quota}", file.kind.name());
            let finding = Finding::new(&TOO_LARGE, &at, message);
            findings.push(if least <= quota {
                finding.level(Level::Warning).help(format!(
                    "minified it has {least}: `package` minifies; a push of the repository does not"
                ))
            } else {
                finding.help(format!("minified it still has {least}: split it over two policies"))
            });
        }
        if let Some(root) = file.document.root() {
            double_spaces(root, findings);
        }
    }
}

fn double_spaces(node: NodeRef<'_>, findings: &mut Vec<Finding>) {
    match node.shape() {
        Shape::Scalar(scalar) => {
            if scalar.source_text().contains("  ") {
                findings.push(
                    Finding::new(&DOUBLE_SPACE, &scalar, "this text loses two spaces on the way")
                        .label("CfCT removes each pair of spaces")
                        .help("write one space, or escape the second as \\u0020, as `package` does")
                        .fix(
                            "escape the second space",
                            scalar.span(),
                            scalar.source_text().replace("  ", " \\u0020"),
                        ),
                );
            }
        }
        Shape::Sequence(list) => list.items().for_each(|item| double_spaces(item, findings)),
        Shape::Mapping(map) => {
            for entry in map.written() {
                double_spaces(entry.key, findings);
                double_spaces(entry.value, findings);
            }
        }
    }
}
