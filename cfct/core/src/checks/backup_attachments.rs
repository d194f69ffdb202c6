//! Whether what `policies/backup/attachments.yaml` says can be done, as far as the package alone tells.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Context;
use super::paths::{Files, Likeness};
use crate::aws::OuPath;
use crate::backup_policy::attachments::{self, Attached, Attachments, codes};
use crate::configuration::{ATTACHMENTS, Kind, Role, role_by_place};
use crate::document::{NodeRef, SequenceRef, Value};
use crate::finding::Finding;
use crate::limits::BackupLimits;
use crate::manifest::Text;
use crate::organization::targets::unit_path;
use crate::source::{Location, PackagePath};
use crate::words::{excerpt, head, quoted};

/// AWS Organizations, `CreatePolicy`.
const NAME: usize = 128;
/// AWS Organizations, `CreatePolicy`.
const DESCRIPTION: usize = 512;

/// A place that policies are attached to, as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target<'d> {
    Unit(OuPath),
    Account(&'d str),
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let configuration = context.configuration;
    let document = configuration.of_role(Role::Attachments).find_map(|(_, file)| file.document.as_ref());
    let (attachments, misread) = document.map(attachments::read).unwrap_or_default();
    findings.extend(misread);
    names(&attachments, findings);
    let files = Files::of(&configuration.listing);
    for policy in &attachments.policies {
        texts(policy, findings);
        findings.extend(policy.file.and_then(|file| wrong_file(context, &files, file)));
    }
    targets(&attachments, &context.limits.backup, findings);
    too_many(&attachments, &context.limits.backup, findings);
    unattached(context, &attachments, findings);
}

fn names(attachments: &Attachments<'_>, findings: &mut Vec<Finding>) {
    let mut first: HashMap<&str, Text<'_>> = HashMap::new();
    for name in attachments.policies.iter().filter_map(|policy| policy.name) {
        match first.entry(name.value) {
            Entry::Vacant(slot) => {
                slot.insert(name);
            }
            Entry::Occupied(first) => findings.push(duplicate_name(name, first.get())),
        }
    }
}

fn duplicate_name(name: Text<'_>, first: &Text<'_>) -> Finding {
    let message = format!("another policy is called `{}`", excerpt(name.value));
    Finding::new(&codes::DUPLICATE_NAME, &name.node, message)
        .related(&first.node, "the first one")
        .help("give it another name; one policy for several targets is one entry that lists them all")
}

fn texts(policy: &Attached<'_>, findings: &mut Vec<Finding>) {
    let fields = [("name", policy.name, 1, NAME), ("description", policy.description, 0, DESCRIPTION)];
    for (key, text, least, most) in fields {
        let Some(text) = text else { continue };
        let count = text.value.chars().count();
        if !(least..=most).contains(&count) {
            findings.push(
                Finding::new(&codes::TEXT_LENGTH, &text.node, format!("the {key} has {count} characters"))
                    .help(format!("write {least} to {most} characters")),
            );
        }
    }
}

fn wrong_file(context: &Context<'_>, files: &Files<'_>, file: Text<'_>) -> Option<Finding> {
    let shown = excerpt(file.value);
    let path = PackagePath::new(file.value);
    let listing = &context.configuration.listing;
    let is_file = |path: &PackagePath| listing.get(path).is_some_and(|listed| listed.kind == Kind::File);
    let Some(path) = path.clone().filter(is_file) else {
        let finding = Finding::new(&codes::FILE_MISSING, &file.node, format!("there is no file `{shown}`"));
        let meant = path.and_then(|path| files.meant_by(&path));
        return Some(match meant.filter(|meant| role_by_place(meant.path) == Role::BackupPolicy) {
            Some(meant) => {
                let finding = finding.help(format!("did you mean {}?", meant.path));
                match meant.how {
                    // Another file of a similar name may be another policy.
                    Likeness::Spelling => finding,
                    _ => finding.fix(
                        format!("write `{}`", meant.path),
                        file.node.span(),
                        quoted(meant.path.as_str()),
                    ),
                }
            }
            None => finding.help("write the path from the package's root: policies/backup/NAME.json"),
        });
    };
    (role_by_place(&path) != Role::BackupPolicy).then(|| {
        Finding::new(&codes::FILE_PLACE, &file.node, format!("`{shown}` is not read as a backup policy"))
            .help("move it to policies/backup/NAME.json")
    })
}

fn targets(attachments: &Attachments<'_>, limits: &BackupLimits, findings: &mut Vec<Finding>) {
    let most = limits.attached_to_node.value;
    let mut attached: BTreeMap<Target<'_>, usize> = BTreeMap::new();
    for policy in &attachments.policies {
        let units =
            policy.organizational_units.iter().map(|unit| (Target::Unit(unit_path(unit.value)), unit));
        let accounts = policy.accounts.iter().map(|account| (Target::Account(account.value), account));
        let mut own = BTreeMap::new();
        for (target, text) in units.chain(accounts) {
            if let Some(first) = own.insert(target.clone(), text) {
                findings.push(
                    Finding::new(
                        &codes::DUPLICATE_TARGET,
                        &text.node,
                        format!("`{}` is a target already", excerpt(text.value)),
                    )
                    .related(&first.node, "here")
                    .help("list it once"),
                );
                continue;
            }
            let count = attached.entry(target).or_default();
            *count += 1;
            if *count == most + 1 {
                let message = format!("`{}` gets more than {most} backup policies", excerpt(text.value));
                findings.push(
                    Finding::new(&codes::TOO_MANY, &text.node, message)
                        .help("merge some of them, or attach them to an OU above"),
                );
            }
        }
        if let Some(at) = policy.targets_node.filter(|node| own.is_empty() && lists_nothing(*node)) {
            let message = format!("`{}` is attached to nothing", excerpt(policy.display_name()));
            findings.push(
                Finding::new(&codes::NO_TARGETS, &head(at), message)
                    .help("list organizational_units or accounts, or take the policy out"),
            );
        }
    }
}

/// Whether the lists of targets are there to be filled; anything else in their place is reported as such.
fn lists_nothing(targets: NodeRef<'_>) -> bool {
    targets.as_mapping().is_some_and(|targets| {
        targets.entries().iter().all(|entry| {
            entry.value.as_sequence().is_some_and(SequenceRef::is_empty)
                || entry.value.value() == Some(Value::Null)
        })
    })
}

fn too_many(attachments: &Attachments<'_>, limits: &BackupLimits, findings: &mut Vec<Finding>) {
    let most = limits.policies.value;
    if let Some(policy) = attachments.policies.get(most) {
        let count = attachments.policies.len();
        findings.push(
            Finding::new(&codes::TOO_MANY, &head(policy.node), format!("{count} backup policies"))
                .help(format!("an organization has {most} at most: merge some")),
        );
    }
}

fn unattached(context: &Context<'_>, attachments: &Attachments<'_>, findings: &mut Vec<Finding>) {
    let named: BTreeSet<PackagePath> =
        attachments.policies.iter().filter_map(|policy| PackagePath::new(policy.file?.value)).collect();
    for (path, file) in context.configuration.of_role(Role::BackupPolicy) {
        if let Some(document) = file.document.as_ref().filter(|_| !named.contains(path)) {
            let at = Location::file(document.source());
            findings.push(
                Finding::new(&codes::UNATTACHED, &at, "no entry of attachments.yaml names this policy")
                    .help(format!("add it to {ATTACHMENTS} with its targets, or take it out of the package")),
            );
        }
    }
}
