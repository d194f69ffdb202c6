//! "Account ready": the event on a bus of one's own, for whoever waits for a new account.

use serde::Serialize;

use super::decide::{Decision, Step};
use super::observed::Owner;
use super::place::{Place, Standing};
use super::thing::Thing;
use crate::aws::AccountId;
use crate::backup_policy::utc::UtcMinute;

/// The source of the event.
pub const SOURCE: &str = "cfct.companion";

/// The version of the detail's shape; fields are added without a new one.
pub const VERSION: u32 = 1;

/// The most bytes of one entry of `PutEvents`.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html>
pub const LONGEST: usize = 256 << 10;

/// The detail of the event. It holds names, ids and times, and no policy and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// [`VERSION`]
    pub version: u32,
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The path of its unit.
    pub unit: String,
    /// What it is to the configuration.
    pub standing: Standing,
    /// Whether nothing is left to do.
    pub ready: bool,
    /// What was done in this run, with the time of each.
    pub done: Vec<Done>,
    /// What is still pending.
    pub pending: Vec<Said>,
    /// What was left alone.
    pub left_alone: Vec<Said>,
    /// How many things were already as they are wanted.
    pub unchanged: usize,
    /// How many more entries there were that did not fit.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// What this run is known by in logs.
    pub correlation_id: String,
    /// When the account was vended, where an event said so: to the minute, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vended: Option<String>,
    /// When this was written.
    pub time: String,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Done {
    /// What.
    pub thing: Thing,
    /// The same for a person.
    pub sentence: String,
    /// When, to the minute, in UTC.
    pub time: String,
}

/// Something that is said of a thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What.
    pub thing: Thing,
    /// The same for a person.
    pub sentence: String,
    /// Whose it is, where it was left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
}

/// What a run knows of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// What it is known by in logs.
    pub correlation_id: String,
    /// When the account was vended, in seconds since 1970.
    pub vended: Option<i64>,
    /// When it ended.
    pub ended: i64,
}

impl Ready {
    /// What to tell of an account: the steps that were done and when, and the decision over what was observed after
    /// them.
    #[must_use]
    pub fn of(place: &Place, done: &[(Step, i64)], after: &Decision, run: &Run) -> Self {
        let time = |seconds: i64| UtcMinute::from_unix_seconds(seconds).to_string();
        let done = done.iter().map(|(step, at)| Done {
            thing: step.thing.clone(),
            sentence: step.sentence.clone(),
            time: time(*at),
        });
        // A step that was decided and not done is as good as pending.
        let steps = after.steps.iter().map(|step| said(&step.thing, &step.sentence, None));
        let pending = after.pending.iter().map(|pending| said(&pending.thing, &pending.sentence, None));
        let left = after.left_alone.iter();
        let mut ready = Self {
            version: VERSION,
            account: place.account,
            name: place.name.clone(),
            unit: place.unit.to_string(),
            standing: after.standing.clone(),
            ready: after.is_ready(),
            done: done.collect(),
            pending: steps.chain(pending).collect(),
            left_alone: left.map(|left| said(&left.thing, &left.sentence, Some(&left.owner))).collect(),
            unchanged: after.done.len(),
            left_out: 0,
            correlation_id: run.correlation_id.clone(),
            vended: run.vended.map(time),
            time: time(run.ended),
        };
        ready.shorten();
        ready
    }

    /// What EventBridge shows as the type of the event.
    #[must_use]
    pub fn detail_type(&self) -> &'static str {
        if self.ready { "Account Ready" } else { "Account Pending" }
    }

    /// The detail as JSON.
    #[must_use]
    pub fn detail(&self) -> String {
        // Serializing plain data does not fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Leaves out what an event has no room for: what was left alone first, what is pending last.
    fn shorten(&mut self) {
        // Half of it: the entry has a source, a type and resources too.
        while self.detail().len() > LONGEST / 2 {
            let list = [self.left_alone.len(), self.done.len(), self.pending.len()];
            match list {
                [left, ..] if left > 0 => self.left_out += self.left_alone.split_off(left / 2).len(),
                [_, done, _] if done > 0 => self.left_out += self.done.split_off(done / 2).len(),
                [.., pending] if pending > 0 => self.left_out += self.pending.split_off(pending / 2).len(),
                _ => return,
            }
        }
    }
}

fn said(thing: &Thing, sentence: &str, owner: Option<&Owner>) -> Said {
    Said { thing: thing.clone(), sentence: sentence.to_owned(), owner: owner.cloned() }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
