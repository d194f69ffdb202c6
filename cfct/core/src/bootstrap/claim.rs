//! Claims: how one of several runs gets to do what AWS would do twice.
//!
//! `CreateKey` knows neither a name nor a client token, and `PutBackupVaultLockConfiguration` with days of grace
//! counts them anew each time. So whoever is about to call one of them first puts an SSM parameter into the same
//! account and Region, with `Overwrite` off: of several runs, one succeeds. The others wait. A claim whose run did
//! not come back is passed over once it is older than [`LEASE`], by the next generation of it: then no run that could
//! still act is left, and what the run did can be seen.

use super::observed::{Observed, State};
use super::thing::{Content, Kind, Thing};

/// Seconds that a claim holds: the longest that a Lambda function runs (15 minutes), and as long again as AWS's
/// answers to "what is there" may lag behind.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html>
pub const LEASE: i64 = 20 * 60;

/// How it stands with the claim on something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It can be claimed, by a claim of this generation.
    Free(u32),
    /// Somebody has it for so many seconds more.
    Held(u32),
    /// Nobody knows.
    Unknown,
}

/// The claim on a thing.
#[must_use]
pub fn on(thing: &Thing) -> Thing {
    let name = format!("{}/{}", if thing.kind == Kind::Key { "key" } else { "lock" }, thing.name);
    Thing { kind: Kind::Claim, name, ..thing.clone() }
}

/// The name of the SSM parameter that is a claim's generation.
#[must_use]
pub fn parameter(claim: &Thing, generation: u32) -> String {
    format!("/cfct-companion/claims/{}/{generation}", claim.name)
}

/// Whether something is claimed before it is made or changed so.
#[must_use]
pub fn is_needed(thing: &Thing, content: &Content, is_new: bool) -> bool {
    match (thing.kind, content) {
        (Kind::Key, _) => is_new,
        (Kind::Lock, Content::Lock(lock)) => lock.is_compliance(),
        _ => false,
    }
}

/// How it stands with a claim at `now`, in seconds since 1970.
#[must_use]
pub fn standing(claim: &Thing, observed: &Observed, now: i64) -> Claim {
    match observed.of(claim) {
        State::Absent => Claim::Free(1),
        State::Present(present) => {
            let Content::Claim { generation } = present.content else { return Claim::Unknown };
            let Some(since) = present.since else { return Claim::Unknown };
            match since.saturating_add(LEASE).saturating_sub(now) {
                left if left > 0 => Claim::Held(u32::try_from(left.min(LEASE)).unwrap_or_default()),
                _ => Claim::Free(generation.saturating_add(1)),
            }
        }
        _ => Claim::Unknown,
    }
}

/// The claims that what is wanted may need: what has to be read beside what is wanted.
#[must_use]
pub fn all(wanted: &[super::Wanted]) -> Vec<Thing> {
    wanted
        .iter()
        .filter(|wanted| is_needed(&wanted.thing, &wanted.content, true))
        .map(|wanted| on(&wanted.thing))
        .collect()
}
