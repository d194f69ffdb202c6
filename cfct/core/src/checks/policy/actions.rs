//! The actions that a policy names, against the Service Authorization Reference.

use super::{PolicyKind, policy_files};
use crate::checks::Context;
use crate::finding::{Finding, Level};
use crate::iam::Word;
use crate::iam::authorization::{GOVERNED_BY_RCPS, Known, REFERENCE};
use crate::words::{excerpt, nearest};

crate::codes! {
    /// No such action, or no such service.
    UNKNOWN_ACTION = "policy-unknown-action", Warning, Silent,
        "a policy names an action that does not exist",
        "IAM accepts any name; a misspelt action protects nothing";
    /// RCPs do not reach AWS Backup.
    OUT_OF_REACH = "rcp-without-effect", Error, Silent,
        "a resource control policy names a service that RCPs do not govern",
        "Organizations applies RCPs to the resources of some services only; on those of others the statement protects nothing";
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for file in policy_files(context) {
        let matchers = file.policy.statements.iter().filter_map(|statement| statement.action.as_ref());
        for word in matchers.flat_map(|matcher| &matcher.patterns) {
            if file.kind == PolicyKind::Rcp {
                findings.extend(out_of_reach(word));
            }
            findings.extend(unknown(word));
        }
    }
}

/// A service that is not there at all is another finding.
fn out_of_reach(word: &Word<'_>) -> Option<Finding> {
    let service = word.text.split_once(':')?.0.to_ascii_lowercase();
    if GOVERNED_BY_RCPS.has(&service) || !REFERENCE.prefixes().any(|known| known == service) {
        return None;
    }
    let message = format!("resource control policies do not govern `{}`", excerpt(word.text));
    let finding = Finding::new(&OUT_OF_REACH, &word.node, message);
    Some(match service.as_str() {
        "backup" | "backup-storage" | "backup-gateway" | "backup-search" => finding
            .help("protect vaults by a service control policy, a vault access policy and a lock; keys by `kms:` in an RCP"),
        // AWS adds services to its list every few months.
        _ => finding.level(Level::Warning).help(format!(
            "deny it by a service control policy; our list of governed services is of {}",
            GOVERNED_BY_RCPS.date
        )),
    })
}

fn unknown(word: &Word<'_>) -> Option<Finding> {
    let shown = excerpt(word.text);
    let (service, action) = word.text.split_once(':').unwrap_or(("", word.text));
    let (message, meant) = match REFERENCE.knows(word.text) {
        Known::Yes => return None,
        Known::Malformed => (format!("`{shown}` is not of the form `service:Action`"), None),
        Known::NoService => {
            let meant = nearest(service, REFERENCE.prefixes()).map(|service| format!("{service}:{action}"));
            (format!("there is no service prefix in `{shown}` that AWS knows"), meant)
        }
        Known::NoAction => {
            let names = REFERENCE.actions(&service.to_ascii_lowercase()).unwrap_or_default();
            let meant = nearest(action, names.iter().map(|action| action.name));
            (format!("no action matches `{shown}`"), meant.map(|name| format!("{service}:{name}")))
        }
    };
    let finding = Finding::new(&UNKNOWN_ACTION, &word.node, message);
    Some(match meant {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix(
            format!("write `{meant}`"),
            word.node.span(),
            format!("\"{meant}\""),
        ),
        None => finding.help(format!(
            "compare with the Service Authorization Reference; our copy is of {}",
            REFERENCE.date
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::OUT_OF_REACH;
    use crate::checks;
    use crate::checks::testing::{package, v2};
    use crate::finding::Level;

    #[test]
    fn services_that_rcps_do_not_govern_are_named_and_aws_backup_is_an_error() {
        let manifest = v2(
            "  - name: keys\n    deploy_method: rcp\n    resource_file: policies/rcp/keys.json\n    deployment_targets:\n      organizational_units: [Workloads]\n",
        );
        let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Resource":"*",
            "Action":["kms:Decrypt","Backup:DeleteBackupVault","ec2:DeleteVolume","nosuch:Thing"]}}"#;
        let findings =
            checks::run(&package(&[("manifest.yaml", &manifest), ("policies/rcp/keys.json", policy)]));
        let found = findings.iter().filter(|finding| finding.code.name == OUT_OF_REACH.name);
        let found: Vec<(Level, &str)> =
            found.map(|finding| (finding.level, finding.message.as_str())).collect();
        assert_eq!(
            found,
            [
                (Level::Error, "resource control policies do not govern `Backup:DeleteBackupVault`"),
                (Level::Warning, "resource control policies do not govern `ec2:DeleteVolume`"),
            ]
        );
    }
}
