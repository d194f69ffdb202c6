//! How long stack set operations take: an estimate, with every guess as data.

/// How CfCT runs its operations: parameters of its CloudFormation stack.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationPreferences {
    /// `MaxConcurrentPercentage`.
    pub max_concurrent_percentage: u32,
    /// `FailureTolerancePercentage`.
    pub failure_tolerance_percentage: u32,
    /// `RegionConcurrencyType` is `PARALLEL`.
    pub regions_in_parallel: bool,
}

impl Default for OperationPreferences {
    /// The defaults of CfCT 2.8.4's stack.
    fn default() -> Self {
        Self { max_concurrent_percentage: 100, failure_tolerance_percentage: 10, regions_in_parallel: true }
    }
}

impl OperationPreferences {
    /// How many accounts of a Region an operation over `accounts` of them starts with.
    ///
    /// CfCT asks for no concurrency mode, so it is strict: no more at once than may fail, and one. Percentages
    /// are rounded down, though never to no account at once. The concurrency falls as instances fail; here
    /// none does.
    #[must_use]
    pub fn start_concurrency(&self, accounts: usize) -> usize {
        let of = |percentage: u32| accounts.saturating_mul(percentage as usize) / 100;
        of(self.max_concurrent_percentage).max(1).min(of(self.failure_tolerance_percentage) + 1)
    }
}

/// Guesses about the time that things take, in seconds. Measure yours and put them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// One stack, from request to result. It is the template that decides; a minute is a stack of a few
    /// IAM or Backup resources.
    pub stack: u64,
    /// What an operation costs beside its stacks: CloudFormation queues it, and the state machine asks for
    /// its status every 10 seconds (`Create Task Running`).
    pub operation: u64,
    /// An execution without any operation: its Lambda calls, and the stage's own polling (15 seconds,
    /// `WAIT_TIME`).
    pub execution: u64,
    /// The pre-check of a stack set: listing its instances, 20 at a time.
    pub page_of_instances: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { stack: 60, operation: 20, execution: 30, page_of_instances: 1 }
    }
}

/// A stack set operation, by size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The accounts that it names.
    pub accounts: usize,
    /// The Regions that it names.
    pub regions: usize,
}

impl Operation {
    /// How many instances it works on.
    #[must_use]
    pub fn instances(self) -> usize {
        self.accounts.saturating_mul(self.regions)
    }

    /// The estimate in seconds: in each Region as many rounds as it takes at the concurrency of the start,
    /// Regions side by side or one after another.
    #[must_use]
    pub fn seconds(self, preferences: &OperationPreferences, pace: &Pace) -> u64 {
        if self.instances() == 0 {
            return pace.operation;
        }
        let rounds = self.accounts.div_ceil(preferences.start_concurrency(self.accounts));
        let in_a_row = if preferences.regions_in_parallel { 1 } else { self.regions };
        let rounds = u64::try_from(rounds.saturating_mul(in_a_row)).unwrap_or(u64::MAX);
        rounds.saturating_mul(pace.stack).saturating_add(pace.operation)
    }
}

/// The estimate in seconds for one stack set in one run: its pre-check over `instances` deployed ones, and
/// its operations one after another. `operations` is `None` where no execution is started.
#[must_use]
pub fn run_seconds(
    instances: usize,
    operations: Option<&[Operation]>,
    preferences: &OperationPreferences,
    pace: &Pace,
) -> u64 {
    const PAGE: usize = 20;
    let pages = u64::try_from(instances.div_ceil(PAGE)).unwrap_or(u64::MAX);
    let pre_check = pages.saturating_mul(pace.page_of_instances);
    let Some(operations) = operations else { return pre_check };
    let operations = operations.iter().map(|operation| operation.seconds(preferences, pace));
    operations.fold(pre_check.saturating_add(pace.execution), u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::{Operation, OperationPreferences, Pace, run_seconds};

    #[test]
    fn the_start_concurrency_is_one_more_than_may_fail() {
        let default = OperationPreferences::default();
        for (accounts, at_once) in [(1, 1), (9, 1), (10, 2), (99, 10), (10_000, 1001)] {
            assert_eq!(default.start_concurrency(accounts), at_once, "{accounts}");
        }
        let narrow = OperationPreferences { max_concurrent_percentage: 1, ..default };
        assert_eq!((narrow.start_concurrency(10), narrow.start_concurrency(10_000)), (1, 100));
    }

    #[test]
    fn an_operation_takes_its_rounds_in_each_region() {
        let (default, pace) = (OperationPreferences::default(), Pace::default());
        let operation = Operation { accounts: 100, regions: 3 };
        assert_eq!(operation.seconds(&default, &pace), 10 * 60 + 20);
        let sequential = OperationPreferences { regions_in_parallel: false, ..default };
        assert_eq!(operation.seconds(&sequential, &pace), 30 * 60 + 20);
        assert_eq!(Operation { accounts: 0, regions: 3 }.seconds(&default, &pace), 20);
    }

    #[test]
    fn an_unchanged_stack_set_costs_its_pre_check_alone() {
        let (default, pace) = (OperationPreferences::default(), Pace::default());
        assert_eq!(run_seconds(300, None, &default, &pace), 15);
        assert_eq!(run_seconds(0, Some(&[]), &default, &pace), 30);
    }
}
