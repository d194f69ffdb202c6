//! The home Region of Control Tower, and the partition that follows from it.

use super::{Organization, codes};
use crate::aws::Region;
use crate::finding::Finding;
use crate::words;

/// Reports a home Region that cannot be one, and a partition that is another than its own.
pub(super) fn check(organization: &Organization, findings: &mut Vec<Finding>) {
    let Some(home) = &organization.home_region else { return };
    let place = organization.location(home.span);
    let Some(region) = Region::find(&home.value) else {
        if !Region::is_conceivable(&home.value) {
            let message = format!("`{}` is no Region", words::excerpt(&home.value));
            let finding = Finding::new(&codes::HOME_REGION, &place, message);
            let ids = Region::all().iter().map(|region| region.id);
            findings.push(match words::nearest(&home.value, ids) {
                Some(near) => finding.help(format!("the nearest Region is `{near}`")),
                None => finding.help("write the Region's id, such as `eu-central-1`"),
            });
        }
        return;
    };
    let Some(partition) =
        organization.partition.as_ref().filter(|partition| *partition.value != *region.partition)
    else {
        return;
    };
    let written = words::excerpt(&partition.value);
    let message = format!("`{}` is in the partition `{}`, not `{written}`", region.id, region.partition);
    findings.push(
        Finding::new(&codes::HOME_REGION, &organization.location(partition.span), message)
            .related(&place, "the home Region")
            .help("leave `partition` out: it follows from the home Region"),
    );
}
