//! Access policies of vaults, as AWS Backup takes them.
//!
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html>

use super::super::Context;
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::iam::Policy;
use crate::words::excerpt;

crate::codes! {
    /// A wildcard.
    WILDCARD = "vault-policy-wildcard", Error, Deploy,
        "the access policy of a vault has a wildcard in an action",
        "AWS Backup refuses such a policy, and CloudFormation fails to create the vault";
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let resources = context.templates.values().flat_map(|template| &template.resources);
    for resource in resources {
        if !matches!(
            resource.type_name,
            Some("AWS::Backup::BackupVault" | "AWS::Backup::LogicallyAirGappedBackupVault")
        ) {
            continue;
        }
        let policy =
            resource.property("AccessPolicy").and_then(NodeRef::as_mapping).map(Policy::from_mapping);
        let actions =
            policy.iter().flat_map(|policy| &policy.statements).filter_map(|found| found.action.as_ref());
        for action in actions.flat_map(|matcher| &matcher.patterns) {
            if action.text.contains(['*', '?']) {
                let message = format!("`{}` in the access policy of a vault", excerpt(action.text));
                let help = "list the actions one by one, such as backup:DeleteRecoveryPoint";
                findings.push(Finding::new(&WILDCARD, &action.node, message).help(help));
            }
        }
    }
}
