//! What becomes of each stack set that the manifest names.

use std::collections::{BTreeMap, BTreeSet};

use super::Sources;
use super::loss::{self, Loss};
use super::table::{Place, Table};
use crate::configuration::Content;
use crate::deployed::{self, Template as DeployedTemplate};
use crate::digest::sha256;
use crate::manifest::Resource;
use crate::resolution::{Deployment, PipelineStage, Resolution, Resolved, StackSet};
use crate::secrets::{can_be_a_secret, evidence, names_a_secret};
use crate::source::PackagePath;
use crate::stack_set_machine::stage::Certainty;
use crate::stack_set_machine::{
    Cells, Conditions, Deployed as MachineDeployed, Desired, IndexSet, Outcome, ParameterValue, Prediction,
    Run, predict,
};
use crate::template::Template;

/// A stack set of the manifest.
#[derive(Clone, Debug)]
pub struct StackSetPlan<'s> {
    /// The entry in the manifest.
    pub resource: &'s Resource<'s>,
    /// The resource as resolved: which target gives which account.
    pub resolved: Resolved<'s>,
    /// Its name in CloudFormation.
    pub name: String,
    /// What it is asked to become.
    pub desired: Desired,
    /// What it is now, in the numbers of the plan's table.
    pub deployed: Option<MachineDeployed>,
    /// What changes, as meant.
    pub change: Change,
    /// The deployed stack set that this one probably is under a new name.
    pub renamed_from: Option<String>,
    /// Every outcome of CfCT's run.
    pub prediction: Prediction,
    /// Whether the stage gets this far.
    pub is_reached: Certainty,
    /// What holds data in its stacks.
    pub holdings: Vec<Loss>,
    /// The parameters whose values are not shown: their template says so, or they look like secrets.
    pub concealed: BTreeSet<String>,
    /// The SSM parameters that it feeds.
    pub exports: Vec<Export>,
    /// The estimate in seconds, for the outcome in ascending order.
    pub seconds: u64,
}

/// What changes in a stack set beside its instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// There is no stack set of the name yet.
    pub is_new: bool,
    /// The template differs from the deployed one; `None` where the deployed one is not known.
    pub template: Option<bool>,
    /// The parameters that differ.
    pub parameters: Vec<ParameterChange>,
}

/// A parameter that differs. Values are not held here: they may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterChange {
    /// The key.
    pub key: String,
    /// Why.
    pub why: Why,
}

/// How a parameter differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not deployed yet.
    Added,
    /// It has another value.
    Changed,
    /// Its value has a comma, so CfCT takes it for a list that never equals the deployed text.
    AlwaysDiffers,
    /// Only the run knows its value.
    Unknown,
    /// It is deployed and no longer given: CfCT does not notice.
    DroppedUnnoticed,
}

/// An output that CfCT writes to Parameter Store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The name of the SSM parameter.
    pub parameter: String,
    /// What feeds it.
    pub output: String,
    /// Resources that read it, in the manifest's order, with whether they stand before this one.
    pub readers: Vec<(String, bool)>,
}

pub(super) fn plans<'s>(
    sources: &Sources<'s>,
    resolution: &Resolution<'s>,
    table: &Table,
    conditions: &Conditions,
) -> Vec<StackSetPlan<'s>> {
    let readers = readers(resolution);
    let stack_sets = resolution.resources.iter().filter(|resolved| resolved.stage == PipelineStage::StackSet);
    stack_sets
        .filter_map(|resolved| {
            let Ok(Deployment::StackSet(wanted)) = &resolved.outcome else { return None };
            let resource = sources.manifest.resources.get(resolved.resource)?;
            Some(plan(sources, table, conditions, resource, resolved, wanted, &readers))
        })
        .collect()
}

fn plan<'s>(
    sources: &Sources<'s>,
    table: &Table,
    conditions: &Conditions,
    resource: &'s Resource<'s>,
    resolved: &Resolved<'s>,
    wanted: &StackSet<'s>,
    readers: &BTreeMap<String, Vec<usize>>,
) -> StackSetPlan<'s> {
    let name = resolved.stack_set_name();
    let there = sources.deployed.and_then(|deployed| deployed.stack_sets.get(name.as_str()));
    let ssm = |path: &str| {
        let known = sources.deployed.and_then(|deployed| deployed.ssm_parameters.get(path));
        known.map(ToString::to_string)
    };
    let desired = Desired {
        accounts: table.accounts.numbers(&resolved.accounts),
        regions: wanted.regions.iter().filter_map(|region| table.region_number(region)).collect(),
        parameters: wanted
            .parameters
            .iter()
            .map(|(key, value)| (key.to_owned(), ParameterValue::at_run_time(value, ssm)))
            .collect(),
    };
    let path = resource.file.and_then(|file| PackagePath::new(file.value));
    let file = path.as_ref().and_then(|path| sources.configuration.file(path));
    let text = file.and_then(|file| match &file.content {
        Content::Text(source) => Some(source.text()),
        _ => None,
    });
    let template = there.map(|there| template_matches(&there.template, text));
    let deployed = there.map(|there| in_numbers(there, sources, table, template.flatten() != Some(false)));
    let prediction = predict(&desired, deployed.as_ref(), conditions);
    let template_read = file.and_then(|file| file.document.as_ref()).map(Template::read);
    StackSetPlan {
        change: Change {
            is_new: there.is_none(),
            template: template.flatten().map(|matches| !matches),
            parameters: parameter_changes(&desired, there),
        },
        holdings: template_read.as_ref().map(loss::of_template).unwrap_or_default(),
        concealed: concealed(&desired, template_read.as_ref()),
        exports: exports(resolved, wanted, readers, sources),
        seconds: seconds(&prediction, sources),
        resource,
        resolved: resolved.clone(),
        name,
        desired,
        deployed,
        renamed_from: None,
        prediction,
        is_reached: Certainty::Surely,
    }
}

/// Whether the deployed template is the manifest's; `None` where one of them is not known.
fn template_matches(deployed: &DeployedTemplate, text: Option<&str>) -> Option<bool> {
    match deployed {
        DeployedTemplate::Body(body) => Some(&**body == text?),
        DeployedTemplate::Digest(known) => Some(**known == *sha256(text?)),
        DeployedTemplate::Unknown => None,
    }
}

/// A deployed stack set in the plan's numbers. An unknown template is taken for unchanged.
pub(super) fn in_numbers(
    stack_set: &deployed::StackSet,
    sources: &Sources<'_>,
    table: &Table,
    template_matches: bool,
) -> MachineDeployed {
    let regions = sources.deployed.map_or(&[][..], |deployed| &deployed.regions);
    let instances = stack_set.instances.iter().filter_map(|(region, accounts)| {
        Some((table.region_number(regions.get(*region)?)?, accounts.clone()))
    });
    MachineDeployed {
        instances: instances.collect(),
        template_matches,
        parameters: stack_set.parameters.clone(),
        last_operation: stack_set.last_operation,
    }
}

fn parameter_changes(desired: &Desired, there: Option<&deployed::StackSet>) -> Vec<ParameterChange> {
    let Some(there) = there else { return Vec::new() };
    let differs = desired.parameters.iter().filter_map(|(key, value)| {
        let why = match (value, there.parameters.get(key)) {
            (ParameterValue::List(_), _) => Why::AlwaysDiffers,
            (ParameterValue::Unknown(_), _) => Why::Unknown,
            (ParameterValue::Text(_), None) => Why::Added,
            (ParameterValue::Text(text), Some(deployed)) if text != deployed => Why::Changed,
            _ => return None,
        };
        Some(ParameterChange { key: key.clone(), why })
    });
    let dropped = there.parameters.keys().filter(|key| !desired.parameters.contains_key(*key));
    differs
        .chain(dropped.map(|key| ParameterChange { key: key.clone(), why: Why::DroppedUnnoticed }))
        .collect()
}

/// Parameters whose values a plan must not give away.
fn concealed(desired: &Desired, template: Option<&Template<'_>>) -> BTreeSet<String> {
    let is_no_echo = |key: &str| {
        let mut parameters = template.into_iter().flat_map(|template| &template.parameters);
        parameters.any(|parameter| parameter.name == key && parameter.no_echo)
    };
    let is_secret = |key: &str, value: &str| {
        is_no_echo(key) || (names_a_secret(key) && can_be_a_secret(value)) || evidence(value).is_some()
    };
    let parameters = desired.parameters.iter();
    parameters.filter(|(key, value)| is_secret(key, &value.sent())).map(|(key, _)| key.clone()).collect()
}

/// Which resources read which SSM parameter by `$[alfred_ssm_…]`.
fn readers(resolution: &Resolution<'_>) -> BTreeMap<String, Vec<usize>> {
    let mut readers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (position, resolved) in resolution.resources.iter().enumerate() {
        let Ok(Deployment::StackSet(stack_set)) = &resolved.outcome else { continue };
        for (_, value) in stack_set.parameters.iter() {
            let text = value.as_sent();
            for part in text.split("$[alfred_ssm_").skip(1) {
                if let Some((path, _)) = part.split_once(']') {
                    readers.entry(path.to_owned()).or_default().push(position);
                }
            }
        }
    }
    readers
}

fn exports(
    resolved: &Resolved<'_>,
    wanted: &StackSet<'_>,
    readers: &BTreeMap<String, Vec<usize>>,
    sources: &Sources<'_>,
) -> Vec<Export> {
    let name_of = |position: &usize| {
        let resource = sources.manifest.resources.get(*position);
        (resource.map_or("", |resource| resource.display_name()).to_owned(), *position < resolved.resource)
    };
    let export = |(parameter, output): (&str, &crate::resolution::ParameterValue)| Export {
        parameter: parameter.to_owned(),
        output: output.as_sent(),
        readers: readers.get(parameter).into_iter().flatten().map(name_of).collect(),
    };
    wanted.exports.iter().map(export).collect()
}

pub(super) fn seconds(prediction: &Prediction, sources: &Sources<'_>) -> u64 {
    let first = prediction.outcomes.first();
    first.map_or(0, |outcome| prediction.seconds(&outcome.run, &sources.preferences, &sources.pace))
}

impl StackSetPlan<'_> {
    /// The outcome that is shown first: the worst.
    #[must_use]
    pub fn worst(&self) -> Option<&Outcome> {
        self.prediction.worst_first().first().copied()
    }

    /// The runs of every outcome.
    fn runs(&self) -> impl Iterator<Item = &Run> {
        self.prediction.outcomes.iter().map(|outcome| &outcome.run)
    }

    /// Instances that some outcome deletes. Of several outcomes, the one that deletes most.
    #[must_use]
    pub fn removed(&self) -> Vec<Cells> {
        self.runs()
            .map(|run| self.prediction.removed(run))
            .max_by_key(|cells| Table::count(cells))
            .unwrap_or_default()
    }

    /// Instances that the outcome in ascending order creates.
    #[must_use]
    pub fn created(&self) -> Vec<Cells> {
        self.runs().next().map(|run| self.prediction.created(run)).unwrap_or_default()
    }

    /// Instances that an update reaches: those that were there and stay, where UpdateStackSet is called.
    #[must_use]
    pub fn updated(&self) -> Vec<Cells> {
        let Some(run) = self.runs().next() else { return Vec::new() };
        let updates = run.calls().iter().any(|call| call.action.name() == "UpdateStackSet");
        if updates { self.kept() } else { Vec::new() }
    }

    /// Instances that were there before and are desired.
    fn kept(&self) -> Vec<Cells> {
        let Some(deployed) = &self.deployed else { return Vec::new() };
        let kept = deployed.instances.iter().filter(|(region, _)| self.desired.regions.contains(region));
        kept.map(|(region, accounts)| Cells {
            accounts: accounts.intersection(&self.desired.accounts),
            regions: IndexSet::of(*region),
        })
        .filter(|cells| !cells.is_empty())
        .collect()
    }

    /// How many instances go, at worst.
    #[must_use]
    pub fn removals(&self) -> usize {
        Table::count(&self.removed())
    }

    /// How many instances come.
    #[must_use]
    pub fn creations(&self) -> usize {
        Table::count(&self.created())
    }

    /// How many instances are updated in place.
    #[must_use]
    pub fn updates(&self) -> usize {
        Table::count(&self.updated())
    }

    /// How many instances stay as they are.
    #[must_use]
    pub fn unchanged(&self) -> usize {
        Table::count(&self.kept()) - self.updates()
    }

    /// Whether the run changes nothing and starts nothing.
    #[must_use]
    pub fn is_no_op(&self) -> bool {
        self.runs().all(|run| run.execution.is_none())
    }

    /// Whether it is aimed at nobody.
    #[must_use]
    pub fn is_hollow(&self) -> bool {
        self.desired.accounts.is_empty()
    }

    /// Why an account loses its instances, in words.
    #[must_use]
    pub fn why_removed(&self, account: usize, table: &Table) -> String {
        if self.desired.accounts.contains(account) {
            return "stays, in other Regions".to_owned();
        }
        match table.place(account) {
            Place::Outside => "is not in the organization any more".to_owned(),
            Place::Inactive => "is not active".to_owned(),
            Place::Unit(path) => format!("is in {path}, which no target reaches"),
        }
    }
}
