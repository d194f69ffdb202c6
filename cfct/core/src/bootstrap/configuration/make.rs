//! From a configuration package and its organization to what the companion goes by.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Configuration, Delivery, FORMAT, Framework, Lock, Made, OrganizationWide, Portfolio, Protection,
    RestoreTesting, SharedVault, StackSet, Targets,
};
use crate::aws::{AccountId, OuPath, Region};
use crate::bootstrap::thing::{Kind, LockContent};
use crate::checks::{Context, settings_of};
use crate::configuration::Configuration as Package;
use crate::created::{Apart, Created, VaultKind};
use crate::deployment::form::partition_of;
use crate::deployment::{AccountRole, Deployment};
use crate::generated::Catalog;
use crate::organization::{Organization, UnitIndex};
use crate::resolution::{Deployment as Sent, Meaning, PipelineStage, Resolved, STACK_SET_PREFIX};
use crate::settings::{BootstrapSettings, LockSettings, Settings};

/// The policies that the backup role gets where nobody says otherwise: those of the templates.
const MANAGED_POLICIES: [&str; 4] = [
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
];

/// What a framework looks at where nobody says otherwise: what needs no parameters.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/controls-and-remediation.html>
const CONTROLS: [&str; 3] = [
    "BACKUP_RECOVERY_POINT_ENCRYPTED",
    "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED",
    "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
];

/// Days of grace where nobody says otherwise: time to notice.
const GRACE: u32 = 30;

/// What the companion goes by, for a package in its organization. `None` where `cfct.toml` has no `[bootstrap]`, or
/// the organization names no management account.
///
/// `catalog` is what packaging generated for portfolios.
#[must_use]
pub fn make(
    package: &Package,
    organization: &Organization,
    catalog: Option<&Catalog>,
) -> Option<Configuration> {
    let settings = settings_of(package).0;
    let bootstrap = settings.bootstrap.clone()?;
    let management = organization.account(organization.management()?).id;
    Context::with(package, Some(organization), |context| {
        let manifest = context.manifest?;
        let resolution = context.resolution?;
        let created = Created::of(
            manifest,
            context.stack_sets,
            resolution,
            organization,
            context.deployed.and_then(|reading| reading.deployed.as_ref()),
            &Apart::default(),
        );
        let stack_sets = resolution.resources.iter().filter(|found| found.stage == PipelineStage::StackSet);
        let stack_sets = stack_sets.filter_map(|resolved| {
            let resource = manifest.resources.get(resolved.resource)?;
            let order = context.stack_sets.iter().position(|found| std::ptr::eq(found.resource, resource))?;
            stack_set(resolved, order, &created, organization)
        });
        let making = Making { settings: &settings, bootstrap: &bootstrap, organization, management };
        making.configuration(stack_sets.collect(), &created, catalog)
    })
}

/// A stack set: where its instances go, and what of interest it makes.
fn stack_set(
    resolved: &Resolved<'_>,
    order: usize,
    created: &Created<'_>,
    organization: &Organization,
) -> Option<StackSet> {
    let Ok(Sent::StackSet(sent)) = &resolved.outcome else { return None };
    let mut targets = Targets::default();
    for target in &resolved.targets {
        match &target.meaning {
            Meaning::EveryEnrolled => targets.all = true,
            Meaning::Unit(unit) => {
                targets.units.insert(organization.path(*unit).to_string());
            }
            Meaning::Accounts(named) => {
                let kept = named.iter().filter(|named| named.kept);
                targets.accounts.extend(kept.map(|named| organization.account(named.account).id));
            }
            Meaning::Overridden | Meaning::UnknownUnit | Meaning::NoUnit | Meaning::IgnoredAccount => {}
        }
    }
    let mut makes = BTreeSet::new();
    for deployment in created.deployments.iter().filter(|deployment| deployment.order == order) {
        let vaults = deployment.vaults.iter().filter_map(|vault| Some((Kind::Vault, vault.name.text()?)));
        let roles = deployment.roles.iter().filter_map(|role| Some((Kind::Role, role.name.text()?)));
        makes.extend(vaults.chain(roles).map(|(kind, name)| Made { kind, name: name.to_owned() }));
    }
    Some(StackSet {
        name: format!("{STACK_SET_PREFIX}{}", resolved.name),
        targets,
        regions: sent.regions.iter().map(ToString::to_string).collect(),
        makes: makes.into_iter().collect(),
    })
}

struct Making<'m> {
    settings: &'m Settings,
    bootstrap: &'m BootstrapSettings,
    organization: &'m Organization,
    management: AccountId,
}

impl Making<'_> {
    fn configuration(
        &self,
        stack_sets: Vec<StackSet>,
        created: &Created<'_>,
        catalog: Option<&Catalog>,
    ) -> Option<Configuration> {
        let home = self.settings.home_region.clone();
        let home =
            home.or_else(|| self.organization.home_region.as_ref().map(|home| home.value.to_string()))?;
        let partition = self.organization.partition().unwrap_or_else(|| partition_of(&home)).to_owned();
        let same = Region::all().iter().find(|region| region.partition == partition);
        let protects = self.protects(&stack_sets);
        let regions = self.regions(&home);
        let delivery = self.bootstrap.delivery.0;
        let written = &self.settings.organization;
        let wide = OrganizationWide {
            trusted_access: written.trusted_access.clone(),
            policy_types: written.policy_types.clone(),
            global_settings: written.global.clone(),
            opt_ins: written.opt_in.clone(),
            vaults: self.vaults(&protects, created),
            portfolios: catalog.map(|catalog| self.portfolios(catalog, &home)).unwrap_or_default(),
        };
        Some(Configuration {
            format: FORMAT,
            url_suffix: same.map_or("amazonaws.com", |region| region.url_suffix).to_owned(),
            regions,
            organization: self.organization.id().map(str::to_owned),
            management_account: self.management,
            role: self
                .settings
                .companion_role
                .clone()
                .unwrap_or_else(|| "AWSControlTowerExecution".to_owned()),
            ready_bus: self.bootstrap.ready_bus.clone(),
            delivery,
            protection: (delivery == Delivery::Direct).then(|| self.protection(&wide.vaults, &partition)),
            protects,
            opt_ins: if written.opt_in_members { written.opt_in.clone() } else { BTreeMap::new() },
            enables_regions: self.bootstrap.enables_regions,
            stack_sets: stack_sets.into_iter().filter(|found| matters(found, delivery)).collect(),
            organization_wide: wide,
            home_region: home,
            partition,
        })
    }

    /// The accounts that are protected: those that are said; else those that the configuration is written for; else
    /// those that get a vault.
    fn protects(&self, stack_sets: &[StackSet]) -> Targets {
        if !self.bootstrap.units.is_empty() {
            return Targets { units: self.bootstrap.units.clone(), ..Targets::default() };
        }
        let written = self.settings.deployment.as_ref().map(|answers| &answers.backup_units);
        match written.filter(|units| !units.is_empty()) {
            Some(units) => {
                Targets { units: units.iter().map(ToString::to_string).collect(), ..Targets::default() }
            }
            None => {
                let with_vault =
                    stack_sets.iter().filter(|found| found.makes.iter().any(|made| made.kind == Kind::Vault));
                let units = with_vault.flat_map(|found| found.targets.units.iter().cloned());
                Targets { units: units.collect(), ..Targets::default() }
            }
        }
    }

    fn regions(&self, home: &str) -> Vec<String> {
        if !self.bootstrap.regions.is_empty() {
            return self.bootstrap.regions.clone();
        }
        let recovery = self.settings.deployment.as_ref().and_then(|answers| answers.recovery_region.clone());
        let recovery = recovery.filter(|region| region != home);
        [home.to_owned()].into_iter().chain(recovery).collect()
    }

    /// The accounts that hold vaults for others.
    fn copy_accounts(&self) -> BTreeSet<AccountId> {
        if !self.bootstrap.copy_accounts.is_empty() {
            return self.bootstrap.copy_accounts.clone();
        }
        let answers = self.settings.deployment.iter();
        let accounts = answers.flat_map(|answers| {
            let roles = [AccountRole::CentralBackup, AccountRole::DataBunker];
            roles.into_iter().filter_map(|role| answers.accounts.get(&role)?.id.as_ref()?.parse().ok())
        });
        accounts.collect()
    }

    /// The vaults that these accounts get from stack sets, with the paths that they have to admit.
    fn vaults(&self, protects: &Targets, created: &Created<'_>) -> Vec<SharedVault> {
        let paths = self.paths(protects);
        let mut vaults: BTreeMap<(AccountId, String, String), bool> = BTreeMap::new();
        for account in self.copy_accounts() {
            let Some(index) = self.organization.account_by_id(account) else { continue };
            for deployment in created.of_group(created.group_of(index)) {
                for vault in deployment.vaults.iter().filter(|vault| vault.policy.is_some()) {
                    // The account's own vault admits nobody's copies by path.
                    let admits = |text: &str| text.starts_with("o-");
                    if !vault.policy.iter().flat_map(|policy| policy.texts()).any(admits) {
                        continue;
                    }
                    if let Some(name) = vault.name.text() {
                        let key = (account, deployment.region.to_string(), name.to_owned());
                        vaults.insert(key, vault.kind == VaultKind::AirGapped);
                    }
                }
            }
        }
        let vaults = vaults.into_iter().map(|((account, region, name), is_air_gapped)| SharedVault {
            account,
            region,
            name,
            paths: paths.clone(),
            is_shared: is_air_gapped && self.bootstrap.shares_air_gapped,
        });
        vaults.collect()
    }

    /// The organization paths of the topmost protected units, those below them included.
    fn paths(&self, protects: &Targets) -> BTreeSet<String> {
        let Some(id) = self.organization.id() else { return BTreeSet::new() };
        let paths: Vec<OuPath> =
            protects.units.iter().map(|unit| OuPath::new(OuPath::parts_of(unit))).collect();
        let topmost = Deployment::topmost(&paths.iter().collect());
        let units = topmost.into_iter().filter_map(|path| self.organization.unit_at(path.names()));
        units.map(|unit| format!("{id}/{}*", self.id_path(unit))).collect()
    }

    fn id_path(&self, unit: UnitIndex) -> String {
        let mut ids: Vec<&str> =
            self.organization.ancestors(unit).map(|unit| &*self.organization.unit(unit).id).collect();
        ids.reverse();
        ids.iter().map(|id| format!("{id}/")).collect()
    }

    fn protection(&self, vaults: &[SharedVault], partition: &str) -> Protection {
        let bootstrap = self.bootstrap;
        let target = |vault: &SharedVault| {
            format!("arn:{partition}:backup:*:{}:backup-vault:{}", vault.account, vault.name)
        };
        Protection {
            role: bootstrap.role.clone(),
            managed_policies: MANAGED_POLICIES.map(str::to_owned).into(),
            alias: bootstrap.alias.clone(),
            vault: bootstrap.vault.clone(),
            copy_targets: vaults.iter().map(target).collect(),
            copy_accounts: self.copy_accounts(),
            break_glass: bootstrap.break_glass.clone(),
            topic: bootstrap.topic.clone(),
            lock: bootstrap.lock.as_ref().map(|lock| self.lock(lock)),
            framework: bootstrap.framework.clone().map(|name| Framework {
                name,
                controls: CONTROLS.map(|control| (control.to_owned(), BTreeMap::new())).into(),
            }),
            restore_testing: bootstrap.restore_testing.clone().map(|name| RestoreTesting {
                name,
                schedule: "cron(0 5 ? * SUN *)".to_owned(),
                types: ["EBS", "EC2", "EFS", "RDS", "S3"].map(str::to_owned).into(),
            }),
            tags: [("backup-guardrail".to_owned(), "protected".to_owned())].into(),
        }
    }

    /// The bounds follow from the retention of the deployment where nobody says otherwise.
    fn lock(&self, written: &LockSettings) -> Lock {
        let days = self.settings.deployment.iter().flat_map(|answers| answers.retention.values().copied());
        let days: Vec<u32> = days.collect();
        let min = written.min_retention_days.or(days.iter().min().copied()).unwrap_or(7);
        let max = written.max_retention_days.or(days.iter().max().copied()).unwrap_or(2_555).max(min);
        Lock {
            content: LockContent {
                min,
                max,
                changeable_for_days: written
                    .is_compliance
                    .then(|| written.changeable_for_days.unwrap_or(GRACE)),
                lock_date: None,
            },
            confirmation: written.confirmation.clone(),
        }
    }

    fn portfolios(&self, catalog: &Catalog, home: &str) -> Vec<Portfolio> {
        let account = catalog.account.parse().unwrap_or(self.management);
        let portfolios = catalog.portfolios.iter().filter_map(|portfolio| {
            let units: BTreeSet<String> =
                portfolio.shares.iter().filter_map(|share| share.organization_node.value.clone()).collect();
            (!units.is_empty()).then(|| Portfolio {
                account,
                region: catalog.region.clone().unwrap_or_else(|| home.to_owned()),
                name: portfolio.name.clone(),
                units,
            })
        });
        portfolios.collect()
    }
}

/// By stack sets the account is added to all of them; otherwise it only matters which of them make the same things.
fn matters(stack_set: &StackSet, delivery: Delivery) -> bool {
    delivery == Delivery::StackSets || !stack_set.makes.is_empty()
}
