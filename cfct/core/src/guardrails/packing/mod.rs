//! Fewer, shorter service and resource control policies that come to the same: what quotas on their size and on
//! their number at a node leave room for.
//!
//! Only policies with the same targets are combined. CfCT neither deletes nor detaches a policy that has left the
//! manifest, so what is no longer needed has to be removed by hand once the push is through.

mod bins;
mod combine;
mod json;
mod proof;
mod simplify;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

use crate::configuration::Configuration;
use crate::iam::Policy;
use crate::iam::evaluate::PolicyKind;
use crate::limits::PolicyLimits;
use crate::manifest::Manifest;
use crate::organization::{Organization, UnitIndex};
use crate::resolution::{Deployment, InputSettings, PipelineStage, resolve};
use crate::source::PackagePath;

use super::Guardrails;

pub use combine::{Combined, Counted, Options, Packed, Proposal, Size, combine, size_of};

/// What became of the policies of a package.
#[derive(Debug)]
pub struct Packing {
    /// The policies with the same targets, together.
    pub groups: Vec<Group>,
    /// Slots of every unit to which a policy of the package is attached.
    pub slots: Vec<Slots>,
}

/// Policies of one kind with the same targets.
#[derive(Debug)]
pub struct Group {
    /// Service or resource control policies.
    pub kind: PolicyKind,
    /// The paths of the units that they are attached to.
    pub targets: Vec<String>,
    /// Characters that a policy may have.
    pub quota: usize,
    /// The policies: name, file and size.
    pub before: Vec<(String, String, Size)>,
    /// What to put in their place, or why they are left alone.
    pub outcome: Result<Combined, String>,
}

/// The attachments of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots {
    /// The path of the unit.
    pub unit: String,
    /// The kind of policies.
    pub kind: PolicyKind,
    /// Policies that may be attached.
    pub limit: usize,
    /// Policies that are, once the package is deployed.
    pub before: usize,
    /// Policies that are once the proposals are deployed, and what they replace is detached.
    pub after: usize,
}

impl Group {
    /// The policies that are no longer needed.
    pub fn superfluous(&self) -> impl Iterator<Item = &str> {
        let kept: BTreeSet<&str> = self.proposals().iter().map(|proposal| proposal.name.as_str()).collect();
        let before = self.before.iter().map(|(name, ..)| name.as_str());
        before.filter(move |name| self.outcome.is_ok() && !kept.contains(name))
    }

    /// The policies in their place; none where they are left alone.
    #[must_use]
    pub fn proposals(&self) -> &[Proposal] {
        self.outcome.as_ref().map(|combined| combined.policies.as_slice()).unwrap_or_default()
    }

    /// Whether the proposals are fewer, or shorter by more than their layout, or bring a policy under the quota.
    #[must_use]
    pub fn is_worth_it(&self) -> bool {
        let Ok(combined) = &self.outcome else { return false };
        let old: usize = self.before.iter().map(|(_, _, size)| size.minified).sum();
        let new: usize = combined.policies.iter().map(|proposal| proposal.size.minified).sum();
        let is_shorter = new < old && !(combined.changes.is_empty() && combined.lost_sids.is_empty());
        let too_large = self.before.iter().any(|(_, _, size)| size.minified > self.quota);
        combined.policies.len() < self.before.len() || is_shorter || too_large
    }
}

impl Packing {
    /// Packs the policies of a package.
    #[must_use]
    pub fn of(
        configuration: &Configuration,
        guardrails: &Guardrails<'_>,
        limits: &PolicyLimits,
        options: Options,
    ) -> Self {
        let organization = guardrails.organization();
        let groups = attached(configuration, organization);
        let groups: Vec<(Vec<UnitIndex>, Group)> = groups
            .into_iter()
            .map(|((kind, units), members)| {
                let group = group(configuration, organization, kind, &units, &members, limits, options);
                (units, group)
            })
            .collect();
        Self {
            slots: slots(&groups, guardrails, limits),
            groups: groups.into_iter().map(|(_, group)| group).collect(),
        }
    }
}

/// A resource of the manifest: its name and its file.
type Member = (String, PackagePath);

/// The policies of the manifest by kind and targets. What is attached nowhere is left out.
fn attached(
    configuration: &Configuration,
    organization: &Organization,
) -> BTreeMap<(Stage, Vec<UnitIndex>), Vec<Member>> {
    let mut groups: BTreeMap<(Stage, Vec<UnitIndex>), Vec<Member>> = BTreeMap::new();
    let Some(manifest) = configuration.manifest().map(Manifest::read) else { return groups };
    let resolution = resolve(&manifest, organization, configuration, &InputSettings::default());
    for resolved in &resolution.resources {
        let Some(stage) = Stage::of(resolved.stage) else { continue };
        let Ok(Deployment::Policy(policy)) = &resolved.outcome else { continue };
        let file = manifest.resources.get(resolved.resource).and_then(|resource| resource.file);
        let Some(path) = file.and_then(|file| PackagePath::new(file.value)) else { continue };
        let units: BTreeSet<UnitIndex> = policy.units.iter().map(|(_, unit)| *unit).collect();
        if !units.is_empty() {
            let members = groups.entry((stage, units.into_iter().collect())).or_default();
            members.push((resolved.name.to_string(), path));
        }
    }
    groups
}

/// The stages in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Scp,
    Rcp,
}

impl Stage {
    fn of(stage: PipelineStage) -> Option<Self> {
        match stage {
            PipelineStage::Scp => Some(Self::Scp),
            PipelineStage::Rcp => Some(Self::Rcp),
            PipelineStage::StackSet => None,
        }
    }

    fn kind(self) -> PolicyKind {
        match self {
            Self::Scp => PolicyKind::Scp,
            Self::Rcp => PolicyKind::Rcp,
        }
    }
}

fn group(
    configuration: &Configuration,
    organization: &Organization,
    stage: Stage,
    units: &[UnitIndex],
    members: &[Member],
    limits: &PolicyLimits,
    options: Options,
) -> Group {
    let quota = match stage {
        Stage::Scp => limits.scp_characters.value,
        Stage::Rcp => limits.rcp_characters.value,
    };
    let read: Vec<Packed<'_>> = members
        .iter()
        .filter_map(|(name, path)| {
            Some(Packed { name, file: path.as_str(), document: configuration.document(path)? })
        })
        .collect();
    let sizes = read.iter().map(|packed| {
        let statements = Policy::read(packed.document).map_or(0, |policy| policy.statements.len());
        let size = size_of(packed.document.source().text(), statements);
        (packed.name.to_owned(), packed.file.to_owned(), size)
    });
    Group {
        kind: stage.kind(),
        targets: units.iter().map(|unit| organization.path(*unit).to_string()).collect(),
        quota,
        before: sizes.collect(),
        outcome: alone(configuration, members, &read).and_then(|()| combine(&read, quota, options)),
    }
}

/// A file that another resource has too cannot be rewritten for one of them.
fn alone(configuration: &Configuration, members: &[Member], read: &[Packed<'_>]) -> Result<(), String> {
    if read.len() < members.len() {
        return Err("a file of theirs cannot be read".to_owned());
    }
    let manifest = configuration.manifest().map(Manifest::read);
    let files = manifest.iter().flat_map(|manifest| &manifest.resources).filter_map(|resource| resource.file);
    let files: Vec<PackagePath> = files.filter_map(|file| PackagePath::new(file.value)).collect();
    match members.iter().find(|(_, path)| files.iter().filter(|file| *file == path).count() > 1) {
        Some((_, path)) => Err(format!("`{}` is the file of several resources", path.as_str())),
        None => Ok(()),
    }
}

fn slots(
    groups: &[(Vec<UnitIndex>, Group)],
    guardrails: &Guardrails<'_>,
    limits: &PolicyLimits,
) -> Vec<Slots> {
    let mut slots: BTreeMap<(UnitIndex, &'static str), Slots> = BTreeMap::new();
    for (units, group) in groups {
        let gone = if group.is_worth_it() {
            group.before.len() as isize - group.proposals().len() as isize
        } else {
            0
        };
        for unit in units {
            let slots = slots.entry((*unit, group.kind.as_str())).or_insert_with(|| {
                let used = guardrails.attached_to(group.kind, *unit);
                let limit = match group.kind {
                    PolicyKind::Rcp => limits.rcp_attached.value,
                    _ => limits.scp_attached.value,
                };
                let unit = guardrails.organization().path(*unit).to_string();
                Slots { unit, kind: group.kind, limit, before: used, after: used }
            });
            slots.after = slots.after.saturating_add_signed(-gone);
        }
    }
    slots.into_values().collect()
}
