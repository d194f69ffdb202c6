//! Effective policies for a person: accounts that share one together, what is wrong first.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use cfct_core::backup_policy::calendar::{Kept, Lifecycle, PlanCalendar, RuleCalendar};
use cfct_core::backup_policy::effective::Ambiguity;
use cfct_core::backup_policy::merge::{Ignored, Reason};
use cfct_core::backup_policy::placement::{EffectivePolicies, Shared};
use cfct_core::backup_policy::report::Invalid;
use cfct_core::backup_policy::tree::{Bound, Origin};
use cfct_core::organization::{AccountIndex, Organization};
use cfct_core::words::excerpt;

use crate::console::Look;
use crate::shown::clean_line;

/// What to show.
pub(super) struct View<'v> {
    pub effective: &'v EffectivePolicies<'v>,
    pub organization: &'v Organization,
    pub accounts: &'v [AccountIndex],
    pub invalid: &'v [Vec<Invalid>],
    pub calendars: &'v [Vec<Arc<PlanCalendar<'v>>>],
}

/// Accounts that are named before the rest is counted.
const NAMED: usize = 5;

impl View<'_> {
    pub fn write(&self, out: &mut dyn Write, look: Look) -> io::Result<()> {
        let mut groups: Vec<Vec<AccountIndex>> = vec![Vec::new(); self.effective.distinct.len()];
        for account in self.accounts {
            if let Some(number) = self.effective.number_of(*account) {
                groups[number].push(*account);
            }
        }
        let mut page = Page { out, bold: look.styled };
        let groups = groups.iter().enumerate().filter(|(_, group)| !group.is_empty());
        for (index, (number, group)) in groups.enumerate() {
            if index > 0 {
                page.line(0, "")?;
            }
            page.heading(&self.names(group))?;
            self.policy(number, &mut page)?;
        }
        Ok(())
    }

    fn policy(&self, number: usize, page: &mut Page<'_>) -> io::Result<()> {
        let shared = &self.effective.distinct[number];
        if shared.path.is_empty() {
            return page.line(1, "no backup policy reaches it");
        }
        page.line(1, &format!("policies at {}", shared.path.join(", ")))?;
        let invalid = &self.invalid[number];
        for wrong in invalid {
            let place =
                wrong.place.as_ref().map(|(file, line)| format!("  {file}:{line}")).unwrap_or_default();
            page.line(1, &format!("invalid: {} {}: {}{place}", wrong.code, wrong.path, wrong.message))?;
        }
        if !invalid.is_empty() {
            page.line(1, "until this is mended, the last valid effective policy stays in force")?;
        }
        for ambiguity in &shared.effective.ambiguous {
            ambiguous(ambiguity, page)?;
        }
        for one in &shared.effective.ignored {
            page.line(1, &format!("ignored: {}", ignored(one)))?;
        }
        for plan in &self.calendars[number] {
            self::plan(plan, page)?;
        }
        sources(shared, page)
    }

    fn names(&self, group: &[AccountIndex]) -> String {
        let named = group.iter().take(NAMED).map(|account| self.organization.account(*account).display());
        let names = named.collect::<Vec<_>>().join(", ");
        match group.len().saturating_sub(NAMED) {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }
}

/// Lines with an indent; text from files cannot act on the terminal.
struct Page<'o> {
    out: &'o mut dyn Write,
    bold: bool,
}

impl Page<'_> {
    fn line(&mut self, level: usize, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:indent$}{}", "", clean_line(text), indent = level * 2)
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        let (start, end) = if self.bold { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        writeln!(self.out, "{start}{}{end}", clean_line(text))
    }
}

fn ambiguous(ambiguity: &Ambiguity<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let said = |outcome: &Option<serde_json::Value>| {
        outcome.as_ref().map_or("nothing".to_owned(), |value| excerpt(&value.to_string()))
    };
    let open: Vec<_> = ambiguity.questions.iter().map(|question| question.describe()).collect();
    let (path, chosen, otherwise) = (&ambiguity.path, said(&ambiguity.chosen), said(&ambiguity.otherwise));
    page.line(1, &format!("ambiguous: {path} is {chosen} or {otherwise}"))?;
    page.line(2, &format!("AWS does not say {}", open.join(", nor ")))
}

/// What has no effect, where it stands, and why.
fn ignored(ignored: &Ignored<'_>) -> String {
    let (path, here) = (&ignored.path, place(&ignored.origin));
    let by = |by: &[Bound<'_>]| by.first().map_or("a policy above".to_owned(), |bound| place(&bound.origin));
    match &ignored.reason {
        Reason::OperatorRefused { operator, by: bounds } => {
            format!("{} on {path} ({here}), which {} does not allow", operator.as_str(), by(bounds))
        }
        Reason::KeyRefused { by: bounds } => {
            format!("the new key {path} ({here}), which {} does not allow", by(bounds))
        }
        Reason::FirstAttached { winner } => {
            format!("the value of {path} ({here}), since {} was attached first", place(winner))
        }
        Reason::NothingToRemove => {
            format!("@@remove on {path} ({here}), since none of its values is inherited")
        }
        Reason::NotAList => {
            format!("the list operator on {path} ({here}), since the inherited value is no list")
        }
        Reason::CannotWiden { allowed } => {
            format!("the wider control on {path} ({here}), since no more than {allowed} is inherited")
        }
    }
}

fn plan(plan: &PlanCalendar<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let regions = if plan.regions.is_empty() { "no Region".to_owned() } else { plan.regions.join(", ") };
    page.line(1, &format!("plan {} in {regions}", plan.name))?;
    for rule in &plan.rules {
        self::rule(rule, page)?;
    }
    match plan.largest_gap {
        Some(gap) => page.line(2, &format!("at most {} pass between two runs", duration(gap))),
        None => page.line(2, "the runs end, or there are none: nothing bounds what can be lost"),
    }
}

fn rule(rule: &RuleCalendar<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let (schedule, vault) = (rule.schedule.unwrap_or("no schedule"), rule.vault.unwrap_or("no vault"));
    let continuous = if rule.continuous { ", continuous" } else { "" };
    page.line(2, &format!("rule {}: {schedule} into {vault}{continuous}", rule.name))?;
    if !rule.runs.is_empty() {
        let runs: Vec<String> = rule.runs.iter().map(ToString::to_string).collect();
        let window = duration(rule.start_window);
        page.line(3, &format!("runs {}, starting within {window}", runs.join(", ")))?;
    }
    page.line(3, &kept(rule.lifecycle, rule.kept))?;
    for copy in &rule.copies {
        page.line(3, &format!("copied to {}: {}", copy.vault, kept(copy.lifecycle, copy.kept)))?;
    }
    Ok(())
}

fn kept(lifecycle: Lifecycle, kept: Kept) -> String {
    let cold = lifecycle.cold_after.map(|days| format!("cold after {days} days, ")).unwrap_or_default();
    let deleted = match lifecycle.deleted_after {
        Some(days) => format!("kept for {days} days"),
        None => "kept for ever".to_owned(),
    };
    let count = match kept {
        Kept::About(count) => format!("about {count} recovery points of each resource"),
        Kept::Growing(count) => format!("about {count} more recovery points of each resource every year"),
    };
    format!("{cold}{deleted}, {count}")
}

/// Minutes as a person says them: `24 h`, `31 days`, `90 min`.
fn duration(minutes: i64) -> String {
    const HOUR: i64 = 60;
    const DAY: i64 = 24 * HOUR;
    match minutes {
        minutes if minutes % DAY == 0 && minutes > DAY => format!("{} days", minutes / DAY),
        minutes if minutes % HOUR == 0 => format!("{} h", minutes / HOUR),
        minutes => format!("{minutes} min"),
    }
}

/// The values that come from one policy on one node, each with its line.
struct From<'p> {
    origin: Origin<'p>,
    lines: Vec<(usize, String)>,
}

/// Every value under the policy that it comes from, from the root down.
fn sources(shared: &Shared<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let mut sources: BTreeMap<(Option<usize>, &str), From<'_>> = BTreeMap::new();
    for (path, values) in shared.effective.sources() {
        for value in values {
            let origin = value.origin;
            let line = origin.policy.source.position(origin.span.start).line;
            let depth = shared.path.iter().position(|node| *node == origin.node);
            let from = sources
                .entry((depth, &origin.policy.name))
                .or_insert_with(|| From { origin, lines: Vec::new() });
            match from.lines.last_mut() {
                // Values of one list on one line are shown together.
                Some((last, text)) if *last == line && text.starts_with(&format!("{path} = ")) => {
                    text.push_str(", ");
                    text.push_str(value.text);
                }
                _ => from.lines.push((line, format!("{path} = {}", value.text))),
            }
        }
    }
    for From { origin, mut lines } in sources.into_values() {
        let (policy, file) = (origin.policy, origin.policy.source.name());
        page.line(1, &format!("from {} at {}, {file}", policy.name, origin.node))?;
        lines.sort_by_key(|(line, _)| *line);
        for (line, text) in lines {
            page.line(2, &format!("{line:>4}  {text}"))?;
        }
    }
    Ok(())
}

/// `daily at Workloads, policies/backup/daily.json:5`
fn place(origin: &Origin<'_>) -> String {
    let source = &origin.policy.source;
    let line = source.position(origin.span.start).line;
    format!("{} at {}, {}:{line}", origin.policy.name, origin.node, source.name())
}
