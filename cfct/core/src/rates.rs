//! How often AWS lets an account call, as data with a date and a source.

/// How often calls are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The service.
    pub service: &'static str,
    /// The operations that share it; every other one of the service where there is none.
    pub operations: &'static [&'static str],
    /// Calls a second.
    pub per_second: f64,
    /// Calls that may come at once after a pause.
    pub burst: u32,
    /// Who says so.
    pub source: &'static str,
    /// The month it was read or chosen, as `YYYY-MM`.
    pub as_of: &'static str,
}

const ORGANIZATIONS: &str =
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html";
const S3: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html";
/// Where AWS publishes no number: low enough that the SDK's adaptive retries have little to correct.
const CHOSEN: &str = "our choice";

/// AWS gives the number for each of them; together they stay below it.
const POLICY_WRITES: &[&str] =
    &["CreatePolicy", "UpdatePolicy", "DeletePolicy", "AttachPolicy", "DetachPolicy", "TagResource"];

/// The rates, special ones before those of their service.
pub const RATES: &[Rate] = &[
    of_operations("organizations", &["DescribePolicy"], 2.0, 2, ORGANIZATIONS),
    of_operations("organizations", POLICY_WRITES, 2.0, 3, ORGANIZATIONS),
    of_operations("organizations", &["EnablePolicyType"], 1.0, 1, ORGANIZATIONS),
    of_service("organizations", 5.0, 10, CHOSEN),
    of_service("account", 1.0, 2, CHOSEN),
    of_service("backup", 5.0, 10, CHOSEN),
    of_operations("events", &["PutEvents"], 100.0, 100, CHOSEN),
    of_service("events", 5.0, 10, CHOSEN),
    of_service("iam", 5.0, 10, CHOSEN),
    of_service("cloudformation", 8.0, 16, CHOSEN),
    of_service("codepipeline", 2.0, 4, CHOSEN),
    of_service("kms", 5.0, 5, CHOSEN),
    of_service("logs", 5.0, 10, CHOSEN),
    of_service("ram", 5.0, 10, CHOSEN),
    of_service("s3", 3500.0, 100, S3),
    of_service("servicecatalog", 5.0, 10, CHOSEN),
    of_service("ssm", 3.0, 10, CHOSEN),
    of_service("states", 4.0, 10, CHOSEN),
    of_service("sts", 10.0, 20, CHOSEN),
];

const AS_OF: &str = "2026-11";

const fn of_service(service: &'static str, per_second: f64, burst: u32, source: &'static str) -> Rate {
    Rate { service, operations: &[], per_second, burst, source, as_of: AS_OF }
}

const fn of_operations(
    service: &'static str,
    operations: &'static [&'static str],
    per_second: f64,
    burst: u32,
    source: &'static str,
) -> Rate {
    Rate { service, operations, per_second, burst, source, as_of: AS_OF }
}

/// The rate of an operation: its own, or that of its service.
#[must_use]
pub fn of(service: &str, operation: &str) -> Option<&'static Rate> {
    let mut rates = RATES.iter().filter(|rate| rate.service == service);
    rates.find(|rate| rate.operations.is_empty() || rate.operations.contains(&operation))
}
