//! Everything that can be said of a configuration package, alone or against an organization.
//!
//! Each check is a function over [`Context`] in a file of its own, with its codes beside it in the same
//! file. [`run`] is the list of them.

pub(crate) mod address;
mod backup_attachments;
mod backup_effective;
mod backup_policies;
pub(crate) mod bootstrap;
mod conceal;
pub(crate) mod contents;
pub(crate) mod edit;
pub(crate) mod export_outputs;
pub(crate) mod file_names;
pub(crate) mod files;
pub mod grep;
pub(crate) mod helpers;
pub(crate) mod ignored_keys;
pub(crate) mod layout;
mod migration;
pub(crate) mod names;
pub(crate) mod organization_accounts;
pub(crate) mod organization_targets;
pub(crate) mod organization_units;
pub(crate) mod orphans;
pub(crate) mod parameter_names;
pub(crate) mod parameter_rules;
pub(crate) mod parameter_secrets;
pub(crate) mod parameter_sources;
pub(crate) mod parameter_values;
pub(crate) mod parameter_zeros;
mod paths;
pub(crate) mod placeholders;
pub(crate) mod policy;
mod portfolio;
pub(crate) mod protection;
pub(crate) mod regions;
pub(crate) mod ssm_parameters;
pub(crate) mod stack_exports;
pub(crate) mod stack_set_deletion;
pub(crate) mod target_names;
pub(crate) mod targets;
pub(crate) mod template_artifacts;
pub(crate) mod template_cycles;
pub(crate) mod template_functions;
pub(crate) mod template_members;
pub(crate) mod template_partitions;
pub(crate) mod template_policies;
pub(crate) mod template_protection;
pub(crate) mod template_quota;
pub(crate) mod template_references;
pub(crate) mod template_shape;
pub(crate) mod template_stateful;
pub(crate) mod template_unused;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod values;
pub(crate) mod versions;

use crate::configuration::{Configuration, ConfigurationFile, Content, Role};
use crate::deployed;
use crate::document;
use crate::finding::{Finding, Stage};
use crate::generated;
use crate::guardrails::policy_tests;
use crate::limits::Limits;
use crate::manifest::{self, Manifest};
use crate::organization::{self, Organization};
use crate::parallel;
use crate::resolution::{self, InputSettings, Resolution};
use crate::selection;
use crate::settings::{self, Known, Settings};
use crate::source::PackagePath;
use crate::stack_set_definition::{StackSetDefinition, Templates};
use crate::template::Template;

/// What a check sees.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The package.
    pub configuration: &'c Configuration,
    /// The manifest, where one could be read.
    pub manifest: Option<&'c Manifest<'c>>,
    /// The organization, where one was given and could be read.
    pub organization: Option<&'c Organization>,
    /// What CfCT makes of the manifest in the organization, where there are both.
    pub resolution: Option<&'c Resolution<'c>>,
    /// The templates: those under `templates/`, and those that the manifest names.
    pub templates: &'c Templates<'c>,
    /// The stack sets, in the order of the manifest.
    pub stack_sets: &'c [StackSetDefinition<'c>],
    /// What is deployed, where the organization came in a snapshot that says so.
    pub deployed: Option<&'c deployed::Reading>,
    /// What `cfct.toml` says.
    pub settings: &'c Settings,
    /// What AWS allows.
    pub limits: &'c Limits,
}

impl Context<'_> {
    /// Reads what the checks share and hands it to `use_it`.
    pub fn with<R>(
        configuration: &Configuration,
        organization: Option<&Organization>,
        use_it: impl FnOnce(&Context<'_>) -> R,
    ) -> R {
        let manifest = configuration.manifest().map(Manifest::read);
        let resolution = manifest.as_ref().zip(organization).map(|(manifest, organization)| {
            resolution::resolve(manifest, organization, configuration, &InputSettings::default())
        });
        let documents = configuration.of_role(Role::Template);
        let documents = documents.filter_map(|(path, file)| Some((path, file.document.as_ref()?))).collect();
        let templates = parallel::map(documents, |(path, document)| (path, Template::read(document)));
        let templates: Templates<'_> = templates.into_iter().collect();
        let stack_sets = manifest
            .as_ref()
            .map(|manifest| StackSetDefinition::all(manifest, &templates, configuration))
            .unwrap_or_default();
        let (settings, _) = settings_of(configuration);
        let limits = Limits::with(&settings.limits);
        let deployed =
            organization.and_then(|organization| deployed::read_beside(organization.source(), organization));
        use_it(&Context {
            configuration,
            manifest: manifest.as_ref(),
            organization,
            resolution: resolution.as_ref(),
            templates: &templates,
            stack_sets: &stack_sets,
            deployed: deployed.as_ref(),
            settings: &settings,
            limits: &limits,
        })
    }
}

/// A check: appends what it finds.
type Check = fn(&Context<'_>, &mut Vec<Finding>);

/// Every check, in no order that matters: findings are sorted at the end.
const CHECKS: &[Check] = &[
    manifest_schema,
    deployed_state,
    contents::check,
    backup_attachments::check,
    backup_policies::check,
    backup_effective::check,
    bootstrap::check,
    grep::check,
    files::check,
    names::check,
    organization_accounts::check,
    organization_targets::check,
    policy::slots::check,
    organization_units::check,
    policy::actions::check,
    policy::conditions::check,
    policy::elements::check,
    policy::size::check,
    policy_tests::check::check,
    portfolio::check,
    protection::check,
    protection::access_policies::check,
    protection::control_tower::check,
    protection::guardrails::check,
    regions::check,
    targets::check,
    target_names::check,
    ignored_keys::check,
    parameter_names::check,
    parameter_rules::check,
    parameter_secrets::check,
    parameter_sources::check,
    parameter_values::check,
    parameter_zeros::check,
    helpers::check,
    ssm_parameters::check,
    layout::check,
    file_names::check,
    orphans::check,
    versions::check,
    placeholders::check,
    stack_set_deletion::check,
    selection::check,
    export_outputs::check,
    stack_exports::check,
    template_artifacts::check,
    template_cycles::check,
    template_functions::check,
    template_members::check,
    template_partitions::check,
    template_policies::check,
    template_protection::check,
    template_quota::check,
    template_references::check,
    template_shape::check,
    template_stateful::check,
    template_unused::check,
    values::check,
    generated::check,
];

/// Runs every check over the package and applies its settings. Findings are sorted by file, then place,
/// then code.
#[must_use]
pub fn run(configuration: &Configuration) -> Vec<Finding> {
    run_with(configuration, None)
}

/// Like [`run_with`], and also what will not be in the package that is about to be made.
#[must_use]
pub fn run_to_package(
    configuration: &Configuration,
    organization: Option<&organization::Reading>,
) -> Vec<Finding> {
    let left_out = if organization.is_none() { generated::left_out(configuration) } else { Vec::new() };
    run_over(configuration, organization, left_out)
}

/// Like [`run`], and with an organization also every check that needs one, and what is wrong with its file.
#[must_use]
pub fn run_with(configuration: &Configuration, organization: Option<&organization::Reading>) -> Vec<Finding> {
    run_over(configuration, organization, Vec::new())
}

fn run_over(
    configuration: &Configuration,
    organization: Option<&organization::Reading>,
    mut findings: Vec<Finding>,
) -> Vec<Finding> {
    findings.extend(configuration.files.iter().flat_map(|(path, file)| of_reader(path, file)));
    findings.extend(organization.iter().flat_map(|reading| reading.findings.iter().cloned()));
    let readable = organization.and_then(|reading| reading.organization.as_ref());
    Context::with(configuration, readable, |context| {
        let found = parallel::map(CHECKS.to_vec(), |check| {
            let mut found = Vec::new();
            check(context, &mut found);
            found
        });
        findings.extend(found.into_iter().flatten());
    });
    conceal::conceal(&mut findings);
    let (settings, about_settings) = settings_of(configuration);
    findings.extend(about_settings);
    let known = if organization.is_some() { Known::Organization } else { Known::Package };
    let mut findings = settings.apply(findings, known);
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.primary.span, finding.code.name);
        (a.primary.source.name(), key(a), &a.message).cmp(&(b.primary.source.name(), key(b), &b.message))
    });
    // An anchored value is used by several resources, and wrong in the same way in each.
    findings.dedup_by(|a, b| {
        a.code == b.code
            && a.primary.span == b.primary.span
            && a.message == b.message
            && a.primary.source.name() == b.primary.source.name()
    });
    findings
}

/// What the document reader found in a file. Of what cannot be read it says where a manifest (YAML) or a
/// policy (JSON) fails; here that becomes the stage that first opens this file.
fn of_reader<'c>(path: &PackagePath, file: &'c ConfigurationFile) -> impl Iterator<Item = Finding> + use<'c> {
    let stage = reading_stage(path, file.role);
    file.findings.iter().map(move |finding| match finding.stage {
        // `json.tool` passes what Python's json takes.
        Stage::Policy if stage == Stage::BuildFiles && document::codes::is_pythons(finding.code) => {
            finding.clone().stage(Stage::StackSet)
        }
        Stage::BuildYaml | Stage::Policy => finding.clone().stage(stage),
        _ => finding.clone(),
    })
}

/// The stage that first opens a file.
fn reading_stage(path: &PackagePath, role: Role) -> Stage {
    match role {
        Role::Template => template_shape::stage_of(path),
        // `run-validation.sh` runs `json.tool` over parameters/; other parameter files are opened by the parser.
        Role::Parameters if path.is_under("parameters") => Stage::BuildFiles,
        Role::Parameters => Stage::StackSet,
        Role::Policy | Role::BackupPolicy | Role::Attachments => Stage::Policy,
        // CfCT never sees them.
        Role::PolicyTests => Stage::Advice,
        Role::Portfolio => Stage::Silent,
        Role::Manifest | Role::Settings | Role::Other => Stage::BuildYaml,
    }
}

/// The package's settings, and what is wrong with them.
#[must_use]
pub fn settings_of(configuration: &Configuration) -> (Settings, Vec<Finding>) {
    configuration
        .of_role(Role::Settings)
        .find_map(|(_, file)| match &file.content {
            Content::Text(source) => Some(settings::read(source)),
            _ => None,
        })
        .unwrap_or_default()
}

/// What is wrong with the deployed state of a snapshot.
fn deployed_state(context: &Context<'_>, findings: &mut Vec<Finding>) {
    findings.extend(context.deployed.iter().flat_map(|reading| reading.findings.iter().cloned()));
}

fn manifest_schema(context: &Context<'_>, findings: &mut Vec<Finding>) {
    findings.extend(context.manifest.iter().flat_map(|manifest| manifest::schema::check(manifest.document)));
}
