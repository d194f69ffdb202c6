//! Settings of the organization, and of AWS Backup in its accounts, that CloudFormation has no type for.
//!
//! What the configuration does not name stays as it is: nothing is turned off because it was left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::Decision;
use crate::aws::AccountId;
use crate::decision::Blocked;

/// The service principal of AWS Backup.
pub const BACKUP: &str = "backup.amazonaws.com";

/// An account and a Region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.account, self.region)
    }
}

/// The settings as they are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// Service principals with trusted access.
    pub trusted_access: BTreeSet<String>,
    /// Whether stack sets have trusted access, which CloudFormation turns on itself.
    pub stack_sets: bool,
    /// Policy types that are on.
    pub policy_types: BTreeSet<String>,
    /// Delegated administrators: the service, and the account.
    pub administrators: BTreeSet<(String, AccountId)>,
    /// Global settings of AWS Backup.
    pub global: BTreeMap<String, String>,
    /// Resource types that AWS Backup is to back up, or not, in each place.
    pub opt_ins: BTreeMap<Place, BTreeMap<String, bool>>,
}

/// The settings as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Service principals with trusted access.
    pub trusted_access: BTreeSet<String>,
    /// Whether stack sets have trusted access.
    pub stack_sets: bool,
    /// Policy types that are on.
    pub policy_types: BTreeSet<String>,
    /// Delegated administrators of the services that are of interest.
    pub administrators: BTreeSet<(String, AccountId)>,
    /// Global settings of AWS Backup.
    pub global: BTreeMap<String, String>,
    /// The resource types that AWS Backup knows in each place, and whether it backs them up; or why it did not
    /// say.
    pub opt_ins: BTreeMap<Place, Result<BTreeMap<String, bool>, String>>,
}

/// A change to one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A service gets trusted access.
    TrustAccess(String),
    /// Stack sets get trusted access.
    ActivateStackSets,
    /// A policy type is turned on.
    EnablePolicyType(String),
    /// An account becomes the administrator of a service.
    RegisterAdministrator {
        /// The service principal.
        service: String,
        /// The account.
        account: AccountId,
    },
    /// Global settings of AWS Backup become these.
    Global(BTreeMap<String, String>),
    /// The choice of resource types becomes this.
    OptIn {
        /// Where.
        place: Place,
        /// What changes.
        changes: BTreeMap<String, bool>,
        /// The whole of it: what does not change is said again.
        preference: BTreeMap<String, bool>,
    },
}

impl Step {
    /// Whether it takes something away.
    #[must_use]
    pub fn is_destructive(&self) -> bool {
        match self {
            Self::Global(settings) => settings.values().any(|value| value == "false"),
            Self::OptIn { changes, .. } => changes.values().any(|is_on| !is_on),
            _ => false,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TrustAccess(service) => write!(f, "give {service} access to the organization"),
            Self::ActivateStackSets => f.write_str("give stack sets access to the organization"),
            Self::EnablePolicyType(kind) => write!(f, "turn on policies of type {kind}"),
            Self::RegisterAdministrator { service, account } => {
                write!(f, "make {account} a delegated administrator of {service}")
            }
            Self::Global(settings) => {
                let settings: Vec<_> =
                    settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
                write!(f, "set {} for AWS Backup", settings.join(", "))
            }
            Self::OptIn { place, changes, .. } => {
                let named = |wanted: bool| {
                    let changes = changes.iter().filter(|(_, is_on)| **is_on == wanted);
                    changes.map(|(kind, _)| kind.as_str()).collect::<Vec<_>>().join(", ")
                };
                let mut parts = Vec::new();
                for (verb, kinds) in [("back up", named(true)), ("no longer back up", named(false))] {
                    if !kinds.is_empty() {
                        parts.push(format!("{verb} {kinds}"));
                    }
                }
                write!(f, "{} in {place}", parts.join(", "))
            }
        }
    }
}

/// Decides what makes `observed` into `desired`.
#[must_use]
pub fn decide(desired: &Desired, observed: &Observed) -> Decision {
    let mut decision = Decision::default();
    let mut steps = Vec::new();
    let services = desired.trusted_access.difference(&observed.trusted_access);
    steps.extend(services.cloned().map(Step::TrustAccess));
    if desired.stack_sets && !observed.stack_sets {
        steps.push(Step::ActivateStackSets);
    }
    let kinds = desired.policy_types.difference(&observed.policy_types);
    steps.extend(kinds.cloned().map(Step::EnablePolicyType));
    for (service, account) in desired.administrators.difference(&observed.administrators) {
        steps.push(Step::RegisterAdministrator { service: service.clone(), account: *account });
    }
    for (service, account) in observed.administrators.difference(&desired.administrators) {
        if desired.administrators.iter().any(|(of, _)| of == service) {
            decision.remarks.push(format!(
                "{account} is a delegated administrator of {service} too, and stays one: `aws organizations \
                 deregister-delegated-administrator` removes it"
            ));
        }
    }
    let differs = |(name, value): &(&String, &String)| observed.global.get(*name) != Some(*value);
    let global: BTreeMap<String, String> =
        desired.global.iter().filter(differs).map(|(name, value)| (name.clone(), value.clone())).collect();
    if !global.is_empty() {
        steps.push(Step::Global(global));
    }
    for (place, wanted) in &desired.opt_ins {
        steps.extend(opt_in(place, wanted, observed, &mut decision));
    }
    decision.steps = steps.into_iter().map(super::Step::Setting).collect();
    decision
}

fn opt_in(
    place: &Place,
    wanted: &BTreeMap<String, bool>,
    observed: &Observed,
    decision: &mut Decision,
) -> Option<Step> {
    let there = match observed.opt_ins.get(place)? {
        Ok(there) => there,
        Err(why) => {
            decision.blocked.push(Blocked {
                subject: format!("resource types in {place}"),
                reason: why.clone(),
                help: "see that the account has the execution role, then run the command again".to_owned(),
            });
            return None;
        }
    };
    let unknown: Vec<&str> =
        wanted.keys().filter(|kind| !there.contains_key(*kind)).map(String::as_str).collect();
    if !unknown.is_empty() {
        decision.remarks.push(format!("AWS Backup does not know {} in {place}", unknown.join(", ")));
    }
    let changes: BTreeMap<String, bool> = wanted
        .iter()
        .filter(|(kind, is_on)| there.get(*kind).is_some_and(|now| now != *is_on))
        .map(|(kind, is_on)| (kind.clone(), *is_on))
        .collect();
    if changes.is_empty() {
        return None;
    }
    let mut preference = there.clone();
    preference.extend(changes.clone());
    Some(Step::OptIn { place: place.clone(), changes, preference })
}
