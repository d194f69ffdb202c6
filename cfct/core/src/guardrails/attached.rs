//! Which policies are attached where.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Chains, FULL_ACCESS, Shared, full_access};
use crate::aws::AccountId;
use crate::configuration::Configuration;
use crate::deployed::{self, Deployed};
use crate::document::Document;
use crate::iam::Policy;
use crate::iam::evaluate::{CompiledPolicy, Level, PolicyKind};
use crate::manifest::Manifest;
use crate::organization::{AccountIndex, Organization, UnitIndex};
use crate::resolution::{Deployment, InputSettings, PipelineStage, resolve};
use crate::source::{PackagePath, SourceFile};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    ServiceControl,
    ResourceControl,
}

impl Kind {
    fn of_deployed(word: &str) -> Option<Self> {
        match word {
            "SERVICE_CONTROL_POLICY" => Some(Self::ServiceControl),
            "RESOURCE_CONTROL_POLICY" => Some(Self::ResourceControl),
            _ => None,
        }
    }

    fn of_policy(self) -> PolicyKind {
        match self {
            Self::ServiceControl => PolicyKind::Scp,
            Self::ResourceControl => PolicyKind::Rcp,
        }
    }

    fn of_stage(stage: PipelineStage) -> Option<Self> {
        match stage {
            PipelineStage::Scp => Some(Self::ServiceControl),
            PipelineStage::Rcp => Some(Self::ResourceControl),
            PipelineStage::StackSet => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    Unit(UnitIndex),
    Account(AccountIndex),
}

/// A policy and the nodes it is attached to.
struct Attachment {
    kind: Kind,
    policy: Shared,
    nodes: Vec<Node>,
}

/// A policy that the package attaches.
#[derive(Clone, Debug)]
pub struct OfPackage {
    /// Of which of the two sorts.
    pub kind: PolicyKind,
    /// Its name.
    pub name: Box<str>,
    /// The file that holds it.
    pub path: PackagePath,
}

/// Policies by node. What is attached to a unit stands once, whatever hangs below it.
pub(super) struct Attached {
    by_node: HashMap<(Kind, Node), Arc<[Shared]>>,
    /// No policy.
    none: Arc<[Shared]>,
    /// FullAWSAccess alone.
    full_access: Arc<[Shared]>,
    /// The nodes that have FullAWSAccess, where the deployed state says which.
    full_access_at: Option<HashSet<Node>>,
    /// Of each unit, by its number.
    units: Vec<Levels>,
    pub(super) of_package: Vec<OfPackage>,
    pub(super) unread: Vec<String>,
}

/// Both kinds of policies at one node.
#[derive(Clone)]
struct Levels {
    service_control: Level,
    resource_control: Level,
}

impl Attached {
    pub(super) fn of(
        configuration: &Configuration,
        organization: &Organization,
        deployed: Option<&Deployed>,
    ) -> Self {
        let mut unread = Vec::new();
        let mut attachments: Vec<Attachment> = Vec::new();
        let mut full_access_at = None;
        for policy in deployed.iter().flat_map(|deployed| &deployed.policies) {
            let Some(kind) = Kind::of_deployed(&policy.kind) else { continue };
            let nodes = policy.targets.iter().filter_map(|target| node(organization, target));
            if *policy.id == *FULL_ACCESS.1 || (kind, &*policy.name) == (Kind::ServiceControl, FULL_ACCESS.0)
            {
                full_access_at = Some(nodes.collect());
                continue;
            }
            // RCPFullAWSAccess cannot be detached, and resource control policies only ever deny.
            if &*policy.name == "RCPFullAWSAccess" {
                continue;
            }
            let nodes = nodes.collect();
            match deployed_policy(policy) {
                Some(policy) => attachments.push(Attachment { kind, policy: Arc::new(policy), nodes }),
                None => unread
                    .push(format!("the deployed policy `{}` has no content that can be read", policy.name)),
            }
        }
        let of_package = of_package(configuration, organization, &mut attachments, &mut unread);
        let mut attached = Self {
            by_node: HashMap::new(),
            none: Arc::new([]),
            full_access: Arc::new([Arc::new(full_access(FULL_ACCESS.0))]),
            full_access_at,
            units: Vec::new(),
            of_package,
            unread,
        };
        attached.gather(attachments);
        attached.units = organization
            .units()
            .map(|(unit, _)| attached.levels(organization.path(unit).to_string().into(), Node::Unit(unit)))
            .collect();
        attached
    }

    fn gather(&mut self, attachments: Vec<Attachment>) {
        let mut by_node: HashMap<(Kind, Node), Vec<Shared>> = HashMap::new();
        for Attachment { kind, policy, nodes } in attachments {
            for node in nodes {
                let at_node = by_node
                    .entry((kind, node))
                    .or_insert_with(|| self.without_attachments(kind, node).to_vec());
                at_node.push(Arc::clone(&policy));
            }
        }
        self.by_node = by_node.into_iter().map(|(place, policies)| (place, policies.into())).collect();
    }

    /// The levels above an account, which all accounts of its unit share, and the account's own.
    pub(super) fn chains(&self, organization: &Organization, account: AccountIndex) -> Chains {
        let parent = organization.account(account).parent;
        let above: Vec<UnitIndex> =
            parent.into_iter().flat_map(|unit| organization.ancestors(unit)).collect();
        let own = self.levels(organization.account(account).id.to_string().into(), Node::Account(account));
        let levels = || {
            let units = above.iter().rev().filter_map(|unit| self.units.get(unit.number()));
            units.chain(std::iter::once(&own))
        };
        Chains {
            service_control: levels().map(|levels| levels.service_control.clone()).collect(),
            resource_control: levels().map(|levels| levels.resource_control.clone()).collect(),
        }
    }

    /// Policies of a kind that are attached to a unit itself.
    pub(super) fn count(&self, kind: PolicyKind, unit: UnitIndex) -> usize {
        let Some(levels) = self.units.get(unit.number()) else { return 0 };
        match kind {
            PolicyKind::Scp => levels.service_control.policies.len(),
            // RCPFullAWSAccess takes a slot everywhere, and cannot be detached.
            PolicyKind::Rcp => levels.resource_control.policies.len() + 1,
            _ => 0,
        }
    }

    fn levels(&self, name: Arc<str>, node: Node) -> Levels {
        let at = |kind| {
            let attached = self.by_node.get(&(kind, node));
            Arc::clone(attached.unwrap_or_else(|| self.without_attachments(kind, node)))
        };
        Levels {
            service_control: Level { name: Arc::clone(&name), policies: at(Kind::ServiceControl) },
            resource_control: Level { name, policies: at(Kind::ResourceControl) },
        }
    }

    /// What a node has before anything is attached to it.
    fn without_attachments(&self, kind: Kind, node: Node) -> &Arc<[Shared]> {
        let has_full_access = kind == Kind::ServiceControl
            && self.full_access_at.as_ref().is_none_or(|nodes| nodes.contains(&node));
        if has_full_access { &self.full_access } else { &self.none }
    }
}

/// The policies of the manifest, onto those that are deployed.
fn of_package(
    configuration: &Configuration,
    organization: &Organization,
    attachments: &mut Vec<Attachment>,
    unread: &mut Vec<String>,
) -> Vec<OfPackage> {
    let mut of_package = Vec::new();
    let Some(manifest) = configuration.manifest().map(Manifest::read) else { return of_package };
    let resolution = resolve(&manifest, organization, configuration, &InputSettings::default());
    for resolved in &resolution.resources {
        let Some(kind) = Kind::of_stage(resolved.stage) else { continue };
        let units = match &resolved.outcome {
            Ok(Deployment::Policy(policy)) => &policy.units,
            Ok(Deployment::StackSet(_)) => continue,
            Err(_) => {
                unread.push(format!("CfCT would fail on the policy `{}`", resolved.name));
                continue;
            }
        };
        let file = manifest.resources.get(resolved.resource).and_then(|resource| resource.file);
        let path = file.and_then(|file| PackagePath::new(file.value));
        let read = path.and_then(|path| Some((Policy::read(configuration.document(&path)?)?, path)));
        let Some((policy, path)) = read else {
            unread.push(format!("the file of the policy `{}` cannot be read", resolved.name));
            continue;
        };
        of_package.push(OfPackage { kind: kind.of_policy(), name: (&*resolved.name).into(), path });
        let policy = Arc::new(CompiledPolicy::compile(&resolved.name, &policy));
        let mut nodes: Vec<Node> = units.iter().map(|(_, unit)| Node::Unit(*unit)).collect();
        let same_name = |other: &Attachment| other.kind == kind && *other.policy.name == *resolved.name;
        match attachments.iter_mut().find(|other| same_name(other)) {
            Some(other) => {
                nodes.retain(|node| !other.nodes.contains(node));
                other.nodes.extend(nodes);
                other.policy = policy;
            }
            None => attachments.push(Attachment { kind, policy, nodes }),
        }
    }
    of_package
}

fn deployed_policy(policy: &deployed::Policy) -> Option<CompiledPolicy> {
    let source = SourceFile::new(&*policy.name, policy.content.as_deref()?);
    let reading = Document::read_json(&source);
    Some(CompiledPolicy::compile(&policy.name, &Policy::read(reading.document.as_ref()?)?))
}

fn node(organization: &Organization, id: &str) -> Option<Node> {
    let account = || organization.account_by_id(id.parse::<AccountId>().ok()?).map(Node::Account);
    organization.unit_by_id(id).map(Node::Unit).or_else(account)
}
