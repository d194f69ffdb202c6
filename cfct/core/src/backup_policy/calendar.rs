//! When the plans of an effective policy run, how long what they make is kept, and what could be lost.
//!
//! Schedules of backup policies are in UTC. Recovery points count their days from the run; a copy without a
//! lifecycle of its own is kept like its source
//! (<https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html>).

use std::sync::Arc;

use super::cron::Schedule;
use super::placement::EffectivePolicies;
use super::tree::{Node, Sourced};
use super::utc::{Date, MINUTES_PER_DAY, UtcMinute};
use super::values::whole_number;

/// Minutes in which a job starts where the rule does not say.
const START_WINDOW: i64 = 8 * 60;
/// Minutes in which a job is done where the rule does not say.
const COMPLETION_WINDOW: i64 = 7 * MINUTES_PER_DAY;

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanCalendar<'p> {
    /// The plan's name.
    pub name: &'p str,
    /// The Regions in which it runs.
    pub regions: Vec<&'p str>,
    /// Its rules by name.
    pub rules: Vec<RuleCalendar<'p>>,
    /// The most time between two runs of any of its rules, in minutes; `None` where they end or never run.
    pub largest_gap: Option<i64>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCalendar<'p> {
    /// The rule's name.
    pub name: &'p str,
    /// The schedule as written; `None` where there is none.
    pub schedule: Option<&'p str>,
    /// The vault.
    pub vault: Option<&'p str>,
    /// The next runs.
    pub runs: Vec<UtcMinute>,
    /// Minutes from the run until a job must have started.
    pub start_window: i64,
    /// Minutes from the run until a job must be done.
    pub completion_window: i64,
    /// The most time between two runs, in minutes; `None` where it runs once, never, or ends.
    pub largest_gap: Option<i64>,
    /// Whether it keeps a continuous backup.
    pub continuous: bool,
    /// What becomes of a recovery point.
    pub lifecycle: Lifecycle,
    /// Recovery points of one resource at a time, once the first are deleted.
    pub kept: Kept,
    /// Where they are copied to.
    pub copies: Vec<CopyCalendar<'p>>,
}

/// A copy action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyCalendar<'p> {
    /// The vault's ARN.
    pub vault: &'p str,
    /// What becomes of the copy.
    pub lifecycle: Lifecycle,
    /// Copies of one resource at a time.
    pub kept: Kept,
}

/// What becomes of a recovery point, in days after the run that made it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// Moved to cold storage, for the resource types that have one.
    pub cold_after: Option<i64>,
    /// Deleted; `None` for never.
    pub deleted_after: Option<i64>,
}

/// An estimate of how many recovery points of one resource there are at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// About so many.
    About(u64),
    /// Nothing is ever deleted: so many more every year.
    Growing(u64),
}

/// The calendars of the plans of each distinct effective policy, with so many runs of each rule after `from`.
/// Policies that share a plan share its calendar.
#[must_use]
pub fn calendars<'p>(
    effective: &EffectivePolicies<'p>,
    from: UtcMinute,
    runs: usize,
) -> Vec<Vec<Arc<PlanCalendar<'p>>>> {
    let mut of_policy = vec![Vec::new(); effective.distinct.len()];
    for plan in effective.plans().iter().filter(|plan| plan.plan.has_content()) {
        let calendar = Arc::new(PlanCalendar::of(plan.name, plan.plan, from, runs));
        for number in &plan.of {
            of_policy[*number].push(Arc::clone(&calendar));
        }
    }
    for plans in &mut of_policy {
        plans.sort_by_key(|plan| plan.name);
    }
    of_policy
}

impl<'p> PlanCalendar<'p> {
    /// The calendar of one plan of an effective policy.
    #[must_use]
    pub fn of(name: &'p str, plan: &Node<'p>, from: UtcMinute, runs: usize) -> Self {
        let schedules: Vec<Schedule> = plan
            .entries("rules")
            .filter_map(|(_, rule)| Schedule::parse(rule.one("schedule_expression")?.text).ok())
            .collect();
        Self {
            name,
            regions: plan.list("regions").iter().map(|region| region.text).collect(),
            rules: plan
                .entries("rules")
                .map(|(name, rule)| RuleCalendar::of(name, rule, from, runs))
                .collect(),
            largest_gap: largest_gap(&schedules, from),
        }
    }
}

impl<'p> RuleCalendar<'p> {
    fn of(name: &'p str, rule: &Node<'p>, from: UtcMinute, runs: usize) -> Self {
        let text = |key: &str| rule.one(key).map(|value| value.text);
        let schedule = text("schedule_expression").and_then(|text| Schedule::parse(text).ok());
        let lifecycle = Lifecycle::of(rule).unwrap_or_default();
        let continuous = text("enable_continuous_backup") == Some("true");
        let kept = |lifecycle: Lifecycle| Kept::of(schedule.as_ref(), lifecycle, from);
        let copies = rule.entries("copy_actions").map(|(key, action)| {
            let lifecycle = Lifecycle::of(action).unwrap_or(lifecycle);
            let vault = action.one("target_backup_vault_arn").map_or(key, |target| target.text);
            CopyCalendar { vault, lifecycle, kept: kept(lifecycle) }
        });
        Self {
            name,
            schedule: text("schedule_expression"),
            vault: text("target_backup_vault_name"),
            runs: schedule.iter().flat_map(|schedule| schedule.runs_after(from).take(runs)).collect(),
            start_window: number(rule.one("start_backup_window_minutes")).unwrap_or(START_WINDOW),
            completion_window: number(rule.one("complete_backup_window_minutes"))
                .unwrap_or(COMPLETION_WINDOW),
            largest_gap: largest_gap(schedule.as_slice(), from),
            continuous,
            lifecycle,
            // A resource has one continuous backup, however often the rule runs.
            kept: if continuous { Kept::About(1) } else { kept(lifecycle) },
            copies: copies.collect(),
        }
    }
}

impl Lifecycle {
    /// The lifecycle of a rule or copy action; `None` where it has none of its own.
    fn of(holder: &Node<'_>) -> Option<Self> {
        let lifecycle = holder.get("lifecycle").filter(|lifecycle| lifecycle.has_content())?;
        Some(Self {
            cold_after: number(lifecycle.one("move_to_cold_storage_after_days")),
            deleted_after: number(lifecycle.one("delete_after_days")),
        })
    }

    /// When a recovery point made at `run` moves to cold storage.
    #[must_use]
    pub fn cold_at(self, run: UtcMinute) -> Option<UtcMinute> {
        self.cold_after.map(|days| run.plus_days(days))
    }

    /// When a recovery point made at `run` is deleted.
    #[must_use]
    pub fn deleted_at(self, run: UtcMinute) -> Option<UtcMinute> {
        self.deleted_after.map(|days| run.plus_days(days))
    }
}

impl Kept {
    fn of(schedule: Option<&Schedule>, lifecycle: Lifecycle, from: UtcMinute) -> Self {
        const YEAR: i64 = 365;
        // Beyond a century the calendar of schedules ends, and retention does too.
        const LONGEST: i64 = 36_500;
        let runs_in = |days: i64| {
            let Some(schedule) = schedule else { return 0 };
            let (start, days) = (from.date().days(), days.min(LONGEST));
            let with_runs = match schedule.is_daily() {
                true => days as u64,
                false => {
                    (start..start + days).filter(|day| schedule.has_day(Date::from_days(*day))).count() as u64
                }
            };
            schedule.runs_per_day() * with_runs
        };
        match lifecycle.deleted_after {
            Some(days) => Self::About(runs_in(days)),
            None => Self::Growing(runs_in(YEAR)),
        }
    }
}

fn number(value: Option<Sourced<'_>>) -> Option<i64> {
    i64::try_from(whole_number(value?.text)?).ok()
}

/// The most time between two runs of any of the schedules, in minutes, over eight years from `from`; where one
/// of them runs every day, over a year and a bit.
fn largest_gap(schedules: &[Schedule], from: UtcMinute) -> Option<i64> {
    let sample_days: i64 = if schedules.iter().any(Schedule::is_daily) { 400 } else { 8 * 366 };
    let start = from.date().days();
    let minutes: Vec<Vec<i64>> =
        schedules.iter().map(|schedule| schedule.minutes_of_day().collect()).collect();
    let mut today: Vec<i64> = Vec::new();
    let mut previous: Option<i64> = None;
    let mut largest: Option<i64> = None;
    for day in start..start + sample_days {
        let date = Date::from_days(day);
        today.clear();
        for (schedule, minutes) in schedules.iter().zip(&minutes) {
            if schedule.has_day(date) {
                today.extend(minutes);
            }
        }
        today.sort_unstable();
        for minute in &today {
            let run = day * MINUTES_PER_DAY + minute;
            largest = largest.max(previous.map(|previous| run - previous));
            previous = Some(run);
        }
    }
    // Where no run comes within the sample's last gap and a bit, there is no bound on what can be lost.
    let end = (start + sample_days) * MINUTES_PER_DAY;
    largest.filter(|largest| previous.is_some_and(|last| end - last <= largest + MINUTES_PER_DAY))
}

#[cfg(test)]
mod tests {
    use super::{Kept, largest_gap};
    use crate::backup_policy::calendar::Lifecycle;
    use crate::backup_policy::cron::Schedule;
    use crate::backup_policy::utc::{MINUTES_PER_DAY, UtcMinute};

    fn schedules(texts: &[&str]) -> Vec<Schedule> {
        texts.iter().map(|text| Schedule::parse(text).unwrap()).collect()
    }

    fn from() -> UtcMinute {
        "2026-11-23T12:00Z".parse().unwrap()
    }

    #[test]
    fn the_largest_gap_is_over_all_rules_together() {
        let cases: [(&[&str], Option<i64>); 6] = [
            (&["cron(0 3 ? * * *)"], Some(MINUTES_PER_DAY)),
            (&["cron(0 3 ? * * *)", "cron(0 9 ? * * *)"], Some(18 * 60)),
            (&["cron(0 3 1 * ? *)", "cron(0 3 15 * ? *)"], Some(17 * MINUTES_PER_DAY)),
            (&["cron(0 3 ? * * 2027)"], None),
            (&["cron(0 3 30 2 ? *)"], None),
            (&[], None),
        ];
        for (texts, expected) in cases {
            assert_eq!(largest_gap(&schedules(texts), from()), expected, "{texts:?}");
        }
    }

    #[test]
    fn kept_recovery_points_follow_from_runs_and_retention() {
        let kept = |text: &str, days| {
            let lifecycle = Lifecycle { cold_after: None, deleted_after: days };
            Kept::of(schedules(&[text]).first(), lifecycle, from())
        };
        assert_eq!(kept("cron(0 3 ? * * *)", Some(35)), Kept::About(35));
        assert_eq!(kept("cron(0 0/6 ? * * *)", Some(7)), Kept::About(28));
        assert_eq!(kept("cron(0 3 1 * ? *)", Some(365)), Kept::About(12));
        assert_eq!(kept("cron(0 3 1 * ? *)", None), Kept::Growing(12));
    }
}
