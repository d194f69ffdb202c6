//! What the documents under `policies/backup` say, each alone and all together.

use super::Context;
use crate::backup_policy::merge::{Level, Merge};
use crate::backup_policy::policy::Policy;
use crate::backup_policy::validation::{self, ErrorCode};
use crate::backup_policy::{codes, incomplete, rules, shape};
use crate::configuration::Role;
use crate::document::Document;
use crate::finding::Finding;
use crate::limits::BackupLimits;
use crate::policy::minify;
use crate::source::Location;
use crate::words::head;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let limits = &context.limits.backup;
    let mut policies = Vec::new();
    for (path, file) in context.configuration.of_role(Role::BackupPolicy) {
        let Some(document) = &file.document else { continue };
        findings.extend(shape::check(document));
        findings.extend(too_long(document, limits));
        if let Some(policy) = Policy::read(path.as_str(), document) {
            findings.extend(empty(document, &policy));
            alone(&policy, limits, findings);
            policies.push(policy);
        }
    }
    findings.extend(incomplete::check(&policies));
}

/// AWS counts the characters that it is sent, and packages are sent without blanks.
fn too_long(document: &Document, limits: &BackupLimits) -> Option<Finding> {
    let limit = limits.policy_characters;
    let count = minify(document.source().text()).ok()?.chars().count();
    (count > limit.value).then(|| {
        let message = format!("{count} characters without blanks, {} too many", count - limit.value);
        Finding::new(&codes::TOO_LONG, &Location::file(document.source()), message).help(format!(
            "a policy takes {} characters: make it two policies, for example a plan each",
            limit.value
        ))
    })
}

fn empty(document: &Document, policy: &Policy) -> Option<Finding> {
    let root = document.root()?;
    let top = root.as_mapping()?;
    // A policy of another type is told so, and one that only locks does something.
    let is_backup = top.is_empty() || top.get("plans").is_some();
    (is_backup && !policy.has_controls && !policy.root.sets_anything()).then(|| {
        Finding::new(&codes::EMPTY, &head(root), "the policy sets nothing")
            .help("give it a plan, or take it out of the package and of attachments.yaml")
    })
}

/// The rules that look at several settings, over what this document alone amounts to.
fn alone(policy: &Policy, limits: &BackupLimits, findings: &mut Vec<Finding>) {
    let mut merge = Merge::new(None);
    merge.descend(&Level { node: "", policies: vec![policy] });
    findings.extend(rules::check(&merge.root).into_iter().map(|breach| breach.finding));
    // Too few is for the effective policy to say: another policy may add what is missing.
    let too_many = validation::check(&merge.root, limits)
        .into_iter()
        .filter(|violation| violation.code == ErrorCode::ElementsTooMany);
    for violation in too_many {
        let Some(origin) = violation.origin else { continue };
        findings.push(
            Finding::new(&codes::TOO_MANY, &origin.location(), violation.message)
                .help("spread them over two plans, or merge some"),
        );
    }
}
