//! The retention that product templates write into plans, against the lock of the vaults.

use crate::backup_policy::lock::LockRange;
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::portfolio::codes::package::OUTSIDE_LOCK;
use crate::portfolio::{Lock, Product, TemplateConstraint};
use crate::source::Located;
use crate::template::intrinsic::{Intrinsic, walk};
use crate::template::{Parameter, Template};
use crate::words::{excerpt, head};

/// The property of plans and copies that says for how many days a recovery point is kept.
const RETENTION: &str = "DeleteAfterDays";

/// Days that the lock refuses, and parameters that nothing keeps inside of it.
pub(super) fn check(
    product: &Product<'_>,
    templates: &[(&str, &Template<'_>)],
    lock: Lock<'_>,
    bounds: LockRange,
    findings: &mut Vec<Finding>,
) {
    let mut report = |at: &dyn Located, message: String, help: &str| {
        let finding = Finding::new(&OUTSIDE_LOCK, &at.location(), message);
        findings.push(finding.related(&head(lock.node), "the lock").help(help));
    };
    for (_, template) in templates {
        let plans = template
            .resources
            .iter()
            .filter(|resource| resource.type_name == Some("AWS::Backup::BackupPlan"));
        let retentions = plans.filter_map(|plan| plan.properties).flat_map(walk).filter_map(retention);
        for node in retentions {
            if let Some(days) = node.scalar_text().filter(|_| Intrinsic::of(node).is_none()) {
                if days.parse().is_ok_and(|days| bounds.conflict(Some(days)).is_some()) {
                    let message = format!("the lock does not take a retention of {} days", excerpt(days));
                    report(
                        &node,
                        message,
                        "write days inside of the lock in the next version of the template",
                    );
                }
                continue;
            }
            let parameter = Intrinsic::of(node).filter(|call| call.name == "Ref");
            let parameter = parameter.and_then(|call| template.parameter(call.argument.scalar_text()?));
            if let Some(parameter) = parameter.filter(|parameter| !is_bound(product, parameter, bounds)) {
                let message = format!("nothing keeps `{}` inside of the lock", excerpt(parameter.name));
                let help = "add a template constraint with `allowed_values` and `within_lock: true`";
                report(&parameter.key, message, help);
            }
        }
    }
}

fn retention(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    node.as_mapping()?.get(RETENTION)
}

/// Whether a constraint or the template itself keeps the parameter inside of the lock.
fn is_bound(product: &Product<'_>, parameter: &Parameter<'_>, bounds: LockRange) -> bool {
    let constraints = product.template_constraints.iter().filter(|constraint| constraint.within_lock);
    let mut choices = constraints.flat_map(TemplateConstraint::choices);
    let takes = |limit: Option<f64>, bound: Option<u64>, keeps: fn(f64, f64) -> bool| {
        bound.is_none_or(|bound| limit.is_some_and(|limit| keeps(limit, bound as f64)))
    };
    choices.any(|choice| choice.parameter.value == parameter.name)
        || (takes(parameter.min_value.map(|least| least.value), bounds.min, |own, bound| own >= bound)
            && takes(parameter.max_value.map(|most| most.value), bounds.max, |own, bound| own <= bound))
        || (!parameter.allowed_values.is_empty()
            && parameter.allowed_values.iter().all(|value| {
                let days = value.scalar_text().and_then(|text| text.parse().ok());
                days.is_some_and(|days| bounds.conflict(Some(days)).is_none())
            }))
}
