//! `enable_stack_set_deletion`, and how many stack sets an account can have.

use super::Context;
use crate::document::NodeRef;
use crate::finding::Finding;

crate::codes! {
    /// `enable_stack_set_deletion: true`
    ENABLED = "stack-set-deletion-enabled", Note, Advice,
        "CfCT deletes every stack set that the manifest no longer names",
        "removing or renaming a resource deletes its stacks in all accounts, with what is in them";
    /// More stack sets than an account can have.
    TOO_MANY = "stack-sets-quota", Error, StackSet,
        "the manifest has more stack sets than an account can have",
        "CreateStackSet is refused once the quota of the management account is used up";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    if manifest.enable_stack_set_deletion {
        let top = manifest.document.root().and_then(NodeRef::as_mapping);
        let value = top.and_then(|top| top.get("enable_stack_set_deletion"));
        findings.extend(value.map(|value| {
            Finding::new(
                &ENABLED,
                &value,
                "a stack set that leaves the manifest is deleted with all its stacks",
            )
            .help("look at the plan before each push; a renamed resource is deleted and created anew")
        }));
    }
    let limit = context.limits.stack_sets;
    if let Some(first_too_many) = context.stack_sets.get(limit.value) {
        let count = context.stack_sets.len();
        let message =
            format!("the manifest has {count} stack sets, {} more than the quota", count - limit.value);
        findings.push(
            Finding::new(&TOO_MANY, &crate::words::head(first_too_many.resource.node), message).help(
                format!(
                    "merge templates, or have the quota of {} raised ({}, {})",
                    limit.value, limit.source, limit.as_of
                ),
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{found, v2};

    #[test]
    fn deletion_is_noted_where_it_is_switched_on() {
        for (value, expected) in [("true", 1), ("yes", 1), ("false", 0)] {
            let manifest = format!("enable_stack_set_deletion: {value}\n{}", v2("  - name: a\n"));
            let found = found(check, &[("manifest.yaml", &manifest)]);
            assert_eq!(found.len(), expected, "{value}");
            assert!(found.iter().all(|(code, text)| *code == "stack-set-deletion-enabled" && text == value));
        }
    }

    #[test]
    fn the_quota_of_stack_sets_is_compared_with_their_number() {
        let resources = |count: usize| {
            (0..count)
                .map(|index| format!("  - name: r{index}\n    deploy_method: stack_set\n"))
                .collect::<String>()
        };
        for (count, expected) in [(1000, 0), (1001, 1)] {
            let manifest = v2(&(resources(count) + "  - name: p\n    deploy_method: scp\n"));
            let found = found(check, &[("manifest.yaml", &manifest)]);
            assert_eq!(found.len(), expected, "{count}");
        }
    }
}
