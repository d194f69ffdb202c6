//! Where resources go: whether there is anywhere at all, and whether it means what it says.
//!
//! `manifest_parser.py` takes OUs and accounts for a stack set and only OUs for a policy; whatever matches
//! nothing falls out without a word.

use std::collections::HashMap;

use super::{Context, edit};
use crate::document::{Entry, NodeRef, Value};
use crate::finding::{Edit, Finding, Level, Stage};
use crate::manifest::{DeployMethod, Resource, Text, Version};
use crate::words;

crate::codes! {
    /// No OU and no account.
    NONE = "targets-none", Error, Silent,
        "a resource is aimed at nothing",
        "CfCT makes a stack set without instances, which fails on every run once it gets accounts, or a policy that is attached nowhere";
    /// Accounts of a policy.
    ACCOUNTS_OF_POLICY = "targets-accounts-ignored", Warning, Silent,
        "a policy names accounts, which CfCT ignores",
        "CfCT attaches policies to organizational units only and never reads the accounts of an scp or rcp";
    /// `deployment_targets` inside `deployment_targets`.
    NESTED = "targets-nested", Error, BuildSchema,
        "deployment_targets stands inside itself",
        "the schema knows accounts and organizational_units there and rejects anything else";
    /// `Root` beside other OUs.
    ROOT_SWALLOWS = "targets-root-swallows", Warning, Silent,
        "Root stands beside other organizational units",
        "for a stack set, Root means every enrolled account, and CfCT does not look at the other names at all";
    /// A policy at the root.
    ROOT_SPARES_MANAGEMENT = "targets-root-spares-management", Note, Advice,
        "a policy at the root does not bind the management account",
        "service and resource control policies never apply to the management account, wherever they are attached";
    /// `- # Sandbox`
    EMPTY_ITEM = "targets-empty-item", Warning, Silent,
        "a list has an item without a value",
        "an empty item matches no account, unit or Region, and often is one that was meant to be commented out";
    /// The same OU or account twice.
    REPEATED = "targets-repeated", Note, Advice,
        "a target stands twice in a list",
        "CfCT takes it once, so one of the two was probably meant to be another one";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    for resource in manifest.resources.iter().filter(|resource| resource.method != DeployMethod::Unknown) {
        let aimed = Aimed::of(resource);
        if let Some(nested) = aimed.nested {
            findings.push(self::nested(resource, nested));
        } else if is_malformed(manifest.version, resource) {
            // The schema reports it; whether there are targets cannot be told.
        } else if resource.method == DeployMethod::StackSet {
            findings.extend((aimed.units.is_empty() && aimed.accounts.is_empty()).then(|| none(resource)));
            findings.extend(root_swallows(&aimed));
        } else {
            findings.extend(policy_targets(resource, &aimed));
        }
        for list in [&resource.organizational_units, &resource.accounts, &resource.regions] {
            findings.extend(list.iter().filter(|item| is_empty(item)).map(|item| empty_item(*item)));
        }
        repeated(&aimed.units, findings);
        repeated(&aimed.accounts, findings);
    }
}

/// The targets of a resource that say something.
struct Aimed<'d> {
    units: Vec<Text<'d>>,
    accounts: Vec<Text<'d>>,
    nested: Option<Entry<'d>>,
}

impl<'d> Aimed<'d> {
    fn of(resource: &Resource<'d>) -> Self {
        let filled = |list: &[Text<'d>]| list.iter().filter(|item| !is_empty(item)).copied().collect();
        let map = resource.targets_node.and_then(NodeRef::as_mapping);
        Self {
            units: filled(&resource.organizational_units),
            accounts: filled(&resource.accounts),
            nested: map.and_then(|map| map.entry("deployment_targets")),
        }
    }
}

fn is_empty(item: &Text<'_>) -> bool {
    item.value.trim().is_empty() || item.node.value() == Some(Value::Null)
}

/// Whether a list of targets is something else than a list, or missing where the schema wants it.
fn is_malformed(version: Version, resource: &Resource<'_>) -> bool {
    let (node, keys): (_, &[&str]) = match version {
        Version::V1 => {
            (Some(resource.node), &["deploy_to_ou", "deploy_to_account", "apply_to_accounts_in_ou"])
        }
        Version::V2 | Version::Unknown => (resource.targets_node, &["organizational_units", "accounts"]),
    };
    let Some(map) = node.and_then(NodeRef::as_mapping) else { return true };
    keys.iter().filter_map(|key| map.get(key)).any(|list| match list.as_sequence() {
        Some(list) => list.items().any(|item| item.scalar_text().is_none()),
        None => list.value() != Some(Value::Null),
    })
}

fn place(resource: &Resource<'_>) -> crate::source::Location {
    words::head(resource.targets_node.unwrap_or(resource.node))
}

fn none(resource: &Resource<'_>) -> Finding {
    let name = words::excerpt(resource.display_name());
    let finding = Finding::new(&NONE, &place(resource), format!("`{name}` has no targets"));
    if resource.method == DeployMethod::StackSet {
        finding
            .label("a stack set without instances")
            .help("name organizational units or accounts, or remove the resource until it has some")
    } else {
        finding.label("attached nowhere").help("name organizational units, or remove the resource")
    }
}

fn policy_targets(resource: &Resource<'_>, aimed: &Aimed<'_>) -> Option<Finding> {
    let name = words::excerpt(resource.display_name());
    let method = resource.method.as_str();
    if let Some(account) = aimed.accounts.first() {
        let finding = Finding::new(
            &ACCOUNTS_OF_POLICY,
            &account.node,
            format!("the accounts of the {method} `{name}` are ignored"),
        );
        return Some(if aimed.units.is_empty() {
            finding
                .level(Level::Error)
                .label("so the policy is attached nowhere")
                .help("name the organizational units of these accounts instead")
        } else {
            finding.help("remove `accounts`, or name the organizational units of these accounts as well")
        });
    }
    if aimed.units.is_empty() {
        return Some(none(resource));
    }
    let root = aimed.units.iter().find(|unit| unit.value == "Root")?;
    Some(
        Finding::new(
            &ROOT_SPARES_MANAGEMENT,
            &root.node,
            format!("the {method} `{name}` binds every account but the management account"),
        )
        .help("keep workloads out of the management account: no policy of the organization holds there"),
    )
}

fn root_swallows(aimed: &Aimed<'_>) -> Option<Finding> {
    let root = aimed.units.iter().find(|unit| unit.value == "Root")?;
    let other = aimed.units.iter().find(|unit| unit.value != "Root")?;
    Some(
        Finding::new(
            &ROOT_SWALLOWS,
            &other.node,
            format!("`{}` has no effect beside `Root`", words::excerpt(other.value)),
        )
        .related(&root.node, "this means every enrolled account")
        .help(
            "remove `Root` to deploy to the other units, or the others to deploy to every enrolled account",
        ),
    )
}

fn nested(resource: &Resource<'_>, inner: Entry<'_>) -> Finding {
    let name = words::excerpt(resource.display_name());
    let message = format!("`deployment_targets` of `{name}` stands inside itself");
    let finding = Finding::new(&NESTED, &inner.key, message)
        .help("remove the inner key and indent its content by one level less");
    match unnest(resource, inner) {
        Some(edits) => finding.fix_all("remove the inner key", edits),
        None => finding,
    }
}

fn unnest(resource: &Resource<'_>, inner: Entry<'_>) -> Option<Vec<Edit>> {
    let outer = resource.targets_node?.as_mapping()?;
    let content =
        inner.value.as_mapping().filter(|content| !content.node().is_flow() && !content.node().is_alias())?;
    let source = inner.key.document().source();
    let whole = edit::lines_of(inner)?;
    let first = content.written().next()?.key.span().start;
    let behind_key = edit::after_line_break(source, source.line_span(inner.key.span().start).end);
    let columns = edit::column(source, first).checked_sub(edit::column(source, inner.key.span().start))?;
    if outer.len() != 1 || first < behind_key {
        return None;
    }
    let key = crate::source::Span { start: whole.start, end: behind_key };
    let content = crate::source::Span { start: behind_key, end: whole.end };
    let mut edits = vec![Edit { span: key, replacement: String::new() }];
    edits.extend(edit::dedent(source, content, columns)?);
    Some(edits)
}

fn empty_item(item: Text<'_>) -> Finding {
    let source = item.node.document().source();
    let line = source.line_span(item.node.span().start);
    let text = source.slice(line);
    let behind_dash = text.trim_start_matches(' ').strip_prefix('-').map(str::trim_start);
    let comment = behind_dash.filter(|rest| rest.starts_with('#'));
    let at = crate::source::Location::new(source, line_content(line, text));
    let finding = Finding::new(&EMPTY_ITEM, &at, "an item of the list has no value");
    match comment {
        Some(comment) => {
            let indent = &text[..text.len() - text.trim_start_matches(' ').len()];
            finding
                .label("the value is a comment")
                .help("remove the dash to comment the item out, or remove the `#` to have it")
                .fix("remove the dash", line, format!("{indent}{comment}"))
        }
        None => finding.help("give it a value, or remove it"),
    }
}

fn line_content(line: crate::source::Span, text: &str) -> crate::source::Span {
    let indent = text.len() - text.trim_start().len();
    crate::source::Span::new(line.start as usize + indent, line.start as usize + text.trim_end().len())
}

fn repeated(list: &[Text<'_>], findings: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, NodeRef<'_>> = HashMap::new();
    for item in list {
        if let Some(first) = seen.get(item.value.trim()) {
            let shown = words::excerpt(item.value);
            findings.push(
                Finding::new(&REPEATED, &item.node, format!("`{shown}` stands twice in the list"))
                    .related(first, "first here")
                    .help("remove it, or name the one that was meant"),
            );
        } else {
            seen.insert(item.value.trim(), item.node);
        }
    }
}

/// Where CfCT fails when it cannot resolve a target of the resource.
pub(super) fn stage_of(resource: &Resource<'_>) -> Stage {
    match resource.method {
        DeployMethod::Scp | DeployMethod::Rcp => Stage::Policy,
        _ => Stage::StackSet,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{codes_of, findings, fixed, v2};
    use crate::finding::Level;

    fn aimed(method: &str, targets: &str) -> String {
        format!("  - name: a\n    deploy_method: {method}\n    deployment_targets: {targets}\n")
    }

    #[test]
    fn resources_without_targets_are_found() {
        for (method, targets, codes) in [
            ("stack_set", "{}", &["targets-none"][..]),
            ("stack_set", "{accounts: []}", &["targets-none"]),
            ("stack_set", "{accounts: }", &["targets-none"]),
            ("stack_set", "{accounts: a}", &[]),
            ("stack_set", "[a]", &[]),
            ("stack_set", "{accounts: [a]}", &[]),
            ("stack_set", "{organizational_units: [A]}", &[]),
            ("scp", "{}", &["targets-none"]),
            ("scp", "{accounts: [a]}", &["targets-accounts-ignored"]),
            ("rcp", "{accounts: [a], organizational_units: [A]}", &["targets-accounts-ignored"]),
            ("scp", "{organizational_units: [A, Root]}", &["targets-root-spares-management"]),
            ("stack_set", "{organizational_units: [A, Root]}", &["targets-root-swallows"]),
            ("stack_set", "{organizational_units: [Root]}", &[]),
            ("stack_set", "{organizational_units: [A, B, A]}", &["targets-repeated"]),
            ("stack_set", "{organizational_units: [A, ~]}", &["targets-empty-item"]),
        ] {
            assert_eq!(codes_of(check, &aimed(method, targets)), codes, "{method} {targets}");
        }
    }

    #[test]
    fn a_policy_for_accounts_alone_is_an_error_since_it_is_attached_nowhere() {
        for (targets, level) in [
            ("{accounts: [a]}", Level::Error),
            ("{accounts: [a], organizational_units: [A]}", Level::Warning),
        ] {
            let manifest = v2(&aimed("scp", targets));
            assert_eq!(findings(check, &[("manifest.yaml", &manifest)])[0].level, level, "{targets}");
        }
    }

    #[test]
    fn targets_inside_targets_are_unpacked_with_their_comments() {
        let manifest = v2(&aimed(
            "stack_set",
            "\n      # where to\n      deployment_targets: # again\n          # all\n          organizational_units:\n            - A # one\n\n            - B\n    regions: []\n",
        ));
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(found[0].code.name, "targets-nested");
        let mended = v2(&aimed(
            "stack_set",
            "\n      # where to\n      # all\n      organizational_units:\n        - A # one\n\n        - B\n    regions: []\n",
        ));
        assert_eq!(fixed(&found[0]), mended);
    }

    #[test]
    fn an_item_that_is_only_a_comment_loses_its_dash() {
        let list = |item: &str| {
            v2(&aimed("stack_set", &format!("\n      organizational_units:\n        - A\n        {item}\n")))
        };
        let manifest = list("-  # Sandbox");
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(found[0].code.name, "targets-empty-item");
        assert_eq!(found[0].primary.text(), "-  # Sandbox");
        assert_eq!(fixed(&found[0]), list("# Sandbox"));
    }
}
