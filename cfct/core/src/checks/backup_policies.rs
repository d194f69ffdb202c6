//! What the documents under `policies/backup` say, each alone and all together.

use super::Context;
use crate::backup_policy::merge::{Level, Merge};
use crate::backup_policy::policy::{Item, Policy};
use crate::backup_policy::tree::Node;
use crate::backup_policy::validation::{self, ErrorCode};
use crate::backup_policy::{codes, incomplete, rules, shape};
use crate::configuration::{Configuration, Role};
use crate::document::Document;
use crate::finding::Finding;
use crate::limits::BackupLimits;
use crate::policy::minify;
use crate::source::{Location, PackagePath};

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let limits = &context.limits.backup;
    for (_, document) in documents(context.configuration) {
        findings.extend(shape::check(document));
        findings.extend(too_long(document, limits));
    }
    let policies = read(context.configuration);
    for policy in &policies {
        findings.extend(empty(policy));
        findings.extend(of_one(policy, limits));
    }
    findings.extend(incomplete::check(&policies).into_iter().map(|lack| lack.finding));
}

fn documents(configuration: &Configuration) -> impl Iterator<Item = (&PackagePath, &Document)> {
    let files = configuration.of_role(Role::BackupPolicy);
    files.filter_map(|(path, file)| Some((path, file.document.as_ref()?)))
}

/// Every backup policy of the package that can be read, attached or not, called by its path.
pub(super) fn read(configuration: &Configuration) -> Vec<Policy> {
    documents(configuration).filter_map(|(path, document)| Policy::read(path.as_str(), document)).collect()
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

fn empty(policy: &Policy) -> Option<Finding> {
    // A policy of another type is told so, as is a misspelt key; and one that only locks does something.
    let keys = &policy.root.children;
    let is_plans = |item: &Item| policy.location(item.key_span).text() == "\"plans\"";
    let is_backup = keys.is_empty() || keys.iter().any(is_plans);
    (is_backup && !policy.root.has_controls && !policy.root.sets_anything()).then(|| {
        Finding::new(&codes::EMPTY, &Location::file(&policy.source), "the policy sets nothing")
            .help("give it a plan, or take it out of the package and of attachments.yaml")
    })
}

/// What a policy alone amounts to.
pub(super) fn alone(policy: &Policy) -> Node<'_> {
    let mut merge = Merge::new(None);
    merge.descend(&Level { node: "", policies: vec![policy] });
    merge.root
}

/// The rules that look at several settings, and the limits, over what this document alone amounts to.
fn of_one(policy: &Policy, limits: &BackupLimits) -> Vec<Finding> {
    let root = alone(policy);
    let mut findings: Vec<Finding> = rules::check(&root).into_iter().map(|breach| breach.finding).collect();
    // Too few is for the effective policy to say: another policy may add what is missing.
    let too_many = validation::check(&root, limits)
        .into_iter()
        .filter(|violation| violation.code == ErrorCode::ElementsTooMany);
    findings.extend(too_many.filter_map(|violation| {
        let finding = Finding::new(&codes::TOO_MANY, &violation.origin?.location(), violation.message);
        Some(finding.help("spread them over two plans, or merge some"))
    }));
    findings
}
