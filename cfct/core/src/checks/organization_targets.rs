//! What a resource reaches as a whole: nobody, the management account, another Region than home.

use super::Context;
use crate::aws::Region;
use crate::finding::{Finding, Level};
use crate::manifest::{Manifest, Resource};
use crate::organization::{Organization, UnitIndex};
use crate::resolution::{Meaning, PipelineStage, Resolution, Resolved, Target};
use crate::words;

crate::codes! {
    /// Targets that exist and hold nobody.
    NO_ACCOUNT = "targets-no-account", Error, Silent,
        "the targets of a stack set hold no account",
        "CfCT makes a stack set without instances, deletes none of those that an existing one has, and starts an execution on every run";
    /// A stack set in the management account.
    MANAGEMENT_ROLE = "targets-management-account", Note, Deploy,
        "a stack set is aimed at the management account",
        "the role AWSControlTowerExecution, through which CfCT deploys, does not exist there unless somebody made it";
    /// A policy on a unit with the management account in it.
    SPARES_MANAGEMENT = "policy-spares-management-account", Note, Advice,
        "a policy is attached above the management account",
        "service and resource control policies never apply to the management account, wherever they are attached";
    /// The manifest's Region is not the home Region.
    NOT_HOME = "region-not-home", Warning, Silent,
        "the manifest's region is not the home Region",
        "resources without regions are deployed to this Region, though CfCT and Control Tower live in another one";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(manifest), Some(organization), Some(resolution)) =
        (context.manifest, context.organization, context.resolution)
    else {
        return;
    };
    findings.extend(not_home(manifest, organization));
    findings.extend(management_role(organization, resolution));
    for resolved in &resolution.resources {
        let resource = &manifest.resources[resolved.resource];
        match resolved.stage {
            PipelineStage::StackSet => findings.extend(no_account(resource, resolved, organization)),
            PipelineStage::Scp | PipelineStage::Rcp => {
                findings.extend(
                    resolved.targets.iter().filter_map(|target| spares_management(target, organization)),
                );
            }
        }
    }
}

/// Only where a target is there and empty: every other reason has a finding of its own.
fn no_account(
    resource: &Resource<'_>,
    resolved: &Resolved<'_>,
    organization: &Organization,
) -> Option<Finding> {
    if !resolved.accounts.is_empty() {
        return None;
    }
    let target = resolved.targets.iter().find(|target| match target.meaning {
        Meaning::EveryEnrolled => true,
        Meaning::Unit(unit) => is_deserted(unit, organization),
        _ => false,
    })?;
    let name = words::excerpt(resource.display_name());
    let what = match target.meaning {
        Meaning::Unit(unit) => format!("`{}` holds no active account", organization.path(unit)),
        _ => "the baseline stack set holds no account".to_owned(),
    };
    Some(
        Finding::new(&NO_ACCOUNT, &target.node, format!("`{name}` reaches no account: {what}"))
            .help("aim it at a unit that holds accounts, or remove it until there are some"),
    )
}

/// Whether neither the unit nor any below it holds an active account.
fn is_deserted(unit: UnitIndex, organization: &Organization) -> bool {
    std::iter::once(unit)
        .chain(organization.descendants(unit))
        .all(|unit| organization.active_in(unit).next().is_none())
}

/// Said once: the role is made once for all stack sets.
fn management_role(organization: &Organization, resolution: &Resolution<'_>) -> Option<Finding> {
    let management = organization.management()?;
    let stack_sets = resolution.resources.iter().filter(|resolved| resolved.stage == PipelineStage::StackSet);
    let mut aimed = stack_sets.filter(|resolved| resolved.accounts.contains(management));
    let first = aimed.next()?;
    let target = first.reasons(management, organization).next()?;
    let name = words::excerpt(&first.name);
    let message = match aimed.count() {
        0 => format!("`{name}` is deployed to the management account"),
        more => format!("`{name}` and {more} more are deployed to the management account"),
    };
    Some(Finding::new(&MANAGEMENT_ROLE, &target.node, message).help(
        "make sure that the management account has a role AWSControlTowerExecution that trusts the account itself",
    ))
}

/// A policy on the root is reported without an organization.
fn spares_management(target: &Target<'_>, organization: &Organization) -> Option<Finding> {
    let Meaning::Unit(unit) = target.meaning else { return None };
    let management = organization.management()?;
    let parent = organization.account(management).parent?;
    if unit == UnitIndex::ROOT || !organization.ancestors(parent).any(|above| above == unit) {
        return None;
    }
    let others = std::iter::once(unit)
        .chain(organization.descendants(unit))
        .flat_map(|unit| organization.active_in(unit))
        .any(|account| account != management);
    let path = organization.path(unit);
    let finding = |message: String| Finding::new(&SPARES_MANAGEMENT, &target.node, message);
    Some(if others {
        finding(format!("`{path}` holds the management account, which the policy does not bind"))
            .help("keep workloads out of the management account: no policy of the organization holds there")
    } else {
        finding(format!("`{path}` holds the management account alone, so the policy binds nobody"))
            .level(Level::Warning)
            .help("attach the policy to a unit with other accounts, or remove it")
    })
}

fn not_home(manifest: &Manifest<'_>, organization: &Organization) -> Option<Finding> {
    let region = manifest.region?;
    let home = organization.home_region.as_ref()?;
    // What is no Region at all has findings of its own.
    let comparable = Region::is_conceivable(region.value) && Region::is_conceivable(&home.value);
    if !comparable || region.value == home.value.as_ref() {
        return None;
    }
    let message = format!("the home Region is `{}`, not `{}`", home.value, words::excerpt(region.value));
    Some(
        Finding::new(&NOT_HOME, &region.node, message)
            .related(&organization.location(home.span), "the organization says so")
            .help(format!(
                "write `{}`, and name `{}` in the regions of the resources that belong there",
                home.value,
                words::excerpt(region.value)
            )),
    )
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{found_in_organization, v2};
    use crate::finding::Level;

    fn aimed(method: &str, targets: &str) -> String {
        v2(&format!("  - name: a\n    deploy_method: {method}\n    deployment_targets: {{{targets}}}\n"))
    }

    #[test]
    fn what_a_resource_reaches_as_a_whole_is_judged() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("stack_set", "organizational_units: [Security]", &[]),
            ("stack_set", "organizational_units: [Empty]", &["targets-no-account"]),
            ("stack_set", "organizational_units: [Empty, Suspended]", &["targets-no-account"]),
            ("stack_set", "organizational_units: [Empty, Security]", &[]),
            ("stack_set", "organizational_units: [Nowhere]", &[]),
            ("stack_set", "accounts: [master]", &["targets-management-account"]),
            ("stack_set", "accounts: [app-1]", &[]),
            ("scp", "organizational_units: [Empty]", &[]),
            ("scp", "organizational_units: [Root]", &[]),
        ];
        for (method, targets, expected) in cases {
            let found = found_in_organization(check, &aimed(method, targets), |_| {});
            let codes: Vec<_> = found.iter().map(|finding| finding.code.name).collect();
            assert_eq!(&codes, expected, "{method} {targets}");
        }
    }

    #[test]
    fn root_reaches_nobody_where_the_baseline_is_empty() {
        let manifest = aimed("stack_set", "organizational_units: [Root]");
        let found = found_in_organization(check, &manifest, |organization| {
            organization["baseline_stack_set"]["accounts"] = serde_json::json!([]);
        });
        assert_eq!(found[0].message, "`a` reaches no account: the baseline stack set holds no account");
    }

    #[test]
    fn a_policy_above_the_management_account_spares_it() {
        for (unit, level) in [("Empty", Level::Warning), ("Security", Level::Note)] {
            let manifest = aimed("scp", &format!("organizational_units: [{unit}]"));
            let found = found_in_organization(check, &manifest, |organization| {
                let units = organization["organizational_units"].as_array().unwrap();
                let id = units.iter().find(|each| each["name"] == unit).unwrap()["id"].clone();
                organization["accounts"][0]["parent"] = id;
            });
            assert_eq!(found[0].code.name, "policy-spares-management-account");
            assert_eq!(found[0].level, level, "{unit}");
        }
    }

    #[test]
    fn the_management_account_is_told_of_once() {
        let one = "  - name: a\n    deploy_method: stack_set\n    deployment_targets: {accounts: [master]}\n";
        let found = found_in_organization(check, &v2(&[one, one, one].concat()), |_| {});
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "`a` and 2 more are deployed to the management account");
    }
}
