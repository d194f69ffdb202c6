//! A merged policy: containers and settings, each value with the policy, node and place it comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::operator::ChildOperators;
use super::policy::Policy;
use crate::source::{Location, Span};

/// Where something in an effective policy comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// The node that it is attached to, as [`Level::node`](super::merge::Level::node) calls it.
    pub node: &'p str,
    /// The place in the policy's file.
    pub span: Span,
    /// How far below the root the node is.
    pub(super) depth: u32,
}

impl Origin<'_> {
    /// The place in the policy's file.
    #[must_use]
    pub fn location(&self) -> Location {
        self.policy.location(self.span)
    }
}

/// A value with its origin.
#[derive(Clone, Copy, Debug)]
pub struct Sourced<'p> {
    /// The text.
    pub text: &'p str,
    /// Where it comes from.
    pub origin: Origin<'p>,
}

/// The value of a setting.
#[derive(Clone, Debug)]
pub enum Setting<'p> {
    /// A single value.
    One(Sourced<'p>),
    /// A list in merge order; empty where every value was removed.
    Many(Vec<Sourced<'p>>),
}

impl<'p> Setting<'p> {
    /// The values, one or many.
    #[must_use]
    pub fn as_slice(&self) -> &[Sourced<'p>] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// A container or a setting of a merged policy.
///
/// What lower nodes leave alone is shared with the policies of the nodes above: of ten thousand effective
/// policies only the differences are held.
#[derive(Clone, Debug, Default)]
pub struct Node<'p> {
    /// What is in it, by canonical key.
    pub children: BTreeMap<&'p str, Arc<Node<'p>>>,
    /// Its value.
    pub setting: Option<Setting<'p>>,
    /// Where its key was first written.
    pub introduced: Option<Origin<'p>>,
    /// The operator that last changed its value.
    pub changed: Option<Origin<'p>>,
    /// What lower nodes may do with it.
    pub(super) allowed: ChildOperators,
    /// The controls that say so.
    pub(super) controls: Vec<Bound<'p>>,
    /// The attachment that last assigned the value, and the one that last changed it.
    pub(super) assigned: Option<Attachment>,
    pub(super) touched: Option<Attachment>,
}

/// A child control operator in force.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'p> {
    /// What it allows.
    pub allowed: ChildOperators,
    /// Where it is written.
    pub origin: Origin<'p>,
}

/// A policy on a node: how far below the root, and the how-manieth there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attachment {
    pub(super) depth: u32,
    pub(super) index: u32,
}

impl<'p> Node<'p> {
    /// What stands under a canonical key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.children.get(key).map(Arc::as_ref)
    }

    /// The single value under a key.
    #[must_use]
    pub fn one(&self, key: &str) -> Option<Sourced<'p>> {
        match self.get(key)?.setting.as_ref()? {
            Setting::One(value) => Some(*value),
            Setting::Many(_) => None,
        }
    }

    /// The values under a key.
    #[must_use]
    pub fn list(&self, key: &str) -> &[Sourced<'p>] {
        self.get(key).and_then(|node| node.setting.as_ref()).map(Setting::as_slice).unwrap_or_default()
    }

    /// What is in the container under a key that has something set.
    pub fn entries<'n>(&'n self, key: &str) -> impl Iterator<Item = (&'p str, &'n Self)> + use<'n, 'p> {
        let children = self.get(key).into_iter().flat_map(|node| &node.children);
        children.filter(|(_, child)| child.has_content()).map(|(key, child)| (*key, child.as_ref()))
    }

    /// Whether anything is set in it.
    #[must_use]
    pub fn has_content(&self) -> bool {
        let own = self.setting.as_ref().is_some_and(|setting| !setting.as_slice().is_empty());
        own || self.children.values().any(|child| child.has_content())
    }

    /// Every value in it, in the order of the keys.
    #[must_use]
    pub fn values(&self) -> Vec<Sourced<'p>> {
        let mut values = Vec::new();
        self.collect(&mut values);
        values
    }

    fn collect(&self, into: &mut Vec<Sourced<'p>>) {
        into.extend(self.setting.iter().flat_map(Setting::as_slice));
        for child in self.children.values() {
            child.collect(into);
        }
    }

    /// Whether any policy sets something in it, even if everything was removed again.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.setting.is_some() || self.children.values().any(|child| child.is_present())
    }

    /// The controls on it whose allowance is `binding`.
    pub(super) fn bounds(&self, binding: impl Fn(ChildOperators) -> bool) -> Vec<Bound<'p>> {
        self.controls.iter().filter(|bound| binding(bound.allowed)).copied().collect()
    }
}
