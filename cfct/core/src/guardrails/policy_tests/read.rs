//! From a YAML document to tests, with a finding for whatever is not of their form.

use std::collections::BTreeMap;

use super::template_policies::Named;
use super::{Expectation, MALFORMED, PolicyTest, Texted};
use crate::document::{Document, MappingRef, NodeRef, Shape};
use crate::finding::Finding;
use crate::guardrails::OwnPolicies;
use crate::guardrails::requests::{Malformed, policies, policy, read_context};
use crate::iam::evaluate::Context;
use crate::source::Located;
use crate::words::{excerpt, head, kind_of, nearest};

const KEYS: [&str; 12] = [
    "name",
    "principal",
    "action",
    "resource",
    "context",
    "identity_policies",
    "resource_policy",
    "permissions_boundary",
    "session_policies",
    "parameters",
    "expect",
    "by",
];

/// Reads the tests of a file; what cannot be read is a finding, and no test.
pub(super) fn read<'d>(document: &'d Document, findings: &mut Vec<Finding>) -> Vec<PolicyTest<'d>> {
    let Some(root) = document.root() else { return Vec::new() };
    let tests = root.as_mapping().and_then(|map| map.get("tests"));
    let Some(list) = tests.and_then(NodeRef::as_sequence) else {
        let at = tests.unwrap_or(root);
        findings.push(
            Finding::new(&MALFORMED, &head(at), "a file of policy tests has no list `tests`")
                .help("write `tests:` and below it one entry a test, each with `name`, `principal`, `action` and `expect`"),
        );
        return Vec::new();
    };
    list.items().filter_map(|node| Reader { findings }.test(node)).collect()
}

struct Reader<'f> {
    findings: &'f mut Vec<Finding>,
}

impl Reader<'_> {
    fn test<'d>(&mut self, node: NodeRef<'d>) -> Option<PolicyTest<'d>> {
        let Some(map) = node.as_mapping() else {
            self.found(
                &head(node),
                format!("a test is {}, not a map", kind_of(node)),
                "give it `name`, `principal`, `action` and `expect`",
            );
            return None;
        };
        let known = self.findings.len();
        self.unknown_keys(map);
        let name = self.one(map, "name");
        let principals = self.required(map, "principal");
        let actions = self.required(map, "action");
        let resources = self.texts(map, "resource");
        let by = self.texts(map, "by");
        let expect = self.expectation(map);
        let mut context = Context::default();
        let keys = map.get("context").map_or(Ok(()), |keys| read_context(keys, &mut context));
        let mut templates = Named::default();
        let own = keys.and_then(|()| own_policies(map, &mut templates));
        templates.parameters = self.parameters(map);
        for (action, node) in &actions {
            if !action.contains(':') || action.contains(['*', '?']) {
                self.found(
                    &node.location(),
                    format!("`{}` is not one action", excerpt(action)),
                    "name the action as `service:Action`, without wildcards",
                );
            }
        }
        let own = match own {
            Ok(own) => own,
            Err(malformed) => {
                self.found(&malformed.at, malformed.message, "write it as in docs/guardrails.md");
                return None;
            }
        };
        if self.findings.len() > known {
            return None;
        }
        let own = completed(own, map, &templates);
        let (name, name_node) = name?;
        let texts = |list: Vec<Texted<'d>>| list.into_iter().map(|(text, _)| text).collect();
        let resources: Vec<&str> = texts(resources);
        Some(PolicyTest {
            name,
            node: name_node,
            principals,
            actions: texts(actions),
            resources: if resources.is_empty() { vec!["*"] } else { resources },
            context,
            own,
            templates,
            expect: expect?,
            by: texts(by),
        })
    }

    fn found(&mut self, at: &impl Located, message: impl Into<String>, help: &str) {
        self.findings.push(Finding::new(&MALFORMED, at, message).help(help));
    }

    fn unknown_keys(&mut self, map: MappingRef<'_>) {
        for entry in map.entries() {
            let key = entry.key.scalar_text().unwrap_or_default();
            if KEYS.contains(&key) {
                continue;
            }
            let help = match nearest(key, KEYS) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("a test has the keys {}", KEYS.map(|key| format!("`{key}`")).join(", ")),
            };
            self.found(&entry.key.location(), format!("a test has no `{}`", excerpt(key)), &help);
        }
    }

    fn expectation(&mut self, map: MappingRef<'_>) -> Option<Expectation> {
        let (word, node) = self.one(map, "expect")?;
        let known = Expectation::WORDS.iter().find(|(known, _)| *known == word);
        if known.is_none() {
            self.found(
                &node.location(),
                format!("`{}` is no expectation", excerpt(word)),
                "expect `allowed` or `denied`, or exactly `explicit-deny` or `implicit-deny`",
            );
        }
        known.map(|(_, expectation)| *expectation)
    }

    /// Parameters of templates, by name.
    fn parameters<'d>(&mut self, map: MappingRef<'d>) -> BTreeMap<&'d str, Texted<'d>> {
        let Some(node) = map.get("parameters") else { return BTreeMap::new() };
        let Some(parameters) = node.as_mapping() else {
            let message = format!("`parameters` is {}, not a map", kind_of(node));
            self.found(&head(node), message, "write each parameter of the template as `Name: value`");
            return BTreeMap::new();
        };
        let texts = parameters.entries().into_iter().filter_map(|entry| {
            let text = entry.value.scalar_text();
            if text.is_none() {
                let message = format!("the value of a parameter is {}, not a text", kind_of(entry.value));
                self.found(&head(entry.value), message, "write one text, as CloudFormation takes it");
            }
            Some((entry.key.scalar_text()?, (text?, entry.value)))
        });
        texts.collect()
    }

    fn one<'d>(&mut self, map: MappingRef<'d>, key: &str) -> Option<Texted<'d>> {
        let texts = self.required(map, key);
        if let [_, (_, second), ..] = texts.as_slice() {
            self.found(&second.location(), format!("a test has one `{key}`"), "write one text, not a list");
        }
        texts.first().copied()
    }

    fn required<'d>(&mut self, map: MappingRef<'d>, key: &str) -> Vec<Texted<'d>> {
        let known = self.findings.len();
        let texts = self.texts(map, key);
        if texts.is_empty() && self.findings.len() == known {
            let help = format!("add `{key}:` with a text that says it");
            self.found(&head(map.node()), format!("the test has no `{key}`"), &help);
        }
        texts
    }

    /// One text, or a list of them.
    fn texts<'d>(&mut self, map: MappingRef<'d>, key: &str) -> Vec<Texted<'d>> {
        let Some(node) = map.get(key) else { return Vec::new() };
        let nodes: Vec<NodeRef<'d>> = match node.shape() {
            Shape::Sequence(list) => list.items().collect(),
            _ => vec![node],
        };
        let mut texts = Vec::new();
        for node in nodes {
            match node.scalar_text().filter(|text| !text.is_empty()) {
                Some(text) => texts.push((text, node)),
                None => self.found(
                    &head(node),
                    format!("`{key}` is {}, not a text", kind_of(node)),
                    "write a text, or a list of texts",
                ),
            }
        }
        texts
    }
}

/// The policies that a test brings along; those that it names in templates go to `templates`.
fn own_policies<'d>(map: MappingRef<'d>, templates: &mut Named<'d>) -> Result<OwnPolicies, Malformed> {
    templates.resource = map.get("resource_policy").and_then(in_template);
    templates.identity = map.get("identity_policies").map(all_in_templates).unwrap_or_default();
    let (of_resource, of_identity) = (templates.resource.is_none(), templates.identity.is_empty());
    Ok(OwnPolicies {
        identity: if of_identity { policies(map, "identity_policies")? } else { Vec::new() },
        resource: if of_resource { policy(map, "resource_policy")? } else { None },
        boundary: policy(map, "permissions_boundary")?,
        session: policies(map, "session_policies")?,
    })
}

/// `templates/backup-key.yaml#BackupKey`
fn in_template(node: NodeRef<'_>) -> Option<Texted<'_>> {
    node.scalar_text().filter(|text| text.contains('#')).map(|text| (text, node))
}

/// One of them, or a list of nothing else.
fn all_in_templates(node: NodeRef<'_>) -> Vec<Texted<'_>> {
    match node.shape() {
        Shape::Sequence(list) => list.items().map(in_template).collect::<Option<_>>().unwrap_or_default(),
        _ => in_template(node).into_iter().collect(),
    }
}

/// Without any policy, principal and resource allow everything; where the policy of a resource is looked at in
/// a template, its principals do.
fn completed(own: OwnPolicies, map: MappingRef<'_>, templates: &Named<'_>) -> OwnPolicies {
    let brings = |keys: &[&str]| keys.iter().any(|key| map.get(key).is_some());
    if !brings(&["identity_policies", "resource_policy", "permissions_boundary", "session_policies"]) {
        return OwnPolicies::permissive();
    }
    let allows_all = templates.resource.is_some() && !brings(&["identity_policies"]);
    let identity = if allows_all { OwnPolicies::permissive().identity } else { own.identity };
    OwnPolicies { identity, ..own }
}
