//! IAM policy documents: SCPs, RCPs, identity, resource and session policies, read with their source.
//!
//! Reading is lenient, as everywhere: what has the right shape is taken, and checks say what is wrong.
//! Source of the grammar: IAM User Guide, "Grammar of the IAM JSON policy language".

pub mod authorization;
pub mod evaluate;
pub mod pattern;
mod read;

use std::borrow::Cow;

use crate::document::NodeRef;

/// A policy document.
#[derive(Clone, Debug)]
pub struct Policy<'d> {
    /// The top of the document.
    pub node: NodeRef<'d>,
    /// `Version`
    pub version: Option<Word<'d>>,
    /// `Id`
    pub id: Option<Word<'d>>,
    /// `Statement`: one, or a list.
    pub statements: Vec<Statement<'d>>,
}

/// A text in a policy, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Word<'d> {
    /// The text.
    pub text: &'d str,
    /// The node.
    pub node: NodeRef<'d>,
}

/// `Allow` or `Deny`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

/// An element that has a `Not` twin: `Action` and `NotAction`, `Resource` and `NotResource`.
#[derive(Clone, Debug)]
pub struct Matcher<'d> {
    /// Whether it is the `Not` twin.
    pub negated: bool,
    /// The key (`Action`, `NotAction`, …).
    pub key: NodeRef<'d>,
    /// The patterns: one text, or a list of them.
    pub patterns: Vec<Word<'d>>,
}

/// `Principal` or `NotPrincipal`.
#[derive(Clone, Debug)]
pub struct Principals<'d> {
    /// Whether it is `NotPrincipal`.
    pub negated: bool,
    /// The key.
    pub key: NodeRef<'d>,
    /// The value is the text `"*"`.
    pub everyone: bool,
    /// Kind (`AWS`, `Service`, `Federated`, `CanonicalUser`) and value of each.
    pub named: Vec<(Word<'d>, Word<'d>)>,
}

impl Principals<'_> {
    /// Whether it names everybody: `"*"` or `{"AWS": "*"}`.
    #[must_use]
    pub fn is_anyone(&self) -> bool {
        self.everyone || self.named.iter().any(|(kind, value)| kind.text == "AWS" && value.text == "*")
    }
}

/// One test of a `Condition` block.
#[derive(Clone, Debug)]
pub struct Condition<'d> {
    /// The operator with its prefix and suffix: `ForAnyValue:StringLikeIfExists`.
    pub operator: Word<'d>,
    /// The condition key.
    pub key: Word<'d>,
    /// The values: one scalar, or a list. Numbers and booleans count as their text.
    pub values: Vec<Word<'d>>,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement<'d> {
    /// The whole statement.
    pub node: NodeRef<'d>,
    /// `Sid`
    pub sid: Option<Word<'d>>,
    /// `Effect`, where it is one of the two words.
    pub effect: Option<Effect>,
    /// The node of the `Effect` value.
    pub effect_node: Option<NodeRef<'d>>,
    /// `Action` or `NotAction`.
    pub action: Option<Matcher<'d>>,
    /// `Resource` or `NotResource`.
    pub resource: Option<Matcher<'d>>,
    /// `Principal` or `NotPrincipal`.
    pub principal: Option<Principals<'d>>,
    /// `Condition`: all of them must hold.
    pub conditions: Vec<Condition<'d>>,
}

/// An ARN of fewer than six parts gets a wildcard for each that is missing.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
pub(crate) fn completed_arn(pattern: &str) -> Cow<'_, str> {
    const COLONS: usize = 5;
    let colons = pattern.matches(':').count();
    if !pattern.starts_with("arn:") || colons >= COLONS {
        return Cow::Borrowed(pattern);
    }
    Cow::Owned(format!("{pattern}{}", ":*".repeat(COLONS - colons)))
}
