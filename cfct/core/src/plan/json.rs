//! A plan as JSON. Sets of instances are written as accounts times Regions, never cell by cell, and straight
//! into the serializer.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::json;

use super::{
    Attachment, Departure, Export, Leaving, Loss, Plan, PolicyPlan, Slots, StackSetPlan, Table, WayOut, Why,
};
use crate::source::Located;
use crate::stack_set_machine::stage::Certainty;
use crate::stack_set_machine::{Cells, IndexSet, Names, PredictionJson, Route, explain};

/// A plan to serialize.
#[derive(Clone, Copy, Debug)]
pub struct PlanJson<'p, 's>(pub &'p Plan<'s>);

impl Serialize for PlanJson<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &plan.id)?;
        map.serialize_entry("against_deployed_state", &plan.is_against_deployed)?;
        map.serialize_entry(
            "summary",
            &json!({
                "remove": plan.removals(),
                "create": plan.creations(),
                "update": plan.updates(),
                "destroys": plan.destroys(),
                "changes_nothing": plan.is_empty(),
                "estimated_seconds": plan.seconds(),
            }),
        )?;
        let failed = plan.failed_stages.iter().map(|failed| {
            json!({ "stage": failed.stage.as_str(), "resource": failed.resource, "error": failed.error })
        });
        map.serialize_entry("failed_stages", &failed.collect::<Vec<_>>())?;
        map.serialize_entry("departures", &Each(&plan.departures, |item| DepartureJson(plan, item)))?;
        map.serialize_entry("stack_sets", &Each(&plan.stack_sets, |item| StackSetJson(plan, item)))?;
        map.serialize_entry("policies", &plan.policies.iter().map(policy).collect::<Vec<_>>())?;
        map.serialize_entry("attachment_slots", &plan.slots.iter().map(slots).collect::<Vec<_>>())?;
        if let Some(ways) = &plan.ways_out {
            let ways: Vec<_> = ways.iter().map(|way| way_out(way, &plan.table)).collect();
            map.serialize_entry("ways_out", &ways)?;
        }
        map.end()
    }
}

/// A list, each item through a wrapper.
struct Each<'i, T, F>(&'i [T], F);

impl<'i, T, W: Serialize, F: Fn(&'i T) -> W> Serialize for Each<'i, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for item in self.0 {
            list.serialize_element(&(self.1)(item))?;
        }
        list.end()
    }
}

struct StackSetJson<'p, 's>(&'p Plan<'s>, &'p StackSetPlan<'s>);

impl Serialize for StackSetJson<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(plan, stack_set) = self;
        let table = &plan.table;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("resource", stack_set.resource.display_name())?;
        map.serialize_entry("stack_set", &stack_set.name)?;
        let place = stack_set.resource.node.location();
        map.serialize_entry("line", &place.source.position(place.span.start).line)?;
        map.serialize_entry("change", change(stack_set))?;
        map.serialize_entry("renamed_from", &stack_set.renamed_from)?;
        map.serialize_entry("template_changes", &stack_set.change.template)?;
        let parameters = stack_set.change.parameters.iter();
        let parameters: Vec<_> =
            parameters.map(|change| json!({ "key": change.key, "why": why(change.why) })).collect();
        map.serialize_entry("parameter_changes", &parameters)?;
        map.serialize_entry("targets_nobody", &stack_set.is_hollow())?;
        map.serialize_entry("unchanged", &stack_set.unchanged())?;
        map.serialize_entry("removed", &CellsJson(table, &stack_set.removed()))?;
        map.serialize_entry("created", &CellsJson(table, &stack_set.created()))?;
        map.serialize_entry("updated", &CellsJson(table, &stack_set.updated()))?;
        map.serialize_entry("reached", certainty(stack_set.is_reached))?;
        map.serialize_entry("holds", &stack_set.holdings.iter().map(loss).collect::<Vec<_>>())?;
        map.serialize_entry("exports", &stack_set.exports.iter().map(export).collect::<Vec<_>>())?;
        map.serialize_entry("estimated_seconds", &stack_set.seconds)?;
        let names = Concealing { table, concealed: &stack_set.concealed };
        let execution =
            PredictionJson { stack_set: &stack_set.name, prediction: &stack_set.prediction, names: &names };
        map.serialize_entry("execution", &execution)?;
        map.end()
    }
}

struct DepartureJson<'p, 's>(&'p Plan<'s>, &'p Departure);

impl Serialize for DepartureJson<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(plan, departure) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("stack_set", &departure.name)?;
        map.serialize_entry("instances", &departure.instances)?;
        map.serialize_entry("renamed_to", &departure.renamed_to)?;
        map.serialize_entry("removed", &CellsJson(&plan.table, &departure.removed()))?;
        map.serialize_entry("holds", &departure.holdings.iter().map(loss).collect::<Vec<_>>())?;
        map.serialize_entry("estimated_seconds", &departure.seconds)?;
        match &departure.leaving {
            Leaving::Orphaned => map.serialize_entry("change", "orphaned")?,
            Leaving::Deleted(prediction) => {
                map.serialize_entry("change", "deleted")?;
                let execution = PredictionJson { stack_set: &departure.name, prediction, names: &plan.table };
                map.serialize_entry("execution", &execution)?;
            }
        }
        map.end()
    }
}

/// The names of a plan, and no secret.
struct Concealing<'p> {
    table: &'p Table,
    concealed: &'p BTreeSet<String>,
}

impl Names for Concealing<'_> {
    fn account(&self, index: usize) -> &str {
        self.table.account(index)
    }

    fn region(&self, index: usize) -> &str {
        self.table.region(index)
    }

    fn parameter<'v>(&self, key: &str, value: &'v str) -> Cow<'v, str> {
        Cow::Borrowed(if self.concealed.contains(key) { CONCEALED } else { value })
    }
}

/// What stands in the place of a secret.
const CONCEALED: &str = "(not shown)";

/// The steps out of what CfCT does otherwise than meant, in words.
fn way_out(way: &WayOut, table: &Table) -> serde_json::Value {
    let words = |route: &Route| {
        json!({
            "steps": route.steps.iter().map(|step| explain::step(step, table)).collect::<Vec<_>>(),
            "remakes_instances": Table::count(&route.remade),
            "makes_instances_in_vain": Table::count(&route.made_in_vain),
        })
    };
    let steps = way.steps.as_ref();
    json!({
        "stack_set": way.stack_set,
        "route": steps.map(|steps| words(&steps.route)),
        "alternative": steps.and_then(|steps| steps.alternative.as_ref()).map(words),
    })
}

/// `[{"accounts":[…],"regions":[…]}]`: every account in every Region of its row.
struct CellsJson<'t>(&'t Table, &'t [Cells]);

impl Serialize for CellsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.1.len()))?;
        for cells in self.1 {
            rows.serialize_element(&RowJson(self.0, cells))?;
        }
        rows.end()
    }
}

struct RowJson<'t>(&'t Table, &'t Cells);

impl Serialize for RowJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(table, cells) = self;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("accounts", &SetJson(&cells.accounts, |number| table.account(number)))?;
        map.serialize_entry("regions", &SetJson(&cells.regions, |number| table.region(number)))?;
        map.end()
    }
}

struct SetJson<'t, F>(&'t IndexSet, F);

impl<'t, F: Fn(usize) -> &'t str> Serialize for SetJson<'t, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|number| (self.1)(number)))
    }
}

fn change(stack_set: &StackSetPlan<'_>) -> &'static str {
    match (stack_set.change.is_new, stack_set.is_no_op()) {
        (true, _) => "create",
        (false, true) => "unchanged",
        (false, false) => "update",
    }
}

fn why(why: Why) -> &'static str {
    match why {
        Why::Added => "added",
        Why::Changed => "changed",
        Why::AlwaysDiffers => "always differs: a value with a comma",
        Why::Unknown => "known to the run only",
        Why::DroppedUnnoticed => "dropped, unnoticed",
    }
}

fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Never => "never",
        Certainty::Perhaps => "perhaps",
        Certainty::Surely => "surely",
    }
}

fn loss(loss: &Loss) -> serde_json::Value {
    json!({
        "logical_id": loss.logical_id,
        "type": loss.type_name,
        "retained": loss.is_retained,
        "locked": loss.is_locked,
    })
}

fn export(export: &Export) -> serde_json::Value {
    let readers = export
        .readers
        .iter()
        .map(|(name, too_early)| json!({ "resource": name, "reads_before_written": too_early }));
    json!({ "parameter": export.parameter, "from": export.output, "readers": readers.collect::<Vec<_>>() })
}

fn policy(policy: &PolicyPlan<'_>) -> serde_json::Value {
    let of = |pick: fn(&Attachment) -> Option<&String>| {
        policy.targets.iter().filter_map(pick).cloned().collect::<Vec<String>>()
    };
    json!({
        "name": policy.name,
        "type": policy.kind.aws_type(),
        "id": policy.deployed,
        "differs": policy.differs,
        "attach": of(|target| match target { Attachment::Added(id) => Some(id), _ => None }),
        "attached": of(|target| match target { Attachment::Kept(id) => Some(id), _ => None }),
        "left_attached": of(|target| match target { Attachment::LeftBehind(id) => Some(id), _ => None }),
    })
}

fn slots(slots: &Slots) -> serde_json::Value {
    json!({
        "type": slots.kind.aws_type(),
        "target": slots.target,
        "used": slots.used,
        "added": slots.added,
        "limit": slots.limit,
        "left": slots.left(),
    })
}
