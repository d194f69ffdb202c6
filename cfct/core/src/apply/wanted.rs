//! What a configuration wants, in an organization.

use std::collections::{BTreeMap, BTreeSet};

use super::policies::{PolicyType, Wanted};
use super::settings::{self, Desired, Place};
use crate::aws::AccountId;
use crate::backup_policy::attachments;
use crate::backup_policy::placement;
use crate::configuration::{Configuration, Role};
use crate::manifest::Manifest;
use crate::organization::{AccountStatus, Organization};
use crate::policy::minify;
use crate::resolution::{self, Deployment, InputSettings, Meaning, PipelineStage};
use crate::settings::OrganizationSettings;
use crate::source::{Location, PackagePath};
use crate::words::{excerpt, head};

/// Why a configuration cannot be applied to this organization.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Where it is written; `None` where it is nowhere in particular.
    pub place: Option<Location>,
    /// What is wrong.
    pub message: String,
}

/// The policies that a configuration has, attached in an organization: backup policies of `attachments.yaml` in
/// its order, then service and resource control policies of the manifest.
///
/// # Errors
/// Where a policy cannot be read, or a target is not there: CfCT would leave it out and say nothing, and what
/// is attached there now would be detached.
pub fn policies(
    configuration: &Configuration,
    organization: &Organization,
) -> Result<Vec<Wanted>, Vec<Refused>> {
    let mut refused = Vec::new();
    let mut wanted = backup_policies(configuration, organization, &mut refused);
    wanted.extend(control_policies(configuration, organization, &mut refused));
    if refused.is_empty() { Ok(wanted) } else { Err(refused) }
}

fn backup_policies(
    configuration: &Configuration,
    organization: &Organization,
    refused: &mut Vec<Refused>,
) -> Vec<Wanted> {
    let document = configuration.of_role(Role::Attachments).find_map(|(_, file)| file.document.as_ref());
    let Some(document) = document else { return Vec::new() };
    let attachments = attachments::read(document).0;
    let placement = placement::Placement::of(configuration, organization);
    refused.extend(
        placement.findings.iter().map(|finding| Refused {
            place: Some(finding.primary.clone()),
            message: finding.message.clone(),
        }),
    );
    let targets = placement::target_ids(&attachments, organization);
    let policies = attachments.policies.iter().zip(targets);
    policies
        .filter_map(|(attached, targets)| {
            let content = attached.file.and_then(|file| content(configuration, file.value));
            let Some((name, content)) = attached.name.zip(content) else {
                let message = format!("the policy {} cannot be read", attached.display_name());
                refused.push(Refused { place: None, message });
                return None;
            };
            Some(Wanted {
                kind: PolicyType::BackupPolicy,
                name: name.value.to_owned(),
                description: attached.description.map(|text| text.value.to_owned()).unwrap_or_default(),
                content,
                targets,
            })
        })
        .collect()
}

fn control_policies(
    configuration: &Configuration,
    organization: &Organization,
    refused: &mut Vec<Refused>,
) -> Vec<Wanted> {
    let Some(manifest) = configuration.manifest().map(Manifest::read) else { return Vec::new() };
    let resolution = resolution::resolve(&manifest, organization, configuration, &InputSettings::default());
    let mut wanted = Vec::new();
    for resolved in &resolution.resources {
        let kind = match resolved.stage {
            PipelineStage::Scp => PolicyType::ServiceControlPolicy,
            PipelineStage::Rcp => PolicyType::ResourceControlPolicy,
            PipelineStage::StackSet => continue,
        };
        for target in &resolved.targets {
            if matches!(target.meaning, Meaning::UnknownUnit | Meaning::NoUnit) {
                let message = format!("there is no organizational unit `{}`", excerpt(&target.text));
                refused.push(Refused { place: Some(head(target.node)), message });
            }
        }
        let file = manifest.resources.get(resolved.resource).and_then(|resource| resource.file);
        let text = file.and_then(|file| content(configuration, file.value));
        let (Ok(Deployment::Policy(policy)), Some(content)) = (&resolved.outcome, text) else {
            let message = format!("the {} {} cannot be read", kind.name(), resolved.name);
            refused.push(Refused { place: None, message });
            continue;
        };
        let units = policy.units.iter().map(|(_, unit)| organization.unit(*unit).id.to_string());
        wanted.push(Wanted {
            kind,
            name: resolved.name.clone().into_owned(),
            description: policy.description.clone().into_owned(),
            content,
            targets: units.collect(),
        });
    }
    wanted
}

fn content(configuration: &Configuration, path: &str) -> Option<String> {
    let document = configuration.document(&PackagePath::new(path)?)?;
    minify(document.source().text()).ok()
}

/// The settings that a configuration asks for, and those that its policies need.
///
/// # Errors
/// Where an account is not there.
pub fn settings(
    written: &OrganizationSettings,
    needed: &BTreeSet<PolicyType>,
    organization: &Organization,
    home_region: &str,
) -> Result<Desired, Vec<Refused>> {
    let mut refused = Vec::new();
    let mut trusted_access = written.trusted_access.clone();
    let mut policy_types: BTreeSet<String> = written.policy_types.clone();
    policy_types.extend(needed.iter().map(|kind| kind.as_str().to_owned()));
    if policy_types.contains(PolicyType::BackupPolicy.as_str()) {
        // Without it the type cannot be turned on.
        // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_enable-disable.html
        trusted_access.insert(settings::BACKUP.to_owned());
    }
    let mut administrators: BTreeSet<(String, AccountId)> = BTreeSet::new();
    for (service, account, place) in &written.delegated_administrators {
        match account_of(account, organization) {
            Ok(account) => {
                trusted_access.insert(service.clone());
                administrators.insert((service.clone(), account));
            }
            Err(message) => refused.push(Refused { place: Some(place.clone()), message }),
        }
    }
    let desired = Desired {
        trusted_access,
        stack_sets: written.stack_sets,
        policy_types,
        administrators,
        global: written.global.clone(),
        opt_ins: places(written, organization, home_region),
    };
    if refused.is_empty() { Ok(desired) } else { Err(refused) }
}

fn places(
    written: &OrganizationSettings,
    organization: &Organization,
    home_region: &str,
) -> BTreeMap<Place, BTreeMap<String, bool>> {
    if written.opt_in.is_empty() {
        return BTreeMap::new();
    }
    let management = organization.management().map(|index| organization.account(index).id);
    let members =
        organization.accounts().filter(|(_, account)| written.opt_in_members && account.is_active());
    let accounts = management.into_iter().chain(members.map(|(_, account)| account.id));
    let regions: Vec<String> = match &written.opt_in_regions[..] {
        [] => vec![home_region.to_owned()],
        regions => regions.to_vec(),
    };
    let places = accounts
        .flat_map(|account| regions.iter().map(move |region| Place { account, region: region.clone() }));
    places.map(|place| (place, written.opt_in.clone())).collect()
}

fn account_of(written: &str, organization: &Organization) -> Result<AccountId, String> {
    let shown = excerpt(written);
    let found = match written.parse::<AccountId>() {
        Ok(id) => organization.account_by_id(id).into_iter().collect(),
        Err(_) => organization.accounts_by_name(written).to_vec(),
    };
    let listed = found.into_iter().map(|index| organization.account(index));
    let listed: Vec<_> = listed.filter(|account| account.status != AccountStatus::Unlisted).collect();
    match listed[..] {
        [account] => Ok(account.id),
        [] => Err(format!("there is no account `{shown}`")),
        _ => Err(format!("{} accounts are called `{shown}`", listed.len())),
    }
}
