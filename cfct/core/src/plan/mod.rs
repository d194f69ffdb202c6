//! What a push will do: each policy, stack set, account and Region, removals first.
//!
//! A plan says two things at once, and says where they differ: what the manifest asks for, and what CfCT's
//! state machine really does with it ([`crate::stack_set_machine`]). Accounts and Regions are numbers, sets of
//! them bitmaps: ten thousand accounts in five hundred stack sets and five Regions stay small.

mod departure;
mod digest;
mod explain;
mod json;
mod loss;
mod policy;
mod schema;
mod stack_set;
mod table;
mod way_out;

use crate::configuration::Configuration;
use crate::deployed::Deployed;
use crate::finding::Finding;
use crate::manifest::Manifest;
use crate::organization::Organization;
use crate::resolution::{self, InputSettings, PipelineStage, Resolution, StageOutcome};
use crate::stack_set_machine::Conditions;
use crate::stack_set_machine::duration::{OperationPreferences, Pace};
use crate::stack_set_machine::stage::{Certainty, reached};

pub(crate) use digest::sha256;

pub use departure::{Departure, Leaving};
pub use explain::{Given, explain};
pub use json::PlanJson;
pub use loss::Loss;
pub use policy::{Attachment, PolicyKind, PolicyPlan, Slots};
pub use schema::json_schema;
pub use stack_set::{Change, Export, ParameterChange, StackSetPlan, Why};
pub use table::Table;
pub use way_out::WayOut;

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'s> {
    /// The package.
    pub configuration: &'s Configuration,
    /// Its manifest.
    pub manifest: &'s Manifest<'s>,
    /// The organization.
    pub organization: &'s Organization,
    /// What is deployed; `None` where nobody knows, and the plan is against nothing.
    pub deployed: Option<&'s Deployed>,
    /// How CfCT runs its operations.
    pub preferences: OperationPreferences,
    /// How long things take.
    pub pace: Pace,
}

/// A plan.
#[derive(Clone, Debug)]
pub struct Plan<'s> {
    /// The digest of everything the plan depends on, for commands that confirm it.
    pub id: String,
    /// Whether the deployed state is known.
    pub is_against_deployed: bool,
    /// What the numbers of accounts and Regions stand for.
    pub table: Table,
    /// Stages whose parser raises: nothing of them is deployed.
    pub failed_stages: Vec<FailedStage>,
    /// Policies, in the order in which CfCT sends them.
    pub policies: Vec<PolicyPlan<'s>>,
    /// Attachment slots of each target that a policy of the manifest is attached to.
    pub slots: Vec<Slots>,
    /// Stack sets in the order of execution.
    pub stack_sets: Vec<StackSetPlan<'s>>,
    /// Stack sets of CfCT that the manifest does not name.
    pub departures: Vec<Departure>,
    /// The way out where CfCT does something else than what was meant; `None` until it was
    /// [looked for](Plan::find_ways_out).
    pub ways_out: Option<Vec<WayOut>>,
    /// What the organization checks found, where it bears on this plan.
    pub findings: Vec<Finding>,
}

/// A stage that deploys nothing.
#[derive(Clone, Debug)]
pub struct FailedStage {
    /// The stage.
    pub stage: PipelineStage,
    /// The resource whose entry raised.
    pub resource: String,
    /// The exception as CfCT's log shows it.
    pub error: String,
}

/// Makes the plan.
#[must_use]
pub fn make<'s>(sources: &Sources<'s>) -> Plan<'s> {
    let settings = InputSettings::default();
    let resolution =
        resolution::resolve(sources.manifest, sources.organization, sources.configuration, &settings);
    let table = Table::new(sources, &resolution);
    let mut plan = Plan {
        id: digest::of(sources),
        is_against_deployed: sources.deployed.is_some(),
        table,
        failed_stages: failed_stages(&resolution),
        policies: policy::plans(sources, &resolution),
        slots: Vec::new(),
        stack_sets: Vec::new(),
        departures: Vec::new(),
        ways_out: None,
        findings: Vec::new(),
    };
    plan.slots = policy::slots(sources, &plan.policies);
    let conditions = Conditions::default();
    // A stage that raises starts nothing, deletions included.
    if plan.failed_stages.iter().all(|failed| failed.stage != PipelineStage::StackSet) {
        plan.stack_sets = stack_set::plans(sources, &resolution, &plan.table, &conditions);
        plan.departures = departure::departures(sources, &plan.table, &mut plan.stack_sets, &conditions);
        plan.mark_reached();
    }
    plan
}

fn failed_stages(resolution: &Resolution<'_>) -> Vec<FailedStage> {
    PipelineStage::ALL
        .into_iter()
        .filter_map(|stage| match resolution.stage(stage) {
            StageOutcome::Failed(resource, failure) => Some(FailedStage {
                stage,
                resource: resource.name.clone().into_owned(),
                error: failure.to_string(),
            }),
            _ => None,
        })
        .collect()
}

impl Plan<'_> {
    /// The stage ends with the first failure, so what comes after a failing stack set may not be reached.
    fn mark_reached(&mut self) {
        let deletions: Vec<Certainty> = self.departures.iter().map(Departure::fails).collect();
        let resources: Vec<Certainty> =
            self.stack_sets.iter().map(|stack_set| stack_set.prediction.fails()).collect();
        let (_, processed) = reached(&deletions, &resources);
        for (stack_set, reached) in self.stack_sets.iter_mut().zip(processed) {
            stack_set.is_reached = reached;
        }
    }

    /// Finds the sequences of pushes that end as desired. Takes as long as the plan itself.
    pub fn find_ways_out(&mut self, sources: &Sources<'_>) {
        self.ways_out = Some(way_out::ways_out(self, sources));
    }

    /// How many instances would go, in the worst case.
    #[must_use]
    pub fn removals(&self) -> usize {
        let of_stack_sets = self.stack_sets.iter().map(StackSetPlan::removals);
        let of_departures = self.departures.iter().map(Departure::removals);
        of_stack_sets.chain(of_departures).sum()
    }

    /// How many instances would come.
    #[must_use]
    pub fn creations(&self) -> usize {
        self.stack_sets.iter().map(StackSetPlan::creations).sum()
    }

    /// How many instances would be updated in place.
    #[must_use]
    pub fn updates(&self) -> usize {
        self.stack_sets.iter().map(StackSetPlan::updates).sum()
    }

    /// Whether anything would be destroyed: instances, or a whole stack set.
    #[must_use]
    pub fn destroys(&self) -> bool {
        self.removals() > 0
            || self.departures.iter().any(|departure| matches!(departure.leaving, Leaving::Deleted(_)))
    }

    /// Whether a push would change nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.failed_stages.is_empty()
            && !self.destroys()
            && self.stack_sets.iter().all(StackSetPlan::is_no_op)
            && self.policies.iter().all(PolicyPlan::is_no_op)
    }

    /// The estimate of the stack set stage in seconds.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        let of_stack_sets = self.stack_sets.iter().map(|stack_set| stack_set.seconds);
        let of_departures = self.departures.iter().map(|departure| departure.seconds);
        of_stack_sets.chain(of_departures).sum()
    }
}

#[cfg(test)]
mod tests;
