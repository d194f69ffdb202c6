//! Whether two sets of policies decide alike, on requests drawn from the statements themselves.

use std::collections::BTreeMap;

use super::statement::Statement;
use crate::iam::Effect;
use crate::iam::authorization::REFERENCE;
use crate::iam::evaluate::{CompiledPolicy, Context, Principal, Request};

/// Requests drawn at random, beside those that each statement is sure to apply to.
const AT_RANDOM: usize = 4_000;
/// Requests for each statement.
const FOR_EACH: usize = 24;

/// How many requests were tried, or the first one that the policies decide differently.
pub(super) fn compare(
    before: &[CompiledPolicy],
    after: &[CompiledPolicy],
    statements: &[Statement],
) -> Result<usize, String> {
    let mut tried = 0;
    for request in requests(statements) {
        tried += 1;
        if says(before, &request) != says(after, &request) {
            return Err(format!("`{}` on `{}`", request.action, request.resource));
        }
    }
    Ok(tried)
}

/// Whether any statement allows, and whether any denies: all that a node contributes to a decision.
fn says(policies: &[CompiledPolicy], request: &Request) -> (bool, bool) {
    let effects = policies.iter().flat_map(|policy| policy.statements_on(request));
    effects.fold((false, false), |(allows, denies), (effect, _)| {
        (allows || effect == Effect::Allow, denies || effect == Effect::Deny)
    })
}

fn requests(statements: &[Statement]) -> Vec<Request> {
    // Account and role are in no pattern unless a policy names them.
    let Ok(principal) = "arn:aws:iam::111122223333:role/Probe".parse::<Principal>() else {
        return Vec::new();
    };
    let actions = actions_of(statements);
    let resources = resources_of(statements);
    let pool = values(statements.iter());
    let mut dice = Dice(0);
    let mut requests = Vec::new();
    for statement in statements {
        let own = values(std::iter::once(statement));
        let alone = std::slice::from_ref(statement);
        let (own_actions, own_resources) = (actions_of(alone), resources_of(alone));
        for _ in 0..FOR_EACH {
            let context = dice.context(&pool, &own);
            let (action, resource) = (dice.pick(&own_actions), dice.pick(&own_resources));
            requests.push(Request::new(principal.clone(), action, resource, context));
        }
    }
    for _ in 0..AT_RANDOM {
        let context = dice.context(&pool, &BTreeMap::new());
        requests.push(Request::new(principal.clone(), dice.pick(&actions), dice.pick(&resources), context));
    }
    requests
}

/// Actions that patterns match, others that they all but match, some that AWS has, and one that is none of them.
fn actions_of(statements: &[Statement]) -> Vec<String> {
    let mut found = vec!["probe:Action".to_owned()];
    for pattern in statements.iter().flat_map(|statement| &statement.actions.list) {
        found.extend(instances(pattern));
        let known = REFERENCE.matching(pattern).step_by(7).take(4);
        found.extend(known.map(|(service, action)| format!("{service}:{}", action.name)));
    }
    unique(found)
}

/// Resources likewise.
fn resources_of(statements: &[Statement]) -> Vec<String> {
    let patterns = statements.iter().flat_map(|statement| &statement.resources.list);
    unique(std::iter::once("*".to_owned()).chain(patterns.flat_map(|pattern| instances(pattern))).collect())
}

fn instances(pattern: &str) -> Vec<String> {
    let pattern = without_variables(pattern);
    let matching = [("", "q"), ("Probe", "q"), ("a:b/c", "7")]
        .map(|(many, one)| pattern.replace('*', many).replace('?', one));
    let shorter = pattern.strip_suffix(|_: char| true).unwrap_or_default().replace(['*', '?'], "p");
    let longer = pattern.replace(['*', '?'], "") + "x";
    matching.into_iter().chain([shorter, longer]).filter(|text| !text.is_empty()).collect()
}

fn unique(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// What the condition keys of statements are compared with, as texts that match.
fn values<'s>(statements: impl Iterator<Item = &'s Statement>) -> BTreeMap<&'s str, Vec<String>> {
    let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, texts) in statements.flat_map(Statement::tests) {
        let of_key = values.entry(key).or_default();
        for text in texts {
            let text = without_variables(text);
            of_key.push(text.replace('*', "probe").replace('?', "q"));
            // An address of a range, where it is one.
            of_key.push(text.split('/').next().unwrap_or_default().to_owned());
        }
    }
    values.into_iter().map(|(key, texts)| (key, unique(texts))).collect()
}

/// A text with something in the place of each policy variable.
fn without_variables(text: &str) -> String {
    let mut parts = text.split("${");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str("111122223333");
        plain.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    plain
}

/// Numbers that look random and are the same every time (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((number ^ (number >> 31)) % bound.max(1) as u64) as usize
    }

    fn pick<'l>(&mut self, list: &'l [String]) -> &'l str {
        list.get(self.below(list.len())).map_or("", String::as_str)
    }

    /// For each key a value that a test names, another one, or none; those of `own` mostly as their tests have it.
    fn context(&mut self, pool: &BTreeMap<&str, Vec<String>>, own: &BTreeMap<&str, Vec<String>>) -> Context {
        const OTHERS: [&str; 4] = ["probe", "true", "false", "0"];
        let mut context = Context::default();
        for (key, values) in pool {
            let preferred = own.get(key).unwrap_or(values);
            match self.below(6) {
                0 => {}
                1 => context.set(key, [OTHERS[self.below(OTHERS.len())]]),
                2 => context.set(key, [self.pick(values), self.pick(values)]),
                _ => context.set(key, [self.pick(preferred)]),
            }
        }
        context
    }
}
