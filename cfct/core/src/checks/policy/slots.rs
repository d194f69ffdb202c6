//! How many policies a root or unit takes.

use std::collections::{BTreeMap, BTreeSet};

use super::PolicyKind;
use crate::checks::Context;
use crate::finding::Finding;
use crate::resolution::{Deployment, PipelineStage};
use crate::words::{excerpt, head};

crate::codes! {
    /// More policies on a node than it takes.
    TOO_MANY = "policy-too-many-attached", Error, Policy,
        "more policies are attached to the root or to a unit than it takes",
        "Organizations refuses the attachment, and the SCP or RCP stage fails with some policies in place and others not";
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(manifest), Some(organization), Some(resolution)) =
        (context.manifest, context.organization, context.resolution)
    else {
        return;
    };
    let mut attached: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for resolved in &resolution.resources {
        let (kind, limit) = match resolved.stage {
            PipelineStage::Scp => (PolicyKind::Scp, context.limits.policy.scp_attached.value),
            PipelineStage::Rcp => (PolicyKind::Rcp, context.limits.policy.rcp_attached.value),
            PipelineStage::StackSet => continue,
        };
        let Ok(Deployment::Policy(policy)) = &resolved.outcome else { continue };
        for (_, unit) in &policy.units {
            let key = (kind.name(), *unit);
            let names = attached.entry(key).or_default();
            names.insert(&resolved.name);
            // FullAWSAccess and RCPFullAWSAccess have a place of their own.
            let count = names.len() + 1;
            if count <= limit || !told.insert(key) {
                continue;
            }
            let resource = &manifest.resources[resolved.resource];
            let path = organization.path(*unit).to_string();
            let message = format!(
                "with `{}`, `{}` has {count} {}, AWS's own among them, and takes {limit}",
                excerpt(resource.display_name()),
                excerpt(&path),
                kind.plural()
            );
            findings.push(Finding::new(&TOO_MANY, &head(resource.node), message).help(
                "combine policies with the same targets: `guardrails pack` proposes how; Control Tower takes some places too",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::check;
    use crate::checks::Context;
    use crate::checks::testing::{package, v2};
    use crate::organization;
    use crate::source::SourceFile;

    const ORGANIZATION: &str = include_str!("../../../../../examples/organization.json");

    #[test]
    fn the_first_policy_beyond_the_limit_is_told_once_for_each_unit() {
        for (method, count, expected) in [("scp", 9, 0), ("scp", 12, 1), ("rcp", 4, 0), ("rcp", 5, 1)] {
            let mut resources = String::new();
            for number in 0..count {
                let _ = write!(
                    resources,
                    "  - name: p{number}\n    resource_file: policies/a.json\n    deploy_method: {method}\n    deployment_targets:\n      organizational_units: [Root]\n"
                );
            }
            let configuration = package(&[("manifest.yaml", &v2(&resources)), ("policies/a.json", "{}")]);
            let organization = organization::read(&SourceFile::new("o", ORGANIZATION)).organization.unwrap();
            let mut found = Vec::new();
            Context::with(&configuration, Some(&organization), |context| check(context, &mut found));
            assert_eq!(found.len(), expected, "{count} {method}: {found:?}");
        }
    }
}
