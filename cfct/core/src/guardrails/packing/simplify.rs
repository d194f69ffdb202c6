//! Statements of policies at the same nodes, said in fewer.
//!
//! What is attached to a node adds up, statement by statement: any of them allows, any of them denies. So it
//! does not matter which policy a statement stands in, and a statement that another implies says nothing.

use super::statement::{Patterns, Statement};

/// Fewer statements that say the same, and what was done to get there, in words.
pub(super) fn simplify(mut statements: Vec<Statement>) -> (Vec<Statement>, Vec<String>) {
    let mut changes = Vec::new();
    for statement in &mut statements {
        without_repetitions(statement, &mut changes);
    }
    while drop_implied(&mut statements, &mut changes) || merge(&mut statements, &mut changes) {}
    (statements, changes)
}

fn without_repetitions(statement: &mut Statement, changes: &mut Vec<String>) {
    let label = statement.label.clone();
    for patterns in [&mut statement.actions, &mut statement.resources] {
        let kept = patterns.without_repetition();
        if kept.len() < patterns.list.len() {
            let gone = patterns.list.iter().filter(|pattern| !kept.contains(pattern));
            let gone: Vec<&str> = gone.map(String::as_str).collect();
            changes.push(match gone.as_slice() {
                [] => format!("{label} names something twice"),
                gone => format!("{label} names {} by other patterns too", listed(gone)),
            });
            patterns.list = kept;
        }
    }
}

/// Removes from statements what others say of the same requests; whether it removed anything.
fn drop_implied(statements: &mut Vec<Statement>, changes: &mut Vec<String>) -> bool {
    let before = changes.len();
    let mut index = 0;
    'statements: while index < statements.len() {
        for by in 0..statements.len() {
            let (special, general) = (&statements[index], &statements[by]);
            if index == by || !general.asks_no_more_than(special) {
                continue;
            }
            let (by_actions, by_resources) =
                (general.actions.cover(&special.actions), general.resources.cover(&special.resources));
            if by_actions && by_resources {
                changes.push(format!("{special} is implied by {general}"));
                statements.remove(index);
                continue 'statements;
            }
            let narrowed = if by_resources {
                narrowed(&special.actions, &general.actions)
                    .map(|(actions, gone)| (special.with_actions(actions), gone))
            } else if by_actions {
                narrowed(&special.resources, &general.resources)
                    .map(|(resources, gone)| (special.with_resources(resources), gone))
            } else {
                None
            };
            if let Some((statement, gone)) = narrowed {
                changes.push(format!("{gone} in {special} is implied by {general}"));
                statements[index] = statement;
            }
        }
        index += 1;
    }
    changes.len() > before
}

/// The patterns without those that others cover, and which these are; `None` where there are none.
fn narrowed(special: &Patterns, general: &Patterns) -> Option<(Patterns, String)> {
    if special.negated {
        return None;
    }
    let (gone, kept): (Vec<&String>, Vec<&String>) =
        special.list.iter().partition(|pattern| general.cover_one(pattern));
    let texts: Vec<&str> = gone.iter().map(|pattern| pattern.as_str()).collect();
    (!gone.is_empty()).then(|| (special.of(kept.into_iter().cloned().collect()), listed(&texts)))
}

/// Makes one of statements that differ in their actions only, or in their resources only; whether there were any.
fn merge(statements: &mut Vec<Statement>, changes: &mut Vec<String>) -> bool {
    let before = changes.len();
    for index in 0..statements.len() {
        let mut other = index + 1;
        while other < statements.len() {
            match merged(&statements[index], &statements[other]) {
                Some((merged, what)) => {
                    let two = statements.remove(other);
                    changes.push(format!("{two} goes into {merged}: they differ in their {what} only"));
                    statements[index] = merged;
                }
                None => other += 1,
            }
        }
    }
    changes.len() > before
}

fn merged(one: &Statement, two: &Statement) -> Option<(Statement, &'static str)> {
    let joined = |one: &Patterns, two: &Patterns| {
        let both = one.of([one.list.as_slice(), two.list.as_slice()].concat());
        (!one.negated && !two.negated).then(|| both.of(both.without_repetition()))
    };
    if !one.is_of_a_kind_with(two) {
        None
    } else if one.resources.are_those_of(&two.resources) {
        let actions = joined(&one.actions, &two.actions)?;
        Some((one.with_actions(actions), "actions"))
    } else if one.actions.are_those_of(&two.actions) {
        let resources = joined(&one.resources, &two.resources)?;
        Some((one.with_resources(resources), "resources"))
    } else {
        None
    }
}

fn listed(patterns: &[&str]) -> String {
    patterns.iter().map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(", ")
}
