//! Manifests of one version with the keys of the other, and manifests of the old version.

use super::{Context, migration};
use crate::document::{Entry, NodeRef};
use crate::finding::Finding;
use crate::manifest::{Manifest, Version};
use crate::words;

crate::codes! {
    /// v1 keys under a v2 version, or the reverse.
    MISMATCH = "manifest-body-mismatch", Error, BuildSchema,
        "the keys of one manifest version stand under the other version",
        "the version selects the schema, which rejects the keys of the other one";
    /// Version 2020-01-01.
    OLD = "manifest-v1", Note, Advice,
        "the manifest is of the old version 2020-01-01",
        "the old version has no resource control policies, no inline parameters and no deletion of stack sets";
}

const V1_LISTS: [&str; 2] = ["organization_policies", "cloudformation_resources"];

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    match manifest.version {
        Version::V2 => findings.extend(v1_body(manifest)),
        Version::V1 => match v2_body(manifest) {
            Some(finding) => findings.push(finding),
            None => findings.extend(manifest.version_node.map(old)),
        },
        // The schema reports an unknown version.
        Version::Unknown => {}
    }
}

fn top_entry<'d>(manifest: &Manifest<'d>, key: &str) -> Option<Entry<'d>> {
    manifest.document.root()?.as_mapping()?.entry(key)
}

fn v1_body(manifest: &Manifest<'_>) -> Option<Finding> {
    let body = V1_LISTS.iter().find_map(|key| top_entry(manifest, key))?;
    let shown = words::excerpt(body.key.scalar_text().unwrap_or(""));
    let finding = Finding::new(&MISMATCH, &body.key, format!("`{shown}` belongs to version 2020-01-01"))
        .help("write `version: 2020-01-01`, or convert the resources to the keys of 2021-03-15");
    let finding = match manifest.version_node {
        Some(version) => finding.related(&version, "the version that the manifest says it has"),
        None => finding,
    };
    Some(match migration::to_v2(manifest.document) {
        Some(edits) => finding.fix_all("convert the resources to version 2021-03-15", edits),
        None => finding,
    })
}

fn v2_body(manifest: &Manifest<'_>) -> Option<Finding> {
    let body = top_entry(manifest, "resources")?;
    let version: NodeRef<'_> = manifest.version_node?;
    let mixed = V1_LISTS.iter().any(|key| top_entry(manifest, key).is_some());
    let finding = Finding::new(&MISMATCH, &version, "`resources` belongs to version 2021-03-15")
        .related(&body.key, "the key of the newer version")
        .help("write `version: 2021-03-15`");
    Some(if mixed || version.is_alias() {
        finding
    } else {
        finding.fix("write the version of the body", version.span(), "2021-03-15")
    })
}

fn old(version: NodeRef<'_>) -> Finding {
    Finding::new(&OLD, &version, "version 2020-01-01 still works, and CfCT's build warns of it")
        .help("write `version: 2021-03-15` and run `check --fix`, which converts the resources; then look at the plan")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{findings, fixed};

    fn manifest(version: &str, body: &str) -> String {
        format!("region: us-east-1\nversion: {version}\n{body}")
    }

    #[test]
    fn the_body_must_be_of_the_version_that_the_manifest_has() {
        for (version, body, codes) in [
            ("2021-03-15", "resources: []\n", &[][..]),
            ("2021-03-15", "", &[]),
            ("2021-03-15", "cloudformation_resources: []\n", &["manifest-body-mismatch"]),
            ("2021-03-15", "resources: []\norganization_policies: []\n", &["manifest-body-mismatch"]),
            ("2020-01-01", "resources: []\n", &["manifest-body-mismatch"]),
            ("2020-01-01", "cloudformation_resources: []\n", &["manifest-v1"]),
            ("2020-03-15", "cloudformation_resources: []\n", &[]),
        ] {
            let found = findings(check, &[("manifest.yaml", &manifest(version, body))]);
            let found: Vec<_> = found.iter().map(|found| found.code.name).collect();
            assert_eq!(found, codes, "{version} {body}");
        }
    }

    #[test]
    fn a_v2_body_gets_its_version() {
        let body = "resources: []\n";
        let found = findings(check, &[("manifest.yaml", &manifest("2020-01-01", body))]);
        assert_eq!(fixed(&found[0]), manifest("2021-03-15", body));
    }
}
