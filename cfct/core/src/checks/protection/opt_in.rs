//! Service opt-in, which for plans of backup policies is that of the management account.
//!
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/manage-cross-account.html>

use super::told::Told;
use super::{World, roles};
use crate::backup_policy::placement::EffectivePolicies;
use crate::backup_policy::tree::{Node, Sourced};
use crate::finding::Finding;
use crate::organization::AccountIndex;

crate::codes! {
    /// Switched off.
    OFF = "backup-opt-in-off", Warning, Silent,
        "the management account has not opted in to a service in a Region of a plan",
        "for plans of backup policies the opt-in of the management account counts: resources of the other services are left out, and no job says so";
    /// The snapshot does not say.
    UNKNOWN = "backup-opt-in-unknown", Note, Advice,
        "the snapshot does not say which services AWS Backup is opted in to",
        "the opt-in of the management account decides for each Region which resources a selection by tag backs up";
}

/// Services that a message names.
const LISTED: usize = 6;

pub(super) fn check(world: &World<'_, '_>, plan: &Node<'_>, accounts: &[AccountIndex], told: &mut Told<'_>) {
    let management = world.organization.management().map(|index| world.organization.account(index).id);
    let Some(management) = management.filter(|_| asks(plan)) else { return };
    let deployed = super::deployed(world.context);
    let settings = deployed.map(|deployed| &deployed.backup_opt_in[..]).unwrap_or_default();
    for region in plan.list("regions") {
        let at =
            |found: &&crate::deployed::OptIn| found.account == management && *found.region == *region.text;
        match settings.iter().find(at) {
            Some(opt_in) => {
                let off: Vec<&str> =
                    opt_in.resource_types.iter().filter(|(_, on)| !**on).map(|(name, _)| &**name).collect();
                if !off.is_empty() {
                    told.add(switched_off(region, &off), accounts, Some(region.text));
                }
            }
            None if !settings.is_empty() => {
                let message = format!("the snapshot does not tell the opt-in in {}", region.text);
                told.add(unknown(region, message), accounts, Some(region.text));
            }
            // Then one note says so.
            None => {}
        }
    }
}

/// One note for the whole package where nothing at all is known.
pub(super) fn nothing_known(world: &World<'_, '_>, effective: &EffectivePolicies<'_>) -> Option<Finding> {
    let deployed = super::deployed(world.context);
    if deployed.is_some_and(|deployed| !deployed.backup_opt_in.is_empty()) {
        return None;
    }
    let plans = effective.plans();
    let region =
        plans.iter().find_map(|plan| plan.plan.list("regions").first().filter(|_| asks(plan.plan)))?;
    let message = "which services the management account has opted in to is not known".to_owned();
    Some(unknown(region, message))
}

/// Whether the opt-in has a say in what a plan backs up: a type that is written out is backed up in any case.
fn asks(plan: &Node<'_>) -> bool {
    roles::selections(plan).any(|selection| {
        let types = selection.list("resource_types");
        types.is_empty() || types.iter().any(|value| value.text == "*")
    })
}

fn switched_off(region: &Sourced<'_>, off: &[&str]) -> Finding {
    let more = off.len().saturating_sub(LISTED);
    let mut names = off[..off.len().min(LISTED)].join(", ");
    if more > 0 {
        names.push_str(&format!(" and {more} more"));
    }
    Finding::new(&OFF, &region.origin.location(), format!("opted out in {}: {names}", region.text))
        .help("opt in by UpdateRegionSettings in the management account, or select by resource types that are written out")
}

fn unknown(region: &Sourced<'_>, message: String) -> Finding {
    Finding::new(&UNKNOWN, &region.origin.location(), message).help(
        "look at DescribeRegionSettings in the management account, in each Region; a snapshot has it under \
         `backup_opt_in`",
    )
}
