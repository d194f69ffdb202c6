//! Rules that look at several settings of one plan together.
//!
//! They are asked of what the settings amount to: one document alone, or the policies that an account
//! inherits. So a lifecycle that two policies make impossible is found as well as one in a single file.

use std::collections::HashMap;

use super::cron::Schedule;
use super::tree::{Node, Origin, Sourced};
use super::utc::MINUTES_PER_DAY;
use super::values::whole_number;
use super::{codes, overlap};
use crate::finding::Finding;

/// A rule broken, with the path of what breaks it in the effective policy.
#[derive(Clone, Debug)]
pub struct Breach {
    /// `plans/daily/rules/daily/lifecycle/delete_after_days`
    pub path: String,
    /// The finding, at the value in the policy's file.
    pub finding: Finding,
}

/// Every rule broken by the plans under `root`, the top of a merged policy.
#[must_use]
pub fn check(root: &Node<'_>) -> Vec<Breach> {
    root.entries("plans").flat_map(|(name, plan)| check_plan(name, plan)).collect()
}

/// Every rule broken by one plan of a merged policy.
#[must_use]
pub fn check_plan(name: &str, plan: &Node<'_>) -> Vec<Breach> {
    let mut checking = Checking { breaches: Vec::new(), schedules: HashMap::new() };
    checking.plan(&format!("plans/{name}"), plan);
    checking.breaches
}

struct Checking<'p> {
    breaches: Vec<Breach>,
    /// Schedules by their text: many rules share one.
    schedules: HashMap<&'p str, Option<Schedule>>,
}

impl<'p> Checking<'p> {
    fn report(&mut self, path: String, finding: Finding) {
        self.breaches.push(Breach { path, finding });
    }

    fn plan(&mut self, path: &str, plan: &Node<'p>) {
        self.selections(path, plan);
        for (name, rule) in plan.entries("rules") {
            let path = format!("{path}/rules/{name}");
            self.windows(&path, rule);
            // A lifecycle in cold storage that cannot be at all needs no 90 days.
            if !self.continuous_cold(&path, rule) {
                self.lifecycle(&path, rule);
            }
            self.continuous_retention(&path, rule);
            self.frequency(&path, rule);
            self.copies(&path, rule);
            self.index(&path, rule);
            self.scan(&path, plan, rule);
        }
        let rules: Vec<_> = plan
            .entries("rules")
            .filter_map(|(name, rule)| {
                let schedule = self.schedule(rule.one("schedule_expression")?)?;
                overlap::Rule::new(name, rule, schedule)
            })
            .collect();
        for (name, finding) in overlap::check(&rules) {
            self.report(format!("{path}/rules/{name}"), finding);
        }
    }

    fn selections(&mut self, path: &str, plan: &Node<'p>) {
        let Some(selections) = plan.get("selections") else { return };
        let present = |key: &str| selections.get(key).filter(|node| node.is_present());
        let (Some(tags), Some(resources)) = (present("tags"), present("resources")) else { return };
        let (Some(tags), Some(resources)) = (tags.introduced, resources.introduced) else { return };
        let finding = Finding::new(
            &codes::BOTH_SELECTIONS,
            &resources.location(),
            "the plan selects by resources and by tags",
        )
        .related(&tags.location(), "the selections by tag")
        .help("make it two plans, or select by resources and write the tags as conditions of the selection");
        self.report(format!("{path}/selections"), finding);
    }

    fn windows(&mut self, path: &str, rule: &Node<'p>) {
        let (Some(start), Some(complete)) =
            (rule.one("start_backup_window_minutes"), rule.one("complete_backup_window_minutes"))
        else {
            return;
        };
        let (Some(from), Some(to)) = (whole_number(start.text), whole_number(complete.text)) else { return };
        if to <= from {
            let message = format!("a job may start for {from} minutes and must be done after {to}");
            let finding = Finding::new(&codes::WINDOW_ORDER, &complete.origin.location(), message)
                .related(&start.origin.location(), "the window in which it may start")
                .help("give it more minutes than the start window");
            self.report(format!("{path}/complete_backup_window_minutes"), finding);
        }
    }

    /// The lifecycle of a rule or of a copy action.
    fn lifecycle(&mut self, path: &str, holder: &Node<'p>) {
        const LEAST_IN_COLD_STORAGE: u64 = 90;
        let Some(lifecycle) = holder.get("lifecycle") else { return };
        let (Some(cold), Some(delete)) =
            (lifecycle.one("move_to_cold_storage_after_days"), lifecycle.one("delete_after_days"))
        else {
            return;
        };
        let (Some(moved), Some(deleted)) = (whole_number(cold.text), whole_number(delete.text)) else {
            return;
        };
        let least = moved.saturating_add(LEAST_IN_COLD_STORAGE);
        if deleted < least {
            let message = format!("deleted after {deleted} days, cold after {moved}");
            let finding = Finding::new(&codes::COLD_STORAGE, &delete.origin.location(), message)
                .related(&cold.origin.location(), "they move to cold storage here")
                .help(format!(
                    "keep them for at least {least} days (cold storage is charged for 90), or leave cold storage out"
                ));
            self.report(format!("{path}/lifecycle/delete_after_days"), finding);
        }
    }

    /// Whether a rule for continuous backups moves them to cold storage.
    fn continuous_cold(&mut self, path: &str, rule: &Node<'p>) -> bool {
        let cold =
            rule.get("lifecycle").and_then(|lifecycle| lifecycle.one("move_to_cold_storage_after_days"));
        let (Some(enabled), Some(cold)) = (continuous(rule), cold) else { return false };
        let message = "continuous backups cannot move to cold storage";
        let finding = Finding::new(&codes::CONTINUOUS_COLD, &cold.origin.location(), message)
            .related(&enabled.origin.location(), "continuous backup is switched on here")
            .help("leave cold storage out, or give the long-lived backups a rule of their own");
        self.report(format!("{path}/lifecycle/move_to_cold_storage_after_days"), finding);
        true
    }

    fn continuous_retention(&mut self, path: &str, rule: &Node<'p>) {
        const LONGEST: u64 = 35;
        let Some(enabled) = continuous(rule) else { return };
        let enabled = enabled.origin.location();
        let delete = rule.get("lifecycle").and_then(|lifecycle| lifecycle.one("delete_after_days"));
        let Some(delete) = delete else {
            let message = "continuous backups without delete_after_days";
            let finding = Finding::new(&codes::CONTINUOUS_UNLIMITED, &enabled, message)
                .help(format!("set delete_after_days to 1 to {LONGEST}"));
            self.report(format!("{path}/enable_continuous_backup"), finding);
            return;
        };
        if whole_number(delete.text).is_some_and(|days| days > LONGEST) {
            let message = format!("continuous backups kept for {} days", delete.text);
            let finding = Finding::new(&codes::CONTINUOUS_RETENTION, &delete.origin.location(), message)
                .related(&enabled, "continuous backup is switched on here")
                .help(format!(
                    "keep them for {LONGEST} days at most, and longer ones by a rule of snapshots"
                ));
            self.report(format!("{path}/lifecycle/delete_after_days"), finding);
        }
    }

    /// Retention and archive against how often the rule runs.
    fn frequency(&mut self, path: &str, rule: &Node<'p>) {
        const MONTH: i64 = 28 * MINUTES_PER_DAY;
        let Some(expression) = rule.one("schedule_expression") else { return };
        let Some(rhythm) = self.schedule(expression).and_then(Schedule::rhythm) else { return };
        // A copy without a lifecycle of its own is kept like its source.
        for (key, action) in rule.entries("copy_actions") {
            if let Some(lifecycle) = action.get("lifecycle") {
                self.gap(&format!("{path}/copy_actions/{key}"), lifecycle, expression, rhythm.most);
            }
        }
        let Some(lifecycle) = rule.get("lifecycle") else { return };
        self.gap(path, lifecycle, expression, rhythm.most);
        let archive = lifecycle
            .one("opt_in_to_archive_for_supported_resources")
            .filter(|value| value.text == "true" && rhythm.least < MONTH);
        if let Some(archive) = archive {
            let finding = Finding::new(
                &codes::ARCHIVE_TOO_OFTEN,
                &archive.origin.location(),
                "the archive is opted in to by a rule that runs more than once a month",
            )
            .related(&expression.origin.location(), "the schedule")
            .help("archive from a monthly rule, and leave the archive out of this one");
            self.report(format!("{path}/lifecycle/opt_in_to_archive_for_supported_resources"), finding);
        }
    }

    /// Retention against the most minutes between two runs.
    fn gap(&mut self, path: &str, lifecycle: &Node<'p>, expression: Sourced<'p>, most: i64) {
        let Some(delete) = lifecycle.one("delete_after_days") else { return };
        let kept = whole_number(delete.text).and_then(|days| i64::try_from(days).ok());
        let Some(kept) = kept.filter(|kept| (1..most).contains(&kept.saturating_mul(MINUTES_PER_DAY))) else {
            return;
        };
        let most = most.div_euclid(MINUTES_PER_DAY);
        let message = format!("kept for {kept} days, but up to {most} days pass between runs");
        let finding = Finding::new(&codes::RETENTION_GAP, &delete.origin.location(), message)
            .related(&expression.origin.location(), "the schedule")
            .help(format!("keep them for more than {most} days, or run the rule more often"));
        self.report(format!("{path}/lifecycle/delete_after_days"), finding);
    }

    fn copies(&mut self, path: &str, rule: &Node<'p>) {
        let actions = rule.get("copy_actions").into_iter().flat_map(|actions| &actions.children);
        for (key, action) in actions.filter(|(_, action)| action.is_present()) {
            let path = format!("{path}/copy_actions/{key}");
            self.lifecycle(&path, action);
            let Some(introduced) = action.introduced else { continue };
            match action.one("target_backup_vault_arn") {
                None => self.report(path, target_missing(introduced)),
                Some(target) if !target.text.eq_ignore_ascii_case(key) => {
                    self.report(path, target_differs(introduced, target));
                }
                Some(_) => {}
            }
        }
    }

    fn index(&mut self, path: &str, rule: &Node<'p>) {
        let types =
            rule.get("index_actions").map(|actions| actions.list("resource_types")).unwrap_or_default();
        if let [_, second, ..] = types {
            let finding = Finding::new(
                &codes::INDEX_TYPES,
                &second.origin.location(),
                format!("{} resource types in one index action", types.len()),
            )
            .help("index one resource type by each rule");
            self.report(format!("{path}/index_actions/resource_types"), finding);
        }
    }

    fn scan(&mut self, path: &str, plan: &Node<'p>, rule: &Node<'p>) {
        let Some(actions) = rule.get("scan_actions").filter(|actions| actions.has_content()) else { return };
        if plan.get("scan_settings").is_some_and(Node::has_content) {
            return;
        }
        let Some(introduced) = actions.introduced else { return };
        let finding = Finding::new(
            &codes::SCAN_SETTINGS_MISSING,
            &introduced.location(),
            "the rule scans, but the plan has no scan_settings",
        )
        .help("add scan_settings beside the rules, with the scanner's role and the resource types");
        self.report(format!("{path}/scan_actions"), finding);
    }

    fn schedule(&mut self, expression: Sourced<'p>) -> Option<&Schedule> {
        let parse = || Schedule::parse(expression.text).ok();
        self.schedules.entry(expression.text).or_insert_with(parse).as_ref()
    }
}

/// Where continuous backup is switched on.
fn continuous<'p>(rule: &Node<'p>) -> Option<Sourced<'p>> {
    rule.one("enable_continuous_backup").filter(|value| value.text == "true")
}

fn target_missing(action: Origin<'_>) -> Finding {
    let at = action.location();
    let arn = at.text().trim_matches('"').to_owned();
    Finding::new(&codes::COPY_TARGET_MISSING, &at, "the copy action has no target_backup_vault_arn")
        .help(format!("add \"target_backup_vault_arn\": {{\"@@assign\": \"{arn}\"}}"))
}

fn target_differs(action: Origin<'_>, target: Sourced<'_>) -> Finding {
    let message = "the copy action is called by another ARN than its target";
    Finding::new(&codes::COPY_TARGET_DIFFERS, &action.location(), message)
        .related(&target.origin.location(), "the target")
        .help(format!("call it \"{}\"", target.text))
}
