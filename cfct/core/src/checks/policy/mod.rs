//! Service and resource control policies: what Organizations would refuse, and what would protect nothing.

pub(crate) mod actions;
pub(crate) mod conditions;
pub(crate) mod elements;
pub(crate) mod size;
pub(crate) mod slots;

use std::collections::BTreeMap;

use super::Context;
use crate::configuration::Role;
use crate::document::Document;
use crate::iam::Policy;
use crate::manifest::DeployMethod;
use crate::source::PackagePath;

/// Which of the two a policy file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyKind {
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
}

impl PolicyKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scp => "service control policy",
            Self::Rcp => "resource control policy",
        }
    }

    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Scp => "service control policies",
            Self::Rcp => "resource control policies",
        }
    }
}

/// A policy file with what the manifest, or else its folder, says it is.
pub(crate) struct PolicyFile<'c> {
    pub(crate) kind: PolicyKind,
    pub(crate) document: &'c Document,
    pub(crate) policy: Policy<'c>,
}

/// Every policy file whose top is a map, in the order of the paths.
pub(crate) fn policy_files<'c>(context: &Context<'c>) -> Vec<PolicyFile<'c>> {
    let named: BTreeMap<PackagePath, PolicyKind> = context
        .manifest
        .iter()
        .flat_map(|manifest| &manifest.resources)
        .filter_map(|resource| {
            let kind = match resource.method {
                DeployMethod::Scp => PolicyKind::Scp,
                DeployMethod::Rcp => PolicyKind::Rcp,
                _ => return None,
            };
            Some((PackagePath::new(resource.file?.value)?, kind))
        })
        .collect();
    let by_folder = |path: &PackagePath| {
        if path.is_under("policies/rcp") { PolicyKind::Rcp } else { PolicyKind::Scp }
    };
    context
        .configuration
        .of_role(Role::Policy)
        .filter_map(|(path, file)| {
            let document = file.document.as_ref()?;
            let kind = named.get(path).copied().unwrap_or_else(|| by_folder(path));
            Some(PolicyFile { kind, document, policy: Policy::read(document)? })
        })
        .collect()
}
