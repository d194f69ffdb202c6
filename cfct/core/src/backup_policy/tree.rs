//! A merged policy: containers and settings, each value with the policy, node and place it comes from.

use std::collections::BTreeMap;

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
    pub(super) depth: usize,
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
#[derive(Clone, Debug, Default)]
pub struct Node<'p> {
    /// What is in it, by canonical key.
    pub children: BTreeMap<&'p str, Node<'p>>,
    /// Its value.
    pub setting: Option<Setting<'p>>,
    /// Where its key was first written.
    pub introduced: Option<Origin<'p>>,
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
    pub(super) depth: usize,
    pub(super) index: usize,
}

impl<'p> Node<'p> {
    /// The controls on it whose allowance is `binding`.
    pub(super) fn bounds(&self, binding: impl Fn(ChildOperators) -> bool) -> Vec<Bound<'p>> {
        self.controls.iter().filter(|bound| binding(bound.allowed)).copied().collect()
    }
}
