//! The actions that a policy names, against the Service Authorization Reference.

use super::{PolicyKind, policy_files};
use crate::checks::Context;
use crate::finding::Finding;
use crate::iam::Word;
use crate::iam::authorization::{Known, REFERENCE, is_of_backup};
use crate::words::{excerpt, nearest};

crate::codes! {
    /// No such action, or no such service.
    UNKNOWN_ACTION = "policy-unknown-action", Warning, Silent,
        "a policy names an action that does not exist",
        "IAM accepts any name; a misspelt action protects nothing";
    /// RCPs do not reach AWS Backup.
    OUT_OF_REACH = "rcp-without-effect", Error, Silent,
        "a resource control policy names a service that RCPs do not govern",
        "Organizations applies RCPs to some services only, and AWS Backup is not among them: the statement protects nothing";
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for file in policy_files(context) {
        let matchers = file.policy.statements.iter().filter_map(|statement| statement.action.as_ref());
        for word in matchers.flat_map(|matcher| &matcher.patterns) {
            if file.kind == PolicyKind::Rcp && is_of_backup(word.text) {
                findings.push(out_of_reach(word));
            }
            findings.extend(unknown(word));
        }
    }
}

fn out_of_reach(word: &Word<'_>) -> Finding {
    let message = format!("resource control policies do not govern `{}`", excerpt(word.text));
    Finding::new(&OUT_OF_REACH, &word.node, message)
        .help("protect vaults by a service control policy, a vault access policy and a lock; keys by `kms:` in an RCP")
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
