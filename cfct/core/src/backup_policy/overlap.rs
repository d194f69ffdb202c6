//! Rules of one plan that run within each other's start window.
//!
//! AWS Backup then makes one recovery point and keeps it for the longer retention
//! (<https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html>). That is how
//! a grandfather-father-son scheme works, so it is told, not warned of.

use super::codes;
use super::cron::Schedule;
use super::tree::{Node, Origin};
use super::utc::{Date, MINUTES_PER_DAY};
use super::values::whole_number;
use crate::finding::Finding;

/// What matters of a rule.
#[derive(Debug)]
pub struct Rule<'p> {
    name: &'p str,
    introduced: Origin<'p>,
    /// The start window in minutes; a window beyond a day meets everything within the day anyway.
    window: i64,
    /// Days; `None` for ever.
    kept: Option<u64>,
    minutes: Vec<i64>,
    /// The days of the sample on which it runs.
    days: Vec<bool>,
}

/// The sample: a year and a bit shows every pair of days that a month and a week make.
const FIRST: Date = Date { year: 2027, month: 1, day: 1 };
const DAYS: i64 = 400;

impl<'p> Rule<'p> {
    /// `None` where the rule has no place to point at.
    #[must_use]
    pub fn new(name: &'p str, rule: &Node<'p>, schedule: &Schedule) -> Option<Self> {
        const DEFAULT_WINDOW: u64 = 8 * 60;
        let window = rule.one("start_backup_window_minutes").and_then(|value| whole_number(value.text));
        let window = window.unwrap_or(DEFAULT_WINDOW).min(MINUTES_PER_DAY as u64) as i64;
        let delete = rule.get("lifecycle").and_then(|lifecycle| lifecycle.one("delete_after_days"));
        let start = FIRST.days();
        Some(Self {
            name,
            introduced: rule.introduced?,
            window,
            kept: delete.and_then(|value| whole_number(value.text)),
            minutes: schedule.minutes_of_day().collect(),
            days: match schedule.is_daily() {
                true => vec![true; DAYS as usize],
                false => (start..start + DAYS).map(|day| schedule.has_day(Date::from_days(day))).collect(),
            },
        })
    }

    fn meets(&self, other: &Self) -> bool {
        let (near, far) = (self.closest(other, 0), self.closest(other, MINUTES_PER_DAY));
        let same_day = self.days.iter().zip(&other.days).any(|(a, b)| *a && *b);
        let day_after = self.days.iter().zip(other.days.iter().skip(1)).any(|(a, b)| *a && *b);
        (same_day && near) || (day_after && far)
    }

    /// Whether two start windows overlap when the other rule runs that many minutes later in the calendar.
    fn closest(&self, other: &Self, later: i64) -> bool {
        // Both are in order, so one walk over the two finds any pair that is close enough.
        let (mut mine, mut theirs) = (self.minutes.iter().peekable(), other.minutes.iter().peekable());
        while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
            let (a, b) = (**a, **b + later);
            if a <= b {
                if b < a + self.window {
                    return true;
                }
                mine.next();
            } else {
                if a < b + other.window {
                    return true;
                }
                theirs.next();
            }
        }
        false
    }
}

/// A finding for each rule that meets an earlier one with another retention, with the rule's name.
#[must_use]
pub fn check<'p>(rules: &[Rule<'p>]) -> Vec<(&'p str, Finding)> {
    // AWS Backup takes ten rules in a plan; more are a finding of their own, and not worth comparing.
    const MOST: usize = 20;
    let rules = rules.get(..MOST).unwrap_or(rules);
    let mut found = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let earlier = &rules[..index];
        let other =
            earlier.iter().find(|other| other.kept != rule.kept && (rule.meets(other) || other.meets(rule)));
        if let Some(other) = other {
            let message = format!("the rules `{}` and `{}` run at the same time", other.name, rule.name);
            let finding = Finding::new(&codes::RULES_OVERLAP, &rule.introduced.location(), message)
                .related(&other.introduced.location(), "the other rule")
                .help(
                    "expect one recovery point, kept for the longer time; move a schedule if two are wanted",
                );
            found.push((rule.name, finding));
        }
    }
    found
}
