//! Regions of the manifest and of its resources.

use std::collections::HashSet;

use super::Context;
use crate::aws::Region;
use crate::document::{NodeRef, Value};
use crate::finding::{Finding, Level};
use crate::manifest::{DeployMethod, Manifest, Resource, Text};
use crate::words::{self, nearest};

crate::codes! {
    /// No Region of that name.
    UNKNOWN = "region-unknown", Error, StackSet,
        "a Region that does not exist",
        "CfCT hands Regions to CloudFormation as they are written, and none of its own checks looks at them";
    /// A Region in another partition than the home Region.
    OTHER_PARTITION = "region-other-partition", Error, StackSet,
        "a Region of another partition than the home Region",
        "accounts, credentials and stack sets end at the partition: nothing can be deployed into another one";
    /// A Region that accounts have to enable.
    OPT_IN = "region-opt-in", Note, Deploy,
        "a Region that each account has to enable first",
        "stack instances fail in every account that has not enabled the Region, new accounts included";
    /// `regions: []`
    EMPTY = "regions-empty", Warning, Silent,
        "a list of Regions is empty",
        "CfCT takes the home Region where the list is empty, which is hardly what an empty list says";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    let home = manifest.region.filter(|region| region.node.as_str().is_some());
    if let Some(region) = home.filter(|region| !region.value.is_empty()) {
        findings.extend(unknown(region, "the manifest"));
    }
    let home = home.and_then(|region| Region::find(region.value));
    for resource in stack_sets(manifest) {
        findings.extend(empty(resource));
        for region in resource.regions.iter().filter(|region| region.node.as_str().is_some()) {
            findings.extend(unknown(*region, &format!("`{}`", words::excerpt(resource.display_name()))));
            findings.extend(other_partition(*region, home));
        }
    }
    opt_in(manifest, home, findings);
}

fn stack_sets<'m, 'd>(manifest: &'m Manifest<'d>) -> impl Iterator<Item = &'m Resource<'d>> {
    manifest.resources.iter().filter(|resource| resource.method == DeployMethod::StackSet)
}

fn unknown(region: Text<'_>, place: &str) -> Option<Finding> {
    if Region::find(region.value).is_some() || region.value.is_empty() {
        return None;
    }
    let shown = words::excerpt(region.value);
    let finding = Finding::new(&UNKNOWN, &region.node, format!("{place} names the Region `{shown}`"));
    let lower = region.value.trim().to_ascii_lowercase();
    if let Some(meant) = Region::find(&lower) {
        let help = format!("Regions are written exactly: `{}`", meant.id);
        return Some(finding.help(help).fix("write it exactly", region.node.span(), meant.id));
    }
    let date = Region::date();
    let meant = nearest(region.value, Region::all().iter().map(|region| region.id));
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`? no such Region was known on {date}"),
        None => format!("write a Region's id, such as `eu-central-1`; no such Region was known on {date}"),
    };
    let newer = Region::is_conceivable(region.value);
    Some(if newer { finding.level(Level::Warning).help(help) } else { finding.help(help) })
}

fn other_partition(region: Text<'_>, home: Option<&'static Region>) -> Option<Finding> {
    let (here, there) = (home?, Region::find(region.value)?);
    (here.partition != there.partition).then(|| {
        let message = format!(
            "`{}` is in the partition {}, but the home Region is in {}",
            there.id, there.partition, here.partition
        );
        Finding::new(&OTHER_PARTITION, &region.node, message)
            .help("remove it; the other partition needs an organization and a configuration of its own")
    })
}

fn empty(resource: &Resource<'_>) -> Option<Finding> {
    let node = resource.regions_node?;
    let nothing = match node.as_sequence() {
        Some(list) => list.is_empty(),
        None => matches!(node.value(), Some(Value::Null)),
    };
    nothing.then(|| {
        let name = words::excerpt(resource.display_name());
        Finding::new(&EMPTY, &node, format!("`{name}` has an empty list of Regions"))
            .help("list the Regions, or leave `regions` out to deploy into the home Region")
    })
}

/// One note for each such Region, at its first mention: dozens of resources share the same list.
fn opt_in(manifest: &Manifest<'_>, home: Option<&'static Region>, findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    let mentioned = stack_sets(manifest).flat_map(|resource| &resource.regions);
    for text in mentioned {
        let Some(region) = Region::find(text.value).filter(|region| region.opt_in) else { continue };
        // Control Tower enables its home Region in each account that it enrolls.
        if home.is_some_and(|home| home.id == region.id) || !seen.insert(region.id) {
            continue;
        }
        let at: NodeRef<'_> = text.node;
        findings.push(
            Finding::new(&OPT_IN, &at, format!("`{}`, {}, is an opt-in Region", region.id, region.name)).help(
                "let Control Tower govern the Region, or enable it in each account that the stack set deploys to",
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{findings, fixed, found};
    use crate::finding::Level;

    fn manifest(home: &str, regions: &str) -> String {
        format!(
            "region: {home}\nversion: 2021-03-15\nresources:\n  - name: a\n    deploy_method: stack_set\n    regions: {regions}\n"
        )
    }

    #[test]
    fn regions_must_exist_in_the_partition_of_the_home_region() {
        for (home, regions, expected) in [
            ("us-east-1", "[us-east-1, eu-west-1]", vec![]),
            ("us-east-1", "[eu-wset-1]", vec![("region-unknown", "eu-wset-1")]),
            ("us-esat-1", "[us-east-1]", vec![("region-unknown", "us-esat-1")]),
            ("us-east-1", "[cn-north-1]", vec![("region-other-partition", "cn-north-1")]),
            ("us-gov-west-1", "[us-gov-east-1]", vec![]),
            ("us-east-1", "[]", vec![("regions-empty", "[]")]),
            ("us-east-1", "[eu-south-1]", vec![("region-opt-in", "eu-south-1")]),
            ("eu-south-1", "[eu-south-1]", vec![]),
        ] {
            let manifest = manifest(home, regions);
            let found = found(check, &[("manifest.yaml", &manifest)]);
            let found: Vec<_> = found.iter().map(|(code, text)| (*code, text.as_str())).collect();
            assert_eq!(found, expected, "{home} {regions}");
        }
    }

    #[test]
    fn a_region_that_may_be_newer_than_the_data_is_a_warning() {
        for (region, level) in [("eu-west-9", Level::Warning), ("eu-wset-1", Level::Error)] {
            let manifest = manifest("us-east-1", &format!("[{region}]"));
            assert_eq!(findings(check, &[("manifest.yaml", &manifest)])[0].level, level, "{region}");
        }
    }

    #[test]
    fn a_region_in_capitals_is_mended() {
        let found = findings(check, &[("manifest.yaml", &manifest("EU-West-1", "[us-east-1]"))]);
        assert_eq!(fixed(&found[0]), manifest("eu-west-1", "[us-east-1]"));
    }

    #[test]
    fn an_opt_in_region_is_noted_once() {
        let one = manifest("us-east-1", "[af-south-1]");
        let two = format!("{one}  - name: b\n    deploy_method: stack_set\n    regions: [af-south-1]\n");
        assert_eq!(found(check, &[("manifest.yaml", &two)]).len(), 1);
    }

    #[test]
    fn regions_of_a_policy_are_not_looked_at() {
        let policy = manifest("us-east-1", "[nowhere]").replace("stack_set", "scp");
        assert_eq!(found(check, &[("manifest.yaml", &policy)]), []);
    }
}
