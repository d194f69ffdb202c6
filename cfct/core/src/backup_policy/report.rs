//! The answer of `effective`: what each account gets, with sources, as JSON.
//!
//! It is written account by account from what the accounts share, so that ten thousand of them need no more
//! memory than their distinct policies.

use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use super::calendar::{CopyCalendar, Kept, Lifecycle, PlanCalendar, RuleCalendar};
use super::effective::{Ambiguity, Effective};
use super::merge::{Ignored, Reason};
use super::placement::EffectivePolicies;
use super::tree::{Node, Origin, Setting, Sourced};
use super::{rules, validation};
use crate::finding::Level;
use crate::limits::BackupLimits;
use crate::organization::{AccountIndex, Organization};
use crate::source::Location;

/// Something that makes an effective policy invalid, or a plan of it impossible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// AWS's code (`KEY_REQUIRED`); for what AWS Backup refuses later, the code of the finding, in lower case.
    pub code: &'static str,
    /// The path in the effective policy.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// Where to look: the file and the line, from 1.
    pub place: Option<(String, usize)>,
}

/// Everything that keeps each of the distinct effective policies from taking effect, by path.
#[must_use]
pub fn invalid(effective: &EffectivePolicies<'_>, limits: &BackupLimits) -> Vec<Vec<Invalid>> {
    let mut of_policy: Vec<Vec<Invalid>> = effective.distinct.iter().map(|_| Vec::new()).collect();
    for plan in effective.plans() {
        let violations = validation::check_plan(plan.name, plan.plan, limits);
        let violations = violations.into_iter().map(|found| Invalid {
            code: found.code.as_str(),
            path: found.path,
            message: found.message,
            place: found.origin.map(|origin| place_of(&origin.location())),
        });
        let breaches = rules::check_plan(plan.name, plan.plan).into_iter();
        let refused = breaches.filter(|breach| breach.finding.level == Level::Error).map(|breach| Invalid {
            code: breach.finding.code.name,
            path: breach.path,
            message: breach.finding.message,
            place: Some(place_of(&breach.finding.primary)),
        });
        let invalid: Vec<Invalid> = violations.chain(refused).collect();
        for number in plan.of.into_iter().filter(|_| !invalid.is_empty()) {
            of_policy[number].extend(invalid.iter().cloned());
        }
    }
    for invalid in &mut of_policy {
        invalid.sort_by(|a, b| (&a.path, a.code).cmp(&(&b.path, b.code)));
    }
    of_policy
}

fn place_of(location: &Location) -> (String, usize) {
    (location.source.name().to_owned(), location.source.position(location.span.start).line)
}

/// What accounts get, as JSON.
#[derive(Clone, Copy, Debug)]
pub struct Report<'r> {
    /// What every account gets.
    pub effective: &'r EffectivePolicies<'r>,
    /// What [`invalid`] says of it.
    pub invalid: &'r [Vec<Invalid>],
    /// The organization of the accounts.
    pub organization: &'r Organization,
    /// The accounts to tell of; those that are cut off from the root are left out.
    pub accounts: &'r [AccountIndex],
    /// What [`calendars`](super::calendar::calendars) says of it, to be added.
    pub calendars: Option<&'r [Vec<Arc<PlanCalendar<'r>>>]>,
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut top = serializer.serialize_map(Some(1))?;
        top.serialize_entry("accounts", &Accounts(*self))?;
        top.end()
    }
}

struct Accounts<'a>(Report<'a>);

impl Serialize for Accounts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Report { effective, invalid, organization, accounts, calendars } = self.0;
        serializer.collect_map(accounts.iter().filter_map(|account| {
            let number = effective.number_of(*account)?;
            let account = organization.account(*account).id;
            let effective = &effective.distinct[number].effective;
            let calendar = calendars.map(|calendars| &*calendars[number]);
            Some((account, Account { effective, invalid: &invalid[number], calendar }))
        }))
    }
}

struct Account<'a> {
    effective: &'a Effective<'a>,
    invalid: &'a [Invalid],
    calendar: Option<&'a [Arc<PlanCalendar<'a>>]>,
}

impl Serialize for Account<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let effective = self.effective;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("content", &Content(&effective.root))?;
        map.serialize_entry("invalid", &self.invalid.iter().map(invalid_value).collect::<Vec<_>>())?;
        map.serialize_entry(
            "ambiguous",
            &effective.ambiguous.iter().map(ambiguity_value).collect::<Vec<_>>(),
        )?;
        let ignored: Vec<_> = effective.ignored.iter().map(|ignored| ignored_value(ignored)).collect();
        map.serialize_entry("ignored", &ignored)?;
        map.serialize_entry("sources", &Sources(effective))?;
        if let Some(plans) = self.calendar {
            let plans: Map<String, Value> =
                plans.iter().map(|plan| (plan.name.to_owned(), plan_value(plan))).collect();
            map.serialize_entry("calendar", &plans)?;
        }
        map.end()
    }
}

/// What is set in a node, without where it comes from.
struct Content<'a, 'p>(&'a Node<'p>);

impl Serialize for Content<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let children = self.0.children.iter().filter(|(_, child)| child.has_content());
        match &self.0.setting {
            Some(Setting::One(value)) => serializer.serialize_str(value.text),
            Some(Setting::Many(values)) if !values.is_empty() => {
                serializer.collect_seq(values.iter().map(|value| value.text))
            }
            _ => serializer.collect_map(children.map(|(key, child)| (key, Content(child)))),
        }
    }
}

struct Sources<'a>(&'a Effective<'a>);

impl Serialize for Sources<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sources = self.0.sources().into_iter();
        serializer.collect_map(
            sources.map(|(path, values)| (path, values.iter().map(Source::of_value).collect::<Vec<_>>())),
        )
    }
}

/// Where something comes from: the policy, the node it is attached to, the file, and the place in it from 1.
#[derive(Serialize)]
struct Source<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    policy: &'a str,
    node: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Source<'a> {
    fn of(origin: &Origin<'a>) -> Self {
        let (policy, node) = (origin.policy, origin.node);
        let position = policy.source.position(origin.span.start);
        let (line, column) = (position.line, position.column);
        Self { value: None, policy: &policy.name, node, file: policy.source.name(), line, column }
    }

    fn of_value(value: &Sourced<'a>) -> Self {
        Self { value: Some(value.text), ..Self::of(&value.origin) }
    }
}

fn invalid_value(invalid: &Invalid) -> Value {
    let (file, line) = invalid.place.as_ref().map(|(file, line)| (file.as_str(), *line)).unzip();
    json!({"code": invalid.code, "path": invalid.path, "message": invalid.message, "file": file, "line": line})
}

fn ambiguity_value(ambiguity: &Ambiguity<'_>) -> Value {
    let questions = ambiguity.questions.iter();
    let questions = questions.map(|question| json!({"id": question.as_str(), "open": question.describe()}));
    json!({
        "path": ambiguity.path,
        "questions": questions.collect::<Vec<_>>(),
        "chosen": ambiguity.chosen,
        "otherwise": ambiguity.otherwise,
        "sources": ambiguity.origins.iter().map(Source::of).collect::<Vec<_>>(),
    })
}

fn ignored_value(ignored: &Ignored<'_>) -> Value {
    let by: Vec<Source<'_>> = match &ignored.reason {
        Reason::OperatorRefused { by, .. } | Reason::KeyRefused { by } => {
            by.iter().map(|bound| Source::of(&bound.origin)).collect()
        }
        Reason::FirstAttached { winner } => vec![Source::of(winner)],
        Reason::NothingToRemove | Reason::NotAList | Reason::CannotWiden { .. } => Vec::new(),
    };
    let Source { policy, node, file, line, column, .. } = Source::of(&ignored.origin);
    json!({
        "path": ignored.path,
        "reason": ignored.reason.as_str(),
        "policy": policy,
        "node": node,
        "file": file,
        "line": line,
        "column": column,
        "by": by,
    })
}

fn plan_value(plan: &PlanCalendar<'_>) -> Value {
    let rules: Map<String, Value> =
        plan.rules.iter().map(|rule| (rule.name.to_owned(), rule_value(rule))).collect();
    json!({"regions": plan.regions, "recovery_point_objective_minutes": plan.largest_gap, "rules": rules})
}

fn rule_value(rule: &RuleCalendar<'_>) -> Value {
    let runs = rule.runs.iter().map(|run| {
        json!({
            "at": run.to_string(),
            "starts_by": run.plus_minutes(rule.start_window).to_string(),
            "done_by": run.plus_minutes(rule.completion_window).to_string(),
            "cold_at": rule.lifecycle.cold_at(*run).map(|time| time.to_string()),
            "deleted_at": rule.lifecycle.deleted_at(*run).map(|time| time.to_string()),
        })
    });
    json!({
        "schedule": rule.schedule,
        "vault": rule.vault,
        "continuous": rule.continuous,
        "recovery_point_objective_minutes": rule.largest_gap,
        "retention": lifecycle_value(rule.lifecycle, rule.kept),
        "copies": rule.copies.iter().map(copy_value).collect::<Vec<_>>(),
        "runs": runs.collect::<Vec<_>>(),
    })
}

fn copy_value(copy: &CopyCalendar<'_>) -> Value {
    json!({"vault": copy.vault, "retention": lifecycle_value(copy.lifecycle, copy.kept)})
}

fn lifecycle_value(lifecycle: Lifecycle, kept: Kept) -> Value {
    let (kept, growing) = match kept {
        Kept::About(count) => (Some(count), None),
        Kept::Growing(count) => (None, Some(count)),
    };
    json!({
        "cold_after_days": lifecycle.cold_after,
        "deleted_after_days": lifecycle.deleted_after,
        "recovery_points_kept": kept,
        "recovery_points_added_a_year": growing,
    })
}
