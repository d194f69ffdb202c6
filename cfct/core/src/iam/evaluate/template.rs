//! Texts of a policy that may hold policy variables.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::borrow::Cow;

use super::context::Context;
use crate::iam::pattern::{self, LITERAL_QUESTION_MARK, LITERAL_STAR};

/// A text of a policy, its variables taken apart once.
#[derive(Clone, Debug)]
pub(super) enum Template {
    /// Without variables.
    Fixed(Box<[u8]>),
    /// With some.
    Parts(Box<[Part]>),
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    Text(Box<[u8]>),
    Variable { key: Box<str>, default: Option<Box<str>> },
}

/// Whether `*` and `?` are wildcards in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wildcards {
    Yes,
    No,
}

impl Template {
    /// Takes a text apart. Before version 2012-10-17 of the language `${…}` is text like any other.
    pub(super) fn read(text: &str, wildcards: Wildcards, variables: bool) -> Self {
        if !variables || !text.contains("${") {
            return Self::Fixed(text.as_bytes().into());
        }
        let mut parts = Vec::new();
        let mut plain = Vec::new();
        let mut rest = text;
        while let Some((before, name, after)) = next_variable(rest) {
            plain.extend_from_slice(before.as_bytes());
            match literal(name, wildcards) {
                Some(byte) => plain.push(byte),
                None => {
                    parts.push(Part::Text(std::mem::take(&mut plain).into()));
                    parts.push(variable(name));
                }
            }
            rest = after;
        }
        plain.extend_from_slice(rest.as_bytes());
        if parts.is_empty() {
            return Self::Fixed(plain.into());
        }
        parts.push(Part::Text(plain.into()));
        Self::Parts(parts.into())
    }

    /// The text for a request; `None` where a variable without default has no single value in it. What a
    /// variable stands for is never a wildcard.
    pub(super) fn resolve(&self, context: &Context) -> Option<Cow<'_, [u8]>> {
        let parts = match self {
            Self::Fixed(text) => return Some(Cow::Borrowed(text)),
            Self::Parts(parts) => parts,
        };
        let mut resolved = Vec::new();
        for part in parts {
            match part {
                Part::Text(text) => resolved.extend_from_slice(text),
                Part::Variable { key, default } => {
                    let value = context.single(key).or(default.as_deref())?;
                    resolved.extend(value.bytes().map(escaped));
                }
            }
        }
        Some(Cow::Owned(resolved))
    }

    /// Whether a text is this one, wildcards included.
    pub(super) fn matches(&self, text: &[u8], context: &Context) -> bool {
        self.resolve(context).is_some_and(|pattern| pattern::matches(&pattern, text))
    }
}

fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// `${*}`, `${?}` and `${$}` are the characters themselves.
fn literal(name: &str, wildcards: Wildcards) -> Option<u8> {
    match (name, wildcards) {
        ("$", _) => Some(b'$'),
        ("*", Wildcards::Yes) => Some(LITERAL_STAR),
        ("?", Wildcards::Yes) => Some(LITERAL_QUESTION_MARK),
        ("*", Wildcards::No) => Some(b'*'),
        ("?", Wildcards::No) => Some(b'?'),
        _ => None,
    }
}

/// `aws:PrincipalTag/team, 'none'`
fn variable(text: &str) -> Part {
    let (key, default) = match text.split_once(',') {
        Some((key, default)) => (key, Some(default.trim())),
        None => (text, None),
    };
    let default = default
        .map(|text| text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(text).into());
    Part::Variable { key: key.trim().to_ascii_lowercase().into(), default }
}

fn escaped(byte: u8) -> u8 {
    match byte {
        b'*' => LITERAL_STAR,
        b'?' => LITERAL_QUESTION_MARK,
        _ => byte,
    }
}

/// A text with stand-ins for literal wildcards, as a comparison without wildcards needs it.
pub(super) fn plain(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    if !text.contains(&LITERAL_STAR) && !text.contains(&LITERAL_QUESTION_MARK) {
        return text;
    }
    let restored = text.iter().map(|byte| match *byte {
        LITERAL_STAR => b'*',
        LITERAL_QUESTION_MARK => b'?',
        byte => byte,
    });
    Cow::Owned(restored.collect())
}
