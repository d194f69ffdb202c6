//! Keys of the manifest that its schema allows and CfCT never reads.

use super::{Context, edit};
use crate::document::{NodeRef, SequenceRef, Value};
use crate::finding::Finding;
use crate::manifest::{DeployMethod, Resource, Version};
use crate::words;

crate::codes! {
    /// A key that has no effect on this kind of resource.
    IGNORED = "manifest-key-ignored", Note, Silent,
        "a key that CfCT does not read for this kind of resource",
        "the schema has one list of keys for all kinds of resources, so a key without effect passes";
}

/// Keys of a policy that only stack sets have a use for (`SCPParser`, `RCPParser`).
const OF_STACK_SETS: [&str; 4] = ["regions", "parameters", "parameter_file", "export_outputs"];

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    for resource in &manifest.resources {
        match (manifest.version, resource.method) {
            (Version::V2, DeployMethod::Scp | DeployMethod::Rcp) => {
                for key in OF_STACK_SETS {
                    findings.extend(ignored(resource, key, "policies have no use for it"));
                }
            }
            (Version::V1, DeployMethod::StackSet) => {
                findings.extend(ignored(resource, "depends_on", "resources are deployed from top to bottom"));
            }
            _ => {}
        }
    }
}

fn ignored(resource: &Resource<'_>, key: &str, why: &str) -> Option<Finding> {
    // A merged key belongs to the resource it is written at.
    let entry = resource.node.as_mapping()?.written().find(|entry| entry.key.scalar_text() == Some(key))?;
    let says_nothing = matches!(entry.value.value(), Some(Value::Null))
        || entry.value.as_sequence().is_some_and(SequenceRef::is_empty);
    if says_nothing {
        return None;
    }
    let name = words::excerpt(resource.display_name());
    let finding = Finding::new(&IGNORED, &entry.key, format!("`{key}` of `{name}` has no effect"))
        .label(why)
        .help("remove it");
    Some(match edit::remove(entry).filter(|_| !is_anchored(entry.value)) {
        Some(edit) => finding.fix_all("remove it", vec![edit]),
        None => finding,
    })
}

/// An anchor may be used further down, so its node cannot go.
fn is_anchored(node: NodeRef<'_>) -> bool {
    let source = node.document().source();
    let line = source.line_span(node.span().start);
    source.slice(line).contains('&') || source.slice(node.span()).contains('&')
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{codes_of, findings, fixed, v2};

    #[test]
    fn keys_without_effect_are_found_on_policies_only() {
        for (method, key, codes) in [
            ("scp", "regions: [us-east-1]", &["manifest-key-ignored"][..]),
            ("rcp", "parameter_file: parameters/a.json", &["manifest-key-ignored"]),
            ("scp", "regions: []", &[]),
            ("stack_set", "regions: [us-east-1]", &[]),
        ] {
            let resource = format!("  - name: a\n    deploy_method: {method}\n    {key}\n");
            assert_eq!(codes_of(check, &resource), codes, "{method} {key}");
        }
    }

    #[test]
    fn a_key_is_removed_with_its_lines_and_nothing_else() {
        let before = "  - name: a\n    deploy_method: scp\n    regions: # none\n      - us-east-1\n      - eu-west-1 # two\n    # the file\n    resource_file: p.json\n";
        let manifest = v2(before);
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        let after = "  - name: a\n    deploy_method: scp\n    # the file\n    resource_file: p.json\n";
        assert_eq!(fixed(&found[0]), v2(after));
    }

    #[test]
    fn a_key_behind_the_dash_or_with_an_anchor_is_left_to_its_owner() {
        for resource in [
            "  - regions: [us-east-1]\n    deploy_method: scp\n",
            "  - deploy_method: scp\n    regions: &r [us-east-1]\n",
            "  - {deploy_method: scp, regions: [us-east-1]}\n",
        ] {
            let manifest = v2(resource);
            let found = findings(check, &[("manifest.yaml", &manifest)]);
            assert!(found[0].fix.is_none(), "{resource}");
        }
    }

    #[test]
    fn depends_on_of_a_v1_resource_has_no_effect() {
        let manifest = "region: us-east-1\nversion: 2020-01-01\ncloudformation_resources:\n  - name: a\n    deploy_method: stack_set\n    depends_on: [b]\n";
        assert_eq!(findings(check, &[("manifest.yaml", manifest)])[0].code.name, "manifest-key-ignored");
    }
}
