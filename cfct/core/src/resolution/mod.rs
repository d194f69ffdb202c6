//! What CfCT makes of a manifest in an organization: for each resource the accounts, Regions, parameters
//! and policy targets that it sends to its state machines.
//!
//! This follows CfCT 2.8.4 (`manifest_parser.py`, `cfn_params_handler.py`, and the yorm library that types
//! the manifest) to the letter, its silences included: what is dropped there is dropped here, and what
//! raises there is a [`Failure`] here. What the user most likely meant is for the checks to say; each
//! [`Target`] keeps what became of it, so that they (and `plan --explain`) can.

mod failure;
mod files;
mod inputs;
mod parameters;
mod targets;
mod text;
mod url;

use std::borrow::Cow;
use std::collections::HashSet;

use crate::configuration::Configuration;
use crate::manifest::{DeployMethod, Manifest, Resource, Version};
use crate::organization::{AccountIndex, AccountSet, Organization, UnitIndex};

pub use failure::{Exception, Failure};
pub use inputs::Inputs;
pub use parameters::{ParameterValue, Parameters};
pub use targets::{Meaning, NamedAccount, Target};
pub use text::{is_lost_zero, text_of};

use files::Files;
use parameters::ParameterFiles;
use targets::Resolver;

/// What CfCT puts before a resource's name to get the name of its stack set.
pub const STACK_SET_PREFIX: &str = "CustomControlTower-";

/// What the environment of CfCT's pipeline contributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSettings {
    /// The bucket that CfCT stages templates and policies in.
    pub staging_bucket: String,
    /// The folder in it.
    pub key_prefix: String,
    /// The Region of the pipeline (`AWS_REGION`): the organization's home Region where absent.
    pub region: Option<String>,
}

impl Default for InputSettings {
    /// The pipeline's artifact bucket is the resource `CustomControlTowerPipelineArtifactS3Bucket` of CfCT's
    /// stack. It has no fixed name (CloudFormation adds the stack's name and random letters), so the name
    /// here is a stand-in; the prefix is CfCT's own (`TEMPLATE_KEY_PREFIX` in `state_machine_trigger.py`).
    fn default() -> Self {
        Self {
            staging_bucket: "customcontroltowerpipelineartifacts3bucket".to_owned(),
            key_prefix: "_custom_ct_templates_staging".to_owned(),
            region: None,
        }
    }
}

/// A stage of CfCT's pipeline that parses the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PipelineStage {
    /// Service control policies.
    Scp,
    /// Resource control policies.
    Rcp,
    /// Stack sets.
    StackSet,
}

impl PipelineStage {
    /// Every stage, in the order of the pipeline.
    pub const ALL: [Self; 3] = [Self::Scp, Self::Rcp, Self::StackSet];

    /// Its name in the output of `inputs`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::StackSet => "stackset",
        }
    }
}

/// A manifest, resolved.
#[derive(Clone, Debug)]
pub struct Resolution<'d> {
    version: Version,
    /// The resources that a stage of the pipeline takes up, in the order of the manifest.
    pub resources: Vec<Resolved<'d>>,
}

/// A resource, resolved.
#[derive(Clone, Debug)]
pub struct Resolved<'d> {
    /// Its place in [`Manifest::resources`].
    pub resource: usize,
    /// The stage that takes it up.
    pub stage: PipelineStage,
    /// Its name as CfCT reads it.
    pub name: Cow<'d, str>,
    /// Each entry of its target lists, and what became of it.
    pub targets: Vec<Target<'d>>,
    /// The accounts of a stack set; empty for a policy.
    pub accounts: AccountSet,
    /// What CfCT sends for it, or the exception that ends the stage.
    pub outcome: Result<Deployment<'d>, Failure>,
}

/// What CfCT sends to a state machine, but for the accounts.
#[derive(Clone, Debug)]
pub enum Deployment<'d> {
    /// A stack set.
    StackSet(StackSet<'d>),
    /// A service or resource control policy.
    Policy(Policy<'d>),
}

/// A stack set as CfCT sends it.
#[derive(Clone, Debug)]
pub struct StackSet<'d> {
    /// Where CfCT will have put the template.
    pub template_url: String,
    /// Its Regions, in the manifest's order: outputs are exported from the first.
    pub regions: Vec<Cow<'d, str>>,
    /// Its parameters.
    pub parameters: Parameters,
    /// The SSM parameters to be written: their names, and the output that feeds each.
    pub exports: Parameters,
}

/// A policy as CfCT sends it.
#[derive(Clone, Debug)]
pub struct Policy<'d> {
    /// Its description.
    pub description: Cow<'d, str>,
    /// Where CfCT will have put the document.
    pub url: String,
    /// The units to attach it to, as written, sorted; CfCT keeps them in a set.
    pub units: Vec<(Cow<'d, str>, UnitIndex)>,
}

/// What a stage sends.
#[derive(Clone, Debug)]
pub enum StageOutcome<'r, 'd> {
    /// These, in this order.
    Inputs(Vec<&'r Resolved<'d>>),
    /// Nothing: the parser raised, and nothing of the stage is deployed.
    Failed(&'r Resolved<'d>, &'r Failure),
    /// Nothing: CfCT does not know the manifest's version.
    UnknownVersion,
}

impl<'d> Resolution<'d> {
    /// What a stage of the pipeline sends.
    #[must_use]
    pub fn stage(&self, stage: PipelineStage) -> StageOutcome<'_, 'd> {
        if self.version == Version::Unknown {
            return StageOutcome::UnknownVersion;
        }
        let resources = self.resources.iter().filter(|resource| resource.stage == stage);
        for resource in resources.clone() {
            if let Err(failure) = &resource.outcome {
                return StageOutcome::Failed(resource, failure);
            }
        }
        StageOutcome::Inputs(resources.collect())
    }

    /// Everything that CfCT's parser sends to its state machines, ready to be printed as JSON.
    #[must_use]
    pub fn inputs<'r>(&'r self, organization: &'r Organization) -> Inputs<'r, 'd> {
        Inputs { resolution: self, organization }
    }
}

impl<'d> Resolved<'d> {
    /// The entries of the manifest that give `account` to a stack set.
    pub fn reasons<'r>(
        &'r self,
        account: AccountIndex,
        organization: &'r Organization,
    ) -> impl Iterator<Item = &'r Target<'d>> {
        self.targets.iter().filter(move |target| target.gives(account, organization))
    }

    /// The name of its stack set.
    #[must_use]
    pub fn stack_set_name(&self) -> String {
        format!("{STACK_SET_PREFIX}{}", self.name)
    }
}

/// Resolves every resource of a manifest as CfCT would.
#[must_use]
pub fn resolve<'d>(
    manifest: &Manifest<'d>,
    organization: &Organization,
    configuration: &Configuration,
    settings: &InputSettings,
) -> Resolution<'d> {
    let home_region = organization.home_region.as_ref().map(|region| region.value.as_ref());
    let region = settings.region.as_deref().or(home_region);
    let manifest_region = manifest.region.map_or(Cow::Borrowed(""), |region| text_of(region.node));
    let mut resolution = ManifestResolver {
        version: manifest.version,
        files: Files::new(configuration, settings, region.unwrap_or(&manifest_region)),
        parameter_files: ParameterFiles::default(),
        resolver: Resolver::new(manifest.version, organization),
        region: manifest_region,
    };
    let resources = manifest.resources.iter().enumerate();
    Resolution {
        version: manifest.version,
        resources: resources.filter_map(|(index, resource)| resolution.resource(index, resource)).collect(),
    }
}

struct ManifestResolver<'o, 'd> {
    version: Version,
    files: Files<'o>,
    parameter_files: ParameterFiles,
    resolver: Resolver<'o>,
    /// The manifest's `region`.
    region: Cow<'d, str>,
}

impl<'d> ManifestResolver<'_, 'd> {
    fn resource(&mut self, index: usize, resource: &Resource<'d>) -> Option<Resolved<'d>> {
        let stage = self.stage_of(resource)?;
        let mut targets = Vec::new();
        let mut accounts = self.resolver.organization.no_accounts();
        let outcome = match stage {
            PipelineStage::StackSet => {
                let reached = self.resolver.stack_set(resource, &mut targets, &mut accounts);
                reached.and_then(|()| self.stack_set(resource, &accounts)).map(Deployment::StackSet)
            }
            PipelineStage::Scp | PipelineStage::Rcp => {
                let attached = self.resolver.policy(resource, &mut targets);
                self.policy(resource, attached).map(Deployment::Policy)
            }
        };
        let name = resource.name.map_or(Cow::Borrowed(""), |name| text_of(name.node));
        Some(Resolved { resource: index, stage, name, targets, accounts, outcome })
    }

    /// The stage that takes a resource up; `None` where none does, and nobody says so.
    fn stage_of(&self, resource: &Resource<'_>) -> Option<PipelineStage> {
        // v1 has stack sets under `cloudformation_resources`, whatever their deploy_method (another one
        // raises later), and policies under `organization_policies`, which have none.
        let is_v1_policy = resource.method == DeployMethod::Scp && resource.method_node.is_none();
        match (self.version, resource.method) {
            (Version::V1, _) if is_v1_policy => Some(PipelineStage::Scp),
            (Version::V1, _) | (_, DeployMethod::StackSet) => Some(PipelineStage::StackSet),
            (_, DeployMethod::Scp) => Some(PipelineStage::Scp),
            (_, DeployMethod::Rcp) => Some(PipelineStage::Rcp),
            (_, DeployMethod::Unknown) => None,
        }
    }

    fn stack_set(&mut self, resource: &Resource<'d>, accounts: &AccountSet) -> Result<StackSet<'d>, Failure> {
        if self.version == Version::V1 {
            check_v1_method(resource)?;
        }
        let template_url = self.files.stage(&file_of(resource))?;
        let mut regions: Vec<Cow<'d, str>> =
            resource.regions.iter().filter_map(|region| text::item(region.node)).collect();
        if regions.is_empty() {
            regions.push(self.region.clone());
        }
        let parameters = self.parameters(resource, accounts)?;
        let exports = parameters::exports(resource)?;
        Ok(StackSet { template_url, regions, parameters, exports })
    }

    /// `parameter_file` together with `parameters` gives none at all: neither branch of CfCT is taken.
    fn parameters(&mut self, resource: &Resource<'d>, accounts: &AccountSet) -> Result<Parameters, Failure> {
        let file = resource.parameter_file.map_or(Cow::Borrowed(""), |file| text_of(file.node));
        let has_inline = self.version != Version::V1 && !resource.parameters.is_empty();
        match (file.is_empty(), has_inline) {
            (true, _) if self.version == Version::V1 => Ok(Parameters::default()),
            (true, _) => parameters::inline(resource, accounts),
            (false, false) => self.parameter_files.read(&file, &self.files, accounts),
            (false, true) => Ok(Parameters::default()),
        }
    }

    fn policy(
        &self,
        resource: &Resource<'d>,
        attached: Result<Vec<(Cow<'d, str>, UnitIndex)>, Failure>,
    ) -> Result<Policy<'d>, Failure> {
        // CfCT stages the document before it looks at the units.
        let url = self.files.stage(&file_of(resource))?;
        let mut units = attached?;
        let mut seen = HashSet::new();
        units.retain(|(name, _)| seen.insert(name.clone()));
        units.sort();
        let description = resource.description.map_or(Cow::Borrowed(""), |text| text_of(text.node));
        Ok(Policy { description, url, units })
    }
}

fn file_of<'d>(resource: &Resource<'d>) -> Cow<'d, str> {
    resource.file.map_or(Cow::Borrowed(""), |file| text_of(file.node))
}

/// v1 compares the method in lower case and raises on any other (`parse_stack_set_manifest_v1`).
fn check_v1_method(resource: &Resource<'_>) -> Result<(), Failure> {
    let method = resource.method_node.map_or(Cow::Borrowed(""), text_of);
    if method.to_lowercase() == DeployMethod::StackSet.as_str() {
        return Ok(());
    }
    let name = resource.name.map_or(Cow::Borrowed(""), |name| text_of(name.node));
    let message = format!("Unsupported deploy_method: {method} found for resource {name}");
    Err(Failure::new(Exception::ValueError, message))
}

#[cfg(test)]
mod tests;
