//! `snapshot`: the organization and what is deployed in it, in the shape that `plan` and its like read.
//!
//! The same state gives the same bytes: everything is sorted, and nothing says when it was taken. So a plan's
//! id holds until something changes, and two snapshots can be compared line by line.

mod anonymise;
mod deployed;
mod error;
mod journal;
mod model;
mod organization;

use std::cell::Cell;

use crate::home::Home;
use crate::ports::{OrganizationReader, ParameterReader, PolicyStore, Root, StackSetReader};

pub use error::SnapshotError;
pub use journal::Journal;
pub use model::{Account, Baseline, Deployed, Organization, Policy, Snapshot, StackSet, Unit, VERSION};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// Organizational units.
    Units,
    /// Accounts.
    Accounts,
    /// Policies.
    Policies,
    /// Stack sets.
    StackSets,
    /// Stack instances.
    Instances,
}

impl Counted {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::Units, Self::Accounts, Self::Policies, Self::StackSets, Self::Instances];

    /// What they are called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Units => "organizational units",
            Self::Accounts => "accounts",
            Self::Policies => "policies",
            Self::StackSets => "stack sets",
            Self::Instances => "stack instances",
        }
    }
}

/// Told how far it is.
pub trait Progress {
    /// So many more are known to come. Of some, nobody knows before they are there.
    fn expected(&self, what: Counted, more: usize);

    /// So many more are done.
    fn done(&self, what: Counted, more: usize);
}

/// Counts.
#[derive(Debug, Default)]
pub struct Count([Cell<usize>; Counted::ALL.len()]);

impl Count {
    /// How many are done.
    #[must_use]
    pub fn of(&self, what: Counted) -> usize {
        self.0[what as usize].get()
    }
}

impl Progress for Count {
    fn expected(&self, _: Counted, _: usize) {}

    fn done(&self, what: Counted, more: usize) {
        let counter = &self.0[what as usize];
        counter.set(counter.get() + more);
    }
}

/// What a snapshot is taken of.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// The management account.
    pub home: &'s Home,
    /// Control Tower's home Region, in which the ports look.
    pub region: &'s str,
    /// The parameters of Parameter Store that are of interest.
    pub parameters: &'s [String],
}

/// Calls that are prepared at a time. How many run is the settings' to say; this only has to be more.
const AHEAD: usize = 32;

/// Takes a snapshot of the tree alone: no stack sets, and so nothing of who is enrolled, and no policies.
///
/// # Errors
/// Where AWS does not answer.
pub async fn take_tree<P: OrganizationReader>(
    ports: &P,
    root: &Root,
    home: &Home,
    region: &str,
    progress: &dyn Progress,
) -> Result<Snapshot, SnapshotError> {
    let tree = organization::tree(ports, &root.id, &Journal::none(), progress).await?;
    let (stack_sets, baseline) = deployed::without_baseline(Vec::new());
    let deployed = Deployed { stack_sets, ..Deployed::default() };
    Ok(Snapshot {
        version: VERSION,
        organization: organization_of(home, region, &root.id, tree, baseline),
        deployed,
    })
}

fn organization_of(
    home: &Home,
    region: &str,
    root: &str,
    tree: organization::Tree,
    baseline: Baseline,
) -> Organization {
    Organization {
        management_account_id: home.account,
        root_id: root.to_owned(),
        organizational_units: tree.units,
        accounts: tree.accounts,
        baseline_stack_set: baseline,
        home_region: region.to_owned(),
        partition: home.partition.clone(),
    }
}

/// Takes a snapshot. What `journal` remembers of an earlier run is not asked again.
///
/// # Errors
/// Where AWS does not answer, or the journal cannot be written. What was learnt is in the journal then.
pub async fn take<P>(
    ports: &P,
    subject: &Subject<'_>,
    journal: &Journal,
    progress: &dyn Progress,
) -> Result<Snapshot, SnapshotError>
where
    P: OrganizationReader + PolicyStore + StackSetReader + ParameterReader,
{
    let root = journal.remember("root", ports.root()).await?;
    let (tree, policies, stack_sets, parameters) = tokio::try_join!(
        organization::tree(ports, &root.id, journal, progress),
        deployed::policies(ports, &root, journal, progress),
        deployed::stack_sets(ports, journal, progress),
        deployed::parameters(ports, subject.parameters, journal),
    )?;
    let (stack_sets, baseline) = deployed::without_baseline(stack_sets);
    let organization = organization_of(subject.home, subject.region, &root.id, tree, baseline);
    let deployed = Deployed { stack_sets, policies, ssm_parameters: parameters };
    Ok(Snapshot { version: VERSION, organization, deployed })
}

#[cfg(test)]
mod tests;
