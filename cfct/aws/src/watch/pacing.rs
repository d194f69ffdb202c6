//! When to look again: by how much happens, and by what goes wrong.

use std::time::Duration;

use crate::error::{AwsError, ErrorKind};

/// How long to wait between two looks: longer while nothing happens, and in proportion to what a look takes.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    least: Duration,
    current: Duration,
}

impl Interval {
    /// How many times the least wait it grows to.
    const MOST: u32 = 6;

    /// How many times as long as a look it waits, so that looking at thousands of instances does not take up
    /// the calls that CfCT itself needs.
    const SHARE: u32 = 4;

    /// One that waits `least` where something happens.
    #[must_use]
    pub fn new(least: Duration) -> Self {
        Self { least, current: least }
    }

    /// The wait after a look that took so long.
    pub fn after(&mut self, something_happened: bool, took: Duration) -> Duration {
        self.current =
            if something_happened { self.least } else { (self.current * 3 / 2).min(self.least * Self::MOST) };
        self.current.max(took * Self::SHARE)
    }
}

/// What to do where AWS cannot be asked: expired credentials are renewed by somebody, and networks come back.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    first: Duration,
    limit: Duration,
    since: Option<Duration>,
    tries: u32,
}

impl Patience {
    /// The longest wait between two tries.
    const LONGEST: Duration = Duration::from_secs(30);

    /// One that first waits `first`, and lasts for `limit`.
    #[must_use]
    pub fn new(first: Duration, limit: Duration) -> Self {
        Self { first, limit, since: None, tries: 0 }
    }

    /// How long to wait before the next try; `None` where no try can help, or all patience is gone. `now` is
    /// the time since anything.
    pub fn after(&mut self, error: &AwsError, now: Duration) -> Option<Duration> {
        let since = *self.since.get_or_insert(now);
        if !passes(error.kind) || now.saturating_sub(since) >= self.limit {
            return None;
        }
        let wait = self.first.saturating_mul(1 << self.tries.min(10)).min(Self::LONGEST);
        self.tries += 1;
        Some(wait)
    }

    /// AWS answered: for how long it had not.
    pub fn over(&mut self, now: Duration) -> Option<Duration> {
        self.tries = 0;
        self.since.take().map(|since| now.saturating_sub(since))
    }
}

/// What may be over in a while. A proxy or a portal that answers in place of AWS goes away with the network.
fn passes(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NoCredentials
            | ErrorKind::ExpiredCredentials
            | ErrorKind::WrongCredentials
            | ErrorKind::Throttled
            | ErrorKind::TimedOut
            | ErrorKind::Unreachable
            | ErrorKind::Server
            | ErrorKind::BadAnswer
    )
}

#[cfg(test)]
mod tests {
    use super::{Interval, Patience};
    use crate::error::{AwsError, ErrorKind};
    use crate::operation::codepipeline::GET_PIPELINE_EXECUTION;
    use std::time::Duration;

    fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn it_looks_less_often_while_nothing_happens() {
        let mut interval = Interval::new(seconds(4));
        let waits: Vec<f64> = [false, false, false, false, false, false, true, false]
            .map(|happened| interval.after(happened, Duration::ZERO).as_secs_f64())
            .to_vec();
        assert_eq!(waits, [6.0, 9.0, 13.5, 20.25, 24.0, 24.0, 4.0, 6.0]);
    }

    #[test]
    fn a_look_that_takes_long_is_taken_less_often() {
        assert_eq!(Interval::new(seconds(4)).after(true, seconds(12)), seconds(48));
    }

    #[test]
    fn what_passes_is_waited_for_and_what_does_not_is_not() {
        let error = |kind| AwsError::new(kind, GET_PIPELINE_EXECUTION, "");
        let mut patience = Patience::new(seconds(5), seconds(3600));
        let expired = error(ErrorKind::ExpiredCredentials);
        let waits: Vec<_> = (0..5).map(|try_at| patience.after(&expired, seconds(try_at))).collect();
        assert_eq!(waits, [5, 10, 20, 30, 30].map(|wait| Some(seconds(wait))));
        assert_eq!(patience.over(seconds(100)), Some(seconds(100)));
        assert_eq!(patience.over(seconds(100)), None);
        assert_eq!(patience.after(&error(ErrorKind::Unreachable), seconds(200)), Some(seconds(5)));
        assert_eq!(patience.after(&error(ErrorKind::Unreachable), seconds(3800)), None);
        for kind in [ErrorKind::AccessDenied, ErrorKind::NotFound, ErrorKind::Interrupted] {
            assert_eq!(Patience::new(seconds(5), seconds(3600)).after(&error(kind), seconds(0)), None);
        }
    }
}
