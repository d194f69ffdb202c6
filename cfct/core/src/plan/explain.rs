//! Why an account gets what it gets, down to the line of the manifest.

use super::{Attachment, Plan, PolicyKind, Sources};
use crate::aws::AccountId;
use crate::organization::{AccountIndex, Organization};
use crate::source::{Located, Location};

/// Something that an account gets, and the entry of the manifest that gives it.
#[derive(Clone, Debug)]
pub struct Given {
    /// The resource.
    pub resource: String,
    /// `stack_set`, `scp` or `rcp`.
    pub method: &'static str,
    /// The Regions of a stack set.
    pub regions: Vec<String>,
    /// The entries of the target lists, each with its text.
    pub because: Vec<(String, Location)>,
}

/// Everything that the plan gives to an account; `None` where it is not in the organization.
#[must_use]
pub fn explain(plan: &Plan<'_>, sources: &Sources<'_>, id: AccountId) -> Option<Vec<Given>> {
    let account = sources.organization.account_by_id(id)?;
    let stack_sets = plan.stack_sets.iter().filter_map(|stack_set| {
        let because: Vec<_> = stack_set
            .resolved
            .reasons(account, sources.organization)
            .map(|target| (target.text.to_string(), target.node.location()))
            .collect();
        let number = plan.table.accounts.number(id)?;
        stack_set.desired.accounts.contains(number).then(|| Given {
            resource: stack_set.resource.display_name().to_owned(),
            method: "stack_set",
            regions: regions(plan, &stack_set.desired.regions),
            because,
        })
    });
    let path = ids_above(sources.organization, account);
    let policies = plan.policies.iter().filter_map(|policy| {
        let reaching: Vec<&str> = policy
            .targets
            .iter()
            .map(Attachment::target)
            .filter(|id| path.iter().any(|above| above == id))
            .collect();
        if reaching.is_empty() {
            return None;
        }
        let units = policy.resource.organizational_units.iter();
        let because = units
            .filter(|unit| {
                let parts = unit.value.split(':').map(str::trim).filter(|part| !part.is_empty());
                let named = if unit.value == "Root" {
                    Some(crate::organization::UnitIndex::ROOT)
                } else {
                    sources.organization.unit_at(parts)
                };
                named.is_some_and(|unit| reaching.contains(&&*sources.organization.unit(unit).id))
            })
            .map(|unit| (unit.value.to_owned(), unit.node.location()));
        Some(Given {
            resource: policy.name.clone(),
            method: match policy.kind {
                PolicyKind::Scp => "scp",
                PolicyKind::Rcp => "rcp",
            },
            regions: Vec::new(),
            because: because.collect(),
        })
    });
    // Policies never bind the management account, whatever they are attached to.
    let binds = sources.organization.management() != Some(account);
    Some(policies.filter(|_| binds).chain(stack_sets).collect())
}

fn regions(plan: &Plan<'_>, numbers: &[usize]) -> Vec<String> {
    numbers.iter().filter_map(|number| plan.table.regions().get(*number)).map(ToString::to_string).collect()
}

/// The ids of the account and of every unit above it.
fn ids_above(organization: &Organization, account: AccountIndex) -> Vec<String> {
    let account = organization.account(account);
    let units = account.parent.into_iter().flat_map(|unit| {
        std::iter::once(unit)
            .chain(organization.ancestors(unit))
            .map(|unit| organization.unit(unit).id.to_string())
    });
    std::iter::once(account.id.to_string()).chain(units).collect()
}
