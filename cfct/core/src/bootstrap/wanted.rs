//! What is wanted in an account, from the configuration and the account's place; in an order in which each thing
//! comes after what it needs.

use std::collections::BTreeMap;

use super::configuration::{Configuration, Delivery, Protection};
use super::place::{Place, Standing};
use super::policies;
use super::thing::{Content, Kind, Thing};
use super::{claim, observed};
use crate::aws::Region;

/// The service principal of AWS Backup.
const BACKUP: &str = "backup.amazonaws.com";

/// One thing as it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What.
    pub thing: Thing,
    /// What it is to say.
    pub content: Content,
    /// What has to be there first.
    pub after: Vec<Thing>,
    /// What it needs the id of: the key of an alias or vault.
    pub uses: Option<Thing>,
    /// The stack set that makes it, so that the companion does not.
    pub made_by: Option<String>,
    /// The tags that it gets where it takes any.
    pub tags: BTreeMap<String, String>,
    /// Whether the companion only waits for it, and somebody else does it.
    pub is_watched: bool,
    /// The name that confirms it, where it is for good.
    pub confirmation: Option<Option<String>>,
}

/// What is wanted in an account, and in other accounts for it. Nothing where the account is none to work in.
#[must_use]
pub fn wanted(configuration: &Configuration, place: &Place) -> Vec<Wanted> {
    let mut list = List { configuration, place, wanted: Vec::new() };
    match place.standing(configuration) {
        Standing::Protected => {
            list.organization_wide();
            list.elsewhere();
            list.regions();
            match configuration.delivery {
                Delivery::StackSets => list.stack_sets(),
                Delivery::Direct => list.direct(),
            }
        }
        Standing::Management => list.organization_wide(),
        Standing::Outside | Standing::Gone(_) | Standing::NotYet(_) => {}
    }
    list.wanted
}

/// Everything that has to be read before [`super::decide()`] can decide: what is wanted, and claims on it.
#[must_use]
pub fn to_observe(configuration: &Configuration, place: &Place) -> Vec<Thing> {
    let wanted = wanted(configuration, place);
    let claims = claim::all(&wanted);
    wanted.into_iter().map(|wanted| wanted.thing).chain(claims).collect()
}

struct List<'l> {
    configuration: &'l Configuration,
    place: &'l Place,
    wanted: Vec<Wanted>,
}

impl List<'_> {
    fn thing(&self, region: Option<&str>, kind: Kind, name: &str) -> Thing {
        let region = region.map(str::to_owned);
        Thing { account: self.place.account, region, kind, name: name.to_owned() }
    }

    fn add(&mut self, thing: Thing, content: Content, after: Vec<Thing>) -> &mut Wanted {
        let made_by = self.made_by(&thing);
        self.wanted.push(Wanted {
            thing,
            content,
            after,
            uses: None,
            made_by,
            tags: BTreeMap::new(),
            is_watched: false,
            confirmation: None,
        });
        let last = self.wanted.len() - 1;
        &mut self.wanted[last]
    }

    /// The stack set that makes a thing of this account. What a vault has is made with it.
    fn made_by(&self, thing: &Thing) -> Option<String> {
        if thing.account != self.place.account {
            return None;
        }
        let kind = match thing.kind {
            Kind::AccessPolicy | Kind::Notifications | Kind::Lock => Kind::Vault,
            kind => kind,
        };
        let makes = |made: &super::configuration::Made| made.kind == kind && made.name == thing.name;
        let there = |regions: &[String]| thing.region.as_ref().is_none_or(|region| regions.contains(region));
        self.configuration
            .stack_sets_of(self.place.account, &self.place.unit)
            .find(|stack_set| stack_set.makes.iter().any(makes) && there(&stack_set.regions))
            .map(|stack_set| stack_set.name.clone())
    }

    /// What the organization has once. The opt-ins of the management account are the ones that count for plans that
    /// backup policies make.
    ///
    /// <https://docs.aws.amazon.com/aws-backup/latest/devguide/manage-cross-account.html>
    fn organization_wide(&mut self) {
        let configuration = self.configuration;
        let wide = &configuration.organization_wide;
        let of_management = |region: Option<&str>, kind, name: &str| Thing {
            account: configuration.management_account,
            region: region.map(str::to_owned),
            kind,
            name: name.to_owned(),
        };
        for service in &wide.trusted_access {
            self.add(of_management(None, Kind::TrustedAccess, service), Content::Bare, Vec::new());
        }
        for policy_type in &wide.policy_types {
            // Turning backup policies on fails without the access.
            let after = wide
                .trusted_access
                .contains(BACKUP)
                .then(|| of_management(None, Kind::TrustedAccess, BACKUP));
            self.add(
                of_management(None, Kind::PolicyType, policy_type),
                Content::Bare,
                after.into_iter().collect(),
            );
        }
        if !wide.global_settings.is_empty() {
            let settings = Content::Settings(wide.global_settings.clone());
            self.add(of_management(None, Kind::GlobalSettings, "backup"), settings, Vec::new());
        }
        if !wide.opt_ins.is_empty() {
            for region in &configuration.regions {
                let opt_ins = Content::OptIns(wide.opt_ins.clone());
                self.add(of_management(Some(region), Kind::OptIns, "backup"), opt_ins, Vec::new());
            }
        }
        for portfolio in &wide.portfolios {
            let thing = Thing {
                account: portfolio.account,
                region: Some(portfolio.region.clone()),
                kind: Kind::PortfolioShare,
                name: portfolio.name.clone(),
            };
            self.add(thing, Content::Members(portfolio.units.clone()), Vec::new());
        }
        for vault in &wide.vaults {
            if !vault.paths.is_empty() {
                self.add(of_vault(vault, Kind::Admission), Content::Members(vault.paths.clone()), Vec::new());
            }
        }
    }

    /// What other accounts have to do for this one.
    fn elsewhere(&mut self) {
        let account = self.place.account;
        for vault in self.configuration.organization_wide.vaults.iter().filter(|vault| vault.is_shared) {
            let mut thing = of_vault(vault, Kind::VaultShare);
            thing.name = format!("{}/{account}", vault.name);
            self.add(thing, Content::Bare, Vec::new());
        }
    }

    fn regions(&mut self) {
        for region in &self.configuration.regions {
            if Region::find(region).is_some_and(|known| known.opt_in) {
                let is_watched = !self.configuration.enables_regions;
                self.add(self.thing(None, Kind::Region, region), Content::Bare, Vec::new()).is_watched =
                    is_watched;
            }
            if !self.configuration.opt_ins.is_empty() {
                let opt_ins = Content::OptIns(self.configuration.opt_ins.clone());
                let after = self.enabled(region);
                self.add(self.thing(Some(region), Kind::OptIns, "backup"), opt_ins, after);
            }
        }
    }

    /// The Region, where it has to be opted in to.
    fn enabled(&self, region: &str) -> Vec<Thing> {
        let thing = self.thing(None, Kind::Region, region);
        let is_wanted = self.wanted.iter().any(|wanted| wanted.thing == thing);
        is_wanted.then_some(thing).into_iter().collect()
    }

    /// The account in the stack sets of the manifest, one after another: CfCT works through them in this order, and
    /// the order is the dependency.
    fn stack_sets(&mut self) {
        let (configuration, place) = (self.configuration, self.place);
        let mut before: Option<Thing> = None;
        for stack_set in configuration.stack_sets_of(place.account, &place.unit) {
            let thing = self.thing(None, Kind::StackInstances, &stack_set.name);
            let regions = stack_set.regions.iter();
            let mut after: Vec<Thing> = regions.flat_map(|region| self.enabled(region)).collect();
            after.extend(before.replace(thing.clone()));
            self.add(thing, Content::Regions(stack_set.regions.iter().cloned().collect()), after);
        }
    }

    fn direct(&mut self) {
        let Some(protection) = &self.configuration.protection else { return };
        let linked = self.thing(None, Kind::ServiceLinkedRole, BACKUP);
        self.add(linked.clone(), Content::Bare, Vec::new());
        let role = self.thing(None, Kind::Role, &protection.role);
        let policies = protection.managed_policies.iter();
        let content = Content::Role {
            trust: policies::trust(),
            managed_policies: policies
                .map(|name| self.configuration.arn("iam", "", "aws", &format!("policy/{name}")))
                .collect(),
        };
        self.add(role.clone(), content, Vec::new()).tags = tags(protection);
        for region in &self.configuration.regions {
            self.in_region(protection, region, &linked, &role);
        }
    }

    /// Role before key, key before vault, vault before what it has, and the lock last: a key policy is refused that
    /// names a role which is not there, and a lock keeps what is wrong.
    fn in_region(&mut self, protection: &Protection, region: &str, linked: &Thing, role: &Thing) {
        let (configuration, account) = (self.configuration, self.place.account);
        let start = self.wanted.len();
        let at = |kind, name: &str| self.thing(Some(region), kind, name);
        let (key, alias) = (at(Kind::Key, &protection.alias), at(Kind::Alias, &protection.alias));
        let vault = at(Kind::Vault, &protection.vault);
        let of_vault = |kind| at(kind, &protection.vault);
        let (access, tells, locked) =
            (of_vault(Kind::AccessPolicy), of_vault(Kind::Notifications), of_vault(Kind::Lock));
        let framework = protection.framework.as_ref().map(|found| (at(Kind::Framework, &found.name), found));
        let restores =
            protection.restore_testing.as_ref().map(|found| (at(Kind::RestoreTesting, &found.name), found));

        let mut after = self.enabled(region);
        after.push(role.clone());
        let policy = policies::key(configuration, protection, account, region);
        self.add(key.clone(), Content::Key { policy }, after).tags = tags(protection);
        self.add(alias, Content::Bare, vec![key.clone()]).uses = Some(key.clone());
        let wanted = self.add(vault.clone(), Content::Vault { key: None }, vec![key.clone(), linked.clone()]);
        wanted.uses = Some(key);
        wanted.tags = tags(protection);
        let policy = policies::vault(configuration, protection, account);
        self.add(access, Content::Policy(policy), vec![vault.clone()]);
        if let Some(topic) = &protection.topic {
            let topic = configuration.arn("sns", region, &account.to_string(), topic);
            let events = policies::EVENTS.iter().map(|event| (*event).to_owned()).collect();
            self.add(tells, Content::Notifications { topic, events }, vec![vault.clone()]);
        }
        if let Some((thing, found)) = framework {
            self.add(thing, Content::Controls(found.controls.clone()), vec![vault.clone()]).tags =
                tags(protection);
        }
        if let Some((thing, found)) = restores {
            let id = account.to_string();
            let content = Content::Restores {
                schedule: found.schedule.clone(),
                vaults: [configuration.arn(
                    "backup",
                    region,
                    &id,
                    &format!("backup-vault:{}", protection.vault),
                )]
                .into(),
                types: found.types.clone(),
                role: configuration.arn("iam", "", &id, &format!("role/{}", protection.role)),
            };
            self.add(thing, content, vec![vault.clone(), role.clone()]).tags = tags(protection);
        }
        if let Some(lock) = &protection.lock {
            let after = self.wanted[start..].iter().map(|wanted| wanted.thing.clone()).collect();
            let wanted = self.add(locked, Content::Lock(lock.content), after);
            wanted.confirmation = lock.content.is_compliance().then(|| lock.confirmation.clone());
        }
    }
}

fn of_vault(vault: &super::configuration::SharedVault, kind: Kind) -> Thing {
    Thing { account: vault.account, region: Some(vault.region.clone()), kind, name: vault.name.clone() }
}

fn tags(protection: &Protection) -> BTreeMap<String, String> {
    let (key, value) = observed::TAG;
    let mut tags = protection.tags.clone();
    tags.insert(key.to_owned(), value.to_owned());
    tags
}
