//! `docs/backup-tiers.md`: its table is a promise, held against the effective backup policy of every account.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::backup_policy::placement::Placement;
use cfct_core::checks::Context;
use cfct_core::organization::{AccountSet, Organization};
use serde_json::Value;

use crate::failure::Failure;

/// The page, by its path from the root.
pub(super) const PAGE: &str = "docs/backup-tiers.md";

/// The places of the table's columns, as the vaults are called.
const CENTRAL: &str = "org-backup-central-vault";
const BUNKER: &str = "org-backup-bunker-vault";
const OWN: &str = "org-backup-vault";
/// The stack set that makes the vaults of members; its Regions are those that are backed up.
const MEMBERS: &str = "backup-vault";
/// The tag that resources choose a tier by.
const TAG: &str = "backup";
/// The account of the central vault, which has no copies of its own to put there.
const CENTRAL_ACCOUNT: &str = "central-backup";
/// The role that every plan works with, as policies name it.
const ROLE: &str = "arn:aws:iam::$account:role/OrgBackupRole";
/// The tag that guardrails know recovery points by.
const MARK: [&str; 2] = ["backup-guardrail", "protected"];

/// A row of the table.
#[derive(Debug)]
pub(super) struct Tier {
    name: String,
    /// How long, by where.
    kept: Kept,
}

/// Where recovery points of a tier are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Where {
    Account,
    OtherRegion,
    Central,
    Bunker,
}

/// Days until a recovery point goes, by where it is, and days until it is cold.
type Kept = BTreeMap<Where, (u64, Option<u64>)>;

/// The rows of the table on the page.
pub(super) fn read(page: &str) -> Result<Vec<Tier>, Failure> {
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let tiers: Vec<Tier> = rows
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [name, _, account, other, central, bunker] = cells[..] else { return None };
            let name = name.trim_matches('`');
            let places = [
                (Where::Account, account),
                (Where::OtherRegion, other),
                (Where::Central, central),
                (Where::Bunker, bunker),
            ];
            let kept = places.into_iter().filter_map(|(place, cell)| Some((place, retention(cell)?)));
            let kept: Kept = kept.collect();
            // The head of the table is kept nowhere.
            (!kept.is_empty()).then(|| Tier { name: name.to_owned(), kept })
        })
        .collect();
    match tiers.is_empty() {
        true => Err(Failure::new(format!("{PAGE} has no table of tiers"))),
        false => Ok(tiers),
    }
}

/// `365 days, cold after 90`
fn retention(cell: &str) -> Option<(u64, Option<u64>)> {
    let (days, cold) = cell.split_once(" days")?;
    let cold = cold.strip_prefix(", cold after ").and_then(|days| days.parse().ok());
    Some((days.parse().ok()?, cold))
}

/// What the effective policies do otherwise, each in a line.
pub(super) fn broken(tiers: &[Tier], context: &Context<'_>, organization: &Organization) -> Vec<String> {
    let placement = Placement::of(context.configuration, organization);
    let effective = placement.effective(organization);
    let Some((accounts, regions)) = members(context) else {
        return vec![format!("{PAGE}: there is no stack set {MEMBERS}, whose accounts are backed up")];
    };
    let mut broken = Vec::new();
    for shared in &effective.distinct {
        let Some(account) = shared.accounts.iter().find(|account| accounts.contains(**account)) else {
            continue;
        };
        let account = organization.account(*account);
        let content = shared.effective.content();
        let id = account.id.to_string();
        for tier in tiers {
            let of_tier = values(&content["plans"]).filter(|plan| selects(plan, &tier.name));
            let of_tier: Vec<Plan<'_>> = of_tier.map(|plan| Plan { plan, account: &id }).collect();
            let complaints = tier.unlike(&of_tier, &regions, &*account.name == CENTRAL_ACCOUNT);
            broken.extend(
                complaints
                    .into_iter()
                    .map(|what| format!("{PAGE}: {} in {}: {what}", tier.name, account.name)),
            );
        }
    }
    broken
}

/// The accounts and the Regions with vaults of members.
fn members<'c>(context: &Context<'c>) -> Option<(&'c AccountSet, BTreeSet<&'c str>)> {
    let manifest = context.manifest?;
    let stack_set = context.stack_sets.iter().find(|found| found.resource.display_name() == MEMBERS)?;
    let place = manifest.resources.iter().position(|found| std::ptr::eq(found, stack_set.resource))?;
    let resolved = context.resolution?.resources.iter().find(|found| found.resource == place)?;
    Some((&resolved.accounts, stack_set.regions(manifest).collect()))
}

/// Whether one of the plan's selections is for resources of the tier.
fn selects(plan: &Value, tier: &str) -> bool {
    values(&plan["selections"]["tags"]).any(|selection| {
        selection["tag_key"] == TAG && items(&selection["tag_value"]).any(|value| value == tier)
    })
}

impl Tier {
    /// What the plans of an account do otherwise.
    fn unlike(&self, plans: &[Plan<'_>], regions: &BTreeSet<&str>, is_central: bool) -> Vec<String> {
        if is_central && self.kept.contains_key(&Where::Central) {
            let copies = !plans.is_empty();
            return copies.then(|| "it would copy into its own account".to_owned()).into_iter().collect();
        }
        let mut complaints = Vec::new();
        let backed_up: BTreeSet<&str> = plans.iter().flat_map(Plan::regions).collect();
        if backed_up != *regions {
            complaints.push(format!("it backs up {backed_up:?}, not {regions:?}"));
        }
        complaints.extend(plans.iter().flat_map(|plan| plan.unlike(&self.kept)));
        complaints
    }
}

/// A plan as an account has it.
struct Plan<'p> {
    plan: &'p Value,
    account: &'p str,
}

impl<'p> Plan<'p> {
    fn regions(&self) -> impl Iterator<Item = &'p str> + use<'p> {
        items(&self.plan["regions"])
    }

    fn unlike(&self, kept: &Kept) -> Vec<String> {
        let mut complaints = Vec::new();
        for rule in values(&self.plan["rules"]) {
            let there = self.kept(rule);
            if there != *kept {
                complaints.push(format!("it is kept as {there:?}, not as {kept:?}"));
            }
            let marked = values(&rule["recovery_point_tags"])
                .any(|tag| tag["tag_key"] == MARK[0] && tag["tag_value"] == MARK[1]);
            if !marked {
                complaints.push("recovery points have no mark".to_owned());
            }
        }
        let role = self.replaced(ROLE);
        let is_other = |selection: &Value| {
            selection["iam_role_arn"].as_str().map(|role| self.replaced(role)).as_ref() != Some(&role)
        };
        if values(&self.plan["selections"]["tags"]).any(is_other) {
            complaints.push("it works with another role".to_owned());
        }
        complaints
    }

    /// Where a rule keeps recovery points; what is kept elsewhere is not told.
    fn kept(&self, rule: &Value) -> Kept {
        let mut kept = Kept::new();
        if rule["target_backup_vault_name"] == OWN {
            kept.extend(lifecycle(rule).map(|days| (Where::Account, days)));
        }
        for copy in values(&rule["copy_actions"]) {
            let target = self.replaced(copy["target_backup_vault_arn"].as_str().unwrap_or_default());
            let parts: Vec<&str> = target.split(':').collect();
            let &[_, _, _, region, account, _, vault] = parts.as_slice() else { continue };
            let place = match vault {
                OWN if account == self.account && self.regions().all(|own| own != region) => {
                    Where::OtherRegion
                }
                CENTRAL => Where::Central,
                BUNKER => Where::Bunker,
                _ => continue,
            };
            kept.extend(lifecycle(copy).map(|days| (place, days)));
        }
        kept
    }

    fn replaced(&self, text: &str) -> String {
        text.replace("$account", self.account)
    }
}

fn lifecycle(of: &Value) -> Option<(u64, Option<u64>)> {
    let days = |key: &str| of["lifecycle"][key].as_str()?.parse().ok();
    Some((days("delete_after_days")?, days("move_to_cold_storage_after_days")))
}

fn values(map: &Value) -> impl Iterator<Item = &Value> {
    map.as_object().into_iter().flat_map(|map| map.values())
}

fn items(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::{Where, read};

    #[test]
    fn a_row_says_how_long_a_tier_is_kept_where() {
        let page = "# Tiers\n\n| `backup` | runs | a | b | c | d |\n|---|---|---|---|---|---|\n\
                    | `monthly` | the 1st | 365 days, cold after 90 | | 35 days | |\n";
        let tiers = read(page).unwrap();
        assert_eq!(tiers.len(), 1);
        assert_eq!(tiers[0].name, "monthly");
        let kept: Vec<_> = tiers[0].kept.iter().collect();
        assert_eq!(kept, [(&Where::Account, &(365, Some(90))), (&Where::Central, &(35, None))]);
    }
}
