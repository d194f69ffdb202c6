//! The fields that are known, so that those that are not can be counted.

use serde_json::{Map, Value as Json};

const ENVELOPE: &[&str] =
    &["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"];

const DETAIL: &[&str] = &[
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "eventID",
    "readOnly",
    "eventType",
    "serviceEventDetails",
    "managementEvent",
    "recipientAccountId",
    "eventCategory",
    "requestParameters",
    "responseElements",
];

/// Of the object about what was done, in all events.
const STATUS: &[&str] = &[
    "organizationalUnit",
    "organizationalUnits",
    "account",
    "accounts",
    "guardrails",
    "rootOrganizationalId",
    "failedPrechecks",
    "state",
    "message",
    "requestedTimestamp",
    "requestTimestamp",
    "completedTimestamp",
    "enabledBaselineDetails",
    "baselineDetails",
];

const BASELINE: &[&str] = &[
    "arn",
    "parentIdentifier",
    "targetIdentifier",
    "baselineIdentifier",
    "baselineVersion",
    "statusSummary",
    "parameters",
];

const VALIDATION: &[&str] =
    &["accountId", "policyType", "state", "requestTimestamp", "info", "validationErrors"];

/// The fields of an event that are not known.
pub(super) fn unknown(envelope: &Map<String, Json>, detail: &Map<String, Json>, status: &Json) -> usize {
    let of = |value: &Json, known: &[&str]| value.as_object().map_or(0, |map| strange(map, known));
    let known = if status.get("policyType").is_some() { VALIDATION } else { STATUS };
    strange(envelope, ENVELOPE)
        + strange(detail, DETAIL)
        + of(status, known)
        + of(&status["enabledBaselineDetails"], BASELINE)
}

fn strange(map: &Map<String, Json>, known: &[&str]) -> usize {
    map.keys().filter(|key| !known.contains(&key.as_str())).count()
}
