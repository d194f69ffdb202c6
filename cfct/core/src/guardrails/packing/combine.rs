//! Policies that are attached to the same nodes, as fewer and shorter ones.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::bins;
use super::proof;
use super::simplify::simplify;
use super::statement::Statement;
use crate::document::Document;
use crate::iam::Policy;
use crate::iam::evaluate::CompiledPolicy;
use crate::policy::{as_sent, minify};
use crate::source::SourceFile;

/// Characters of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Size {
    /// As CfCT sends the file.
    pub as_sent: usize,
    /// Without layout, as `package` writes it.
    pub minified: usize,
    /// Its statements.
    pub statements: usize,
}

/// Which of the two sizes must not exceed the quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// What `package` makes of a file.
    #[default]
    Minified,
    /// The file as it is, for repositories that are pushed without packaging.
    AsSent,
}

/// What to make of policies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How characters are counted.
    pub counted: Counted,
    /// Replace each `Sid` by a short one.
    pub shorten_sids: bool,
}

/// A policy of the package.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'d> {
    /// The resource's name in the manifest.
    pub name: &'d str,
    /// The file, from the root of the package.
    pub file: &'d str,
    /// The content.
    pub document: &'d Document,
}

/// A policy in the place of others.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The resource's name in the manifest: an old one, or a new one made of it.
    pub name: String,
    /// The file, from the root of the package.
    pub file: String,
    /// The content: JSON, laid out, with a line break at its end.
    pub text: String,
    /// Its size.
    pub size: Size,
}

/// Policies in the place of others, which come to the same.
#[derive(Clone, Debug)]
pub struct Combined {
    /// The policies.
    pub policies: Vec<Proposal>,
    /// What was done to their statements, in words.
    pub changes: Vec<String>,
    /// Every `Sid` that is gone or changed.
    pub lost_sids: Vec<String>,
    /// The requests that old and new policies were compared on.
    pub compared: usize,
}

/// The size of a policy file.
#[must_use]
pub fn size_of(text: &str, statements: usize) -> Size {
    let minified = minify(text).map_or(0, |text| text.chars().count());
    Size { as_sent: as_sent(text).chars().count(), minified, statements }
}

/// Combines policies that are attached to the same nodes into as few as fit the quota.
///
/// # Errors
/// Where a policy is not understood well enough to be rewritten, or the result would not decide alike: the
/// reason, as a fragment.
pub fn combine(policies: &[Packed<'_>], quota: usize, options: Options) -> Result<Combined, String> {
    let mut statements = Vec::new();
    let mut before = Vec::new();
    for (source, packed) in policies.iter().enumerate() {
        let policy = readable(packed)?;
        for (index, statement) in policy.statements.iter().enumerate() {
            statements.push(Statement::read(statement, index, source, packed.name)?);
        }
        before.push(CompiledPolicy::compile(packed.name, &policy));
    }
    let old_sids: Vec<String> = statements.iter().filter_map(|statement| statement.sid.clone()).collect();
    let (fewer, changes) = simplify(statements.clone());
    let fewer = split(named(fewer, options.shorten_sids), quota, options.counted)?;
    let bins = bins_of(&fewer, quota, options.counted);
    let proposals = proposals(policies, &fewer, &bins);
    let after: Vec<CompiledPolicy> = proposals.iter().filter_map(compiled).collect();
    let compared = proof::compare(&before, &after, &statements)
        .map_err(|request| format!("the result would decide otherwise on {request}"))?;
    let kept: HashSet<&str> = fewer.iter().filter_map(|statement| statement.sid.as_deref()).collect();
    let lost_sids = old_sids.iter().filter(|sid| !kept.contains(sid.as_str())).cloned().collect();
    Ok(Combined { policies: proposals, changes, lost_sids, compared })
}

/// A policy that says nothing that would be lost.
fn readable<'d>(packed: &Packed<'d>) -> Result<Policy<'d>, String> {
    let wrong = |what: &str| format!("`{}` {what}", packed.file);
    let text = packed.document.source().text();
    minify(text).map_err(|error| wrong(&format!("is no strict JSON: {error}")))?;
    let policy = Policy::read(packed.document).ok_or_else(|| wrong("is no policy"))?;
    if policy.version.is_none_or(|version| version.text != "2012-10-17") {
        return Err(wrong("has another `Version` than 2012-10-17"));
    }
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let written = value.get("Statement").map_or(0, |statements| statements.as_array().map_or(1, Vec::len));
    if written != policy.statements.len() {
        return Err(wrong("has a statement that is no map"));
    }
    if text_anywhere(&value, &|text| text.contains("  ")) {
        return Err(wrong("has two spaces in a row in a text"));
    }
    Ok(policy)
}

fn text_anywhere(value: &Value, is: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is(text),
        Value::Array(list) => list.iter().any(|item| text_anywhere(item, is)),
        Value::Object(map) => map.iter().any(|(key, value)| is(key) || text_anywhere(value, is)),
        _ => false,
    }
}

/// Gives each statement a `Sid` of its own, if it has one.
fn named(mut statements: Vec<Statement>, shorten: bool) -> Vec<Statement> {
    let mut taken = HashSet::new();
    for (number, statement) in statements.iter_mut().enumerate() {
        let Some(sid) = &statement.sid else { continue };
        let wanted = if shorten { format!("S{number}") } else { sid.clone() };
        let mut unique = wanted.clone();
        let mut further = 2;
        while !taken.insert(unique.clone()) {
            unique = format!("{wanted}{further}");
            further += 1;
        }
        statement.sid = Some(unique);
    }
    statements
}

/// Halves the actions of statements that no policy has room for.
fn split(statements: Vec<Statement>, quota: usize, counted: Counted) -> Result<Vec<Statement>, String> {
    let mut open: Vec<Statement> = statements.into_iter().rev().collect();
    let mut fitting = Vec::new();
    while let Some(statement) = open.pop() {
        if counted.of(&text_of(&[&statement])) <= quota {
            fitting.push(statement);
            continue;
        }
        let list = &statement.actions.list;
        if list.len() < 2 || statement.actions.negated {
            return Err(format!("{statement} is larger than the quota of {quota} characters"));
        }
        let (first, second) = list.split_at(list.len() / 2);
        let half = |actions: &[String], suffix: &str| {
            let mut half = statement.with_actions(statement.actions.of(actions.to_vec()));
            half.sid = half.sid.map(|sid| sid + suffix);
            half
        };
        open.push(half(second, "b"));
        open.push(half(first, ""));
    }
    Ok(fitting)
}

fn bins_of(statements: &[Statement], quota: usize, counted: Counted) -> Vec<Vec<usize>> {
    // A policy's size is linear in those of its statements, so two of the same tell what one of them costs.
    let costs = statements.iter().map(|statement| {
        let one = counted.of(&text_of(&[statement]));
        let cost = counted.of(&text_of(&[statement, statement])) - one;
        (cost, one - cost)
    });
    let costs: Vec<(usize, usize)> = costs.collect();
    let frame = costs.iter().map(|(_, frame)| *frame).max().unwrap_or_default();
    let sizes: Vec<usize> = costs.iter().map(|(cost, _)| *cost).collect();
    bins::pack(&sizes, quota.saturating_sub(frame))
}

impl Counted {
    fn of(self, text: &str) -> usize {
        let size = size_of(text, 0);
        match self {
            Self::Minified => size.minified,
            Self::AsSent => size.as_sent,
        }
    }
}

fn text_of(statements: &[&Statement]) -> String {
    let statements: Vec<Value> = statements.iter().map(|statement| statement.to_json()).collect();
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    format!("{policy:#}\n")
}

/// Names and files for the bins: each takes those of the policy that most of its statements come from.
fn proposals(policies: &[Packed<'_>], statements: &[Statement], bins: &[Vec<usize>]) -> Vec<Proposal> {
    let mut free: Vec<usize> = (0..policies.len()).collect();
    let mut proposals = Vec::new();
    for bin in bins {
        let from = |source: usize| bin.iter().filter(|index| statements[**index].source == source).count();
        let place = (0..free.len()).max_by_key(|at| (from(free[*at]), std::cmp::Reverse(*at)));
        let (name, file) = match place.map(|at| policies[free.remove(at)]) {
            Some(packed) => (packed.name.to_owned(), packed.file.to_owned()),
            None => further(policies, proposals.len()),
        };
        let statements: Vec<&Statement> = bin.iter().map(|index| &statements[*index]).collect();
        let text = text_of(&statements);
        let size = size_of(&text, statements.len());
        proposals.push(Proposal { name, file, text, size });
    }
    proposals
}

/// A policy that was not there: the parts of what was larger than the quota.
fn further(policies: &[Packed<'_>], number: usize) -> (String, String) {
    let packed = policies.first();
    let (name, file) = packed.map_or(("policy", "policy.json"), |packed| (packed.name, packed.file));
    let stem = file.strip_suffix(".json").unwrap_or(file);
    (format!("{name}-{}", number + 1), format!("{stem}-{}.json", number + 1))
}

fn compiled(proposal: &Proposal) -> Option<CompiledPolicy> {
    let reading = Document::read_json(&SourceFile::new(proposal.file.as_str(), proposal.text.as_str()));
    Some(CompiledPolicy::compile(&proposal.name, &Policy::read(reading.document.as_ref()?)?))
}
