//! What goes, and what goes with it.

use std::collections::BTreeMap;
use std::io;

use cfct_core::plan::{Departure, Leaving, Loss, Plan, StackSetPlan, Table};
use cfct_core::source::Located;
use cfct_core::stack_set_machine::{Cells, IndexSet};

use super::page::{Page, Tone};
use crate::faces::counted;

pub(super) fn write(plan: &Plan<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let losing: Vec<&StackSetPlan<'_>> =
        plan.stack_sets.iter().filter(|stack_set| stack_set.removals() > 0).collect();
    if losing.is_empty() && plan.departures.is_empty() {
        return Ok(());
    }
    page.heading("Removals")?;
    for departure in &plan.departures {
        self::departure(departure, page)?;
    }
    for stack_set in losing {
        self::stack_set(stack_set, plan, page)?;
    }
    Ok(())
}

fn departure(departure: &Departure, page: &mut Page<'_>) -> io::Result<()> {
    let Departure { name, instances, renamed_to, .. } = departure;
    let instances = counted(*instances, "instance");
    match (&departure.leaving, renamed_to) {
        (Leaving::Deleted(_), Some(new)) => {
            let text = format!("{name}: deleted with {instances}, and made anew as {new}: a rename is both");
            page.toned(1, Tone::Gone, &text)?;
        }
        (Leaving::Deleted(_), None) => {
            let text = format!("{name}: deleted with {instances}, since the manifest does not name it");
            page.toned(1, Tone::Gone, &text)?;
        }
        (Leaving::Orphaned, Some(new)) => {
            let text = format!(
                "{name}: stays with {instances} beside {new}, which looks like the same under a new name"
            );
            page.toned(1, Tone::Trouble, &text)?;
            return page.line(2, "what both create under fixed names makes the new stacks fail");
        }
        (Leaving::Orphaned, None) => {
            let text = format!("{name}: stays with {instances}, and nobody updates it any more");
            page.toned(1, Tone::Trouble, &text)?;
            return page.line(2, "the manifest does not name it, and enable_stack_set_deletion is off");
        }
    }
    let removed = departure.removed();
    page.listing(2, &removed)?;
    holdings(&departure.holdings, page)
}

fn stack_set(stack_set: &StackSetPlan<'_>, plan: &Plan<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let removed = stack_set.removed();
    let text = format!("{}: loses {}", heading(stack_set), counted(Table::count(&removed), "instance"));
    page.toned(1, Tone::Gone, &text)?;
    for (reason, accounts) in by_reason(stack_set, &removed, &plan.table) {
        let cells: Vec<Cells> = removed
            .iter()
            .map(|cells| Cells {
                accounts: cells.accounts.intersection(&accounts),
                regions: cells.regions.clone(),
            })
            .filter(|cells| !cells.is_empty())
            .collect();
        page.line(2, &format!("{}: {reason}", counted(accounts.len(), "account")))?;
        page.listing(3, &cells)?;
    }
    holdings(&stack_set.holdings, page)
}

/// The accounts that lose something, by why they do.
fn by_reason(stack_set: &StackSetPlan<'_>, removed: &[Cells], table: &Table) -> BTreeMap<String, IndexSet> {
    let mut reasons: BTreeMap<String, IndexSet> = BTreeMap::new();
    for account in Table::accounts_of(removed).iter() {
        reasons.entry(stack_set.why_removed(account, table)).or_default().insert(account);
    }
    reasons
}

/// What holds data in the stacks that go.
fn holdings(holdings: &[Loss], page: &mut Page<'_>) -> io::Result<()> {
    if holdings.is_empty() {
        return Ok(());
    }
    page.line(2, "each of its stacks holds")?;
    let width = holdings.iter().map(|loss| loss.logical_id.chars().count()).max().unwrap_or(0);
    let kinds = holdings.iter().map(|loss| loss.type_name.len()).max().unwrap_or(0);
    for loss in holdings {
        let fate = match (loss.is_retained, loss.is_locked) {
            (true, _) => "retained: stays in the account, in no stack any more",
            (false, true) => {
                "locked: its deletion fails while it holds recovery points, and the stack with it"
            }
            (false, false) => "deleted with the stack",
        };
        let tone = if loss.is_retained { Tone::Plain } else { Tone::Gone };
        page.toned(3, tone, &format!("{:width$}  {:kinds$}  {fate}", loss.logical_id, loss.type_name))?;
    }
    Ok(())
}

/// `backup-vault (manifest.yaml:40)`
pub(super) fn heading(stack_set: &StackSetPlan<'_>) -> String {
    let place = stack_set.resource.node.location();
    let line = place.source.position(place.span.start).line;
    format!("{} ({}:{line})", stack_set.resource.display_name(), place.source.name())
}
