//! The elements of a policy: which there must be, may be, and may not be in an SCP or an RCP.
//!
//! Sources: Organizations User Guide, "SCP syntax" (all elements since 19 September 2025, but `Principal`) and
//! "RCP syntax" (`Deny` only, `Principal` is `"*"`, no `NotAction`).

use std::collections::HashMap;

use super::{PolicyFile, PolicyKind, policy_files};
use crate::checks::Context;
use crate::configuration::Role;
use crate::document::{Document, Entry, MappingRef, NodeRef, Shape};
use crate::finding::Finding;
use crate::iam::{Effect, Statement};
use crate::words::{excerpt, head, kind_of, nearest};

crate::codes! {
    /// An element that policies do not have.
    UNKNOWN_ELEMENT = "policy-unknown-element", Error, Policy,
        "a policy has an element that does not exist",
        "Organizations refuses the whole policy, and CfCT learns of it in the SCP or RCP stage";
    /// A required element is absent.
    MISSING_ELEMENT = "policy-missing-element", Error, Policy,
        "a policy or a statement lacks a required element",
        "Organizations refuses the whole policy, and CfCT learns of it in the SCP or RCP stage";
    /// An element, or a value of it, that this kind of policy does not take.
    NOT_SUPPORTED = "policy-element-not-supported", Error, Policy,
        "an element stands in a kind of policy that does not take it",
        "SCPs have no principals, RCPs only deny; Organizations refuses the whole policy";
    /// A word that is none of the allowed ones, or a value of the wrong shape.
    WRONG_VALUE = "policy-wrong-value", Error, Policy,
        "an element of a policy has a value that it cannot have",
        "Organizations refuses the whole policy, and CfCT learns of it in the SCP or RCP stage";
    /// Two statements of one policy with the same name.
    REPEATED_SID = "policy-repeated-sid", Error, Policy,
        "two statements of a policy have the same Sid",
        "a Sid names one statement; Organizations refuses a policy in which it names two";
    /// A policy without a statement.
    NOTHING_SAID = "policy-empty", Error, Policy,
        "a policy has no statement",
        "it would protect nothing, and Organizations refuses it";
}

const TOP: &[&str] = &["Version", "Id", "Statement"];
const STATEMENT: &[&str] = &[
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let documents =
        context.configuration.of_role(Role::Policy).filter_map(|(_, file)| file.document.as_ref());
    for top in documents.filter_map(Document::root).filter(|top| top.as_mapping().is_none()) {
        let message = format!("a policy is a map, and this is {}", kind_of(top));
        findings.push(
            Finding::new(&WRONG_VALUE, &head(top), message)
                .help("write `{ \"Version\": \"2012-10-17\", \"Statement\": [ … ] }`"),
        );
    }
    for file in policy_files(context) {
        let Some(top) = file.document.root().and_then(NodeRef::as_mapping) else { continue };
        unknown_keys(top, TOP, "a policy", findings);
        version(&file, findings);
        statements(&file, top, findings);
        repeated_sids(&file, findings);
        for statement in &file.policy.statements {
            elements(file.kind, statement, findings);
        }
    }
}

fn unknown_keys(map: MappingRef<'_>, known: &[&'static str], place: &str, findings: &mut Vec<Finding>) {
    for Entry { key, .. } in map.written() {
        let Some(text) = key.scalar_text().filter(|text| !known.contains(text)) else { continue };
        let message = format!("`{}` is not an element of {place}", excerpt(text));
        let finding = Finding::new(&UNKNOWN_ELEMENT, &key, message);
        findings.push(match nearest(text, known.iter().copied()) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix(
                format!("rename it to `{meant}`"),
                key.span(),
                format!("\"{meant}\""),
            ),
            None => finding.help(format!("remove it; known here: {}", known.join(", "))),
        });
    }
}

fn version(file: &PolicyFile<'_>, findings: &mut Vec<Finding>) {
    const CURRENT: &str = "2012-10-17";
    match file.policy.version {
        None => {
            let message = format!("the {} has no `Version`", file.kind.name());
            let help = format!("add `\"Version\": \"{CURRENT}\"`");
            findings.push(Finding::new(&MISSING_ELEMENT, &head(file.policy.node), message).help(help));
        }
        Some(version) if version.text != CURRENT => {
            let message =
                format!("`{}` is not a version that policies in Organizations have", excerpt(version.text));
            findings.push(
                Finding::new(&WRONG_VALUE, &version.node, message).help(format!("write \"{CURRENT}\"")).fix(
                    format!("write \"{CURRENT}\""),
                    version.node.span(),
                    format!("\"{CURRENT}\""),
                ),
            );
        }
        Some(_) => {}
    }
}

fn statements(file: &PolicyFile<'_>, top: MappingRef<'_>, findings: &mut Vec<Finding>) {
    let Some(node) = top.get("Statement") else {
        let finding =
            Finding::new(&MISSING_ELEMENT, &head(file.policy.node), "the policy has no `Statement`");
        findings.push(finding.help("add a `Statement` list"));
        return;
    };
    match node.shape() {
        Shape::Sequence(list) if list.is_empty() => {
            let help = "remove the resource from the manifest, or write a statement";
            findings.push(Finding::new(&NOTHING_SAID, &node, "the policy has no statement").help(help));
        }
        Shape::Scalar(_) => {
            let finding = Finding::new(&WRONG_VALUE, &node, "`Statement` must be a list of statements");
            findings.push(finding.help("write a list of maps"));
        }
        Shape::Sequence(list) => {
            for item in list.items().filter(|item| item.as_mapping().is_none()) {
                let finding = Finding::new(&WRONG_VALUE, &item, "a statement must be a map");
                findings.push(finding.help("write `{ \"Effect\": …, \"Action\": …, \"Resource\": … }`"));
            }
        }
        Shape::Mapping(_) => {}
    }
}

fn repeated_sids(file: &PolicyFile<'_>, findings: &mut Vec<Finding>) {
    let mut seen = HashMap::new();
    for sid in file.policy.statements.iter().filter_map(|statement| statement.sid) {
        if let Some(first) = seen.insert(sid.text, sid.node) {
            let message = format!("two statements are called `{}`", excerpt(sid.text));
            findings.push(
                Finding::new(&REPEATED_SID, &sid.node, message)
                    .related(&first, "first here")
                    .help("give one of them another Sid"),
            );
        }
        if !sid.text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = format!("`{}` is no Sid", excerpt(sid.text));
            findings.push(
                Finding::new(&WRONG_VALUE, &sid.node, message).help("use ASCII letters and digits only"),
            );
        }
    }
}

fn elements(kind: PolicyKind, statement: &Statement<'_>, findings: &mut Vec<Finding>) {
    let Some(map) = statement.node.as_mapping() else { return };
    unknown_keys(map, STATEMENT, "a statement", findings);
    for (plain, negated) in
        [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")]
    {
        if let (Some(first), Some(second)) = (map.entry(plain), map.entry(negated)) {
            let message = format!("a statement has `{plain}` and `{negated}`");
            let finding =
                Finding::new(&NOT_SUPPORTED, &second.key, message).related(&first.key, "and this one");
            findings.push(finding.help("keep one of the two"));
        }
    }
    effect(kind, statement, map, findings);
    for key in ["Action", "Resource"] {
        let found = if key == "Action" { &statement.action } else { &statement.resource };
        match found {
            None => missing(statement, key, findings),
            Some(matcher) if matcher.patterns.is_empty() => {
                let message = format!("`{}` names nothing", matcher.key.scalar_text().unwrap_or(key));
                findings.push(
                    Finding::new(&WRONG_VALUE, &matcher.key, message).help("write a text or a list of texts"),
                );
            }
            Some(_) => {}
        }
    }
    principals(kind, statement, findings);
    if let Some(node) = map.get("Condition").filter(|node| node.as_mapping().is_none()) {
        let finding = Finding::new(&WRONG_VALUE, &node, "`Condition` must be a map of operators");
        findings.push(finding.help("write `{ \"StringEquals\": { \"aws:…\": \"…\" } }`"));
    }
}

fn effect(kind: PolicyKind, statement: &Statement<'_>, map: MappingRef<'_>, findings: &mut Vec<Finding>) {
    let Some(node) = map.get("Effect") else { return missing(statement, "Effect", findings) };
    match (statement.effect, kind) {
        (None, _) => {
            let message = format!("`{}` is no effect", excerpt(node.scalar_text().unwrap_or("a collection")));
            let finding =
                Finding::new(&WRONG_VALUE, &node, message).help("write \"Deny\" or \"Allow\", in this case");
            let meant = node.scalar_text().and_then(|text| nearest(text, ["Deny", "Allow"]));
            findings.push(match meant {
                Some(meant) => finding.fix(format!("write \"{meant}\""), node.span(), format!("\"{meant}\"")),
                None => finding,
            });
        }
        (Some(Effect::Allow), PolicyKind::Rcp) => {
            let finding = Finding::new(&NOT_SUPPORTED, &node, "a resource control policy cannot allow");
            findings.push(finding.help("RCPFullAWSAccess allows already; write what is to be denied"));
        }
        _ => {}
    }
}

fn missing(statement: &Statement<'_>, element: &str, findings: &mut Vec<Finding>) {
    let name = statement
        .sid
        .map_or_else(|| "a statement".to_owned(), |sid| format!("statement `{}`", excerpt(sid.text)));
    let finding = Finding::new(&MISSING_ELEMENT, &head(statement.node), format!("{name} has no `{element}`"));
    findings.push(finding.help(format!("add `{element}`")));
}

fn principals(kind: PolicyKind, statement: &Statement<'_>, findings: &mut Vec<Finding>) {
    match (kind, &statement.principal) {
        (PolicyKind::Scp, Some(principal)) => {
            let message = "a service control policy has no principals";
            let finding = Finding::new(&NOT_SUPPORTED, &principal.key, message);
            findings.push(finding.help(
                "it binds every principal of the account; narrow it by `aws:PrincipalArn` in `Condition`",
            ));
        }
        (PolicyKind::Rcp, None) => missing(statement, "Principal", findings),
        (PolicyKind::Rcp, Some(principal)) if principal.negated || !principal.everyone => {
            let message = "the principal of a resource control policy must be \"*\"";
            let finding = Finding::new(&NOT_SUPPORTED, &principal.key, message);
            findings.push(finding.help(
                "write \"*\", and narrow it by `aws:PrincipalArn` or `aws:PrincipalOrgID` in `Condition`",
            ));
        }
        _ => {}
    }
    let Some(action) = statement.action.as_ref().filter(|_| kind == PolicyKind::Rcp) else { return };
    if action.negated {
        let finding =
            Finding::new(&NOT_SUPPORTED, &action.key, "a resource control policy cannot have `NotAction`");
        findings.push(finding.help("name the actions with their service: \"kms:*\""));
    }
    for pattern in action.patterns.iter().filter(|pattern| pattern.text == "*") {
        let message = "a resource control policy must name the service of its actions";
        let finding = Finding::new(&NOT_SUPPORTED, &pattern.node, message);
        findings.push(finding.help("write one pattern for each service: \"kms:*\", \"s3:*\""));
    }
}
