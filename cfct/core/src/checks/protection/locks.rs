//! Retention against the lock of the vault that it ends up in.

use super::told::Told;
use super::{At, Subject};
use crate::backup_policy::lock::Conflict;
use crate::backup_policy::tree::{Node, Sourced};
use crate::backup_policy::values::whole_number;
use crate::created::{Lock, Vault};
use crate::finding::Finding;
use crate::words::excerpt;

crate::codes! {
    /// Outside of the lock's range.
    RETENTION = "backup-lock-retention", Error, Silent,
        "recovery points are to be kept for a time that the vault's lock does not allow",
        "AWS Backup fails every backup or copy job whose retention is outside of the lock's minimum and maximum";
    /// For ever, where the lock has an end.
    UNLIMITED = "backup-lock-unlimited", Warning, Silent,
        "recovery points without an end go to a vault whose lock has one",
        "for ever is longer than any maximum, so that the jobs can be expected to fail";
    /// Continuous backups where the lock wants longer ones.
    CONTINUOUS = "backup-lock-continuous", Error, Silent,
        "continuous backups go to a vault whose lock asks for more than 35 days",
        "a continuous backup is kept for 35 days at most, so no retention fits both";
}

/// The most days that a continuous backup is kept.
const LONGEST_CONTINUOUS: u64 = 35;

/// A retention: days and where they are written.
#[derive(Clone, Copy)]
pub(super) struct Retention<'p> {
    /// `None` for ever.
    days: Option<u64>,
    at: Option<Sourced<'p>>,
}

impl<'p> Retention<'p> {
    /// The retention of a rule or copy action; `None` where what is written is no number.
    pub(super) fn of(holder: &Node<'p>) -> Option<Self> {
        let at = holder.get("lifecycle").and_then(|lifecycle| lifecycle.one("delete_after_days"));
        match at {
            Some(value) => Some(Self { days: Some(whole_number(value.text)?), at }),
            None => Some(Self { days: None, at: None }),
        }
    }
}

/// What a rule keeps in its own vault.
pub(super) fn of_rule<'p>(
    subject: &Subject<'_, 'p>,
    at: &At<'_, 'p>,
    vault: &Vault<'_>,
    named: Sourced<'p>,
    told: &mut Told<'_>,
) {
    let Lock::Range(range, lock) = vault.lock else { return };
    let continuous = at.rule.one("enable_continuous_backup").filter(|value| value.text == "true");
    if let Some((enabled, min)) = continuous.zip(range.min).filter(|(_, min)| *min > LONGEST_CONTINUOUS) {
        let message =
            format!("the lock of `{}` keeps everything for at least {min} days", excerpt(named.text));
        let finding = Finding::new(&CONTINUOUS, &enabled.origin.location(), message)
            .related(&lock, "the lock")
            .help("store continuous backups in a vault of their own, or make them snapshots");
        told.add(finding, subject.accounts, Some(at.region));
        return;
    }
    let Some(retention) = Retention::of(at.rule) else { return };
    check(subject, at, vault, retention, named, "recovery points", told);
}

/// What a copy action keeps; without a lifecycle of its own it keeps what the rule does.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html>
pub(super) fn of_copy<'p>(
    subject: &Subject<'_, 'p>,
    at: &At<'_, 'p>,
    action: &Node<'p>,
    vault: &Vault<'_>,
    target: Sourced<'p>,
    told: &mut Told<'_>,
) {
    let own = Retention::of(action);
    let inherited = own.filter(|own| own.days.is_none()).and_then(|_| Retention::of(at.rule));
    let Some(retention) = inherited.or(own) else { return };
    let what = if inherited.is_some_and(|found| found.days.is_some()) {
        "copies, which inherit the retention of their source,"
    } else {
        "copies"
    };
    check(subject, at, vault, retention, target, what, told);
}

fn check<'p>(
    subject: &Subject<'_, 'p>,
    at: &At<'_, 'p>,
    vault: &Vault<'_>,
    retention: Retention<'p>,
    named: Sourced<'p>,
    what: &str,
    told: &mut Told<'_>,
) {
    let Lock::Range(range, lock) = vault.lock else { return };
    let name = vault.name.text().map_or_else(|| excerpt(named.text), excerpt);
    let days = retention.days.unwrap_or_default();
    let (code, message, help) = match range.conflict(retention.days) {
        None => return,
        Some(Conflict::TooShort { min }) => (
            &RETENTION,
            format!("{what} are kept for {days} days, and the lock of `{name}` asks for {min} at least"),
            format!("keep them for {min} days or more, or store them in another vault"),
        ),
        Some(Conflict::TooLong { max }) => (
            &RETENTION,
            format!("{what} are kept for {days} days, and the lock of `{name}` allows {max} at most"),
            format!("keep them for {max} days or less, or store them in another vault"),
        ),
        Some(Conflict::Endless { max }) => (
            &UNLIMITED,
            format!("{what} are kept for ever, and the lock of `{name}` allows {max} days at most"),
            format!("set delete_after_days to {max} or less"),
        ),
    };
    let place = retention.at.unwrap_or(named).origin.location();
    let mut finding = Finding::new(code, &place, message).related(&lock, "the lock");
    if retention.at.is_some() && retention.at.map(|value| value.origin.span) != Some(named.origin.span) {
        finding = finding.related(&named.origin.location(), "the vault that they go to");
    }
    told.add(finding.help(help), subject.accounts, Some(at.region));
}
