//! How the policies on the way from the root to an account become one.
//!
//! What AWS documents (policy-operators.html, inheritance-examples.html, and examples 3 to 5 of
//! orgs_manage_policies_backup_syntax.html) is done as documented. Where AWS leaves the outcome open, a
//! [`Question`] is noted and the answer follows the [`Reading`], so that [`super::effective`] can work out
//! what every answer would lead to.

use std::collections::HashSet;
use std::sync::Arc;

use super::operator::{ChildOperators, Operator};
use super::policy::{Item, Operation, Policy, Values};
use super::questions::{Question, Questions, Reading};
use super::tree::{Attachment, Bound, Node, Origin, Setting, Sourced};
use crate::source::Span;

/// A node of the organization with the policies attached to it.
#[derive(Clone, Debug)]
pub struct Level<'p> {
    /// What to call the node: `Root`, an OU path, an account.
    pub node: &'p str,
    /// The policies in the order of attachment. No API tells this order, so it has to come from a model.
    pub policies: Vec<&'p Policy>,
}

/// Something in a policy that has no effect, and of which AWS says nothing.
#[derive(Clone, Debug)]
pub struct Ignored<'p> {
    /// The setting or key, as `plans/daily/regions`.
    pub path: String,
    /// The operator, the key or the control that has no effect.
    pub origin: Origin<'p>,
    /// Why.
    pub reason: Reason<'p>,
}

/// Why something in a policy has no effect.
#[derive(Clone, Debug)]
pub enum Reason<'p> {
    /// A child control operator above does not allow the operator.
    OperatorRefused {
        /// The operator.
        operator: Operator,
        /// The controls that do not allow it.
        by: Vec<Bound<'p>>,
    },
    /// A child control operator on the container above does not allow new keys.
    KeyRefused {
        /// The controls that do not allow it.
        by: Vec<Bound<'p>>,
    },
    /// Another policy on the same node was attached first and assigns the same setting.
    FirstAttached {
        /// The value that wins.
        winner: Origin<'p>,
    },
    /// None of the values is inherited.
    NothingToRemove,
    /// A list operator on a single value.
    NotAList,
    /// A child control operator that allows more than the inherited ones.
    CannotWiden {
        /// What is allowed all the same.
        allowed: ChildOperators,
    },
}

impl Reason<'_> {
    /// A stable name for JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::OperatorRefused { .. } => "operator-refused",
            Self::KeyRefused { .. } => "key-refused",
            Self::FirstAttached { .. } => "first-attached",
            Self::NothingToRemove => "nothing-to-remove",
            Self::NotAList => "not-a-list",
            Self::CannotWiden { .. } => "cannot-widen",
        }
    }
}

/// A merge under way: the policies of the nodes so far.
#[derive(Clone, Debug)]
pub struct Merge<'p> {
    /// What the policies so far amount to.
    pub root: Node<'p>,
    /// What had no effect.
    pub ignored: Vec<Arc<Ignored<'p>>>,
    /// What AWS leaves open and mattered.
    pub questions: Questions,
    reading: Reading,
    depth: u32,
}

impl<'p> Merge<'p> {
    /// Above the root: nothing is inherited.
    #[must_use]
    pub fn new(reading: Reading) -> Self {
        Self {
            root: Node::default(),
            ignored: Vec::new(),
            questions: Questions::default(),
            reading,
            depth: 0,
        }
    }

    /// Goes one node down.
    pub fn descend(&mut self, level: &Level<'p>) {
        self.depth += 1;
        let mut policies: Vec<_> = (0_u32..).zip(level.policies.iter().copied()).collect();
        if self.reads(Question::OrderOnNode) {
            policies.reverse();
        }
        let siblings_bind = self.reads(Question::ControlBindsSiblings);
        for (position, (index, policy)) in policies.iter().enumerate() {
            let at = Attachment { depth: self.depth, index: *index };
            self.visit(level.node, policy, at).apply();
            let is_last = position + 1 == policies.len();
            if policy.root.has_controls && !is_last {
                self.questions.add(Question::ControlBindsSiblings);
            }
            if siblings_bind {
                self.visit(level.node, policy, at).constrain();
            }
        }
        if !siblings_bind {
            for (index, policy) in policies {
                self.visit(level.node, policy, Attachment { depth: self.depth, index }).constrain();
            }
        }
    }

    /// The same policies, to be gone on with by another reading. It is for whoever knows that `question` did
    /// not matter so far.
    #[must_use]
    pub fn reading(&self, question: Question) -> Self {
        Self { reading: Some(question), ignored: Vec::new(), ..self.clone() }
    }

    fn reads(&self, question: Question) -> bool {
        self.reading == Some(question)
    }

    fn visit<'m>(&'m mut self, node: &'p str, policy: &'p Policy, at: Attachment) -> Visit<'m, 'p> {
        Visit {
            reading: self.reading,
            root: &mut self.root,
            log: Log { ignored: &mut self.ignored, questions: &mut self.questions, path: Vec::new() },
            node,
            policy,
            at,
        }
    }
}

/// One policy on one node, about to be merged in.
struct Visit<'m, 'p> {
    reading: Reading,
    root: &'m mut Node<'p>,
    log: Log<'m, 'p>,
    node: &'p str,
    policy: &'p Policy,
    at: Attachment,
}

struct Log<'m, 'p> {
    ignored: &'m mut Vec<Arc<Ignored<'p>>>,
    questions: &'m mut Questions,
    path: Vec<&'p str>,
}

impl<'p> Log<'_, 'p> {
    fn ignore(&mut self, origin: Origin<'p>, reason: Reason<'p>) {
        self.ignored.push(Arc::new(Ignored { path: self.path.join("/"), origin, reason }));
    }
}

impl<'p> Visit<'_, 'p> {
    fn apply(mut self) {
        let mut root = std::mem::take(self.root);
        self.item(&mut root, &self.policy.root, ChildOperators::ALL);
        *self.root = root;
    }

    fn constrain(mut self) {
        if !self.policy.root.has_controls {
            return;
        }
        let mut root = std::mem::take(self.root);
        self.control(&mut root, &self.policy.root);
        *self.root = root;
    }

    /// Merges `item` into `state`. `above` is what the nearest control on a container above allows.
    fn item(&mut self, state: &mut Node<'p>, item: &'p Item, above: ChildOperators) {
        let nearest = if state.controls.is_empty() { above } else { state.allowed };
        for operation in &item.operations {
            if self.may_operate(state, operation, nearest) {
                self.operate(state, operation);
            }
        }
        for child in &item.children {
            self.log.path.push(&child.key);
            if let Some(existing) = state.children.get_mut(&*child.key) {
                self.item(Arc::make_mut(existing), child, nearest);
            } else if self.may_add(state, child, nearest) {
                let mut added = Node { introduced: Some(self.origin(child.key_span)), ..Node::default() };
                self.item(&mut added, child, ChildOperators::ALL);
                state.children.insert(&child.key, Arc::new(added));
            }
            self.log.path.pop();
        }
    }

    fn may_operate(&mut self, state: &Node<'p>, operation: &Operation, nearest: ChildOperators) -> bool {
        let operator = operation.operator;
        if !state.allowed.allows(operator) {
            let by = state.bounds(|allowed| !allowed.allows(operator));
            self.log.ignore(self.origin(operation.span), Reason::OperatorRefused { operator, by });
            return false;
        }
        nearest.allows(operator) || !self.asks(Question::ControlCascades)
    }

    fn may_add(&mut self, parent: &Node<'p>, child: &Item, nearest: ChildOperators) -> bool {
        if !parent.allowed.allows_new_keys() {
            if child.sets_anything() {
                let by = parent.bounds(|allowed| !allowed.allows_new_keys());
                self.log.ignore(self.origin(child.key_span), Reason::KeyRefused { by });
            }
            return false;
        }
        if !parent.allowed.allows(Operator::Append) && self.asks(Question::AssignAddsKeys) {
            return false;
        }
        nearest.allows_new_keys() || !self.asks(Question::ControlCascades)
    }

    /// Notes that `question` mattered, and says whether this reading takes the unusual answer.
    fn asks(&mut self, question: Question) -> bool {
        self.log.questions.add(question);
        self.reading == Some(question)
    }

    fn operate(&mut self, state: &mut Node<'p>, operation: &'p Operation) {
        match operation.operator {
            Operator::Assign => self.assign(state, operation),
            Operator::Append | Operator::Remove => self.change_list(state, operation),
        }
    }

    fn assign(&mut self, state: &mut Node<'p>, operation: &'p Operation) {
        let rival = state.assigned.is_some_and(|other| self.is_sibling(other));
        let value = match &operation.values {
            Values::One(value) => {
                // "If two policies on one node assign the same single value, the policy attached first
                // wins" (inheritance example 6); the unusual order visits that one last.
                let reversed = self.reading == Some(Question::OrderOnNode);
                if rival && !reversed {
                    self.lose(state, operation, &value.text);
                    return;
                }
                Setting::One(self.sourced(&value.text, value.span))
            }
            Values::Many(values) => {
                if state.touched.is_some_and(|other| self.is_sibling(other)) {
                    self.log.questions.add(Question::OrderOnNode);
                }
                if rival {
                    return;
                }
                Setting::Many(values.iter().map(|value| self.sourced(&value.text, value.span)).collect())
            }
        };
        state.setting = Some(value);
        state.assigned = Some(self.at);
        state.touched = Some(self.at);
        state.changed = Some(self.origin(operation.span));
    }

    /// Notes that an assignment loses to one of a policy that was attached first, unless they agree.
    fn lose(&mut self, state: &Node<'p>, operation: &Operation, text: &str) {
        let Some(Setting::One(winner)) = &state.setting else { return };
        if winner.text != text {
            let reason = Reason::FirstAttached { winner: winner.origin };
            self.log.ignore(self.origin(operation.span), reason);
        }
    }

    fn change_list(&mut self, state: &mut Node<'p>, operation: &'p Operation) {
        let mut list = match state.setting.take() {
            None => Vec::new(),
            Some(Setting::Many(values)) => values,
            Some(single @ Setting::One(_)) => {
                state.setting = Some(single);
                self.log.ignore(self.origin(operation.span), Reason::NotAList);
                return;
            }
        };
        if state.touched.is_some_and(|other| self.is_sibling(other)) {
            self.log.questions.add(Question::OrderOnNode);
        }
        let values = operation.values.as_slice();
        if operation.operator == Operator::Append {
            let mut there: HashSet<&str> = list.iter().map(|value| value.text).collect();
            for value in values {
                if there.insert(&value.text) || self.asks(Question::AppendRepeats) {
                    list.push(self.sourced(&value.text, value.span));
                }
            }
        } else {
            let before = list.len();
            let gone: HashSet<&str> = values.iter().map(|value| &*value.text).collect();
            list.retain(|value| !gone.contains(value.text));
            if list.len() == before {
                self.log.ignore(self.origin(operation.span), Reason::NothingToRemove);
            }
        }
        state.changed = Some(self.origin(operation.span));
        // A setting that was never there does not come to be by removing from it.
        let existed = state.touched.is_some();
        state.setting = (existed || !list.is_empty()).then_some(Setting::Many(list));
        state.touched = Some(self.at);
    }

    /// Puts the policy's controls in force, for whatever is merged from now on.
    fn control(&mut self, state: &mut Node<'p>, item: &'p Item) {
        if let Some(control) = item.control {
            let origin = self.origin(control.span);
            let above = state.controls.iter().filter(|bound| bound.origin.depth < self.at.depth);
            let inherited = above.fold(ChildOperators::ALL, |allowed, bound| allowed.and(bound.allowed));
            if !control.allowed.is_within(inherited) {
                self.log.ignore(origin, Reason::CannotWiden { allowed: inherited.and(control.allowed) });
            }
            state.allowed = state.allowed.and(control.allowed);
            state.controls.push(Bound { allowed: control.allowed, origin });
        }
        for child in item.children.iter().filter(|child| child.has_controls) {
            // A key that was refused is not there to be controlled.
            if let Some(existing) = state.children.get_mut(&*child.key) {
                self.log.path.push(&child.key);
                self.control(Arc::make_mut(existing), child);
                self.log.path.pop();
            }
        }
    }

    fn is_sibling(&self, other: Attachment) -> bool {
        other.depth == self.at.depth && other.index != self.at.index
    }

    fn origin(&self, span: Span) -> Origin<'p> {
        Origin { policy: self.policy, node: self.node, span, depth: self.at.depth }
    }

    fn sourced(&self, text: &'p str, span: Span) -> Sourced<'p> {
        Sourced { text, origin: self.origin(span) }
    }
}
