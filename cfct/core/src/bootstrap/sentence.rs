//! What a person reads of a step, and of what is not one.

use super::decide::Change;
use super::observed::{Owner, Present};
use super::thing::{Content, Kind, LockContent, Thing};
use crate::backup_policy::utc::UtcMinute;

const DAY: i64 = 24 * 60 * 60;

/// What a step comes to.
pub(super) fn of_step(thing: &Thing, change: Change, content: &Content, now: i64) -> String {
    let verb = match change {
        Change::Create => "make",
        Change::Update => "change",
    };
    let listed = |members: &std::collections::BTreeSet<String>| {
        members.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    match (thing.kind, content) {
        (Kind::Region, _) => format!("enable the {thing}"),
        (Kind::TrustedAccess, _) => format!("give {} access to the organization", thing.name),
        (Kind::PolicyType, _) => format!("turn on policies of type {}", thing.name),
        (Kind::StackInstances, Content::Regions(regions)) => {
            format!("add {} to the stack set {} in {}", thing.account, thing.name, listed(regions))
        }
        (Kind::Admission, Content::Members(paths)) => {
            format!("let copies into the vault {} of {} from {}", thing.name, thing.account, listed(paths))
        }
        (Kind::PortfolioShare, Content::Members(members)) => {
            format!("{verb} the {thing}, with {}", listed(members))
        }
        (Kind::OptIns, Content::OptIns(types)) => {
            let named = |wanted: bool| {
                let types = types.iter().filter(|(_, is_on)| **is_on == wanted);
                types.map(|(name, _)| name.as_str()).collect::<Vec<_>>()
            };
            let on = match named(true) {
                names if names.is_empty() => "nothing".to_owned(),
                names => names.join(", "),
            };
            let off = match named(false) {
                names if names.is_empty() => String::new(),
                names => format!(", and not {}", names.join(", ")),
            };
            format!("have {on} backed up{off} in {}{}", thing.account, in_region(thing))
        }
        (Kind::Lock, Content::Lock(lock)) => format!("lock the vault {}", of_lock(thing, lock, now)),
        (Kind::Claim, _) => format!("put a {thing}, so that no other run does the same"),
        _ => format!("{verb} the {thing}"),
    }
}

fn of_lock(thing: &Thing, lock: &LockContent, now: i64) -> String {
    let LockContent { min, max, .. } = lock;
    let place = format!("{} in {}{}", thing.name, thing.account, in_region(thing));
    match lock.changeable_for_days {
        None => format!("{place} in governance mode, for {min} to {max} days"),
        Some(days) => {
            let date = UtcMinute::from_unix_seconds(now.saturating_add(i64::from(days) * DAY));
            format!("{place} in compliance mode, for {min} to {max} days; after {date} nobody can lift it")
        }
    }
}

fn in_region(thing: &Thing) -> String {
    thing.region.as_ref().map(|region| format!(", {region}")).unwrap_or_default()
}

/// What is not as it is wanted, and not ours to change.
pub(super) fn differs(thing: &Thing, owner: &Owner) -> String {
    let help = match owner {
        Owner::StackSet(_) => "change its parameters or its template",
        Owner::ControlTower => "take the unit out of one of the two configurations",
        _ => "take another name for ours, or remove theirs",
    };
    format!("{thing} is {}'s and differs from what is wanted: {help}", owner.words())
}

/// Why a thing of ours cannot be changed; `None` where it can.
pub(super) fn unchangeable(thing: &Thing, present: &Present, now: i64) -> Option<String> {
    match (&present.content, thing.kind) {
        (Content::Lock(lock), Kind::Lock) if lock.lock_date.is_some_and(|date| date <= now) => {
            Some(format!("the {thing} is for ever, and differs from what is wanted"))
        }
        // A change would lift it, or begin its days of grace anew; neither is asked for by a configuration that
        // says something else.
        (Content::Lock(lock), Kind::Lock) if lock.is_compliance() => Some(format!(
            "the {thing} is in compliance mode and differs from what is wanted: lift it by hand before its date"
        )),
        _ => None,
    }
}

/// What is for good, and not confirmed.
pub(super) fn unconfirmed(thing: &Thing) -> String {
    let name = &thing.name;
    format!(
        "{thing} is for ever once it is put: write `confirm-compliance-lock = \"{name}\"` under [bootstrap.lock], \
         and package again"
    )
}
