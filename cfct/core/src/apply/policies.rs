//! Policies: what to create, update, attach, detach and delete.
//!
//! A policy is the configuration's own if it carries [`OWNED`]. Others of the same name are left alone until
//! somebody says that they are to be adopted, and are never detached or deleted before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::Decision;
use crate::decision::Blocked;
use crate::plan::PolicyKind;
use crate::policy::minify;

/// The tag of policies that `apply` made or adopted.
pub const OWNED: (&str, &str) = ("managed-by", "cfct-apply");

/// The types of policies that a configuration has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PolicyType {
    /// Service control policies.
    ServiceControlPolicy,
    /// Resource control policies.
    ResourceControlPolicy,
    /// Backup policies.
    BackupPolicy,
}

impl PolicyType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ServiceControlPolicy, Self::ResourceControlPolicy, Self::BackupPolicy];

    /// AWS's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServiceControlPolicy => "SERVICE_CONTROL_POLICY",
            Self::ResourceControlPolicy => "RESOURCE_CONTROL_POLICY",
            Self::BackupPolicy => "BACKUP_POLICY",
        }
    }

    /// A person's word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceControlPolicy => "service control policy",
            Self::ResourceControlPolicy => "resource control policy",
            Self::BackupPolicy => "backup policy",
        }
    }

    /// Policies that one target takes.
    ///
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html> (read 2026-11)
    #[must_use]
    pub fn slots(self) -> usize {
        match self {
            Self::ServiceControlPolicy => PolicyKind::Scp.slots(),
            Self::ResourceControlPolicy => PolicyKind::Rcp.slots(),
            Self::BackupPolicy => 10,
        }
    }

    /// Policies that AWS wants to stay attached to every target.
    fn fewest(self) -> usize {
        usize::from(self == Self::ServiceControlPolicy)
    }
}

/// A policy as the configuration wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its type.
    pub kind: PolicyType,
    /// Its name, by which it is found again.
    pub name: String,
    /// Its description; may be empty.
    pub description: String,
    /// Its content, without layout.
    pub content: String,
    /// The ids of the root, units and accounts that it is attached to.
    pub targets: Vec<String>,
}

/// A policy as it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: PolicyType,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its content; looked up only where a wanted policy has its name.
    pub content: Option<String>,
    /// Whether it carries [`OWNED`].
    pub is_owned: bool,
    /// The ids of what it is attached to.
    pub targets: BTreeSet<String>,
}

/// A change to one policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: PolicyType,
    /// Its name.
    pub name: String,
    /// Its id; `None` where an earlier step creates it.
    pub id: Option<String>,
    /// What is done.
    pub change: Change,
}

/// What is done to a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is made, with [`OWNED`].
    Create {
        /// Its description.
        description: String,
        /// Its content.
        content: String,
    },
    /// It gets [`OWNED`].
    Adopt,
    /// Its content and description become these.
    Update {
        /// Its description.
        description: String,
        /// Its content.
        content: String,
    },
    /// It is attached.
    Attach(String),
    /// It is detached.
    Detach(String),
    /// It is deleted.
    Delete,
}

impl Step {
    /// Whether it takes something away.
    #[must_use]
    pub fn is_destructive(&self) -> bool {
        matches!(self.change, Change::Detach(_) | Change::Delete)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = (self.kind.name(), &self.name);
        match &self.change {
            Change::Create { .. } => write!(f, "create {kind} {name}"),
            Change::Adopt => write!(f, "adopt {kind} {name}"),
            Change::Update { .. } => write!(f, "update {kind} {name}"),
            Change::Attach(target) => write!(f, "attach {kind} {name} to {target}"),
            Change::Detach(target) => write!(f, "detach {kind} {name} from {target}"),
            Change::Delete => write!(f, "delete {kind} {name}"),
        }
    }
}

/// Decides what makes `observed` (every policy of the three types) into `wanted`. `adopted` are names of
/// policies that may be taken over.
///
/// Policies are made and attached before others are detached, so that nothing is unprotected in between; only
/// where a target has no room left, what leaves it leaves first.
#[must_use]
pub fn decide(wanted: &[Wanted], observed: &[Observed], adopted: &BTreeSet<String>) -> Decision {
    let mut deciding = Deciding::new(observed);
    let mut named = BTreeSet::new();
    for policy in wanted {
        if named.insert((policy.kind, policy.name.as_str())) {
            deciding.policy(policy, adopted);
        } else {
            deciding.block(policy, "the configuration names it twice", "give one of them another name");
        }
    }
    for policy in observed.iter().filter(|policy| policy.is_owned) {
        if !named.contains(&(policy.kind, policy.name.as_str())) {
            deciding.unwanted(policy);
        }
    }
    let steps = deciding.steps();
    Decision { steps, blocked: deciding.blocked, remarks: out_of_order(wanted, observed) }
}

type Target<'a> = (PolicyType, &'a str);

struct Deciding<'a> {
    observed: BTreeMap<(PolicyType, &'a str), &'a Observed>,
    /// Policies attached to each target, whoever owns them.
    used: BTreeMap<Target<'a>, usize>,
    prepare: Vec<Step>,
    attach: BTreeMap<Target<'a>, Vec<Step>>,
    detach: BTreeMap<Target<'a>, Vec<Step>>,
    delete: Vec<Step>,
    blocked: Vec<Blocked>,
}

impl<'a> Deciding<'a> {
    fn new(observed: &'a [Observed]) -> Self {
        let mut used = BTreeMap::new();
        for policy in observed {
            for target in &policy.targets {
                *used.entry((policy.kind, target.as_str())).or_default() += 1;
            }
        }
        Self {
            observed: observed.iter().map(|policy| ((policy.kind, policy.name.as_str()), policy)).collect(),
            used,
            prepare: Vec::new(),
            attach: BTreeMap::new(),
            detach: BTreeMap::new(),
            delete: Vec::new(),
            blocked: Vec::new(),
        }
    }

    fn policy(&mut self, wanted: &'a Wanted, adopted: &BTreeSet<String>) {
        let there = self.observed.get(&(wanted.kind, wanted.name.as_str())).copied();
        let step = |change| Step {
            kind: wanted.kind,
            name: wanted.name.clone(),
            id: there.map(|there| there.id.clone()),
            change,
        };
        let (description, content) = (wanted.description.clone(), wanted.content.clone());
        match there {
            None => self.prepare.push(step(Change::Create { description, content })),
            Some(there) => {
                if !there.is_owned {
                    if !adopted.contains(&wanted.name) {
                        let help = format!(
                            "to let this configuration own it from now on, pass --adopt {}",
                            wanted.name
                        );
                        let why = format!("{} has that name, and is not this configuration's own", there.id);
                        return self.block(wanted, &why, &help);
                    }
                    self.prepare.push(step(Change::Adopt));
                }
                if there.description != wanted.description || !is_same(there, &wanted.content) {
                    self.prepare.push(step(Change::Update { description, content }));
                }
            }
        }
        let attached = there.map(|there| &there.targets);
        for target in wanted.targets.iter().collect::<BTreeSet<_>>() {
            if !attached.is_some_and(|attached| attached.contains(target)) {
                let steps = self.attach.entry((wanted.kind, target)).or_default();
                steps.push(step(Change::Attach(target.clone())));
            }
        }
        for target in attached.into_iter().flatten().filter(|target| !wanted.targets.contains(target)) {
            let steps = self.detach.entry((wanted.kind, target)).or_default();
            steps.push(step(Change::Detach(target.clone())));
        }
    }

    fn unwanted(&mut self, policy: &'a Observed) {
        let step = |change| Step {
            kind: policy.kind,
            name: policy.name.clone(),
            id: Some(policy.id.clone()),
            change,
        };
        for target in &policy.targets {
            let steps = self.detach.entry((policy.kind, target)).or_default();
            steps.push(step(Change::Detach(target.clone())));
        }
        self.delete.push(step(Change::Delete));
    }

    fn block(&mut self, policy: &Wanted, reason: &str, help: &str) {
        self.blocked.push(Blocked {
            subject: format!("{} {}", policy.kind.name(), policy.name),
            reason: reason.to_owned(),
            help: help.to_owned(),
        });
    }

    fn steps(&mut self) -> Vec<super::Step> {
        let targets: BTreeSet<Target<'_>> = self.attach.keys().chain(self.detach.keys()).copied().collect();
        let (mut early, mut attach, mut late) = (Vec::new(), Vec::new(), Vec::new());
        for target in targets {
            let mut comes = self.attach.remove(&target).unwrap_or_default();
            let mut goes = self.detach.remove(&target).unwrap_or_default();
            let used = self.used.get(&target).copied().unwrap_or(0);
            let slots = target.0.slots();
            // What does not fit even when all that leaves has left.
            let room = slots.saturating_sub(used - goes.len());
            for step in comes.split_off(room.min(comes.len())) {
                self.blocked.push(full(&step, target.1, slots));
            }
            // What AWS would not let go.
            let stays = used + comes.len();
            let may_go = stays.saturating_sub(target.0.fewest());
            for step in goes.split_off(may_go.min(goes.len())) {
                self.blocked.push(last(&step, target.1));
                self.delete.retain(|delete| delete.id != step.id);
            }
            let first = (used + comes.len()).saturating_sub(slots);
            late.extend(goes.split_off(first));
            early.extend(goes);
            attach.extend(comes);
        }
        let prepare = std::mem::take(&mut self.prepare).into_iter();
        let delete = std::mem::take(&mut self.delete);
        prepare.chain(early).chain(attach).chain(late).chain(delete).map(super::Step::Policy).collect()
    }
}

/// Of backup policies at one node the first attached wins where two assign the same setting, and no call tells
/// or changes the order.
fn out_of_order(wanted: &[Wanted], observed: &[Observed]) -> Vec<String> {
    let backup = || wanted.iter().filter(|policy| policy.kind == PolicyType::BackupPolicy);
    let is_attached = |name: &str, target: &String| {
        let mut same = observed.iter().filter(|policy| policy.kind == PolicyType::BackupPolicy);
        same.any(|policy| policy.name == name && policy.targets.contains(target))
    };
    let targets: BTreeSet<&String> = backup().flat_map(|policy| &policy.targets).collect();
    let mut remarks = Vec::new();
    for target in targets {
        let names = backup().filter(|policy| policy.targets.contains(target)).map(|policy| &policy.name);
        let mut before: Option<&String> = None;
        for name in names {
            match before {
                Some(before) if is_attached(name, target) => {
                    remarks.push(format!(
                        "{before} is listed before {name}, and comes to {target} after it: where both assign the \
                         same setting, {name} wins until it is detached and attached again"
                    ));
                    break;
                }
                None if !is_attached(name, target) => before = Some(name),
                _ => {}
            }
        }
    }
    remarks
}

/// Layout does not count.
fn is_same(there: &Observed, content: &str) -> bool {
    let Some(theirs) = &there.content else { return false };
    theirs == content || minify(theirs).is_ok_and(|theirs| theirs == content)
}

fn full(step: &Step, target: &str, slots: usize) -> Blocked {
    Blocked {
        subject: format!("{} {} at {target}", step.kind.name(), step.name),
        reason: format!("all {slots} places of the target are taken"),
        help: "detach a policy there, or merge two".to_owned(),
    }
}

fn last(step: &Step, target: &str) -> Blocked {
    Blocked {
        subject: format!("{} {} at {target}", step.kind.name(), step.name),
        reason: "it is the last one there, and AWS keeps one at every target".to_owned(),
        help: "attach FullAWSAccess to the target, then run the command again".to_owned(),
    }
}
