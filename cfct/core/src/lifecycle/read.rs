//! From bytes to a [`Reading`].

use serde_json::{Map, Value as Json};

use super::{Event, Expected, LONGEST, Outcome, Reading, Rejected, Wake, fields, time};
use crate::aws::{AccountId, Region, is_organization_id, is_ou_id};
use crate::words::excerpt;

/// What is said of an effective policy in a log, at most.
const REMARKS: usize = 20;

/// What the status of an event is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// An account came to be governed, or its enrolment was made anew.
    Account,
    /// A unit came to be governed.
    Unit,
    /// A baseline was put on a unit or account.
    Baseline,
    /// The landing zone.
    LandingZone,
    /// What changes nothing for backups.
    Nothing(&'static str),
}

const NO_CONTROL: &str = "controls change nothing for backups";
const LEFT: &str = "what left the governance of Control Tower keeps what it has";

/// Every event by name.
///
/// <https://docs.aws.amazon.com/controltower/latest/userguide/lifecycle-events.html>
const EVENTS: [(&str, Subject); 15] = [
    ("CreateManagedAccount", Subject::Account),
    // A creation that failed and was tried again ends with this one.
    ("UpdateManagedAccount", Subject::Account),
    ("EnableGuardrail", Subject::Nothing(NO_CONTROL)),
    ("DisableGuardrail", Subject::Nothing(NO_CONTROL)),
    ("SetupLandingZone", Subject::LandingZone),
    ("UpdateLandingZone", Subject::LandingZone),
    ("ResetLandingZone", Subject::LandingZone),
    ("RegisterOrganizationalUnit", Subject::Unit),
    ("DeregisterOrganizationalUnit", Subject::Nothing(LEFT)),
    ("PrecheckOrganizationalUnit", Subject::Nothing("a check before registration changes nothing")),
    // Accounts that are enrolled by themselves when they move into a unit are told of by these alone.
    ("EnableBaseline", Subject::Baseline),
    ("UpdateEnabledBaseline", Subject::Baseline),
    ("ResetEnabledBaseline", Subject::Baseline),
    ("DisableBaseline", Subject::Nothing(LEFT)),
    ("EffectivePolicyValidation", Subject::Nothing("the policy is no backup policy")),
];

/// Reads an event.
#[must_use]
pub fn read(bytes: &[u8], expected: &Expected) -> Reading {
    match event(bytes, expected) {
        Ok((event, true)) => Reading::Known(event),
        Ok((event, false)) => Reading::Unknown(event),
        Err(rejected) => Reading::Rejected(rejected),
    }
}

/// The event, and whether it is one that is known.
fn event(bytes: &[u8], expected: &Expected) -> Result<(Event, bool), Rejected> {
    if bytes.len() > LONGEST {
        return Err(Rejected::TooLong { bytes: bytes.len() });
    }
    let json: Json = serde_json::from_slice(bytes).map_err(|error| Rejected::Malformed(error.to_string()))?;
    let envelope = json.as_object().ok_or_else(|| Rejected::Malformed("it is no object".to_owned()))?;
    let source = text(envelope, "source")?;
    let is_organizations = match source {
        "aws.controltower" => false,
        "aws.organizations" => true,
        other => return Err(Rejected::Source(excerpt(other))),
    };
    of_the_right_place(envelope, is_organizations, expected)?;
    let detail = envelope.get("detail").and_then(Json::as_object);
    let detail = detail.ok_or_else(|| Rejected::Malformed("it has no `detail`".to_owned()))?;
    let service = if is_organizations { "organizations.amazonaws.com" } else { "controltower.amazonaws.com" };
    let event_source = text(detail, "eventSource")?;
    if event_source != service {
        return Err(Rejected::Source(excerpt(event_source)));
    }
    let name = text(detail, "eventName")?;
    let status = status(detail, name);
    of_the_right_organization(status, expected)?;
    let subject = EVENTS.iter().find(|(known, _)| *known == name).map(|(_, subject)| *subject);
    let outcome = outcome(status);
    let is_validation = name == "EffectivePolicyValidation";
    let wake = match subject {
        _ if is_validation => validated(status),
        Some(subject) => wake(subject, status, &outcome),
        None => account_of(status).map_or_else(
            || Wake::Nothing("the event is not known; the schedule finds what it changed".to_owned()),
            Wake::Account,
        ),
    };
    let completed = ["completedTimestamp", "requestedTimestamp", "requestTimestamp"];
    let completed = completed.iter().find_map(|key| time::read(status.get(*key)?.as_str()?));
    let event = Event {
        id: text(envelope, "id").map(excerpt).unwrap_or_default(),
        name: excerpt(name),
        outcome,
        accounts: account_of(status).map(|account| vec![account]),
        wake,
        completed: completed.or_else(|| time::read(text(detail, "eventTime").ok()?)),
        unknown_fields: fields::unknown(envelope, detail, status),
        remarks: remarks(status),
    };
    Ok((event, subject.is_some()))
}

fn text<'j>(map: &'j Map<String, Json>, key: &str) -> Result<&'j str, Rejected> {
    let text = map.get(key).and_then(Json::as_str);
    text.ok_or_else(|| Rejected::Malformed(format!("it has no `{key}`")))
}

fn of_the_right_place(
    envelope: &Map<String, Json>,
    is_organizations: bool,
    expected: &Expected,
) -> Result<(), Rejected> {
    let account = text(envelope, "account")?;
    if account.parse() != Ok(expected.management_account) {
        let (found, expected) = (excerpt(account), expected.management_account);
        return Err(Rejected::Account { found, expected });
    }
    let region = text(envelope, "region")?;
    let right = if is_organizations { organizations(&expected.home_region) } else { &expected.home_region };
    if region != right {
        return Err(Rejected::Region { found: excerpt(region), expected: right.to_owned() });
    }
    Ok(())
}

/// The Region that Organizations sends its events from, in the partition of a Region.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html>
fn organizations(region: &str) -> &'static str {
    match Region::find(region).map(|region| region.partition) {
        Some("aws-cn") => "cn-northwest-1",
        Some("aws-us-gov") => "us-gov-west-1",
        _ => "us-east-1",
    }
}

/// What was done: one object under `serviceEventDetails`, named after the event; that of Organizations is not named.
fn status<'j>(detail: &'j Map<String, Json>, name: &str) -> &'j Json {
    let details = detail.get("serviceEventDetails").unwrap_or(&Json::Null);
    let mut key: String = name.chars().take(1).flat_map(char::to_lowercase).collect();
    key.extend(name.chars().skip(1));
    key.push_str("Status");
    match details.get(&key) {
        Some(status) => status,
        // An event that is not known may name it otherwise.
        None => {
            let only = details.as_object().filter(|map| map.len() == 1).and_then(|map| map.values().next());
            only.filter(|value| value.is_object()).unwrap_or(details)
        }
    }
}

/// Where the event names an organization it has to be ours: in the ARN of a baseline's target, in the path of an
/// account.
fn of_the_right_organization(status: &Json, expected: &Expected) -> Result<(), Rejected> {
    let Some(ours) = &expected.organization else { return Ok(()) };
    let target = status["enabledBaselineDetails"]["targetIdentifier"].as_str();
    let paths = status["validationErrors"].as_array().into_iter().flatten();
    let paths = paths.filter_map(|error| error["accountPath"].as_str());
    let mut named = target
        .into_iter()
        .chain(paths)
        .flat_map(|text| text.split('/'))
        .filter(|part| is_organization_id(part));
    match named.find(|found| found != ours) {
        Some(found) => Err(Rejected::Organization { found: found.to_owned(), expected: ours.clone() }),
        None => Ok(()),
    }
}

/// The word is in `state`; baselines have it in a summary.
fn outcome(status: &Json) -> Outcome {
    let word = status["state"].as_str();
    match word.or_else(|| status["enabledBaselineDetails"]["statusSummary"]["status"].as_str()) {
        Some("SUCCEEDED") => Outcome::Succeeded,
        Some("FAILED") => Outcome::Failed,
        other => Outcome::Other(excerpt(other.unwrap_or_default())),
    }
}

fn wake(subject: Subject, status: &Json, outcome: &Outcome) -> Wake {
    let nothing = |reason: &str| Wake::Nothing(reason.to_owned());
    if *outcome == Outcome::Failed && !matches!(subject, Subject::Nothing(_)) {
        return nothing("it failed; when it is tried again there is another event");
    }
    match subject {
        Subject::Nothing(reason) => nothing(reason),
        Subject::LandingZone => Wake::Organization,
        Subject::Account => account_of(status)
            .map_or_else(|| nothing("it names no account; the schedule finds it"), Wake::Account),
        Subject::Unit => unit_of(status["organizationalUnit"]["organizationalUnitId"].as_str())
            .map_or_else(|| nothing("it names no unit; the schedule finds it"), Wake::Unit),
        Subject::Baseline => {
            let target = status["enabledBaselineDetails"]["targetIdentifier"].as_str();
            let unit = unit_of(target.and_then(|arn| arn.rsplit('/').next()));
            let of_account = account_of(status).map(Wake::Account);
            of_account
                .or(unit.map(Wake::Unit))
                .unwrap_or_else(|| nothing("its target is neither a unit nor an account"))
        }
    }
}

/// An invalid policy leaves the account on its last valid one, so either word is worth a look.
fn validated(status: &Json) -> Wake {
    if status["policyType"].as_str() != Some("BACKUP_POLICY") {
        return Wake::Nothing("the policy is no backup policy".to_owned());
    }
    account_of(status)
        .map_or_else(|| Wake::Nothing("it names no account; the schedule finds it".to_owned()), Wake::Account)
}

/// The account that is the subject: by id, or as the target of a baseline, `…:account/o-…/<id>`.
fn account_of(status: &Json) -> Option<AccountId> {
    let id = status["account"]["accountId"].as_str().or_else(|| status["accountId"].as_str());
    let target = || status["enabledBaselineDetails"]["targetIdentifier"].as_str()?.rsplit('/').next();
    id.or_else(target)?.parse().ok()
}

fn unit_of(id: Option<&str>) -> Option<String> {
    id.filter(|id| is_ou_id(id)).map(str::to_owned)
}

fn remarks(status: &Json) -> Vec<String> {
    let errors = status["validationErrors"].as_array().into_iter().flatten();
    let word = |error: &Json, key: &str| excerpt(error[key].as_str().unwrap_or("?"));
    let one = |error: &Json| {
        format!(
            "{} at {}: {}",
            word(error, "errorCode"),
            word(error, "pathToError"),
            word(error, "errorMessage")
        )
    };
    errors.take(REMARKS).map(one).collect()
}
