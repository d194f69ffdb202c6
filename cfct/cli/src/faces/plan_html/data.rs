//! What the page knows of a plan: tables once, and sets of accounts times Regions in place of instances.

use std::collections::{BTreeMap, HashMap};

use cfct_core::finding::Finding;
use cfct_core::organization::Organization;
use cfct_core::plan::{
    Attachment, Departure, Leaving, Loss, Plan, PolicyPlan, Slots, Sources, StackSetPlan, Table, WayOut,
};
use cfct_core::resolution::Meaning;
use cfct_core::source::{Located, Location};
use cfct_core::stack_set_machine::stage::Certainty;
use cfct_core::stack_set_machine::{Cells, IndexSet, Names, Prediction, SafeSteps, explain};
use serde::Serialize;

use super::sets::{Sets, Written};
use crate::faces::plan_text::Labels;

/// How many outcomes of a stack set are told, the worst first.
const MOST_OUTCOMES: usize = 4;

/// The plan of a page.
#[derive(Serialize)]
pub(super) struct Data<'p> {
    id: &'p str,
    against_deployed: bool,
    summary: Summary,
    failed: Vec<Failed<'p>>,
    findings: Vec<Told<'p>>,
    units: Vec<Unit<'p>>,
    accounts: Accounts<'p>,
    regions: &'p [Box<str>],
    stack_sets: Vec<StackSet<'p>>,
    departures: Vec<Gone<'p>>,
    policies: Vec<Policy<'p>>,
    slots: Vec<Slot<'p>>,
    texts: Vec<&'p str>,
    sets: Vec<Written>,
}

/// What all parts are made with, and what many of them share and so is written once.
struct Shared<'p> {
    table: &'p Table,
    sources: &'p Sources<'p>,
    labels: Labels<'p>,
    /// The sequences of pushes that do safely what one push does not, where they were looked for.
    ways_out: &'p [WayOut],
    sets: Sets,
    texts: Vec<&'p str>,
    text_numbers: HashMap<&'p str, usize>,
}

impl<'p> Shared<'p> {
    fn text(&mut self, text: &'p str) -> usize {
        *self.text_numbers.entry(text).or_insert_with(|| {
            self.texts.push(text);
            self.texts.len() - 1
        })
    }
}

#[derive(Serialize)]
struct Summary {
    remove: usize,
    create: usize,
    update: usize,
    destroys: bool,
    is_empty: bool,
    seconds: u64,
}

#[derive(Serialize)]
struct Failed<'p> {
    stage: &'static str,
    resource: &'p str,
    error: &'p str,
}

#[derive(Serialize)]
struct Told<'p> {
    code: &'static str,
    message: &'p str,
    place: String,
}

/// A unit; the first is the root. `parent` is its number, absent of the root and of what is cut off.
#[derive(Serialize)]
struct Unit<'p> {
    id: &'p str,
    name: &'p str,
    parent: Option<usize>,
}

/// Columns, by the numbers of the plan's table.
#[derive(Serialize)]
struct Accounts<'p> {
    ids: Vec<&'p str>,
    names: Vec<&'p str>,
    /// The number of the unit; -1 of an account that is not in the organization.
    units: Vec<i64>,
    /// What is to be said of accounts that are not active.
    statuses: BTreeMap<usize, &'static str>,
    management: Option<usize>,
}

/// Accounts (the number of a set) in Regions (numbers).
#[derive(Serialize)]
struct Rows(Vec<(usize, Vec<usize>)>);

#[derive(Serialize)]
struct StackSet<'p> {
    resource: &'p str,
    name: &'p str,
    place: String,
    change: &'static str,
    renamed_from: Option<&'p str>,
    template_changes: Option<bool>,
    parameters: Vec<&'p str>,
    wanted: (usize, &'p [usize]),
    removed: Rows,
    created: Rows,
    updated: Rows,
    /// What the worst outcome leaves undone.
    missing: Rows,
    extra: Rows,
    unchanged: usize,
    seconds: u64,
    reached: &'static str,
    holds: Vec<Holding<'p>>,
    exports: Vec<Export<'p>>,
    targets: Vec<Target>,
    behaviour: Behaviour,
}

/// What CfCT's run does where it is not what was meant, in words.
#[derive(Default, Serialize)]
struct Behaviour {
    outcomes: Vec<Vec<String>>,
    more_outcomes: usize,
    /// Sequences of pushes that do it safely, where they are asked for.
    routes: Vec<Vec<String>>,
}

/// What data is in a stack.
#[derive(Serialize)]
struct Holding<'p> {
    id: &'p str,
    kind: &'p str,
    retained: bool,
    locked: bool,
}

#[derive(Serialize)]
struct Export<'p> {
    parameter: &'p str,
    from: &'p str,
    readers: &'p [(String, bool)],
}

/// An entry of the manifest's target lists: the number of its text, its line, and the number of the unit or
/// of the set of accounts that it gives. There can be very many, so they have no names on them.
type Target = (usize, usize, Option<usize>, Option<usize>);

#[derive(Serialize)]
struct Gone<'p> {
    name: &'p str,
    change: &'static str,
    instances: usize,
    renamed_to: Option<&'p str>,
    removed: Rows,
    seconds: u64,
    holds: Vec<Holding<'p>>,
    behaviour: Behaviour,
}

#[derive(Serialize)]
struct Policy<'p> {
    name: &'p str,
    kind: &'static str,
    id: Option<&'p str>,
    differs: Option<bool>,
    place: String,
    /// Ids of targets.
    attach: Vec<&'p str>,
    attached: Vec<&'p str>,
    left_attached: Vec<&'p str>,
}

#[derive(Serialize)]
struct Slot<'p> {
    kind: &'static str,
    target: &'p str,
    used: usize,
    added: usize,
    limit: usize,
    left: isize,
}

impl<'p> Data<'p> {
    pub(super) fn of(plan: &'p Plan<'_>, sources: &'p Sources<'_>) -> Self {
        let organization = sources.organization;
        let mut shared = Shared {
            table: &plan.table,
            sources,
            labels: Labels::of(&plan.table),
            ways_out: plan.ways_out.as_deref().unwrap_or_default(),
            sets: Sets::default(),
            texts: Vec::new(),
            text_numbers: HashMap::new(),
        };
        let stack_sets = plan.stack_sets.iter().map(|plan| stack_set(plan, &mut shared)).collect();
        let departures = plan.departures.iter().map(|gone| departure(gone, &mut shared)).collect();
        Self {
            id: &plan.id,
            against_deployed: plan.is_against_deployed,
            summary: Summary {
                remove: plan.removals(),
                create: plan.creations(),
                update: plan.updates(),
                destroys: plan.destroys(),
                is_empty: plan.is_empty(),
                seconds: plan.seconds(),
            },
            failed: plan
                .failed_stages
                .iter()
                .map(|failed| Failed {
                    stage: failed.stage.as_str(),
                    resource: &failed.resource,
                    error: &failed.error,
                })
                .collect(),
            findings: plan.findings.iter().map(told).collect(),
            units: organization
                .units()
                .map(|(_, unit)| Unit {
                    id: &unit.id,
                    name: &unit.name,
                    parent: unit.parent.map(cfct_core::organization::UnitIndex::number),
                })
                .collect(),
            accounts: accounts(&plan.table, organization),
            regions: plan.table.regions(),
            stack_sets,
            departures,
            policies: plan.policies.iter().map(policy).collect(),
            slots: plan.slots.iter().map(slot).collect(),
            texts: shared.texts,
            sets: shared.sets.into_written(),
        }
    }
}

fn accounts<'p>(table: &'p Table, organization: &'p Organization) -> Accounts<'p> {
    let (mut units, mut statuses) = (Vec::new(), BTreeMap::new());
    for number in 0..table.accounts.len() {
        let id = table.accounts.id(number);
        let account =
            id.and_then(|id| organization.account_by_id(id)).map(|index| organization.account(index));
        let unit =
            account.and_then(|account| account.parent).and_then(|unit| i64::try_from(unit.number()).ok());
        units.push(unit.unwrap_or(-1));
        if let Some(account) = account.filter(|account| !account.is_active()) {
            statuses.insert(number, account.status.as_str());
        }
    }
    Accounts {
        ids: (0..units.len()).map(|number| table.account(number)).collect(),
        names: (0..units.len()).map(|number| table.account_name(number)).collect(),
        units,
        statuses,
        management: organization.management().and_then(|account| table.accounts.number_of(account)),
    }
}

fn stack_set<'p>(plan: &'p StackSetPlan<'_>, shared: &mut Shared<'p>) -> StackSet<'p> {
    let targets = targets(plan, shared);
    let behaviour = Behaviour::of(&plan.prediction, &plan.name, shared);
    let sets = &mut shared.sets;
    let worst = plan.worst();
    StackSet {
        resource: plan.resource.display_name(),
        name: &plan.name,
        place: place(&plan.resource.node.location()),
        change: match (plan.change.is_new, plan.is_no_op()) {
            (true, _) => "create",
            (false, true) => "unchanged",
            (false, false) => "update",
        },
        renamed_from: plan.renamed_from.as_deref(),
        template_changes: plan.change.template,
        parameters: plan.change.parameters.iter().map(|change| &*change.key).collect(),
        wanted: (sets.number(&plan.desired.accounts), &plan.desired.regions),
        removed: rows(&plan.removed(), sets),
        created: rows(&plan.created(), sets),
        updated: rows(&plan.updated(), sets),
        missing: rows(&worst.map(|worst| plan.prediction.missing(&worst.run)).unwrap_or_default(), sets),
        extra: rows(&worst.map(|worst| plan.prediction.extra(&worst.run)).unwrap_or_default(), sets),
        unchanged: plan.unchanged(),
        seconds: plan.seconds,
        reached: match plan.is_reached {
            Certainty::Never => "never",
            Certainty::Perhaps => "perhaps",
            Certainty::Surely => "surely",
        },
        holds: plan.holdings.iter().map(holding).collect(),
        exports: plan
            .exports
            .iter()
            .map(|export| Export {
                parameter: &export.parameter,
                from: &export.output,
                readers: &export.readers,
            })
            .collect(),
        targets,
        behaviour,
    }
}

fn targets<'p>(plan: &'p StackSetPlan<'_>, shared: &mut Shared<'p>) -> Vec<Target> {
    let (table, organization) = (shared.table, shared.sources.organization);
    let targets = plan.resolved.targets.iter().map(|target| {
        let (unit, set) = match &target.meaning {
            Meaning::Unit(unit) => (Some(unit.number()), None),
            Meaning::EveryEnrolled => (None, Some(table.accounts.numbers(&organization.baseline().accounts))),
            Meaning::Accounts(named) => {
                let kept = named.iter().filter(|named| named.kept);
                let numbers = kept.filter_map(|named| table.accounts.number_of(named.account));
                (None, Some(numbers.collect::<IndexSet>()))
            }
            Meaning::Overridden | Meaning::UnknownUnit | Meaning::NoUnit | Meaning::IgnoredAccount => {
                (None, None)
            }
        };
        let set = set.map(|set| shared.sets.number(&set));
        (shared.text(&target.text), line(&target.node.location()), unit, set)
    });
    targets.collect()
}

fn departure<'p>(gone: &'p Departure, shared: &mut Shared<'p>) -> Gone<'p> {
    let (change, behaviour) = match &gone.leaving {
        Leaving::Orphaned => ("orphaned", Behaviour::default()),
        Leaving::Deleted(prediction) => ("deleted", Behaviour::of(prediction, &gone.name, shared)),
    };
    let sets = &mut shared.sets;
    Gone {
        name: &gone.name,
        change,
        instances: gone.instances,
        renamed_to: gone.renamed_to.as_deref(),
        removed: rows(&gone.removed(), sets),
        seconds: gone.seconds,
        holds: gone.holdings.iter().map(holding).collect(),
        behaviour,
    }
}

impl Behaviour {
    /// Of a prediction that is as meant nothing is told.
    fn of(prediction: &Prediction, stack_set: &str, shared: &Shared<'_>) -> Self {
        if prediction.is_as_meant() {
            return Self::default();
        }
        let labels = &shared.labels;
        let way = shared.ways_out.iter().find(|way| way.stack_set == stack_set);
        let way: Option<&SafeSteps> = way.and_then(|way| way.steps.as_ref());
        let worst = prediction.worst_first();
        let told = worst.iter().take(MOST_OUTCOMES);
        let routes = way.filter(|way| !way.is_direct()).map(|way| {
            let routes = std::iter::once(&way.route).chain(&way.alternative);
            routes.map(|route| explain::route(route, labels)).collect()
        });
        Self {
            outcomes: told.map(|outcome| explain::outcome(prediction, outcome, labels)).collect(),
            more_outcomes: worst.len().saturating_sub(MOST_OUTCOMES),
            routes: routes.unwrap_or_default(),
        }
    }
}

fn rows(cells: &[Cells], sets: &mut Sets) -> Rows {
    Rows(cells.iter().map(|cells| (sets.number(&cells.accounts), cells.regions.iter().collect())).collect())
}

fn holding(loss: &Loss) -> Holding<'_> {
    Holding {
        id: &loss.logical_id,
        kind: &loss.type_name,
        retained: loss.is_retained,
        locked: loss.is_locked,
    }
}

fn policy<'p>(plan: &'p PolicyPlan<'_>) -> Policy<'p> {
    let of = |pick: fn(&Attachment) -> Option<&String>| {
        plan.targets.iter().filter_map(pick).map(String::as_str).collect()
    };
    Policy {
        name: &plan.name,
        kind: plan.kind.as_str(),
        id: plan.deployed.as_deref(),
        differs: plan.differs,
        place: place(&plan.resource.node.location()),
        attach: of(|target| match target {
            Attachment::Added(id) => Some(id),
            _ => None,
        }),
        attached: of(|target| match target {
            Attachment::Kept(id) => Some(id),
            _ => None,
        }),
        left_attached: of(|target| match target {
            Attachment::LeftBehind(id) => Some(id),
            _ => None,
        }),
    }
}

fn slot(slots: &Slots) -> Slot<'_> {
    Slot {
        kind: slots.kind.as_str(),
        target: &slots.target,
        used: slots.used,
        added: slots.added,
        limit: slots.limit,
        left: slots.left(),
    }
}

fn told(finding: &Finding) -> Told<'_> {
    Told { code: finding.code.name, message: &finding.message, place: place(&finding.primary) }
}

/// `manifest.yaml:12`
fn place(location: &Location) -> String {
    format!("{}:{}", location.source.name(), line(location))
}

fn line(location: &Location) -> usize {
    location.source.position(location.span.start).line
}
