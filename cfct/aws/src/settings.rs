//! How AWS is reached: everything that can be set, in one place.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;

/// How AWS is reached. What is `None` is looked up where every AWS tool looks: the environment, then the
/// profile, then the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The profile in the user's AWS configuration.
    pub profile: Option<String>,
    /// The Region: Control Tower's home Region.
    pub region: Option<String>,
    /// An address in place of AWS's own, as of an emulator.
    pub endpoint_url: Option<String>,
    /// The role to take in another account.
    pub execution_role: String,
    /// How often a call is tried in all; `None` leaves it to `AWS_MAX_ATTEMPTS`, or [`Settings::ATTEMPTS`].
    pub attempts: Option<u32>,
    /// Whether a throttled call lowers the rate of all that follow, in the whole process, until calls pass again.
    pub adaptive: bool,
    /// The longest wait before the second try; each further one doubles it, up to 20 seconds.
    pub first_backoff: Duration,
    /// How long the connection may take.
    pub connect_timeout: Duration,
    /// How long one try may take. A part of an upload is one.
    pub attempt_timeout: Duration,
    /// How many calls run side by side.
    pub concurrency: usize,
    /// The size of a part of an upload, in bytes, and the largest object that is sent in one request. S3 takes
    /// parts from 5 MiB up (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>).
    pub part_bytes: usize,
}

impl Settings {
    /// How often a call is tried where nothing says otherwise.
    pub const ATTEMPTS: u32 = 8;

    /// The role that Control Tower makes in every account it enrols.
    ///
    /// <https://docs.aws.amazon.com/controltower/latest/userguide/awscontroltowerexecution.html>
    pub const EXECUTION_ROLE: &'static str = "AWSControlTowerExecution";

    pub(crate) fn retries(&self) -> RetryConfig {
        let mode = if self.adaptive { RetryConfig::adaptive() } else { RetryConfig::standard() };
        mode.with_max_attempts(self.attempts.unwrap_or(Self::ATTEMPTS))
            .with_initial_backoff(self.first_backoff)
    }

    pub(crate) fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect_timeout)
            .operation_attempt_timeout(self.attempt_timeout)
            .build()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: None,
            region: None,
            endpoint_url: None,
            execution_role: Self::EXECUTION_ROLE.to_owned(),
            attempts: None,
            adaptive: true,
            first_backoff: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_mins(1),
            concurrency: 8,
            part_bytes: 16 << 20,
        }
    }
}
