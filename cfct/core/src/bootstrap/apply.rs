//! What a step leaves behind: the model that tests, the rehearsal and a run itself go by.

use super::decide::{Change, Step};
use super::observed::{Observed, Owner, Present, State};
use super::thing::{Content, Kind, LockContent};

const DAY: i64 = 24 * 60 * 60;

impl Step {
    /// What is there after the step. `id` is what AWS answered, where it names what it made; `now` is when, in
    /// seconds since 1970.
    #[must_use]
    pub fn leaves(&self, observed: &Observed, id: Option<String>, now: i64) -> Present {
        let before = observed.present(&self.thing);
        let content = match (&self.content, before.map(|present| &present.content)) {
            (Content::Lock(lock), _) => Content::Lock(LockContent {
                lock_date: lock.changeable_for_days.map(|days| now.saturating_add(i64::from(days) * DAY)),
                changeable_for_days: None,
                ..*lock
            }),
            (Content::Vault { .. }, _) => Content::Vault { key: self.used(observed).map(str::to_owned) },
            (Content::Regions(added), Some(Content::Regions(there))) => Content::Regions(there | added),
            (content, _) => content.clone(),
        };
        let owner = match self.thing.kind {
            Kind::Role
            | Kind::Claim
            | Kind::Key
            | Kind::Alias
            | Kind::Vault
            | Kind::AccessPolicy
            | Kind::Notifications
            | Kind::Framework
            | Kind::RestoreTesting
            | Kind::Lock => Owner::Companion,
            _ => before.map_or(Owner::Settings, |present| present.owner.clone()),
        };
        let id = id.or_else(|| match self.thing.kind {
            Kind::Alias => self.used(observed).map(str::to_owned),
            _ => before.and_then(|present| present.id.clone()),
        });
        Present { owner, content, id, since: (self.thing.kind == Kind::Claim).then_some(now) }
    }

    /// The id of what it uses: the ARN of the key. `None` where that is not there.
    #[must_use]
    pub fn used<'o>(&self, observed: &'o Observed) -> Option<&'o str> {
        observed.present(self.uses.as_ref()?)?.id.as_deref()
    }
}

/// Takes down what a step made, at `now`, under an id of the model's own.
///
/// What AWS carries out later is there at once: the model is of what steps come to, not of how long they take.
pub fn apply(step: &Step, observed: &mut Observed, now: i64) {
    let id = (step.thing.kind == Kind::Key && step.change == Change::Create).then(|| {
        let region = step.thing.region.as_deref().unwrap_or_default();
        format!("arn:aws:kms:{region}:{}:key/{}", step.thing.account, step.token)
    });
    let present = step.leaves(observed, id, now);
    observed.set(step.thing.clone(), State::Present(present));
}
