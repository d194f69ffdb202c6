//! Service and resource control policies: what is attached, what stays attached, and which slots are left.

use std::collections::{BTreeMap, BTreeSet};

use super::Sources;
use crate::configuration::Content;
use crate::deployed;
use crate::manifest::Resource;
use crate::organization::{Organization, UnitIndex};
use crate::policy::{as_sent, minify};
use crate::resolution::{Deployment, PipelineStage, Resolution};
use crate::source::PackagePath;

/// Which kind of policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKind {
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
}

impl PolicyKind {
    /// AWS's word for the type.
    #[must_use]
    pub fn aws_type(self) -> &'static str {
        match self {
            Self::Scp => "SERVICE_CONTROL_POLICY",
            Self::Rcp => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// The `deploy_method`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scp => "scp",
            Self::Rcp => "rcp",
        }
    }

    /// Policies that one target takes (Organizations User Guide, quotas; read 2026-11). The policy that AWS
    /// attaches by itself counts: FullAWSAccess, RCPFullAWSAccess.
    #[must_use]
    pub fn slots(self) -> usize {
        match self {
            Self::Scp => 10,
            Self::Rcp => 5,
        }
    }
}

/// A policy of the manifest.
#[derive(Clone, Debug)]
pub struct PolicyPlan<'s> {
    /// The entry in the manifest.
    pub resource: &'s Resource<'s>,
    /// Its kind.
    pub kind: PolicyKind,
    /// Its name; CfCT finds the deployed policy by it, wherever it came from.
    pub name: String,
    /// The id of the deployed policy of that name.
    pub deployed: Option<String>,
    /// Whether its content or description differs from the deployed one; `None` where that is not known.
    pub differs: Option<bool>,
    /// Each target with what becomes of its attachment.
    pub targets: Vec<Attachment>,
}

/// A target of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attachment {
    /// The manifest names it, and the policy is not attached to it yet.
    Added(String),
    /// The manifest names it, and the policy is attached to it already.
    Kept(String),
    /// The manifest does not name it, the policy is attached to it, and CfCT leaves it so: it never
    /// detaches (`manifest_parser.py` sends `Attach` only).
    LeftBehind(String),
}

impl Attachment {
    /// The id of the root, unit or account.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Self::Added(id) | Self::Kept(id) | Self::LeftBehind(id) => id,
        }
    }
}

/// The attachment slots of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots {
    /// Which kind of policy they take.
    pub kind: PolicyKind,
    /// The id of the root, unit or account.
    pub target: String,
    /// Policies attached now, those of Control Tower and FullAWSAccess included.
    pub used: usize,
    /// Policies that the plan attaches.
    pub added: usize,
    /// How many there are.
    pub limit: usize,
}

impl Slots {
    /// How many are left after the plan; negative where it does not fit.
    #[must_use]
    pub fn left(&self) -> isize {
        self.limit as isize - self.used as isize - self.added as isize
    }
}

impl PolicyPlan<'_> {
    /// Whether Organizations would look the same afterwards. CfCT sends the policy all the same.
    #[must_use]
    pub fn is_no_op(&self) -> bool {
        self.deployed.is_some()
            && self.differs == Some(false)
            && !self.targets.iter().any(|target| matches!(target, Attachment::Added(_)))
    }
}

pub(super) fn plans<'s>(sources: &Sources<'s>, resolution: &Resolution<'s>) -> Vec<PolicyPlan<'s>> {
    let mut plans = Vec::new();
    for (stage, kind) in [(PipelineStage::Scp, PolicyKind::Scp), (PipelineStage::Rcp, PolicyKind::Rcp)] {
        let of_stage = resolution.resources.iter().filter(|resolved| resolved.stage == stage);
        for resolved in of_stage {
            let Ok(Deployment::Policy(wanted)) = &resolved.outcome else { continue };
            let Some(resource) = sources.manifest.resources.get(resolved.resource) else { continue };
            let there = deployed_policy(sources, kind, &resolved.name);
            let units: BTreeSet<String> =
                wanted.units.iter().map(|(_, unit)| id_of(sources.organization, *unit)).collect();
            plans.push(PolicyPlan {
                resource,
                kind,
                name: resolved.name.clone().into_owned(),
                deployed: there.map(|policy| policy.id.to_string()),
                differs: there.and_then(|policy| differs(sources, resource, &wanted.description, policy)),
                targets: attachments(&units, there),
            });
        }
    }
    plans
}

fn deployed_policy<'s>(sources: &Sources<'s>, kind: PolicyKind, name: &str) -> Option<&'s deployed::Policy> {
    let policies = &sources.deployed?.policies;
    policies.iter().find(|policy| &*policy.kind == kind.aws_type() && &*policy.name == name)
}

fn attachments(wanted: &BTreeSet<String>, there: Option<&deployed::Policy>) -> Vec<Attachment> {
    let attached: BTreeSet<&str> =
        there.into_iter().flat_map(|policy| &policy.targets).map(|target| &**target).collect();
    let named = wanted.iter().map(|target| {
        if attached.contains(target.as_str()) {
            Attachment::Kept(target.clone())
        } else {
            Attachment::Added(target.clone())
        }
    });
    let left = attached.iter().filter(|target| !wanted.contains(**target));
    named.chain(left.map(|target| Attachment::LeftBehind((*target).to_owned()))).collect()
}

/// Compares what CfCT would send with what is there; layout does not count.
fn differs(
    sources: &Sources<'_>,
    resource: &Resource<'_>,
    description: &str,
    there: &deployed::Policy,
) -> Option<bool> {
    let path = PackagePath::new(resource.file?.value)?;
    let Content::Text(source) = &sources.configuration.file(&path)?.content else { return None };
    let sent = minify(&as_sent(source.text())).ok()?;
    let content = minify(there.content.as_deref()?).ok()?;
    let same_description = there.description.as_deref().is_none_or(|text| text == description);
    Some(sent != content || !same_description)
}

/// The slots of each target that a policy of the manifest is or becomes attached to.
pub(super) fn slots(sources: &Sources<'_>, plans: &[PolicyPlan<'_>]) -> Vec<Slots> {
    let mut added: BTreeMap<(PolicyKind, &str), usize> = BTreeMap::new();
    for plan in plans {
        for target in &plan.targets {
            let (Attachment::Added(target) | Attachment::Kept(target)) = target else { continue };
            *added.entry((plan.kind, target)).or_default() += 0;
        }
        for target in &plan.targets {
            if let Attachment::Added(target) = target {
                *added.entry((plan.kind, target)).or_default() += 1;
            }
        }
    }
    let policies = sources.deployed.map_or(&[][..], |deployed| &deployed.policies);
    let mut used: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for policy in policies {
        for target in &policy.targets {
            *used.entry((&policy.kind, target)).or_default() += 1;
        }
    }
    let slots = added.into_iter().map(|((kind, target), added)| Slots {
        kind,
        target: target.to_owned(),
        used: used.get(&(kind.aws_type(), target)).copied().unwrap_or(0),
        added,
        limit: kind.slots(),
    });
    slots.collect()
}

fn id_of(organization: &Organization, unit: UnitIndex) -> String {
    organization.unit(unit).id.to_string()
}
