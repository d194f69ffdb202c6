//! The body of a v1 manifest rewritten to v2, by edits that keep comments and layout.
//!
//! Names of keys change, the targets move into `deployment_targets`, the two lists become one, and what v1
//! took for granted is written out (`manifest.schema.yaml`, `manifest-v2.schema.yaml`).

use super::edit;
use crate::document::{Document, Entry, MappingRef, NodeRef, SequenceRef};
use crate::finding::Edit;
use crate::source::Span;

/// Keys that only change their names.
const RENAMED: [(&str, &str); 3] = [
    ("template_file", "resource_file"),
    ("policy_file", "resource_file"),
    ("ssm_parameters", "export_outputs"),
];
/// Keys that move into `deployment_targets`.
const TARGETS: [(&str, &str); 3] = [
    ("deploy_to_ou", "organizational_units"),
    ("apply_to_accounts_in_ou", "organizational_units"),
    ("deploy_to_account", "accounts"),
];

/// The edits; `None` where the manifest is written in a way that they could not keep: flow style, aliases,
/// targets with other keys between them, resources without a name.
pub(super) fn to_v2(document: &Document) -> Option<Vec<Edit>> {
    let top = document.root()?.as_mapping()?;
    if top.entry("resources").is_some() || document.nodes().any(NodeRef::is_alias) {
        return None;
    }
    let mut lists: Vec<(Entry<'_>, &str)> =
        [("organization_policies", "scp"), ("cloudformation_resources", "stack_set")]
            .into_iter()
            .filter_map(|(key, method)| Some((top.entry(key)?, method)))
            .collect();
    lists.sort_by_key(|(entry, _)| entry.key.span());
    let mut edits = one_list(document, &lists)?;
    for (entry, method) in &lists {
        for item in items(*entry)?.items() {
            resource(item.as_mapping()?, method, &mut edits)?;
        }
    }
    Some(edits)
}

fn items(list: Entry<'_>) -> Option<SequenceRef<'_>> {
    list.value.as_sequence().filter(|items| !items.is_empty() && !items.node().is_flow())
}

/// The first key becomes `resources`; the second one goes, so that its items continue the list.
fn one_list(document: &Document, lists: &[(Entry<'_>, &str)]) -> Option<Vec<Edit>> {
    let source = document.source();
    let (first, _) = lists.first()?;
    let mut edits = vec![Edit { span: first.key.span(), replacement: "resources".to_owned() }];
    if let Some((second, _)) = lists.get(1) {
        let between = source.slice(Span { start: first.value.end(), end: second.key.span().start });
        let only_comments =
            between.lines().skip(1).all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        let column =
            |list: &Entry<'_>| Some(edit::column(source, items(*list)?.items().next()?.span().start));
        if !only_comments || column(first)? != column(second)? {
            return None;
        }
        let line = source.line_span(second.key.span().start);
        let behind =
            source.slice(Span { start: second.key.span().end, end: line.end }).trim_start_matches(':').trim();
        if !behind.is_empty() {
            return None;
        }
        let span = Span { start: line.start, end: edit::after_line_break(source, line.end) };
        edits.push(Edit { span, replacement: String::new() });
    }
    Some(edits)
}

fn resource(item: MappingRef<'_>, method: &str, edits: &mut Vec<Edit>) -> Option<()> {
    if item.node().is_flow() {
        return None;
    }
    item.entry("name")?;
    for (old, new) in RENAMED {
        edits.extend(
            item.entry(old).map(|entry| Edit { span: entry.key.span(), replacement: new.to_owned() }),
        );
    }
    if let Some(ignored) = item.entry("depends_on") {
        edits.push(edit::remove(ignored)?);
    }
    let mut targets: Vec<(Entry<'_>, &str)> =
        TARGETS.iter().filter_map(|(old, new)| Some((item.entry(old)?, *new))).collect();
    targets.sort_by_key(|(entry, _)| entry.key.span());
    move_targets(&targets, edits)?;
    if item.entry("deploy_method").is_none() {
        let (first, _) = targets.first()?;
        let indent = " ".repeat(edit::column(item.node().document().source(), first.key.span().start));
        let replacement = format!("deploy_method: {method}\n{indent}");
        insert_before(first.key.span(), replacement, edits)?;
    }
    Some(())
}

/// Puts text in front of a key that another edit already replaces.
fn insert_before(key: Span, text: String, edits: &mut [Edit]) -> Option<()> {
    // It was made a moment ago, so it stands near the end.
    let edit = edits.iter_mut().rfind(|edit| edit.span == key)?;
    edit.replacement = text + &edit.replacement;
    Some(())
}

fn move_targets(targets: &[(Entry<'_>, &str)], edits: &mut Vec<Edit>) -> Option<()> {
    let (first, _) = targets.first()?;
    let source = first.key.document().source();
    let column = edit::column(source, first.key.span().start);
    for (index, (entry, name)) in targets.iter().enumerate() {
        let key = entry.key.span();
        let replacement = if index == 0 {
            format!("deployment_targets:\n{}  {name}", " ".repeat(column))
        } else {
            let (before, _) = targets.get(index - 1)?;
            let between = source.slice(Span { start: before.value.end(), end: key.start });
            let only_comments = between
                .lines()
                .skip(1)
                .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
            if !only_comments || before.key.scalar_text() == entry.key.scalar_text() {
                return None;
            }
            format!("  {name}")
        };
        edits.push(Edit { span: key, replacement });
        indent_rest(*entry, edits);
    }
    Some(())
}

/// Moves the lines of a value below its key two columns to the right.
fn indent_rest(entry: Entry<'_>, edits: &mut Vec<Edit>) {
    let source = entry.key.document().source();
    let end = entry.value.end();
    let mut at = edit::after_line_break(source, source.line_span(entry.key.span().start).end);
    while at < end {
        let line = source.line_span(at);
        if !source.slice(line).trim().is_empty() {
            edits.push(Edit {
                span: Span { start: line.start, end: line.start },
                replacement: "  ".to_owned(),
            });
        }
        at = edit::after_line_break(source, line.end).max(at + 1);
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{findings, fixed};
    use crate::checks::versions::check;
    use crate::document::Document;
    use crate::manifest::schema;
    use crate::source::SourceFile;

    fn converted(body: &str) -> Option<String> {
        let manifest = format!("region: us-east-1\nversion: 2021-03-15\n{body}");
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        found[0]
            .fix
            .as_ref()
            .map(|_| fixed(&found[0]).replace("region: us-east-1\nversion: 2021-03-15\n", ""))
    }

    #[test]
    fn a_v1_body_becomes_a_v2_body_with_its_comments() {
        let v1 = "\
# guardrails
organization_policies:
  - name: guard # one
    description: d
    policy_file: policies/p.json
    # where
    apply_to_accounts_in_ou:
      - Security
      # - Sandbox

      - Workloads:Prod
# stacks
cloudformation_resources:
  - name: s
    template_file: templates/a.template
    deploy_to_ou: [Security] # all of it
    # and
    deploy_to_account:
      - app-1
    depends_on:
      - z
    ssm_parameters:
      - name: /x
        value: $[output_X]
  - deploy_to_account: [app-2]
    name: t
    deploy_method: stack_set
    template_file: templates/b.template
";
        let v2 = "\
# guardrails
resources:
  - name: guard # one
    description: d
    resource_file: policies/p.json
    # where
    deploy_method: scp
    deployment_targets:
      organizational_units:
        - Security
        # - Sandbox

        - Workloads:Prod
# stacks
  - name: s
    resource_file: templates/a.template
    deploy_method: stack_set
    deployment_targets:
      organizational_units: [Security] # all of it
    # and
      accounts:
        - app-1
    export_outputs:
      - name: /x
        value: $[output_X]
  - deployment_targets:
      accounts: [app-2]
    name: t
    deploy_method: stack_set
    resource_file: templates/b.template
";
        assert_eq!(converted(v1).as_deref(), Some(v2));
        let document = Document::read_yaml(&SourceFile::new(
            "manifest.yaml",
            format!("region: us-east-1\nversion: 2021-03-15\n{v2}"),
        ));
        assert!(schema::check(&document.document.unwrap()).is_empty());
    }

    #[test]
    fn what_edits_cannot_keep_is_left_to_a_person() {
        for body in [
            "cloudformation_resources: [{name: a, template_file: t, deploy_to_ou: [A]}]\n",
            "cloudformation_resources:\n  - template_file: t\n    deploy_to_ou: [A]\n",
            "cloudformation_resources:\n  - name: a\n    template_file: t\n",
            "cloudformation_resources:\n  - name: a\n    deploy_to_ou: &o [A]\n    deploy_to_account: *o\n",
            "cloudformation_resources:\n  - deploy_to_ou: [A]\n    name: a\n    deploy_to_account: [b]\n",
            "cloudformation_resources:\n  - name: a\n    deploy_to_ou: [A]\norganization_policies:\n- name: b\n  apply_to_accounts_in_ou: [A]\n",
            "cloudformation_resources:\n  - name: a\n    deploy_to_ou: [A]\nresources: []\n",
        ] {
            assert_eq!(converted(body), None, "{body}");
        }
    }
}
