//! The answer of `effective`: what each account gets, with sources, as JSON.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use super::calendar::{Calendar, CopyCalendar, Kept, Lifecycle, PlanCalendar, RuleCalendar};
use super::effective::Ambiguity;
use super::merge::{Ignored, Reason};
use super::placement::{EffectivePolicies, Shared};
use super::tree::Origin;
use super::utc::UtcMinute;
use super::{rules, validation};
use crate::finding::Level;
use crate::limits::BackupLimits;
use crate::organization::{AccountIndex, Organization};

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

/// Everything that keeps an effective policy from taking effect, by path.
#[must_use]
pub fn invalid(shared: &Shared<'_>, limits: &BackupLimits) -> Vec<Invalid> {
    let root = &shared.effective.root;
    let place = |location: crate::source::Location| {
        let line = location.source.position(location.span.start).line;
        (location.source.name().to_owned(), line)
    };
    let violations = validation::check(root, limits).into_iter().map(|found| Invalid {
        code: found.code.as_str(),
        path: found.path,
        message: found.message,
        place: found.origin.map(|origin| place(origin.location())),
    });
    let refused = rules::check(root).into_iter().filter(|breach| breach.finding.level == Level::Error);
    let refused = refused.map(|breach| Invalid {
        code: breach.finding.code.name,
        path: breach.path,
        message: breach.finding.message,
        place: Some(place(breach.finding.primary)),
    });
    let mut invalid: Vec<Invalid> = violations.chain(refused).collect();
    invalid.sort_by(|a, b| (&a.path, a.code).cmp(&(&b.path, b.code)));
    invalid
}

/// The calendar to add to a report.
#[derive(Clone, Copy, Debug)]
pub struct CalendarOptions {
    /// Runs after this time.
    pub from: UtcMinute,
    /// So many of each rule.
    pub runs: usize,
}

/// What accounts get, as JSON. Accounts that share a policy share the work of writing it.
pub struct Report<'r> {
    organization: &'r Organization,
    accounts: Vec<(AccountIndex, usize)>,
    /// The JSON of each distinct effective policy that any of the accounts has.
    values: Vec<Value>,
}

impl<'r> Report<'r> {
    /// What these accounts get; an account that is cut off from the root is left out.
    #[must_use]
    pub fn of(
        effective: &EffectivePolicies<'_>,
        organization: &'r Organization,
        accounts: impl IntoIterator<Item = AccountIndex>,
        limits: &BackupLimits,
        calendar: Option<CalendarOptions>,
    ) -> Self {
        let accounts: Vec<_> = accounts
            .into_iter()
            .filter_map(|account| Some((account, effective.number_of(account)?)))
            .collect();
        let mut used = vec![false; effective.distinct.len()];
        for (_, number) in &accounts {
            used[*number] = true;
        }
        let values = effective.distinct.iter().zip(used).map(|(shared, used)| match used {
            true => value_of(shared, limits, calendar),
            false => Value::Null,
        });
        Self { organization, values: values.collect(), accounts }
    }
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut top = serializer.serialize_map(Some(1))?;
        top.serialize_entry("accounts", &Accounts(self))?;
        top.end()
    }
}

struct Accounts<'a>(&'a Report<'a>);

impl Serialize for Accounts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Report { organization, accounts, values } = self.0;
        let entries =
            accounts.iter().map(|(account, number)| (organization.account(*account).id, &values[*number]));
        serializer.collect_map(entries)
    }
}

fn value_of(shared: &Shared<'_>, limits: &BackupLimits, calendar: Option<CalendarOptions>) -> Value {
    let effective = &shared.effective;
    let sources: Map<String, Value> = effective
        .sources()
        .into_iter()
        .map(|(path, values)| {
            let values = values.iter().map(|value| {
                let mut source = source_of(&value.origin);
                source.insert("value".to_owned(), Value::from(value.text));
                Value::Object(source)
            });
            (path, values.collect())
        })
        .collect();
    let mut value = json!({
        "content": effective.content(),
        "invalid": invalid(shared, limits).iter().map(invalid_value).collect::<Vec<_>>(),
        "ambiguous": effective.ambiguous.iter().map(ambiguity_value).collect::<Vec<_>>(),
        "ignored": effective.ignored.iter().map(ignored_value).collect::<Vec<_>>(),
        "sources": sources,
    });
    if let Some(CalendarOptions { from, runs }) = calendar {
        let calendar = Calendar::of(&effective.root, from, runs);
        value["calendar"] =
            calendar.plans.iter().map(|plan| (plan.name.to_owned(), plan_value(plan))).collect();
    }
    value
}

/// Where something comes from: the policy, the node it is attached to, the file, and the place in it from 1.
fn source_of(origin: &Origin<'_>) -> Map<String, Value> {
    let position = origin.policy.source.position(origin.span.start);
    let place = json!({
        "policy": &*origin.policy.name,
        "node": origin.node,
        "file": origin.policy.source.name(),
        "line": position.line,
        "column": position.column,
    });
    match place {
        Value::Object(place) => place,
        _ => Map::new(),
    }
}

fn invalid_value(invalid: &Invalid) -> Value {
    let (file, line) = invalid.place.as_ref().map(|(file, line)| (file.as_str(), *line)).unzip();
    json!({"code": invalid.code, "path": invalid.path, "message": invalid.message, "file": file, "line": line})
}

fn ambiguity_value(ambiguity: &Ambiguity<'_>) -> Value {
    let questions = ambiguity.questions.iter();
    json!({
        "path": ambiguity.path,
        "questions": questions.map(|question| json!({"id": question.as_str(), "open": question.describe()})).collect::<Vec<_>>(),
        "chosen": ambiguity.chosen,
        "otherwise": ambiguity.otherwise,
        "sources": ambiguity.origins.iter().map(source_of).collect::<Vec<_>>(),
    })
}

fn ignored_value(ignored: &Ignored<'_>) -> Value {
    let mut value = source_of(&ignored.origin);
    value.insert("path".to_owned(), Value::from(&*ignored.path));
    value.insert("reason".to_owned(), Value::from(ignored.reason.as_str()));
    let by: Vec<Map<String, Value>> = match &ignored.reason {
        Reason::OperatorRefused { by, .. } | Reason::KeyRefused { by } => {
            by.iter().map(|bound| source_of(&bound.origin)).collect()
        }
        Reason::FirstAttached { winner } => vec![source_of(winner)],
        Reason::NothingToRemove | Reason::NotAList | Reason::CannotWiden { .. } => Vec::new(),
    };
    value.insert("by".to_owned(), by.into_iter().map(Value::Object).collect());
    Value::Object(value)
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
