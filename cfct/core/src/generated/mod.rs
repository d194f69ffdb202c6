//! What packaging adds to a configuration: CfCT has no `deploy_method` for backup policies, so they become a
//! CloudFormation template and a stack set resource that deploys it. The source stays as it is.

pub mod codes;
mod insertion;
mod logical_id;
mod resource;
mod template;

use crate::aws::AccountId;
use crate::backup_policy::attachments::{self, Attachments};
use crate::backup_policy::placement;
use crate::checks::{Context, settings_of};
use crate::configuration::{ATTACHMENTS, Configuration, Kind, Role};
use crate::document::Document;
use crate::finding::{Finding, Level};
use crate::limits::Limits;
use crate::manifest::{Manifest, Version, schema};
use crate::organization::{Account, AccountStatus, Organization};
use crate::settings::Settings;
use crate::source::{Location, PackagePath};
use crate::words::{excerpt, head, nearest};

use codes::organization::{ACCOUNT, EXECUTION_ROLE, TOO_LARGE};
use codes::package::{COLLISION, MANIFEST_FORM};
use codes::packaging::WITHOUT_ORGANIZATION;
use template::PolicyResource;

/// The name of the resource in the packaged manifest; the stack set is `CustomControlTower-` and this.
pub const RESOURCE: &str = "org-backup-policies";

/// The template's path in the package. CfCT validates it with everything else under `templates/`.
pub const TEMPLATE: &str = "templates/generated/backup-policies.json";

/// What packaging adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Where the template goes in the package.
    pub path: PackagePath,
    /// The template's text, JSON.
    pub template: String,
    /// The manifest's whole text with the resource added.
    pub manifest: String,
}

/// Renders the backup policies of a package for an organization. `None` where there is none to render, or
/// something forbids it: then a check has an error to say.
#[must_use]
pub fn generate(configuration: &Configuration, organization: &Organization) -> Option<Generated> {
    let manifest = configuration.manifest().map(Manifest::read)?;
    Generation::of(configuration, &manifest)?.run(Some(organization)).0
}

/// Says what stands in the way.
pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    let generation = Generation::of(context.configuration, manifest);
    findings.extend(generation.into_iter().flat_map(|generation| generation.run(context.organization).1));
}

/// Says what will not be in a package that is made without an organization.
pub(crate) fn left_out(configuration: &Configuration) -> Option<Finding> {
    let manifest = configuration.manifest().map(Manifest::read)?;
    let generation = Generation::of(configuration, &manifest)?;
    let count = generation.attachments.policies.len();
    let plural = if count == 1 { "policy is" } else { "policies are" };
    let place = head(generation.attachments_document.root()?);
    let finding =
        Finding::new(&WITHOUT_ORGANIZATION, &place, format!("{count} backup {plural} not packaged"));
    // CfCT deletes each stack set that the manifest no longer names.
    Some(if manifest.enable_stack_set_deletion {
        finding.level(Level::Error).help(
            "give `--organization`: with `enable_stack_set_deletion: true` this package would delete the \
             policies that an earlier one deployed",
        )
    } else {
        finding.help("give `--organization FILE`, as `cfct snapshot` writes it")
    })
}

/// The attached policies of a package, and what they are rendered with.
struct Generation<'g> {
    configuration: &'g Configuration,
    manifest: &'g Manifest<'g>,
    attachments: Attachments<'g>,
    attachments_document: &'g Document,
    settings: Settings,
    limits: Limits,
}

impl<'g> Generation<'g> {
    /// `None` where no policy is attached, or the manifest is none that CfCT takes.
    fn of(configuration: &'g Configuration, manifest: &'g Manifest<'g>) -> Option<Self> {
        let document =
            configuration.of_role(Role::Attachments).find_map(|(_, file)| file.document.as_ref())?;
        let attachments = attachments::read(document).0;
        let is_something = !attachments.policies.is_empty() && schema::check(manifest.document).is_empty();
        is_something.then(|| {
            let settings = settings_of(configuration).0;
            Self {
                configuration,
                manifest,
                attachments,
                attachments_document: document,
                limits: Limits::with(&settings.limits),
                settings,
            }
        })
    }

    fn run(&self, organization: Option<&Organization>) -> (Option<Generated>, Vec<Finding>) {
        let mut findings: Vec<Finding> = self.collisions().collect();
        let account = organization.and_then(|organization| self.account(organization, &mut findings));
        // Where it can go does not depend on the account, so it is tried without one, too.
        let written = account.map_or_else(|| "000000000000".to_owned(), |account| account.to_string());
        let manifest = self.insert(&written, &mut findings).filter(|_| account.is_some());
        let Some(organization) = organization else { return (None, findings) };
        let policies = self.policies(organization);
        let rendered = policies.as_ref().map(|policies| template::render(policies));
        findings.extend(rendered.as_ref().and_then(|text| self.too_large(text)));
        let is_sound = findings.iter().all(|finding| finding.code.level != Level::Error);
        let generated = PackagePath::new(TEMPLATE).zip(rendered).zip(manifest).filter(|_| is_sound);
        let generated = generated.map(|((path, template), manifest)| Generated { path, template, manifest });
        (generated, findings)
    }

    /// The manifest with the resource.
    fn insert(&self, account: &str, findings: &mut Vec<Finding>) -> Option<String> {
        let region = self.manifest.region.map(|region| region.value);
        let refused = if self.manifest.version == Version::V2 {
            match insertion::insert(self.manifest.document, &resource::lines(account, region)) {
                Ok(text) => return Some(text),
                Err(refused) => refused,
            }
        } else {
            let at = self
                .manifest
                .version_node
                .map_or_else(|| Location::file(self.manifest.document.source()), |node| head(node));
            insertion::Refused { at, message: "a resource is only added to a manifest of version 2021-03-15" }
        };
        let help = match self.manifest.version {
            Version::V2 => "write `resources` as a list with a line and a dash for each resource",
            _ => "`check --fix` turns the manifest into version 2021-03-15",
        };
        findings.push(Finding::new(&MANIFEST_FORM, &refused.at, refused.message).help(help));
        None
    }

    /// Names and paths that are taken.
    fn collisions(&self) -> impl Iterator<Item = Finding> {
        let named = self.manifest.resources.iter().filter_map(|resource| resource.name);
        let named = named.filter(|name| name.value.trim().eq_ignore_ascii_case(RESOURCE)).map(|name| {
            Finding::new(&COLLISION, &name.node, format!("packaging adds a resource called `{RESOURCE}`"))
                .help(format!("give this one another name, or take {ATTACHMENTS} out of the package"))
        });
        let wrong = |path: &PackagePath, is_template: bool| match self.configuration.listing.get(path) {
            None => false,
            Some(listed) => is_template || listed.kind != Kind::Folder,
        };
        let places = [(TEMPLATE, true), ("templates/generated", false), ("templates", false)];
        let taken = places.into_iter().filter_map(move |(place, is_template)| {
            let path = PackagePath::new(place).filter(|path| wrong(path, is_template))?;
            let message = format!("packaging writes the backup policies to {TEMPLATE}");
            let place = self.configuration.location(&path);
            Some(Finding::new(&COLLISION, &place, message).help(format!("rename {path}")))
        });
        named.chain(taken)
    }

    /// The account that the policies are deployed from: the one that is set, or the management account.
    fn account(&self, organization: &Organization, findings: &mut Vec<Finding>) -> Option<AccountId> {
        let Some((written, place)) = &self.settings.backup_policies_account else {
            let place = self.attachments_document.root().map(head)?;
            let Some(management) = organization.management() else {
                let message = "the organization names no management account to deploy backup policies from";
                findings
                    .push(Finding::new(&ACCOUNT, &place, message).help(
                        "take a new snapshot, or set `account` under `[backup-policies]` in cfct.toml",
                    ));
                return None;
            };
            let account = organization.account(management);
            findings.push(needs_role(account, &place));
            return Some(account.id);
        };
        match delegated(written, organization) {
            Ok(account) => {
                let is_management = organization.management().map(|index| organization.account(index).id);
                findings.extend((is_management == Some(account.id)).then(|| needs_role(account, place)));
                Some(account.id)
            }
            Err((message, help)) => {
                findings.push(Finding::new(&ACCOUNT, place, message).help(help));
                None
            }
        }
    }

    /// The policies to render; `None` where one is unusable, which its own check says.
    fn policies(&self, organization: &Organization) -> Option<Vec<PolicyResource<'g>>> {
        let targets = placement::target_ids(&self.attachments, organization);
        let policies = self.attachments.policies.iter().zip(targets);
        policies
            .map(|(attached, mut target_ids)| {
                let path = PackagePath::new(attached.file?.value)?;
                let document = self.configuration.document(&path)?;
                let content = crate::policy::minify(document.source().text()).ok()?;
                target_ids.sort();
                let description = attached.description.map(|description| description.value);
                Some(PolicyResource { name: attached.name?.value, description, content, target_ids })
            })
            .collect()
    }

    fn too_large(&self, template: &str) -> Option<Finding> {
        let limits = &self.limits.template;
        let count = self.attachments.policies.len();
        let message = if count > limits.resources.value {
            format!("{count} policies, and a template holds {} resources", limits.resources.value)
        } else if template.len() > limits.bytes.value {
            format!(
                "the template has {} bytes, and CloudFormation takes {}",
                template.len(),
                limits.bytes.value
            )
        } else {
            return None;
        };
        let place = head(self.attachments_document.root()?);
        Some(Finding::new(&TOO_LARGE, &place, message).help("merge policies that have the same targets"))
    }
}

fn needs_role(account: &Account, place: &Location) -> Finding {
    let message = format!("backup policies are deployed to the management account, {}", account.id);
    Finding::new(&EXECUTION_ROLE, place, message).help(
        "create the role AWSControlTowerExecution there, trusting the account itself, before the first push; \
         or make a member account the delegated administrator of backup policies and set `account` under \
         `[backup-policies]` in cfct.toml",
    )
}

/// The account that a setting names, by id or name.
fn delegated<'o>(written: &str, organization: &'o Organization) -> Result<&'o Account, (String, String)> {
    let shown = excerpt(written);
    let found = match written.parse::<AccountId>() {
        Ok(id) => organization.account_by_id(id).into_iter().collect(),
        Err(_) => organization.accounts_by_name(written).to_vec(),
    };
    let listed: Vec<_> = found
        .into_iter()
        .filter(|index| organization.account(*index).status != AccountStatus::Unlisted)
        .collect();
    let [index] = listed[..] else {
        if listed.is_empty() {
            let names = organization.accounts().map(|(_, account)| &*account.name);
            let help = match nearest(written, names.filter(|name| !name.is_empty())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the account's id, or its name".to_owned(),
            };
            return Err((format!("there is no account `{shown}`"), help));
        }
        return Err((format!("{} accounts are called `{shown}`", listed.len()), "write its id".to_owned()));
    };
    let account = organization.account(index);
    if !account.is_active() {
        let message = format!("{} is {}", account.display(), account.status.as_str());
        return Err((message, "name an account that is active".to_owned()));
    }
    let is_enrolled = organization.baseline().accounts.contains(index);
    if !is_enrolled && organization.management() != Some(index) {
        let message = format!("{} is not enrolled in Control Tower", account.display());
        return Err((message, "enroll it, or name another account: CfCT drops this one".to_owned()));
    }
    Ok(account)
}

#[cfg(test)]
mod tests;
